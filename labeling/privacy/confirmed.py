"""People that the network saw, as far as the dictionary bears them out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from labeling.privacy.introductions import INSIDE, PEOPLE, PLACE, SURE, begins
from labeling.privacy.tokens import Token
from labeling.privacy.view import MASKED

_LINE = re.compile(r"[^\n\r]+")
_DRAWN = re.compile(r"(.)\1\1")


def confirmed(text: str, tokens: list[Token], people: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
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
    if any(each.banned for each in inside):
        return False
    before = text[max(0, inside[0].start - 40) : inside[0].start]
    if PLACE.search(before) or (len(inside) == 1 and _doubtful(inside[0], before, after)):
        return False
    return bool(SURE.search(before) or PEOPLE.search(before)) or any(map(namely, inside))


def namely(token: Token) -> bool:
    """Whether the dictionary, or its ending, says that a word may be a name: firms too are unknown words."""
    if not token.word.known:
        return token.like_surname or token.may("first", 0.8)
    return not token.plain and token.word.share > 0.1


def _doubtful(token: Token, before: str, after: str) -> bool:
    """Whether one word of the network's is more likely a slip, a howl or the first plain word of a sentence."""
    if INSIDE.search(before) or not token.title:
        return True
    if not token.word.known:
        return begins(before) or bool(_DRAWN.search(token.written))
    return token.word.share <= 0.5 and begins(before) and after not in (",", "!")
