"""What stands around a number: the word that names it, the unit that makes it an amount."""

from __future__ import annotations

import re

# The more particular kinds first: "полис ОМС" before "полис", "номер машины" before all that a number may be of.
_WORDS = {
    "CARD": r"карт\w{0,4}|card|cards|visa|виз[аы]|master\s?card|мастеркард\w?|maestro|маэстро|amex|пан",
    "IBAN": r"iban|ибан",
    "BIC": r"бик\w?|bic|swift(?:[ -]?code)?|свифт\w?(?:-код)?",
    "INN": r"инн(?:\s?/\s?кпп)?|inn|tin|tax\s?id|налогоплательщик\w*",
    "SNILS": r"снилс\w?|snils|страхов\w{2,3} (?:свидетельств\w+|номер\w?)",
    "OGRN": r"огрн(?:ип)?|ogrn(?:ip)?",
    "DOCUMENT": r"водительск\w+(?:\s(?:удостоверени\w+|прав\w{0,2}))?|в/?у|права|(?:полис\w?\s)?омс|енп|медицинск\w+ страховани\w"
    r"|внж|вид\w?\sна\sжительство|рвпо?|патент\w?|миграционн\w+\sкарт\w{1,2}|военн\w+\sбилет\w{0,2}|свидетельств\w{1,2}\sо\s\w+"
    r"|driv(?:er['’]?s?|ing)\slicen[cs]e|residence\spermit|green\scard|brp|national\sid|id(?:entity)?\scard",
    "PASSPORT": r"пасп(?:орт\w{0,4})?|passport|удостоверени\w+ личности|загран\w*",
    "SERIES": r"сери[яиюей]{1,2}",
    "CLIENT": r"(?:клиент|пользовател|абонент|участник|покупател|сотрудник|пациент)\w{0,4}\s?(?:id|ид|айди)"
    r"|(?:id|ид|айди|код\w?)\s(?:клиент|пользовател|абонент|участник|покупател|сотрудник|пациент)\w{0,3}"
    r"|(?:customer|client|user|member(?:ship)?|employee|subscriber|patient)\s?(?:id|number|no|code)|табельн\w+|(?:мой|my)\s(?:id|айди)",
    "DEVICE": r"imei|имей|iccid|imsi|серийн\w+|serial|s/n|mac|мак(?:-адрес\w?)?",
    "CAR": r"vin|вин|гос\.?\s?номер\w{0,2}|госзнак\w?|стс|э?птс|(?:number|licen[cs]e)\splate|plate",
    "ACCOUNT": r"сч[её]т\w{0,3}|[рклд]\s?/\s?сч?\.?|[рк]/с[чт]\w*|рс|расч\.?\s?сч[её]т\w*|account|acct|a/c|acc",
    "PHONE": r"тел(?:ефон\w{0,3})?|моб(?:ильн\w+)?|сот(?:ов\w+)?|(?:по|пере)?звон\w+|набер\w+|набир\w+|связ\w+|смс|sms"
    r"|сбп|симк\w|phone|mobile|cell|tel|call|text|whats?app|ва[тц]сап\w*|вотсап\w*|viber|вайбер\w*|телеграм\w*|reach\s+me(?:\s+(?:at|on))?",
    "SSN": r"ssn|social\s+security(?:\s+(?:number|no))?|national\s+insurance|nino|ni\s(?:number|no)",
    "CONTRACT": r"договор\w{0,4}|дог|контракт\w{0,3}|соглашени\w{1,2}|полис\w{0,3}|осаго|каско|дмс|contract|agreement|policy",
    "CASE": r"обращени\w{1,3}|заявк\w{1,3}|заявлени\w{1,3}|претензи\w{1,3}|жалоб\w{0,2}|тикет\w{0,2}|инцидент\w{0,2}"
    r"|производств\w{1,2}|судебн\w+\sприказ\w{0,2}|request|ticket|case|claim|application|complaint",
    "OTHER": r"заказ\w{0,3}|order|invoice|накладн\w+|квитанци\w+|чек\w{0,2}|receipt"
    r"|трек\w*|tracking|parcel|посылк\w|отправлени\w|артикул\w?|sku|код\w{0,2}|code|операци\w{1,2}|транзакци\w{1,2}"
    r"|transaction|reference|ref|id|уин|uin|кбк|октмо|окпо|кпп|банкомат\w{0,3}|atm|терминал\w{0,3}"
    r"|terminal|плат[её]ж\w{0,3}|поручени\w|payment|штрих\w*|barcode|версии?|version|сборк\w|build|сч[её]т-фактур\w",
}
WORDS_IN = {
    "CARD": ("карт", "card", "visa", "виз", "маэстро", "maestro", "amex", "пан"),
    "ACCOUNT": ("сч", "/", "рс", "acc", "a/c"),
    "IBAN": ("iban", "ибан"),
    "BIC": ("бик", "bic", "swift", "свифт"),
    "INN": ("инн", "inn", "tin", "tax", "налогоплательщик"),
    "SNILS": ("снилс", "snils", "страхов"),
    "OGRN": ("огрн", "ogrn"),
    "PASSPORT": ("пасп", "passport", "личности", "загран", "сери"),
    "SSN": ("ssn", "social", "national", "nino", "ni "),
}
"""A part in small letters of each word that names a kind: where none stands, nothing is named so."""
THINGS = frozenset({"DOCUMENT", "CLIENT", "DEVICE", "CAR", "CONTRACT", "CASE", "OTHER"})
"""Kinds with numbers of any form: what one of them names is no number of a form that looks alike."""
_HAS_SERIES = frozenset({"PASSPORT", "DOCUMENT", "CAR", "CONTRACT"})

