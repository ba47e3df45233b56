"""What models proposed in a tool's file becomes suggestions of versions that are measured before anybody sees them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select

from db import schema
from db.engine import Database
from labeling.errors import LabelingError
from labeling.exchange.intake import MAX_MODEL
from labeling.exchange.report import ImportReport
from labeling.junior.prompts import Prompt, promote, prompts
from labeling.projects.projects import get_project
from tests.labeling.exchange.files import NOON, SLUG, bring, named

Said = list[tuple[str, str | None, str, float | None]]


def choice(label: str | list[str], question: str = "tone") -> dict[str, Any]:
    chosen = label if isinstance(label, list) else [label]
    return {"from_name": question, "type": "choices", "value": {"choices": chosen}}


def prediction(
    label: str | list[str], model: str | None, score: object = None, question: str = "tone"
) -> dict[str, Any]:
    return {"model_version": model, "score": score, "result": [choice(label, question)]}


def task(number: int, *predictions: Any, label: str | None = None) -> dict[str, Any]:
    acts = [{"completed_by": 1, "result": [choice(label)]}] if label else []
    return {"id": number, "data": {"text": f"text {number}"}, "annotations": acts, "predictions": list(predictions)}


def load(database: Database, *records: dict[str, Any], **options: Any) -> ImportReport:
    content = "\n".join(map(json.dumps, records)).encode()
    return bring(database, named(content, "a.jsonl"), options=options)


def said(database: Database) -> Said:
    """Item, model, label, confidence of each suggestion."""
    suggestion, prompt, item = schema.suggestion, schema.prompt, schema.item
    query = (
        select(item.c.external_id, prompt.c.model, suggestion.c.label, suggestion.c.confidence)
        .join(prompt, prompt.c.id == suggestion.c.prompt_id)
        .join(item, item.c.id == suggestion.c.item_id)
        .order_by(item.c.id, prompt.c.version)
    )
    with database.snapshot() as connection:
        return [tuple(row) for row in connection.execute(query)]  # type: ignore[misc]


def versions(database: Database) -> list[Prompt]:
    with database.snapshot() as connection:
        return prompts(connection, get_project(connection, SLUG).id)


def test_predictions_are_suggestions_of_a_version_for_each_model(database: Database) -> None:
    first = task(1, prediction("bad", "one", 0.8), prediction("good", "two", 14), label="good")
    records = [first, task(2, prediction("bad", None, 0.5))]
    report = load(database, *records)
    assert said(database) == [("1", "one", "bad", 0.8), ("1", "two", "good", None), ("2", "Label Studio", "bad", 0.5)]
    assert (report.votes, report.suggestions, report.left_out) == (1, 3, {})
    assert report.models == ["one", "two", "Label Studio"]
    assert all(version.is_brought and not version.is_written for version in versions(database))
    again = load(database, *records)
    assert (again.suggestions, len(versions(database)), len(said(database))) == (0, 3, 3)


def test_nobody_sees_them_before_they_are_measured(sqlite_database: Database) -> None:
    load(sqlite_database, task(1, prediction("bad", "one")))
    (version,) = versions(sqlite_database)
    with pytest.raises(LabelingError, match="not_judged"), sqlite_database.transaction() as connection:
        promote(connection, get_project(connection, SLUG), version.id, now=NOON, actor=None)


@pytest.mark.parametrize(
    "wrong",
    [
        prediction(["a", "b"], "one"),
        prediction("card", "one", question="topic"),
        {"model_version": "one", "result": [{"from_name": "tone", "type": "rating", "value": {"rating": 3}}]},
        {"model_version": "one", "result": []},
        prediction("", "one"),
        prediction("x" * 121, "one"),
        prediction("x", "m" * 201),
        "prediction",
        7,
    ],
)
def test_what_is_no_single_label_of_this_question_is_left_out_and_counted(
    sqlite_database: Database, wrong: Any
) -> None:
    report = load(sqlite_database, task(1, wrong, label="good"))
    assert (report.suggestions, report.votes, report.left_out) == (0, 1, {"prediction": 1})
    assert said(sqlite_database) == []


def test_the_first_word_of_a_model_stays(sqlite_database: Database) -> None:
    report = load(sqlite_database, task(1, prediction("bad", "one"), prediction("good", "one")))
    assert (report.suggestions, report.left_out) == (1, {"prediction": 1})
    report = load(sqlite_database, task(1, prediction("good", "one")))
    assert (report.suggestions, said(sqlite_database)) == (0, [("1", "one", "bad", None)])


def test_a_label_that_is_no_class_takes_neither_text_nor_vote_along(sqlite_database: Database) -> None:
    load(sqlite_database, task(1, label="good"))
    report = load(sqlite_database, task(2, prediction("bad", "one"), label="good"), make_classes=False)
    assert (report.imported, report.votes, report.suggestions, report.left_out) == (1, 1, 0, {"prediction": 1})


def test_more_models_than_there_can_be_are_left_out(sqlite_database: Database) -> None:
    report = load(sqlite_database, task(1, *(prediction("bad", f"model {n}") for n in range(23))))
    assert (report.suggestions, len(report.models), report.left_out) == (20, 20, {"prediction": 3})


ARGILLA = {"id": "1", "fields": {"text": "hello"}, "responses": {"label": [{"value": "good", "user_id": "ann"}]}}


@pytest.mark.parametrize(
    "suggested",
    [
        {"suggestions": {"label": {"value": "bad", "agent": "one", "score": 0.7}}},
        {"suggestions": [{"question_name": "label", "value": "bad", "agent": "one", "score": 0.7}]},
        {
            "suggestions": {
                "topic": {"value": "card", "agent": "one"},
                "label": {"value": ["bad"], "agent": "one", "score": [0.7]},
            }
        },
    ],
)
def test_suggestions_of_argilla_are_taken(sqlite_database: Database, suggested: dict[str, Any]) -> None:
    report = load(sqlite_database, ARGILLA | suggested)
    assert said(sqlite_database) == [("1", "one", "bad", 0.7)]
    assert (report.votes, report.suggestions) == (1, 1)
    assert report.left_out == ({"prediction": 1} if "topic" in suggested["suggestions"] else {})


@pytest.mark.parametrize(
    "flat",
    [
        {"label.suggestion": "bad", "label.suggestion.agent": "one", "label.suggestion.score": 0.7},
        {"label": [], "label-suggestion": "bad", "label-suggestion-metadata": {"agent": "one", "score": 0.7}},
    ],
)
def test_suggestions_of_flat_records_are_taken(sqlite_database: Database, flat: dict[str, Any]) -> None:
    report = load(sqlite_database, {"id": "1", "text": "hello", **flat})
    assert said(sqlite_database) == [("1", "one", "bad", 0.7)]
    assert (report.votes, report.suggestions) == (0, 1)


def test_a_models_name_fits_the_column_that_keeps_it() -> None:
    assert schema.prompt.c.model.type.length == MAX_MODEL
