"""Every annotation of a project, each revision: the raw matter of votes, for :mod:`labeling.facts` alone."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from sqlalchemy import ColumnElement, Connection, Float, case, cast, func, select

from db import schema
from db.frames.reading import UTC_TIME, Growing, Schema, bulk, in_force, rows
from db.frames.recoding import Recoding, is_lost, recoding
from db.vocabulary import ChunkKind, ChunkOutcome, SuggestionPolicy

_table = schema.annotation
# One number for what is nearly always the same: every column more costs a tenth of the whole.
_SURPLUS, _AIDED, _PROBED, _REVISION = 1, 2, 4, 8
_RAW: Schema = {
    "id": pl.Int64(),
    "item_id": pl.Int64(),
    "assessor": pl.Int64(),
    "chunk": pl.Int64(),
    "label": pl.String(),
    "seconds": pl.Float64(),
    "marks": pl.Int64(),
    "at": UTC_TIME,
}


def annotations_of(connection: Connection, project_id: int, assessor_id: int | None = None) -> pl.DataFrame:
    """ANNOTATIONS(id, item_id, assessor, chunk, label, seconds, at, revision, surplus, aided, probed), as they were given.

    ``chunk`` is null for a vote that came in with a file, ``label`` for "unsure", ``seconds`` where nobody measured. ``aided``:
    a suggestion was on screen when this was chosen; ``probed``: it was wrong on purpose. Those of one assessor are few, and
    read anew. Labels are what they stand for now; where they don't say which class any more, they are null and surplus.
    """
    if assessor_id is not None:
        mine = (_table.c.project_id == project_id) & (_table.c.assessor_id == assessor_id)
        return _recoded(_read(connection, mine), recoding(connection, project_id))
    return _recoded(_annotations.of(connection, project_id), recoding(connection, project_id))


def _recoded(annotations: pl.DataFrame, by: Recoding) -> pl.DataFrame:
    if not by:
        return annotations
    lost = by.lost(annotations["label"])
    return by.labels(annotations, "label").with_columns(pl.col("surplus") | lost)


def _read(connection: Connection, which: ColumnElement[bool]) -> pl.DataFrame:
    arm = _table.c.arm
    marks = (
        _table.c.revision * _REVISION
        + case((_table.c.surplus, _SURPLUS), else_=0)
        + case((_table.c.probe & (arm != SuggestionPolicy.HIDDEN.value), _PROBED), else_=0)
        + case((aided(), _AIDED), else_=0)
    )
    query = select(
        _table.c.id,
        _table.c.item_id,
        _table.c.assessor_id.label("assessor"),
        _table.c.chunk_id.label("chunk"),
        _table.c.label,
        cast(_table.c.seconds, Float).label("seconds"),
        marks.label("marks"),
        _table.c.created_at.label("at"),
    )
    annotations = bulk(connection, query.where(which).order_by(_table.c.id), _RAW)
    return annotations.select(
        pl.exclude("marks"),
        (pl.col("marks") // _REVISION).alias("revision"),
        (pl.col("marks") & _SURPLUS != 0).alias("surplus"),
        (pl.col("marks") & _AIDED != 0).alias("aided"),
        (pl.col("marks") & _PROBED != 0).alias("probed"),
    )


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
    return ~_table.c.surplus & ~no_vote.correlate(_table) & ~is_lost(_table)


_annotations = Growing(_table, _read)


def votes_on(connection: Connection, project_id: int, item_ids: Sequence[int]) -> pl.DataFrame:
    """VOTES_ON(item_id, assessor, label, comment, flagged, seconds, evidence): the votes on some items, in no telling order.

    ``label`` is null for "unsure". Names stay out: an expert weighs answers, not people.
    """
    names = ("item_id", "assessor_id", "label", "comment", "flagged", "seconds", "evidence")
    columns = (_table.c[name] for name in names)
    query = select(*columns).where(_table.c.item_id.in_(item_ids), counted(), in_force(_table))
    who = {"item_id": pl.Int64(), "assessor": pl.Int64()}
    answer = {"label": pl.String(), "comment": pl.String(), "flagged": pl.Boolean(), "seconds": pl.Float64()}
    evidence = {"evidence": pl.Int64()}
    given = rows(connection, query.order_by(_table.c.label, _table.c.id), {**who, **answer, **evidence})
    by = recoding(connection, project_id)
    return by.labels(given, "label").sort("label", nulls_last=False, maintain_order=True) if by else given
