"""What a bulk ruling is said to do beforehand is what it does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import insert

from db import schema
from db.engine import Database
from db.vocabulary import LeaseState, Role, Route
from labeling.adjudication.bulk import preview, rule_many
from labeling.adjudication.queue import Candidate
from labeling.errors import LabelingError
from labeling.facts import settled
from tests.labeling.worlds import NOON, World, add_person, make_world


@pytest.fixture
def world(database: Database) -> World:
    """Ten items and four golden ones; the third is ruled, the fourth lies before an expert."""
    world = make_world(database)
    with database.transaction() as connection:
        expert = add_person(connection, "expert", world.project, Role.EXPERT)
        ruled = world.items[2]
        rule_many(connection, world.project, [Candidate(ruled)], {ruled: "confusion"}, now=NOON, actor=expert)
        lease = {"project_id": world.project.id, "item_id": world.items[3], "expert_id": expert, "token": "t" * 32}
        lease |= {"state": LeaseState.OPEN, "route": Route.SUSPICION, "opened_at": NOON}
        connection.execute(insert(schema.expert_lease).values(lease | {"expires_at": NOON + timedelta(hours=1)}))
    return world


def asked(world: World) -> tuple[list[Candidate], dict[int, str]]:
    """All there is, an item of nobody's and one for which there is no label."""
    ids = [*world.items, world.golden[0], 10_000_000]
    labels = dict.fromkeys(ids, "gratitude")
    del labels[world.items[9]]
    return [Candidate(item_id, "gratitude" if n < 2 else "neutral", 0.5) for n, item_id in enumerate(ids)], labels


@pytest.mark.parametrize("overrule", [False, True])
def test_the_preview_counts_what_the_act_does(world: World, overrule: bool) -> None:
    candidates, labels = asked(world)
    with world.database.transaction() as connection:
        foretold = preview(connection, world.project, candidates, labels, overrule=overrule)
        done = rule_many(connection, world.project, candidates, labels, overrule=overrule, now=NOON, actor=None)
        rulings = settled.rulings(connection, world.project.id)
    left_out = {"unknown": 1, "golden": 1, "held": 1, "without_label": 1}
    changes = {("gratitude", "gratitude"): 2, ("neutral", "gratitude"): 5}
    if overrule:
        # What an expert had said goes, not what the assessors had.
        changes[("confusion", "gratitude")] = 1
    else:
        left_out["ruled"] = 1
    assert foretold.changes == changes
    assert foretold.left_out == left_out
    assert foretold.changed == sum(changes.values()) - 2
    assert (done.ruled, done.left_out) == (foretold.ruled, sum(left_out.values()))
    assert rulings.filter(rulings["act"] == done.act).height == foretold.ruled


def test_the_preview_of_an_act_that_would_do_nothing_is_empty(world: World) -> None:
    golden = [Candidate(item_id) for item_id in world.golden]
    with world.database.transaction() as connection:
        foretold = preview(connection, world.project, golden, dict.fromkeys(world.golden, "neutral"))
        assert (foretold.ruled, foretold.left_out) == (0, {"golden": 4})
        with pytest.raises(LabelingError, match="nothing_to_rule"):
            rule_many(connection, world.project, golden, dict.fromkeys(world.golden, "neutral"), now=NOON, actor=None)


def test_more_items_than_one_question_holds(database: Database) -> None:
    world = make_world(database, items=1203, golden_items=0, assessors=1)
    labels = dict.fromkeys(world.items, "neutral")
    with database.transaction() as connection:
        foretold = preview(connection, world.project, [Candidate(one, "neutral") for one in world.items], labels)
    assert foretold.changes == {("neutral", "neutral"): 1203}
    assert foretold.changed == 0
