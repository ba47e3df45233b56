"""Two candidates in one text: turns of the speakers ``first`` and ``second``, among those of what both answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeAlias

from labeling.notation.turns import Turn, turns_of, written

Messages: TypeAlias = list[dict[str, str]]

FIRST, SECOND = "first", "second"
#: Who says what both answer, where the file has it as one text.
PROMPT = "prompt"
#: What files call those who wrote the two candidates; they stand in an item's metadata.
SOURCE_NAMES = (
    ("first_source", "second_source"), ("model_a", "model_b"), ("source_a", "source_b"), ("model_1", "model_2"),
    ("source_1", "source_2"), ("generator_1", "generator_2"), ("system_a", "system_b"), ("first_model", "second_model"),
)  # fmt: skip
_ROLES = {
    "user": ("user", "human", "prompter", "customer", "client", PROMPT, "пользователь", "клиент"),
    "assistant": ("assistant", "gpt", "bot", "chatbot", "model", "ассистент", "бот"),
    "system": ("system", "система"),
}
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
    prompt, first, second = _parted(text)
    return written(prompt), first, second


def spoken(text: str) -> tuple[str, str, str]:
    """The same, but what both answer as it stood in the file where that was one text.

    >>> spoken("prompt: well?\\nfirst: yes\\nsecond: no"), spoken("user: well?\\nfirst: yes\\nsecond: no")
    (('well?', 'yes', 'no'), ('user: well?', 'yes', 'no'))
    """
    prompt, first, second = _parted(text)
    asked = "\n".join(turn.text for turn in prompt) if _is_plain(prompt) else written(prompt)
    return asked, first, second


def messages(text: str) -> tuple[Messages, Messages, Messages] | None:
    """What both answer, and how each candidate goes on from there, as messages with roles; None where the file had plain texts.

    >>> asked, first, second = messages("user: well?\\nfirst: yes\\nsecond: no\\nuser: why?\\nfirst: so\\nsecond: hm")
    >>> asked, [message["content"] for message in second]
    ([{'role': 'user', 'content': 'well?'}], ['no', 'why?', 'hm'])
    >>> messages("prompt: well?\\nfirst: yes\\nsecond: no")
    """
    turns = turns_of(text)
    if _is_plain([turn for turn in turns if turn.speaker not in _OTHER]):
        return None
    begins = next((at for at, turn in enumerate(turns) if turn.speaker in _OTHER), len(turns))
    last = max((at for at, turn in enumerate(turns) if turn.speaker in _OTHER), default=-1)
    # What is asked after the last answers is answered by nobody.
    rest = turns[begins : last + 1]
    sides = ([_message(turn) for turn in rest if turn.speaker != other] for other in (SECOND, FIRST))
    first, second = sides
    return [_message(turn) for turn in turns[:begins]], first, second


def _parted(text: str) -> tuple[list[Turn], str, str]:
    turns = turns_of(text)
    first, second = ("\n".join(turn.text for turn in turns if turn.speaker == who) for who in (FIRST, SECOND))
    return [turn for turn in turns if turn.speaker not in _OTHER], first, second


def _is_plain(turns: Sequence[Turn]) -> bool:
    return all(turn.speaker == PROMPT for turn in turns)


def _message(turn: Turn) -> dict[str, str]:
    """As chat templates have it: what speakers are called there, where we know it."""
    who = turn.speaker or "user"
    role = (
        "assistant" if who in _OTHER else next((role for role, names in _ROLES.items() if who.casefold() in names), who)
    )
    return {"role": role, "content": turn.text}
