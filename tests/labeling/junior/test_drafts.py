"""Drafts: from which confidence on the promise is kept, what is drafted, and that nothing is written."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from db import schema
from db.engine import Database
from db.vocabulary import Part
from labeling.desk import golden
from labeling.errors import LabelingError
from labeling.junior import drafts, prompts
from labeling.junior.prompts import Prompt
from tests.labeling.junior.juniors import let_speak, suggest, write_version
from tests.labeling.worlds import NOON, World, add_items, make_world


@dataclass(frozen=True)
class Drafted:
    world: World
    prompt: Prompt
    waiting: list[int]


def make_drafted(database: Database, *, looked: bool = True, target: str | None = None) -> Drafted:
    """Of 100 golden items 60 sure and right, 40 half sure and half right; of 16 others ten are sure, and one is refused."""
    world = make_world(database, items=19, golden_items=0, assessors=0)
    with database.transaction() as connection:
        ids = add_items(connection, world.project, [f"settled {n}" for n in range(100)], first=1001)
        for item in ids:
            golden.appoint(connection, world.project, item, "neutral", now=NOON, actor=None)
    prompt_id = write_version(database, world.project, settings={"target": target} if target else {})
    said: dict[int, tuple[str | None, float | None]] = dict.fromkeys(ids[:60], ("neutral", 0.9))
    said |= dict.fromkeys(ids[60:80], ("neutral", 0.5)) | dict.fromkeys(ids[80:], ("gratitude", 0.5))
    waiting = world.items[:16]
    said |= dict.fromkeys(waiting[:10], ("neutral", 0.9)) | dict.fromkeys(waiting[10:15], ("gratitude", 0.5))
    suggest(database, world.project, prompt_id, said | {waiting[15]: (None, None)})
    if looked:
        let_speak(database, world.project, prompt_id)
    with database.snapshot() as connection:
        return Drafted(world, prompts.get_prompt(connection, world.project.id, prompt_id), waiting)


def test_what_is_sure_enough_is_drafted_and_nothing_is_written(database: Database) -> None:
    made = make_drafted(database)
    votes = select(func.count()).select_from(schema.annotation)
    with database.snapshot() as connection:
        one = drafts.drafts(connection, made.world.project, made.prompt, 0.9)
        assert connection.execute(votes).scalar_one() == 0
    assert one.threshold is not None
    assert (one.threshold.confidence, one.threshold.precision.value, one.threshold.precision.n) == (0.9, 1.0, 60)
    assert one.threshold.coverage.value == pytest.approx(0.6)
    assert (one.golden, one.waiting, one.unasked) == (100, 16, 3)
    assert one.rows["item"].to_list() == [str(n + 1) for n in range(10)]
    assert set(one.rows["label"]) == {"neutral"}
    # Nine in ten, said it; all of sixty were right, so that the mended confidence is higher.
    assert one.sure is not None
    assert one.sure > 0.9
    assert one.rows["confidence"].to_list() == pytest.approx([one.sure] * 10, abs=1e-4)


def test_the_locked_part_alone_is_stricter(database: Database) -> None:
    made = make_drafted(database)
    with database.snapshot() as connection:
        parts = [prompts.part_of(made.world.project, item) for item in range(20, 120)]
        one = drafts.drafts(connection, made.world.project, made.prompt, 0.9, locked_only=True)
    assert one.golden == parts.count(Part.TEST)
    # It takes 42 right ones without an error to promise nine in ten.
    sure = sum(part is Part.TEST for part in parts[:60])
    assert sure < 42
    assert one.threshold is None
    assert one.rows.is_empty()


def test_who_was_not_looked_at_promises_nothing(database: Database) -> None:
    made = make_drafted(database, looked=False)
    with database.snapshot() as connection, pytest.raises(LabelingError, match="not_judged"):
        drafts.drafts(connection, made.world.project, made.prompt, 0.9)


def test_the_rest_is_no_draft(sqlite_database: Database) -> None:
    """A version that checks for one class: its "no" comes back as no label with a confidence."""
    made = make_drafted(sqlite_database, target="neutral")
    more = {made.world.items[16]: (None, 0.99)}
    suggest(sqlite_database, made.world.project, made.prompt.id, dict(more))
    with sqlite_database.snapshot() as connection:
        one = drafts.drafts(connection, made.world.project, made.prompt, 0.9)
    assert set(one.rows["label"]) == {"neutral"}
    assert one.rows.height == 10
