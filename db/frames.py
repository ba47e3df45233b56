"""Every SELECT that becomes a Polars frame. Each reader declares its dtypes, and keeps them for an empty table.

A million rows cross by :mod:`db.bulk`; what is small crosses as rows, inside the caller's snapshot.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import (
    ColumnClause,
    Connection,
    Select,
    false,
    func,
    literal_column,
    select,
)

from db import schema
from db.annotations import annotations_of
from db.bulk import UTC_TIME, Schema
from db.vocabulary import ChunkOutcome, Role

CHUNKS: Schema = {
    "chunk": pl.Int64(),
    "assessor": pl.Int64(),
    "name": pl.String(),
    "ordinal": pl.Int64(),
    "kind": pl.String(),
    "size": pl.Int64(),
    "opened_at": UTC_TIME,
    "closed_at": UTC_TIME,
    "outcome": pl.String(),
}
CLOSED: Schema = {"chunk": pl.Int64(), "assessor": pl.Int64(), "kind": pl.String(), "outcome": pl.String()}
WORKERS: Schema = {
    "assessor": pl.Int64(),
    "login": pl.String(),
    "name": pl.String(),
    "standing": pl.String(),
    "leases": pl.Int64(),
    "last_answer": UTC_TIME,
    "seen_at": UTC_TIME,
}
GUIDELINES: Schema = {
    "version": pl.Int64(),
    "author": pl.String(),
    "published_at": UTC_TIME,
    "letters_ru": pl.Int64(),
    "letters_en": pl.Int64(),
}
TODAY: Schema = {"assessor": pl.Int64(), "seconds": pl.Float64()}

_annotation, _chunk, _item, _lease = schema.annotation, schema.chunk, schema.item, schema.lease
# A partial index serves a query only where its condition stands word for word.
_OPEN: ColumnClause[bool] = literal_column("lease.state = 'open'")
_SUSPENDED = ChunkOutcome.SUSPENDED.value


def label_enum(connection: Connection, project_id: int) -> pl.Enum:
    """The codes of the project's classes in their order, retired ones too, as a dtype."""
    table = schema.label_class
    query = select(table.c.code).where(table.c.project_id == project_id).order_by(table.c.position)
    return pl.Enum(connection.execute(query).scalars().all())


def answers_schema(labels: pl.Enum) -> Schema:
    """The dtypes of :func:`answers`."""
    return {
        "item": pl.Int64(),
        "assessor": pl.Int64(),
        "chunk": pl.Int64(),
        "label": labels,
        "seconds": pl.Float64(),
        "at": UTC_TIME,
        "surplus": pl.Boolean(),
    }


def answers(connection: Connection, project_id: int, assessor_id: int | None = None) -> pl.DataFrame:
    """ANSWERS: the answer in force of each assessor to each item, of one assessor where asked.

    ``label`` is null for "unsure", ``chunk`` for a vote that came in with a file, ``seconds`` where nobody measured.
    ``at`` (whole seconds) is when the answer was last changed. ``surplus``: beyond the item's overlap.
    """
    labels = label_enum(connection, project_id)
    found = annotations_of(connection, project_id, assessor_id)
    # Each revision takes the place of the one before it; there are few, so the join stays small.
    superseded = found.filter(pl.col("revision") > 1).select("item", "assessor", pl.col("revision") - 1)
    return found.join(superseded, on=["item", "assessor", "revision"], how="anti").select(
        "item",
        "assessor",
        pl.col("chunk").replace(0, None),
        pl.col("label").replace("", None).cast(labels),
        pl.when(pl.col("seconds") >= 0).then("seconds").alias("seconds"),
        pl.col("at").dt.truncate("1s"),
        "surplus",
    )


def repeats(connection: Connection, project_id: int, assessor_id: int) -> pl.DataFrame:
    """ANSWERS of one assessor to what came back, for figures of their own work: without them its count would tell.

    ``item`` is the lease's id below zero: the item itself has its answer already.
    """
    table, later = schema.repeat, schema.repeat.alias("later")
    newer = select(later.c.lease_id).where(later.c.lease_id == table.c.lease_id, later.c.revision > table.c.revision)
    columns = (-table.c.lease_id, table.c.assessor_id, _lease.c.chunk_id, table.c.label, table.c.seconds)
    query = select(*columns, table.c.created_at, false()).join(_lease, _lease.c.id == table.c.lease_id)
    mine = query.where(table.c.project_id == project_id, table.c.assessor_id == assessor_id, ~newer.exists())
    return _rows(connection, mine, answers_schema(label_enum(connection, project_id)))


def golden(connection: Connection, project_id: int) -> pl.DataFrame:
    """GOLDEN(item, label): the golden labels in force; a retired one is gone."""
    return _in_force(connection, schema.golden, project_id)


def adjudications(connection: Connection, project_id: int) -> pl.DataFrame:
    """ADJUDICATED(item, label): the experts' rulings in force; one without a label settles nothing."""
    return _in_force(connection, schema.adjudication, project_id)


def chunks(
    connection: Connection, project_id: int, assessor_id: int | None = None, *, newest: int | None = None
) -> pl.DataFrame:
    """CHUNKS, the newest first: of one assessor where asked, at most ``newest`` where asked."""
    table, person = _chunk, schema.person
    columns = [table.c.id, table.c.assessor_id, person.c.name, *(table.c[name] for name in list(CHUNKS)[3:])]
    query = select(*columns).join(person, person.c.id == table.c.assessor_id).where(table.c.project_id == project_id)
    if assessor_id is not None:
        query = query.where(table.c.assessor_id == assessor_id)
    return _rows(connection, query.order_by(table.c.opened_at.desc(), table.c.id.desc()).limit(newest), CHUNKS)


