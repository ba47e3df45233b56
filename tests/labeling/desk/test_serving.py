"""Claiming, answering, expiring: the cases by hand, on both databases."""

from __future__ import annotations

import dataclasses

import pytest
from sqlalchemy import func, select

from db import schema
from db.engine import Database
from db.vocabulary import LeaseState, SkipReason, Standing
from labeling.desk import card as desk
from labeling.desk import chunks, gates, golden
from labeling.desk.answers import Answer, AnswerKind, Receipt
from labeling.desk.card import DeskState
from labeling.errors import LabelingError
from labeling.people.memberships import set_standing
from labeling.people.people import set_active
from labeling.projects.projects import change_settings
from tests.labeling.desk import invariants
from tests.labeling.worlds import World, make_world, press


def count_annotations(world: World) -> int:
    with world.database.snapshot() as connection:
        return connection.execute(select(func.count()).select_from(schema.annotation)).scalar_one()


def finish_chunk(world: World, assessor: int, label: str = "neutral") -> desk.Desk:
    seen = world.work(assessor)
    while seen.state is DeskState.WORKING:
        seen = world.work(assessor, *[press(item.token, label) for item in seen.items])
    return seen


def test_asking_twice_gives_the_same_desk(database: Database) -> None:
    world = make_world(database)
    one, other = world.work(world.assessors[0]), world.work(world.assessors[0])
    assert len(one.items) == 3
    assert [item.token for item in one.items] == [item.token for item in other.items]


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


def test_no_more_than_overlap_are_served(database: Database) -> None:
    world = make_world(database, items=2, golden_items=0, overlap=2)
    first, second, third = world.assessors
    assert len(world.work(first).items) == len(world.work(second).items) == 2
    waiting = world.work(third)
    assert (waiting.state, waiting.items) == (DeskState.WAITING, [])
    assert waiting.next_free is not None


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


def test_ones_own_expired_items_lie_there_again(database: Database) -> None:
    world = make_world(database)
    me, other, _ = world.assessors
    before = [item.token for item in world.work(me).items]
    world.later(hours=2)
    assert [item.token for item in world.work(me).items] == before
    world.later(hours=2)
    world.work(other, want=0)
    assert [item.token for item in world.work(me).items] == before


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


def test_a_chunk_holds_its_golden_items_and_is_scored_when_it_closes(database: Database) -> None:
    world = make_world(database, items=20, golden_items=4, chunk_size=5, golden_per_chunk=2)
    me = world.assessors[0]
    full = finish_chunk(world, me, "gratitude")
    assert full.state is DeskState.CHUNK_DONE
    assert full.chunk is not None and full.answered == 5
    with pytest.raises(LabelingError, match="chunk_still_open"), database.snapshot() as connection:
        chunks.briefing(connection, me, full.chunk.id)
    closed = world.work(me, close=full.chunk.id).closed
    assert closed is not None and closed.golden_n == 2
    with database.snapshot() as connection:
        mistakes = chunks.briefing(connection, me, closed.id)
        asked = connection.execute(
            select(schema.golden.c.label)
            .join(schema.annotation, schema.annotation.c.item_id == schema.golden.c.item_id)
            .where(schema.annotation.c.chunk_id == closed.id)
        ).scalars()
        rights = [label == "gratitude" for label in asked]
    assert closed.golden_right == sum(rights)
    assert len(mistakes) == len(rights) - sum(rights)
    assert mistakes and all(mistake.explanation.startswith("because") for mistake in mistakes)
    assert world.work(me, close=closed.id).closed == closed


def test_anothers_briefing_is_refused(database: Database) -> None:
    world = make_world(database)
    full = finish_chunk(world, world.assessors[0])
    assert full.chunk is not None
    world.work(world.assessors[0], close=full.chunk.id)
    with pytest.raises(LabelingError, match="unknown_chunk"), database.snapshot() as connection:
        chunks.briefing(connection, world.assessors[1], full.chunk.id)


def test_a_closed_chunk_takes_no_corrections(database: Database) -> None:
    world = make_world(database)
    me = world.assessors[0]
    token = world.work(me).items[0].token
    full = finish_chunk(world, me)
    assert full.chunk is not None
    world.work(me, close=full.chunk.id)
    assert world.label(me, token, "confusion", revision=2) is Receipt.REFUSED


def test_a_golden_revision_scores_anew_and_the_old_score_is_reproducible(database: Database) -> None:
    world = make_world(database, items=20, golden_items=1, chunk_size=5, golden_per_chunk=1)
    me = world.assessors[0]
    full = finish_chunk(world, me, "neutral")
    assert full.chunk is not None
    world.work(me, close=full.chunk.id)
    before = world.now
    world.later(days=1)
    with database.transaction() as connection:
        golden.appoint(connection, world.project, world.golden[0], "confusion", now=world.now, actor=None)
    with database.snapshot() as connection:
        assert chunks.score(connection, full.chunk.id, as_of=before) == (1, 1)
        assert chunks.score(connection, full.chunk.id) == (0, 1)


