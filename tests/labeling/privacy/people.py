"""Made-up people: Russian names in every case, English ones."""

from __future__ import annotations

import random

CASES = ("nomn", "gent", "datv", "accs", "ablt", "loct")

Pool = dict[str, tuple[str, ...]]


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
