"""Numbers under which a person is kept: of contracts and policies, of applications and claims, of customers.

Their forms are anyone's own, so the word that names them decides, and a sign between them (№, no., "номер") when other
words stand there too. Numbers of things and events (orders, invoices, receipts, parcels, payments) are left alone.
"""

from __future__ import annotations

import re

from labeling.privacy.context import names_another
from labeling.privacy.detectors import Detector
from labeling.privacy.rules import DATE, Clue, Judge, after, always, no_amount, rule
from labeling.privacy.view import sign

# Letters may stand apart in front, small ones only where they are no English little word.
_ID = (
    r"(?:(?:(?-i:[A-ZА-ЯЁ]{1,4})[ ](?=\d)|(?!(?:of|in|to|on|at|by|for|is|was|up|no|and|or|ref)\b)[a-z]{2,3}[ ](?=\d{5}))?"
    r"(?=[\w/-]{0,40}\d)[^\W_]\w*(?:[-/]\w+|\.\d\w*)*)"
)
STRICT_ID = r"(?=[\w/-]{0,40}\d)[^\W_]\w*(?:[-/]\w+)*"
_CONTRACT = (
    r"договор\w{0,4}|дог\.?|контракт\w{0,3}|соглашени\w{1,3}|полис\w{0,3}|осаго|каско|дмс"
    r"|contracts?|agreements?|polic(?:y|ies)"
)
_CASE = (
    r"обращени\w{1,3}|обр\.|заявк\w{1,3}|заявлени\w{1,3}|претензи\w{1,3}|жалоб\w{0,3}|тикет\w{0,3}|инцидент\w{0,3}"
    r"|(?:исполнительн\w+\s)?производств\w{1,2}"
    r"|судебн\w+\sприказ\w{0,2}|исполнительн\w+\sлист\w{0,2}|дел[оауе](?=\s?№)|requests?|tickets?|cases?|claims?|applications?|complaints?"
)
_WHOSE = (
    r"(?:клиент|пользовател|абонент|участник|покупател|продавц|заказчик|сотрудник"
    r"|водител|курьер|студент|пациент|застрахованн)\w{0,4}"
)
_CLIENT = (
    rf"(?:id|ид|айди|идентификатор\w?|код\w?|номер\w?)\s{_WHOSE}|{_WHOSE}\s?(?:id|ид|айди|номер|№|#)|табельн\w{{2,3}}"
    r"|(?:клиентск|абонентск|личн)\w{2,3}\s(?:номер\w?|код\w?|id|№)"
    r"|(?:customer|client|user|member(?:ship)?|employee|student|patient|subscriber|seller|buyer|staff|personnel|loyalty)"
    r"\s?(?:id|number|no\.?|code|#)|account\s?id"
    r"|(?:мой|my|your|ваш)\s(?:id|айди)"
)
_CLIENT_WORDS = ("id", "табельн", "ид", "айди", "код", "номер", "№", "#", "no", "number", "code")
_OF_THINGS = re.compile(
    r"(?:товар|лот|объявлени|продукт|приложени|устройств|product|item|app|game|zoom|meeting|device|object)\w{0,3}\W{1,2}$",
    re.IGNORECASE,
)
_DATED = rf"(?:\s(?:от|dated|of)\s(?:{DATE})(?:\s?г\.|\sгода)?)?"
# With a sign between, other words may stand there too: «договор потребительского займа № 12».
_SIGNED = (
    rf"{_DATED}(?P<gap>[^\d\n\ue000-\uf8ff!?;]{{0,60}}?)(?P<sign>№|#|(?<![^\W\d_])(?:no\b\.?|номер(?:ом)?|number|num\b\.?|ref(?:erence)?\b\.?|id|ид|айди|n)(?![^\W\d_]))"
    rf"[ ]?[:.=-]?\s?(?:is\s|это\s)?(?P<it>{_ID})"
)
# Without a sign only what no plain number looks like: «договор оказания услуг связи ФЛ131342/16».
_NEAR = rf"(?P<gap>(?:\s[а-яё]{{1,20}}){{1,4}})(?:(?P<colon>:)\s?|\s)(?P<it>{_ID})"
_SUM_FOLLOWS = re.compile(r"\s(?:на|в|до|от|с|со|по|за|к|около|сумм\w|размер\w|лимит\w?)\Z", re.IGNORECASE)
_BESIDE = rf"\s?[:=(-]?\s?(?:is\s|это\s)?(?P<it>{_ID})"

