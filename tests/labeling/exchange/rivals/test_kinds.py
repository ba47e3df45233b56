"""Answers of other tools that are more than one class out of a set: several at once, ratings, paths in a tree."""

from __future__ import annotations

import json
from typing import Any

import pytest

from db.engine import Database
from db.vocabulary import LabelKind
from labeling.exchange.intake import ImportOptions
from labeling.exchange.preview import preview
from labeling.projects.classes import get_classes
from labeling.projects.projects import get_project
from tests.labeling.exchange.files import SLUG, bring, content, csv_of
from tests.labeling.exchange.rivals.records import array_of, lines_of, votes
from tests.labeling.exchange.rivals.test_argilla import record, said
from tests.labeling.exchange.rivals.test_label_studio import act, choice, row, task
from tests.labeling.exchange.rivals.test_potato import annotated
from tests.labeling.exchange.rivals.test_prodigy import shown

SEVERAL, ORDERED = {"kind": LabelKind.SEVERAL}, {"kind": LabelKind.ORDERED}


def part(kind: str, value: Any, name: str = "topic") -> dict[str, Any]:
    return {"type": kind, "from_name": name, "to_name": "text", "value": {kind: value}}


def references(database: Database) -> list[tuple[str, str | None]]:
    return [(row[1], row[4]) for row in content(database)["items"]]


def test_choices_of_label_studio(sqlite_database: Database) -> None:
    file = array_of(
        task(1, "a", act(1, choice("cards", "login")), act(2, choice("login")), act(3, choice())),
        task(2, "b", act(1), act(2, choice("cards"), choice("login")), act(3, choice("angry", "loud", name="tone"))),
        task(3, "c", predictions=[{"model_version": "m", "score": 0.5, "result": [choice("login", "cards")]}]),
    )
    report = bring(sqlite_database, file, options=SEVERAL)
    # An answer without any part is one that nobody gave, as before: unsure.
    assert votes(sqlite_database) == [
        *(("a", "1", "cards|login"), ("a", "2", "login"), ("a", "3", "|"), ("b", "1", None), ("b", "2", "cards|login")),
    ]
    assert (report.left_out, report.suggestions) == ({"other_question": 1}, 1)


def test_a_taxonomy_is_a_tree(sqlite_database: Database) -> None:
    lost, pin = ["cards", "lost"], ["cards", "pin", "blocked"]
    file = array_of(
        task(1, "a", act(1, part("taxonomy", [lost])), act(2, part("taxonomy", [["cards"]]))),
        task(2, "b", act(1, part("taxonomy", [lost, pin]))),
        task(3, "c", predictions=[{"model_version": "m", "result": [part("taxonomy", [pin])]}]),
    )
    report = bring(sqlite_database, file)
    assert votes(sqlite_database) == [("a", "1", "cards > lost"), ("a", "2", "cards")]
    assert (report.left_out, report.suggestions) == ({"several_labels": 1}, 1)
    with sqlite_database.snapshot() as connection:
        classes = get_classes(connection, get_project(connection, SLUG).id)
    assert {entry.code: entry.parent for entry in classes} == {
        "cards": None, "cards > lost": "cards", "cards > pin": "cards", "cards > pin > blocked": "cards > pin",
    }  # fmt: skip
    bring(sqlite_database, file, slug="q", options=SEVERAL)
    assert votes(sqlite_database, "q")[2] == ("b", "1", "cards > lost|cards > pin > blocked")


def test_a_taxonomy_in_rows_and_in_tables(sqlite_database: Database) -> None:
    paths = [["cards", "lost"]]
    bring(sqlite_database, array_of(row(1, 1, paths), row(2, 1, {"taxonomy": [["cards"]]})))
    assert votes(sqlite_database) == [("text 1", "1", "cards > lost"), ("text 2", "1", "cards")]
    table = csv_of(["text", "category"], [["a", json.dumps(paths)], ["b", json.dumps([["x"], ["y", "z"]])]])
    bring(sqlite_database, table, slug="q", options=SEVERAL)
    assert [row[4] for row in content(sqlite_database, "q")["items"]] == ["cards > lost", "x|y > z"]


def test_ratings_are_steps_of_a_scale(sqlite_database: Database) -> None:
    file = array_of(
        task(1, "a", act(1, part("rating", 4, "stars")), act(2, part("rating", 2, "stars"), choice("x", name="topic"))),
        task(2, "b", act(1, part("number", 10, "stars"), part("rating", 1, "other"))),
    )
    report = bring(sqlite_database, file, options=ORDERED)
    assert votes(sqlite_database) == [("a", "1", "4"), ("a", "2", "2"), ("b", "1", "10")]
    assert report.left_out == {"other_question": 2} and report.questions == {"stars": 3, "topic": 1, "other": 1}
    # Where a label is a class of no order, they are still answers to another question.
    assert bring(sqlite_database, file, slug="q").left_out == {"other_question": 4}


