"""What is different between two snapshots, and whose word did it: each cause by the product's own verbs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from sqlalchemy import insert

from db import schema
from db.engine import Database
from db.vocabulary import Role, Verdict
from labeling.adjudication import queue as experts
from labeling.adjudication import rulings, undoing
from labeling.adjudication.queue import Candidate
from labeling.adjudication.rulings import Ruling
from labeling.desk import gates, golden
from labeling.errors import LabelingError
from labeling.facts.changes import Cause, causes
from labeling.snapshots.comparing import Change, Difference
from tests.labeling.snapshots.keeping import differs, take_of, tamper
from tests.labeling.worlds import World, add_items, add_person, finish, make_world

Row = tuple[str, str | None, str | None, str | None, list[str]]


def changed(found: Difference) -> list[Row]:
    """(item, before, after, cause, who) of the labels that are others than they were."""
    return (
        found.rows.filter(~pl.col("change").is_in(["added", "gone"]))
        .select("item", "before", "after", "cause", "who")
        .rows()
    )


def rule(world: World, expert: int, item: int, label: str) -> str:
    """An expert's word on an item as it is served; the act it is undone by."""
    with world.database.transaction() as connection:
        wanted = [Candidate(item, "neutral", 0.5, "votes_disagree")]
        (held,) = experts.claim(connection, world.project, expert, wanted, want=1, now=world.now)
        said = Ruling(held.token, 1, Verdict.LABEL, label, "because")
        rulings.rule(connection, world.project, expert, said, now=world.now)
    return held.token


def with_expert(world: World) -> int:
    with world.database.transaction() as connection:
        return add_person(connection, "judge", world.project, Role.EXPERT)


def test_nothing_said_nothing_changed(database: Database) -> None:
    world = make_world(database)
    take_of(world, "v1")
    take_of(world, "v2")
    found = differs(world, "v2", "v1")
    assert (found.earlier.name, found.later.name) == ("v1", "v2")
    assert (found.same, found.rows.height, found.by_cause) == (14, 0, {})
    assert set(found.counts) == set(Change)
    assert sum(found.counts.values()) == 0


def test_new_votes_bear_the_names_of_those_who_gave_them(database: Database) -> None:
    world = make_world(database, repeats_per_chunk=0)
    take_of(world, "v1")
    finish(world, world.assessors[0])
    take_of(world, "v2")
    found = differs(world, "v1", "v2")
    assert len(changed(found)) == 4
    assert {row[1:] for row in map(tuple_of, changed(found))} == {(None, "neutral", Cause.VOTES, ("assessor0",))}
    assert found.by_cause == {"votes": 4}


def tuple_of(row: Row) -> tuple[Any, ...]:
    return (*row[:-1], tuple(row[-1]))


def test_a_ruling_bears_its_experts_name_and_so_does_its_withdrawal(database: Database) -> None:
    world = make_world(database)
    judge, item = with_expert(world), world.items[2]
    take_of(world, "v1")
    act = rule(world, judge, item, "confusion")
    take_of(world, "v2")
    with database.transaction() as connection:
        undoing.undo(connection, world.project, act, now=world.now, actor=judge)
    take_of(world, "v3")
    assert changed(differs(world, "v1", "v2")) == [("3", None, "confusion", Cause.RULING, ["judge"])]
    assert changed(differs(world, "v2", "v3")) == [("3", "confusion", None, Cause.RULING_WITHDRAWN, ["judge"])]
    assert changed(differs(world, "v1", "v3")) == []


def test_golden_labels_come_and_go_by_somebodys_word(database: Database) -> None:
    world = make_world(database)
    with database.transaction() as connection:
        lead = add_person(connection, "lead", world.project, Role.LEAD)
    take_of(world, "v1")
    for name, label in (("v2", "gratitude"), ("v3", None)):
        with database.transaction() as connection:
            golden.appoint(connection, world.project, world.items[0], label, now=world.now, actor=lead)
        take_of(world, name)
    assert changed(differs(world, "v1", "v2")) == [("1", None, "gratitude", Cause.GOLDEN, ["lead"])]
    assert changed(differs(world, "v2", "v3")) == [("1", "gratitude", None, Cause.GOLDEN_RETIRED, ["lead"])]


