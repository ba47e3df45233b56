"""Digits by chance, with their check digits right or wrong, in groups."""

from __future__ import annotations

import random
from collections.abc import Sequence
from string import ascii_uppercase


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
