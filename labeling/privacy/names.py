"""Names of people in a text, Russian ones in any case, capitals or not, English ones beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from labeling.privacy import english
from labeling.privacy.lexicon import INSIDE, PEOPLE, PLACE, SURE, begins
from labeling.privacy.sequences import sequences
from labeling.privacy.tokens import Token
from labeling.privacy.view import MASKED

_LINE = re.compile(r"[^\n\r]+")
_DRAWN = re.compile(r"(.)\1\1")


def find(text: str, tokens: list[Token], people: Sequence[tuple[int, int]] = ()) -> list[tuple[int, int]]:
    """Start and end of each name, in order and apart; ``people`` are those that a network saw.

    >>> from labeling.privacy.tokens import tokens_of
    >>> from labeling.privacy.words import Words
    >>> text = "карта иванова петра ильича, а Анне отказали"
    >>> [text[start:end] for start, end in find(text, tokens_of(text, Words()))]
    ['иванова петра ильича', 'Анне']
    """
    finds = [*english.find(text), *sequences(text, tokens), *_confirmed(text, tokens, people)]
    return _merged(text, finds)


def may_hold_people(text: str, tokens: list[Token]) -> bool:
    """Whether :func:`find` could take a word from the network at all; else there is no need to ask it."""
    for token in tokens:
        if _namely(token):
            return True
        before = text[max(0, token.start - 40) : token.start]
        if (token.title or not token.plain) and (SURE.search(before) or PEOPLE.search(before)):
            return True
    return False


def _merged(text: str, finds: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping finds as one, and those with nothing but a space between them."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(finds):
        if merged and (start <= merged[-1][1] or text[merged[-1][1] : start] == " "):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _confirmed(text: str, tokens: list[Token], people: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The network's people without those that the dictionary knows as plain words, products or places."""
    for start, end in people:
        for line in _LINE.finditer(text, start, end):
            inside = [token for token in tokens if token.start >= line.start() and token.end <= line.end()]
            while len(inside) > 1 and inside[0].plain:
                inside.pop(0)
            while len(inside) > 1 and inside[-1].plain and not inside[-1].title:
                inside.pop()
            if (
                inside
                and not MASKED.search(text, *line.span())
                and _believed(text, inside, text[line.end() : line.end() + 1])
            ):
                yield inside[0].start, inside[-1].end


def _believed(text: str, inside: list[Token], after: str) -> bool:
    if any(token.banned for token in inside):
        return False
    before = text[max(0, inside[0].start - 40) : inside[0].start]
    if PLACE.search(before) or (len(inside) == 1 and _doubtful(inside[0], before, after)):
        return False
    return bool(SURE.search(before) or PEOPLE.search(before)) or any(map(_namely, inside))


def _doubtful(token: Token, before: str, after: str) -> bool:
    """Whether one word of the network's is more likely a slip, a howl or the first plain word of a sentence."""
    if INSIDE.search(before) or not token.title:
        return True
    if not token.word.in_dictionary:
        return begins(before) or bool(_DRAWN.search(token.written))
    return token.word.share <= 0.5 and begins(before) and after not in (",", "!")


def _namely(token: Token) -> bool:
    """Whether the dictionary, or its ending, says that a word may be a name: firms too are unknown words."""
    if not token.word.in_dictionary:
        return token.like_surname or token.may("first", 0.8)
    return not token.plain and token.word.share > 0.1
