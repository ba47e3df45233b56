"""Numbers behind a word that names them with a slip of the pen: догвоор, завяка, agremeent."""

from __future__ import annotations

import re
from collections.abc import Iterator

from labeling.privacy.context import named
from labeling.privacy.detectors import Detector, Find
from labeling.privacy.references import STRICT_ID, is_id
from labeling.privacy.rules import Clue
from labeling.privacy.words import in_dictionary

_STEMS = {
    "CONTRACT": ("договор", "контракт", "соглашени", "contract", "agreement"),
    "CASE": ("обращени", "заявк", "заявлени", "претензи", "производств", "application", "complaint", "ticket"),
}
_NUMBERED = re.compile(rf"(?<![^\W_])(?P<word>[^\W\d_]{{5,15}})\s?[№#:]?\s?(?P<it>{STRICT_ID})", re.IGNORECASE)


def _meant(word: str) -> str | None:
    """The kind whose word this one is but for a letter.

    >>> _meant("догвоор"), _meant("завяки"), _meant("разговор"), _meant("контакт"), _meant("agremeent")
    ('CONTRACT', 'CASE', None, None, 'CONTRACT')
    """
    for kind, stems in _STEMS.items():
        for stem in stems:
            heads = {word[:size] for size in range(len(stem) - 1, len(stem) + 2)}
            if any(_one_slip(head, stem, swapped=word.isascii()) for head in heads):
                return None if in_dictionary(word) else kind
    return None


def _one_slip(written: str, meant: str, *, swapped: bool) -> bool:
    """Whether one letter is wrong, missing, too much or changed for its neighbour; ``swapped``: the last alone counts."""
    if written[:1] != meant[:1] or written == meant:
        return False
    start = next((at for at, (sign, due) in enumerate(zip(written, meant, strict=False)) if sign != due), 0)
    rest, due_rest = written[start:], meant[start:]
    if len(rest) == len(due_rest) and rest[:2] == due_rest[1::-1] and rest[2:] == due_rest[2:]:
        return True
    return (
        not swapped
        and bool(due_rest and rest)
        and (rest[1:] == due_rest[1:] or rest == due_rest[1:] or rest[1:] == due_rest)
    )


def _find(text: str) -> Iterator[Find]:
    for match in _NUMBERED.finditer(text):
        clue = Clue(match)
        if is_id(clue, 5) and (kind := _meant(match["word"].lower())) and named(text, *match.span("it")) is None:
            yield clue.start, clue.end, kind


DETECTORS: tuple[Detector, ...] = (Detector(_find, digits=5),)
