"""Golden items out of labels that came with the items: which may be, how many of each class, and that they are served."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from sqlalchemy import select

from db import schema
from db.engine import Database
from db.vocabulary import Role
from labeling.adjudication import corner_cases
from labeling.desk.golden_draw import candidates, draw, draw_golden
from labeling.errors import LabelingError
from labeling.facts import settled
from tests.labeling.exchange.files import bring, csv_of
from tests.labeling.worlds import World, add_person, finish, make_world


def referenced(world: World, labels: dict[str, str]) -> list[int]:
    """More items, with these reference labels; gives their ids."""
    file = csv_of(("id", "text", "label"), [(f"r{n}", text, label) for n, (text, label) in enumerate(labels.items())])
    bring(world.database, file, slug=world.project.slug, options={"make_classes": False})
    with world.database.snapshot() as connection:
        found = connection.execute(select(schema.item.c.id).where(schema.item.c.external_id.like("r%")))
        return sorted(found.scalars())


def known(world: World) -> dict[int, str]:
    with world.database.snapshot() as connection:
        return dict(candidates(connection, world.project).iter_rows())


def test_references_are_known_labels_unless_taken_otherwise(database: Database) -> None:
    world = make_world(database, items=6, golden_items=1)
    items = referenced(world, {"one": "neutral", "two": "gratitude", "three": "neutral"})
    with database.transaction() as connection:
        corner_cases.add(connection, world.project, items[2], "neutral", "", now=world.now, actor=None)
    assert known(world) == {items[0]: "neutral", items[1]: "gratitude"}
    with database.transaction() as connection:
        assert draw_golden(connection, world.project, 10, now=world.now, actor=None) == 2
    assert known(world) == {}
    with database.snapshot() as connection:
        labels = dict(settled.golden(connection, world.project.id).select("item_id", "label").iter_rows())
    assert labels[items[0]] == "neutral" and labels[items[1]] == "gratitude" and len(labels) == 3


def test_rare_classes_are_met_and_frequent_ones_more() -> None:
    frame = pl.DataFrame({"item_id": range(1_011), "label": ["x"] * 1_000 + ["y"] * 10 + ["z"]})
    drawn = draw(frame, 30, seed=3)
    counts = dict(drawn["label"].value_counts().iter_rows())
    assert drawn.height == 30 == drawn["item_id"].n_unique()
    assert counts["x"] > counts["y"] > 0 and counts["z"] == 1
    assert draw(frame, 30, seed=3).equals(drawn) and not draw(frame, 30, seed=4).equals(drawn)
    assert draw(frame, 5_000, seed=1).height == 1_011
    assert draw(frame.clear(), 5, seed=1).height == 0


def test_only_who_may_say_what_is_right_draws(database: Database) -> None:
    world = make_world(database, items=2, golden_items=0)
    referenced(world, {"one": "neutral"})
    with database.transaction() as connection:
        assessor = add_person(connection, "other", world.project, Role.ASSESSOR)
        with pytest.raises(LabelingError, match="not_allowed"):
            draw_golden(connection, world.project, 1, now=world.now + timedelta(minutes=1), actor=assessor)


def test_what_two_have_said_alike_is_known_where_nothing_else_is(database: Database) -> None:
    world = make_world(database, items=3, golden_items=0, assessors=2, chunk_size=3, golden_per_chunk=0)
    finish(world, world.assessors[0], "neutral")
    assert known(world) == {}
    finish(world, world.assessors[1], "neutral")
    assert known(world) == dict.fromkeys(world.items, "neutral")
