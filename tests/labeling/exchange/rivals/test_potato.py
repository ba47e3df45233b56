"""Potato's annotation files: of each scheme the labels that were chosen."""

from __future__ import annotations

from typing import Any

from db.engine import Database
from tests.labeling.exchange.files import bring, content
from tests.labeling.exchange.rivals.records import array_of, examples, lines_of, votes


def annotated(n: int, text: str, user: str | None = "ann", **schemes: Any) -> dict[str, Any]:
    told = {"id": str(n), "displayed_text": text, "label_annotations": schemes, "span_annotations": {}}
    return told | {"behavioral_data": {"time_string": "Time spent: 0d 0h 1m 3s "}} | ({"user_id": user} if user else {})


def test_what_was_chosen_is_a_vote_of_the_user(sqlite_database: Database) -> None:
    report = bring(
        sqlite_database,
        lines_of(
            annotated(1, "a", mood={"glad": "1"}),
            annotated(1, "a", "bob", mood={"sad": "2", "glad": None}),
            annotated(2, "b", mood={"glad": True, "sad": False, "calm": ""}),
            annotated(3, "c", mood={"glad": "1", "sad": "2"}),
            annotated(4, "d", mood={}),
        ),
    )
    assert votes(sqlite_database) == [("a", "ann", "glad"), ("a", "bob", "sad"), ("b", "ann", "glad")]
    assert report.left_out == {"several_labels": 1, "no_label": 1} and report.tool == "Potato"
    assert content(sqlite_database)["votes"][0][6] == 63.0


def test_of_several_schemes_one_gives_the_labels(sqlite_database: Database) -> None:
    both = {"mood": {"glad": "glad"}, "scale": {"scale_4": "4"}, "why": {"text_box": "so it is"}}
    spans = {"span_annotations": {"start 0": "PER"}}
    report = bring(
        sqlite_database,
        array_of(annotated(1, "a", **both), annotated(2, "b", scale={"scale_3": "3"}, mood={"sad": "sad"}) | spans),
    )
    assert votes(sqlite_database) == [("a", "ann", "glad"), ("b", "ann", "sad")]
    assert report.left_out == {"other_question": 3, "spans": 1}
    assert (1, 'ann: why: ["so it is"]') in examples(report, "other_question")


def test_a_file_that_names_no_user_gives_references(sqlite_database: Database) -> None:
    report = bring(
        sqlite_database, lines_of(annotated(1, "a", None, mood={"glad": "1"}), annotated(2, "b", None, mood={}))
    )
    assert votes(sqlite_database) == [] and report.references == 1
    assert [(row[0], row[1], row[4]) for row in content(sqlite_database)["items"]] == [
        ("1", "a", "glad"),
        ("2", "b", None),
    ]


def test_a_scheme_in_a_form_of_its_own_is_counted(sqlite_database: Database) -> None:
    report = bring(sqlite_database, lines_of(annotated(1, "a", mood=["glad"]), annotated(2, "b", mood={"glad": "1"})))
    assert votes(sqlite_database) == [("b", "ann", "glad")] and report.left_out == {"not_understood": 1}
