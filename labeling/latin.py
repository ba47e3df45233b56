"""Russian words in Latin letters: what ids, logins and addresses are made of."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container

LETTERS = dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True)) | {
    "ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "ь": "", "ъ": ""
}  # fmt: skip
_TABLE = str.maketrans(LETTERS)


def spelled(text: str, *, joined: str = "-", most: int = 50) -> str:
    """``text`` in small Latin letters and digits, words joined by ``joined``; empty where it has none of them.

    >>> spelled("Обращения: март"), spelled("Élodie Martin", joined="."), spelled("!?")
    ('obrashcheniya-mart', 'elodie.martin', '')
    """
    latin = unicodedata.normalize("NFKD", text.casefold().translate(_TABLE))
    words = re.findall(r"[a-z0-9]+", "".join(letter for letter in latin if not unicodedata.combining(letter)))
    return joined.join(words)[:most].strip(joined)


def free(name: str, taken: Container[str]) -> str:
    """``name``, or with the first number behind it that is not ``taken``.

    >>> free("anna", {"anna", "anna2"})
    'anna3'
    """
    at, found = 2, name
    while found in taken:
        found, at = f"{name}{at}", at + 1
    return found
