"""Gates go by how right answers are, where one may be right in part."""

from __future__ import annotations

from dataclasses import replace

import pytest

from db.engine import Database
from db.vocabulary import LabelKind, PauseReason
from labeling.desk import chunks, gates
from labeling.desk.card import DeskState
from labeling.desk.chunks import Chunk
from labeling.desk.golden import appoint
from labeling.projects.classes import change_class, get_classes
from tests.labeling.desk.test_gates import strict_world
from tests.labeling.worlds import NOON, World


def labeled_by(world: World, assessor: int, label: str) -> Chunk:
    """A chunk all of whose items somebody calls alike, closed."""
    seen = world.work(assessor)
    while seen.state is DeskState.WORKING:
        for one in seen.items:
            world.label(assessor, one.token, label)
        seen = world.work(assessor)
    assert seen.chunk is not None
    closed = world.work(assessor, close=seen.chunk.id).closed
    assert closed is not None
    return closed


def on_a_scale(database: Database, golden: str, **settings: object) -> World:
    """Steps are neutral, gratitude, confusion; all golden items have one label."""
    world = strict_world(database, kind=LabelKind.ORDERED, **settings)
    with database.transaction() as connection:
        for item_id in world.golden:
            appoint(connection, world.project, item_id, golden, explanation="so", now=NOON, actor=None)
    return world


@pytest.mark.parametrize(
    ("label", "outcome", "earned"), [("gratitude", "accepted", 1.5), ("confusion", "suspended", 0.0)]
)
def test_a_chunk_off_by_a_step_stays_and_one_at_the_far_end_is_set_aside(
    database: Database, label: str, outcome: str, earned: float
) -> None:
    world = on_a_scale(database, "neutral", accuracy_floor=0.6)
    me = world.assessors[0]
    closed = labeled_by(world, me, label)
    # None of three is right as a whole either way, which alone would be a clear failure.
    assert not gates.judge(world.project, closed.golden_right or 0, 3).holds
    assert (closed.outcome, closed.golden_right, closed.golden_score, closed.golden_n) == (outcome, 0, earned, 3)
    with database.snapshot() as connection:
        paused = gates.pause_reason(connection, world.project.id, me)
        assert paused is (None if outcome == "accepted" else PauseReason.GOLDEN_FLOOR)
        assert gates.since_briefing(connection, world.project.id, me) == ((1.5, 3) if outcome == "accepted" else (0, 0))
        assert chunks.score(connection, closed.id) == (earned, 3)


@pytest.mark.parametrize(("floor", "outcome"), [(0.5, "passed"), (0.51, "failed")])
def test_admission_goes_by_the_mean_score(database: Database, floor: float, outcome: str) -> None:
    settings = {"qualification_size": 3, "qualification_tries": 2, "accuracy_floor": floor}
    world = on_a_scale(database, "neutral", **settings)
    assert labeled_by(world, world.assessors[0], "gratitude").outcome == outcome


def test_parts_of_sets_and_of_paths_count_at_the_gate(database: Database) -> None:
    world = strict_world(database, kind=LabelKind.SEVERAL)
    with database.transaction() as connection:
        for item_id in world.golden:
            appoint(connection, world.project, item_id, "neutral|gratitude", explanation="so", now=NOON, actor=None)
    closed = labeled_by(world, world.assessors[0], "neutral|gratitude|confusion")
    assert (closed.golden_right, closed.golden_score) == (0, pytest.approx(2.0))


def test_many_chunks_off_by_a_step_are_paused_where_the_floor_is_above_the_mean_score(database: Database) -> None:
    """One chunk forgives it; those since the last briefing together don't: the floor asks for more than half."""
    world = on_a_scale(database, "neutral", accuracy_floor=0.8, items=40, golden_items=12)
    me, outcomes = world.assessors[0], []
    while (outcomes[-1:] or ["accepted"]) == ["accepted"] and len(outcomes) < 4:
        outcomes.append(str(labeled_by(world, me, "gratitude").outcome))
    # Upper limits of a half: 0.86 of 3, 0.81 of 6, 0.76 of 9.
    assert outcomes == ["accepted", "accepted", "suspended"]


def test_of_a_tree_the_right_branch_counts_at_the_gate(database: Database) -> None:
    world = strict_world(database)
    with database.transaction() as connection:
        for entry in get_classes(connection, world.project.id):
            if entry.code != "neutral":
                change_class(connection, world.project.id, replace(entry, parent="neutral"), now=NOON, actor=None)
        for item_id in world.golden:
            appoint(connection, world.project, item_id, "gratitude", explanation="so", now=NOON, actor=None)
    closed = labeled_by(world, world.assessors[0], "confusion")
    # Of two steps each the first is shared.
    assert (closed.golden_right, closed.golden_score) == (0, pytest.approx(1.5))
