"""What stands around a number: the word that names it, the unit that makes it an amount."""

from __future__ import annotations

import re

_WORDS = {
    "CARD": r"карт\w{0,4}|card|cards|visa|виз[аы]|master\s?card|мастеркард\w?|maestro|маэстро|amex|пан",
    "ACCOUNT": r"сч[её]т\w{0,3}|[рклд]\s?/\s?сч?\.?|[рк]/с[чт]\w*|рс|расч\.?\s?сч[её]т\w*|account|acct|a/c|acc",
    "IBAN": r"iban|ибан",
    "BIC": r"бик\w?|bic|swift(?:[ -]?code)?|свифт\w?(?:-код)?",
    "INN": r"инн(?:\s?/\s?кпп)?|inn|tin|tax\s?id|налогоплательщик\w*",
    "SNILS": r"снилс\w?|snils|страхов\w{2,3} (?:свидетельств\w+|номер\w?)",
    "OGRN": r"огрн(?:ип)?|ogrn(?:ip)?",
    "PASSPORT": r"пасп(?:орт\w{0,4})?|passport|сери[яиюей]{1,2}|удостоверени\w+ личности|загран\w*",
    "PHONE": r"тел(?:ефон\w{0,3})?|моб(?:ильн\w+)?|сот(?:ов\w+)?|(?:по|пере)?звон\w+|набер\w+|набир\w+|связ\w+|смс|sms"
    r"|сбп|симк\w|phone|mobile|cell|tel|call|text|whats?app|ва[тц]сап\w*|вотсап\w*|viber|вайбер\w*|телеграм\w*|reach\s+me(?:\s+(?:at|on))?",
    "SSN": r"ssn|social\s+security(?:\s+(?:number|no))?|national\s+insurance|nino|ni\s(?:number|no)",
    "OTHER": r"заказ\w{0,3}|order|договор\w{0,3}|контракт\w{0,3}|contract|agreement|обращени\w{1,2}|заявк\w{1,2}"
    r"|заявлени\w{1,2}|претензи\w{1,2}|request|ticket|case|тикет\w?|invoice|накладн\w+|квитанци\w+|чек\w{0,2}|receipt"
    r"|трек\w*|tracking|parcel|посылк\w|отправлени\w|артикул\w?|sku|код\w{0,2}|code|операци\w{1,2}|транзакци\w{1,2}"
    r"|transaction|reference|ref|id|полис\w{0,2}|policy|уин|uin|imei|кбк|октмо|окпо|кпп|банкомат\w{0,3}|atm|терминал\w{0,3}"
    r"|terminal|плат[её]ж\w{0,3}|поручени\w|payment|штрих\w*|barcode|версии?|version|сборк\w|build|сч[её]т-фактур\w",
}
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
    """
    before = _LONG_BEFORE.sub("", text[max(0, start - _REACH) : start])
    kinds = list(_NAMED.finditer(before))
    if kinds:
        last = kinds[-1]
        # "код не приходит на 8999...": what it is, is not said.
        return None if last.lastgroup == "OTHER" and _AWAY.search(before, last.end()) else last.lastgroup
    after = _AFTER.match(text, end)
    found = _NAMED.fullmatch(after[1]) if after else None
    # A word behind the number names it seldom: "4276... карта" does, "12345 заказ" says nothing.
    return found.lastgroup if found and found.lastgroup not in ("OTHER", "PHONE") else None


def amount(text: str, start: int, end: int) -> bool:
    """Whether a currency, a percent sign or another unit makes the number an amount.

    >>> amount("перевод 150 000 рублей", 8, 15), amount("$5000", 1, 5), amount("89991234567 р", 0, 11)
    (True, True, True)
    """
    return bool(_UNIT.match(text, end)) or bool(_SIGNED.search(text, max(0, start - 12), start))
