"""Work up to the first item that comes back, and what the database holds of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, select

from db import schema
from db.engine import Database
from labeling.desk.card import Desk
from tests.labeling.desk import invariants
from tests.labeling.worlds import World, make_world, press


def small_world(database: Database, **settings: Any) -> World:
    """Chunks of four, one slot of which is a repeat's from the third on; one item at a time on the desk."""
    defaults = {"items": 40, "golden_items": 0, "golden_per_chunk": 0, "chunk_size": 4, "look_ahead": 0, "overlap": 2}
    return make_world(database, **(defaults | {"repeats_per_chunk": 1} | settings))


def work_a_chunk(world: World, me: int, label: str = "neutral") -> Desk:
    """Answer and close one chunk; says how its closing looked."""
    seen = world.work(me)
    while seen.items:
        world.later(seconds=5)
        seen = world.work(me, *[press(item.token, label) for item in seen.items])
    assert seen.chunk is not None
    world.later(minutes=1)
    return world.work(me, close=seen.chunk.id, want=0)


def until_back(world: World, me: int) -> str:
    """Work to the first item that comes back; says its token, unanswered."""
    for _ in range(60):
        seen = world.work(me)
        if not seen.items:
            assert seen.chunk is not None
            world.later(minutes=1)
            world.work(me, close=seen.chunk.id, want=0)
            continue
        token = seen.items[0].token
        if lease_of(world, token).repeat:
            return token
        world.later(seconds=5)
        world.work(me, press(token), want=0)
    raise AssertionError("nothing came back")


def lease_of(world: World, token: str) -> Row[Any]:
    """The lease that this token stands for."""
    with world.database.snapshot() as connection:
        return connection.execute(select(schema.lease).where(schema.lease.c.token == token)).one()


def rows(world: World, table: Any, *where: Any) -> list[Row[Any]]:
    """The rows of a table for which all of ``where`` holds."""
    with world.database.snapshot() as connection:
        return list(connection.execute(select(table).where(*where)))


def check(world: World) -> None:
    """Hold what must never be against the whole database."""
    with world.database.snapshot() as connection:
        invariants.check(connection)
