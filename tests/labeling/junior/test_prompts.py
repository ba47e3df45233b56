"""Versions of junior: examples that are no tests, promotion on the locked part alone."""

from __future__ import annotations

from dataclasses import asdict

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from db import schema
from db.engine import Database
from db.frames import suggestions
from db.vocabulary import Part, PromptKind, Role
from labeling.adjudication import bulk
from labeling.adjudication.queue import Candidate
from labeling.errors import LabelingError
from labeling.junior import prompts
from labeling.junior.prompts import LEAST_LOCKED, Example
from labeling.quality.intervals import wilson
from tests.labeling.worlds import World, add_person, make_world


def ruled(world: World, n: int, label: str = "gratitude") -> Example:
    """An item that an expert has ruled, as an example."""
    item_id = world.items[n]
    with world.database.transaction() as connection:
        bulk.rule_many(connection, world.project, [Candidate(item_id)], {item_id: label}, now=world.now, actor=None)
    return Example(item_id, f"text {n}", label, "because")


def write(world: World, *examples: Example, **said: object) -> int:
    with world.database.transaction() as connection:
        return prompts.write_prompt(
            connection, world.project, PromptKind.LLM, examples=examples, now=world.now, actor=None, **said
        )


def look(world: World, prompt_id: int, part: Part, n: int = LEAST_LOCKED, *, right: int | None = None) -> int:
    """A look at ``n`` items, of which it had ``right`` right, by default all."""
    report = {"accuracy": asdict(wilson(n if right is None else right, n))}
    with world.database.transaction() as connection:
        return prompts.add_look(connection, world.project, prompt_id, part, n, report, now=world.now, actor=None)


def promote(world: World, prompt_id: int | None, actor: int | None = None, *, below_floor: bool = False) -> None:
    with world.database.transaction() as connection:
        prompts.promote(connection, world.project, prompt_id, below_floor=below_floor, now=world.now, actor=actor)


def test_versions_count_up_and_stay(database: Database) -> None:
    world = make_world(database)
    example = ruled(world, 0)
    first = write(world, name=" one ", model="small", instructions="Label.", settings={"temperature": 0})
    second = write(world, example)
    with database.snapshot() as connection:
        newest, oldest = prompts.prompts(connection, world.project.id)
        assert prompts.get_prompt(connection, world.project.id, first) == oldest
        with pytest.raises(LabelingError, match="unknown_prompt"):
            prompts.get_prompt(connection, world.project.id, 999)
    assert (newest.id, newest.version, newest.examples) == (second, 2, (example,))
    assert (oldest.name, oldest.model, oldest.instructions) == ("one", "small", "Label.")
    assert oldest.settings == {"temperature": 0}
    with pytest.raises(DatabaseError, match="append-only"), database.transaction() as connection:
        connection.execute(prompts.prompt.update().values(name="two"))


def test_an_example_is_ruled_and_tests_nobody(database: Database) -> None:
    world = make_world(database)
    good = ruled(world, 0)
    gold = Example(world.golden[0], "golden 0", "neutral")
    unruled = Example(world.items[1], "text 1", "gratitude")
    otherwise = Example(good.item_id, good.text, "neutral")
    for bad in (gold, unruled, otherwise):
        with pytest.raises(LabelingError, match="bad_example") as refused:
            write(world, good, bad)
        assert refused.value.details["item"] == bad.item_id
    with pytest.raises(LabelingError, match="bad_prompt"):
        write(world, instructions="x" * 20_001)


def test_promoted_on_the_locked_part_alone(database: Database) -> None:
    world = make_world(database)
    with database.transaction() as connection:
        expert = add_person(connection, "expert", world.project, Role.EXPERT)
    made = write(world)
    look(world, made, Part.DEV)
    look(world, made, Part.TEST, LEAST_LOCKED - 1)
    with pytest.raises(LabelingError, match="not_judged"):
        promote(world, made)
    look(world, made, Part.TEST)
    with pytest.raises(LabelingError, match="not_allowed"):
        promote(world, made, expert)
    promote(world, made)
    with database.snapshot() as connection:
        assert suggestions.speaking(connection, world.project.id) == made
        assert [one.n for one in prompts.looks(connection, world.project.id, Part.TEST)] == [20, 19]
        assert len(prompts.looks(connection, world.project.id)) == 3
    promote(world, None)
    with database.snapshot() as connection:
        assert suggestions.speaking(connection, world.project.id) is None


def test_below_the_floor_a_version_speaks_only_where_somebody_says_so(database: Database) -> None:
    """A person below it is not let in without a lead's word; the floor of the project is 0.7."""
    world = make_world(database)
    low, edge = write(world), write(world)
    look(world, low, Part.TEST, right=13)
    look(world, edge, Part.TEST, right=14)
    with pytest.raises(LabelingError, match="below_floor") as refused:
        promote(world, low)
    assert refused.value.details == {"accuracy": 0.65, "floor": 0.7}
    promote(world, edge)
    promote(world, low, below_floor=True)
    with database.snapshot() as connection:
        assert suggestions.speaking(connection, world.project.id) == low
        event = schema.audit_event.c
        query = select(event.details).where(event.verb == "promote_prompt").order_by(event.id.desc())
        assert connection.execute(query).scalars().first() == {"accuracy": 0.65, "floor": 0.7}


def test_a_look_without_a_figure_is_no_judging(sqlite_database: Database) -> None:
    world = make_world(sqlite_database)
    made = write(world)
    with sqlite_database.transaction() as connection:
        prompts.add_look(connection, world.project, made, Part.TEST, 50, {}, now=world.now, actor=None)
    with pytest.raises(LabelingError, match="not_judged"):
        promote(world, made, below_floor=True)


def test_golden_items_keep_to_their_side(sqlite_database: Database) -> None:
    world = make_world(sqlite_database, items=0, golden_items=200)
    parts = [prompts.part_of(world.project, item_id) for item_id in world.golden]
    assert parts == [prompts.part_of(world.project, item_id) for item_id in world.golden]
    assert 80 <= parts.count(Part.TEST) <= 120
