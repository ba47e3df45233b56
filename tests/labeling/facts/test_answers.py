"""Answers before it is asked whether they count; skips and paused items, on both databases."""

from __future__ import annotations

from sqlalchemy import update

from db import schema
from db.frames import golden as golden_frames
from db.frames import items as item_frames
from db.vocabulary import LeaseState
from labeling.facts import settled
from labeling.facts import votes as facts_votes
from tests.labeling.facts.annotating import answers, at, say
from tests.labeling.worlds import World


def test_skips_and_paused_items(world: World) -> None:
    me = world.assessors[0]
    desk = world.work(me)
    with world.database.transaction() as connection:
        changing = update(schema.lease).where(schema.lease.c.token == desk.items[0].token)
        connection.execute(changing.values(state=LeaseState.SKIPPED.value, closed_at=at(3)))
        connection.execute(update(schema.queue).where(schema.queue.c.item_id == world.golden[1]).values(paused=True))
    with world.database.snapshot() as connection:
        assert facts_votes.skips(connection, world.project.id).rows() == [("assessor:assessor0", me, at(3))]
        assert facts_votes.skips(connection, world.project.id, as_of=at(2)).is_empty()
        assert golden_frames.paused_golden(connection, world.project.id)["item"].to_list() == ["5"]
        texts = item_frames.texts(connection, world.project.id, ["2", "1", "nothing"])
        assert set(texts["item"]) == {"1", "2"}
        said = golden_frames.explanations(connection, world.project.id, ["4", "1"])
        assert said.rows() == [("4", "because 0")]


def test_answers_of_one_assessor_and_of_one_project_only(world: World) -> None:
    me, she = world.assessors
    for assessor in (me, she):
        say(world, assessor, world.items[0], "neutral")
    assert answers(world).height == 2
    assert answers(world, assessor_id=she)["assessor"].to_list() == [she]
    assert answers(world, assessor_id=she).schema == answers(world).schema
    with world.database.snapshot() as connection:
        assert facts_votes.answers(connection, world.project.id + 1).is_empty()


def test_a_snapshot_sees_no_answer_that_came_after_it(world: World) -> None:
    """Somebody whose snapshot is newer may have read on in the same process meanwhile."""
    me, she = world.assessors
    say(world, me, world.items[0], "neutral")
    with world.database.snapshot() as connection:
        before = facts_votes.answers(connection, world.project.id)
        say(world, she, world.items[0], "gratitude")
        assert answers(world).height == 2
        assert facts_votes.answers(connection, world.project.id).equals(before)
        assert settled.golden(connection, world.project.id).height == 2


def test_probed_answers_are_told(world: World) -> None:
    me, she = world.assessors
    say(world, me, world.items[0], "neutral", arm="before", suggestion="neutral", probe=True)
    say(world, she, world.items[0], "neutral", arm="hidden", suggestion="neutral", probe=True)
    assert answers(world).select("aided", "probed").rows() == [(True, True), (False, False)]
