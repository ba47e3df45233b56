"""Phones, e-mails and handles, as people write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from labeling.privacy.context import amount, named
from labeling.privacy.numbers import Found

_PART = r"[^\W_](?:[\w-]*[^\W_])?"
_AT = r"(?:@|\s@\s|\s?[(\[{]\s?(?:at|собака|собачка)\s?[)\]}]\s?|\s(?:собака|собачка)\s)"
_DOT = r"(?:\.|\s?[(\[{]\s?(?:dot|точка)\s?[)\]}]\s?|\sточка\s|\sdot\s)"
_EMAIL = re.compile(
    rf"(?<![\w.+-])(?:[\w+-]+\s(?:точка|dot)\s)?[^\W_][\w.+'-]*{_AT}{_PART}(?:{_DOT}{_PART})*", re.IGNORECASE
)
_HANDLE = re.compile(
    r"(?:https?://)?(?:www\.)?(?:t\.me|telegram\.me|vk\.com|ok\.ru|wa\.me|instagram\.com|facebook\.com|fb\.com|linkedin\.com/in"
    r"|twitter\.com|x\.com)/[\w.@+/-]*\w|(?<![\w@./])@[A-Za-z][\w.]{1,30}\w(?![\w@])",
    re.IGNORECASE,
)
_GAP = r"[\s().\-/]{0,3}"
_END = r"(?!\d)(?!\.\d)"
_RUSSIAN = re.compile(rf"(?<!\d)(?:\+\s?7|7|8){_GAP}[3489](?:{_GAP}\d){{9}}{_END}")
_SHORT = re.compile(
    r"(?<!\d)(?<!\d[.-])(?:\([3489]\d{2,4}\)\s?\d{1,3}[ -]?\d{2}[ -]?\d{2}"
    r"|[3489]\d{2}[ -]\d{3}[ -]\d{2}[ -]?\d{2}|9\d{2}[ -]?\d{3}[ -]?\d{4}|9\d{9}"
    rf"|\d{{3}}-\d{{2}}-\d{{2}}){_END}"
)
_PLUS = re.compile(rf"(?<![\w+])(?:\+|(?<!\d[ .-])(?:00|8[ -]10[ -]))\s?[1-9](?:{_GAP}\d){{6,14}}(?!\d)")
_NATIONAL = re.compile(
    r"(?<!\d)(?<!\d\.)(?:(?:1[ .-]?)?(?:\(\d{3}\)\s?|\d{3}[ .-])\d{3}[ .-]\d{4}"
    r"|\(?0\d{2,5}\)?[ -]?\d{3,4}[ -]?\d{3,6}|\d{3}-\d{4})(?!\d)"
)
_HIDDEN = re.compile(
    r"(?<!\d)(?:\+?7|8)[\s(-]{0,2}9\d{2}[\s)-]{0,2}[\d*xхXХ•-]{0,4}[*xхXХ•]{2,7}[\d\s*xхXХ•-]{0,7}[\d*xхXХ•]"
)
_CALLED = re.compile(
    r"(?:(?<![^\W\d_])(?:тел(?:ефон\w?)?|моб|сот|номер\w?\s(?:мо\w+\s)?телефон\w?|phone|tel|mobile|cell|call(?:\sme)?(?:\s(?:at|on))?)(?:\snumber)?"
    r"[.:]{0,2}\s?(?:is\s|-\s?)?)(\d(?:[\s().-]{0,2}\d){5,12})(?!\d)",
    re.IGNORECASE,
)


def emails(text: str) -> Iterator[Found]:
    """E-mail addresses in any script, also written with «собака» or (at)."""
    for match in _EMAIL.finditer(text):
        # "@" between two words is enough; a spelled sign wants a spelled or a real dot too.
        if ("@" in match[0] and " @ " not in match[0]) or re.search(rf"{_DOT}{_PART}$", match[0], re.IGNORECASE):
            yield match.start(), match.end(), "EMAIL"


def handles(text: str) -> Iterator[Found]:
    """@names and addresses of profiles in social networks."""
    for match in _HANDLE.finditer(text):
        yield match.start(), match.end(), "HANDLE"


def plus_phones(text: str) -> Iterator[Found]:
    """Phones with the code of a country behind a plus: nothing else looks so."""
    yield from _phones(text, _HIDDEN, lambda found, called, money: True)
    yield from (found for found in _phones(text, _RUSSIAN, _russian) if text[found[0]] == "+")
    yield from _phones(text, _PLUS, _foreign)


def phones(text: str) -> Iterator[Found]:
    """Phones without a plus: Russian ones in every grouping, American and British ones by their form."""
    yield from _phones(text, _RUSSIAN, _russian)
    yield from _phones(text, _SHORT, _short)
    yield from _phones(text, _NATIONAL, _national)
    for match in _CALLED.finditer(text):
        if not amount(text, *match.span(1)):
            yield match.start(1), match.end(1), "PHONE"


def _phones(text: str, form: re.Pattern[str], judge: Callable[[str, str | None, bool], bool]) -> Iterator[Found]:
    for match in form.finditer(text):
        start, end = match.span()
        if judge(match[0], named(text, start, end), amount(text, start, end)):
            yield start, end, "PHONE"


def _russian(found: str, called: str | None, money: bool) -> bool:
    return called == "PHONE" or (not money and (called != "OTHER" or not found.isdigit()))


def _short(found: str, called: str | None, money: bool) -> bool:
    if called == "PHONE":
        return True
    return (
        not money and called in (None, "CARD") and (found.isdigit() or bool(re.search(r"[()-]|\d{3} \d{3} \d", found)))
    )


def _foreign(found: str, called: str | None, money: bool) -> bool:
    if money:
        return False
    number = re.sub(r"^(?:00|8[ -]10)", "+", found)
    digits = sum(sign.isdigit() for sign in number)
    if called == "PHONE" or (number.startswith("+") and digits >= 11 and not found.isdigit()):
        return True
    return _valid(number, None)


def _national(found: str, called: str | None, money: bool) -> bool:
    if called == "PHONE":
        return True
    if money or called is not None or len(found) < 10:
        return False
    # Numbers kept for films and examples are valid nowhere, and their forms are as plain.
    if re.match(
        r"1?[ .-]?\(?[2-9]\d{2}[). -]{1,2}\d{3}[ .-]\d{4}$|07\d{3} ?\d{3} ?\d{3}$|\(?0\d{2,4}\)? \d{3,4} \d{3,4}$",
        found,
    ):
        return True
    return _valid(found, "GB")


def _valid(number: str, country: str | None) -> bool:
    """Whether the numbering plan of the country, or of the one behind the plus, has such numbers."""
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, country))
    except phonenumbers.NumberParseException:
        return False
