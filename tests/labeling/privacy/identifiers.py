"""Made-up values of what points at a person without being a number of a card or a passport: contracts, devices, cars."""

from __future__ import annotations

import random
import uuid
from ipaddress import IPv6Address
from string import ascii_letters, ascii_uppercase
from string import digits as all_digits

from tests.labeling.privacy.check_digits import digits, grouped, luhn

_PLATE = "АВЕКМНОРСТУХ"
_VIN = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
_MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря".split()
_MONTHS_EN = "January February March April May June July August September October November December".split()


def contract(rng: random.Random) -> str:
    year = rng.randint(2015, 2025)
    return rng.choice(
        [
            f"{year}-{digits(rng, 6)}-{rng.choice(['КР', 'ИП', 'Р'])}",
            f"{rng.randint(1, 99)}/{digits(rng, 4)}-{rng.choice('КДАП')}",
            digits(rng, 10, "123456789"),
            digits(rng, 8, "123456789"),
            f"{rng.choice(['КД', 'ПК', 'AB', 'DZ'])}-{digits(rng, 7)}",
            f"{rng.choice(['ФЛ', 'К', 'MSK'])}{digits(rng, 6)}/{year % 100}",
            f"{year}/{digits(rng, 5)}",
            f"{digits(rng, 2)}-{digits(rng, 3)}-{digits(rng, 6)}",
        ]
    )


def english_contract(rng: random.Random) -> str:
    return rng.choice(
        [
            f"{''.join(rng.choices(ascii_uppercase, k=2))}-{rng.randint(2015, 2025)}/{digits(rng, 3)}",
            digits(rng, 9, "123456789"),
            f"{''.join(rng.choices(ascii_uppercase, k=3))}{digits(rng, 7)}",
            f"{digits(rng, 4)}-{digits(rng, 4)}-{digits(rng, 2)}",
            f"C-{digits(rng, 6)}",
        ]
    )


def case(rng: random.Random) -> str:
    return rng.choice(
        [
            "00" + digits(rng, 6),
            f"1-{digits(rng, 10, '123456789')}",
            digits(rng, 7, "123456789"),
            digits(rng, 12, "123456789"),
            f"SR{digits(rng, 9)}",
            f"{rng.choice(['CRM', 'ЗВ', 'О'])}-{digits(rng, 6)}-{digits(rng, 3)}",
            f"{digits(rng, 2)}-{rng.randint(2019, 2025)}/{digits(rng, 6)}",
        ]
    )


def english_case(rng: random.Random) -> str:
    return rng.choice(
        [
            digits(rng, 8, "123456789"),
            f"CAS-{digits(rng, 6)}-{''.join(rng.choices(ascii_uppercase + all_digits, k=5))}1",
            f"{rng.choice(['APP', 'REQ', 'INC'])}{digits(rng, 8)}",
            f"{digits(rng, 3)}-{digits(rng, 6)}",
        ]
    )


def vin(rng: random.Random) -> str:
    return rng.choice(["XTA", "Z94", "WBA", "JTD"]) + "".join(rng.choices(_VIN, k=8)) + digits(rng, 6)


def plate(rng: random.Random) -> str:
    a, b, c = rng.choices(_PLATE, k=3)
    number, region = digits(rng, 3), rng.choice(["77", "178", "799", "16", "52", "123"])
    return rng.choice([f"{a}{number}{b}{c}{region}", f"{a}{number}{b}{c} {region}", f"{a} {number} {b}{c} {region}"])


def osago(rng: random.Random) -> str:
    series, number = rng.choice(["ХХХ", "ТТТ", "ААВ", "РРР"]), digits(rng, 10, "0567")
    return rng.choice([f"{series} № {number}", f"{series} {number}", f"{series}{number}", f"{series} №{number}"])


def oms(rng: random.Random) -> str:
    number = digits(rng, 16, "234567")
    return rng.choice([number, grouped(number, (4, 4, 4, 4), " ")])


