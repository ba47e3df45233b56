"""Snapshots of a small world, taken and changed behind the program's back."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import polars as pl
from sqlalchemy import Connection, select, text, update

from db import schema
from db.engine import Database
from db.schema import append_only_ddl
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


@contextmanager
def past_the_trigger(database: Database, table: str) -> Iterator[Connection]:
    """A table of facts is changed as only who owns the database can: without its trigger, which is back afterwards."""
    with database.transaction() as connection:
        if database.is_sqlite:
            connection.execute(text(f"DROP TRIGGER {table}_no_update"))
        else:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER {table}_append_only"))
        yield connection
        if database.is_sqlite:
            connection.execute(text(append_only_ddl(table, "sqlite")[0]))
        else:
            connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER {table}_append_only"))


def tamper(database: Database, change: pl.Expr) -> None:
    """One column of the first part changed, the part written anew."""
    with database.snapshot() as connection:
        body = connection.execute(select(schema.snapshot_part.c.body).limit(1)).scalar_one()
    packed = io.BytesIO()
    pl.read_parquet(io.BytesIO(body)).with_columns(change).write_parquet(packed)
    replace_part(database, packed.getvalue())


def replace_part(database: Database, body: bytes) -> None:
    """Other bytes in place of the first part."""
    with past_the_trigger(database, "snapshot_part") as connection:
        connection.execute(update(schema.snapshot_part).values(body=body))


def change_texts(database: Database, *items: str) -> None:
    """Another text for some items, by their external ids."""
    with past_the_trigger(database, "item") as connection:
        where = schema.item.c.external_id.in_(items)
        connection.execute(update(schema.item).where(where).values(text=schema.item.c.text + "!"))
