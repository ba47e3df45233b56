"""One request of the ruling card: each ruling by itself, then what lies before the expert now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from db import schema
from db.engine import Database
from db.vocabulary import Role, Verdict
from labeling.adjudication import card as sitting
from labeling.adjudication import corner_cases
from labeling.adjudication.batches import batch_items, make_batch
from labeling.adjudication.card import Sitting, Tally
from labeling.adjudication.queue import Candidate
from labeling.adjudication.rulings import Ruling, RulingReceipt
from labeling.errors import LabelingError
from tests.labeling.worlds import World, add_person, make_world


def bench(database: Database) -> tuple[World, int]:
    world = make_world(database, audit_share=0.0, second_share=0.0)
    with database.transaction() as connection:
        return world, add_person(connection, "expert", world.project, Role.EXPERT)


def sit(world: World, expert: int, rulings: Sequence[Ruling] = (), *, release: bool = False) -> Sitting:
    candidates = [Candidate(item, "neutral", 0.5) for item in world.items]
    start = world.now.replace(hour=0)
    with world.database.transaction() as connection:
        return sitting.sit(
            connection, "test", expert, rulings, candidates, want=3, now=world.now, day_start=start, release=release
        )


def said(token: str, label: str | None, **more: object) -> Ruling:
    return Ruling(**({"token": token, "revision": 1, "verdict": Verdict.LABEL, "label": label} | more))  # type: ignore[arg-type]


def test_a_refused_ruling_is_rolled_back_alone(database: Database) -> None:
    """Nobody is left to send it to: that shows after the ruling was written. The two around it stand."""
    world, me = bench(database)
    held = [one.token for one in sit(world, me).items]
    with database.transaction() as connection:
        member = schema.membership
        connection.execute(member.delete().where(member.c.role == Role.ASSESSOR))
    back = said(held[1], None, verdict=Verdict.SENT_BACK)
    seen = sit(world, me, [said(held[0], "gratitude"), back, said(held[2], "neutral")])
    told = [(one.status, one.error.code if one.error else None) for one in seen.acknowledged]
    assert told == [
        (RulingReceipt.STORED, None),
        (RulingReceipt.REFUSED, "nobody_left"),
        (RulingReceipt.STORED, None),
    ]
    with database.snapshot() as connection:
        ruling = schema.adjudication.c
        stored = connection.execute(select(ruling.item_id, ruling.label).order_by(ruling.item_id)).all()
    assert [tuple(row) for row in stored] == [(world.items[0], "gratitude"), (world.items[2], "neutral")]
    assert seen.items[0].token == held[1], "it lies before the expert still"
    assert (seen.day, seen.tally) == (2, Tally(2, 1))


def test_a_golden_item_that_cannot_be_leaves_no_ruling(database: Database) -> None:
    """It stands in the guide already: that shows after the ruling was written, too."""
    world, me = bench(database)
    token = sit(world, me).items[0].token
    with database.transaction() as connection:
        corner_cases.add(connection, world.project, world.items[0], "neutral", "", now=world.now, actor=me)
    (told,) = sit(world, me, [said(token, "gratitude", make_golden=True)]).acknowledged
    assert (told.status, told.error and told.error.code) == (RulingReceipt.REFUSED, "golden_in_guide")
    with database.snapshot() as connection:
        assert connection.execute(select(schema.adjudication)).all() == []
    assert sit(world, me).items[0].token == token


def test_the_day_counts_items_and_not_presses(database: Database) -> None:
    world, me = bench(database)
    token = sit(world, me).items[0].token
    sit(world, me, [said(token, "gratitude")])
    seen = sit(world, me, [said(token, "confusion", revision=2)])
    assert (seen.day, seen.tally) == (1, Tally(1, 1))
    world.now += timedelta(days=1)
    seen = sit(world, me)
    assert (seen.day, seen.tally) == (0, Tally(1, 1))


def test_what_is_given_back_may_be_brought_before_another(database: Database) -> None:
    world, me = bench(database)
    mine = [one.item_id for one in sit(world, me).items]
    with database.transaction() as connection:
        other = add_person(connection, "expert1", world.project, Role.EXPERT)
    assert [one.item_id for one in sit(world, other).items] == world.items[3:6]
    again = [one.item_id for one in sit(world, me, release=True).items]
    assert again == mine


def test_who_is_no_expert_gets_nothing(database: Database) -> None:
    world, _ = bench(database)
    with pytest.raises(LabelingError, match="not_allowed"):
        sit(world, world.assessors[0])
    with pytest.raises(LabelingError, match="not_allowed"):
        sit(world, world.assessors[0], [said("a", "neutral")])


def test_a_batch_is_its_own_projects(database: Database) -> None:
    world, me = bench(database)
    with database.transaction() as connection:
        made = make_batch(connection, world.project, "b", world.items[4:1:-1], now=world.now, actor=me)
        assert batch_items(connection, world.project.id, made) == world.items[4:1:-1]
        assert batch_items(connection, world.project.id + 1, made) == []
