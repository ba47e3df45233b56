"""Doccano's three shapes: lists of labels, spans, annotations with numbers."""

from __future__ import annotations

from typing import Any

import pytest

from db.engine import Database
from tests.labeling.exchange.files import bring, content, texts
from tests.labeling.exchange.rivals.records import examples, lines_of, votes


def references(database: Database) -> list[tuple[str, str | None]]:
    return [(row[1], row[4]) for row in content(database)["items"]]


@pytest.mark.parametrize("name", ["label", "labels"])
@pytest.mark.parametrize("text", ["text", "data"])
def test_a_list_of_one_is_that_class_and_an_empty_one_none(sqlite_database: Database, name: str, text: str) -> None:
    report = bring(
        sqlite_database,
        lines_of(
            {"id": 1, text: "a", name: ["cards"], "Comments": []},
            {"id": 2, text: "b", name: [], "meta": {"lang": "en"}},
            {"id": 3, text: "c", name: ["cards", "login"]},
            {"id": 4, text: "d", name: ["login"]},
        ),
    )
    assert references(sqlite_database) == [("a", "cards"), ("b", None), ("c", None), ("d", "login")]
    assert report.new_classes == ["cards", "login"] and report.left_out == {"several_labels": 1}
    assert examples(report, "several_labels") == [(3, "cards, login")]
    assert [row[3] for row in content(sqlite_database)["items"]] == [None, {"lang": "en"}, None, None]
    assert report.tool == "doccano" and report.label_ids == 0


def test_spans_are_left_out_and_counted(sqlite_database: Database) -> None:
    entities = [{"id": 1, "label": "ORG", "start_offset": 0, "end_offset": 2}]
    report = bring(
        sqlite_database,
        lines_of(
            {"id": 1, "text": "EU rejects", "label": [[0, 2, "ORG"]]},
            {"id": 2, "text": "no spans", "label": []},
            {"id": 3, "text": "EU accepts", "entities": entities, "relations": []},
        ),
    )
    assert texts(sqlite_database) == ["EU rejects", "no spans", "EU accepts"]
    assert (report.references, report.new_classes, report.left_out) == (0, [], {"spans": 2})


def given(label: Any, user: Any, **more: Any) -> dict[str, Any]:
    return {"label": label, "user": user, "id": 9, "document": 1, **more}


def test_annotations_are_votes_with_the_numbers_of_labels(sqlite_database: Database) -> None:
    report = bring(
        sqlite_database,
        lines_of(
            {"id": 1, "text": "a", "annotations": [given(2, 1), given(3, 2)], "meta": {}, "annotation_approver": None},
            {"id": 2, "text": "b", "annotations": [given(3, 2), given(2, 2), given(2, 1)], "meta": {"k": "v"}},
            {"id": 3, "text": "c", "annotations": [], "meta": {}},
            {
                "id": 4,
                "text": "d",
                "annotations": [given(2, 1, start_offset=0, end_offset=1), {"text": "new", "user": 1}, 7],
            },
        ),
    )
    assert votes(sqlite_database) == [("a", "1", "2"), ("a", "2", "3"), ("b", "1", "2")]
    assert report.label_ids == 3 and report.new_classes == ["2", "3"]
    assert report.left_out == {"several_labels": 1, "spans": 1, "other_question": 1, "not_understood": 1}
    assert [row[3] for row in content(sqlite_database)["items"]] == [None, {"k": "v"}, None, None]


def test_annotations_with_names_are_told_as_no_numbers(sqlite_database: Database) -> None:
    moment = "2020-05-01T10:00:00Z"
    report = bring(sqlite_database, lines_of({"text": "a", "annotations": [given("cards", "anna", created_at=moment)]}))
    assert votes(sqlite_database) == [("a", "anna", "cards")] and report.label_ids == 0
    assert str(content(sqlite_database)["votes"][0][8]) == "2020-05-01 10:00:00+00:00"


def test_a_column_that_names_the_annotator_is_believed(sqlite_database: Database) -> None:
    rows = [{"text": "a", "label": ["x"], "annotator": "ann"}, {"text": "a", "label": ["y"], "annotator": "bob"}]
    bring(sqlite_database, lines_of(*rows))
    assert votes(sqlite_database) == [("a", "ann", "x"), ("a", "bob", "y")]
