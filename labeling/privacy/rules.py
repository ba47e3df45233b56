"""Rules for numbers: a form and a judge, who knows what stands around it.

The judge knows the form's digits, the word that names the number (``named``) and whether it is an amount; people mistype
numbers, so a form that is plain enough is masked whatever its check digits say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property

from labeling.privacy.context import THINGS, WORDS_IN, amount, named
from labeling.privacy.detectors import Detector, Find


class Clue:
    """A candidate: its signs as written, its digits, the kind its context names, whether it is an amount."""

    def __init__(self, match: re.Match[str]) -> None:
        self.match = match
        self.start, self.end = match.span("it")
        self.written = match["it"]

    @cached_property
    def digits(self) -> str:
        return re.sub(r"\D", "", self.written)

    @cached_property
    def named(self) -> str | None:
        return named(self.match.string, self.start, self.end)

    @cached_property
    def amount(self) -> bool:
        return amount(self.match.string, self.start, self.end)

    @property
    def of_a_thing(self) -> bool:
        """Whether a word says that it is the number of a contract, an order, a device."""
        return self.named in THINGS


Judge = Callable[[Clue], bool]

DATE = (
    r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2}"
    r"|\d{1,2}(?:st|nd|rd|th)?\s(?:of\s)?[а-яa-z]{3,9},?\s\d{4}|[a-z]{3,9}\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}"
)
DATED = re.compile(r"(?<!\d)\d{1,2}[.-]\d{1,2}[.-](?:\d{4}|\d{2})(?!\d)")
GAP = r"[ .\-]{0,3}"


def rule(kind: str, form: str, judge: Judge, *, digits: int = 3, words: tuple[str, ...] = ()) -> Detector:
    """A detector of the form where the judge agrees; a form that marks no part ``it`` stands apart from other digits."""
    bounded = rf"(?<!\d)(?<!\d\.)(?P<it>{form})(?!\d)"
    pattern = re.compile(form if "?P<it>" in form else bounded, re.IGNORECASE)

    def find(text: str) -> Iterator[Find]:
        for match in pattern.finditer(text):
            clue = Clue(match)
            if judge(clue):
                yield clue.start, clue.end, kind

    return Detector(find, words, digits)


def only(kind: str, form: str, *, digits: int) -> Detector:
    """A loose form, masked where the context names its kind: but no amount, and no dates that stand in a row."""

    def judge(clue: Clue) -> bool:
        return clue.named == kind and not clue.amount and not DATED.search(clue.written)

    return rule(kind, form, judge, digits=digits, words=WORDS_IN[kind])


# What may stand between a word and its number: "IMEI телефона: 35...", "ВНЖ серия 82 № 1234567".
_BETWEEN = (
    r"(?:[ -][^\W\d_]{2,15}){0,2}?[^\w\ue000-\uf8ff]{0,3}"
    r"(?:(?:сери[яиюей]{1,2}|сер\.?|номер\w?|ном\.?|number|num\.?|no\.?|id|is|это)(?![^\W\d_])[^\w\ue000-\uf8ff]{0,3}){0,3}"
)


def after(kind: str, names: str, form: str, judge: Judge, *, digits: int, words: tuple[str, ...]) -> Detector:
    """A detector of the form behind a word that names it."""
    return rule(
        kind,
        rf"(?<![^\W\d_])(?:{names})(?![^\W\d_]){_BETWEEN}(?<![^\W_])(?P<it>{form})(?![^\W_])",
        judge,
        digits=digits,
        words=words,
    )


def always(_clue: Clue) -> bool:
    """The form alone says enough."""
    return True


def no_amount(clue: Clue) -> bool:
    """The form says enough, unless a unit stands behind it."""
    return not clue.amount
