"""Conversations in files: lists of turns as chats are kept, columns for a turn each, lines that begin with who speaks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from labeling.exchange.blocks import Cells
from labeling.exchange.cells import text_of
from labeling.exchange.column_names import plain_name
from labeling.notation.turns import Turn, speaker_of, turns_of, written

_WORDS = ("text", "content", "value", "message", "utterance")
_NAMES = ("author", "role", "speaker", "name", "from", "user", "sender")
_MOMENTS = ("time", "timestamp", "created_at", "date", "ts")
_WITHIN = ("turns", "messages", "conversation", "conversations", "dialogue")
# What speakers are called in files; a column of the kind "agent_2" has the second thing that the agent says.
_SPEAKERS = frozenset(
    "client customer user human caller agent operator assistant bot gpt system support manager seller buyer doctor patient "
    "клиент покупатель пользователь абонент оператор ассистент бот агент менеджер поддержка сотрудник специалист система "
    "продавец врач пациент".split()
)
_TURNS = frozenset("turn utterance message msg reply реплика сообщение".split())
_WHO = frozenset(("speaker", "author", "role", "turn_speaker", "кто"))
_NUMBERED = re.compile(r"(.*?[^\W\d])[\s_.\-]*(\d{1,3})")
_CLOCK = r"[\[(]?((?:\d{4}-\d\d-\d\d[T ])?\d{1,2}:\d\d(?::\d\d)?)[\])]?"
# "[10:07] Agent 2: words": a name is a few words that say nothing yet. Two spaces say that the line goes on.
_SPOKEN = re.compile(
    rf" ?(?:{_CLOCK}[\s,–—-]+)?(\[?[^\W\d][^:,;!?\n]{{0,39}}?)(?:\s+{_CLOCK})?\s*:(?:\s+(.*)|\s*)", re.DOTALL
)
_MOST_WORDS = 4


def turns_in(value: object) -> tuple[Turn, ...] | None:
    """The turns of a list of them, or of JSON that is one; None for anything else.

    >>> turns_in([{"from": "human", "value": "hi", "time": "9:01"}, {"value": "yes"}])
    (Turn(speaker='human', text='hi', time='9:01'), Turn(speaker=None, text='yes', time=None))
    >>> turns_in('{"messages": [{"role": "user", "content": "hi"}]}')
    (Turn(speaker='user', text='hi', time=None),)
    >>> turns_in(["a", "b"]), turns_in("[a] b")
    (None, None)
    """
    if isinstance(value, str):
        value = _parsed(value)
    if isinstance(value, Mapping):
        value = next((value[name] for name in _WITHIN if isinstance(value.get(name), list)), None)
    if not isinstance(value, list) or not value:
        return None
    turns = [_turn(entry) for entry in value]
    told = [turn for turn in turns if turn is not None and (turn.speaker or turn.text)]
    return None if None in turns or not told else tuple(told)


def dialogue_of(value: object) -> str | None:
    """A list of turns as one text, a turn a line; None for anything else.

    >>> dialogue_of([{"author": "client", "text": "my card"}, {"role": "bank", "content": "lost?"}, {"text": "yes"}])
    'client: my card\\nbank: lost?\\nyes'
    >>> dialogue_of(["a", "b"])
    """
    turns = turns_in(value)
    return None if turns is None else written(turns)


def unnested(cells: Cells) -> Cells:
    """The cells with each list of turns as one text, all others as they are."""
    if not any(type(cell) is list for cell in cells):
        return cells
    return [dialogue_of(cell) or cell if type(cell) is list else cell for cell in cells]


def turn_columns(names: Sequence[str]) -> tuple[str, ...]:
    """The columns that are one turn each, in the order of the conversation, those that name its speaker beside them.

    Either they are called turns, or they bear the names of at least two speakers; their numbers begin at 0 or 1.

    >>> turn_columns(["id", "client_1", "client_2", "agent_1"])
    ('client_1', 'agent_1', 'client_2')
    >>> turn_columns(["turn 1", "speaker 1", "turn 2"]), turn_columns(["text", "agent_1", "agent_2"])
    (('turn 1', 'speaker 1', 'turn 2'), ())
    """
    found = {name: parted for name in names if (parted := _numbered(name)) is not None}
    turns = {name: parted for name, parted in found.items() if parted[0] in _TURNS}
    if not turns:
        turns = {name: parted for name, parted in found.items() if parted[0] in _SPEAKERS}
        if len({kind for kind, _ in turns.values()}) < 2:
            return ()
    if len(turns) < 2 or min(number for _, number in turns.values()) > 1:
        return ()
    beside = {parted[1]: name for name, parted in found.items() if parted[0] in _WHO}
    order = sorted(turns, key=lambda name: turns[name][1])
    return tuple(column for name in order for column in (name, beside.pop(turns[name][1], None)) if column is not None)


def turns_across(columns: Sequence[str], cells: Sequence[object]) -> tuple[Turn, ...]:
    """The turns of a row with these :func:`turn_columns`; a blank cell is none. A column without a number is its speaker's name.

    >>> turns_across(["turn_1", "speaker_1", "turn_2"], ["hi", "Ann", ""])
    (Turn(speaker='Ann', text='hi', time=None),)
    >>> turns_across(["client_1", "agent_1"], ["hi", "hello"])[1]
    Turn(speaker='agent', text='hello', time=None)
    """
    parted = {name: _numbered(name) or (name, 0) for name in columns}
    who = {parted[name][1]: text_of(cell) for name, cell in zip(columns, cells, strict=True) if parted[name][0] in _WHO}
    turns = []
    for name, cell in zip(columns, cells, strict=True):
        kind, number = parted[name]
        if kind in _WHO or not (words := text_of(cell).strip()):
            continue
        turns.append(Turn(speaker_of(who.get(number, "") if kind in _TURNS else kind), _lines(words)))
    return tuple(turns)


def turns_told(text: str) -> tuple[Turn, ...] | None:
    """The turns of a text whose lines begin with who speaks; None where it doesn't look like a conversation.

    It does where it begins so, and either some speaker is called as speakers are, or one of several speaks again.

    >>> turns_told("[10:07] Client: my card\\nis lost\\nAgent: when?")[0]
    Turn(speaker='Client', text='my card\\nis lost', time='10:07')
    >>> turns_told("Name: Ann\\nCity: Ufa"), turns_told("To sum up: no")
    (None, None)
    """
    if ":" not in text or "\n" not in text:
        return None
    turns: list[Turn] = []
    for line in text.strip("\n").replace("\r\n", "\n").split("\n"):
        spoken = _SPOKEN.fullmatch(line)
        if spoken is not None and len(spoken[2].split()) <= _MOST_WORDS:
            time = spoken[1] or spoken[3]
            turns.append(Turn(speaker_of(spoken[2]), (spoken[4] or "").strip(), time))
        elif not turns:
            return None
        elif turns[-1].text or line.strip():
            last = turns[-1]
            turns[-1] = Turn(last.speaker, f"{last.text}\n{line.removeprefix('  ').rstrip()}".strip("\n"), last.time)
    return tuple(turns) if _is_conversation(turns) else None


def conversations(
    cells: Cells, across: Mapping[str, Cells], listed: Cells | None, *, dialogue: bool
) -> Iterator[tuple[int, tuple[Turn, ...]]]:
    """The rows that hold one, and its turns: as a list in ``cells`` or ``listed``, in the columns ``across``, or, where
    ``dialogue`` is wanted, in the lines of a text.
    """
    if not (across or listed or dialogue) and all(type(cell) is str for cell in cells):
        # Plain texts, as nearly always: of next to none more than its first sign is looked at.
        cells = [cell if cell[:1] in ("[", "{") else None for cell in cells]
        if not any(cells):
            return
    rows = zip(*across.values(), strict=True) if across else [()] * len(cells)
    for at, (cell, told, row) in enumerate(zip(cells, listed or [None] * len(cells), rows, strict=True)):
        turns = turns_in(told) or turns_across(list(across), row) or turns_in(cell)
        if not turns and dialogue and isinstance(cell, str):
            turns = turns_told(cell) or ()
        if turns:
            yield at, turns


def looking_alike(cells: Cells) -> int:
    """How many of these texts look like a conversation.

    >>> looking_alike(["Client: hi\\nAgent: hello", "hi", 7])
    1
    """
    return sum(isinstance(cell, str) and turns_told(cell) is not None for cell in cells)


def as_list(text: str, times: Sequence[str | None] = ()) -> list[dict[str, str]]:
    """The turns of a text in the notation as :func:`turns_in` reads them.

    >>> as_list("client: hi\\nyes", ["9:01"])
    [{'speaker': 'client', 'text': 'hi', 'time': '9:01'}, {'text': 'yes'}]
    """
    return [{name: value for name, value in vars(turn).items() if value is not None} for turn in turns_of(text, times)]


def _is_conversation(turns: Sequence[Turn]) -> bool:
    speakers = Counter(turn.speaker for turn in turns)
    known = any(set(plain_name(name or "").split("_")) & _SPEAKERS for name in speakers)
    return len(turns) > 1 and (known or (len(speakers) > 1 and max(speakers.values()) > 1))


def _numbered(name: str) -> tuple[str, int] | None:
    """What a numbered column is called without its number, and the number."""
    parted = _NUMBERED.fullmatch(plain_name(name))
    return None if parted is None else (parted[1], int(parted[2]))


def _turn(entry: object) -> Turn | None:
    if not isinstance(entry, Mapping):
        return None
    words = next((said for name in _WORDS if (said := _said(entry.get(name))) is not None), None)
    if words is None:
        return None
    name, time = (_first(entry, names) for names in (_NAMES, _MOMENTS))
    return Turn(speaker_of(name) if name else None, _lines(words.strip()), time)


def _said(value: object) -> str | None:
    """The words of a turn, also where they come in parts, of which those that are no text are left out."""
    if isinstance(value, list):
        parts = [part.get("text") for part in value if isinstance(part, Mapping)]
        value = "\n".join(part for part in parts if isinstance(part, str)) if parts else None
    return value if isinstance(value, str) else None


def _first(entry: Mapping[str, Any], names: Sequence[str]) -> str | None:
    values = (entry.get(name) for name in names)
    plain = (value for value in values if isinstance(value, str | int | float) and not isinstance(value, bool))
    return next(map(text_of, plain), None)


def _parsed(text: str) -> object:
    if not text.startswith(("[{", "{", "[ {", "[\n")):
        return None
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _lines(words: str) -> str:
    return words.replace("\r\n", "\n").replace("\r", "\n")
