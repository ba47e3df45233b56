"""Prodigy's files: what was accepted is a vote, what was rejected or ignored is none and is counted."""

from __future__ import annotations

from typing import Any

from db.engine import Database
from tests.labeling.exchange.files import bring, content, texts
from tests.labeling.exchange.rivals.records import examples, lines_of, votes


def shown(text: str, answer: str, who: str | None = "set-anna", at: Any = 1672531200, **more: Any) -> dict[str, Any]:
    told = {"_session_id": who, "_annotator_id": who, "_timestamp": at} if who else {}
    return {"text": text, "_input_hash": -1, "_task_hash": 2, "answer": answer, **told, **more}


def test_accepted_rejected_and_ignored_are_kept_apart(sqlite_database: Database) -> None:
    options = [{"id": "CARDS", "text": "Cards"}, {"id": "LOGIN", "text": "Login"}]
    report = bring(
        sqlite_database,
        lines_of(
            shown("a", "accept", label="CARDS"),
            shown("a", "reject", "set-ben", label="CARDS"),
            shown("b", "accept", options=options, accept=["LOGIN"]),
            shown("b", "ignore", "set-ben", options=options, accept=[]),
            shown("c", "reject", options=options, accept=["CARDS"]),
            shown("d", "accept", options=options, accept=["CARDS", "LOGIN"]),
            shown("e", "accept", options=options, accept=[]),
        ),
    )
    assert votes(sqlite_database) == [("a", "set-anna", "CARDS"), ("b", "set-anna", "LOGIN")]
    assert report.left_out == {"rejected": 2, "ignored": 1, "several_labels": 1, "no_label": 1}
    assert examples(report, "rejected") == [(2, "set-ben: CARDS"), (5, 'set-anna: ["CARDS"]')]
    assert texts(sqlite_database) == list("abcde") and report.new_classes == ["CARDS", "LOGIN"]
    assert report.tool == "Prodigy"


def test_the_moment_and_the_facts_are_kept(sqlite_database: Database) -> None:
    bring(
        sqlite_database,
        lines_of(
            shown("a", "accept", label="X", meta={"source": "chat", "id": "m-1"}, channel="mail"),
            shown("b", "accept", label=3, at=1672531260.5),
        ),
    )
    found = content(sqlite_database)
    assert [(row[0], row[3]) for row in found["items"]][0] == ("m-1", {"source": "chat", "channel": "mail"})
    assert [(str(row[8]), row[3]) for row in found["votes"]] == [
        ("2023-01-01 00:00:00+00:00", "X"),
        ("2023-01-01 00:01:00.500000+00:00", "3"),
    ]


def test_a_file_of_nobody_in_particular_gives_references(sqlite_database: Database) -> None:
    report = bring(
        sqlite_database, lines_of(shown("a", "accept", None, label="X"), shown("b", "reject", None, label="X"))
    )
    assert votes(sqlite_database) == [] and report.left_out == {"rejected": 1}
    assert [(row[1], row[4]) for row in content(sqlite_database)["items"]] == [("a", "X"), ("b", None)]


def test_spans_are_left_out(sqlite_database: Database) -> None:
    spans = [{"start": 0, "end": 1, "label": "PER"}]
    report = bring(
        sqlite_database, lines_of(shown("a", "accept", spans=spans), shown("b", "accept", label="X", spans=[]))
    )
    assert votes(sqlite_database) == [("b", "set-anna", "X")] and report.left_out == {"spans": 1}


def test_a_table_of_questions_and_answers_is_none_of_prodigys(sqlite_database: Database) -> None:
    report = bring(
        sqlite_database, lines_of({"question": "Which?", "answer": "accept"}, {"question": "Who?", "answer": "me"})
    )
    assert texts(sqlite_database) == ["Which?", "Who?"]
    assert report.tool is None and content(sqlite_database)["items"][0][3] == {"answer": "accept"}
