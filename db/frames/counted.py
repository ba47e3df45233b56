"""In SQL what :mod:`labeling.facts.votes` decides on frames, for whoever counts rows where they stand."""

from __future__ import annotations

from sqlalchemy import ColumnElement, func, select

from db import schema
from db.vocabulary import ChunkKind, ChunkOutcome, SuggestionPolicy

_table = schema.annotation


def aided() -> ColumnElement[bool]:
    """In SQL that a suggestion was on screen: before the first choice, or, where it comes after, for what was chosen next."""
    after = (_table.c.arm == SuggestionPolicy.AFTER.value) & (_table.c.revision > 1)
    return func.coalesce((_table.c.arm == SuggestionPolicy.BEFORE.value) | after, False)


def counted() -> ColumnElement[bool]:
    """In SQL what :data:`labeling.facts.votes.COUNTS` is on frames: that an annotation is a vote, whatever its revision."""
    chunk = schema.chunk
    aside = (chunk.c.outcome == ChunkOutcome.SUSPENDED.value) | (chunk.c.kind == ChunkKind.QUALIFICATION.value)
    # Without an outcome it is open, and NULL would make of the whole condition neither yes nor no.
    no_vote = select(chunk.c.id).where(chunk.c.id == _table.c.chunk_id, func.coalesce(aside, False)).exists()
    return ~_table.c.surplus & ~no_vote.correlate(_table)
