"""Which placeholder a value gets: the same value the same one within a text, a person also in another case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from labeling.privacy.detectors import Find
from labeling.privacy.view import PLACEHOLDER
from labeling.privacy.words import Words, plain

_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


@dataclass
class _Person:
    """What is known of one person: possible nominatives of each part, initials."""

    parts: dict[str, set[str]] = field(default_factory=dict)
    initials: list[str] = field(default_factory=list)

    def fits(self, other: _Person) -> bool:
        """Whether nothing speaks against their being one, and one part at least speaks for it."""
        if "any" in self.parts or "any" in other.parts:
            return bool(set().union(*self.parts.values()) & set().union(*other.parts.values()))
        shared = self.parts.keys() & other.parts.keys()
        if any(not self.parts[part] & other.parts[part] for part in shared):
            return False
        if not self._initials_fit(other) or not other._initials_fit(self):
            return False
        return bool(shared)

    def _initials_fit(self, other: _Person) -> bool:
        spelled = [other.parts[part] for part in ("first", "patronymic") if part in other.parts]
        if self.initials and other.initials:
            return self.initials[: len(other.initials)] == other.initials[: len(self.initials)]
        return all(
            any(name[0] == initial for name in names) for initial, names in zip(self.initials, spelled, strict=False)
        )

    def learn(self, other: _Person) -> None:
        """Add what the other mention tells."""
        for part, names in other.parts.items():
            self.parts[part] = self.parts[part] & names if part in self.parts else set(names)
        self.initials = self.initials or other.initials


def placeholders(text: str, finds: Sequence[Find], values: Iterable[str], words: Words) -> list[str]:
    """The placeholder of each find; numbers that placeholders of ``text`` bear already are left to them."""
    highest: dict[str, int] = {}
    for match in PLACEHOLDER.finditer(text):
        highest[match[1]] = max(highest.get(match[1], 0), int(match[2]))
    numbers: dict[tuple[str, str], int] = {}
    people: list[tuple[_Person, int]] = []
    result = []
    for (_, _, kind), value in zip(finds, values, strict=True):
        number = _same_person(value, people, words) if kind == "NAME" else numbers.get((kind, _key(kind, value)))
        if number is None:
            number = highest[kind] = highest.get(kind, 0) + 1
            if kind == "NAME":
                people.append((_person(value, words), number))
            numbers[kind, _key(kind, value)] = number
        result.append(f"[{kind}_{number}]")
    return result


def _same_person(value: str, people: list[tuple[_Person, int]], words: Words) -> int | None:
    person = _person(value, words)
    for mentioned, number in people:
        if mentioned.fits(person):
            mentioned.learn(person)
            return number
    return None


def _key(kind: str, value: str) -> str:
    """What two ways of writing one value share."""
    signs = re.sub(r"[\W_]", "", value).lower()
    if kind == "PHONE":
        return re.sub(r"^(?:007|7|8)(?=\d{10}$)", "", signs)
    return value.lower() if kind in ("EMAIL", "HANDLE") else signs.replace("ё", "е")


def _person(value: str, words: Words) -> _Person:
    person = _Person()
    tokens = _WORD.findall(value)
    free = []
    for token in tokens:
        if len(token) == 1:
            person.initials.append(plain(token))
        else:
            free.append(token)
    patronymic = any(words.read(token).may("patronymic", 0.3) for token in free)
    for at, token in enumerate(free):
        part, names = _part(token, at, len(free), patronymic, person, words)
        person.parts[part] = names
    return person


def _part(token: str, at: int, size: int, patronymic: bool, person: _Person, words: Words) -> tuple[str, set[str]]:
    """Which part of the name a word is, and its possible nominatives."""
    word = words.read(token)
    order = sorted(word.shares, key=lambda part: -word.shares[part])
    for part in order:
        if part not in person.parts and (readings := word.of(part)):
            return part, {reading.nominative for reading in readings}
    # Unknown to the dictionary: English order, and no telling what a single word is.
    part = "any" if size == 1 else "first" if at == 0 or patronymic else "last"
    return part, {plain(token).replace("ё", "е")}
