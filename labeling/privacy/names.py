"""Names of people in a text, Russian ones in any case, capitals or not, English ones beside them."""

from __future__ import annotations

from collections.abc import Sequence

from labeling.privacy import english
from labeling.privacy.confirmed import confirmed, namely
from labeling.privacy.introductions import PEOPLE, SURE
from labeling.privacy.sequences import sequences
from labeling.privacy.tokens import Token


def find(text: str, tokens: list[Token], people: Sequence[tuple[int, int]] = ()) -> list[tuple[int, int]]:
    """Start and end of each name, in order and apart; ``people`` are those that a network saw.

    >>> from labeling.privacy.tokens import tokens_of
    >>> from labeling.privacy.words import Words
    >>> text = "карта иванова петра ильича, а Анне отказали"
    >>> [text[start:end] for start, end in find(text, tokens_of(text, Words()))]
    ['иванова петра ильича', 'Анне']
    """
    found = [*english.find(text), *sequences(text, tokens), *confirmed(text, tokens, people)]
    return _merged(text, found)


def may_hold_people(text: str, tokens: list[Token]) -> bool:
    """Whether :func:`find` could take a word from the network at all; else there is no need to ask it."""
    for token in tokens:
        if namely(token):
            return True
        before = text[max(0, token.start - 40) : token.start]
        if (token.title or not token.plain) and (SURE.search(before) or PEOPLE.search(before)):
            return True
    return False


def _merged(text: str, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping finds as one, and those with nothing but a space between them."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if merged and (start <= merged[-1][1] or text[merged[-1][1] : start] == " "):
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
