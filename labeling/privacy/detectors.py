"""What a detector is, and which of them are worth asking about a text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

Find = tuple[int, int, str]
"""Start, end and kind."""

_NO_DIGIT = re.compile(r"\D+")


@dataclass(frozen=True)
class Detector:
    """Who finds something, and without what it finds nothing: one of ``words`` (small letters), so many ``digits``."""

    find: Callable[[str], Iterator[Find]]
    words: tuple[str, ...] = ()
    digits: int = 0


def candidates(text: str, detectors: Iterable[Detector]) -> list[Find]:
    """What the detectors find, in their order; those that can't find anything here are not asked.

    >>> candidates("карта 4276", [Detector(lambda text: iter([(6, 10, "CARD")]), ("карт", "card"), 4)])
    [(6, 10, 'CARD')]
    >>> candidates("карта 427", [Detector(lambda text: iter([(6, 10, "CARD")]), ("карт", "card"), 4)])
    []
    """
    low = text.lower()
    digits = len(_NO_DIGIT.sub("", text))
    finds: list[Find] = []
    for detector in detectors:
        if digits >= detector.digits and (not detector.words or any(word in low for word in detector.words)):
            finds += detector.find(text)
    return finds
