"""The second answer to one's own item: what is kept of it, and what it does not do."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from db import schema
from db.engine import Database
from db.frames import marks
from db.frames import work as work_frames
from db.vocabulary import LeaseState, SkipReason, Standing
from labeling.desk import chunks, gates, golden, leases
from labeling.desk.answers import Answer, AnswerKind, Receipt
from labeling.desk.card import DeskState
from labeling.facts import votes as facts_votes
from labeling.projects.projects import change_settings
from tests.labeling.desk.repeating import check, lease_of, rows, small_world, until_back, work_a_chunk
from tests.labeling.worlds import World

lease, repeat, annotation, queue = schema.lease, schema.repeat, schema.annotation, schema.queue


def mark_of(world: World) -> tuple[int, ...]:
    with world.database.snapshot() as connection:
        return marks.quality_mark(connection, world.project.id)


def test_the_second_answer_is_a_fact_of_its_own(database: Database) -> None:
    world = small_world(database)
    me = world.assessors[0]
    token = until_back(world, me)
    held = lease_of(world, token)
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
    item = lease_of(world, token).item_id
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
    assert lease_of(world, token).state == LeaseState.OPEN
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
    item = lease_of(world, token).item_id
    world.later(hours=2)
    world.work(other, want=0)
    assert lease_of(world, token).state == LeaseState.EXPIRED
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
    assert lease_of(world, other).item_id != lease_of(world, token).item_id
    assert lease_of(world, other).slot == lease_of(world, token).slot
    assert world.label(me, token, "gratitude") is Receipt.STORED
    assert [row.label for row in rows(world, repeat)] == ["gratitude"]
    assert lease_of(world, token).slot != lease_of(world, other).slot
    check(world)


def test_a_skipped_repeat_is_no_skip_of_an_item_and_never_comes_again(database: Database) -> None:
    world = small_world(database)
    me = world.assessors[0]
    token = until_back(world, me)
    held = lease_of(world, token)
    done = world.work(me, want=0).answered
    seen = world.work(me, Answer(token, 1, AnswerKind.SKIP, reason=SkipReason.OTHER), want=0)
    assert seen.answered == done + 1
    assert lease_of(world, token).state == LeaseState.SKIPPED
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
    assert (lease_of(world, token).state, rows(world, repeat)) == (LeaseState.RELEASED, [])
    check(world)


def test_the_golden_score_knows_nothing_of_repeats(database: Database) -> None:
    """The item becomes golden while it lies there a second time: the first answer is scored, in its own chunk."""
    world = small_world(database)
    me = world.assessors[0]
    token = until_back(world, me)
    held = lease_of(world, token)
    with database.transaction() as connection:
        golden.appoint(connection, world.project, held.item_id, "gratitude", now=world.now, actor=None)
    world.label(me, token, "gratitude")
    closed = work_a_chunk(world, me).closed
    assert closed is not None and (closed.golden_right, closed.golden_n) == (0, 0)
    (first,) = rows(world, annotation, annotation.c.item_id == held.item_id)
    with database.snapshot() as connection:
        assert chunks.score(connection, first.chunk_id) == (0, 1)
        assert chunks.briefing(connection, me, closed.id) == []


def test_the_frame_of_repeats(database: Database) -> None:
    world = small_world(database)
    me = world.assessors[0]
    token = until_back(world, me)
    held = lease_of(world, token)
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
