"""Documents of a person: tax and insurance numbers, passports, licences, permits, certificates, dates of birth."""

from __future__ import annotations

import re

from labeling.privacy.detectors import Detector
from labeling.privacy.rules import DATE, Clue, after, always, only, rule
from labeling.privacy.view import sign


def _inn(clue: Clue) -> bool:
    from stdnum.ru import inn

    if clue.named == "INN":
        return True
    plain = clue.named is None and not clue.amount and clue.written.isdigit()
    return plain and len(clue.digits) in (10, 12) and clue.digits[0] != "0" and inn.is_valid(clue.digits)


def _snils(clue: Clue) -> bool:
    if clue.named == "SNILS":
        return True
    if not clue.written.isdigit():
        return clue.named is None or clue.named == "PASSPORT" or _snils_adds_up(clue.digits)
    plain = clue.named is None and not clue.amount and not re.match(r"[78][3489]", clue.digits)
    return plain and _snils_adds_up(clue.digits)


def _snils_adds_up(digits: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(digits[:9], range(9, 0, -1), strict=True))
    return total % 101 % 100 == int(digits[9:])


def _passport(clue: Clue) -> bool:
    if clue.named == "PASSPORT":
        return True
    # "4509 123456": the third and fourth digits are the year of the form.
    year = clue.digits[2:4] >= "97" or clue.digits[2:4] <= "30"
    text = clue.match.string
    # "65-2022/003471-К" is the number of something else.
    inside = text[max(0, clue.start - 1) : clue.start] in ("-", "/") or re.match(
        r"-[^\W_]", text[clue.end : clue.end + 2]
    )
    return clue.named is None and not clue.amount and year and not inside and not clue.written.isdigit()


def _ogrn(clue: Clue) -> bool:
    from stdnum.ru import ogrn

    return clue.named == "OGRN" or (clue.named is None and not clue.amount and ogrn.is_valid(clue.digits))


_SERIES = r"(?<![^\W\d_])(?:сери[яиюей]{1,2}\s?(?:паспорта)?|сер\.?|с\.)\s?[:-]?\s?"
_NUMBERED = r"(?:номер\w?\s?(?:паспорта)?|ном\.?|н\.|№|no\.?|n)\s?[:-]?\s?"
_BORN = (
    r"(?:дат[аыуе]\s(?:мо[её]го\s)?рождения|день\sрождения|родил\w{1,3}|рожд\w*|д\.?\s?р\.?|г\.?\s?р\.?|date\s+of\s+birth|birth\s?da(?:te|y)"
    r"|born(?:\s+on)?|d\.?o\.?b\.?)"
)
_BORN_WORDS = ("рожд", "родил", "р", "birth", "born", "d.o", "dob", "do.")
_YEARS = r"(?:\s?(?:года?|г\.?)(?![^\W\d_]))?"
_YEAR = r"(?:19[2-9]\d|20[0-2]\d)"

