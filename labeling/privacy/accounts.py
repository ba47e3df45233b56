"""Accounts and the banks that keep them: Russian accounts, IBANs, BICs and SWIFT codes, English sort codes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from labeling.privacy.context import WORDS_IN, named
from labeling.privacy.detectors import Detector, Find
from labeling.privacy.rules import GAP, Clue, always, no_amount, only, rule

_LENGTHS = {
    entry[:2]: int(entry[2:])
    for entry in (
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 "
        "ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 "
        "LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 "
        "QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20"
    ).split()
}

# The sixth to eighth digit of a Russian account.
_CURRENCIES = ("810", "840", "978", "156", "643", "826", "756", "398", "933", "949", "784", "051", "860")


def _account(clue: Clue) -> bool:
    return clue.named in ("ACCOUNT", "IBAN") or (clue.digits[0] in "34" and not clue.of_a_thing)


def _account_in_any_groups(clue: Clue) -> bool:
    return clue.digits[5:8] in _CURRENCIES and not clue.of_a_thing


def _bic(clue: Clue) -> bool:
    return clue.named == "BIC" or (clue.digits.startswith("04") and clue.named is None and not clue.amount)


# Letters and digits in one word; the country tells how many.
_IBAN = re.compile(r"(?<![^\W_])([A-Z]{2})\d{2}(?:[ -]?[A-Z0-9]){8,30}", re.IGNORECASE)
_SWIFT = re.compile(r"(?<![^\W_])[A-Z]{4} ?[A-Z]{2} ?[A-Z0-9]{2}(?: ?[A-Z0-9]{3})?(?![^\W_])", re.IGNORECASE)

_SWIFT_NAMED = re.compile(
    r"(?:swift|bic|свифт|бик)\w?(?P<code>[ -]?(?:code|код))?(?P<sign>[^\w\ue000-\uf8ff]{0,3})(?:is |банка )?\Z",
    re.IGNORECASE,
)


def _ibans(text: str) -> Iterator[Find]:
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


def _swifts(text: str) -> Iterator[Find]:
    """SWIFT codes: where the context names them, or in the form that no word has."""
    from stdnum import bic

    for match in _SWIFT.finditer(text):
        code = match[0].replace(" ", "")
        odd = (
            code[6:].upper().endswith("XXX")
            or bool(re.search(r"\d", code[6:]))
            or code[4:6].upper() in ("RU", "DE", "GB", "US")
        )
        called = _SWIFT_NAMED.search(text, max(0, match.start() - 30), match.start())
        in_capitals = code.isupper() and not text.isupper()
        sure = bic.is_valid(code) and odd and (called or (in_capitals and code == match[0]))
        named_here = called and (called["code"] or called["sign"].strip())
        likely = called and (in_capitals or (named_here and code.isupper() and _in_a_country(code)))
        if sure or likely:
            yield match.start(), match.end(), "BIC"


def _in_a_country(code: str) -> bool:
    from phonenumbers import SUPPORTED_REGIONS

    return code[4:6].upper() in SUPPORTED_REGIONS


SURE: tuple[Detector, ...] = (
    Detector(_ibans, digits=3),
    rule("ACCOUNT", rf"[34](?:{GAP}\d){{19}}", _account_in_any_groups, digits=20),
)
"""Forms that nothing else has."""
NAMED: tuple[Detector, ...] = (
    rule(
        "ACCOUNT",
        rf"\d{{20}}|\d{{5}}{GAP}\d{{3}}{GAP}\d{GAP}\d{{4}}{GAP}\d{{7}}|\d{{4}}(?: \d{{4}}){{4}}",
        _account,
        digits=20,
    ),
    only("ACCOUNT", r"\d(?:[ .\-]?\d){18,21}", digits=19),
)
"""Long digits that a word makes an account."""
BANKS: tuple[Detector, ...] = (
    rule("BIC", r"\d{9}", _bic, digits=9),
    only("BIC", r"\d{2,3}(?: \d{2,4}){2,3}", digits=6),
)
SHORT: tuple[Detector, ...] = (
    rule(
        "ACCOUNT",
        r"(?:sort\s?code|routing(?:\snumber|\sno)?)\W{0,3}(?:is\s)?(?P<it>\d{2}[- ]?\d{2}[- ]?\d{2}|\d{9})(?!\d)",
        always,
        digits=6,
        words=("sort", "routing"),
    ),
    rule(
        "ACCOUNT",
        r"(?:номер\w?\s(?:мо\w+\s)?сч[её]та|лицев\w+(?:\sсч[её]т\w?)?|\bл/?с(?!-)|р/с|сч[её]т\s?№|(?:account|acct|a/c)(?:\s(?:number|num|no))?\.?)"
        r"\s?(?:[:#№-]|is)?\s?(?P<it>\d(?:[ -]?\d){5,16})(?!\d)",
        no_amount,
        digits=6,
        words=WORDS_IN["ACCOUNT"] + ("лс", "лицев"),
    ),
)
CODES: tuple[Detector, ...] = (Detector(_swifts),)
