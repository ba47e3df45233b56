"""Sequences of what may be first name, patronymic, surname, initials; also of one, which stands alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from labeling.privacy.lexicon import INSIDE, LIKELY, ON, PEOPLE, PLACE, SURE, begins
from labeling.privacy.tokens import Token
from labeling.privacy.words import PLAIN, plain

# "Артём, добрый день": a sentence that begins with whom it is said to.
_GREETED = re.compile(r",\s(?:добр|здрав|прив|подскаж|скаж|помог|почему|когда|спасиб)", re.IGNORECASE)
# «Виктория» is a deposit.
_QUOTED = re.compile(r"[«„“\"][^\W\d_]+[»”“\"]")


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
    introduced = bool(PEOPLE.search(before) or SURE.search(before))
    if len(run) >= 2 and (_two(run[0], run[1], placed, introduced) or (not placed and _beside(run[0], run[1], before))):
        return 2
    if SURE.search(before) and (size := _introduced(run)):
        return size
    return int(not placed and _stands_alone(text, run[0], before))


def _three(first: Token, second: Token, third: Token) -> bool:
    if second.initial and third.initial:
        return _last(first) and (second.title or not first.word.in_dictionary or first.may("last", 0.5))
    if first.initial and second.initial:
        if first.title and second.title and third.title and not third.banned and len(third.written) > 1:
            return True
        return _last(third) and (
            first.title or (third.may("last", 0.5) and first.written + second.written not in ("те", "тд", "тп", "тк"))
        )
    if third.may("patronymic", 0.3):
        return (second.may("first") or second.title) and _last(first)
    if second.may("patronymic", 0.3):
        return (first.may("first") or first.title) and _last(third) and not third.may("patronymic", 0.3)
    return False


def _word_and_initials(run: list[Token]) -> bool:
    """Whether a surname that is a word too stands before initials, which belong to no name behind them."""
    word, *letters = run[:3]
    followed = run[2].joined and len(run) > 3 and run[3].title
    named = word.title and not word.banned and len(word.written) > 1
    return named and not followed and all(letter.initial and letter.title for letter in letters)


def _two(first: Token, second: Token, placed: bool, introduced: bool) -> bool:
    if second.may("patronymic", 0.3) or first.may("patronymic", 0.3):
        named = first if second.may("patronymic", 0.3) else second
        return named.may("first") or named.may("last", 0.3) or (named.title and not named.plain)
    if placed:
        return False
    if first.initial or second.initial:
        named, letter = (second, first) if first.initial else (first, second)
        likely = _last(named) or (introduced and not named.banned)
        return not (first.initial and second.initial) and likely and named.title and letter.title
    if first.may("first") and _last(second):
        return _fit(first, second, "first", "last")
    return second.may("first") and _last(first) and _fit(first, second, "last", "first")


def _beside(first: Token, second: Token, before: str) -> bool:
    """Whether one is surely a first name and the other a word whose capital has no other reason: "Пак Сергей"."""
    if not (first.title and second.title) or first.banned or second.banned or second.initial or len(first.written) < 2:
        return False
    return first.may("first", 0.8) or (second.may("first", 0.8) and not begins(before))


def _last(token: Token) -> bool:
    looks = token.like_surname
    if looks and (token.title or not token.word.in_dictionary):
        return True
    return not token.plain and (
        token.may("last") or (token.title and not token.word.in_dictionary and len(token.written) > 2)
    )


def _fit(first: Token, second: Token, first_part: str, second_part: str) -> bool:
    """Whether the two stand in one case, and are names surely enough together."""
    if any(token.banned and not token.named_too for token in (first, second)):
        return False
    if any(len(token.written) < 3 and not token.title for token in (first, second)):
        return False
    sure = first.word.shares.get(first_part, 0.0) + second.word.shares.get(second_part, 0.0)
    titled = first.title and second.title
    if not second.word.readings or not first.word.readings:
        return titled or sure > 0.8
    if sure < (0.4 if titled else 0.8):
        return False
    return titled or any(
        left.case == right.case
        and (left.gender == right.gender or not {"", "ms-f"}.isdisjoint((left.gender, right.gender)))
        for left in first.word.of(first_part)
        for right in second.word.of(second_part)
    )


def _introduced(run: list[Token]) -> int:
    """How many words after «меня зовут» belong to the name."""
    size = 0
    for token in run[:3]:
        named = token.word.share > (0 if size == 0 or token.title else 0.05)
        named = named and (len(token.written) > 2 or token.title)
        unknown = not token.word.in_dictionary and len(token.written) > 2
        unknown = unknown or (size > 0 and token.like_surname)
        if (token.banned and not token.named_too) or not (named or (token.initial and size) or unknown):
            break
        size += 1
        if not token.joined:
            break
    return size


def _stands_alone(text: str, token: Token, before: str) -> bool:
    """Whether a first name, a patronymic or a surname stands alone."""
    low = plain(token.written)
    if token.initial or len(low) < 3 or _QUOTED.match(text, max(0, token.start - 1)):
        return False
    if INSIDE.search(before) and not (token.title and token.may("first", 0.65) and ON.search(before)):
        return False
    if token.banned:
        return token.named_too and bool(PEOPLE.search(before))
    if token.may("patronymic", 0.5):
        return True
    first, last = token.word.shares.get("first", 0.0), token.word.shares.get("last", 0.0)
    surname = token.like_surname
    if not token.word.in_dictionary:
        if token.may("first", 0.8):
            return token.title or bool(PEOPLE.search(before) or LIKELY.search(before))
        # The dictionary guesses by endings, and a slip of the pen ends in anything.
        return token.title and not begins(before) and last > 0.5 and surname
    if PEOPLE.search(before) or (LIKELY.search(before) and text[token.end : token.end + 1] in (",", ".", "!", "")):
        return first + last > (0.15 if token.title else 0.25)
    if LIKELY.search(before):
        return first + last > (0.15 if token.title else 0.6)
    if _GREETED.match(text, token.end):
        return first > 0.3
    if token.title:
        begun = begins(before)
        return first > (0.65 if begun else 0.1) or (last > (0.8 if begun else 0.5) and surname)
    return (first > 0.9 and len(low) > 3) or (last > 0.9 and len(low) > 4 and surname)
