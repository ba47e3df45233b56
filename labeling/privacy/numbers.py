"""Numbers that point at a person: cards, accounts, documents. A right checksum is evidence, a wrong one no acquittal.

Each rule is a form and a judge. The judge knows the form's digits, the word that names the number (``named``) and
whether it is an amount; people mistype numbers, so a form that is plain enough is masked whatever its check digits say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from labeling.privacy.context import amount, named
from labeling.privacy.view import sign

Found = tuple[int, int, str]
"""Start, end and kind."""

_LENGTHS = {
    each[:2]: int(each[2:])
    for each in (
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 "
        "ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 "
        "LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 "
        "QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
    ).split()
}

# The sixth to eighth digit of a Russian account.
_CURRENCIES = ("810", "840", "978", "156", "643", "826", "756", "398", "933", "949", "784", "051", "860")


@dataclass(frozen=True)
class Clue:
    """A candidate: its signs as written, its digits, the kind its context names, whether it is an amount."""

    written: str
    digits: str
    named: str | None
    amount: bool


@dataclass(frozen=True)
class Rule:
    """A kind, the form of its numbers, and who decides."""

    kind: str
    form: re.Pattern[str]
    judge: Callable[[Clue], bool]

    def find(self, text: str) -> Iterator[Found]:
        """Where the rule holds."""
        for match in self.form.finditer(text):
            start, end = match.span("it")
            digits = re.sub(r"\D", "", match["it"])
            if self.judge(Clue(match["it"], digits, named(text, start, end), amount(text, start, end))):
                yield start, end, self.kind


def _rule(kind: str, form: str, judge: Callable[[Clue], bool]) -> Rule:
    bounded = rf"(?<!\d)(?<!\d\.)(?P<it>{form})(?!\d)"
    return Rule(kind, re.compile(bounded if "?P<it>" not in form else form, re.IGNORECASE), judge)


def _luhn(digits: str) -> bool:
    from stdnum import luhn

    return luhn.is_valid(digits)


def _card(clue: Clue) -> bool:
    digits = clue.digits
    if clue.named == "CARD":
        return True
    # Of other lengths only those that cards really have, and only where nothing else is named.
    if len(digits) != 16 and (
        clue.named is not None or not re.match(r"3[47]\d{13}$|(?:220|5[0-8]|6)\d{15,17}$", digits)
    ):
        return False
    if _luhn(digits) and digits[0] in "23456":
        return True
    # With a mistyped digit: four groups of four, or sixteen digits that begin as cards do.
    plain = bool(re.search(r"[ -]", clue.written)) or digits[0] in "23456"
    return len(digits) == 16 and clue.named is None and not clue.amount and plain


def _card_in_odd_groups(clue: Clue) -> bool:
    return clue.named in (None, "CARD") and not _DATED.search(clue.written) and _luhn(clue.digits)


def _account(clue: Clue) -> bool:
    return clue.named in ("ACCOUNT", "IBAN") or (clue.digits[0] in "34" and clue.named != "OTHER")


def _account_in_any_groups(clue: Clue) -> bool:
    return clue.digits[5:8] in _CURRENCIES and clue.named != "OTHER"


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
    return clue.named is None and not clue.amount and year and not clue.written.isdigit()


def _bic(clue: Clue) -> bool:
    return clue.named == "BIC" or (clue.digits.startswith("04") and clue.named is None and not clue.amount)


def _ogrn(clue: Clue) -> bool:
    from stdnum.ru import ogrn

    return clue.named == "OGRN" or (clue.named is None and not clue.amount and ogrn.is_valid(clue.digits))


def _always(_clue: Clue) -> bool:
    return True


def _only(kind: str) -> Callable[[Clue], bool]:
    """A loose form, masked where the context names its kind: but no amount, and no dates that stand in a row."""
    return lambda clue: clue.named == kind and not clue.amount and not _DATED.search(clue.written)


_DATED = re.compile(r"(?<!\d)\d{1,2}[.-]\d{1,2}[.-](?:\d{4}|\d{2})(?!\d)")
_GAP = r"[ .\-]{0,3}"
_HIDDEN = r"[*xх•·#_]"
_FOURS = r"(?<!\d{4}[ -])\d{4}(?P<gap>[ -]{0,3})\d{4}(?P=gap)\d{4}(?P=gap)\d{4}"
_SERIES = r"(?<![^\W\d_])(?:сери[яиюей]{1,2}\s?(?:паспорта)?|сер\.?|с\.)\s?[:-]?\s?"
_NUMBERED = r"(?:номер\w?\s?(?:паспорта)?|ном\.?|н\.|№|no\.?|n)\s?[:-]?\s?"
_DATE = (
    r"\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}[./-]\d{1,2}[./-]\d{1,2}"
    r"|\d{1,2}(?:st|nd|rd|th)?\s(?:of\s)?[а-яa-z]{3,9},?\s\d{4}|[a-z]{3,9}\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}"
)
_BORN = (
    r"(?:дат[аыуе]\s(?:мо[её]го\s)?рождения|родил\w{1,3}|рожд\w*|д\.?\s?р\.?|г\.?\s?р\.?|date\s+of\s+birth|birth\s?da(?:te|y)|born(?:\s+on)?"
    r"|d\.?o\.?b\.?)"
)
_RULES = (
    _rule("ACCOUNT", rf"[34](?:{_GAP}\d){{19}}", _account_in_any_groups),
    _rule("CARD", rf"{_FOURS}(?:[ -]?\d{{2,3}})?(?![ -]\d{{4}})", _card),
    # An amount may stand behind it.
    _rule("CARD", _FOURS, _card),
    _rule("CARD", r"\d{8} ?\d{8}|3\d{3}[ -]?\d{6}[ -]?\d{5}|[2-6]\d{12,18}", _card),
    _rule("CARD", r"[2-6](?:[ .\-]{0,2}\d){15}", _card_in_odd_groups),
    # Partly hidden by the writer: the rest of it still tells cards apart.
    _rule("CARD", rf"\d{{4}}[ -]?(?:\d\d)?{_HIDDEN}{{2,8}}[ -]?{_HIDDEN}{{0,6}}[ -]?\d{{4}}", _always),
    _rule("CARD", r"(?<![\w*])(?:[*•·]{2,4}[ -]?|[*•·])(?P<it>\d{4})(?!\d)", lambda clue: not clue.amount),
    _rule("CARD", r"(?:ending|ends)\s(?:in|with)?\s?(?P<it>\d{4})(?!\d)", _always),
    _rule(
        "CARD",
        r"(?:заканчива\w+|оканчива\w+|последни\w\s(?:4\s|четыре\s)?цифр\w?(?:\sкарты)?)\s?(?:на|:|-)?\s?(?P<it>\d{4})(?!\d)",
        _always,
    ),
    _rule("CVV", r"\bcv[vc]2?(?:[- ]?(?:код|code))?\s?(?:is|:|-|=)?\s?(?P<it>\d{3,4})(?!\d)", _always),
    _rule("CARD", rf"\d(?:{_GAP}\d){{12,18}}", _only("CARD")),
    _rule(
        "ACCOUNT",
        rf"\d{{20}}|\d{{5}}{_GAP}\d{{3}}{_GAP}\d{_GAP}\d{{4}}{_GAP}\d{{7}}|\d{{4}}(?: \d{{4}}){{4}}",
        _account,
    ),
    _rule("ACCOUNT", r"\d(?:[ .\-]?\d){18,21}", _only("ACCOUNT")),
    _rule("SNILS", r"\d{3}[ -]\d{3}[ -]\d{3}[ -]{0,3}\d{2}|\d{9} \d{2}|\d{11}", _snils),
    _rule("SNILS", r"\d(?:[ .\-]{0,2}\d){8,11}", _only("SNILS")),
    _rule("SSN", r"\d{3}-\d{2}-\d{4}", _always),
    _rule("SSN", r"\d{3}[ -]?\d{2}[ -]?\d{4}|[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]", _only("SSN")),
    _rule("INN", r"\d{12}|\d{10}", _inn),
    _rule("INN", r"\d(?:[ \-]?\d){8,12}", _only("INN")),
    _rule("OGRN", r"\d{15}|[15]\d{12}", _ogrn),
    _rule("OGRN", r"\d(?:[ \-]?\d){11,15}", _only("OGRN")),
    _rule("BIC", r"\d{9}", _bic),
    _rule("BIC", r"\d{2,3}(?: \d{2,4}){2,3}", _only("BIC")),
    _rule("PASSPORT", rf"(?P<it>{_SERIES}\d\d\s?\d\d\W{{0,3}}(?:{_NUMBERED})?\d{{6}})(?!\d)", _always),
    _rule("PASSPORT", rf"{_NUMBERED}(?P<it>\d{{6}}\W{{0,3}}{_SERIES}\d\d\s?\d\d)(?!\d)", _always),
    _rule("PASSPORT", rf"\d\d[ -]?\d\d ?(?:{_NUMBERED}|[#/-] ?)?\d{{6}}", _passport),
    _rule(
        "PASSPORT",
        rf"\d\d ?(?:{_NUMBERED})?\d{{7}}|\d{2}[ -]\d{2}[ -]\d{3}[ -]?\d{3}|[A-Z]{1, 2} ?\d{6, 8}|\d{8, 10}",
        _only("PASSPORT"),
    ),
    _rule("PASSPORT", r"(?:номер\w?|паспорт\w?|№|no\.?)\s?[:№-]?\s?(?P<it>\d{6})(?!\d)", _only("PASSPORT")),
    _rule("PASSPORT", r"(?<![a-z])(?=(?:[a-z]*\d){3})[a-z\d]{8,9}(?![a-z])", _only("PASSPORT")),
    _rule("PASSPORT", r"(?:серия\s(?:паспорта)?|паспорт\w?\sсерии)\s?:?-?\s?(?P<it>\d{2} ?\d{2})(?!\d)", _always),
    _rule("PASSPORT", r"(?:код\w?\sподразделени\w|к/п)\W{0,3}(?P<it>\d{3}-?\d{3})(?!\d)", _always),
    _rule(
        "ACCOUNT",
        r"(?:sort\s?code|routing(?:\snumber|\sno)?)\W{0,3}(?:is\s)?(?P<it>\d{2}[- ]?\d{2}[- ]?\d{2}|\d{9})(?!\d)",
        _always,
    ),
    _rule(
        "ACCOUNT",
        r"(?:номер\w?\s(?:мо\w+\s)?сч[её]та|лицев\w+\sсч[её]т\w?|\bл/?с|р/с|сч[её]т\s?№|(?:account|acct|a/c)(?:\s(?:number|num|no))?\.?)"
        r"\s?(?:[:#№-]|is)?\s?(?P<it>\d(?:[ -]?\d){5,16})(?!\d)",
        lambda clue: not clue.amount,
    ),
    _rule("BIRTH", rf"{_BORN}(?:\s(?:был\w?|is|was|in|в))?\s?[:,-]?\s?(?P<it>{_DATE})", _always),
    # Behind a name a date that long ago is a date of birth.
    _rule(
        "BIRTH",
        rf"{sign('NAME')},?\s\(?(?P<it>\d{{1,2}}[./-]\d{{1,2}}[./-](?:19\d\d|200\d|[013-9]\d(?!\d))|(?:19\d\d|200\d)-\d\d-\d\d)(?!\d)",
        _always,
    ),
    _rule("BIRTH", rf"(?<!\d)(?P<it>{_DATE})\s?(?:года?\sрождения|г\.?\s?р\b)", _always),
)
# Letters and digits in one word; the country tells how many.
_IBAN = re.compile(r"(?<![^\W_])([A-Z]{2})\d{2}(?:[ -]?[A-Z0-9]){8,30}", re.IGNORECASE)
_SWIFT = re.compile(r"(?<![^\W_])[A-Z]{4} ?[A-Z]{2} ?[A-Z0-9]{2}(?: ?[A-Z0-9]{3})?(?![^\W_])", re.IGNORECASE)

_SWIFT_SAID = re.compile(
    r"(?:swift|bic|свифт|бик)\w?(?P<code>[ -]?(?:code|код))?(?P<sign>[^\w\ue000-\uf8ff]{0,3})(?:is |банка )?\Z",
    re.IGNORECASE,
)


def ibans(text: str) -> Iterator[Found]:
    """IBANs, right or mistyped: two letters of a country that has them and as many signs as its IBANs have."""
    for match in _IBAN.finditer(text):
        length = _LENGTHS.get(match[1].upper())
        ends = [at + 1 for at in range(match.start(), match.end()) if text[at].isalnum()]
        if length and len(ends) >= length and _stops(text, ends[length - 1]):
            yield match.start(), ends[length - 1], "IBAN"
        elif named(text, match.start(), match.end()) == "IBAN":
            yield match.start(), _last_of_groups(text, match), "IBAN"


def _stops(text: str, end: int) -> bool:
    return end == len(text) or not text[end].isalnum()


def _last_of_groups(text: str, match: re.Match[str]) -> int:
    """The end of the last group that holds a digit: words that follow are no part of the number."""
    groups = list(re.finditer(r"[^\W_]+", text[match.start() : match.end()]))
    return match.start() + max(group.end() for group in groups if re.search(r"\d", group[0]))


def swifts(text: str) -> Iterator[Found]:
    """SWIFT codes: where the context names them, or in the form that no word has."""
    from stdnum import bic

    for match in _SWIFT.finditer(text):
        code = match[0].replace(" ", "")
        odd = (
            code[6:].upper().endswith("XXX")
            or bool(re.search(r"\d", code[6:]))
            or code[4:6].upper() in ("RU", "DE", "GB", "US")
        )
        called = _SWIFT_SAID.search(text, max(0, match.start() - 30), match.start())
        shown = code.isupper() and not text.isupper()
        sure = bic.is_valid(code) and odd and (called or (shown and code == match[0]))
        named_here = called and (called["code"] or called["sign"].strip())
        said = called and (shown or (named_here and code.isupper() and _in_a_country(code)))
        if sure or said:
            yield match.start(), match.end(), "BIC"


def _in_a_country(code: str) -> bool:
    from phonenumbers import SUPPORTED_REGIONS

    return code[4:6].upper() in SUPPORTED_REGIONS


def finders() -> list[Callable[[str], Iterator[Found]]]:
    """The detectors of numbers, the longest and surest forms first."""
    return [ibans, *(rule.find for rule in _RULES), swifts]
