"""One's own items come back, blind: which, when, where, and to whom."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from db import schema
from db.engine import Database
from db.vocabulary import ChunkOutcome, LeaseState
from labeling.desk import gates, golden, policy
from labeling.desk.answers import Receipt
from labeling.desk.card import DeskState
from labeling.errors import LabelingError
from labeling.projects.projects import change_settings, create_project
from tests.labeling.desk.repeating import check, lease_of, rows, small_world, until_back, work_a_chunk
from tests.labeling.worlds import NOON

lease, repeat, annotation = schema.lease, schema.repeat, schema.annotation


def test_from_the_third_chunk_on_an_old_item_comes_back_at_a_slot_of_the_hash(database: Database) -> None:
    world = small_world(database, golden_items=8, golden_per_chunk=1)
    me = world.assessors[0]
    for _ in range(5):
        work_a_chunk(world, me)
    with database.snapshot() as connection:
        query = select(schema.chunk.c.ordinal, lease.c.slot, lease.c.item_id).join(
            schema.chunk, schema.chunk.c.id == lease.c.chunk_id
        )
        back = connection.execute(query.where(lease.c.repeat).order_by(lease.c.id)).all()
        first = {row.item_id: row.ordinal for row in connection.execute(query.where(~lease.c.repeat))}
    assert [row.ordinal for row in back] == [3, 4, 5]
    for row in back:
        gold = policy.golden_slots(world.project.seed, me, row.ordinal, 4, 1)
        assert row.slot in policy.repeat_slots(world.project.seed, me, row.ordinal, 4, gold, 1)
        assert row.slot not in gold
        assert first[row.item_id] <= row.ordinal - 2
    assert len({row.item_id for row in back}) == 3
    check(world)


def test_an_item_is_repeated_to_one_person_once_and_to_others_as_well(database: Database) -> None:
    world = small_world(database, items=12, chunk_size=3, overlap=3)
    for me in world.assessors:
        while world.work(me).state is DeskState.WORKING:
            work_a_chunk(world, me)
    back = [(row.assessor_id, row.item_id) for row in rows(world, lease, lease.c.repeat)]
    assert len(back) == len(set(back)) > 3
    assert {who for who, _ in back} == set(world.assessors)
    check(world)


def test_the_database_itself_refuses_a_third_showing(database: Database) -> None:
    world = small_world(database)
    me = world.assessors[0]
    held = lease_of(world, until_back(world, me))
    again = {name: held._mapping[name] for name in lease.c.keys() if name != "id"}  # noqa: SIM118
    with pytest.raises(IntegrityError, match=r"(?i)unique"), database.transaction() as connection:
        connection.execute(insert(lease).values(again | {"token": "other", "state": LeaseState.EXPIRED}))


def test_what_was_golden_once_never_comes_back(database: Database) -> None:
    world = small_world(database)
    me = world.assessors[0]
    work_a_chunk(world, me)
    work_a_chunk(world, me)
    with database.transaction() as connection:
        for item in [row.item_id for row in rows(world, annotation)]:
            golden.appoint(connection, world.project, item, "neutral", now=world.now, actor=None)
            golden.appoint(connection, world.project, item, None, now=world.now, actor=None)
    work_a_chunk(world, me)
    assert rows(world, lease, lease.c.repeat) == []
    assert len(rows(world, annotation)) == 12


def test_an_answer_that_came_late_is_not_old_for_its_chunk(database: Database) -> None:
    world = small_world(database, chunk_size=2, repeats_per_chunk=1)
    me = world.assessors[0]
    seen = world.work(me)
    assert seen.chunk is not None
    late = seen.items[0].token
    world.leave(me, seen.chunk.id)
    world.later(minutes=1)
    work_a_chunk(world, me)
    # The only item of the first chunk is answered after the second one.
    assert world.label(me, late) is Receipt.STORED
    work_a_chunk(world, me)
    assert rows(world, lease, lease.c.repeat) == []
    for _ in range(2):
        work_a_chunk(world, me)
    assert len(rows(world, lease, lease.c.repeat)) > 0
    check(world)


def test_a_chunk_set_aside_gives_nothing_to_repeat(database: Database) -> None:
    world = small_world(database)
    me = world.assessors[0]
    aside = work_a_chunk(world, me).closed
    assert aside is not None
    work_a_chunk(world, me)
    with database.transaction() as connection:
        gates.suspend(connection, world.project, aside.id, now=world.now, actor=None)
    work_a_chunk(world, me)
    assert rows(world, lease, lease.c.repeat) == []


def test_repeats_only_accompany_work(database: Database) -> None:
    world = small_world(database, items=9, overlap=1)
    me = world.assessors[0]
    while world.work(me).state is DeskState.WORKING:
        work_a_chunk(world, me)
    assert world.work(me).state is DeskState.DONE
    # Four, four, and the ninth item with at most one old one beside it.
    assert len(rows(world, annotation)) == 9
    assert len(rows(world, lease, lease.c.repeat)) <= 1


def test_no_repeat_stands_behind_the_last_of_the_work(database: Database) -> None:
    world = small_world(database, items=5, overlap=1, chunk_size=2, look_ahead=1, assessors=8)
    nothing: frozenset[int] = frozenset()
    me = next(who for who in world.assessors if policy.repeat_slots(world.project.seed, who, 3, 2, nothing, 1) == {1})
    for _ in range(3):
        work_a_chunk(world, me)
    assert len(rows(world, annotation)) == 5
    assert rows(world, lease, lease.c.repeat) == []


def test_none_while_qualifying_and_none_where_the_project_wants_none(database: Database) -> None:
    world = small_world(database, repeats_per_chunk=0)
    me = world.assessors[0]
    for _ in range(4):
        work_a_chunk(world, me)
    with database.transaction() as connection:
        values = {"repeats_per_chunk": 3, "qualification_size": 4}
        change_settings(connection, world.project.id, values, now=world.now, actor=None)
        for item in world.items[-4:]:
            golden.appoint(connection, world.project, item, "neutral", now=world.now, actor=None)
    closed = work_a_chunk(world, me).closed
    assert closed is not None and closed.outcome is ChunkOutcome.PASSED
    assert rows(world, lease, lease.c.repeat) == []
    work_a_chunk(world, me)
    assert len(rows(world, lease, lease.c.repeat)) == 3
    check(world)


def test_nothing_that_is_served_tells_a_repeat(database: Database) -> None:
    world = small_world(database)
    me = world.assessors[0]
    ordinary = world.work(me)
    token = until_back(world, me)
    back = world.work(me)
    assert back.items[0].token == token
    assert {field.name for field in dataclasses.fields(back.items[0])} == {
        "token", "slot", "text", "context", "metadata", "suggestion", "form", "unjudged",
    }  # fmt: skip
    assert len(token) == len(ordinary.items[0].token)
    assert {field.name for field in dataclasses.fields(back)} == {field.name for field in dataclasses.fields(ordinary)}


def test_settings_leave_a_chunk_room_for_new_items(database: Database) -> None:
    world = small_world(database)
    with database.transaction() as connection:
        for wrong in ({"repeats_per_chunk": 4}, {"chunk_size": 1}, {"golden_per_chunk": 3}):
            with pytest.raises(LabelingError, match="repeats_over_chunk"):
                change_settings(connection, world.project.id, wrong, now=world.now, actor=None)
        with pytest.raises(LabelingError, match="bad_setting"):
            change_settings(connection, world.project.id, {"repeats_per_chunk": -1}, now=world.now, actor=None)
        change_settings(connection, world.project.id, {"golden_per_chunk": 4}, now=world.now, actor=None)
        assert create_project(connection, "usual", now=NOON).repeats_per_chunk == 1
        tiny = create_project(connection, "tiny", now=NOON, chunk_size=2, golden_per_chunk=1)
        assert tiny.repeats_per_chunk == 0


def test_counts_by_hand_of_a_long_career(database: Database) -> None:
    """Ten chunks of four with one repeat: 8 of 40 slots are repeats, and each of them is another item."""
    world = small_world(database)
    me = world.assessors[0]
    for _ in range(10):
        work_a_chunk(world, me)
    with database.snapshot() as connection:
        counts = [
            connection.execute(select(func.count()).select_from(table)).scalar_one() for table in (annotation, repeat)
        ]
    assert counts == [32, 8]