NUMBERS: tuple[Detector, ...] = (
    rule("SNILS", r"\d{3}[ -]\d{3}[ -]\d{3}[ -]{0,3}\d{2}|\d{9} \d{2}|\d{11}", _snils, digits=11),
    only("SNILS", r"\d(?:[ .\-]{0,2}\d){8,11}", digits=9),
    rule("SSN", r"\d{3}-\d{2}-\d{4}", always, digits=9, words=("-",)),
    only("SSN", r"\d{3}[ -]?\d{2}[ -]?\d{4}|[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]", digits=6),
    rule("INN", r"\d{12}|\d{10}", _inn, digits=10),
    only("INN", r"\d(?:[ \-]?\d){8,12}", digits=9),
    rule("OGRN", r"\d{15}|[15]\d{12}", _ogrn, digits=13),
    only("OGRN", r"\d(?:[ \-]?\d){11,15}", digits=12),
)
"""Of taxes and insurance."""
PASSPORTS: tuple[Detector, ...] = (
    rule(
        "PASSPORT",
        rf"(?P<it>{_SERIES}\d\d\s?\d\d\W{{0,3}}(?:{_NUMBERED})?\d{{6}})(?!\d)",
        lambda clue: not clue.of_a_thing,
        digits=10,
        words=("с",),
    ),
    rule(
        "PASSPORT",
        rf"{_NUMBERED}(?P<it>\d{{6}}\W{{0,3}}{_SERIES}\d\d\s?\d\d)(?!\d)",
        always,
        digits=10,
        words=("с",),
    ),
    rule("PASSPORT", rf"\d\d[ -]?\d\d ?(?:{_NUMBERED}|[#/-] ?)?\d{{6}}", _passport, digits=10),
    only(
        "PASSPORT",
        rf"\d\d ?(?:{_NUMBERED})?\d{{7}}|\d{{2}}[ -]\d{{2}}[ -]\d{{3}}[ -]?\d{{3}}|[A-Z]{{1,2}} ?\d{{6,8}}|\d{{8,10}}",
        digits=6,
    ),
    only("PASSPORT", r"(?:номер\w?|паспорт\w?|№|no\.?)\s?[:№-]?\s?(?P<it>\d{6})(?!\d)", digits=6),
    only("PASSPORT", r"(?<![a-z])(?=(?:[a-z]*\d){3})[a-z\d]{8,9}(?![a-z])", digits=3),
    rule(
        "PASSPORT",
        r"(?:серия\s(?:паспорта)?|паспорт\w?\sсерии)\s?:?-?\s?(?P<it>\d{2} ?\d{2})(?!\d)",
        always,
        digits=4,
        words=("сери",),
    ),
    rule(
        "PASSPORT",
        r"(?:код\w?\sподразделени\w|к/п)\W{0,3}(?P<it>\d{3}-?\d{3})(?!\d)",
        always,
        digits=6,
        words=("подразделени", "к/п"),
    ),
)
BIRTHS: tuple[Detector, ...] = (
    rule(
        "BIRTH",
        rf"{_BORN}(?:\s[^\W\d_]{{1,15}}){{0,2}}?\s?[:.,-]?\s?(?P<it>(?:{DATE}){_YEARS}|{_YEAR}{_YEARS}(?![./-]?\d))",
        always,
        digits=4,
        words=_BORN_WORDS,
    ),
    # Behind a name a date that long ago is a date of birth.
    rule(
        "BIRTH",
        rf"{sign('NAME')},?\s\(?(?P<it>\d{{1,2}}[./-]\d{{1,2}}[./-](?:19\d\d|200\d|[013-9]\d(?!\d))|(?:19\d\d|200\d)-\d\d-\d\d)(?!\d)",
        always,
        digits=4,
        words=(sign("NAME"),),
    ),
    rule(
        "BIRTH",
        rf"(?<!\d)(?P<it>(?:{DATE})|(?<!\d[./-]){_YEAR})\s?(?:г(?:ода?|\.)?\s?рождения|г\.?\s?р\b)",
        always,
        digits=4,
        words=("рожд", "р"),
    ),
)
_PAPERS = (
    # Licence: region, series or two letters, number.
    (
        r"водительск\w+(?:\s(?:удостоверени\w+|прав\w{0,2}))?|вод\w*\.?\sуд\w*\.?|в/?у|прав[ао]?",
        r"\d\d ?(?:\d\d|[а-яa-z]{2}) ?(?:№ ?|номер )?\d{6}",
        ("вод", "ву", "в/у", "прав"),
        8,
    ),
    (
        r"driv(?:er['’]?s?|ing)\slicen[cs]e",
        r"(?=(?:[a-z]*\d){4})[a-z\d]{7,18}",
        ("driv",),
        4,
    ),
    (
        r"(?:полис\w?\s)?омс|енп|медицинск\w+\sстраховани\w|мед\w*\.?\s?полис\w?",
        r"\d{4}(?: ?\d{4}){3}",
        ("омс", "енп", "мед"),
        16,
    ),
    (
        r"внж|вид\w?\sна\sжительство|рвпо?|разрешени\w{1,2}\sна\sвременное\sпроживание|патент\w?|миграционн\w+\sкарт\w{1,2}",
        r"(?:\d{2,4} ?|\d{1,5}/\d{4}[ /])(?:№ ?|номер )?\d{6,8}",
        ("внж", "жительство", "рвп", "проживание", "патент", "миграцион"),
        8,
    ),
    (
        r"residence\spermit|residence\scard|work\spermit|green\scard|brp|national\sid|id(?:entity)?\scard|visa",
        r"[a-z]{1,3} ?\d{6,9}|\d{8,9}",
        ("resid", "permit", "green", "brp", "national", "card", "visa"),
        6,
    ),
    (
        r"военн\w+\sбилет\w{0,2}|приписн\w+|удостоверени\w{1,3}|свидетельств\w{1,2}(?:\sо\s\w+)?|диплом\w?|аттестат\w?|справк\w\sмсэ",
        r"(?:[а-яa-z]{2}|\d{2,4})[ -]?(?:№ ?)?\d{6,8}|(?<=№)\d{4,9}|(?<=№ )\d{4,9}",
        ("билет", "приписн", "удостов", "свидетельств", "диплом", "аттестат", "мсэ"),
        4,
    ),
)


def _no_passport(clue: Clue) -> bool:
    return clue.named not in ("PASSPORT", "SNILS", "INN", "OGRN") or clue.match.string.isascii()


PAPERS: tuple[Detector, ...] = (
    # A Roman number and two letters begin certificates of births and marriages, and nothing else.
    rule("DOCUMENT", r"(?<![^\W_])(?P<it>[ivx1]{1,4}-[а-яa-z]{2} ?(?:№ ?|номер )?\d{6})(?!\d)", always, digits=6),
    *(after("DOCUMENT", names, form, _no_passport, digits=least, words=words) for names, form, words, least in _PAPERS),
)
"""Licences, policies of health, permits, certificates."""
