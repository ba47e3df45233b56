"""Leases that end, go on or come back: nothing is served by one that was taken away."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from db import schema
from db.engine import Database
from db.vocabulary import LeaseState, PauseReason, SkipReason
from labeling.desk import gates, leases
from labeling.desk.answers import Answer, AnswerKind
from labeling.desk.card import DeskState
from labeling.projects.projects import lock_project
from tests.labeling.worlds import make_world, press


def test_what_came_back_and_was_answered_is_not_reopened_where_it_once_lay(database: Database) -> None:
    """Its first lease has expired, and so has the one that took its slot: only the latter lies there again."""
    world = make_world(database, items=8, golden_items=0, golden_per_chunk=0, chunk_size=8, look_ahead=1)
    me, one, other = world.assessors
    first, _ = world.work(me, want=2).items
    world.later(minutes=31)
    taken = [world.work(who, want=1).items[0] for who in (one, other)]
    assert {item.text for item in taken} == {first.text}
    instead, kept = world.work(me, want=2).items
    skipped = [Answer(item.token, 1, AnswerKind.SKIP, reason=SkipReason.NO_CLASS) for item in taken]
    world.work(one, skipped[0], want=0)
    again = world.work(me, press(kept.token), want=2).items[1]
    assert (instead.slot, again.text, again.slot) == (first.slot, first.text, 2)
    world.work(me, press(again.token), want=2)
    world.work(other, skipped[1], want=0)
    world.later(minutes=31)
    world.work(one, want=1)
    assert instead.text in [item.text for item in world.work(me, want=2).items]
    assert first.text not in [item.text for item in world.work(me, want=2).items]


def test_to_renew_a_lease_does_not_open_one_that_was_taken_away(database: Database) -> None:
    world = make_world(database, look_ahead=1)
    me, lease = world.assessors[0], schema.lease
    world.work(me, want=1)
    columns = (lease.c.id, lease.c.state, lease.c.expires_at)
    with database.transaction() as connection:
        leases.release_all(connection, me, now=world.now)
        before = connection.execute(select(*columns)).all()
        world.later(minutes=5)
        leases.renew(connection, world.project, [row.id for row in before], now=world.now)
        assert connection.execute(select(*columns)).all() == before
    assert [row.state for row in before] == [LeaseState.RELEASED]


def test_who_is_paused_while_they_wait_for_the_lock_is_served_nothing(database: Database) -> None:
    """What is read along with a lock is on PostgreSQL as old as the waiting for it."""
    world = make_world(database)
    me = world.assessors[0]
    with ThreadPoolExecutor(1) as pool:
        with database.transaction() as connection:
            lock_project(connection, world.project.slug)
            gates.pause(connection, world.project.id, me, PauseReason.LEAD, now=world.now, actor=None)
            waiting = pool.submit(world.work, me)
            time.sleep(0.5)
            assert not waiting.done()
        seen = waiting.result(timeout=30)
    assert (seen.state, seen.items, seen.paused_for) == (DeskState.PAUSED, [], PauseReason.LEAD)
