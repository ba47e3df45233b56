"""What still lies on a desk after a long pause, and what comes to a colleague meanwhile."""

from __future__ import annotations

import pytest

from db.engine import Database
from tests.labeling.desk import invariants
from tests.labeling.desk.attackers.ring import NOTHING, kinds, pass_time, skip, spread_out, told
from tests.labeling.worlds import World, make_world, press

PAIRS = 24
SETTINGS = {"overlap": 1, "chunk_size": 12, "golden_per_chunk": 4, "look_ahead": 5, "accuracy_floor": 0.0}


def make_ring(database: Database, **settings: object) -> World:
    world = make_world(database, items=900, golden_items=300, assessors=2 * PAIRS, **(SETTINGS | settings))  # type: ignore[arg-type]
    spread_out(world)
    return world


@pytest.mark.parametrize("labels", [2, 4, 40])
def test_what_stays_on_a_desk_while_colleagues_work_tells_nothing(sqlite_database: Database, labels: int) -> None:
    """Where golden items stayed and ordinary ones went, this was 1."""
    world = make_ring(sqlite_database)
    stays: dict[str, float] = {}
    comes: dict[str, float] = {}
    for me, colleague in zip(world.assessors[::2], world.assessors[1::2], strict=True):
        held = world.work(me, want=6).items
        world.later(minutes=31)
        taken = pass_time(world, colleague, labels=labels)
        lies = {item.text for item in world.work(me, want=6).items}
        stays |= {item.token: item.text in lies for item in held}
        comes |= {item.token: item.text in taken for item in held}
        # Nobody else finds what these two have left behind.
        world.work(me, *[press(item.token) for item in world.work(me, want=6).items], want=0)
    assert NOTHING[0] < told(world, stays) < NOTHING[1]
    assert NOTHING[0] < told(world, comes) < NOTHING[1]
    with world.database.snapshot() as connection:
        invariants.check(connection)


def test_a_repeat_does_not_stay_alone(sqlite_database: Database) -> None:
    world = make_ring(sqlite_database, repeats_per_chunk=4)
    left = []
    for me, colleague in zip(world.assessors[:16:2], world.assessors[1:16:2], strict=True):
        pass_time(world, me, labels=24)
        world.work(me, close=world.work(me, want=0).chunk.id, want=0)  # type: ignore[union-attr]
        held = {item.token for item in world.work(me, want=6).items}
        world.later(minutes=31)
        pass_time(world, colleague, labels=60)
        left += list(held & {item.token for item in world.work(me, want=6).items})
    assert left == []


def test_what_one_passes_over_comes_to_the_next_whatever_it_is(sqlite_database: Database) -> None:
    """Pass an item over, see whether it comes to a colleague, take it back: where golden ones never came, this was 0."""
    world = make_ring(sqlite_database)
    comes: dict[str, float] = {}
    for me, colleague in zip(world.assessors[::2], world.assessors[1::2], strict=True):
        for item in world.work(me, want=6).items:
            world.work(me, skip(item.token), want=0)
            taken = pass_time(world, colleague, labels=3)
            comes[item.token] = item.text in taken
            world.label(me, item.token, revision=2)
    assert NOTHING[0] < told(world, comes) < NOTHING[1]
    assert {kinds(world)[token] for token, came in comes.items() if came} == {"golden", "ordinary"}
