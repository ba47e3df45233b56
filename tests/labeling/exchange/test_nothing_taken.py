"""Where no row of a file is taken, nothing is written: no project, no class, no line in the history."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from db import schema
from db.engine import Database
from labeling.errors import LabelingError
from labeling.exchange.report import past_imports
from labeling.projects.classes import get_classes
from labeling.projects.projects import get_project
from tests.labeling.exchange.files import SLUG, bring, content, csv_of, named

VOTES = ["item", "annotator", "label"]
OF_NOBODY = [[n, f"ann{n}", f"class{n}"] for n in range(5)]


def rows_of(database: Database) -> dict[str, int]:
    """How many rows each table has."""
    with database.snapshot() as connection:
        tables = schema.metadata.sorted_tables
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in tables
        }


@pytest.mark.parametrize("chunk_rows", [2, 10_000])
def test_votes_for_items_that_are_not_there_write_nothing(database: Database, chunk_rows: int) -> None:
    before = rows_of(database)
    with pytest.raises(LabelingError) as raised:
        bring(database, csv_of(VOTES, OF_NOBODY), options={"chunk_rows": chunk_rows})
    assert (raised.value.code, raised.value.details["read"]) == ("nothing_taken", 5)
    assert raised.value.details["reasons"] == {"no_such_item": 5}
    assert raised.value.details["rows"] == [
        {"line": line, "reason": "no_such_item", "excerpt": str(line - 2)} for line in (2, 3, 4)
    ]
    json.dumps(raised.value.details)
    assert rows_of(database) == before


def test_a_project_that_is_there_gets_no_class_and_no_line(database: Database) -> None:
    bring(database, csv_of(["id", "text"], [["a", "one"]]))
    before = rows_of(database)
    with pytest.raises(LabelingError, match="nothing_taken"):
        bring(database, csv_of(["id", "text", "annotator", "label"], [["a", "another", "ann", "x"]]))
    with pytest.raises(LabelingError, match="no_rows"):
        bring(database, csv_of(["id", "text"], []))
    assert rows_of(database) == before


def test_a_later_row_is_taken_and_those_before_it_are_told(database: Database) -> None:
    rows = [*([n, "", f"ann{n}", f"class{n}"] for n in range(4)), [4, "a text", "ann4", "x"], [5, "", "ann5", "y"]]
    report = bring(database, csv_of(["id", "text", "annotator", "label"], rows), options={"chunk_rows": 2})
    assert (report.read, report.imported, report.votes, report.bad) == (6, 1, 1, 5)
    with database.snapshot() as connection:
        project = get_project(connection, SLUG)
        made = [entry.code for entry in get_classes(connection, project.id)]
    assert set(report.new_classes) == set(made) and not {"class0", "class3"} & set(made)
    (line,) = past_imports(database, project.id)
    assert line.report is not None and line.report["bad_rows_total"] == 5 and line.finished_at is not None


def test_what_is_known_already_is_taken(database: Database) -> None:
    first = bring(database, csv_of(["id", "text"], [["a", "one"]]))
    again = bring(database, csv_of(["id", "text"], [["a", "one"]]))
    left = bring(database, csv_of(["id", "text"], [["b", "One"]]), options={"skip_duplicate_texts": True})
    assert (first.imported, again.duplicate_ids, left.skipped) == (1, 1, 1)
    with database.snapshot() as connection:
        assert len(past_imports(database, get_project(connection, SLUG).id)) == 3


@pytest.mark.parametrize("options", [{}, {"make_classes": False}])
def test_people_of_refused_votes_are_not_made(sqlite_database: Database, options: dict[str, Any]) -> None:
    before = rows_of(sqlite_database)
    raw = "\n".join(json.dumps(dict(zip(VOTES, row, strict=True))) for row in OF_NOBODY)
    with pytest.raises(LabelingError, match="nothing_taken"):
        bring(sqlite_database, named(raw.encode(), "votes.jsonl"), options=options)
    assert rows_of(sqlite_database) == before


def test_a_stopped_import_that_had_taken_nothing_is_no_refusal(sqlite_database: Database) -> None:
    report = bring(sqlite_database, csv_of(["text"], [["a"]]), cancelled=lambda: True)
    assert report.cancelled and report.imported == 0
    with pytest.raises(LabelingError, match="unknown_project"):
        content(sqlite_database)