_NAMED = re.compile(
    "|".join(rf"(?P<{kind}>(?<![^\W\d_])(?:{words})(?![^\W\d_]))" for kind, words in _WORDS.items()), re.IGNORECASE
)
_REACH = 44
_AWAY = re.compile(r"(?:\w+\W+){3}|(?<!\w)(?:на|с|со|to)\s$")
_LONG_BEFORE = re.compile(r".*(?:\d{4}|[\ue000-\uf8ff]|[.!?]\s(?=\w))", re.DOTALL)
_AFTER = re.compile(
    r"\s{0,2}[-(,:]?\s?(?:(?:это|вот|is|as)\s)?(?:(?:мой|моя|my|the|наш)\s)?(?:номер\w?\s)?([\w/]+)", re.IGNORECASE
)
_UNIT = re.compile(
    r"\s?(?:[₽$€£%]|(?:руб\w{0,4}|р|тыс\w{0,4}|тр|млн|млрд|миллион\w{0,2}|тысяч\w?|usd|eur|rub|gbp|долл\w*|доллар\w*|евро"
    r"|юан\w+|тенге|коп\w*|процент\w*|балл\w*|бонус\w*|мил[яиь]\w?|шт\w*|dollars?|pounds?|euros?|roubles?|rubles?|bucks"
    r"|points|miles|percent|units)(?![^\W\d_]))",
    re.IGNORECASE,
)
_SIGNED = re.compile(
    r"[$€£₽]\s?$|(?<![^\W\d_])(?:usd|eur|rub|gbp|сумм\w{1,2}|amount|лимит\w{0,2}|limit)\s?[:=]?\s?$", re.IGNORECASE
)


def named(text: str, start: int, end: int) -> str | None:
    """The kind that the nearest word names, before the number and not beyond another one, else right after it.

    >>> named("по договору карта 4276", 18, 22), named("заказ 12345", 6, 11), named("7707083893 - мой ИНН", 0, 10)
    ('CARD', 'OTHER', 'INN')
    >>> named("ВНЖ серия 82", 10, 12), named("серия 4509", 6, 10)
    ('DOCUMENT', 'PASSPORT')
    """
    before = _LONG_BEFORE.sub("", text[max(0, start - _REACH) : start])
    kinds = list(_NAMED.finditer(before))
    if kinds:
        last = kinds[-1]
        kind = str(last.lastgroup)
        if kind == "SERIES":
            of = next((match.lastgroup for match in reversed(kinds[:-1]) if match.lastgroup != kind), None)
            return of if of in _HAS_SERIES else "PASSPORT"
        # "код не приходит на 8999...": what it is, is not said.
        return None if kind in THINGS and _AWAY.search(before, last.end()) else kind
    after = _AFTER.match(text, end)
    behind = _NAMED.fullmatch(after[1]) if after else None
    # A word behind the number names it seldom: "4276... карта" does, "12345 заказ" says nothing.
    return behind.lastgroup if behind and behind.lastgroup not in (*THINGS, "PHONE", "SERIES") else None


def names_another(text: str, kind: str) -> bool:
    """Whether a word in the text names a thing or a number of another kind.

    >>> names_another("банковского вклада", "CONTRACT"), names_another(" о выпуске карты", "CONTRACT")
    (False, True)
    """
    return any(match.lastgroup not in (kind, "PHONE", "SERIES") for match in _NAMED.finditer(text))


def amount(text: str, start: int, end: int) -> bool:
    """Whether a currency, a percent sign or another unit makes the number an amount.

    >>> amount("перевод 150 000 рублей", 8, 15), amount("$5000", 1, 5), amount("89991234567 р", 0, 11)
    (True, True, True)
    """
    return bool(_UNIT.match(text, end)) or bool(_SIGNED.search(text, max(0, start - 12), start))
