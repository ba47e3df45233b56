"""The overview of a project: the arithmetic on frames against the queue that the verbs keep."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from db import schema
from db.engine import Database
from db.vocabulary import ChunkOutcome
from labeling.desk import card as desk
from labeling.desk.answers import Answer, AnswerKind
from labeling.facts.overview import overview
from labeling.projects.projects import get_project
from labeling.quality.progress import still_wanted
from tests.labeling.worlds import NOON, finish, make_world


@pytest.mark.parametrize("adaptive", [False, True])
def test_the_overview_wants_what_the_desk_will_hand_out(database: Database, adaptive: bool) -> None:
    """The arithmetic on frames and the queue kept by the verbs are two ways to one number."""
    target = {"target_probability": 0.9, "max_overlap": 5} if adaptive else {}
    world = make_world(database, items=9, golden_items=3, overlap=3, chunk_size=4, **target)
    first, second, third = world.assessors
    finish(world, first)
    finish(world, second, "gratitude")
    token = world.work(third).items[0].token
    skip = Answer(token, 1, AnswerKind.SKIP)
    world.work(third, skip, want=2)
    with database.transaction() as connection:
        if adaptive:
            queue = schema.queue
            some = queue.c.item_id.in_(world.items[:2])
            connection.execute(update(queue).where(some).values(wanted=5, places=queue.c.places + 2))
        project = get_project(connection, "test")
    with database.snapshot() as connection:
        seen = overview(connection, project, "UTC")
        lease, queue = schema.lease, schema.queue
        open_leases = select(lease.c.id).join(queue, queue.c.item_id == lease.c.item_id)
        held = len(connection.execute(open_leases.where(lease.c.state == "open", ~queue.c.golden)).all())
        assert still_wanted(seen.depths) == desk.remaining(connection, project.id) + held
    assert seen.states.items == 12
    assert seen.states.golden == 3


def test_a_suspended_chunk_stops_counting_but_its_days_stay(database: Database) -> None:
    world = make_world(database, items=6, golden_items=2, overlap=1, chunk_size=4, golden_per_chunk=1)
    chunk = finish(world, world.assessors[0])
    with database.transaction() as connection:
        before = overview(connection, world.project, "UTC")
        table = schema.chunk
        connection.execute(update(table).where(table.c.id == chunk).values(outcome=ChunkOutcome.SUSPENDED))
    with database.snapshot() as connection:
        after = overview(connection, world.project, "UTC")
    assert before.states.agreed == before.balance["n"].sum() == 3
    assert (after.states.agreed, after.states.unlabeled, after.balance["n"].sum()) == (0, 6, 0)
    assert (before.accuracy.n, after.accuracy.n) == (1, 0)
    assert after.by_chunk["n"].to_list() == after.by_assessor["n"].to_list() == [1]
    assert after.days.rows() == before.days.rows() == [(NOON.date(), 4, 3)]
