"""Postal addresses, Russian and English. A city or a street alone is a place; a house or a flat makes it an address."""

from __future__ import annotations

import re
from collections.abc import Iterator

from labeling.privacy.detectors import Detector, Find
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
_WAYS = (
    "ул",
    "пр",
    "пер",
    "ш.",
    "шоссе",
    "б-р",
    "бул",
    "наб",
    "пл",
    "тракт",
    "алле",
    "мк",
    "мр",
    "м-н",
    "м р",
    "кварт",
    "тупик",
    "лини",
)
# Bounded, so that endless words take no endless time.
_NAME = (
    r"(?:\d{1,4}(?:-?(?:я|й|е|ая|ый|ого|го|ти|лет|летия))?[ ])?(?:[а-яё]\.[ ]?){0,2}"
    r"[а-яё][а-яё-]{1,30}(?:[ ][а-яё][а-яё-]{1,30}){0,2}?"
)
_PROPER = r"(?-i:[А-ЯЁ][а-яё]{1,30}(?:-[А-ЯЁа-яё][а-яё]{1,30}){0,4})"
_DIGITS = (
    r"\d{1,4}(?:[ ]?(?-i:[а-еА-Е])(?![^\W_]))?(?:[ ]?[/-][ ]?\d{1,3}(?:[а-еА-Е](?![^\W_]))?)?"
    r"(?:(?:стр|корп|[ск])\.?\d{1,3}){0,2}"
)
_HOUSE = rf"(?:{_START}д(?:\.|ом[ае]?{_STOP}|{_STOP})\s?№?\s?{_DIGITS})"
_PART = (
    rf"(?:{_START}(?:к(?:в|орп|ом)?\.|кв{_STOP}|квартир[аеуы]{_STOP}|корп{_STOP}|корпус[ае]?{_STOP}|стр(?:\.|оени[ея]{_STOP}|{_STOP})|под(?:\.|ъезд[ае]?{_STOP})"
    rf"|эт(?:\.|аж[ае]?{_STOP})|оф(?:\.|ис[ае]?{_STOP})|комн(?:\.|ат[аеы]{_STOP})"
    rf"|лит(?:\.|ера?{_STOP})|к(?=\s?\d))\s?№?\s?\d{{1,4}}(?:[ ]?(?-i:[а-еА-Е])(?![^\W_]))?)"
)
# Words that belong to an address may stand on its next line, a bare number only behind a comma.
_BARE = r"(?:[ ]?,\s?|[ ]?)"
_SEP = r"\s{0,2}[,;]?\s{0,2}"
_PARTS = rf"(?:{_SEP}{_PART})*"
_TOWN_NAMED = (
    rf"(?:{_START}(?:г(?:\.|ор\.|ород[ае]?{_STOP}|{_STOP})|(?:р\.?\s?)?п(?:ос)?(?:\.|[её]л[а-я]+{_STOP})|пгт\.?{_STOP}|рп{_STOP}|с(?:\.|ел[ое]{_STOP})"
    rf"|дер(?:\.|евн[яеи]{_STOP})|д\.(?=\s?[а-яё]{{3}})|ст(?:\.|-ца{_STOP}|аниц[аеы]{_STOP})|х(?:\.|утор[ае]?{_STOP})|аул[ае]?{_STOP}|[ск]нт{_STOP})"
    rf"\s?[«\"]?[а-яё]{{1,30}}(?:-[а-яё]{{1,30}}){{0,4}}(?:\s(?:{_PROPER}|[а-яё-]{{1,30}}(?=\s?,)))?[»\"]?)"
)
_CITY = rf"(?:{_TOWN_NAMED}|{_PROPER}(?:[ ]{_PROPER})?(?:[ ]г(?:\.|{_STOP}))?)"
_REGION = (
    rf"(?:[а-яё-]{{1,30}}(?:ая|ой|ий|ого|ом|ый)\s(?:обл(?:\.|аст[ьи]{_STOP}|{_STOP})|край|кра[яею]{_STOP}|р(?:-о?н|айон)[ае]?{_STOP})"
    r"|респ(?:\.|ублик[аеи])\s[а-яё]+)"
)
_HEAD = rf"(?:(?:\d{{6}}{_SEP})?(?:(?:россия|рф){_SEP})?(?:{_REGION}{_SEP}){{0,2}}(?:{_CITY}\s?,\s?|{_TOWN_NAMED}\s){{0,2}})"
_STREET = (
    rf"(?:{_WAY}[ ]{{0,2}}{_NAME}|(?:\d{{1,2}}-?[йя][ ])?(?:{_PROPER}[ ]){{1,2}}{_WAY}"
    rf"|[а-яё-]{{1,30}}(?:ий|ый|ом|ая|ой|ое|ую)[ ]{_WAY})"
)
_NUMBER = (
    rf"(?:{_SEP}{_HOUSE}|{_BARE}(?:№\s?)?{_DIGITS}(?![^\W_])"
    r"(?!\s(?:руб|р\b|₽|тыс|числ|час|мин|банкомат|отделен|карт|[а-я]*рубл)))"
)
_LIVES = (
    rf"{_START}(?:адрес(?:у|а|ом)?(?:\s(?:доставки|регистрации|проживания|прописки))?|прожива\w+|живу|жив[её]т|прописан\w?|зарегистрирован\w{{0,2}}"
    rf"|прописк\w|доставьте|привезите|доставк\w)(?:\s(?:у нас|по адресу|на|в|сейчас|по|мой|карты){_STOP}){{0,3}}\s?[:\-—]?\s?"
)


