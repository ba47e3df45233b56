"""The counter of what remains, and whether the golden items can be used up."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from db import schema
from db.engine import Database
from db.frames import work as work_frames
from labeling.desk.left import left_for
from tests.labeling.desk import invariants
from tests.labeling.desk.attackers.ring import skip, told
from tests.labeling.worlds import World, finish, make_world, press

SETTINGS = {"overlap": 1, "chunk_size": 12, "golden_per_chunk": 4, "look_ahead": 5, "accuracy_floor": 0.0}


def left(world: World, me: int) -> int:
    with world.database.snapshot() as connection:
        return left_for(connection, world.project, me)


def drawn(world: World) -> int:
    """How many golden items were ever shown to anybody."""
    lease, queue = schema.lease, schema.queue
    query = select(func.count(lease.c.item_id.distinct())).join(queue, queue.c.item_id == lease.c.item_id)
    with world.database.snapshot() as connection:
        return int(connection.execute(query.where(queue.c.golden)).scalar_one())


def test_what_remains_does_not_move_with_anything_in_an_open_chunk(database: Database) -> None:
    """Claim, pass over, take back, lose, answer late: at a rounding edge it moved for ordinary items alone, 35 of 35."""
    world = make_world(database, items=200, golden_items=100, assessors=26, **SETTINGS)  # type: ignore[arg-type]
    moves: dict[str, float] = {}
    for me, colleague in zip(world.assessors[::2], world.assessors[1::2], strict=True):
        before = left(world, me)
        for item in world.work(me, want=6).items:
            seen = [left(world, me)]
            world.work(me, skip(item.token), want=0)
            seen.append(left(world, me))
            world.label(me, item.token, revision=2)
            moves[item.token] = sum(abs(count - before) for count in [*seen, left(world, me)])
        lost = world.work(me, want=6).items
        world.later(minutes=31)
        world.work(colleague, want=3)
        for item in lost:
            world.label(me, item.token)
            moves[item.token] = abs(left(world, me) - before)
    assert told(world, moves) == 0.5
    assert set(moves.values()) == {0}


def test_to_ask_and_leave_uses_up_no_golden_item(database: Database) -> None:
    """110 chunks opened and closed had used up 150 golden items, and what followed was checked by none."""
    world = make_world(database, items=100, golden_items=30, **SETTINGS)  # type: ignore[arg-type]
    me = world.assessors[0]
    first = world.work(me, want=6)
    assert first.chunk is not None
    shown = drawn(world)
    for _ in range(40):
        again = world.work(me, close=first.chunk.id, want=6)
        world.later(minutes=31)
        assert (again.closed, again.chunk) == (None, first.chunk)
        assert [item.token for item in again.items] == [item.token for item in first.items]
    assert drawn(world) == shown
    finish(world, me)
    assert drawn(world) == 4
    with world.database.snapshot() as connection:
        assert work_frames.unchecked(connection, world.project.id) == 0
        invariants.check(connection)


@pytest.mark.parametrize("golden_items", [0, 6])
def test_a_chunk_that_goes_short_of_golden_items_is_told_of(database: Database, golden_items: int) -> None:
    """Where somebody has had the whole pool, work goes on, and the log says which chunks nobody checked."""
    world = make_world(database, items=100, golden_items=golden_items, **SETTINGS)  # type: ignore[arg-type]
    closed = [finish(world, world.assessors[0]) for _ in range(3)]
    short = closed if not golden_items else closed[1:]
    event = schema.audit_event
    with world.database.snapshot() as connection:
        logged = connection.execute(select(event.c.target).where(event.c.verb == work_frames.UNCHECKED)).scalars().all()
        assert work_frames.unchecked(connection, world.project.id) == len(short)
    assert list(logged) == [str(chunk) for chunk in short]
    assert world.work(world.assessors[0]).items


def test_an_unfinished_qualification_is_gone_on_with(database: Database) -> None:
    world = make_world(database, items=10, golden_items=8, qualification_size=4, **SETTINGS)  # type: ignore[arg-type]
    me = world.assessors[0]
    first = world.work(me, want=2)
    assert first.chunk is not None
    world.later(minutes=31)
    world.work(world.assessors[1], want=0)
    again = world.work(me, close=first.chunk.id, want=2)
    assert (again.closed, [item.token for item in again.items]) == (None, [item.token for item in first.items])
    assert world.work(me, press(first.items[0].token), close=first.chunk.id, want=2).closed is None