_LAW = re.compile(r"\d+-фз", re.IGNORECASE)
_NO_ID = re.compile(
    # A date, a year or two, a version, around the clock, a number in words.
    r"\d{1,2}\.\d{1,2}|\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|(?:19|20)\d\d(?:[-/](?:(?:19|20)\d|[0-3])\d)?|v?\d+(?:\.\d+)+|24/7"
    r"|\d+-?(?:st|nd|rd|th|х|го|ого|ый|ой|й|я|ти|мес|gb|гб|мб|ндфл)",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\s?(?:раз|дн[яе]|день|недел|месяц|мес\b|лет\b|год|г\.|час|мин|сек|числ|человек|км\b|[мгк]б\b"
    r"|days?\b|times\b|weeks?\b|months?\b|years?\b|hours?\b|minutes?\b|people\b|[gm]b\b)",
    re.IGNORECASE,
)


def is_id(clue: Clue, least: int) -> bool:
    """Whether it may be somebody's number: so many digits at least, no amount, no count of days, no law."""
    counted = _COUNTED.match(clue.match.string, clue.end)
    return len(clue.digits) >= least and not counted and not clue.amount and not _LAW.fullmatch(clue.written)


def _signed(kind: str) -> Judge:
    def judge(clue: Clue) -> bool:
        gap = clue.match["gap"]
        return is_id(clue, 2) and not re.search(r"[.!?]\s[A-ZА-ЯЁ]", gap) and not names_another(gap, kind)

    return judge


def _beside(clue: Clue) -> bool:
    return is_id(clue, 4 if clue.written.isdigit() else 3) and not _NO_ID.fullmatch(clue.written)


def _near(clue: Clue) -> bool:
    gap = clue.match["gap"]
    if _SUM_FOLLOWS.search(gap) or names_another(gap, "CONTRACT") or _NO_ID.fullmatch(clue.written):
        return False
    # A plain number may be a sum: round ones are, and short ones.
    plain = clue.written.isdigit() and not clue.match["colon"]
    return is_id(clue, 7 if plain else 5) and not (plain and clue.digits.endswith("000"))


def _of_something(clue: Clue) -> bool:
    """A long number behind №, of what is not said."""
    return clue.named is None and is_id(clue, 6)


def _groups(clue: Clue) -> bool:
    return len(clue.digits) >= 5 and is_id(clue, 5) and not _NO_ID.fullmatch(clue.written)


def _id_of_someone(clue: Clue) -> bool:
    """Whether an id that nothing is said of may be a person's: things that have ids are named."""
    before = clue.match.string[max(0, clue.match.start() - 20) : clue.match.start()]
    return not _OF_THINGS.search(before) and not names_another(before, "CLIENT")


def _apart(kind: str, names: str, words: tuple[str, ...]) -> tuple[Detector, ...]:
    """Detectors of what stands apart from the word that names it."""
    named = rf"(?<![^\W\d_])(?:{names})(?![^\W\d_])"
    return (
        rule(kind, named + _SIGNED, _signed(kind), digits=2, words=words),
        rule(kind, named + _NEAR, _near, digits=5, words=words),
    )


def _next_to(kind: str, names: str, words: tuple[str, ...]) -> tuple[Detector, ...]:
    """Detectors of what stands beside the word that names it, or beside another one: «договоры № 1 и № 2»."""
    next_one = rf"{sign(kind)}(?:,\s?|\s(?:и|или|and|or)\s)(?:№|#|no\.?\s)?\s?(?P<it>{_ID})"
    return (
        rule(kind, rf"(?<![^\W\d_])(?:{names})(?![^\W\d_]){_BESIDE}", _beside, digits=3, words=words),
        rule(kind, next_one, _beside, digits=3, words=(sign(kind),)),
    )


_CONTRACT_WORDS = ("дог", "контракт", "соглашени", "полис", "осаго", "каско", "дмс", "contract", "agreement", "polic")
_CASE_WORDS = (
    *("обращени", "обр.", "заяв", "претензи", "жалоб", "тикет", "инцидент", "производств", "приказ", "лист", "дел"),
    *("request", "ticket", "case", "claim", "application", "complaint"),
)
DETECTORS: tuple[Detector, ...] = (
    rule("CONTRACT", r"(?P<it>(?<![^\W_])([а-яa-z])\2\2 ?(?:№|номер|n)? ?\d{10})(?!\d)", no_amount, digits=10),
    after(
        "CONTRACT",
        "полис|осаго|каско",
        r"[а-яa-z]{3} ?(?:№ ?)?\d{10}",
        always,
        digits=10,
        words=("полис", "осаго", "каско"),
    ),
    after("CLIENT", _CLIENT, r"\d{3,}(?:[ -]\d{2,4}){0,4}", _groups, digits=5, words=_CLIENT_WORDS),
    *_next_to("CLIENT", _CLIENT, _CLIENT_WORDS),
    rule(
        "CLIENT",
        r"(?<![^\W_])(?:id|айди)[ :№#=]{1,3}(?P<it>\d{5,12})(?![^\W_]|[./-]\d)",
        _id_of_someone,
        digits=5,
        words=("id", "айди"),
    ),
    *_apart("CONTRACT", _CONTRACT, _CONTRACT_WORDS),
    *_next_to("CONTRACT", _CONTRACT, _CONTRACT_WORDS),
    *_apart("CASE", _CASE, _CASE_WORDS),
    *_next_to("CASE", _CASE, _CASE_WORDS),
    rule("CASE", rf"(?<!и\s)(?<!,\s)№\s?(?P<it>{STRICT_ID})", _of_something, digits=6, words=("№",)),
)
"""By the word before them; the serial letters of car policies say enough themselves."""
