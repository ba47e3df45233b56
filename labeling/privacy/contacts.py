"""Phones, e-mails and handles, as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from labeling.privacy.detectors import Detector, Find
from labeling.privacy.rules import Clue, always, no_amount, rule

_PART = r"[^\W_](?:[\w-]*[^\W_])?"
_AT = r"(?:@|\s@\s|\s?[(\[{]\s?(?:at|собака|собачка)\s?[)\]}]\s?|\s(?:собака|собачка)\s)"
_DOT = r"(?:\.|\s?[(\[{]\s?(?:dot|точка)\s?[)\]}]\s?|\sточка\s|\sdot\s)"
_EMAIL = re.compile(
    rf"(?<![\w.+-])(?:[\w+-]+\s(?:точка|dot)\s)?[^\W_][\w.+'-]*{_AT}{_PART}(?:{_DOT}{_PART})*", re.IGNORECASE
)
_HANDLE = re.compile(
    r"(?:https?://)?(?:www\.)?(?:t\.me|telegram\.me|vk\.(?:com|ru|me)|ok\.ru|wa\.me|instagram\.com|facebook\.com|fb\.com|linkedin\.com/in"
    r"|twitter\.com|x\.com|youtube\.com|tiktok\.com|threads\.(?:net|com))/[\w.@+/-]*\w|(?<![\w@./])@[A-Za-z][\w.]{1,30}\w(?![\w@])",
    re.IGNORECASE,
)
_NICK = (
    r"(?<![^\W\d_])(?:телеграм\w{0,2}|телег[аеу]|тг|tg|telegram|инст[ае]\w{0,6}|insta(?:gram)?|скайп\w?|skype|дискорд\w?|discord|вк|vk|ник(?:нейм)?\w?"
    r"|nick(?:name)?|логин\w?|login|user\s?name)[^\w\ue000-\uf8ff]{1,3}(?:(?:is|мой|my|это)\W{1,2}){0,2}"
    r"(?!v\d)(?P<it>(?=[a-z.]*[\d_.][\w.]*)[a-z][a-z\d_.]{2,30}[a-z\d_])(?![^\W_]|[@+-])"
)
_GAP = r"[ ().\-/]{0,3}"
# A letter may be wrapped inside a number.
_WRAP = r"(?:[ ().\-/]{0,3}|\s{1,2})"
_END = r"(?!\d)(?!\.\d)"
_RUSSIAN = rf"(?<!\d)(?P<it>(?:\+\s?7|7|8){_WRAP}[3489](?:{_WRAP}\d){{9}}){_END}"
_SHORT = (
    r"(?<!\d)(?<!\d[.-])(?P<it>\([3489]\d{2,4}\)\s?\d{1,3}[ -]?\d{2}[ -]?\d{2}"
    r"|[3489]\d{2}[ -]\d{3}[ -]\d{2}[ -]?\d{2}|9\d{2}[ -]?\d{3}[ -]?\d{4}|9\d{9}"
    rf"|\d{{3}}-\d{{2}}-\d{{2}}){_END}"
)
_PLUS = rf"(?<![\w+])(?P<it>(?:\+|(?<!\d[ .-])(?:00|8[ -]10[ -]))\s?[1-9](?:{_WRAP}\d){{6,14}})(?!\d)"
_NATIONAL = (
    r"(?<!\d)(?<!\d\.)(?P<it>(?:1[ .-]?)?(?:\(\d{3}\)\s?|\d{3}[ .-])\d{3}[ .-]\d{4}"
    r"|\(?0\d{2,5}\)?[ -]?\d{3,4}[ -]?\d{3,6}|\d{3}-\d{4})(?!\d)"
)
_HIDDEN = r"(?<!\d)(?P<it>(?:\+?7|8)[ (-]{0,2}9\d{2}[ )-]{0,2}[\d*xхXХ•-]{0,4}[*xхXХ•]{2,7}[\d *xхXХ•-]{0,7}[\d*xхXХ•])"
_CALLED = (
    r"(?:(?<![^\W\d_])(?:тел(?:ефон\w?)?|моб|сот|номер\w?\s(?:мо\w+\s)?телефон\w?|phone|tel|mobile|cell|call(?:\sme)?(?:\s(?:at|on))?)(?:\snumber)?"
    r"[.:]{0,2}\s?(?:is\s|-\s?)?)(?P<it>\d(?:[ ().-]{0,2}\d){5,12})(?!\d)"
)


def _emails(text: str) -> Iterator[Find]:
    """E-mail addresses in any script, also written with «собака» or (at)."""
    for match in _EMAIL.finditer(text):
        # "@" between two words is enough; a spelled sign wants a spelled or a real dot too.
        if ("@" in match[0] and " @ " not in match[0]) or re.search(rf"{_DOT}{_PART}$", match[0], re.IGNORECASE):
            yield match.start(), match.end(), "EMAIL"


def _handles(text: str) -> Iterator[Find]:
    """@names and addresses of profiles in social networks."""
    for match in _HANDLE.finditer(text):
        yield match.start(), match.end(), "HANDLE"


def _unbroken(clue: Clue) -> bool:
    """Whether it is one number: a column of numbers has more than one end of line, and a wrapped one says what it is."""
    breaks = len(re.findall(r"\n|\r(?!\n)", clue.written))
    return not breaks or (breaks == 1 and (clue.written[0] == "+" or clue.named == "PHONE"))


def _russian(clue: Clue) -> bool:
    if not _unbroken(clue):
        return False
    return clue.named == "PHONE" or (not clue.amount and not (clue.of_a_thing and clue.written.isdigit()))


def _short(clue: Clue) -> bool:
    if clue.named == "PHONE":
        return True
    written = clue.written
    plain = written.isdigit() or re.search(r"[()-]|\d{3} \d{3} \d", written)
    return bool(plain) and clue.named in (None, "CARD") and not clue.amount


def _foreign(clue: Clue) -> bool:
    if clue.amount or not _unbroken(clue):
        return False
    number = re.sub(r"^(?:00|8[ -]10)", "+", clue.written)
    if clue.named == "PHONE":
        return True
    if number.startswith("+") and len(re.sub(r"\D", "", number)) >= 11 and not clue.written.isdigit():
        return True
    return _valid(number, None)


def _national(clue: Clue) -> bool:
    written = clue.written
    if clue.named == "PHONE":
        return True
    if clue.amount or clue.named is not None or len(written) < 10:
        return False
    # Numbers kept for films and examples are valid nowhere, and their forms are as plain.
    if re.match(
        r"1?[ .-]?\(?[2-9]\d{2}[). -]{1,2}\d{3}[ .-]\d{4}$|07\d{3} ?\d{3} ?\d{3}$|\(?0\d{2,4}\)? \d{3,4} \d{3,4}$",
        written,
    ):
        return True
    return _valid(written, "GB")


def _valid(number: str, country: str | None) -> bool:
    """Whether the numbering plan of the country, or of the one behind the plus, has such numbers."""
    import phonenumbers

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number, country))
    except phonenumbers.NumberParseException:
        return False


EMAILS = (Detector(_emails, ("@", "собак", "(at", "[at", "{at", "( at", "[ at", "{ at")),)
HANDLES = (Detector(_handles, ("@", ".me/", ".com/", ".ru/", ".net/")),)
_NETWORKS = ("тел", "tele", "тг", "tg", "инст", "insta", "ска", "sky", "дис", "dis", "вк", "vk")
_LOGINS = ("ник", "nick", "лог", "log", "user")
NICKS = (rule("HANDLE", _NICK, always, digits=0, words=(*_NETWORKS, *_LOGINS)),)
PLUS: tuple[Detector, ...] = (
    rule("PHONE", _HIDDEN, always, digits=4, words=("*", "x", "х", "•")),
    rule("PHONE", _RUSSIAN, lambda clue: clue.written[0] == "+" and _russian(clue), digits=11, words=("+",)),
    rule("PHONE", _PLUS, _foreign, digits=7, words=("+", "00", "8 10 ", "8-10-")),
)
"""Phones with the code of a country behind a plus: nothing else looks so."""
PHONES: tuple[Detector, ...] = (
    rule("PHONE", _RUSSIAN, _russian, digits=11),
    rule("PHONE", _SHORT, _short, digits=7),
    rule("PHONE", _NATIONAL, _national, digits=7),
    rule("PHONE", _CALLED, no_amount, digits=6, words=("тел", "моб", "сот", "phone", "tel", "mobile", "cell", "call")),
)
"""Phones without a plus: Russian ones in every grouping, American and British ones by their form."""
