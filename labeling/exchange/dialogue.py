"""A text that comes as a list of turns, as chats are kept: lines of name and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from labeling.exchange.blocks import Cells

_WORDS = ("text", "content", "value", "message", "utterance")
_NAMES = ("author", "role", "speaker", "name", "from", "user", "sender")


def dialogue_of(value: object) -> str | None:
    """A list of turns as one text, a turn a line; None for anything else.

    >>> dialogue_of([{"author": "client", "text": "my card"}, {"role": "bank", "content": "lost?"}, {"text": "yes"}])
    'client: my card\\nbank: lost?\\nyes'
    >>> dialogue_of(["a", "b"])
    """
    if not isinstance(value, list) or not value:
        return None
    lines = [_line(turn) for turn in value]
    return None if None in lines else "\n".join(filter(None, lines))


def unnested(cells: Cells) -> Cells:
    """The cells with each list of turns as one text, all others as they are."""
    if not any(type(cell) is list for cell in cells):
        return cells
    return [dialogue_of(cell) or cell for cell in cells]


def _line(turn: object) -> str | None:
    words = _first(turn, _WORDS) if isinstance(turn, Mapping) else None
    if words is None or not isinstance(turn, Mapping):
        return None
    name = _first(turn, _NAMES)
    return f"{name}: {words}" if name else words


def _first(turn: Mapping[str, Any], names: Sequence[str]) -> str | None:
    return next((value for name in names if isinstance(value := turn.get(name), str)), None)
