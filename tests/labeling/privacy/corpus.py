"""Bank sentences with known personal data: templates filled with made-up values, and what a masker finds, scored.

A field is ``{kind}``, ``{SNP:datv}`` for a Russian name (surname, first name, patronymic in the dative), ``{FL}`` for an
English one, ``{address}`` for an address of the pool, ``{=KIND:value}`` for a value that stands as it is.
A template without fields holds none.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from tests.labeling.privacy.people import Pool, english_person, person
from tests.labeling.privacy.values import NUMBERS

CONTACTS_AND_NUMBERS = frozenset(kind for kind, _ in NUMBERS.values())
_FIELD = re.compile(r"\{(\w+)(?::(\w+))?\}|\{=(?P<kind>[A-Z]+):(?P<value>[^}]+)\}")
_ENGLISH = ("FL", "F", "L", "FIL", "IL")


@dataclass(frozen=True)
class Sentence:
    """A text and its personal data: start, end and kind of each."""

    text: str
    gold: tuple[tuple[int, int, str], ...]


class Found(Protocol):
    start: int
    end: int
    kind: str


Disguise = Callable[[Sentence, random.Random], Sentence]


def fill(template: str, pool: Pool, rng: random.Random) -> Sentence:
    """The template with values in its fields."""
    text, gold, at = "", [], 0
    for field in _FIELD.finditer(template):
        text += template[at : field.start()]
        kind, value = (field["kind"], field["value"]) if field["kind"] else _value(field[1], field[2], pool, rng)
        gold.append((len(text), len(text) + len(value), kind))
        text, at = text + value, field.end()
    return Sentence(text + template[at:], tuple(gold))


def _value(field: str, case: str | None, pool: Pool, rng: random.Random) -> tuple[str, str]:
    if field in NUMBERS:
        kind, make = NUMBERS[field]
        return kind, make(rng)
    if field in pool:
        return "ADDRESS" if field.endswith("address") else "NAME", rng.choice(pool[field])
    if field in _ENGLISH:
        return "NAME", english_person(rng, pool, field)
    return "NAME", person(rng, pool, field, case or "nomn")


def corpus(
    templates: Sequence[str], pool: Pool, *, seed: int, rounds: int, disguises: Sequence[Disguise] | None = None
) -> list[Sentence]:
    """Each template ``rounds`` times with other values: as written, then in small letters, capitals or odd signs."""
    rng = random.Random(seed)
    made = []
    for turn in range(rounds):
        for template in templates:
            sentence = fill(template, pool, rng)
            made.append(rng.choice(disguises or DISGUISES)(sentence, rng) if turn % 2 else sentence)
    return made


def as_is(sentence: Sentence, _rng: random.Random) -> Sentence:
    return sentence


def small(sentence: Sentence, _rng: random.Random) -> Sentence:
    return Sentence(sentence.text.lower(), sentence.gold)


def capitals(sentence: Sentence, _rng: random.Random) -> Sentence:
    return Sentence(sentence.text.upper(), sentence.gold)


def without_dots(sentence: Sentence, _rng: random.Random) -> Sentence:
    return Sentence(sentence.text.replace("ё", "е").replace("Ё", "Е"), sentence.gold)


def wide_digits(sentence: Sentence, _rng: random.Random) -> Sentence:
    wide = {ord("0") + digit: 0xFF10 + digit for digit in range(10)}
    return Sentence(sentence.text.translate(wide), sentence.gold)


def invisible(sentence: Sentence, rng: random.Random) -> Sentence:
    """Zero-width signs inside, and an emoji in front: places move."""
    text, moved = "🙏 ", {}
    for at, sign in enumerate(sentence.text):
        moved[at] = len(text)
        text += sign + ("\u200b" if rng.random() < 0.1 else "")
    moved[len(sentence.text)] = len(text)
    return Sentence(text, tuple((moved[start], moved[end - 1] + 1, kind) for start, end, kind in sentence.gold))


def hard_spaces(sentence: Sentence, _rng: random.Random) -> Sentence:
    return Sentence(sentence.text.replace(" ", "\u00a0").replace("-", "\u2011"), sentence.gold)


def unpunctuated(sentence: Sentence, _rng: random.Random) -> Sentence:
    """As people chat: small letters, and no comma or stop outside of the values."""
    return _outside(sentence, lambda text: re.sub(r"[,.!?;:]+(?=\s)", "", text).lower())


def hurried(sentence: Sentence, rng: random.Random) -> Sentence:
    """One word in eight outside of the values has two neighbouring letters changed for each other."""

    def slip(word: re.Match[str]) -> str:
        if rng.random() > 1 / 8:
            return word[0]
        at = rng.randrange(1, len(word[0]) - 1)
        return word[0][:at] + word[0][at + 1] + word[0][at] + word[0][at + 2 :]

    return _outside(sentence, lambda text: re.sub(r"(?<![^\W_])[^\W\d_]{5,}(?![^\W_])(?!\S*/)", slip, text))


def _outside(sentence: Sentence, change: Callable[[str], str]) -> Sentence:
    """What is no personal data changed; the values stay, and their places move."""
    text, gold, at = "", [], 0
    for start, end, kind in sentence.gold:
        text += change(sentence.text[at:start])
        gold.append((len(text), len(text) + end - start, kind))
        text, at = text + sentence.text[start:end], end
    return Sentence(text + change(sentence.text[at:]), tuple(gold))


DISGUISES: tuple[Disguise, ...] = (as_is, small, small, capitals, without_dots, wide_digits, invisible, hard_spaces)
CHATTY: tuple[Disguise, ...] = (*DISGUISES, unpunctuated, unpunctuated, hurried)


@dataclass
class Score:
    """Of one kind: values there, values found whole, finds, finds that hold personal data (of whatever kind)."""

    there: int = 0
    found: int = 0
    named: int = 0
    finds: int = 0
    right: int = 0

    @property
    def recall(self) -> float:
        return self.found / self.there if self.there else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.finds if self.finds else 1.0


def scores(sentences: Sequence[Sentence], spans: Sequence[Sequence[Found]]) -> dict[str, Score]:
    """By kind. A value is found when no letter or digit of it is left; a find is right when 4 in 5 of its signs are personal.

    ``named`` counts the values that were found with their own kind.
    """
    result: dict[str, Score] = {}
    for sentence, found in zip(sentences, spans, strict=True):
        signs = {at for at, sign in enumerate(sentence.text) if sign.isalnum() or sign == "*"}
        covered = signs & {at for span in found for at in range(span.start, span.end)}
        personal = signs & {at for start, end, _ in sentence.gold for at in range(start, end)}
        for start, end, kind in sentence.gold:
            score = result.setdefault(kind, Score())
            score.there += 1
            score.found += signs & set(range(start, end)) <= covered
            score.named += any(span.kind == kind and span.start < end and span.end > start for span in found)
        for span in found:
            score = result.setdefault(span.kind, Score())
            inside = signs & set(range(span.start, span.end))
            score.finds += 1
            score.right += len(inside & personal) >= 0.8 * len(inside)
    return result


def together(by_kind: dict[str, Score], kinds: frozenset[str] | None = None) -> Score:
    """All kinds, or those that are named, as one."""
    total = Score()
    for kind, score in by_kind.items():
        if kinds is None or kind in kinds:
            for field in ("there", "found", "named", "finds", "right"):
                setattr(total, field, getattr(total, field) + getattr(score, field))
    return total
