"""Answers once, twice, revised, late and in excess: the cases by hand, on both databases."""

from __future__ import annotations

from sqlalchemy import select

from db import schema
from db.engine import Database
from db.vocabulary import LeaseState, SkipReason
from labeling.desk import gates
from labeling.desk.answers import Answer, AnswerKind, Receipt
from tests.labeling.desk import invariants
from tests.labeling.desk.working import count_annotations
from tests.labeling.worlds import make_world, press


def test_an_answer_sent_twice_is_one_annotation(database: Database) -> None:
    world = make_world(database)
    me = world.assessors[0]
    token = world.work(me).items[0].token
    assert world.label(me, token, "gratitude") is Receipt.STORED
    assert world.label(me, token, "confusion") is Receipt.KEPT_FIRST
    with world.database.snapshot() as connection:
        assert connection.execute(select(schema.annotation.c.label)).scalars().all() == ["gratitude"]


def test_a_corrected_answer_is_a_revision_and_the_first_stays(database: Database) -> None:
    world = make_world(database)
    me = world.assessors[0]
    token = world.work(me).items[0].token
    world.label(me, token, "gratitude")
    assert world.label(me, token, "confusion", revision=2) is Receipt.STORED
    assert world.label(me, token, "neutral", revision=2) is Receipt.KEPT_FIRST
    with world.database.snapshot() as connection:
        rows = connection.execute(select(schema.annotation.c.revision, schema.annotation.c.label)).all()
    assert [tuple(row) for row in rows] == [(1, "gratitude"), (2, "confusion")]


def test_another_persons_token_is_refused(database: Database) -> None:
    world = make_world(database)
    token = world.work(world.assessors[0]).items[0].token
    assert world.label(world.assessors[1], token) is Receipt.REFUSED
    assert count_annotations(world) == 0


def test_an_unknown_label_is_refused_and_the_others_stand(database: Database) -> None:
    world = make_world(database)
    me = world.assessors[0]
    first, second = [item.token for item in world.work(me).items[:2]]
    answered = world.work(me, press(first, "joy"), press(second, "neutral"))
    assert [(a.status, a.error) for a in answered.acknowledged] == [
        (Receipt.REFUSED, "unknown_label"),
        (Receipt.STORED, None),
    ]
    assert first in {item.token for item in answered.items}


def test_what_expires_goes_to_another_and_the_late_answer_is_kept_as_surplus(database: Database) -> None:
    world = make_world(database, items=1, golden_items=0, overlap=1)
    slow, quick, _ = world.assessors
    token = world.work(slow).items[0].token
    world.later(minutes=31)
    taken = world.work(quick).items[0].token
    assert world.label(quick, taken) is Receipt.STORED
    assert world.label(slow, token) is Receipt.SURPLUS
    assert world.label(slow, token) is Receipt.KEPT_FIRST
    assert count_annotations(world) == 2


def test_a_late_answer_that_is_still_wanted_counts(database: Database) -> None:
    world = make_world(database, items=1, golden_items=0, overlap=1)
    slow, quick, _ = world.assessors
    token = world.work(slow).items[0].token
    world.later(minutes=31)
    world.work(quick, want=0)  # sweeps
    assert world.label(slow, token) is Receipt.STORED
    assert world.work(quick).items == []


def test_a_skipped_item_goes_to_others_and_never_comes_back(database: Database) -> None:
    world = make_world(database, items=1, golden_items=0, overlap=1)
    me, other, _ = world.assessors
    token = world.work(me).items[0].token
    skip = Answer(token, 1, AnswerKind.SKIP, reason=SkipReason.NOT_TEXT)
    assert world.work(me, skip).items == []
    assert len(world.work(other).items) == 1
    with world.database.snapshot() as connection:
        assert connection.execute(select(schema.lease.c.skip_reason)).scalars().first() == "not_text"


def test_a_skip_can_be_taken_back_while_the_item_is_wanted(database: Database) -> None:
    world = make_world(database, items=1, golden_items=0, overlap=1)
    me = world.assessors[0]
    token = world.work(me).items[0].token
    world.work(me, Answer(token, 1, AnswerKind.SKIP, reason=SkipReason.OTHER))
    assert world.label(me, token, "neutral", revision=2) is Receipt.STORED
    assert world.label(me, token, "neutral", revision=2) is Receipt.KEPT_FIRST
    assert count_annotations(world) == 1


def test_a_closed_lease_stays_closed(database: Database) -> None:
    world = make_world(database)
    me = world.assessors[0]
    token = world.work(me).items[0].token
    world.label(me, token)
    with database.snapshot() as connection:
        state = connection.execute(select(schema.lease.c.state).where(schema.lease.c.token == token)).scalar_one()
    assert state == LeaseState.ANSWERED


def test_a_late_answer_whose_slot_was_refilled_stands_behind_the_chunk(database: Database) -> None:
    world = make_world(database, items=6, golden_items=0, overlap=1, chunk_size=2, golden_per_chunk=0, look_ahead=0)
    me, other, _ = world.assessors
    late = world.work(me).items[0].token
    world.later(minutes=31)
    taken = world.work(other).items[0].token
    assert world.work(me).items[0].token != late
    assert world.label(me, late) is Receipt.SURPLUS
    assert world.label(other, taken) is Receipt.STORED
    with database.snapshot() as connection:
        invariants.check(connection)


def test_the_second_answer_of_a_person_gives_the_newer_leases_place_back(database: Database) -> None:
    world = make_world(database, items=1, golden_items=0, overlap=2, chunk_size=1, golden_per_chunk=0)
    me, other, third = world.assessors
    first = world.work(me)
    assert first.chunk is not None
    world.leave(me, first.chunk.id)
    again = world.work(me).items[0].token
    assert world.label(me, first.items[0].token) is Receipt.STORED
    world.label(me, again, "gratitude")
    assert len(world.work(other).items) == 1
    assert world.work(third).items == []
    with database.snapshot() as connection:
        invariants.check(connection)


def test_what_revises_a_surplus_answer_by_a_newer_lease_is_surplus_too(database: Database) -> None:
    """The place is wanted from somebody else again: it can't have been taken by a second revision."""
    world = make_world(database, items=1, golden_items=0, overlap=1, chunk_size=1, golden_per_chunk=0)
    me, other, _ = world.assessors
    first = world.work(me)
    assert first.chunk is not None
    world.leave(me, first.chunk.id)
    again = world.work(me).items[0].token
    assert world.label(me, first.items[0].token) is Receipt.SURPLUS
    assert world.label(me, again, "gratitude") is Receipt.SURPLUS
    with database.snapshot() as connection:
        invariants.check(connection)
    assert world.label(other, world.work(other).items[0].token) is Receipt.STORED
    with database.snapshot() as connection:
        invariants.check(connection)


def test_what_revises_an_answer_of_a_chunk_set_aside_stands_aside_with_it(database: Database) -> None:
    world = make_world(database, items=1, golden_items=0, overlap=2, chunk_size=1, golden_per_chunk=0)
    me, other, third = world.assessors
    first = world.work(me)
    assert first.chunk is not None
    world.leave(me, first.chunk.id)
    with database.transaction() as connection:
        gates.suspend(connection, world.project, first.chunk.id, now=world.now, actor=None)
    again = world.work(me).items[0].token
    assert world.label(me, first.items[0].token) is Receipt.STORED
    assert world.label(me, again, "gratitude") is Receipt.STORED
    with database.snapshot() as connection:
        invariants.check(connection)
    assert [len(world.work(who).items) for who in (other, third)] == [1, 1]
    with database.snapshot() as connection:
        invariants.check(connection)
