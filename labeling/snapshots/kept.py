"""Snapshots as they are kept: which there are, what one holds, which of them hold an item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection, Row, Select, select, tuple_

from db import schema
from db.frames import items
from db.frames.reading import UTC_TIME
from labeling.errors import LabelingError
from labeling.facts.changes import Mark
from labeling.snapshots.rows import ROWS, digest_of, unpack

HELD = {"at": UTC_TIME, "name": pl.String(), "label": pl.String(), "source": pl.String(), "probability": pl.Float64()}
_snapshot, _part, _person = schema.snapshot, schema.snapshot_part, schema.person


@dataclass(frozen=True)
class Snapshot:
    """A version of a project's final labels; ``figures`` as :mod:`labeling.snapshots.figures` makes them.

    ``person`` is None where a command took it; ``mark`` is which facts it saw.
    """

    id: int
    name: str
    sha256: str
    items: int
    figures: Mapping[str, Any]
    mark: Mark
    person: str | None

    @property
    def at(self) -> datetime:
        """The moment that it is of."""
        return self.mark.at


def snapshots(connection: Connection, project_id: int) -> list[Snapshot]:
    """Every snapshot of the project, the newest first."""
    query = _heads().where(_snapshot.c.project_id == project_id).order_by(_snapshot.c.id.desc())
    return [_head(row) for row in connection.execute(query)]


def get_snapshot(connection: Connection, project_id: int, name: str) -> Snapshot:
    """One by its name. Raises LabelingError ``unknown_snapshot``."""
    mine = (_snapshot.c.project_id == project_id) & (_snapshot.c.name == name)
    # No text of PostgreSQL has it.
    row = None if "\0" in name else connection.execute(_heads().where(mine)).first()
    if row is None:
        raise LabelingError("unknown_snapshot", name=name)
    return _head(row)


def rows_of(connection: Connection, snapshot: Snapshot) -> pl.DataFrame:
    """ROWS in the order of items, checked by their hash. Raises LabelingError ``snapshot_broken``: they were changed."""
    try:
        rows = read_parts(connection, snapshot.id)
    except ValueError as error:
        raise LabelingError("snapshot_broken", name=snapshot.name) from error
    if digest_of(rows) != snapshot.sha256:
        raise LabelingError("snapshot_broken", name=snapshot.name)
    return rows


def labels_of(connection: Connection, project_id: int, name: str) -> pl.DataFrame:
    """FINAL of :mod:`labeling.facts.final` as a snapshot holds it, in the order of the items.

    Raises LabelingError ``unknown_snapshot`` or ``snapshot_broken``.
    """
    rows = rows_of(connection, get_snapshot(connection, project_id, name)).drop("text_sha256")
    named = items.names(connection, project_id).select(pl.col("id").alias("item_id"), "item")
    return named.join(rows, on="item", how="inner", maintain_order="left")


def read_parts(connection: Connection, snapshot_id: int) -> pl.DataFrame:
    """ROWS as they are kept, unchecked. Raises ValueError where a part can't be read."""
    query = select(_part.c.body).where(_part.c.snapshot_id == snapshot_id).order_by(_part.c.ordinal)
    parts = [unpack(row.body) for row in connection.execute(query)]
    return pl.concat([pl.DataFrame(schema=ROWS), *parts])


def held_in(connection: Connection, project_id: int, item: str) -> pl.DataFrame:
    """HELD(at, name, label, source, probability): the snapshots that an item went into, the earliest first.

    Of each the one part is read that has the item; a part that can't be read has none.
    """
    heads = {each.id: each for each in reversed(snapshots(connection, project_id))}
    rows = []
    for snapshot_id, body in _parts_with(connection, list(heads), item):
        try:
            found = unpack(body).filter(pl.col("item") == item)
        except ValueError:
            continue
        for label, source, chance in found.select("label", "source", "probability").iter_rows():
            rows.append((heads[snapshot_id].at, heads[snapshot_id].name, label, source, chance))
    return pl.DataFrame(rows, schema=HELD, orient="row")


def _parts_with(connection: Connection, snapshot_ids: list[int], item: str) -> list[tuple[int, bytes]]:
    """Of each snapshot the part in whose range an item lies."""
    names = (_part.c.snapshot_id, _part.c.ordinal, _part.c.first_item)
    query = select(*names).where(_part.c.snapshot_id.in_(snapshot_ids)).order_by(_part.c.snapshot_id, _part.c.ordinal)
    # Compared here, for a database compares texts by its own locale; of the parts that begin before it the last one speaks.
    last = {snapshot_id: ordinal for snapshot_id, ordinal, first in connection.execute(query) if first <= item}
    wanted = tuple_(_part.c.snapshot_id, _part.c.ordinal).in_(list(last.items()))
    bodies = select(_part.c.snapshot_id, _part.c.body).where(wanted).order_by(_part.c.snapshot_id)
    return [(snapshot_id, body) for snapshot_id, body in connection.execute(bodies)]


def _heads() -> Select[Any]:
    return select(_snapshot, _person.c.name.label("person")).outerjoin(_person, _person.c.id == _snapshot.c.person_id)


def _head(row: Row[Any]) -> Snapshot:
    mark = Mark.of(row.created_at, row.watermark)
    return Snapshot(row.id, row.name, row.sha256, row.items, row.figures, mark, row.person)
