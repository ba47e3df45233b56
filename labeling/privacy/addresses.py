"""Postal addresses, Russian and English. A city or a street alone is a place; a house or a flat makes it an address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from labeling.privacy.numbers import Found
from labeling.privacy.words import town

_STOP = r"(?![^\W\d_])"
_START = r"(?<![^\W\d_])"
# "улица", "ул.", "улице"; what stands before the name or after it.
_WAY = (
    rf"{_START}(?:ул(?:\.|иц[аеуыо]й?{_STOP}|{_STOP})|(?:пр(?:осп|-?к?т)?\.|пр-к?т{_STOP}|просп{_STOP}|проспект[ауе]?{_STOP}|проезд[ауе]?{_STOP}|пр-д{_STOP})"
    rf"|пер(?:\.|еул[а-я]*{_STOP}|{_STOP})|ш(?:\.|оссе{_STOP})|б(?:-р|ул|ульв)\.?{_STOP}|бульвар[ауе]?{_STOP}|наб(?:\.|ережн[а-я]+{_STOP})"
    rf"|пл(?:\.|ощад[а-я]+{_STOP})|тракт[ауе]?{_STOP}|алле[яеи]{_STOP}|м(?:кр|к?р-?н)\.?{_STOP}|микрорайон[ае]?{_STOP}|кварт(?:\.|ал[ае]?{_STOP})"
    rf"|тупик[ае]?{_STOP}|лини[яи]{_STOP})"
)
# Bounded, so that endless words take no endless time.
_NAME = (
    r"(?:\d{1,4}(?:-?(?:я|й|е|ая|ый|ого|го|ти|лет|летия))?\s)?(?:[а-яё]\.\s?){0,2}"
    r"[а-яё][а-яё-]{1,30}(?:\s[а-яё][а-яё-]{1,30}){0,2}?"
)
_PROPER = r"(?-i:[А-ЯЁ][а-яё]{1,30}(?:-[А-ЯЁа-яё][а-яё]{1,30}){0,4})"
_DIGITS = (
    r"\d{1,4}\s?(?:(?-i:[а-еА-Е])(?![^\W_]))?(?:\s?[/-]\s?\d{1,3}(?:[а-еА-Е](?![^\W_]))?)?"
    r"(?:(?:стр|корп|[ск])\.?\d{1,3}){0,2}"
)
_HOUSE = rf"(?:{_START}д(?:\.|ом[ае]?{_STOP}|{_STOP})\s?№?\s?{_DIGITS})"
_PART = (
    rf"(?:{_START}(?:к(?:в|орп|ом)?\.|кв{_STOP}|квартир[аеуы]{_STOP}|корп{_STOP}|корпус[ае]?{_STOP}|стр(?:\.|оени[ея]{_STOP}|{_STOP})|под(?:\.|ъезд[ае]?{_STOP})"
    rf"|эт(?:\.|аж[ае]?{_STOP})|оф(?:\.|ис[ае]?{_STOP})|комн(?:\.|ат[аеы]{_STOP})|лит(?:\.|ера?{_STOP})|к(?=\s?\d))\s?№?\s?\d{{1,4}}\s?(?:(?-i:[а-еА-Е])(?![^\W_]))?)"
)
_SEP = r"\s{0,2}[,;]?\s{0,2}"
_PARTS = rf"(?:{_SEP}{_PART})*"
_TOWN_SAID = (
    rf"(?:{_START}(?:г(?:\.|ор\.|ород[ае]?{_STOP}|{_STOP})|(?:р\.?\s?)?п(?:ос)?(?:\.|[её]л[а-я]+{_STOP})|пгт\.?{_STOP}|рп{_STOP}|с(?:\.|ел[ое]{_STOP})"
    rf"|дер(?:\.|евн[яеи]{_STOP})|д\.(?=\s?[а-яё]{{3}})|ст(?:\.|-ца{_STOP}|аниц[аеы]{_STOP})|х(?:\.|утор[ае]?{_STOP})|аул[ае]?{_STOP}|[ск]нт{_STOP})"
    rf"\s?[«\"]?[а-яё]{{1,30}}(?:-[а-яё]{{1,30}}){{0,4}}(?:\s(?:{_PROPER}|[а-яё-]{{1,30}}(?=\s?,)))?[»\"]?)"
)
_CITY = rf"(?:{_TOWN_SAID}|{_PROPER}(?:\s{_PROPER})?(?:\sг(?:\.|{_STOP}))?)"
_REGION = (
    rf"(?:[а-яё-]{{1,30}}(?:ая|ой|ий|ого|ом|ый)\s(?:обл(?:\.|аст[ьи]{_STOP}|{_STOP})|край|кра[яею]{_STOP}|р(?:-о?н|айон)[ае]?{_STOP})"
    r"|респ(?:\.|ублик[аеи])\s[а-яё]+)"
)
_HEAD = (
    rf"(?:(?:\d{{6}}{_SEP})?(?:(?:россия|рф){_SEP})?(?:{_REGION}{_SEP}){{0,2}}(?:{_CITY}\s?,\s?|{_TOWN_SAID}\s){{0,2}})"
)
_STREET = (
    rf"(?:{_WAY}\s{{0,2}}{_NAME}|(?:\d{{1,2}}-?[йя]\s)?(?:{_PROPER}\s){{1,2}}{_WAY}"
    rf"|[а-яё-]{{1,30}}(?:ий|ый|ом|ая|ой|ое|ую)\s{_WAY})"
)
_NUMBER = (
    rf"(?:{_SEP}{_HOUSE}|\s?,?\s?(?:№\s?)?{_DIGITS}(?![^\W_])"
    r"(?!\s(?:руб|р\b|₽|тыс|числ|час|мин|банкомат|отделен|карт|[а-я]*рубл)))"
)
_LIVES = (
    rf"{_START}(?:адрес(?:у|а|ом)?(?:\s(?:доставки|регистрации|проживания|прописки))?|прожива\w+|живу|жив[её]т|прописан\w?|зарегистрирован\w{{0,2}}"
    rf"|прописк\w|доставьте|привезите|доставк\w)(?:\s(?:у нас|по адресу|на|в|сейчас|по|мой|карты){_STOP}){{0,3}}\s?[:\-—]?\s?"
)
HINT = re.compile(rf"\d|{_LIVES}", re.IGNORECASE)
"""Where this isn't, no address is."""


