"""Made-up values in public formats: with right check digits, and with wrong ones, in the ways people write them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from string import ascii_uppercase

CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")

Pool = dict[str, tuple[str, ...]]


def digits(rng: random.Random, count: int, first: str = "0123456789") -> str:
    return rng.choice(first) + "".join(rng.choice("0123456789") for _ in range(count - 1))


def luhn(payload: str) -> str:
    """The payload with its check digit."""
    total = 0
    for at, digit in enumerate(reversed(payload)):
        doubled = int(digit) * (2 - at % 2)
        total += doubled - 9 * (doubled > 9)
    return payload + str(-total % 10)


def spoiled(value: str, rng: random.Random) -> str:
    """One digit wrong, the last: mistyped."""
    return value[:-1] + str((int(value[-1]) + rng.randint(1, 9)) % 10)


def inn(rng: random.Random, count: int) -> str:
    weights = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
    body = f"{rng.randint(1, 79):02}" + digits(rng, count - (3 if count == 10 else 4))
    while len(body) < count:
        used = weights[-len(body) :]
        body += str(sum(int(digit) * weight for digit, weight in zip(body, used, strict=True)) % 11 % 10)
    return body


def snils(rng: random.Random) -> str:
    body = digits(rng, 9, "01")
    total = sum(int(digit) * weight for digit, weight in zip(body, range(9, 0, -1), strict=True)) % 101
    return body + f"{total % 100:02}"


def iban(rng: random.Random) -> str:
    country, form = rng.choice(
        [
            ("DE", "n18"),
            ("FR", "n10c11n2"),
            ("GB", "a4n14"),
            ("CY", "n8c16"),
            ("KZ", "n3c13"),
            ("TR", "n22"),
            ("LV", "a4n13"),
        ]
    )
    body, at = "", 0
    while at < len(form):
        kind, at = form[at], at + 1
        size = ""
        while at < len(form) and form[at].isdigit():
            size, at = size + form[at], at + 1
        signs = {"n": "0123456789", "a": ascii_uppercase, "c": "0123456789ABCDEFGH"}[kind]
        body += "".join(rng.choice(signs) for _ in range(int(size)))
    number = int("".join(str(int(sign, 36)) for sign in f"{body}{country}00"))
    return f"{country}{98 - number % 97:02}{body}"


def ogrn(rng: random.Random, count: int) -> str:
    body = ("1" if count == 13 else "3") + f"{rng.randint(2, 24):02}" + digits(rng, count - 4)
    return body + str(int(body) % (count - 2) % 10)


def grouped(value: str, sizes: Sequence[int], sign: str) -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(value[at : at + size])
        at += size
    return sign.join(parts)


def fours(value: str, sign: str = " ") -> str:
    return sign.join(value[at : at + 4] for at in range(0, len(value), 4))


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


NUMBERS = {
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


def first_name(rng: random.Random, pool: Pool, case: str, woman: bool) -> str:
    names = pool["women" if woman else "men"]
    forms = rng.choice(names).split()
    return forms[CASES.index(case)]


def patronymic(rng: random.Random, pool: Pool, case: str, woman: bool) -> str:
    stem = rng.choice(pool["fathers"])
    ends = "на ны не ну ной не" if woman else "ич ича ичу ича ичем иче"
    return stem + ends.split()[CASES.index(case)]


def surname(rng: random.Random, pool: Pool, case: str, woman: bool) -> str:
    name = rng.choice(pool["surnames"])
    if name.endswith(("ко", "ли", "ая", "ых", "дзе", "ян", "ук")) and not (name.endswith(("ян", "ук")) and not woman):
        return name
    if name.endswith("ский"):
        ends = "ая ой ой ую ой ой" if woman else "ий ого ому ого им ом"
        return name[:-2] + ends.split()[CASES.index(case)]
    if name.endswith(("ов", "ев", "ёв", "ин", "ын")):
        ends = ["а", "ой", "ой", "у", "ой", "ой"] if woman else ["", "а", "у", "а", "ым", "е"]
        return name + ends[CASES.index(case)]
    return name if woman else name + ["", "а", "у", "а", "ом", "е"][CASES.index(case)]


def person(rng: random.Random, pool: Pool, form: str, case: str) -> str:
    """A Russian name: ``form`` spells surname S, first name N, patronymic P and initials I, as in "SNP" or "SII"."""
    woman = rng.random() < 0.5
    made = {"S": surname, "N": first_name, "P": patronymic}
    initials = "".join(
        rng.choice("АБВГДЕИКЛМНОПРСТФ") + "." + rng.choice(["", " "]) for _ in range(form.count("I"))
    ).strip()
    letters = form.replace("II", "I")
    return " ".join(initials if letter == "I" else made[letter](rng, pool, case, woman) for letter in letters)


def english_person(rng: random.Random, pool: Pool, form: str) -> str:
    first, last = rng.choice(pool["english_first"]), rng.choice(pool["english_last"])
    return {
        "FL": f"{first} {last}",
        "F": first,
        "L": last,
        "FIL": f"{first} {rng.choice('ABCDEHJKLMRST')}. {last}",
        "IL": f"{first[0]}. {last}",
    }[form]
