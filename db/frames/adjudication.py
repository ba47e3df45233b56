"""What experts work on: named batches, and audits with all that they stand for."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection, and_, case, func, select

from db import schema
from db.frames.reading import UTC_TIME, Schema, bulk, in_force, rows
from db.frames.recoding import recoding
from db.vocabulary import Verdict

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


def batches(connection: Connection, project_id: int) -> pl.DataFrame:
    """BATCHES, the newest first, with how many of their items have a ruling in force."""
    batch, inside = schema.batch, schema.batch_item
    settled = and_(_ruling.c.item_id == inside.c.item_id, _ruling.c.verdict == Verdict.LABEL, in_force(_ruling))
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
    return rows(connection, query, BATCHES)


def batch_items(connection: Connection, batch_id: int) -> list[int]:
    """The ids of a batch's items in their order."""
    inside = schema.batch_item
    query = select(inside.c.item_id).where(inside.c.batch_id == batch_id).order_by(inside.c.position)
    return list(connection.execute(query).scalars())


def audits(connection: Connection, project_id: int) -> pl.DataFrame:
    """AUDITS, the newest first."""
    table = schema.audit
    query = select(*(table.c[{"audit": "id"}.get(name, name)] for name in AUDITS))
    return rows(connection, query.where(table.c.project_id == project_id).order_by(table.c.id.desc()), AUDITS)


def audit_project(connection: Connection, audit_id: int) -> int:
    """Whose audit it is."""
    return int(connection.execute(select(schema.audit.c.project_id).where(schema.audit.c.id == audit_id)).scalar_one())


def audit_population(connection: Connection, audit_id: int) -> pl.DataFrame:
    """POPULATION: every item that an audit is about, with its label then; those of the sample have a ``position``.

    Labels are what they stand for now; items whose label doesn't say which class any more are left out.
    """
    drawn, audit = schema.audit_item, schema.audit
    columns = (_item.c.external_id.label("item"), drawn.c.item_id, drawn.c.given, drawn.c.stratum, drawn.c.position)
    query = select(*columns).join(_item, _item.c.id == drawn.c.item_id).where(drawn.c.audit_id == audit_id)
    population = bulk(connection, query.order_by(drawn.c.item_id), POPULATION)
    project_id = connection.execute(select(audit.c.project_id).where(audit.c.id == audit_id)).scalar()
    return recoding(connection, int(project_id or 0)).labels(population, "given").filter(pl.col("given").is_not_null())
