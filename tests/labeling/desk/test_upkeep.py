"""Between answers: golden items in doubt leave the pool, and what is sure enough is asked no more."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from db import schema
from db.engine import Database
from labeling.desk import contests
from labeling.desk.card import DeskState
from labeling.desk.policy import is_pilot
from labeling.desk.upkeep import PILOT, Tended, tend
from labeling.projects import wanted as queueing
from labeling.projects.projects import change_settings, get_project
from tests.labeling.desk.invariants import check
from tests.labeling.worlds import CLASSES, World, make_world, press

Labels = Callable[[str], str | None]
NOTHING = Tended(0, 0, 0)


def work_off(world: World, assessor: int, label: Labels, chunks: int = 99) -> None:
    """Answer and close chunks until there is nothing left, or so many are done."""
    for _ in range(chunks):
        seen = world.work(assessor)
        while seen.state is DeskState.WORKING and seen.items:
            seen = world.work(assessor, *[press(item.token, label(item.text)) for item in seen.items])
        if seen.chunk is None or world.work(assessor, close=seen.chunk.id).closed is None:
            return


def right(text: str) -> str:
    """The label of "golden n" and "text n"; golden items have it from :func:`make_world`."""
    return CLASSES[int(text.split()[1]) % 3]


def paused(database: Database) -> set[str]:
    with database.snapshot() as connection:
        queue, item = schema.queue, schema.item
        query = select(item.c.text).join(queue, queue.c.item_id == item.c.id).where(queue.c.paused)
        return set(connection.execute(query).scalars())


def wanted(world: World) -> dict[str, int]:
    with world.database.snapshot() as connection:
        queue, item = schema.queue, schema.item
        query = select(item.c.text, queue.c.wanted).join(queue, queue.c.item_id == item.c.id).where(~queue.c.golden)
        check(connection)
        return {row.text: row.wanted for row in connection.execute(query)}


def golden_world(database: Database) -> World:
    return make_world(database, items=40, golden_items=12, assessors=4, overlap=4, chunk_size=10, golden_per_chunk=3)


def test_a_golden_item_that_good_assessors_miss_leaves_the_pool_until_an_expert_speaks(database: Database) -> None:
    world = golden_world(database)
    for assessor in world.assessors:
        work_off(world, assessor, lambda text: "gratitude" if text == "golden 0" else right(text))
    assert tend(database, "test", now=world.now) == Tended(1, 0, 0)
    assert paused(database) == {"golden 0"}
    assert tend(database, "test", now=world.now) == NOTHING
    world.later(hours=1)
    with database.transaction() as connection:
        resumed = {"paused": False, "now": world.now, "actor": None}
        contests.pause_item(connection, world.project, world.golden[0], **resumed)
    assert tend(database, "test", now=world.now) == NOTHING
    assert paused(database) == set()


def test_a_golden_item_that_only_careless_assessors_miss_stays(database: Database) -> None:
    world = golden_world(database)
    for n, assessor in enumerate(world.assessors):
        work_off(world, assessor, lambda text, n=n: right(text) if n == 3 else CLASSES[(len(text) + n) % 3], chunks=4)
    tend(database, "test", now=world.now)
    assert paused(database) == set()


def adaptive_world(database: Database) -> World:
    return make_world(
        database, items=80, golden_items=0, assessors=6, overlap=3, max_overlap=5, target_probability=0.9,
        chunk_size=10, golden_per_chunk=0,
    )  # fmt: skip


def quarrel(n: int) -> Labels:
    """Of the first five texts every assessor thinks something else."""
    return lambda text: CLASSES[(int(text.split()[1]) + n) % 3] if int(text.split()[1]) < 5 else right(text)


def test_sure_items_are_asked_no_more_and_doubtful_ones_up_to_the_maximum(database: Database) -> None:
    world = adaptive_world(database)
    pilots = {f"text {n}" for n in range(80) if is_pilot(world.project.seed, str(n + 1), PILOT)}
    assert 0 < len(pilots) < 24
    quarrels = {f"text {n}" for n in range(5)}
    for n, assessor in enumerate(world.assessors[:3]):
        work_off(world, assessor, quarrel(n))
    done = tend(database, "test", now=world.now)
    assert (done.paused, done.more, done.fewer) == (0, len(quarrels | pilots), 0)
    asked = wanted(world)
    assert {text for text, n in asked.items() if n == 5} == pilots
    assert {text for text, n in asked.items() if n == 4} == quarrels - pilots
    assert tend(database, "test", now=world.now) == NOTHING
    for n, assessor in enumerate(world.assessors[3:], start=3):
        work_off(world, assessor, quarrel(n))
        tend(database, "test", now=world.now)
    asked = wanted(world)
    assert {text for text, n in asked.items() if n > 3} == quarrels | pilots
    assert max(asked.values()) == 5
    assert world.work(world.assessors[5]).state is DeskState.DONE


def test_an_item_that_becomes_sure_gives_its_places_back(database: Database) -> None:
    world = adaptive_world(database)
    for n, assessor in enumerate(world.assessors[:3]):
        work_off(world, assessor, quarrel(n))
    tend(database, "test", now=world.now)
    with database.transaction() as connection:
        queueing.want(connection, dict.fromkeys(world.items, 5))
    assert set(wanted(world).values()) == {5}
    assert tend(database, "test", now=world.now).fewer > 40
    assert sorted(set(wanted(world).values())) == [3, 4, 5]


def test_what_is_leased_is_not_unasked(database: Database) -> None:
    world = adaptive_world(database)
    held = world.work(world.assessors[0]).items
    with database.transaction() as connection:
        queueing.want(connection, dict.fromkeys(world.items, 0))
    asked = wanted(world)
    assert {text for text, n in asked.items() if n} == {item.text for item in held}
    assert held and all(world.label(world.assessors[0], item.token) == "stored" for item in held)
    # They are stored, and nothing else is asked for thereby.
    assert wanted(world) == asked


def test_turned_off_every_item_wants_the_same_again(database: Database) -> None:
    world = adaptive_world(database)
    with database.transaction() as connection:
        queueing.want(connection, dict.fromkeys(world.items, 5))
        fixed = {"target_probability": None, "max_overlap": None}
        change_settings(connection, world.project.id, fixed, now=world.now, actor=None)
    assert set(wanted(world).values()) == {3}
    with database.snapshot() as connection:
        assert get_project(connection, "test").target_probability is None
    assert tend(database, "test", now=world.now) == NOTHING
