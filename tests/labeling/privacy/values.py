"""Made-up values in public formats: with right check digits, and with wrong ones, in the ways people write them."""

from __future__ import annotations

import random

from tests.labeling.privacy.check_digits import digits, fours, grouped, iban, inn, luhn, ogrn, snils, spoiled
from tests.labeling.privacy.identifiers import IDENTIFIERS


def phone(rng: random.Random) -> str:
    code, a, b, c = f"9{digits(rng, 2)}", digits(rng, 3), digits(rng, 2), digits(rng, 2)
    forms = """
        +7{code}{a}{b}{c} 8{code}{a}{b}{c} 7{code}{a}{b}{c} {code}{a}{b}{c} 8-{code}-{a}-{b}-{c} +7-{code}-{a}-{b}{c}
        8({code}){a}-{b}-{c} 8({code}){a}{b}{c} +7({code}){a}-{b}-{c} 8.{code}.{a}.{b}.{c} {code}_{a}-{b}-{c}
        +7_({code})_{a}-{b}-{c} 8_{code}_{a}_{b}_{c} +7_{code}_{a}-{b}-{c} 8_({code})_{a}_{b}_{c}
        8/{code}/{a}-{b}-{c} +_7_{code}_{a}_{b}_{c}
    """
    return rng.choice(forms.split()).replace("_", " ").format(code=code, a=a, b=b, c=c)


def landline(rng: random.Random) -> str:
    code = rng.choice(["495", "812", "343", "383", "846"])
    return rng.choice(["8 ({}) {}-{}-{}", "+7 {} {}-{}-{}", "8-{}-{}-{}-{}"]).format(
        code, digits(rng, 3, "2345"), digits(rng, 2), digits(rng, 2)
    )


def foreign_phone(rng: random.Random) -> str:
    return rng.choice(
        [
            f"+44 20 7946 0{digits(rng, 3)}",
            f"07700 900{digits(rng, 3)}",
            f"+1 (415) 555-{digits(rng, 4)}",
            f"(212) 555-{digits(rng, 4)}",
            f"415-555-{digits(rng, 4)}",
            f"+375 29 {digits(rng, 3, '123')}-{digits(rng, 2)}-{digits(rng, 2)}",
            f"+49 30 {digits(rng, 8, '23')}",
            f"+77{digits(rng, 9, '0')}",
        ]
    )


def card(rng: random.Random) -> str:
    number = luhn(rng.choice(["4276", "5469", "2202", "2200", "4817", "5536", "6759"]) + digits(rng, 11))
    if rng.random() < 0.25:
        number = spoiled(number, rng)
    return rng.choice([number, fours(number), fours(number), fours(number, "-"), grouped(number, (8, 8), " ")])


def amex(rng: random.Random) -> str:
    number = luhn("37" + digits(rng, 12))
    return rng.choice([number, grouped(number, (4, 6, 5), " ")])


def hidden_card(rng: random.Random) -> str:
    first, last = "4276", digits(rng, 4)
    return rng.choice(
        [
            f"{first} **** **** {last}",
            f"{first}********{last}",
            f"{first} XXXX XXXX {last}",
            f"{first}-****-****-{last}",
            f"{first} 55** **** {last}",
        ]
    )


def account(rng: random.Random) -> str:
    number = rng.choice(["40817", "42301", "40802", "40702"]) + "810" + digits(rng, 12)
    return rng.choice(
        [
            number,
            number,
            grouped(number, (5, 3, 1, 4, 7), "."),
            grouped(number, (5, 3, 1, 4, 7), " "),
            fours(number),
            grouped(number, (5, 5, 5, 5), " "),
        ]
    )


def any_inn(rng: random.Random) -> str:
    number = inn(rng, rng.choice([10, 12]))
    return spoiled(number, rng) if rng.random() < 0.25 else number


