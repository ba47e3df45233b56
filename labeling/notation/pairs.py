"""Two candidates in one text: turns of the speakers ``first`` and ``second``, among those of what both answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from labeling.notation.turns import Turn, turns_of, written

FIRST, SECOND = "first", "second"
_OTHER = {FIRST: SECOND, SECOND: FIRST}


def paired(prompt: Sequence[Turn], first: Sequence[Turn], second: Sequence[Turn]) -> tuple[Turn, ...]:
    """One conversation of two: what both say alike, then what each answers to it.

    >>> asked, yes, no, why = Turn("user", "well?"), Turn("bot", "yes"), Turn("bot", "no"), Turn("user", "why?")
    >>> [(turn.speaker, turn.text) for turn in paired((), (asked, yes, why), (asked, no, why))]
    [('user', 'well?'), ('first', 'yes'), ('second', 'no'), ('user', 'why?')]
    """
    told, left, right = list(prompt), list(first), list(second)
    while True:
        shared = next(((at, right.index(turn)) for at, turn in enumerate(left) if turn in right), None)
        here, there = shared or (len(left), len(right))
        told += [replace(turn, speaker=FIRST) for turn in left[:here]]
        told += [replace(turn, speaker=SECOND) for turn in right[:there]]
        if shared is None:
            return tuple(told)
        told.append(left[here])
        left, right = left[here + 1 :], right[there + 1 :]


def turned_text(text: str) -> str:
    """The same pair with its candidates the other way round.

    >>> turned_text("user: well?\\nfirst: yes\\nsecond: no")
    'user: well?\\nsecond: yes\\nfirst: no'
    """
    return written(replace(turn, speaker=_OTHER.get(turn.speaker or "", turn.speaker)) for turn in turns_of(text))


def candidates(text: str) -> tuple[str, str, str]:
    """What both answer, the first candidate and the second.

    >>> candidates("user: well?\\nfirst: yes\\nfirst: sure\\nsecond: no")
    ('user: well?', 'yes\\nsure', 'no')
    """
    turns = turns_of(text)
    prompt = written(turn for turn in turns if turn.speaker not in _OTHER)
    said = ("\n".join(turn.text for turn in turns if turn.speaker == who) for who in (FIRST, SECOND))
    return (prompt, *said)  # type: ignore[return-value]
