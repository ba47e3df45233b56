"""What a Russian word may be: first name, surname, patronymic or a plain word, in which case and gender."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from labeling.latin import LETTERS
from labeling.privacy.lexicon import words

# Latin letters that look Russian; they stand in Russian words by slip or by design.
_LOOKALIKE = str.maketrans("aceopxyABCEHKMOPTXYk", "асеорхуАВСЕНКМОРТХУк")
_RUSSIAN_WORD = re.compile("[а-яё-]+")
_RUSSIAN = re.compile(r"[а-яё]", re.IGNORECASE)
NO_NAMES = words("russian", "no_names")
# The dictionary counts forms of words evenly, people do not: as much of a word at least is the name.
_RATHER = dict.fromkeys(words("russian", "rather_names"), 0.85) | dict.fromkeys(words("russian", "names_inside"), 0.2)
_FONDLY = re.compile(
    r"(.{2,}?)(?:[ео]ньк|[ео]чк|[ую]шк|ишк|[ую]льк|[ую]л|[ую]ш|[её]к|чик|ик|ян|[её]ш|к)(?:[аояеиуы]|ой|ей|ою|ам?|ом|ём|ем|)"
)
_PARTS = {"Name": "first", "Patr": "patronymic", "Surn": "last"}


@dataclass(frozen=True)
class Reading:
    """One way to read a word: which part of a name, its nominative, case and gender."""

    part: str
    nominative: str
    case: str
    gender: str
    score: float


@dataclass(frozen=True)
class Word:
    """A word's readings as a part of a name; ``share`` is how much of all its readings they make, 0 to 1."""

    readings: tuple[Reading, ...]
    share: float
    in_dictionary: bool
    shares: dict[str, float] = field(default_factory=dict)

    def of(self, part: str) -> list[Reading]:
        """The readings as this part of a name."""
        return [reading for reading in self.readings if reading.part == part]

    def may(self, part: str, least: float = 0.0) -> bool:
        """Whether it may be this part at all, or to at least this share of its readings."""
        return self.shares.get(part, 0.0) > least


PLAIN = Word((), 0.0, True)
"""A word of the dictionary that is no name in any reading."""

# Plain words of the dictionary alone outlive a batch, as many as the dictionary has at most.
_plain_words: set[str] = set()


class Words:
    """Readings of the words of one batch. They are forgotten with it: names are kept nowhere."""

    def __init__(self) -> None:
        self._seen: dict[str, Word] = {}

    def read(self, written: str) -> Word:
        """The readings of a word, whatever its capitals; ё and е are one letter."""
        if written in _plain_words or not _RUSSIAN_WORD.fullmatch(plain(written)):
            return PLAIN
        word = self._seen.get(written)
        if word is None:
            word = self._seen[written] = _read(plain(written))
            if word == PLAIN:
                _plain_words.add(written)
                return PLAIN
        return word


def plain(written: str) -> str:
    """Lower case, lookalike Latin letters made Russian.

    >>> plain("Ивaнoв")
    'иванов'
    """
    return (written.translate(_LOOKALIKE) if _RUSSIAN.search(written) else written).lower()


def town(written: str) -> bool:
    """Whether the dictionary knows the word as a place, in any case.

    >>> town("казани"), town("карта")
    (True, False)
    """
    low = plain(written)
    return _analyzer().word_is_known(low) and "Geox" in _analyzer().parse(low)[0].tag


def in_dictionary(word: str) -> bool:
    """Whether the Russian dictionary has the word in some form.

    >>> in_dictionary("договора"), in_dictionary("догвоора")
    (True, False)
    """
    return bool(_analyzer().word_is_known(plain(word)))


def _read(word: str) -> Word:
    if "-" in word:
        # Салтыков-Щедрин, Анна-Мария: the last part is inflected like the whole.
        return _read(word.rsplit("-", 1)[1])
    parses = _analyzer().parse(word)
    readings: list[Reading] = []
    shares: dict[str, float] = {}
    total = sum(parse.score for parse in parses) or 1.0
    for parse in parses:
        for grammeme, part in _PARTS.items():
            # София is a city to the dictionary.
            if grammeme in parse.tag or (part == "first" and parse.normal_form in _RATHER and "Geox" in parse.tag):
                shares[part] = shares.get(part, 0.0) + parse.score / total
                if "plur" not in parse.tag:
                    readings.append(_reading(parse, part, parse.score / total))
    rather = max((_RATHER.get(reading.nominative, 0.0) for reading in readings if reading.part == "first"), default=0.0)
    if rather > shares.get("first", 0.0):
        shares["first"] = rather
    if not _analyzer().word_is_known(word) and shares.get("first", 0.0) < 0.5 and (full := _full_name(word)):
        shares["first"] = 0.9
        readings.append(Reading("first", full, "", "", 0.9))
    if word in _first_names() and "first" not in shares:
        shares["first"] = 0.0 if shares or _analyzer().word_is_known(word) else 0.9
        readings.append(Reading("first", word, "nomn", "", shares["first"]))
    return Word(tuple(readings), min(1.0, sum(shares.values())), _analyzer().word_is_known(word), shares)


def _full_name(word: str) -> str | None:
    """What an endearment comes from: Настя for Настенькой.

    >>> _full_name("настенькой"), _full_name("витёк"), _full_name("вкладик")
    ('настя', 'витя', None)
    """
    stem = _FONDLY.fullmatch(word)
    return next((stem[1] + end for end in ("а", "я", "") if stem and _is_first(stem[1] + end)), None)


def _is_first(word: str) -> bool:
    analyzer = _analyzer()
    return analyzer.word_is_known(word) and any(
        "Name" in parse.tag and parse.score > 0.3 for parse in analyzer.parse(word)
    )


def _reading(parse: Any, part: str, score: float) -> Reading:
    gender = str(parse.tag.gender or "")
    nominative = parse.inflect({"nomn", "sing", gender}) if gender in ("masc", "femn") else None
    form = nominative.word if nominative is not None else parse.normal_form
    return Reading(part, form.replace("ё", "е"), str(parse.tag.case or ""), gender, score)


@cache
def _analyzer() -> Any:
    import pymorphy3

    return pymorphy3.MorphAnalyzer(lang="ru")


@cache
def latin_names() -> frozenset[str]:
    """First names of the peoples of Russia in Latin letters, five letters at least: shorter ones are English words.

    >>> "aigul" in latin_names(), "zhanna" in latin_names()
    (True, True)
    """
    ways: tuple[dict[str, str], ...] = ({}, {"й": "i", "х": "h", "ю": "iu", "я": "ia"}, {"ы": "i"})
    tables = [str.maketrans(LETTERS | way) for way in ways]
    written = {way for name in _first_names() for way in (name, name.replace("дж", "j").replace("кс", "x"))}
    spelled = {name.translate(table) for name in written for table in tables}
    return frozenset(name for name in spelled if len(name) > 4)


@cache
def _first_names() -> frozenset[str]:
    """First names of many peoples of Russia that the morphological dictionary does not know."""
    from labeling.privacy.ner import data

    text = (data() / "dict" / "first.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip().isalpha())
