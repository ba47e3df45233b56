"""Answers, votes and golden labels as of any moment: what counts, what is left out, on both databases."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest
from sqlalchemy import insert, select, update

from db import schema
from db.engine import Database
from db.frames import golden as golden_frames
from db.frames import items as item_frames
from db.frames import marks
from db.vocabulary import LeaseState, Role
from labeling.desk import gates, golden
from labeling.facts import settled
from labeling.facts import votes as facts_votes
from labeling.projects.projects import create_project
from tests.labeling.worlds import NOON, World, add_items, add_person, make_world


@pytest.fixture
def world(database: Database) -> World:
    return make_world(database, items=3, golden_items=2, assessors=2)


def say(
    world: World, assessor: int, item: int, label: str | None, *, hours: float = 0, revision: int = 1, **facts: object
) -> None:
    """One annotation, ``hours`` after noon."""
    row = {"project_id": world.project.id, "item_id": item, "assessor_id": assessor, "revision": revision}
    said = {"label": label, "seconds": 2.5, "created_at": NOON + timedelta(hours=hours)}
    with world.database.transaction() as connection:
        connection.execute(insert(schema.annotation), row | said | facts)


def chunk(world: World, assessor: int, ordinal: int = 1, *, closed: float | None = None, kind: str = "work") -> int:
    """A chunk opened at noon and closed ``closed`` hours later."""
    values = {"project_id": world.project.id, "assessor_id": assessor, "ordinal": ordinal, "kind": kind, "size": 5}
    ended = None if closed is None else NOON + timedelta(hours=closed)
    outcome = None if closed is None else "accepted"
    with world.database.transaction() as connection:
        made = insert(schema.chunk).values(**values, opened_at=NOON, closed_at=ended, outcome=outcome)
        connection.execute(made)
        mine = select(schema.chunk.c.id).where(schema.chunk.c.assessor_id == assessor)
        return int(connection.execute(mine.where(schema.chunk.c.ordinal == ordinal)).scalar_one())


def votes(world: World, **asked: object) -> pl.DataFrame:
    with world.database.snapshot() as connection:
        return facts_votes.votes(connection, world.project.id, **asked)  # type: ignore[arg-type]


def answers(world: World, **asked: object) -> pl.DataFrame:
    with world.database.snapshot() as connection:
        return facts_votes.answers(connection, world.project.id, **asked)  # type: ignore[arg-type]


def labels(world: World, **asked: object) -> dict[tuple[str, str], str | None]:
    found = votes(world, **asked).select("item", "annotator", pl.col("label").cast(pl.String)).rows()
    return {(item, annotator): label for item, annotator, label in found}


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


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
        assert facts_votes.votes_on(connection, world.items).is_empty()


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
        found = facts_votes.votes_on(connection, world.items).select("item_id", "assessor", "label").rows()
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


def test_golden_labels_and_answers_as_of_a_date(world: World) -> None:
    me, item = world.assessors[0], world.golden[0]
    mine = chunk(world, me, closed=1)
    say(world, me, item, "gratitude", chunk_id=mine)
    say(world, me, world.golden[1], None, chunk_id=mine)
    with world.database.transaction() as connection:
        golden.appoint(connection, world.project, item, "gratitude", now=at(5), actor=None)
        golden.appoint(connection, world.project, world.golden[1], None, now=at(6), actor=None)

    def scored(moment: datetime | None) -> list[tuple[str, str, str]]:
        with world.database.snapshot() as connection:
            given = facts_votes.votes(connection, world.project.id, as_of=moment)
            ruled = settled.golden(connection, world.project.id, as_of=moment)
        return facts_votes.golden_answers(given, ruled).select("item", pl.col("label", "ruled").cast(pl.String)).rows()

    assert scored(at(4)) == [("4", "gratitude", "neutral")]
    assert scored(None) == [("4", "gratitude", "gratitude")]
    # Before the chunk closed its golden items were nobody's business.
    assert scored(at(0.5)) == []
    with world.database.snapshot() as connection:
        now, before = (settled.golden(connection, world.project.id, as_of=when) for when in (None, at(5.5)))
    assert dict(now.select("item", pl.col("label").cast(pl.String)).rows()) == {"4": "gratitude"}
    assert dict(before.select("item", pl.col("label").cast(pl.String)).rows()) == {"4": "gratitude", "5": "gratitude"}


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


def test_golden_answers_of_open_chunks_and_unsure_ones_are_left_out() -> None:
    given = pl.DataFrame(
        {
            "item_id": [1, 2, 3, 4, 1],
            "label": ["a", "b", None, "a", "a"],
            "open": [False, False, False, False, True],
        }
    )
    gold = pl.DataFrame({"item_id": [1, 2, 3], "label": ["a", "a", "a"]})
    scored = facts_votes.golden_answers(given, gold)
    assert scored.select("item_id", "label", "ruled", "right").rows() == [(1, "a", "a", True), (2, "b", "a", False)]
