"""Votes as of any moment: what counts and what is left out, on both databases."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
from sqlalchemy import insert

from db import schema
from db.frames import marks
from db.vocabulary import Role
from labeling.desk import gates
from labeling.facts import settled
from labeling.facts import votes as facts_votes
from labeling.projects.projects import create_project
from tests.labeling.facts.annotating import answers, at, chunk, labels, say, votes
from tests.labeling.worlds import NOON, World, add_items, add_person


def test_an_empty_project_has_frames_of_the_same_dtypes(world: World) -> None:
    with world.database.snapshot() as connection:
        empty = facts_votes.votes(connection, world.project.id)
        wanted = facts_votes.answers_schema(empty.schema["label"])  # type: ignore[arg-type]
        assert dict(empty.schema) == dict(wanted)
        assert empty.schema["label"] == pl.Enum(["neutral", "gratitude", "confusion"])
        assert facts_votes.golden_answers(empty, settled.golden(connection, world.project.id)).is_empty()
        assert facts_votes.skips(connection, world.project.id).is_empty()
        assert facts_votes.repeats(connection, world.project.id).is_empty()
    say(world, world.assessors[0], world.items[0], "neutral")
    assert votes(world).schema == empty.schema


# Long: a table of answers and what is read of it.
def test_votes_bear_the_names_of_an_export_and_what_is_known_of_them(world: World) -> None:
    mine = chunk(world, world.assessors[0], 3, closed=1)
    say(world, world.assessors[0], world.items[1], None, hours=0.5, chunk_id=mine)
    with world.database.transaction() as connection:
        imported = add_person(connection, "import:lf:12")
    say(world, imported, world.items[1], "confusion", seconds=None)
    assert votes(world).rows(named=True) == [
        {
            "item_id": world.items[1],
            "item": "2",
            "annotator": "assessor:assessor0",
            "label": None,
            "assessor": world.assessors[0],
            "chunk": mine,
            "ordinal": 3,
            "kind": "work",
            "open": False,
            "suspended": False,
            "surplus": False,
            "aided": False,
            "probed": False,
            "at": at(0.5),
            "seconds": 2.5,
        },
        {
            "item_id": world.items[1],
            "item": "2",
            "annotator": "lf:12",
            "label": "confusion",
            "assessor": imported,
            "chunk": None,
            "ordinal": None,
            "kind": None,
            "open": None,
            "suspended": False,
            "surplus": False,
            "aided": False,
            "probed": False,
            "at": NOON,
            "seconds": None,
        },
    ]


def test_the_latest_revision_of_the_day_speaks(world: World) -> None:
    me, item = world.assessors[0], world.items[0]
    say(world, me, item, "neutral", hours=0)
    say(world, me, item, "gratitude", hours=2, revision=2)
    say(world, me, item, None, hours=4, revision=3)
    key = ("1", "assessor:assessor0")
    assert labels(world) == {key: None}
    assert labels(world, as_of=at(3.9)) == {key: "gratitude"}
    assert labels(world, as_of=at(2)) == {key: "gratitude"}
    assert labels(world, as_of=at(2) - timedelta(microseconds=1)) == {key: "neutral"}
    assert labels(world, as_of=at(-1)) == {}


def test_surplus_votes_and_other_projects_are_left_out(world: World) -> None:
    say(world, world.assessors[0], world.items[0], "neutral")
    say(world, world.assessors[1], world.items[0], "neutral", surplus=True)
    with world.database.transaction() as connection:
        other = create_project(connection, "other", now=NOON, seed=1)
        theirs = add_items(connection, other, ["theirs"])[0]
    with world.database.transaction() as connection:
        row = {"project_id": other.id, "item_id": theirs, "assessor_id": world.assessors[0], "revision": 1}
        connection.execute(insert(schema.annotation), row | {"created_at": NOON})
    assert labels(world) == {("1", "assessor:assessor0"): "neutral"}
    assert answers(world)["surplus"].to_list() == [False, True]


def test_what_was_given_to_qualify_is_no_vote(world: World) -> None:
    me = world.assessors[0]
    tried = chunk(world, me, closed=1, kind="qualification")
    say(world, me, world.items[0], "neutral", chunk_id=tried)
    assert labels(world) == {}
    assert answers(world)["kind"].to_list() == ["qualification"]
    with world.database.snapshot() as connection:
        assert facts_votes.votes_on(connection, world.project.id, world.items).is_empty()


def test_votes_on_an_item_are_the_votes(world: World) -> None:
    """What an expert reads beside an item comes by SQL, and is what counts on frames."""
    me, she = world.assessors
    aside = chunk(world, she, closed=1)
    say(world, me, world.items[0], "neutral")
    say(world, me, world.items[0], "gratitude", hours=1, revision=2)
    say(world, me, world.items[1], "neutral", surplus=True)
    say(world, she, world.items[0], "confusion", chunk_id=aside)
    say(world, she, world.items[2], None, chunk_id=chunk(world, she, 2))
    with world.database.transaction() as connection:
        gates.suspend(connection, world.project, aside, now=at(2), actor=None)
    with world.database.snapshot() as connection:
        found = (
            facts_votes.votes_on(connection, world.project.id, world.items)
            .select("item_id", "assessor", "label")
            .rows()
        )
    counted = votes(world).select("item_id", "assessor", pl.col("label").cast(pl.String)).rows()
    assert sorted(found, key=str) == sorted(counted, key=str)
    assert sorted(found, key=str) == [(world.items[0], me, "gratitude"), (world.items[2], she, None)]


def test_an_independent_answer_is_the_last_without_a_suggestion_on_screen(world: World) -> None:
    me, she = world.assessors
    say(world, me, world.items[0], "neutral", arm="before", suggestion="neutral")
    say(world, she, world.items[0], "gratitude", arm="hidden", suggestion="neutral")
    # Shown after the first choice: that one was free, its correction was not.
    say(world, me, world.items[1], "gratitude", arm="after", suggestion="neutral")
    say(world, me, world.items[1], "neutral", hours=1, revision=2, arm="after", suggestion="neutral")
    independent = {("1", "assessor:assessor1"): "gratitude", ("2", "assessor:assessor0"): "gratitude"}
    assert labels(world, independent=True) == independent
    aided = {("1", "assessor:assessor0"): "neutral", ("2", "assessor:assessor0"): "neutral"}
    assert labels(world) == independent | aided


def test_suspended_chunks_are_out_as_the_log_remembers_it(world: World) -> None:
    me = world.assessors[0]
    mine = chunk(world, me, closed=1)
    say(world, me, world.items[0], "neutral", chunk_id=mine)
    for hours, act in ((2, gates.suspend), (4, gates.overrule), (6, gates.suspend)):
        with world.database.transaction() as connection:
            act(connection, world.project, mine, now=at(hours), actor=None)
    key = ("1", "assessor:assessor0")
    assert labels(world) == {}
    assert answers(world)["suspended"].to_list() == [True]
    there = {hours: key in labels(world, as_of=at(hours)) for hours in (1, 2, 3, 4, 5, 6, 7)}
    assert there == {1: True, 2: False, 3: False, 4: True, 5: True, 6: False, 7: False}


def test_one_chunk_aside_for_another_is_another_state(world: World) -> None:
    first, second = (chunk(world, world.assessors[0], ordinal, closed=1) for ordinal in (1, 2))

    def mark() -> tuple[int, ...]:
        with world.database.snapshot() as connection:
            return marks.quality_mark(connection, world.project.id)

    with world.database.transaction() as connection:
        gates.suspend(connection, world.project, first, now=at(2), actor=None)
    before = mark()
    with world.database.transaction() as connection:
        gates.overrule(connection, world.project, first, now=at(3), actor=None)
        gates.suspend(connection, world.project, second, now=at(3), actor=None)
    assert mark() != before
    assert mark() == mark()


def test_a_scan_and_the_index_give_the_same(world: World) -> None:
    """SQLite reads a project that is most of the table by a scan, and a small one by the index."""
    say(world, world.assessors[0], world.items[0], "neutral")
    alone = labels(world)
    with world.database.transaction() as connection:
        other = create_project(connection, "other", now=NOON, seed=1)
        people = [add_person(connection, f"p{n}", other, Role.ASSESSOR) for n in range(3)]
        theirs = add_items(connection, other, [f"t{n}" for n in range(4)])
        rows = [
            {"project_id": other.id, "item_id": item, "assessor_id": person, "revision": 1, "created_at": NOON}
            for item in theirs
            for person in people
        ]
        connection.execute(insert(schema.annotation), rows)
    assert labels(world) == alone == {("1", "assessor:assessor0"): "neutral"}