def test_a_project_without_items_left_doesnt_go_on_with_golden_ones_alone(database: Database) -> None:
    world = make_world(database, items=3, golden_items=4, overlap=1, chunk_size=4, golden_per_chunk=2)
    me = world.assessors[0]
    full = finish_chunk(world, me)
    while full.state is DeskState.CHUNK_DONE and full.chunk:
        world.work(me, close=full.chunk.id)
        full = finish_chunk(world, me)
    assert full.state is DeskState.DONE
    assert count_annotations(world) <= 3 + 2 * 2


def test_the_banned_and_the_paused(database: Database) -> None:
    world = make_world(database)
    me, other, _ = world.assessors
    mine, others = world.work(me).items[0].token, world.work(other).items[0].token
    world.set_standing(me, Standing.BANNED)
    world.set_standing(other, Standing.PAUSED)
    assert world.work(me, press(mine)).state is DeskState.BANNED
    paused = world.work(other, press(others))
    assert (paused.state, paused.items) == (DeskState.PAUSED, [])
    assert paused.acknowledged[0].status is Receipt.STORED
    assert count_annotations(world) == 1


def test_a_stranger_is_refused(database: Database) -> None:
    world = make_world(database)
    with pytest.raises(LabelingError, match="not_a_member"):
        world.work(10_000)


def test_more_overlap_asks_for_more(database: Database) -> None:
    world = make_world(database, items=2, golden_items=0, overlap=1)
    first, second, _ = world.assessors
    world.work(first)
    assert world.work(second).items == []
    with database.transaction() as connection:
        change_settings(connection, world.project.id, {"overlap": 2}, now=world.now, actor=None)
    assert len(world.work(second).items) == 2
    with database.snapshot() as connection:
        invariants.check(connection)


def test_only_shown_metadata_reaches_an_assessor(database: Database) -> None:
    world = make_world(database, items=0, golden_items=0)
    me = world.assessors[0]
    with database.transaction() as connection:
        change_settings(connection, world.project.id, {"shown_metadata": ["channel"]}, now=world.now, actor=None)
        secret = {"channel": "chat", "true_label": "neutral"}
        row = {"project_id": world.project.id, "external_id": "m", "text": "t", "fingerprint": 5, "metadata": secret}
        connection.execute(schema.item.insert(), row | {"created_at": world.now})
        item_id = connection.execute(select(func.max(schema.item.c.id))).scalar_one()
        queued = {"item_id": item_id, "project_id": world.project.id, "position": 99, "wanted": 1, "places": 1}
        connection.execute(schema.queue.insert(), queued)
    served = world.work(me).items[0]
    assert served.metadata == {"channel": "chat"}
    assert {field.name for field in dataclasses.fields(served)} == {
        "token", "slot", "text", "context", "metadata", "suggestion",
    }  # fmt: skip


def test_qualification_comes_first_and_gates_real_work(database: Database) -> None:
    world = make_world(database, items=5, golden_items=3, qualification_size=3, accuracy_floor=0.9, golden_per_chunk=0)
    me = world.assessors[0]
    full = finish_chunk(world, me, "neutral")
    assert full.chunk is not None and full.chunk.kind == "qualification"
    assert full.chunk.size == 3
    closed = world.work(me, close=full.chunk.id).closed
    assert closed is not None and closed.outcome == "failed"


def test_a_closed_lease_stays_closed(database: Database) -> None:
    world = make_world(database)
    me = world.assessors[0]
    token = world.work(me).items[0].token
    world.label(me, token)
    with database.snapshot() as connection:
        state = connection.execute(select(schema.lease.c.state).where(schema.lease.c.token == token)).scalar_one()
    assert state == LeaseState.ANSWERED


def test_a_ban_clears_the_desk(database: Database) -> None:
    world = make_world(database, items=1, golden_items=0, overlap=1)
    me, other, _ = world.assessors
    world.work(me)
    with database.transaction() as connection:
        set_standing(connection, world.project.id, me, Standing.BANNED, now=world.now, actor=None)
    assert len(world.work(other).items) == 1


def test_who_is_shut_out_of_the_house_leaves_a_clear_desk(database: Database) -> None:
    world = make_world(database, items=1, golden_items=0, overlap=1)
    me, other, _ = world.assessors
    world.work(me)
    with database.transaction() as connection:
        set_active(connection, me, False, now=world.now, actor=None)
    assert world.work(me).state is DeskState.BANNED
    assert len(world.work(other).items) == 1


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
    world.work(me, close=first.chunk.id)
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
    world.work(me, close=first.chunk.id)
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
    world.work(me, close=first.chunk.id)
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
