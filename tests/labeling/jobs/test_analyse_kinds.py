"""An analysis of labels of each kind, some of them golden."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
import pytest
from sqlalchemy import insert

from db import schema
from db.engine import Database
from db.vocabulary import ItemForm, LabelKind
from labeling.desk import golden
from labeling.projects.classes import add_codes
from labeling.projects.projects import create_project
from tests.labeling.jobs.analysed import Films, analyse_now, found_by
from tests.labeling.worlds import NOON, add_items, add_person

WORDS = ("terrible waste", "rather dull", "quite charming", "superb joy")
SCALE = ("1", "2", "3", "4")
TREE = ("bad > awful", "bad > dull", "good > nice", "good > great")
SETS = ("|", "dull", "nice", "great|nice")
PREFERENCES = ("first", "second", "tie", "both_bad")
KINDS: tuple[tuple[LabelKind, Sequence[str], Sequence[str]], ...] = (
    (LabelKind.ORDERED, SCALE, SCALE),
    (LabelKind.SINGLE, TREE, TREE),
    (LabelKind.SEVERAL, ("great", "nice", "dull"), SETS),
    (LabelKind.PAIR, (), PREFERENCES),
)


@pytest.mark.parametrize(("kind", "classes", "labels"), KINDS, ids=["ordered", "tree", "several", "pair"])
def test_golden_items_of_every_kind_are_judged_by_their_votes(
    sqlite_database: Database, kind: LabelKind, classes: Sequence[str], labels: Sequence[str]
) -> None:
    """A golden label that two of three voted against is no proof of itself: its own votes stay suspected."""
    with sqlite_database.transaction() as connection:
        project = create_project(connection, "films", kind=kind, now=NOON, seed=3)
        add_codes(connection, project.id, classes, now=NOON)
        form = ItemForm.PAIR if kind is LabelKind.PAIR else ItemForm.TEXT
        texts = [f"a film of {WORDS[n % 4]} and {n} minutes" for n in range(48)]
        texts = [f"first: {text}\nsecond: {text[::-1]}" if form is ItemForm.PAIR else text for text in texts]
        ids = add_items(connection, project, texts, form=form)
        people = [add_person(connection, f"critic{n}") for n in range(3)]
        truth = {item: labels[n % 4] for n, item in enumerate(ids)}
        wrong = ids[4::9]
        rows = [
            {"project_id": project.id, "item_id": item, "assessor_id": person, "revision": 1, "created_at": NOON}
            | {"label": labels[(n + 1) % 4] if item in wrong and who < 2 else truth[item]}
            for n, item in enumerate(ids)
            for who, person in enumerate(people)
        ]
        for item in ids[:10]:
            golden.appoint(connection, project, item, truth[item], explanation="", now=NOON, actor=None)
        connection.execute(insert(schema.annotation), rows)
    run_id = analyse_now(sqlite_database, project)
    _, found = found_by(Films(sqlite_database, project, truth, wrong, [], ids[:10], people), run_id)
    assert set(found["item_id"]) == set(ids)
    judged = found.with_columns(wrong=pl.col("item_id").is_in(wrong))
    median = judged.group_by("wrong").agg(pl.col("probability").median())
    by = dict(median.iter_rows())
    # How probable it is that the label is right.
    assert by[True] < by[False]
    assert found["probability"].is_between(0, 1).all()