def test_a_chunk_that_is_set_aside_takes_its_labels_along(database: Database) -> None:
    world = make_world(database, repeats_per_chunk=0)
    with database.transaction() as connection:
        lead = add_person(connection, "lead", world.project, Role.LEAD)
    chunk = finish(world, world.assessors[0])
    take_of(world, "v1")
    with database.transaction() as connection:
        gates.suspend(connection, world.project, chunk, now=world.now, actor=lead)
    take_of(world, "v2")
    rows = changed(differs(world, "v1", "v2"))
    assert len(rows) == 4
    assert {row[1:] for row in map(tuple_of, rows)} == {("neutral", None, Cause.CHUNKS, ("lead",))}
    with database.transaction() as connection:
        gates.overrule(connection, world.project, chunk, now=world.now, actor=None)
    take_of(world, "v3")
    rows = changed(differs(world, "v2", "v3"))
    assert {row[1:] for row in map(tuple_of, rows)} == {(None, "neutral", Cause.CHUNKS, ())}


def test_a_vote_from_a_file_counts_as_new_whatever_its_date(database: Database) -> None:
    """It came in after the first snapshot; that it says a date before it is nothing to that."""
    world = make_world(database)
    before = world.now
    world.later(days=3)
    take_of(world, "v1")
    with database.transaction() as connection:
        model = add_person(connection, "import:model")
        vote = {"project_id": world.project.id, "item_id": world.items[0], "assessor_id": model, "revision": 1}
        connection.execute(insert(schema.annotation), vote | {"label": "confusion", "created_at": before})
    take_of(world, "v2")
    assert changed(differs(world, "v1", "v2")) == [("1", None, "confusion", Cause.VOTES, ["import:model"])]


def test_a_ruling_that_was_read_belongs_to_the_snapshot_whatever_its_clock_said(database: Database) -> None:
    world = make_world(database)
    take_of(world, "v1")
    with database.transaction() as connection:
        late = world.now + timedelta(hours=1)
        golden.appoint(connection, world.project, world.items[0], "gratitude", now=late, actor=None)
    assert take_of(world, "v2").at == late
    assert changed(differs(world, "v1", "v2")) == [("1", None, "gratitude", Cause.GOLDEN, [])]


def test_where_nobody_said_anything_of_an_item_the_consensus_did_it(database: Database) -> None:
    """Its model is another one, or the same votes weigh otherwise by what was said of other items."""
    world = make_world(database)
    since, until = take_of(world, "v1").mark, take_of(world, "v2").mark
    rows = {"item_id": world.items[:2], "source": ["consensus"] * 2, "source_before": ["consensus"] * 2}
    rows |= {"before": ["neutral"] * 2, "after": ["confusion"] * 2}
    moved = pl.DataFrame(rows | {"method": ["auto", "auto + junior:1"], "method_before": ["auto", "auto"]})
    with database.snapshot() as connection:
        found = causes(connection, world.project.id, moved, since, until)
    assert found.sort("item_id").select("cause", "who").rows() == [(Cause.WEIGHTS, []), (Cause.METHOD, [])]


def test_items_that_came_are_told_after_the_labels_that_changed(database: Database) -> None:
    world = make_world(database, repeats_per_chunk=0)
    take_of(world, "v1")
    with database.transaction() as connection:
        add_items(connection, world.project, ["new"], first=100)
    finish(world, world.assessors[0])
    take_of(world, "v2")
    found = differs(world, "v1", "v2")
    assert found.rows["change"].to_list() == ["first"] * found.counts["first"] + ["added"]
    assert found.rows.tail(1).select("item", "before", "cause").row(0) == ("100", None, None)
    assert found.counts["first"] + found.same + 1 == 15


def test_of_a_changed_snapshot_nothing_is_told(database: Database) -> None:
    world = make_world(database)
    take_of(world, "v1")
    take_of(world, "v2")
    tamper(database, pl.lit("gratitude").alias("label"))
    with pytest.raises(LabelingError, match="snapshot_broken"):
        differs(world, "v1", "v2")