def any_snils(rng: random.Random) -> str:
    number = snils(rng)
    number = spoiled(number, rng) if rng.random() < 0.25 else number
    three = [number[:3], number[3:6], number[6:9]]
    return rng.choice(
        [
            "-".join(three) + f" {number[9:]}",
            " ".join(three) + f" {number[9:]}",
            "-".join(three) + f"-{number[9:]}",
            number,
        ]
    )


def any_iban(rng: random.Random) -> str:
    number = iban(rng)
    number = f"{number[:-1]}{(int(number[-1], 36) + 1) % 10}" if rng.random() < 0.25 else number
    return rng.choice([number, fours(number)])


def passport(rng: random.Random) -> str:
    series, number = f"{rng.randint(1, 92):02}{rng.choice(['03', '08', '12', '19', '22'])}", digits(rng, 6)
    return rng.choice(
        [
            f"{series} {number}",
            f"{series[:2]} {series[2:]} {number}",
            f"{series} № {number}",
            f"{series}{number}",
            f"{series}-{number}",
            f"{series[:2]}-{series[2:]} {number}",
            f"серия {series}, номер {number}",
            f"с. {series} н. {number}",
        ]
    )


def bic(rng: random.Random) -> str:
    return "04" + digits(rng, 7)


def swift(rng: random.Random) -> str:
    return rng.choice(["SABRRUMM", "TICSRUMMXXX", "DEUTDEFF", "BARCGB22", "CHASUS33XXX", "VTBRRUM2"])


def email(rng: random.Random) -> str:
    name = rng.choice(
        ["ivan.petrov", "a_smirnova", "kot-basilio", "sveta1987", "j.smith+bank", "oleg", "masha_k", "d.o.e"]
    )
    return f"{name}@{rng.choice(['mail.ru', 'yandex.ru', 'gmail.com', 'почта.рф', 'bk.ru', 'sub.company.co.uk', 'пример.рус'])}"


def handle(rng: random.Random) -> str:
    return rng.choice(
        [
            "@ivan_petrov",
            "@masha_k",
            "t.me/oleg_s",
            "https://vk.com/id1234567",
            "vk.com/anna.k",
            "instagram.com/masha_k",
        ]
    )


def birth(rng: random.Random) -> str:
    day, month, year = rng.randint(1, 28), rng.randint(1, 12), rng.randint(1950, 2004)
    return rng.choice(
        [
            f"{day:02}.{month:02}.{year}",
            f"{year}-{month:02}-{day:02}",
            f"{day:02}/{month:02}/{year}",
            f"{day}.{month}.{year % 100:02}",
        ]
    )


NUMBERS = IDENTIFIERS | {
    "phone": ("PHONE", phone),
    "landline": ("PHONE", landline),
    "foreign": ("PHONE", foreign_phone),
    "card": ("CARD", card),
    "amex": ("CARD", amex),
    "hidden": ("CARD", hidden_card),
    "account": ("ACCOUNT", account),
    "inn": ("INN", any_inn),
    "snils": ("SNILS", any_snils),
    "iban": ("IBAN", any_iban),
    "passport": ("PASSPORT", passport),
    "bic": ("BIC", bic),
    "swift": ("BIC", swift),
    "ogrn": ("OGRN", lambda rng: ogrn(rng, rng.choice([13, 15]))),
    "email": ("EMAIL", email),
    "handle": ("HANDLE", handle),
    "birth": ("BIRTH", birth),
    "gb_account": ("ACCOUNT", lambda rng: digits(rng, 8, "123456789")),
    "sort_code": ("ACCOUNT", lambda rng: grouped(digits(rng, 6), (2, 2, 2), "-")),
    "ssn": ("SSN", lambda rng: grouped(digits(rng, 9, "123456"), (3, 2, 4), "-")),
    "gb_passport": ("PASSPORT", lambda rng: digits(rng, 9, "123456789")),
}
"""Field of a template: the kind, and who makes a value."""
