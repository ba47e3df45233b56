"""Two candidates in one text: turns of the speakers ``first`` and ``second``, among those of what both answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from labeling.items.turns import Turn, turns_of, written

FIRST, SECOND = "first", "second"
_OTHER = {FIRST: SECOND, SECOND: FIRST}


def paired(prompt: Sequence[Turn], first: Sequence[Turn], second: Sequence[Turn]) -> tuple[Turn, ...]:
    """One conversation of two: what both say alike, then what each answers to it.

    >>> asked, yes, no = Turn("user", "well?"), Turn("bot", "yes"), Turn("bot", "no")
    >>> [(turn.speaker, turn.text) for turn in paired((), (asked, yes), (asked, no))]
    [('user', 'well?'), ('first', 'yes'), ('second', 'no')]
    """
    told = list(prompt)
    parts = (list(first), list(second))
    while all(parts) and parts[0][0] == parts[1][0]:
        told.append(parts[0].pop(0))
        parts[1].pop(0)
        for part, speaker in zip(parts, (FIRST, SECOND), strict=True):
            # Until both are asked the next thing.
            while part and part[0] != told[-1] and not (parts[0] and parts[1] and parts[0][0] == parts[1][0]):
                told.append(replace(part.pop(0), speaker=speaker))
    told += [replace(turn, speaker=FIRST) for turn in parts[0]] + [replace(turn, speaker=SECOND) for turn in parts[1]]
    return tuple(told)


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
