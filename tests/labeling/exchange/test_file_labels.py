"""Which labels of a file become classes, in what order, and which rows are refused for theirs."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from db import schema
from db.engine import Database
from db.vocabulary import LabelKind
from labeling.errors import LabelingError
from labeling.projects.classes import add_codes, change_class, get_classes
from labeling.projects.projects import create_project, get_project
from tests.labeling.exchange.files import NOON, SLUG, bring, content, csv_of, named
from tests.labeling.exchange.rivals.records import lines_of

ORDERED, SEVERAL = {"kind": LabelKind.ORDERED}, {"kind": LabelKind.SEVERAL}


def codes(database: Database) -> list[str]:
    with database.snapshot() as connection:
        return [entry.code for entry in get_classes(connection, get_project(connection, SLUG).id)]


def labelled(*labels: str) -> Any:
    return csv_of(["text", "label"], [[f"text {n}", label] for n, label in enumerate(labels)])


def made(database: Database, kind: LabelKind, *names: str, **settings: Any) -> None:
    with database.transaction() as connection:
        project = create_project(connection, SLUG, kind=kind, now=NOON, **settings)
        add_codes(connection, project.id, names, now=NOON)


@pytest.mark.parametrize("rows", [1, 2, 1_000])
def test_numbers_stand_by_their_value_wherever_the_file_is_cut(sqlite_database: Database, rows: int) -> None:
    bring(sqlite_database, labelled("10", "2", "-1", "1", "9", "2"), options=ORDERED | {"chunk_rows": rows})
    assert codes(sqlite_database) == ["-1", "1", "2", "9", "10"]
    # A later file has its numbers put among them.
    bring(sqlite_database, csv_of(["text", "label"], [["more", "3"]]), options=ORDERED)
    assert codes(sqlite_database) == ["-1", "1", "2", "3", "9", "10"]


@pytest.mark.parametrize("rows", [1, 1_000])
def test_the_classes_of_a_scale_stand_as_was_said(sqlite_database: Database, rows: int) -> None:
    scale = ("cold", "warm", "hot")
    how = ORDERED | {"classes": scale, "chunk_rows": rows}
    bring(sqlite_database, labelled("hot", "odd", "cold", "7", "hot"), options=how)
    # What was not said of stands behind: numbers, then words as they came.
    assert codes(sqlite_database) == ["cold", "warm", "hot", "7", "odd"]


def test_where_order_says_nothing_classes_come_as_the_file_has_them(sqlite_database: Database) -> None:
    bring(sqlite_database, labelled("10", "b", "2"), options={"classes": ("b",)})
    assert codes(sqlite_database) == ["b", "10", "2"]


def test_sets_of_unknown_classes_refuse_their_rows_alone(database: Database) -> None:
    made(database, LabelKind.SEVERAL, "joy", "fear")
    how = SEVERAL | {"make_classes": False}
    report = bring(database, labelled("fear|joy", "joy; rage", "rage", "|", "joy"), options=how)
    assert [row[4] for row in content(database)["items"]] == ["joy|fear", "|", "joy"]
    assert [(row.line, row.reason, row.excerpt) for row in report.bad_rows] == [
        (3, "unknown_label", "rage"), (4, "unknown_label", "rage"),
    ]  # fmt: skip
    assert report.new_classes == [] and codes(database) == ["joy", "fear"]


def test_what_may_not_be_chosen_in_a_project_refuses_its_row_alone(database: Database) -> None:
    made(database, LabelKind.SEVERAL, "joy", "fear", "old", "card > lost", allows_none=False, allows_inner=False)
    with database.transaction() as connection:
        project = get_project(connection, SLUG)
        old = next(entry for entry in get_classes(connection, project.id) if entry.code == "old")
        change_class(connection, project.id, replace(old, retired=True), now=NOON, actor=None)
    report = bring(database, labelled("joy|fear", "[]", "joy|old", "card", "card > lost|joy", "fear"))
    assert [row[4] for row in content(database)["items"]] == ["joy|fear", "joy|card > lost", "fear"]
    assert [(row.line, row.reason, row.excerpt) for row in report.bad_rows] == [
        (3, "unknown_label", "|"), (4, "unknown_label", "joy|old"), (5, "unknown_label", "card"),
    ]  # fmt: skip


def test_a_class_of_a_set_is_no_longer_than_a_class(sqlite_database: Database) -> None:
    report = bring(sqlite_database, labelled("a|b", "a|" + "x" * 121, "y" * 120 + "|a"), options=SEVERAL)
    assert [(row.line, row.reason) for row in report.bad_rows] == [(3, "label_too_long")]
    assert codes(sqlite_database) == ["a", "b", "y" * 120]


def test_what_models_propose_is_a_set_or_left_out(database: Database) -> None:
    made(database, LabelKind.SEVERAL, "joy", "fear")

    def task(n: int, *chosen: str) -> dict[str, Any]:
        part = {"from_name": "q", "type": "choices", "value": {"choices": list(chosen)}}
        return {
            "id": n,
            "data": {"text": f"{n}"},
            "annotations": [],
            "predictions": [{"model_version": "m", "result": [part]}],
        }

    tasks = named(json.dumps([task(1, "fear", "joy"), task(2, "joy", "rage"), task(3)]).encode(), "a.json")
    report = bring(database, tasks, options=SEVERAL | {"make_classes": False})
    with database.snapshot() as connection:
        assert connection.execute(select(schema.suggestion.c.label)).scalars().all() == ["joy|fear", "|"]
    assert report.left_out == {"prediction": 1} and report.imported == 3


def test_a_kind_is_that_of_the_project(database: Database) -> None:
    made(database, LabelKind.SEVERAL, "joy", "fear")
    bring(database, lines_of({"text": "a", "label": ["fear", "joy"]}))
    assert [row[4] for row in content(database)["items"]] == ["joy|fear"]
    with pytest.raises(LabelingError, match="kind_is_fixed"):
        bring(database, labelled("1"), options=ORDERED)