@dataclass(frozen=True)
class _Form:
    """How an address is written. To look for its core first saves to try the long form at every word."""

    whole: re.Pattern[str]
    core: re.Pattern[str] | None = None


def _headed(pattern: str, core: str) -> _Form:
    """With all that may stand before the street; ``core`` is a part that every match holds."""
    return _Form(re.compile(_HEAD + pattern, re.IGNORECASE), re.compile(core, re.IGNORECASE))


_RUSSIAN = (
    # "ленина 5-12" after a word of living.
    re.compile(
        rf"{_LIVES}(?P<it>{_HEAD}(?:[а-яё-]{{1,30}}\s?,\s?)?(?:{_WAY}\s{{0,2}}{_NAME}|{_NAME}(?:\s{_WAY})?)\s?,?\s?(?:{_HOUSE}|{_DIGITS}(?![^\W_])){_PARTS})",
        re.IGNORECASE,
    ),
    _headed(rf"{_STREET}{_NUMBER}{_PARTS}(?:{_SEP}\d{{6}}(?!\d))?", _WAY),
    _headed(rf"(?:{_HOUSE}|{_START}корп(?:\.|ус)\s?\d{{1,4}})(?:{_SEP}{_PART})+", _PART),
    # A village has houses without streets.
    _headed(rf"{_TOWN_SAID}\s?,\s?{_HOUSE}{_PARTS}", _HOUSE),
    # "Ленина 5, кв. 12", "ленина 5-12" after a word of living.
    _headed(
        rf"(?:(?-i:[А-ЯЁ]\.\s?)?{_PROPER}|{_START}[а-яё-]{{4,30}})\s?,?\s?{_DIGITS}"
        rf"(?:{_SEP}{_START}к(?:в|орп)(?:\.|артир[аеуы]|ус)?\s?\d{{1,4}}(?!\d){_PARTS}|(?:{_SEP}{_PART}){{2,}})",
        rf"{_PART}|{_START}к(?:в|орп)",
    ),
    _headed(
        rf"{_PROPER}\s?,?\s?{_DIGITS}(?=\s?,?\s(?:{_START}(?:подъезд|домофон|этаж)\s?\d|(?:\d-?й|[а-я]+[ыои]й)\s(?:подъезд|этаж)))",
        "подъезд|домофон|этаж",
    ),
    re.compile(rf"{_LIVES}(?P<it>{_HEAD}{_WAY}\s{{0,2}}{_PROPER}(?:\s{_PROPER})?)", re.IGNORECASE),
    re.compile(rf"{_START}(?:почтов\w+\s)?индекс\w{{0,2}}\W{{0,3}}(?P<it>\d{{6}})(?!\d)", re.IGNORECASE),
    re.compile(
        rf"{_START}(?:кв\.|квартир[аеуы])\s?№?\s?(?P<it>\d{{1,4}})(?=\s?,?\s?(?:подъезд|этаж|домофон))", re.IGNORECASE
    ),
    re.compile(
        rf"(?<!\d)\d{{6}}{_SEP}(?:(?:россия|рф){_SEP})?(?:{_REGION}{_SEP})?{_START}г(?:\.|ород)\s?[а-яё-]{{1,30}}",
        re.IGNORECASE,
    ),
)
_LONG_KIND = r"street|avenue|road|lane|boulevard|terrace|crescent|gardens|mews|parkway|highway|grove|square"
_SHORT_KIND = r"St|Ave|Rd|Ln|Blvd|Dr|Drive|Ct|Court|Pl|Place|Sq|Way|Close|Hill|Row|Circle|Pkwy|Hwy|Walk|Park|Green"
_LITTLE = (
    r"(?!(?:the|a|an|of|on|in|at|to|from|for|and|or|is|my|your|this|that|times?|days?|weeks?|months?|years?|hours?|minutes?|mins?|"
    r"people|cards?|dollars|pounds|euros|down|off|by|per)\b)"
)
_FLAT = (
    r"(?:flat|apt|apartment|unit|suite|ste|room)\b\.?\s?#?\s?[\w-]{1,5}|#\s?\d{1,5}[a-z]?|\d{1,3}(?:st|nd|rd|th)\sfloor"
)
_POSTCODE = r"(?-i:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2})\b"
_ZIP = r"(?:(?-i:[A-Z]{2})\s\d{5}(?:-\d{4})?\b)"
_TOWN = r"(?:,\s?(?-i:[A-Z][a-z]+(?:\s[A-Z][a-z]+)?|[A-Z]{3,}(?=[.,!]|$)))"
_ANY_CODE = r"(?:[a-z]{2}\s\d{5}(?:-\d{4})?|[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2})(?![^\W_])"
_TAIL = (
    rf"(?:\s(?:NW|NE|SW|SE|[NSEW])\b\.?)?(?:,?\s?(?:{_FLAT}))?"
    rf"(?:,?(?:\s[a-z]+){{0,2}},?\s{_ANY_CODE}|{_TOWN}{{0,2}}(?:,?\s?(?:{_ZIP}|{_POSTCODE}))?)"
)
_ENGLISH = (
    re.compile(
        rf"(?:(?:{_FLAT}),?\s)?\b\d{{1,5}}[a-z]?\s(?:(?:[NSEW]{{1,2}}|north|south|east|west)\.?\s)?(?:{_LITTLE}[a-z][a-z'.]+\s|\d{{1,3}}(?:st|nd|rd|th)\s)"
        rf"{{1,2}}(?:{_LONG_KIND})\b{_TAIL}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:(?:{_FLAT}),?\s)?\b\d{{1,5}}[a-zA-Z]?\s(?:[NSEW]{{1,2}}\.?\s)?(?:(?-i:[A-Z][a-z']+)\s|\d{{1,3}}(?:st|nd|rd|th)\s){{1,3}}"
        rf"(?-i:{_SHORT_KIND})\b\.?{_TAIL}",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b\d{{1,5}}[a-z]?\s(?:{_LITTLE}[a-z']+\s){{1,3}}(?:{_SHORT_KIND})\b\.?(?:,?\s?(?:{_FLAT}))?(?:,?\s[a-z]+){{0,2}},?\s{_ANY_CODE}",
        re.IGNORECASE,
    ),
    re.compile(rf"\b\d{{1,5}}\s(?:[A-Z][a-z']+\s?){{1,3}},\s[A-Z][a-z]+(?:\s[A-Z][a-z]+)?,\s{_ZIP}"),
    re.compile(rf"\bP\.?\s?O\.?\sBox\s\d{{1,6}}\b{_TAIL}", re.IGNORECASE),
    re.compile(rf"\b(?:(?-i:[A-Z][a-z]+),?\s)?(?:{_POSTCODE})"),
    re.compile(
        r"\b(?:zip|zip\s?code|postal\s?code|post\s?code)\b\W{0,3}(?:is\s)?(?P<it>\d{5}(?:-\d{4})?|[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2})\b",
        re.IGNORECASE,
    ),
)

_WORD_BEFORE = re.compile(r"(?<![\w-])([а-яё]{1,30}(?:-[а-яё]{1,30}){0,4})\s?,?\s{0,2}$", re.IGNORECASE)


def _finder(form: _Form) -> Callable[[str], Iterator[Found]]:
    group = "it" if "it" in form.whole.groupindex else 0

    def find(text: str) -> Iterator[Found]:
        if form.core and not form.core.search(text):
            return
        for match in form.whole.finditer(text):
            start, end = match.span(group)
            while start < end and not text[start].isalnum():
                start += 1
            before = _WORD_BEFORE.search(text, max(0, start - 30), start)
            yield before.start() if before and town(before[1]) else start, end, "ADDRESS"

    return find


def finders() -> list[Callable[[str], Iterator[Found]]]:
    """The detectors of addresses, the fullest forms first."""
    forms = (form if isinstance(form, _Form) else _Form(form) for form in (*_RUSSIAN, *_ENGLISH))
    return [_finder(form) for form in forms]
