"""What review is made of: rulings and what led to them, batches, audits. Each reader declares its dtypes.

Items go by their ``external_id`` beside ``item_id``.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from sqlalchemy import Connection, and_, case, func, select

from db import schema
from db.bulk import UTC_TIME, Schema, bulk
from db.frames import _rows
from db.vocabulary import LeaseState, Verdict

RULINGS: Schema = {
    "item": pl.String(),
    "item_id": pl.Int64(),
    "revision": pl.Int64(),
    "verdict": pl.String(),
    "label": pl.String(),
    "given": pl.String(),
    "score": pl.Float64(),
    "route": pl.String(),
    "suspicion": pl.String(),
    "rationale": pl.String(),
    "blind": pl.Boolean(),
    "seconds": pl.Float64(),
    "act": pl.String(),
    "run_id": pl.Int64(),
    "batch_id": pl.Int64(),
    "expert_id": pl.Int64(),
    "expert": pl.String(),
    "at": UTC_TIME,
}
BATCHES: Schema = {
    "batch": pl.Int64(),
    "name": pl.String(),
    "person": pl.String(),
    "items": pl.Int64(),
    "ruled": pl.Int64(),
    "created_at": UTC_TIME,
}
AUDITS: Schema = {
    "audit": pl.Int64(),
    "run_id": pl.Int64(),
    "size": pl.Int64(),
    "population": pl.Int64(),
    "created_at": UTC_TIME,
}
POPULATION: Schema = {
    "item": pl.String(),
    "item_id": pl.Int64(),
    "given": pl.String(),
    "stratum": pl.Int64(),
    "position": pl.Int64(),
}
_ruling, _item, _person = schema.adjudication, schema.item, schema.person


def rulings(connection: Connection, project_id: int) -> pl.DataFrame:
    """RULINGS: every revision of every ruling, in the order they were made; ``expert`` is null for the command line.

    ``verdict`` is one of :class:`db.vocabulary.Verdict`, ``route`` of :class:`db.vocabulary.Route`; ``label`` is null unless
    the verdict is a label; ``given`` and ``score`` stand as they did when it was made.
    """
    names = [name for name in RULINGS if name not in ("item", "expert", "at")]
    columns = [_item.c.external_id, *(_ruling.c[name] for name in names), _person.c.name, _ruling.c.created_at]
    query = (
        select(*columns)
        .join(_item, _item.c.id == _ruling.c.item_id)
        .outerjoin(_person, _person.c.id == _ruling.c.expert_id)
        .where(_ruling.c.project_id == project_id)
        .order_by(_ruling.c.created_at, _ruling.c.item_id, _ruling.c.revision)
    )
    return _rows(connection, query, RULINGS)


def in_force(rulings: pl.DataFrame) -> pl.DataFrame:
    """Of RULINGS the newest revision of each item, whatever its verdict."""
    return rulings.filter(pl.col("revision") == pl.col("revision").max().over("item_id"))


def batches(connection: Connection, project_id: int) -> pl.DataFrame:
    """BATCHES, the newest first, with how many of their items have a ruling in force."""
    batch, inside = schema.batch, schema.batch_item
    later = _ruling.alias("later")
    newer = select(later.c.item_id).where(later.c.item_id == _ruling.c.item_id, later.c.revision > _ruling.c.revision)
    settled = and_(_ruling.c.item_id == inside.c.item_id, _ruling.c.verdict == Verdict.LABEL, ~newer.exists())
    query = (
        select(
            batch.c.id,
            batch.c.name,
            _person.c.name,
            func.count(inside.c.item_id),
            func.coalesce(func.sum(case((_ruling.c.item_id.is_not(None), 1), else_=0)), 0),
            batch.c.created_at,
        )
        .outerjoin(_person, _person.c.id == batch.c.person_id)
        .outerjoin(inside, inside.c.batch_id == batch.c.id)
        .outerjoin(_ruling, settled)
        .where(batch.c.project_id == project_id)
        .group_by(batch.c.id, batch.c.name, _person.c.name, batch.c.created_at)
        .order_by(batch.c.id.desc())
    )
    return _rows(connection, query, BATCHES)


def batch_items(connection: Connection, batch_id: int) -> list[int]:
    """The ids of a batch's items in their order."""
    inside = schema.batch_item
    query = select(inside.c.item_id).where(inside.c.batch_id == batch_id).order_by(inside.c.position)
    return list(connection.execute(query).scalars())


def audits(connection: Connection, project_id: int) -> pl.DataFrame:
    """AUDITS, the newest first."""
    table = schema.audit
    query = select(*(table.c[{"audit": "id"}.get(name, name)] for name in AUDITS))
    return _rows(connection, query.where(table.c.project_id == project_id).order_by(table.c.id.desc()), AUDITS)


def audit_population(connection: Connection, audit_id: int) -> pl.DataFrame:
    """POPULATION: every item that an audit is about, with its label then; those of the sample have a ``position``."""
    drawn = schema.audit_item
    # SQLite's driver guesses a column's type from its first rows: none of them may be NULL.
    position = func.coalesce(drawn.c.position, -1).label("position")
    columns = (_item.c.external_id.label("item"), drawn.c.item_id, drawn.c.given, drawn.c.stratum, position)
    query = select(*columns).join(_item, _item.c.id == drawn.c.item_id).where(drawn.c.audit_id == audit_id)
    found = bulk(connection, query.order_by(drawn.c.item_id), POPULATION)
    return found.with_columns(pl.when(pl.col("position") >= 0).then("position").alias("position"))


def held(connection: Connection, project_id: int) -> pl.DataFrame:
    """HELD(expert, items): how many items lie before each expert now."""
    lease = schema.expert_lease
    query = (
        select(_person.c.name, func.count())
        .join(_person, _person.c.id == lease.c.expert_id)
        .where(lease.c.project_id == project_id, lease.c.state == LeaseState.OPEN)
        .group_by(_person.c.name)
        .order_by(_person.c.name)
    )
    return _rows(connection, query, {"expert": pl.String(), "items": pl.Int64()})


def votes_on(connection: Connection, item_ids: Sequence[int]) -> pl.DataFrame:
    """VOTES_ON(item_id, assessor, label, comment, flagged, seconds): the answers in force to some items, in no telling order.

    ``label`` is null for "unsure". Names stay out: an expert weighs answers, not people.
    """
    table, later, chunk = schema.annotation, schema.annotation.alias("later"), schema.chunk
    newer = select(later.c.id).where(
        later.c.item_id == table.c.item_id,
        later.c.assessor_id == table.c.assessor_id,
        later.c.revision > table.c.revision,
    )
    query = (
        select(table.c.item_id, table.c.assessor_id, table.c.label, table.c.comment, table.c.flagged, table.c.seconds)
        .outerjoin(chunk, chunk.c.id == table.c.chunk_id)
        .where(table.c.item_id.in_(item_ids), ~table.c.surplus, ~newer.exists())
        .where(func.coalesce(chunk.c.outcome, "") != "suspended")
        .order_by(table.c.label, table.c.id)
    )
    said = {"label": pl.String(), "comment": pl.String(), "flagged": pl.Boolean(), "seconds": pl.Float64()}
    return _rows(connection, query, {"item_id": pl.Int64(), "assessor": pl.Int64(), **said})
