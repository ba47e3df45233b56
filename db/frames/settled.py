"""What experts said: golden labels and rulings, and what led to them. What of it counts decides :mod:`labeling.facts`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl
from sqlalchemy import ColumnElement, Connection, Table, func, select

from db import schema
from db.frames.reading import UTC_TIME, Schema, in_bulk, in_force, label_type, rows
from db.frames.recoding import recoding

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
    "in_bulk": pl.Boolean(),
    "at": UTC_TIME,
}
APPOINTMENTS: Schema = {
    "item_id": pl.Int64(),
    "revision": pl.Int64(),
    "label": pl.String(),
    "name": pl.String(),
    "at": UTC_TIME,
}
_golden, _ruling, _item, _person = schema.golden, schema.adjudication, schema.item, schema.person


def golden(
    connection: Connection, project_id: int, *, as_of: datetime | None = None, item_ids: Sequence[int] | None = None
) -> pl.DataFrame:
    """GOLDEN(item_id, item, label Enum): the golden labels in force at ``as_of``, a retired one gone, in the order of items.

    Of ``item_ids`` alone where they are given, a few thousand at most.
    """
    return _labels(connection, _golden, project_id, as_of, item_ids)


def ruled(
    connection: Connection,
    project_id: int,
    *,
    as_of: datetime | None = None,
    item_ids: Sequence[int] | None = None,
    one_by_one: bool = False,
) -> pl.DataFrame:
    """RULED(item_id, item, label Enum): the experts' rulings in force at ``as_of`` that give a label, in the order of items.

    Of ``item_ids`` alone where they are given, a few thousand at most. ``one_by_one`` leaves out what was ruled in bulk.
    """
    return _labels(connection, _ruling, project_id, as_of, item_ids, *([~in_bulk(_ruling)] if one_by_one else []))


def rulings(connection: Connection, project_id: int) -> pl.DataFrame:
    """RULINGS: every revision of every ruling, in the order they were made; ``expert`` is null for the command line.

    ``verdict`` is one of :class:`db.vocabulary.Verdict`, ``route`` of :class:`db.vocabulary.Route`; ``label`` is null unless
    the verdict is a label; ``given`` and ``score`` stand as they did when it was made; ``in_bulk``: to many items in one act.
    """
    names = [name for name in RULINGS if name not in ("item", "expert", "in_bulk", "at")]
    last = (_person.c.name, in_bulk(_ruling), _ruling.c.created_at)
    columns = [_item.c.external_id, *(_ruling.c[name] for name in names), *last]
    query = (
        select(*columns)
        .join(_item, _item.c.id == _ruling.c.item_id)
        .outerjoin(_person, _person.c.id == _ruling.c.expert_id)
        .where(_ruling.c.project_id == project_id)
        .order_by(_ruling.c.created_at, _ruling.c.item_id, _ruling.c.revision)
    )
    return recoding(connection, project_id).labels(rows(connection, query, RULINGS), "label", "given")


def appointments(connection: Connection, project_id: int) -> pl.DataFrame:
    """APPOINTMENTS: every revision of every golden label; a null label is a retirement, a null name a file or a command."""
    table = _golden.c
    query = select(table.item_id, table.revision, table.label, _person.c.name, table.created_at)
    query = query.outerjoin(_person, _person.c.id == table.appointed_by).where(table.project_id == project_id)
    found = rows(connection, query.order_by(table.item_id, table.revision), APPOINTMENTS)
    return recoding(connection, project_id).labels(found, "label")


def count_revisions(connection: Connection, project_id: int) -> int:
    """How often somebody settled a label, or unsettled one: golden labels and rulings; equal numbers, nothing new to learn."""
    counts = (
        select(func.count()).select_from(table).where(table.c.project_id == project_id) for table in (_golden, _ruling)
    )
    return sum(int(connection.execute(count).scalar_one()) for count in counts)


def _labels(
    connection: Connection,
    table: Table,
    project_id: int,
    as_of: datetime | None,
    item_ids: Sequence[int] | None,
    *which: ColumnElement[bool],
) -> pl.DataFrame:
    query = select(table.c.item_id, _item.c.external_id, table.c.label).join(_item, _item.c.id == table.c.item_id)
    query = query.where(table.c.project_id == project_id, table.c.label.is_not(None), in_force(table, as_of), *which)
    if item_ids is not None:
        query = query.where(table.c.item_id.in_(item_ids))
    dtypes = {"item_id": pl.Int64(), "item": pl.String(), "label": pl.String()}
    given = rows(connection, query.order_by(table.c.item_id), dtypes)
    labels = recoding(connection, project_id).labels(given, "label").filter(pl.col("label").is_not_null())
    return labels.cast({"label": label_type(connection, project_id)})
