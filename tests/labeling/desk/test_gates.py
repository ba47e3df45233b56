"""Gates that act, what the lead can undo, and objections to golden labels."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from db import schema
from db.engine import Database
from db.vocabulary import ContestOutcome, PauseReason, Role, Standing
from labeling.desk import chunks, contests, gates
from labeling.desk.card import DeskState
from labeling.desk.chunks import Chunk
from labeling.errors import LabelingError
from tests.labeling.desk.working import finish_chunk
from tests.labeling.worlds import World, add_person, make_world, places_of


def strict_world(database: Database, **settings: object) -> World:
    """Golden labels are neutral, gratitude, confusion in turn; three in every chunk of six."""
    defaults = {"items": 12, "golden_items": 9, "chunk_size": 6, "golden_per_chunk": 3, "overlap": 1}
    return make_world(database, **(defaults | settings))  # type: ignore[arg-type]


def expert_of(world: World) -> int:
    with world.database.transaction() as connection:
        return add_person(connection, "expert", world.project, Role.EXPERT)


def close_wrong(world: World, assessor: int) -> Chunk:
    """Answer a chunk without one right golden answer, and close it."""
    with world.database.snapshot() as connection:
        right = dict(connection.execute(select(schema.item.c.text, schema.golden.c.label).join(schema.golden)).all())
    seen = world.work(assessor)
    while seen.state is DeskState.WORKING:
        for one in seen.items:
            world.label(assessor, one.token, "gratitude" if right.get(one.text) != "gratitude" else "confusion")
        seen = world.work(assessor)
    assert seen.chunk is not None
    closed = world.work(assessor, close=seen.chunk.id).closed
    assert closed is not None
    return closed


def test_a_clear_failure_is_set_aside_and_its_items_are_wanted_again(database: Database) -> None:
    world = strict_world(database)
    me, other, _ = world.assessors
    closed = close_wrong(world, me)
    assert (closed.outcome, closed.golden_right, closed.golden_n) == ("suspended", 0, 3)
    assert world.work(me).state is DeskState.PAUSED
    with database.snapshot() as connection:
        assert gates.pause_reason(connection, world.project.id, me) is PauseReason.GOLDEN_FLOOR
        verbs = connection.execute(select(schema.audit_event.c.verb)).scalars().all()
        assert {"suspend_chunk", "pause"} <= set(verbs)
        assert [places_of(connection, item_id) for item_id in world.items] == [1] * 12
    served = {item.text for item in world.work(other, want=9).items}
    assert served & {"text 0", "text 1", "text 2"}


def test_the_lead_overrules_and_readmits(database: Database) -> None:
    world = strict_world(database)
    me = world.assessors[0]
    closed = close_wrong(world, me)
    with database.transaction() as connection:
        again = gates.overrule(connection, world.project, closed.id, now=world.now, actor=None)
        gates.readmit(connection, world.project.id, me, now=world.now, actor=None)
    assert again.outcome == "accepted"
    assert world.work(me).state is DeskState.WORKING
    with database.snapshot() as connection:
        wanted = [places_of(connection, item_id) for item_id in world.items]
        assert gates.pause_reason(connection, world.project.id, me) is None
    assert sum(wanted) < 12


def test_taking_back_what_others_redid_keeps_every_answer(database: Database) -> None:
    world = strict_world(database, items=3, golden_items=6)
    me, other, _ = world.assessors
    closed = close_wrong(world, me)
    finish_chunk(world, other)
    with database.transaction() as connection:
        gates.overrule(connection, world.project, closed.id, now=world.now, actor=None)
    with database.snapshot() as connection:
        assert [places_of(connection, item_id) for item_id in world.items] == [0, 0, 0]


def test_a_good_chunk_and_a_doubtful_one_pass(database: Database) -> None:
    world = strict_world(database)
    assert gates.judge(world.project, 3, 3).holds
    assert gates.judge(world.project, 1, 3).holds
    assert not gates.judge(world.project, 0, 3).holds
    assert not gates.judge(world.project, 10, 30).holds
    assert gates.judge(world.project, 0, 0).holds


def test_an_open_chunk_or_another_projects_cant_be_set_aside(database: Database) -> None:
    world = strict_world(database)
    seen = world.work(world.assessors[0])
    assert seen.chunk is not None
    for chunk_id, code in ((seen.chunk.id, "chunk_still_open"), (10_000, "unknown_chunk")):
        with pytest.raises(LabelingError, match=code), database.transaction() as connection:
            gates.suspend(connection, world.project, chunk_id, now=world.now, actor=None)


def test_qualification_ends_after_so_many_tries(database: Database) -> None:
    world = strict_world(database, qualification_size=3, qualification_tries=2, accuracy_floor=0.9)
    me = world.assessors[0]
    assert close_wrong(world, me).outcome == "failed"
    assert close_wrong(world, me).outcome == "failed"
    assert world.work(me).state is DeskState.PAUSED
    with database.snapshot() as connection:
        assert gates.pause_reason(connection, world.project.id, me) is PauseReason.QUALIFICATION


def test_without_golden_items_left_nobody_is_stuck_in_qualification(database: Database) -> None:
    world = strict_world(database, golden_items=0, qualification_size=3, golden_per_chunk=0)
    seen = world.work(world.assessors[0])
    assert seen.state is DeskState.UNPREPARED
    assert seen.chunk is None


def test_a_contest_pauses_the_item_and_a_new_ruling_scores_everybody_again(database: Database) -> None:
    world = strict_world(database)
    me, other, _ = world.assessors
    expert = expert_of(world)
    closed = close_wrong(world, me)
    with database.snapshot() as connection:
        answered = select(schema.annotation.c.item_id, schema.annotation.c.label).where(
            schema.annotation.c.chunk_id == closed.id, schema.annotation.c.item_id.in_(world.golden)
        )
        item_id, mine = connection.execute(answered).first() or (0, "")
    with database.transaction() as connection:
        raised = contests.raise_contest(connection, world.project, me, item_id, "it says so", now=world.now)
    with pytest.raises(LabelingError, match="contested_already"), database.transaction() as connection:
        contests.raise_contest(connection, world.project, me, item_id, "again", now=world.now)
    with database.snapshot() as connection:
        assert [one.item_id for one in contests.open_contests(connection, world.project.id)] == [item_id]
        assert connection.execute(select(schema.queue.c.paused).where(schema.queue.c.item_id == item_id)).scalar_one()
    seen = world.work(other, want=9)
    with database.snapshot() as connection:
        held = select(schema.lease.c.item_id).where(schema.lease.c.token.in_([one.token for one in seen.items]))
        assert item_id not in connection.execute(held).scalars().all()
    world.later(minutes=5)
    with database.transaction() as connection:
        changed = contests.rule(
            connection, world.project, raised, label=mine, reply="right you are", now=world.now, actor=expert
        )
    assert [(one.chunk_id, one.before, one.after) for one in changed] == [(closed.id, (0, 3), (1, 3))]
    with database.snapshot() as connection:
        assert contests.open_contests(connection, world.project.id) == []
        mine_now = contests.contests_of(connection, world.project.id, me)[0]
        assert (mine_now.outcome, mine_now.reply) == (ContestOutcome.UPHELD, "right you are")
        assert chunks.score(connection, closed.id) == (1, 3)


def test_a_rejected_contest_changes_no_score(database: Database) -> None:
    world = strict_world(database)
    me, expert = world.assessors[0], expert_of(world)
    closed = close_wrong(world, me)
    with database.snapshot() as connection:
        query = select(schema.golden.c.item_id, schema.golden.c.label).join(
            schema.annotation, schema.annotation.c.item_id == schema.golden.c.item_id
        )
        item_id, ruled = connection.execute(query).first() or (0, "")
    with database.transaction() as connection:
        raised = contests.raise_contest(connection, world.project, me, item_id, "no", now=world.now)
        facts = {"label": ruled, "now": world.now, "actor": expert}
        kept = contests.rule(connection, world.project, raised, reply="see 3.1", **facts)
        with pytest.raises(LabelingError, match="contest_ruled"):
            contests.rule(connection, world.project, raised, reply="", **facts)
    assert kept == []
    with database.snapshot() as connection:
        assert chunks.score(connection, closed.id) == (0, 3)


def test_only_ones_own_briefed_golden_items_can_be_contested(database: Database) -> None:
    world = strict_world(database)
    me, other, _ = world.assessors
    world.work(me)
    for who, item_id in ((other, world.golden[0]), (me, world.items[0])):
        with pytest.raises(LabelingError, match="unknown_item"), database.transaction() as connection:
            contests.raise_contest(connection, world.project, who, item_id, "why", now=world.now)


def test_a_paused_person_is_still_a_member(database: Database) -> None:
    world = strict_world(database)
    me = world.assessors[0]
    world.set_standing(me, Standing.PAUSED)
    assert world.work(me).state is DeskState.PAUSED


def one_chunk(world: World, assessor: int, *, right: int) -> Chunk:
    """Answer a chunk with so many of its golden items right, and close it."""
    with world.database.snapshot() as connection:
        truth = dict(connection.execute(select(schema.item.c.text, schema.golden.c.label).join(schema.golden)).all())
    seen = world.work(assessor)
    while seen.state is DeskState.WORKING:
        for one in seen.items:
            wrong = "gratitude" if truth.get(one.text) != "gratitude" else "confusion"
            is_right = one.text in truth and right > 0
            right -= is_right
            world.label(assessor, one.token, truth[one.text] if is_right else wrong)
        seen = world.work(assessor)
    assert seen.chunk is not None
    closed = world.work(assessor, close=seen.chunk.id).closed
    assert closed is not None
    return closed


def test_what_one_chunk_forgives_many_together_do_not(database: Database) -> None:
    """One of three each time: an upper bound of 0.79 alone, of 0.65 for three of nine together."""
    world = strict_world(database, items=40, golden_items=18)
    me = world.assessors[0]
    outcomes = []
    for _ in range(3):
        world.later(minutes=1)
        outcomes.append(one_chunk(world, me, right=1).outcome)
    assert outcomes == ["accepted", "accepted", "suspended"]
    assert world.work(me).state is DeskState.PAUSED
    with database.transaction() as connection:
        assert gates.since_briefing(connection, world.project.id, me) == (2, 6)
        # The lead sets the rest aside in one act, and lets the assessor go on after the briefing.
        assert gates.suspend_since_briefing(connection, world.project, me, now=world.now, actor=None) == 2
        assert gates.since_briefing(connection, world.project.id, me) == (0, 0)
        gates.readmit(connection, world.project.id, me, now=world.now, actor=None)
    world.later(minutes=1)
    assert one_chunk(world, me, right=1).outcome == "accepted"


def test_a_briefing_begins_the_count_anew(database: Database) -> None:
    world = strict_world(database, items=40, golden_items=18)
    me = world.assessors[0]
    for _ in range(2):
        world.later(minutes=1)
        one_chunk(world, me, right=1)
    with database.transaction() as connection:
        gates.pause(connection, world.project.id, me, PauseReason.LEAD, now=world.now, actor=None)
        gates.readmit(connection, world.project.id, me, now=world.now, actor=None)
    world.later(minutes=1)
    assert one_chunk(world, me, right=1).outcome == "accepted"
