"""Sequences of what may be first name, patronymic, surname, initials."""

from __future__ import annotations

from collections.abc import Iterator

from labeling.privacy.introductions import PEOPLE, PLACE, SURE, begins
from labeling.privacy.single import stands_alone
from labeling.privacy.tokens import Token
from labeling.privacy.words import PLAIN, plain


def sequences(text: str, tokens: list[Token]) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(tokens):
        size = _length(text, tokens, at)
        if size:
            if tokens[at + size - 1].joined and _belongs(tokens[at + size - 1], tokens[at + size]):
                size += 1
            last = tokens[at + size - 1]
            yield tokens[at].start, last.end + last.initial
        at += size or 1


def _belongs(last: Token, after: Token) -> bool:
    """Whether a word behind a name is a part of it: "Екатерина Д.", as banks show whom money went to, "Ильгар кызы"."""
    return (after.initial and after.title and not last.initial) or plain(after.written) in ("оглы", "кызы")


def _length(text: str, tokens: list[Token], at: int) -> int:
    """How many words from here on make a name; 0 for none."""
    first = tokens[at]
    if first.word is PLAIN and not first.title and not first.initial:
        # Most words of a text: no rule begins with one.
        return 0
    run = tokens[at : at + 1]
    while len(run) < 4 and run[-1].joined:
        run.append(tokens[at + len(run)])
    before = text[max(0, run[0].start - 40) : run[0].start]
    placed = bool(PLACE.search(before))
    if len(run) >= 3 and (_three(run[0], run[1], run[2]) or _word_and_initials(run)):
        return 3
    known = bool(PEOPLE.search(before) or SURE.search(before))
    if len(run) >= 2 and (_two(run[0], run[1], placed, known) or (not placed and _beside(run[0], run[1], before))):
        return 2
    if SURE.search(before) and (size := _introduced(run)):
        return size
    return int(not placed and stands_alone(text, run[0], before))


def _three(one: Token, two: Token, three: Token) -> bool:
    if two.initial and three.initial:
        return _last(one) and (two.title or not one.word.known or one.may("last", 0.5))
    if one.initial and two.initial:
        if one.title and two.title and three.title and not three.banned and len(three.written) > 1:
            return True
        return _last(three) and (
            one.title or (three.may("last", 0.5) and one.written + two.written not in ("те", "тд", "тп", "тк"))
        )
    if three.may("patronymic", 0.3):
        return (two.may("first") or two.title) and _last(one)
    if two.may("patronymic", 0.3):
        return (one.may("first") or one.title) and _last(three) and not three.may("patronymic", 0.3)
    return False


def _word_and_initials(run: list[Token]) -> bool:
    """Whether a surname that is a word too stands before initials, which belong to no name behind them."""
    word, *letters = run[:3]
    followed = run[2].joined and len(run) > 3 and run[3].title
    named = word.title and not word.banned and len(word.written) > 1
    return named and not followed and all(each.initial and each.title for each in letters)


def _two(one: Token, two: Token, placed: bool, known: bool) -> bool:
    if two.may("patronymic", 0.3) or one.may("patronymic", 0.3):
        other = one if two.may("patronymic", 0.3) else two
        return other.may("first") or other.may("last", 0.3) or (other.title and not other.plain)
    if placed:
        return False
    if one.initial or two.initial:
        other, letter = (two, one) if one.initial else (one, two)
        likely = _last(other) or (known and not other.banned)
        return not (one.initial and two.initial) and likely and other.title and letter.title
    if one.may("first") and _last(two):
        return _fit(one, two, "first", "last")
    return two.may("first") and _last(one) and _fit(one, two, "last", "first")


def _beside(one: Token, two: Token, before: str) -> bool:
    """Whether one is surely a first name and the other a word whose capital has no other reason: "Пак Сергей"."""
    if not (one.title and two.title) or one.banned or two.banned or two.initial or len(one.written) < 2:
        return False
    return one.may("first", 0.8) or (two.may("first", 0.8) and not begins(before))


def _last(token: Token) -> bool:
    looks = token.like_surname
    if looks and (token.title or not token.word.known):
        return True
    return not token.plain and (token.may("last") or (token.title and not token.word.known and len(token.written) > 2))


def _fit(one: Token, two: Token, first: str, second: str) -> bool:
    """Whether the two stand in one case, and are names surely enough together."""
    if any(token.banned and not token.named_too for token in (one, two)):
        return False
    if any(len(token.written) < 3 and not token.title for token in (one, two)):
        return False
    sure = one.word.shares.get(first, 0.0) + two.word.shares.get(second, 0.0)
    titled = one.title and two.title
    if not two.word.readings or not one.word.readings:
        return titled or sure > 0.8
    if sure < (0.4 if titled else 0.8):
        return False
    return titled or any(
        left.case == right.case
        and (left.gender == right.gender or not {"", "ms-f"}.isdisjoint((left.gender, right.gender)))
        for left in one.word.of(first)
        for right in two.word.of(second)
    )


def _introduced(run: list[Token]) -> int:
    """How many words after «меня зовут» belong to the name."""
    size = 0
    for token in run[:3]:
        named = token.word.share > (0 if size == 0 or token.title else 0.05)
        named = named and (len(token.written) > 2 or token.title)
        unknown = not token.word.known and len(token.written) > 2
        unknown = unknown or (size > 0 and token.like_surname)
        if (token.banned and not token.named_too) or not (named or (token.initial and size) or unknown):
            break
        size += 1
        if not token.joined:
            break
    return size