def closed_chunks(connection: Connection, project_id: int) -> pl.DataFrame:
    """CLOSED: every chunk of the project that is closed, without its times, which are dear to read by the thousand."""
    query = select(_chunk.c.id, _chunk.c.assessor_id, _chunk.c.kind, _chunk.c.outcome)
    return _rows(connection, query.where(_chunk.c.project_id == project_id, _chunk.c.closed_at.is_not(None)), CLOSED)


def workers(connection: Connection, project_id: int, *, now: datetime) -> pl.DataFrame:
    """WORKERS: every assessor of the project, with the items on their desk and when they were last heard of."""
    member, person, sign_in = schema.membership, schema.person, schema.sign_in
    held = select(_lease.c.assessor_id, func.count().label("leases")).where(
        _lease.c.project_id == project_id, _OPEN, _lease.c.expires_at > now
    )
    on_desk = held.group_by(_lease.c.assessor_id).subquery()
    mine = (_annotation.c.project_id == project_id) & (_annotation.c.assessor_id == person.c.id)
    last = select(func.max(_annotation.c.created_at)).where(mine, _annotation.c.chunk_id.is_not(None))
    seen = select(func.max(sign_in.c.seen_at)).where(sign_in.c.person_id == person.c.id)
    query = (
        select(
            person.c.id,
            person.c.login,
            person.c.name,
            member.c.standing,
            func.coalesce(on_desk.c.leases, 0),
            last.correlate(person).scalar_subquery(),
            seen.correlate(person).scalar_subquery(),
        )
        .join(member, member.c.person_id == person.c.id)
        .outerjoin(on_desk, on_desk.c.assessor_id == person.c.id)
        .where(member.c.project_id == project_id, member.c.role == Role.ASSESSOR.value)
        .order_by(person.c.login)
    )
    return _rows(connection, query, WORKERS)


def answers_since(connection: Connection, project_id: int, since: datetime) -> pl.DataFrame:
    """TODAY(assessor, seconds): every item that a present assessor answered here from ``since`` on, once."""
    table, member = _annotation, schema.membership
    present = select(member.c.person_id).where(member.c.project_id == project_id, member.c.role == Role.ASSESSOR.value)
    query = select(table.c.assessor_id, table.c.seconds).where(
        table.c.project_id == project_id,
        table.c.assessor_id.in_(present),
        table.c.created_at >= since,
        table.c.revision == 1,
        table.c.chunk_id.is_not(None),
    )
    return _rows(connection, query, TODAY)


def guidelines(connection: Connection, project_id: int) -> pl.DataFrame:
    """GUIDELINES: every version of the guide, the newest first; ``author`` is null where the command line published."""
    table, person = schema.guideline, schema.person
    query = (
        select(
            table.c.version,
            person.c.name,
            table.c.created_at,
            func.length(table.c.body_ru),
            func.length(table.c.body_en),
        )
        .outerjoin(person, person.c.id == table.c.author_id)
        .where(table.c.project_id == project_id)
        .order_by(table.c.version.desc())
    )
    return _rows(connection, query, GUIDELINES)


def watermark(connection: Connection, project_id: int) -> tuple[int, ...]:
    """What grows with every fact that answers, golden items, rulings, chunks and items are made of.

    Two equal watermarks of one project: nothing derived from them has changed.
    """
    newest_answer = _of(_annotation, project_id).with_only_columns(_annotation.c.id).order_by(_annotation.c.id.desc())
    queries = (
        newest_answer.limit(1),
        # Of the whole house: to ask for one project's would mean to count its items.
        select(func.max(_item.c.id)),
        _of(schema.golden, project_id),
        _of(schema.adjudication, project_id),
        _of(_chunk, project_id),
        _of(_chunk, project_id).where(_chunk.c.closed_at.is_not(None)),
        _of(_chunk, project_id).where(_chunk.c.outcome == _SUSPENDED),
    )
    return tuple(int(connection.execute(query).scalar() or 0) for query in queries)


def metadata_sample(connection: Connection, project_id: int, *, items: int = 200) -> list[dict[str, Any]]:
    """The metadata of some items, in no order; items without any are left out."""
    query = select(_item.c.metadata).where(_item.c.project_id == project_id).limit(items)
    return [found for found in connection.execute(query).scalars() if found]


def _of(table: Any, project_id: int) -> Select[Any]:
    return select(func.count()).select_from(table).where(table.c.project_id == project_id)


def _in_force(connection: Connection, table: Any, project_id: int) -> pl.DataFrame:
    later = table.alias("later")
    newer = select(later.c.item_id).where(later.c.item_id == table.c.item_id, later.c.revision > table.c.revision)
    query = select(table.c.item_id, table.c.label).where(
        table.c.project_id == project_id, table.c.label.is_not(None), ~newer.exists()
    )
    return _rows(connection, query, {"item": pl.Int64(), "label": label_enum(connection, project_id)})


def _rows(connection: Connection, query: Select[Any], wanted: Schema) -> pl.DataFrame:
    rows = [tuple(row) for row in connection.execute(query)]
    return pl.DataFrame(rows, schema=dict(wanted), orient="row")
