"""A file in the order of its dates: whether an item out of order is a golden one."""

from __future__ import annotations

from itertools import pairwise

from sqlalchemy import select

from db import schema
from db.engine import Database
from db.vocabulary import Role
from labeling.projects.projects import change_settings, get_project
from tests.labeling.desk.attackers.ring import NOTHING, kinds, told
from tests.labeling.exchange.files import bring, csv_of
from tests.labeling.worlds import NOON, World, add_person, press


def imported(database: Database, *, priorities: bool = False) -> World:
    """A file of 800 items, every fifth golden; the text is the item's day."""
    header = ["id", "text", "golden", "priority"]
    rows = [[str(day), str(day), "neutral" if day % 5 == 4 else "", day // 400 * priorities] for day in range(800)]
    bring(database, csv_of(header, rows), slug="test")
    with database.transaction() as connection:
        project = get_project(connection, "test")
        small = {"overlap": 1, "chunk_size": 20, "golden_per_chunk": 5, "accuracy_floor": 0.0}
        project = change_settings(connection, project.id, small, now=NOON, actor=None)
        me = add_person(connection, "me", project, Role.ASSESSOR)
        rows = connection.execute(select(schema.queue.c.item_id, schema.queue.c.golden)).all()
    return World(database, project, [row[0] for row in rows if not row[1]], [row[0] for row in rows if row[1]], [me])


def walk(world: World, labels: int) -> list[tuple[str, int]]:
    """(token, day) of what one assessor is served, in its order."""
    seen: list[tuple[str, int]] = []
    desk = world.work(world.assessors[0], want=1)
    while len(seen) < labels:
        if desk.items:
            seen.append((desk.items[0].token, int(desk.items[0].text)))
            desk = world.work(world.assessors[0], press(desk.items[0].token), want=1)
        else:
            assert desk.chunk is not None
            desk = world.work(world.assessors[0], close=desk.chunk.id, want=1)
    return seen


def test_dates_of_neighbours_tell_nothing(database: Database) -> None:
    """In the order of the file an ordinary item's day was next to its neighbours' and a golden one's was anywhere."""
    world = imported(database)
    served = walk(world, 240)
    jumps = {
        token: min(abs(day - before), abs(after - day))
        for (_, before), (token, day), (_, after) in zip(served, served[1:], served[2:], strict=False)
    }
    assert NOTHING[0] < told(world, jumps) < NOTHING[1]


def test_a_priority_still_comes_first(database: Database) -> None:
    world = imported(database, priorities=True)
    served = walk(world, 160)
    truth = kinds(world)
    days = [day for token, day in served if truth[token] == "ordinary"]
    assert len(days) > 100 and min(days) >= 400
    # Not in the order of the file.
    assert 0.3 < sum(after > before for before, after in pairwise(days)) / len(days) < 0.7
