"""Several questions in one file: the first gives the labels, or the one that is named; all are told with their answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from db.engine import Database
from labeling.errors import LabelingError
from labeling.exchange.intake import ImportOptions
from labeling.exchange.preview import preview
from tests.labeling.exchange.files import bring, content, named


def part(name: str, **value: Any) -> dict[str, Any]:
    return {"from_name": name, "type": "choices" if "choices" in value else "rating", "value": value}


def task(number: int, *parts: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": number,
        "data": {"text": f"text {number}"},
        "annotations": [{"completed_by": 1, "result": list(parts)}],
    }


STUDIO = [
    task(1, part("tone", choices=["good"]), part("topic", choices=["card"]), part("stars", rating=4)),
    task(2, part("topic", choices=["login"]), part("stars", rating=5)),
]
ARGILLA = [
    {
        "id": str(n),
        "fields": {"text": f"text {n}"},
        "responses": {name: [{"value": value, "user_id": "ann"}] for name, value in given.items()},
    }
    for n, given in enumerate([{"tone": "good", "topic": "card", "stars": 4}, {"topic": "login", "stars": 5}])
]
POTATO = [
    {
        "id": str(n),
        "displayed_text": f"text {n}",
        "user_id": "ann",
        "label_annotations": {name: {value: "1"} for name, value in given.items()},
    }
    for n, given in enumerate([{"tone": "good", "topic": "card"}, {"topic": "login"}])
]
MIN = [
    {"text": f"text {n}", "id": n, **given, "annotator": 1, "annotation_id": n, "lead_time": 2.5}
    for n, given in enumerate([{"tone": "good", "topic": "card"}, {"topic": "login"}])
]
FILES = {"Label Studio": STUDIO, "Argilla": ARGILLA, "Potato": POTATO, "JSON_MIN": MIN}


def lines(records: list[dict[str, Any]]) -> Any:
    return named("\n".join(map(json.dumps, records)).encode(), "a.jsonl")


@pytest.mark.parametrize("tool", FILES)
@pytest.mark.parametrize(("question", "labels"), [(None, ["good"]), ("tone", ["good"]), ("topic", ["card", "login"])])
def test_one_question_gives_the_labels(
    sqlite_database: Database, tool: str, question: str | None, labels: list[str]
) -> None:
    report = bring(sqlite_database, lines(FILES[tool]), options={"question": question})
    assert [vote[3] for vote in content(sqlite_database)["votes"]] == labels
    asked = {name: n for name, n in report.questions.items() if name != "stars"}
    assert asked == {"tone": 1, "topic": 2}
    assert report.left_out["other_question"] >= len(labels) % 2 + 1
    assert (report.imported, report.new_classes) == (2, labels)


@pytest.mark.parametrize("tool", ["Label Studio", "Argilla"])
def test_a_rating_gives_labels_only_where_it_is_asked_for(sqlite_database: Database, tool: str) -> None:
    report = bring(sqlite_database, lines(FILES[tool]), options={"question": "stars"})
    assert (report.new_classes, report.questions["stars"]) == (["4", "5"], 2)


@pytest.mark.parametrize("records", [STUDIO, [{"text": "a row", "label": "x"}]])
def test_a_question_that_nobody_asked_is_refused(sqlite_database: Database, records: list[dict[str, Any]]) -> None:
    with pytest.raises(LabelingError, match="no_question"):
        bring(sqlite_database, lines(records), options={"question": "mood"})


def test_the_preview_counts_them_too() -> None:
    assert preview(lines(STUDIO)).questions == {"tone": 1, "topic": 2, "stars": 2}
    assert preview(lines(STUDIO), options=ImportOptions(question="topic")).rows[1]["label"] == "login"


def test_columns_that_stay_empty_are_not_told(sqlite_database: Database) -> None:
    columns = bring(sqlite_database, lines(STUDIO)).columns
    assert set(columns) == {"text", "id", "vote", "annotator", "unsure"}