def licence(rng: random.Random) -> str:
    series, number = f"{rng.randint(10, 99)}{rng.randint(10, 39)}", digits(rng, 6)
    return rng.choice(
        [f"{series} {number}", f"{series[:2]} {series[2:]} {number}", f"{series}{number}", f"{series[:2]} УР {number}"]
    )


def english_licence(rng: random.Random) -> str:
    return rng.choice(
        [
            f"{rng.choice(ascii_uppercase)}{digits(rng, 7)}",
            f"{''.join(rng.choices(ascii_uppercase, k=5))}{digits(rng, 6)}{rng.choice(['AB', 'JM'])}9IJ",
        ]
    )


def foreign_passport(rng: random.Random) -> str:
    series, number = rng.choice(["51", "65", "72", "75"]), digits(rng, 7)
    return rng.choice([f"{series} {number}", f"{series}{number}", f"{series} № {number}", f"{series} №{number}"])


def permit(rng: random.Random) -> str:
    return rng.choice([f"82 № {digits(rng, 7)}", f"83 {digits(rng, 7)}", f"90 №{digits(rng, 7)}"])


def birth_certificate(rng: random.Random) -> str:
    series = f"{rng.choice(['I', 'II', 'III', 'IV'])}-{''.join(rng.choices('АБВГМЮЯИК', k=2))}"
    return rng.choice([f"{series} № {digits(rng, 6)}", f"{series} {digits(rng, 6)}", f"{series} №{digits(rng, 6)}"])


def sts(rng: random.Random) -> str:
    region = rng.choice(["77", "99", "16", "50"])
    return rng.choice([f"{region} {digits(rng, 2)} {digits(rng, 6)}", f"{region} УР {digits(rng, 6)}"])


def ip(rng: random.Random) -> str:
    first = rng.choice([5, 31, 46, 77, 78, 85, 91, 94, 95, 109, 176, 178, 185, 188, 192, 213])
    return f"{first}.{rng.randint(1, 254)}.{rng.randint(0, 255)}.{rng.randint(1, 254)}"


def ip6(rng: random.Random) -> str:
    address = IPv6Address((0x2A02 << 112) | (rng.getrandbits(32) << 80) | rng.getrandbits(32))
    return rng.choice([address.compressed, address.exploded])


def mac(rng: random.Random) -> str:
    pairs = [f"{rng.randint(0, 255):02x}" for _ in range(5)] + ["a" + rng.choice("0123456789abcdef")]
    return rng.choice([":".join(pairs), "-".join(pairs).upper(), ":".join(pairs).upper()])


def imei(rng: random.Random) -> str:
    number = luhn(rng.choice(["35", "86", "01"]) + digits(rng, 12))
    return rng.choice([number, grouped(number, (2, 6, 6, 1), " "), grouped(number, (6, 2, 6, 1), "-")])


def query(rng: random.Random) -> str:
    token = "".join(rng.choices(ascii_letters + all_digits, k=24)) + "7"
    return rng.choice(
        [
            f"user_id={digits(rng, 7)}&token={token}",
            f"session={token}",
            f"phone=79{digits(rng, 9)}&code={digits(rng, 6)}",
            f"uid={digits(rng, 6)}",
            f"auth_key={token}&lang=ru",
        ]
    )


def geo(rng: random.Random) -> str:
    north, east = 50 + rng.random() * 10, 30 + rng.random() * 50
    return rng.choice([f"{north:.6f}, {east:.6f}", f"{north:.5f} {east:.5f}", f"{north:.6f},{east:.6f}"])


def nick(rng: random.Random) -> str:
    return rng.choice(["ivan_petrov88", "sveta.kot", "max_1990", "dr_oleg77", "anna.k_92", "kot_matroskin"])