def test_questions_of_argilla_with_several_labels(sqlite_database: Database) -> None:
    responses = {
        "label": [said("u-1", ["cards", "login"]), said("u-2", []), said("u-3", ["login"]), said("u-4", "login")]
    }
    suggested = {"label": {"value": ["cards", "login"], "score": [0.5, 0.6], "agent": "m"}}
    ranking = [{"value": "cards", "rank": 1}, {"value": "login", "rank": 2}]
    file = array_of(record(1, "a", responses, suggested), record(2, "b", {"order": [said("u-1", ranking)]}))
    report = bring(sqlite_database, file, options=SEVERAL)
    assert votes(sqlite_database) == [
        *(("a", "u-1", "cards|login"), ("a", "u-2", "|"), ("a", "u-3", "login"), ("a", "u-4", "login")),
    ]
    assert (report.left_out, report.suggestions) == ({"ranking": 1}, 1)


def test_ratings_of_argilla(sqlite_database: Database) -> None:
    suggested = {"quality": {"value": 3, "score": 0.5, "agent": "m"}}
    file = array_of(record(1, "a", {"quality": [said("u-1", 4), said("u-2", 0)]}, suggested))
    report = bring(sqlite_database, file, options=ORDERED)
    assert votes(sqlite_database) == [("a", "u-1", "4"), ("a", "u-2", "0")]
    assert (report.suggestions, report.left_out, report.new_classes) == (1, {}, ["4", "0", "3"])


def test_lists_of_doccano(sqlite_database: Database) -> None:
    file = lines_of(
        {"id": 1, "text": "a", "label": ["login", "cards"]},
        {"id": 2, "text": "b", "label": []},
        {"id": 3, "text": "c", "label": [], "none": True},
        {"id": 4, "text": "d", "label": [], "unsure": True},
        {"id": 5, "text": "e", "label": ["cards"]},
    )
    report = bring(sqlite_database, file, options=SEVERAL)
    assert references(sqlite_database) == [("a", "login|cards"), ("b", None), ("c", "|"), ("d", None), ("e", "cards")]
    # In its own files an empty list is a text that nobody has labeled: that is counted, and no class is not claimed.
    assert report.left_out == {"no_label": 1} and report.tool == "doccano"
    by_user = {
        "id": 1,
        "text": "a",
        "annotations": [{"label": n, "user": 1} for n in (3, 4)] + [{"label": 4, "user": 2}],
    }
    bring(sqlite_database, lines_of(by_user), slug="q", options=SEVERAL)
    assert votes(sqlite_database, "q") == [("a", "1", "3|4"), ("a", "2", "4")]


def test_lists_in_plain_lines_may_be_empty(sqlite_database: Database) -> None:
    bring(sqlite_database, lines_of({"text": "a", "labels": ["x", "y"]}, {"text": "b", "labels": []}), options=SEVERAL)
    assert references(sqlite_database) == [("a", "x|y"), ("b", "|")]
    # Our own lines are nobody else's, whatever stands in them.
    ours = {"item": "1", "text": "a", "label": ["x"], "reference": None}
    assert bring(sqlite_database, lines_of(ours), slug="q", options=SEVERAL).tool is None


def test_choices_of_prodigy_and_of_potato(sqlite_database: Database) -> None:
    file = lines_of(
        shown("a", "accept", accept=["LOGIN", "CARDS"]), shown("b", "accept", accept=[]), shown("c", "ignore", accept=[]),
        shown("d", "reject", accept=["CARDS"]),
    )  # fmt: skip
    report = bring(sqlite_database, file, options=SEVERAL)
    assert votes(sqlite_database) == [("a", "set-anna", "LOGIN|CARDS"), ("b", "set-anna", "|")]
    assert report.left_out == {"ignored": 1, "rejected": 1}
    file = lines_of(annotated(1, "a", mood={"glad": "1", "calm": "2"}), annotated(2, "b", mood={}))
    assert bring(sqlite_database, file, slug="q", options=SEVERAL).left_out == {"no_label": 1}
    assert votes(sqlite_database, "q") == [("a", "ann", "glad|calm")]


@pytest.mark.parametrize(("kind", "n"), [(None, 2), (LabelKind.SINGLE, 2), (LabelKind.SEVERAL, 0)])
def test_a_look_tells_how_many_answers_name_several_classes(kind: LabelKind | None, n: int) -> None:
    tasks = array_of(
        task(1, "a", act(1, choice("x", "y")), act(2, choice("x"))), task(2, "b", act(1, choice("x", "z")))
    )
    assert preview(tasks, options=ImportOptions(kind=kind)).noticed.several == n
    table = csv_of(["text", "label"], [["a", "['x', 'y']"], ["b", "['x']"], ["c", '["x", "z"]']])
    assert preview(table, options=ImportOptions(kind=kind)).noticed.several == n
