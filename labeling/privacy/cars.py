"""Cars: plates, the number of the body, the papers."""

from __future__ import annotations

import re

from labeling.privacy.detectors import Detector
from labeling.privacy.rules import Clue, after, always, rule

# Cyrillic letters that Latin has too; Russian plates bear no others.
_LETTER = "[авекмнорстухabekmhopctyx]"
_APART = re.compile(r"\A[^\W\d_] |\d [^\W\d_]")
_OF_A_CAR = re.compile(r"машин|авто|тачк|такси|номер", re.IGNORECASE)


def _vin(clue: Clue) -> bool:
    return clue.named != "OTHER" and len(re.findall("[a-z]", clue.written, re.IGNORECASE)) >= 3


def _plate(clue: Clue) -> bool:
    """Whether it is no "с 500 на 70": where a sentence could run so, capitals or a word must tell."""
    text = clue.match.string
    if clue.named == "CAR" or _OF_A_CAR.search(text, max(0, clue.start - 30), clue.start):
        return True
    letters = re.sub(r"[\W\d_]", "", clue.written)
    if letters[1:].lower() in ("на", "км", "мм"):
        return False
    return not _APART.search(clue.written) or (letters.isupper() and not text.isupper())


DETECTORS: tuple[Detector, ...] = (
    rule("CAR", r"(?<![^\W_])(?P<it>(?=(?:[a-z]*\d){5})[a-hj-npr-z\d]{13}\d{4})(?![^\W_])", _vin, digits=5),
    rule("CAR", rf"(?<![^\W_])(?P<it>{_LETTER} ?\d{{3}} ?{_LETTER}{{2}} ?\d{{2,3}})(?![^\W_])", _plate, digits=5),
    after(
        "CAR",
        r"гос\.?\s?номер\w{0,2}|госзнак\w?|номер\w?\s(?:машины|авто\w*|тачки)|машин\w|автомобил\w{1,3}",
        rf"{_LETTER}{{1,2}} ?\d{{3,4}} ?{_LETTER}{{2}}(?: ?\d{{2,3}})?"
        rf"|{_LETTER}{{2}} ?\d{{3,4}} ?\d{{2,3}}|\d{{4}} ?{_LETTER}{{2}} ?\d{{2,3}}",
        always,
        digits=3,
        words=("номер", "знак", "машин", "автомоб"),
    ),
    after(
        "CAR",
        r"стс|э?птс|свидетельств\w\sо\sрегистрации\sтс",
        r"\d\d ?(?:\d\d|[а-яa-z]{2}) ?(?:№ ?)?\d{6}|1\d{14}",
        always,
        digits=8,
        words=("стс", "птс", "тс"),
    ),
    after(
        "CAR",
        r"(?:number|licen[cs]e)\splate|plates?|vrn|(?:car|vehicle)\sreg(?:istration)?|reg(?:istration)?\.?\s(?:number|mark|no\.?)",
        r"(?=[a-z \d-]{0,6}\d\d)(?=[\d -]{0,6}[a-z])[a-z\d]{2,4}[ -]?[a-z\d]{2,4}",
        always,
        digits=2,
        words=("plate", "vrn", "reg"),
    ),
)