def serial(rng: random.Random) -> str:
    return "".join(rng.choices(ascii_uppercase, k=3)) + digits(rng, 4) + "".join(rng.choices("ABCDEFGH23456789", k=5))


def birth_words(rng: random.Random) -> str:
    day, year = rng.randint(1, 28), rng.randint(1950, 2012)
    return rng.choice(["{} {} {}", "{} {} {} года", "{} {} {} г."]).format(day, rng.choice(_MONTHS), year)


def english_birth_words(rng: random.Random) -> str:
    day, month, year = rng.randint(4, 20), rng.choice(_MONTHS_EN), rng.randint(1950, 2008)
    return rng.choice([f"{day} {month} {year}", f"{month} {day}, {year}", f"{day}th of {month} {year}"])


def expiry(rng: random.Random) -> str:
    month, year = rng.randint(1, 12), rng.randint(26, 32)
    return rng.choice([f"{month:02}/{year}", f"{month:02}/{year}", f"{month:02}/20{year}"])


def path_id(rng: random.Random) -> str:
    return rng.choice([digits(rng, 8, "123456789"), str(uuid.UUID(int=rng.getrandbits(128), version=4))])


IDENTIFIERS = {
    "contract": ("CONTRACT", contract),
    "gb_contract": ("CONTRACT", english_contract),
    "osago": ("CONTRACT", osago),
    "case": ("CASE", case),
    "gb_case": ("CASE", english_case),
    "enforcement": ("CASE", lambda rng: f"{digits(rng, 5, '123456789')}/{rng.randint(19, 25)}/{digits(rng, 5)}-ИП"),
    "court": ("CASE", lambda rng: f"2-{digits(rng, 4, '123456789')}/{rng.randint(2018, 2025)}"),
    "client": ("CLIENT", lambda rng: digits(rng, rng.choice([6, 7, 8]), "123456789")),
    "personal_account": ("ACCOUNT", lambda rng: digits(rng, rng.choice([8, 9, 10, 12]), "123456789")),
    "nick": ("HANDLE", nick),
    "ip": ("IP", ip),
    "ip_port": ("IP", lambda rng: f"{ip(rng)}:{rng.choice([443, 8080, 51820])}"),
    "ip6": ("IP", ip6),
    "mac": ("DEVICE", mac),
    "imei": ("DEVICE", imei),
    "uuid": ("DEVICE", lambda rng: str(uuid.UUID(int=rng.getrandbits(128), version=4))),
    "serial": ("DEVICE", serial),
    "iccid": ("DEVICE", lambda rng: "897019" + digits(rng, 13)),
    "vin": ("CAR", vin),
    "plate": ("CAR", plate),
    "sts": ("CAR", sts),
    "gb_plate": ("CAR", lambda rng: f"{rng.choice(['AB', 'LK', 'YD'])}{digits(rng, 2)} {rng.choice(['CDE', 'XYZ'])}"),
    "licence": ("DOCUMENT", licence),
    "gb_licence": ("DOCUMENT", english_licence),
    "oms": ("DOCUMENT", oms),
    "permit": ("DOCUMENT", permit),
    "gb_permit": ("DOCUMENT", lambda rng: f"{rng.choice(['ZU', 'RF', 'ZX'])}{digits(rng, 7)}"),
    "birth_certificate": ("DOCUMENT", birth_certificate),
    "military": ("DOCUMENT", lambda rng: f"{rng.choice(['АН', 'АК', 'АС'])} {digits(rng, 7)}"),
    "foreign_passport": ("PASSPORT", foreign_passport),
    "query": ("LINK", query),
    "path_id": ("LINK", path_id),
    "geo": ("GEO", geo),
    "birth_words": ("BIRTH", birth_words),
    "birth_words_en": ("BIRTH", english_birth_words),
    "expiry": ("EXPIRY", expiry),
    "cvv": ("CVV", lambda rng: digits(rng, 3)),
}
"""Field of a template: the kind, and who makes a value."""
