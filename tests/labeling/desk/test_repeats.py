"""One's own items come back, blind: when, where, to whom, and what their second answer does not do."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from sqlalchemy import Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from db import schema
from db.engine import Database
from db.frames import marks
from db.frames import work as work_frames
from db.vocabulary import ChunkOutcome, LeaseState, SkipReason, Standing
from labeling.desk import chunks, gates, golden, leases, policy
from labeling.desk.answers import Answer, AnswerKind, Receipt
from labeling.desk.card import Desk, DeskState
from labeling.errors import LabelingError
from labeling.facts import votes as facts_votes
from labeling.projects.projects import change_settings, create_project
from tests.labeling.desk import invariants
from tests.labeling.worlds import NOON, World, make_world, press

lease, repeat, annotation, queue = schema.lease, schema.repeat, schema.annotation, schema.queue


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
        if one(world, token).repeat:
            return token
        world.later(seconds=5)
        world.work(me, press(token), want=0)
    raise AssertionError("nothing came back")


def one(world: World, token: str) -> Row[Any]:
    with world.database.snapshot() as connection:
        return connection.execute(select(lease).where(lease.c.token == token)).one()


def rows(world: World, table: Any, *where: Any) -> list[Row[Any]]:
    with world.database.snapshot() as connection:
        return list(connection.execute(select(table).where(*where)))


def mark_of(world: World) -> tuple[int, ...]:
    with world.database.snapshot() as connection:
        return marks.quality_mark(connection, world.project.id)


def check(world: World) -> None:
    with world.database.snapshot() as connection:
        invariants.check(connection)


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
    held = one(world, until_back(world, me))
    again = {name: held._mapping[name] for name in lease.c.keys() if name != "id"}  # noqa: SIM118
    with pytest.raises(IntegrityError, match=r"(?i)unique"), database.transaction() as connection:
        connection.execute(insert(lease).values(again | {"token": "other", "state": LeaseState.EXPIRED}))


def test_the_second_answer_is_a_fact_of_its_own(database: Database) -> None:
    world = small_world(database)
    me = world.assessors[0]
    token = until_back(world, me)
    held = one(world, token)
    before, day = rows(world, annotation), world.work(me, want=0).day
    places = rows(world, queue, queue.c.item_id == held.item_id)
    mark = mark_of(world)
    assert world.label(me, token, "gratitude") is Receipt.STORED
    assert mark_of(world) != mark
    assert world.label(me, token, "confusion") is Receipt.KEPT_FIRST
    assert rows(world, annotation) == before
    assert rows(world, queue, queue.c.item_id == held.item_id) == places
    (said,) = rows(world, repeat)
    (first,) = [row for row in before if row.item_id == held.item_id]
    assert (said.lease_id, said.revision, said.annotation_id, said.label) == (held.id, 1, first.id, "gratitude")
    assert said.seconds == 2.0
    with database.snapshot() as connection:
        votes = facts_votes.votes(connection, world.project.id)
        assert votes.height == len(before) and set(votes["label"].cast(str)) == {"neutral"}
        assert facts_votes.answers(connection, world.project.id).height == len(before)
    # What an assessor sees counts it, or it would give itself away.
    assert world.work(me, want=0).day == day + 1
    with database.snapshot() as connection:
        assert work_frames.repeats(connection, world.project.id)["second"].to_list() == ["gratitude"]
    check(world)


def test_it_takes_no_place_of_the_overlap(database: Database) -> None:
    world = small_world(database, items=9, chunk_size=3, overlap=1)
    me, other, _ = world.assessors
    token = until_back(world, me)
    item = one(world, token).item_id
    with database.transaction() as connection:
        change_settings(connection, world.project.id, {"overlap": 2}, now=world.now, actor=None)
        assert connection.execute(select(queue.c.places).where(queue.c.item_id == item)).scalar_one() == 1
    # An open lease of a repeat is none that others could wait for, either.
    world.set_standing(other, Standing.ACTIVE)
    for _ in range(3):
        work_a_chunk(world, other)
    assert item in {row.item_id for row in rows(world, annotation, annotation.c.assessor_id == other)}
    assert world.label(me, token, "confusion") is Receipt.STORED
    check(world)


def test_who_waits_is_not_told_of_anothers_repeat(database: Database) -> None:
    world = small_world(database, items=7, chunk_size=3, overlap=1)
    me, other, _ = world.assessors
    token = until_back(world, me)
    with database.transaction() as connection:
        # Nothing is left but the open repeat.
        connection.execute(update(queue).values(places=0))
    assert one(world, token).state == LeaseState.OPEN
    seen = world.work(other)
    assert (seen.state, seen.next_free) == (DeskState.DONE, None)


def test_a_corrected_repeat_is_a_revision_until_its_chunk_closes(database: Database) -> None:
    world = small_world(database)
    me = world.assessors[0]
    token = until_back(world, me)
    world.label(me, token, "gratitude")
    assert world.label(me, token, "confusion", revision=2) is Receipt.STORED
    assert world.label(me, token, "neutral", revision=2) is Receipt.KEPT_FIRST
    assert [(row.revision, row.label) for row in rows(world, repeat)] == [(1, "gratitude"), (2, "confusion")]
    world.work(me, Answer(token, 3, AnswerKind.SKIP, reason=SkipReason.OTHER), want=0)
    assert [row.label for row in rows(world, repeat)] == ["gratitude", "confusion", None]
    chunk = world.work(me, want=0).chunk
    assert chunk is not None
    work_a_chunk(world, me)
    assert world.label(me, token, "neutral", revision=4) is Receipt.REFUSED
    check(world)


def test_an_expired_repeat_gives_no_place_back_and_lies_there_again(database: Database) -> None:
    world = small_world(database, overlap=1)
    me, other, _ = world.assessors
    token = until_back(world, me)
    item = one(world, token).item_id
    world.later(hours=2)
    world.work(other, want=0)
    assert one(world, token).state == LeaseState.EXPIRED
    (queued,) = rows(world, queue, queue.c.item_id == item)
    assert (queued.places, queued.returned) == (0, False)
    assert [seen.token for seen in world.work(me).items] == [token]
    (queued,) = rows(world, queue, queue.c.item_id == item)
    assert (queued.places, queued.returned) == (0, False)
    check(world)


def test_a_late_answer_to_a_repeat_is_kept(database: Database) -> None:
    world = small_world(database)
    me = world.assessors[0]
    token = until_back(world, me)
    with database.transaction() as connection:
        leases.release_all(connection, me, now=world.now)
    # Another one comes in its slot; the late answer stands behind.
    other = world.work(me).items[0].token
    assert one(world, other).item_id != one(world, token).item_id
    assert one(world, other).slot == one(world, token).slot
    assert world.label(me, token, "gratitude") is Receipt.STORED
    assert [row.label for row in rows(world, repeat)] == ["gratitude"]
    assert one(world, token).slot != one(world, other).slot
    check(world)


def test_a_skipped_repeat_is_no_skip_of_an_item_and_never_comes_again(database: Database) -> None:
    world = small_world(database)
    me = world.assessors[0]
    token = until_back(world, me)
    held = one(world, token)
    done = world.work(me, want=0).answered
    seen = world.work(me, Answer(token, 1, AnswerKind.SKIP, reason=SkipReason.OTHER), want=0)
    assert seen.answered == done + 1
    assert one(world, token).state == LeaseState.SKIPPED
    (queued,) = rows(world, queue, queue.c.item_id == held.item_id)
    assert not queued.returned
    with database.snapshot() as connection:
        assert facts_votes.skips(connection, world.project.id).is_empty()
    for _ in range(4):
        work_a_chunk(world, me)
    assert len(rows(world, lease, lease.c.repeat, lease.c.item_id == held.item_id)) == 1
    check(world)


def test_a_ban_takes_it_away(database: Database) -> None:
    world = small_world(database)
    me = world.assessors[0]
    token = until_back(world, me)
    with database.transaction() as connection:
        leases.release_all(connection, me, now=world.now)
    world.set_standing(me, Standing.BANNED)
    assert world.label(me, token) is Receipt.REFUSED
    assert (one(world, token).state, rows(world, repeat)) == (LeaseState.RELEASED, [])
    check(world)


def test_the_golden_score_knows_nothing_of_repeats(database: Database) -> None:
    """The item becomes golden while it lies there a second time: the first answer is scored, in its own chunk."""
    world = small_world(database)
    me = world.assessors[0]
    token = until_back(world, me)
    held = one(world, token)
    with database.transaction() as connection:
        golden.appoint(connection, world.project, held.item_id, "gratitude", now=world.now, actor=None)
    world.label(me, token, "gratitude")
    closed = work_a_chunk(world, me).closed
    assert closed is not None and (closed.golden_right, closed.golden_n) == (0, 0)
    (first,) = rows(world, annotation, annotation.c.item_id == held.item_id)
    with database.snapshot() as connection:
        assert chunks.score(connection, first.chunk_id) == (0, 1)
        assert chunks.briefing(connection, me, closed.id) == []


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
    world.work(me, close=seen.chunk.id, want=0)
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
        "token", "slot", "text", "context", "metadata", "suggestion",
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


def test_the_frame_of_repeats(database: Database) -> None:
    world = small_world(database)
    me = world.assessors[0]
    token = until_back(world, me)
    held = one(world, token)
    world.label(me, token, "gratitude")
    world.later(seconds=10)
    world.label(me, token, "confusion", revision=2)
    corrected = world.now

    def found(**chosen: Any) -> list[tuple[Any, ...]]:
        with database.snapshot() as connection:
            return facts_votes.repeats(connection, world.project.id, **chosen).rows()

    # The answer may change until its chunk closes.
    assert found() == []
    closed = work_a_chunk(world, me).closed
    assert closed is not None
    external = str(world.items.index(held.item_id) + 1)
    expected = ("assessor:assessor0", external, "neutral", "confusion", corrected, 2.0)
    assert found() == [expected]
    assert found(as_of=corrected) == []
    (first,) = rows(world, annotation, annotation.c.item_id == held.item_id)
    for chunk_id in (closed.id, first.chunk_id):
        with database.transaction() as connection:
            gates.suspend(connection, world.project, chunk_id, now=world.now, actor=None)
        assert (found(), found(suspended=True)) == ([], [expected])
        with database.transaction() as connection:
            gates.overrule(connection, world.project, chunk_id, now=world.now, actor=None)
    assert found() == [expected]


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
