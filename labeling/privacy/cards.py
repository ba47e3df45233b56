"""Bank cards: numbers, whole or partly hidden, the month they expire, the code on their back."""

from __future__ import annotations

import re

from labeling.privacy.detectors import Detector
from labeling.privacy.rules import DATED, GAP, Clue, always, no_amount, only, rule
from labeling.privacy.view import sign


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


def _in_odd_groups(clue: Clue) -> bool:
    return clue.named in (None, "CARD") and not DATED.search(clue.written) and _luhn(clue.digits)


def _of_a_card(clue: Clue) -> bool:
    """A month and a year behind words that also stand before other things: a card must be spoken of."""
    low = clue.match.string[max(0, clue.start - 200) : clue.end + 100].lower()
    return sign("CARD") in low or "карт" in low or "card" in low


_HIDDEN = r"[*xх•·#_]"
_FOURS = r"(?<!\d{4}[ -])\d{4}(?P<gap>[ -]{0,3})\d{4}(?P=gap)\d{4}(?P=gap)\d{4}"
_MONTH = r"(?:0[1-9]|1[0-2])[ ]?/[ ]?(?:20)?[2-4]\d(?!\d|[./-]\d)"
_EXPIRES = (
    r"(?:срок\w{0,2}(?:\s(?:её\s)?(?:действия|годности))?(?:\sкарты)?|действ\w{2,9}(?:\sдо)?|годн\w{1,2}\sдо|до|истекает"
    r"|exp(?:iry|ires|iration)?\.?(?:\sdate)?|valid\s(?:thru|through|until|till|to)|good\sthru)"
)
_BACK = (
    r"(?:\bcv[vcn]2?|\bcsc|ц[вс][вс]|свв|(?:код|цифр\w)\s(?:безопасности|сзади)|(?:на|с)\s(?:оборот\w{1,2}|обрат\w+\sсторон\w)"
    r"|(?<!social\s)security\s(?:code|number|digits))(?:[- ]?(?:код|code))?"
)
DETECTORS: tuple[Detector, ...] = (
    rule("CARD", rf"{_FOURS}(?:[ -]?\d{{2,3}})?(?![ -]\d{{4}}|[/.]\d)", _card, digits=16),
    # An amount may stand behind it.
    rule("CARD", _FOURS, _card, digits=16),
    rule("CARD", r"\d{8} ?\d{8}|3\d{3}[ -]?\d{6}[ -]?\d{5}|[2-6]\d{12,18}", _card, digits=13),
    rule("CARD", r"[2-6](?:[ .\-]{0,2}\d){15}", _in_odd_groups, digits=16),
    # Partly hidden by the writer: the rest of it still tells cards apart.
    rule(
        "CARD",
        rf"\d{{4}}[ -]?(?:\d\d)?{_HIDDEN}{{2,8}}[ -]?{_HIDDEN}{{0,6}}[ -]?\d{{4}}",
        always,
        digits=8,
        words=tuple("*xх•·#_"),
    ),
    rule("CARD", r"(?<![\w*])(?:[*•·]{2,4}[ -]?|[*•·])(?P<it>\d{4})(?!\d)", no_amount, digits=4, words=tuple("*•·")),
    rule("CARD", r"(?:ending|ends)\s(?:in|with)?\s?(?P<it>\d{4})(?!\d)", always, digits=4, words=("ending", "ends")),
    rule(
        "CARD",
        r"(?:заканчива\w+|оканчива\w+|последни\w\s(?:4\s|четыре\s)?цифр\w?(?:\sкарты)?)\s?(?:на|:|-)?\s?(?P<it>\d{4})(?!\d)",
        always,
        digits=4,
        words=("канчива", "последни"),
    ),
    rule("CVV", rf"{_BACK}\s?(?:is|:|-|=)?\s?(?P<it>\d{{3,4}})(?!\d|[.,:/-]\d)", no_amount),
    only("CARD", rf"\d(?:{GAP}\d){{12,18}}", digits=13),
    rule(
        "EXPIRY",
        rf"{sign('CARD')}[^\w\ue000-\uf8ff]{{0,4}}(?:{_EXPIRES}[^\w\ue000-\uf8ff]{{0,3}})?(?P<it>{_MONTH})",
        always,
        words=(sign("CARD"),),
    ),
    rule(
        "EXPIRY",
        rf"(?<![^\W\d_]){_EXPIRES}[^\w\ue000-\uf8ff]{{0,3}}(?P<it>{_MONTH})",
        _of_a_card,
        words=("срок", "действ", "годн", "до", "истекает", "exp", "valid", "good"),
    ),
    rule(
        "CVV",
        rf"{sign('EXPIRY')}[^\w\ue000-\uf8ff]{{0,4}}(?:(?:{_BACK}|код|code|(?:три|3)\sцифры|и|and)[^\w\ue000-\uf8ff]{{0,3}}){{0,3}}(?P<it>\d{{3}})(?!\d|[.,:/-]\d)",
        no_amount,
        words=(sign("EXPIRY"),),
    ),
)
"""The longest and surest forms first."""
