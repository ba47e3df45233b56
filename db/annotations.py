"""Every annotation of a project, kept in memory: they are only ever added, so each time only the newer ones are read."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Connection, Float, case, cast, func, select

from db import schema
from db.bulk import UTC_TIME, Schema, bulk
from db.vocabulary import SuggestionPolicy

# Of all projects together: some 70 bytes each.
MOST_KEPT = 5_000_000
_table = schema.annotation
# One number for what is nearly always the same: every column more costs a tenth of the whole.
_SURPLUS, _AIDED, _REVISION = 1, 2, 4
_RAW: Schema = {
    "item": pl.Int64(),
    "assessor": pl.Int64(),
    "chunk": pl.Int64(),
    "label": pl.String(),
    "seconds": pl.Float64(),
    "marks": pl.Int64(),
    "at": UTC_TIME,
}


@dataclass(frozen=True)
class _Kept:
    newest: int
    at: datetime | None
    rows: pl.DataFrame


_kept: OrderedDict[tuple[str, int], _Kept] = OrderedDict()
_lock = Lock()


def annotations_of(connection: Connection, project_id: int, assessor_id: int | None = None) -> pl.DataFrame:
    """ANNOTATIONS(item, assessor, revision, chunk, label, seconds, surplus, aided, at), in the order they were given.

    ``chunk`` is 0 for a vote that came in with a file, ``label`` "" for "unsure", ``seconds`` -1 where nobody
    measured; ``aided``: a suggestion was on screen when this was chosen. They are written under their project's lock,
    so no older id comes later. Those of one assessor are few, and read anew.
    """
    if assessor_id is not None:
        mine = (_table.c.project_id == project_id) & (_table.c.assessor_id == assessor_id)
        return _read(connection, mine)
    key = (str(connection.engine.url), project_id)
    newest = connection.execute(select(func.max(_table.c.id)).where(_table.c.project_id == project_id)).scalar() or 0
    with _lock:
        known = _kept.get(key)
        if known is not None and _written_at(connection, known.newest) != known.at:
            # Another database has taken this one's place.
            known = None
        if known is None or known.newest < newest:
            known = _read_on(connection, project_id, known, newest)
            _kept[key] = known
        _kept.move_to_end(key)
        while len(_kept) > 1 and sum(each.rows.height for each in _kept.values()) > MOST_KEPT:
            _kept.popitem(last=False)
    return known.rows


def _read_on(connection: Connection, project_id: int, known: _Kept | None, newest: int) -> _Kept:
    upto = _table.c.id <= newest
    if known is None:
        rows = _read(connection, upto & _of_project(connection, project_id, newest))
    else:
        newer = (_table.c.project_id == project_id) & (_table.c.id > known.newest)
        rows = pl.concat([known.rows, _read(connection, upto & newer)])
    return _Kept(newest, _written_at(connection, newest), rows)


def _of_project(connection: Connection, project_id: int, newest: int) -> ColumnElement[bool]:
    """The project's rows; by a scan where they are most of an SQLite table, three times as fast as the index."""
    by_index = _table.c.project_id == project_id
    if connection.dialect.name != "sqlite":
        return by_index
    mine = connection.execute(select(func.count()).select_from(_table).where(by_index)).scalar_one()
    return _table.c.project_id + 0 == project_id if mine * 4 > newest else by_index


def _written_at(connection: Connection, annotation_id: int) -> Any:
    return connection.execute(select(_table.c.created_at).where(_table.c.id == annotation_id)).scalar()


def _read(connection: Connection, which: ColumnElement[bool]) -> pl.DataFrame:
    arm = _table.c.arm
    # A suggestion that comes after the first choice was on screen for what was chosen next.
    after = (arm == SuggestionPolicy.AFTER.value) & (_table.c.revision > 1)
    marks = (
        _table.c.revision * _REVISION
        + case((_table.c.surplus, _SURPLUS), else_=0)
        + case((arm.is_(None), 0), (arm == SuggestionPolicy.BEFORE.value, _AIDED), (after, _AIDED), else_=0)
    )
    # SQLite's driver guesses a column's type from its first rows: none of them may be NULL.
    query = select(
        _table.c.item_id.label("item"),
        _table.c.assessor_id.label("assessor"),
        func.coalesce(_table.c.chunk_id, 0).label("chunk"),
        func.coalesce(_table.c.label, "").label("label"),
        func.coalesce(cast(_table.c.seconds, Float), -1.0).label("seconds"),
        marks.label("marks"),
        _table.c.created_at.label("at"),
    )
    found = bulk(connection, query.where(which).order_by(_table.c.id), _RAW)
    return found.select(
        pl.exclude("marks"),
        (pl.col("marks") // _REVISION).alias("revision"),
        (pl.col("marks") & _SURPLUS != 0).alias("surplus"),
        (pl.col("marks") & _AIDED != 0).alias("aided"),
    )
