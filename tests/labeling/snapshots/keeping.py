"""Snapshots of a small world, taken and changed behind the program's back."""

from __future__ import annotations

import io
from datetime import datetime

import polars as pl
from sqlalchemy import select, text, update

from db import schema
from db.engine import Database
from labeling.snapshots.comparing import Difference, difference
from labeling.snapshots.kept import Snapshot, get_snapshot
from labeling.snapshots.taking import take
from tests.labeling.worlds import World


def take_of(world: World, name: str, at: datetime | None = None) -> Snapshot:
    """A snapshot as the command line takes it, a minute later than what was before."""
    world.later(minutes=1)
    taken = take(world.database, world.project.slug, name, now=at or world.now, actor=None)
    world.later(minutes=1)
    return taken


def differs(world: World, one: str, other: str) -> Difference:
    """The difference of two by their names."""
    with world.database.snapshot() as connection:
        mine = (get_snapshot(connection, world.project.id, name) for name in (one, other))
        return difference(connection, world.project.id, *mine)


def without_triggers(database: Database, table: str, statement: str, **values: object) -> None:
    """A table of facts changed as only who owns the database can: its trigger is dropped first."""
    with database.transaction() as connection:
        if database.is_sqlite:
            connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_update"))
        else:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only"))
        connection.execute(text(statement), values)


def tamper(database: Database, change: pl.Expr) -> None:
    """One column of the first part changed, the part written anew."""
    with database.snapshot() as connection:
        body = connection.execute(select(schema.snapshot_part.c.body).limit(1)).scalar_one()
    packed = io.BytesIO()
    pl.read_parquet(io.BytesIO(body)).with_columns(change).write_parquet(packed)
    replace_part(database, packed.getvalue())


def replace_part(database: Database, body: bytes) -> None:
    """Other bytes in place of the first part."""
    without_triggers(database, "snapshot_part", "UPDATE snapshot_part SET ordinal = ordinal")
    with database.transaction() as connection:
        connection.execute(update(schema.snapshot_part).values(body=body))
