"""All that stands in the database about one item, as frames of a few rows in the order of time."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection, and_, func, select

from db import schema
from db.frames.annotations import counted
from db.frames.reading import UTC_TIME, Schema, in_force, rows
from db.frames.recoding import Recoding, recoding

SAID: Schema = {
    "at": UTC_TIME,
    "assessor": pl.Int64(),
    "name": pl.String(),
    "revision": pl.Int64(),
    "label": pl.String(),
    "comment": pl.String(),
    "flagged": pl.Boolean(),
    "seconds": pl.Float64(),
    "arm": pl.String(),
    "suggestion": pl.String(),
    "guideline_version": pl.Int64(),
    "surplus": pl.Boolean(),
    "ordinal": pl.Int64(),
    "kind": pl.String(),
    "outcome": pl.String(),
    "in_force": pl.Boolean(),
    "counts": pl.Boolean(),
}
APPOINTED: Schema = {
    "at": UTC_TIME,
    "revision": pl.Int64(),
    "label": pl.String(),
    "explanation": pl.String(),
    "name": pl.String(),
}
RULED: Schema = {
    "at": UTC_TIME,
    "revision": pl.Int64(),
    "verdict": pl.String(),
    "label": pl.String(),
    "rationale": pl.String(),
    "blind": pl.Boolean(),
    "guideline_version": pl.Int64(),
    "expert": pl.Int64(),
    "name": pl.String(),
}
PROPOSED: Schema = {
    "at": UTC_TIME,
    "version": pl.Int64(),
    "title": pl.String(),
    "label": pl.String(),
    "confidence": pl.Float64(),
    "rationale": pl.String(),
}
_annotation, _chunk, _golden = schema.annotation, schema.chunk, schema.golden
_person, _prompt, _ruling, _suggestion = schema.person, schema.prompt, schema.adjudication, schema.suggestion


def said_of(connection: Connection, project_id: int, item_id: int) -> pl.DataFrame:
    """SAID: every revision of everybody's answer, the earliest first.

    ``label`` is null for "unsure"; ``ordinal``, ``kind`` and ``outcome`` are the chunk's, null for what came in with a file, the
    outcome also while it is open. ``in_force``: no later revision has taken its place; ``counts``: it is a vote.
    """
    table = _annotation.c
    shown = [table[name] for name in ("label", "comment", "flagged", "seconds", "arm", "suggestion")]
    speaks = in_force(_annotation)
    query = (
        select(table.created_at, table.assessor_id, _person.c.name, table.revision, *shown)
        .add_columns(table.guideline_version, table.surplus, _chunk.c.ordinal, _chunk.c.kind, _chunk.c.outcome)
        .add_columns(speaks, and_(speaks, counted()))
        .join(_person, _person.c.id == table.assessor_id)
        .outerjoin(_chunk, _chunk.c.id == table.chunk_id)
        .where(table.item_id == item_id)
    )
    read = [tuple(row) for row in connection.execute(query.order_by(table.created_at, table.id))]
    # A condition is a number to SQLite.
    truths = len(SAID) - 2
    told = [(*row[:truths], bool(row[truths]), bool(row[truths + 1])) for row in read]
    said = pl.DataFrame(told, schema=dict(SAID), orient="row")
    return _as_of_now(said, recoding(connection, project_id), "label", "suggestion")


def appointed_of(connection: Connection, project_id: int, item_id: int) -> pl.DataFrame:
    """APPOINTED: every golden label it had; a null label is a retirement, a null name a file or the command line."""
    table = _golden.c
    query = select(table.created_at, table.revision, table.label, table.explanation, _person.c.name)
    query = query.outerjoin(_person, _person.c.id == table.appointed_by).where(table.item_id == item_id)
    appointed = rows(connection, query.order_by(table.revision), APPOINTED)
    return _as_of_now(appointed, recoding(connection, project_id), "label")


def ruled_of(connection: Connection, project_id: int, item_id: int) -> pl.DataFrame:
    """RULED: every ruling; ``label`` is null unless the verdict is a label, ``name`` for the command line."""
    table = _ruling.c
    names = ("revision", "verdict", "label", "rationale", "blind", "guideline_version", "expert_id")
    query = select(table.created_at, *(table[name] for name in names), _person.c.name)
    query = query.outerjoin(_person, _person.c.id == table.expert_id).where(table.item_id == item_id)
    ruled = rows(connection, query.order_by(table.revision), RULED)
    return _as_of_now(ruled, recoding(connection, project_id), "label")


def proposed_of(connection: Connection, project_id: int, item_id: int) -> pl.DataFrame:
    """PROPOSED: what each version of junior says; ``label`` is null where it refused or could not be read."""
    table = _suggestion.c
    told = (table.label, table.confidence, func.coalesce(table.rationale, ""))
    query = select(table.created_at, _prompt.c.version, _prompt.c.name, *told)
    query = query.join(_prompt, _prompt.c.id == table.prompt_id).where(table.item_id == item_id)
    proposed = rows(connection, query.order_by(_prompt.c.version), PROPOSED)
    return _as_of_now(proposed, recoding(connection, project_id), "label")


def _as_of_now(told: pl.DataFrame, by: Recoding, *columns: str) -> pl.DataFrame:
    """With what labels stand for now; one that doesn't say which class any more is told as it was given."""
    return (
        by.labels(told, *columns).with_columns(pl.col(name).fill_null(told[name]) for name in columns) if by else told
    )
