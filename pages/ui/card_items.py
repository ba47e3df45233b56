"""What a card is told of the text that lies on it: as it stands, or its turns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from db.vocabulary import ItemForm
from labeling.notation.turns import TIMES, turns_of


def shown_text(
    text: str, form: str, metadata: Mapping[str, Any] | None = None, unjudged: Collection[str] = ()
) -> dict[str, Any]:
    """The fields of an item by which a card shows its text, and the ``metadata`` that stand beside it.

    Of a conversation the turns, those of ``unjudged`` speakers marked so; the times of turns are told with them, where the
    metadata that may be shown have them.

    >>> shown_text("a: b", "text")
    {'text': 'a: b', 'metadata': None}
    >>> shown_text("a: b\\nc: d", "turns", {"turn_times": ["9:01"], "n": 1}, ["c"])["turns"]
    [{'speaker': 'a', 'text': 'b', 'time': '9:01'}, {'speaker': 'c', 'text': 'd', 'muted': True}]
    """
    if form == ItemForm.TEXT:
        return {"text": text, "metadata": metadata}
    times = (metadata or {}).get(TIMES)
    turns = [
        {"speaker": turn.speaker, "text": turn.text}
        | ({"time": turn.time} if turn.time else {})
        | ({"muted": True} if turn.speaker in unjudged else {})
        for turn in turns_of(text, times if isinstance(times, list) else ())
    ]
    beside = {name: value for name, value in (metadata or {}).items() if name != TIMES}
    return {"text": "", "form": form, "turns": turns, "metadata": beside or None}