def _form(
    whole: str, words: tuple[str, ...] = (), *, core: str = "", digits: int = 1, flags: int = re.IGNORECASE
) -> Detector:
    """A detector of a form; to look for its core first, a part that every match holds, saves to try it at every word."""
    form, heart = re.compile(whole, flags), re.compile(core, re.IGNORECASE)
    group = "it" if "it" in form.groupindex else 0

    def find(text: str) -> Iterator[Find]:
        if not heart.search(text):
            return
        for match in form.finditer(text):
            start, end = match.span(group)
            while start < end and not text[start].isalnum():
                start += 1
            before = _WORD_BEFORE.search(text, max(0, start - 30), start)
            yield before.start() if before and town(before[1]) else start, end, "ADDRESS"

    return Detector(find, words, digits)


_WORD_BEFORE = re.compile(r"(?<![\w-])([а-яё]{1,30}(?:-[а-яё]{1,30}){0,4})\s?,?\s{0,2}$", re.IGNORECASE)
_LIVING = ("адрес", "прожива", "жив", "прописан", "зарегистрирован", "прописк", "доставьте", "привезите", "доставк")
_FLATS = ("к", "стр", "под", "эт", "оф", "лит")
_RUSSIAN = (
    # "ленина 5-12" after a word of living.
    _form(
        rf"{_LIVES}(?P<it>{_HEAD}(?:[а-яё-]{{1,30}}\s?,\s?)?(?:{_WAY}[ ]{{0,2}}{_NAME}|{_NAME}(?:[ ]{_WAY})?)"
        rf"(?:{_SEP}{_HOUSE}|{_BARE}{_DIGITS}(?![^\W_])){_PARTS})",
        _LIVING,
    ),
    _form(rf"{_HEAD}{_STREET}{_NUMBER}{_PARTS}(?:{_SEP}\d{{6}}(?!\d))?", _WAYS, core=_WAY),
    _form(rf"{_HEAD}(?:{_HOUSE}|{_START}корп(?:\.|ус)\s?\d{{1,4}})(?:{_SEP}{_PART})+", _FLATS, core=_PART, digits=2),
    # A village has houses without streets.
    _form(rf"{_HEAD}{_TOWN_NAMED}\s?,\s?{_HOUSE}{_PARTS}", ("д",), core=_HOUSE),
    # "Ленина 5, кв. 12", "ленина 5-12" after a word of living.
    _form(
        rf"{_HEAD}(?:(?-i:[А-ЯЁ]\.\s?)?{_PROPER}|{_START}[а-яё-]{{4,30}}){_BARE}{_DIGITS}"
        rf"(?:{_SEP}{_START}к(?:в|орп)(?:\.|артир[аеуы]|ус)?\s?\d{{1,4}}(?!\d){_PARTS}|(?:{_SEP}{_PART}){{2,}})",
        _FLATS,
        core=rf"{_PART}|{_START}к(?:в|орп)",
        digits=2,
    ),
    _form(
        rf"{_HEAD}{_PROPER}{_BARE}{_DIGITS}(?=\s?,?\s(?:{_START}(?:подъезд|домофон|этаж)\s?\d|(?:\d-?й|[а-я]+[ыои]й)\s(?:подъезд|этаж)))",
        ("подъезд", "домофон", "этаж"),
    ),
    _form(rf"{_LIVES}(?P<it>{_HEAD}{_WAY}[ ]{{0,2}}{_PROPER}(?:[ ]{_PROPER})?)", _LIVING, core=_WAY, digits=0),
    _form(rf"{_START}(?:почтов\w+\s)?индекс\w{{0,2}}\W{{0,3}}(?P<it>\d{{6}})(?!\d)", ("индекс",), digits=6),
    _form(
        rf"{_START}(?:кв\.|квартир[аеуы])\s?№?\s?(?P<it>\d{{1,4}})(?=\s?,?\s?(?:подъезд|этаж|домофон))",
        ("подъезд", "этаж", "домофон"),
    ),
    _form(
        rf"(?<!\d)\d{{6}}{_SEP}(?:(?:россия|рф){_SEP})?(?:{_REGION}{_SEP})?{_START}г(?:\.|ород)\s?[а-яё-]{{1,30}}",
        ("г.", "город"),
        digits=6,
    ),
)
_LONG_KIND = r"street|avenue|road|lane|boulevard|terrace|crescent|gardens|mews|parkway|highway|grove|square"
_SHORT_KIND = r"St|Ave|Rd|Ln|Blvd|Dr|Drive|Ct|Court|Pl|Place|Sq|Way|Close|Hill|Row|Circle|Pkwy|Hwy|Walk|Park|Green"
_LITTLE = (
    r"(?!(?:the|a|an|of|on|in|at|to|from|for|and|or|is|my|your|this|that|times?|days?|weeks?|months?|years?|hours?|minutes?|mins?|"
    r"people|cards?|dollars|pounds|euros|down|off|by|per)\b)"
)
_FLAT = r"(?:flat|apt|apartment|unit|suite|ste|room)\b\.?[ ]?#?[ ]?[\w-]{1,5}|#[ ]?\d{1,5}[a-z]?|\d{1,3}(?:st|nd|rd|th)\sfloor"
_POSTCODE = r"(?-i:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2})\b"
_ZIP = r"(?:(?-i:[A-Z]{2})\s\d{5}(?:-\d{4})?\b)"
_TOWN = r"(?:,\s?(?-i:[A-Z][a-z]+(?:\s[A-Z][a-z]+)?|[A-Z]{3,}(?=[.,!]|$)))"
_ANY_CODE = r"(?:[a-z]{2}\s\d{5}(?:-\d{4})?|[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2})(?![^\W_])"
_TAIL = (
    rf"(?:\s(?:NW|NE|SW|SE|[NSEW])\b\.?)?(?:,?\s?(?:{_FLAT}))?"
    rf"(?:,?(?:\s[a-z]+){{0,2}},?\s{_ANY_CODE}|{_TOWN}{{0,2}}(?:,?\s?(?:{_ZIP}|{_POSTCODE}))?)"
)
_LONG = tuple(_LONG_KIND.split("|"))
_SHORT = tuple(_SHORT_KIND.lower().split("|"))
_ENGLISH = (
    _form(
        rf"(?:(?:{_FLAT}),?\s)?\b\d{{1,5}}[a-z]?[ ](?:(?:[NSEW]{{1,2}}|north|south|east|west)\.?[ ])?"
        rf"(?:{_LITTLE}[a-z][a-z'.]+[ ]|\d{{1,3}}(?:st|nd|rd|th)[ ])"
        rf"{{1,2}}(?:{_LONG_KIND})\b{_TAIL}",
        _LONG,
    ),
    _form(
        rf"(?:(?:{_FLAT}),?\s)?\b\d{{1,5}}[a-zA-Z]?[ ](?:[NSEW]{{1,2}}\.?[ ])?"
        rf"(?:(?-i:[A-Z][a-z']+)[ ]|\d{{1,3}}(?:st|nd|rd|th)[ ]){{1,3}}"
        rf"(?-i:{_SHORT_KIND})\b\.?{_TAIL}",
        _SHORT,
    ),
    _form(
        rf"\b\d{{1,5}}[a-z]?[ ](?:{_LITTLE}[a-z']+[ ]){{1,3}}(?:{_SHORT_KIND})\b\.?"
        rf"(?:,?\s?(?:{_FLAT}))?(?:,?\s[a-z]+){{0,2}},?\s{_ANY_CODE}",
        _SHORT,
        digits=3,
    ),
    _form(
        rf"\b\d{{1,5}}[ ](?:[A-Z][a-z']+[ ]?){{1,3}},\s[A-Z][a-z]+(?:\s[A-Z][a-z]+)?,\s{_ZIP}",
        (",",),
        digits=6,
        flags=0,
    ),
    _form(rf"\bP\.?\s?O\.?\sBox\s\d{{1,6}}\b{_TAIL}", ("box",)),
    _form(rf"\b(?:(?-i:[A-Z][a-z]+),?\s)?(?:{_POSTCODE})", digits=2),
    _form(
        r"\b(?:zip|zip\s?code|postal\s?code|post\s?code)\b\W{0,3}(?:is\s)?(?P<it>\d{5}(?:-\d{4})?|[a-z]{1,2}\d[a-z\d]?\s?\d[a-z]{2})\b",
        ("zip", "post"),
        digits=2,
    ),
)
DETECTORS: tuple[Detector, ...] = (*_RUSSIAN, *_ENGLISH)
"""The fullest forms first."""
