"""Texts as the classifier learns from them: of a conversation it is told who says what, and what is no reason for a label is
left out. Why so: docs/decisions/dialogues.md.
"""

from __future__ import annotations

import re
from collections.abc import Collection

import polars as pl
from sqlalchemy import Connection

from db.frames import items as item_frames
from labeling.notation.turns import turns_of
from labeling.projects.projects import Project

_WORD = re.compile(r"\w+")


def learnable(connection: Connection, project: Project) -> pl.DataFrame:
    """ITEMS(item, item_id, text): every item of the project in the order of ids, its text as it is learned from."""
    items = item_frames.items(connection, project.id)
    talks = item_frames.conversations(connection, project.id)
    if talks.is_empty():
        return items
    told = [learned_text(text, project.unjudged_speakers) for text in _texts(items, talks)]
    learned = pl.DataFrame({"item_id": talks, "learned": told}, schema_overrides={"learned": pl.String})
    joined = items.join(learned, on="item_id", how="left", maintain_order="left")
    return joined.with_columns(text=pl.coalesce("learned", "text")).drop("learned")


def learned_text(text: str, unjudged: Collection[str] = ()) -> str:
    """The words of a conversation, and each of them once more as a word of its speaker.

    >>> learned_text("client: my card\\nagent: when?", ["agent"])
    'my card\\nclient_my client_card'
    >>> learned_text("2nd line: yes\\nthanks")
    'yes\\nthanks\\n2nd_line_yes'
    """
    turns = [turn for turn in turns_of(text) if turn.speaker not in unjudged]
    owned = [
        f"{'_'.join(_WORD.findall(turn.speaker))}_{word}"
        for turn in turns
        if turn.speaker
        for word in _WORD.findall(turn.text)
    ]
    return "\n".join([*(turn.text for turn in turns), " ".join(owned)]).strip()


def _texts(items: pl.DataFrame, talks: pl.Series) -> list[str]:
    wanted = talks.to_frame("item_id").join(items, on="item_id", how="left", maintain_order="left")
    return wanted["text"].fill_null("").to_list()
