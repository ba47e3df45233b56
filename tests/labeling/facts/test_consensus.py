"""The consensus of a project: kept as it was made, of older votes until a new one is, and the final labels by it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import pytest
from sqlalchemy import insert

from db import schema
from db.engine import Database
from labeling.facts import consensus as facts
from labeling.facts import kept_consensus
from labeling.facts.aggregate import pack, unpack
from labeling.facts.final import final
from labeling.quality.consensus import consensus as by_file
from tests.labeling.worlds import CLASSES, NOON, World, make_world


def vote(world: World, votes: Sequence[tuple[int, int, str]]) -> None:
    """Votes (item, assessor, label) as they are stored, by places in the world."""
    shared = {"project_id": world.project.id, "revision": 1, "created_at": NOON}
    rows = [
        {"item_id": world.items[item], "assessor_id": world.assessors[who], "label": label}
        for item, who, label in votes
    ]
    with world.database.transaction() as connection:
        connection.execute(insert(schema.annotation), [shared | row for row in rows])


def test_a_project_without_votes_has_an_empty_consensus_that_can_be_kept(database: Database) -> None:
    world = make_world(database, golden_items=0)
    for _ in range(2):
        found = facts.refresh(database, world.project, now=NOON)
        assert (found.frame.height, found.classes, found.votes) == (0, (), 0)
    with database.snapshot() as connection:
        labels = final(connection, world.project)
    assert labels["label"].null_count() == labels.height == len(world.items)


def test_what_was_kept_is_read_as_it_was_made(database: Database) -> None:
    world = make_world(database, assessors=3)
    vote(world, [(n, who, CLASSES[(n + who // 2) % 3]) for n in range(4) for who in range(3)])
    with database.snapshot() as connection:
        made = facts.consensus(connection, world.project)
    named = made.frame.select("item", "item_id")
    back = unpack(*pack(made), named, pl.Enum(CLASSES), made.mark, str)
    assert back.frame.equals(made.frame)
    np.testing.assert_array_equal(back.chances, made.chances)
    assert (back.classes, back.named, back.votes) == (made.classes, made.named, 12)
    assert back.choice == made.choice


def test_a_large_project_keeps_to_the_consensus_it_has_until_a_new_one_is_made(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facts, "SMALL", 0)
    world = make_world(database, assessors=3)
    vote(world, [(0, 0, CLASSES[0]), (1, 0, CLASSES[1])])
    with database.snapshot() as connection:
        assert facts.kept(connection, world.project) is None
        assert not facts.is_current(connection, world.project)
    first = facts.refresh(database, world.project, now=NOON)
    with database.snapshot() as connection:
        assert facts.is_current(connection, world.project)
    vote(world, [(0, 1, CLASSES[2]), (0, 2, CLASSES[2])])
    with database.snapshot() as connection:
        older = facts.consensus(connection, world.project)
        assert (older.mark, older.frame.rows()) == (first.mark, first.frame.rows())
        assert not facts.is_current(connection, world.project)
    facts.refresh(database, world.project, now=NOON)
    with database.snapshot() as connection:
        labels = dict(final(connection, world.project).select("item_id", "label").iter_rows())
        newest = kept_consensus.newest(connection, world.project.id)
    assert labels[world.items[0]] == CLASSES[2]
    assert newest is not None and newest.votes == 4


def test_the_final_label_says_where_it_comes_from(database: Database) -> None:
    world = make_world(database, assessors=2, golden_items=1)
    vote(world, [(n, who, CLASSES[1]) for n in range(2) for who in range(2)])
    with database.transaction() as connection:
        row = {"item_id": world.items[1], "revision": 1, "label": CLASSES[2], "project_id": world.project.id}
        connection.execute(insert(schema.adjudication), row | {"verdict": "label", "created_at": NOON})
    with database.snapshot() as connection:
        found = final(connection, world.project)
    told = {row["item_id"]: row for row in found.iter_rows(named=True)}
    by_votes, ruled, golden = (told[item] for item in (*world.items[:2], world.golden[0]))
    assert (by_votes["label"], by_votes["source"], by_votes["method"]) == (CLASSES[1], "consensus", "auto")
    rows = [{"item": n, "annotator": who, "label": CLASSES[1]} for n in range(2) for who in range(2)]
    assert by_votes["probability"] == pytest.approx(by_file(pl.DataFrame(rows)).frame["probability"][0], abs=1e-6)
    assert (ruled["label"], ruled["source"], ruled["method"], ruled["probability"]) == (
        CLASSES[2],
        "adjudication",
        None,
        None,
    )
    assert (golden["label"], golden["source"], golden["method"]) == (CLASSES[0], "golden", None)


def test_votes_that_now_come_to_another_consensus_have_theirs_made_anew(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(database)
    vote(world, [(0, 0, CLASSES[0])])
    before = facts.refresh(database, world.project, now=NOON)
    monkeypatch.setattr(facts, "EDITION", facts.EDITION + 1)
    assert facts.refresh(database, world.project, now=NOON).mark != before.mark
