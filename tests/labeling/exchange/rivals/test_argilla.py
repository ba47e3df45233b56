"""Argilla's files: responses by user, drafts and discarded ones apart, suggestions told."""

from __future__ import annotations

from typing import Any

import pytest

from db.engine import Database
from tests.labeling.exchange.files import bring, content, texts
from tests.labeling.exchange.rivals.records import array_of, examples, lines_of, votes


def said(user: str, value: Any, status: str | None = "submitted") -> dict[str, Any]:
    return {"value": value, "user_id": user} | ({"status": status} if status else {})


def record(n: int, text: str, responses: Any, suggestions: Any = None, **more: Any) -> dict[str, Any]:
    told = {"id": f"rec-{n}", "status": "completed", "_server_id": f"x{n}", "fields": {"text": text}}
    return (
        told
        | {"metadata": {"src": "chat"}, "responses": responses, "suggestions": suggestions or {}, "vectors": {}}
        | more
    )


def test_records_with_responses_by_user(sqlite_database: Database) -> None:
    report = bring(
        sqlite_database,
        array_of(
            record(
                1, "a", {"label": [said("u-1", "cards", None), said("u-2", "other")]}, {"label": {"value": "cards"}}
            ),
            record(2, "b", {"label": [said("u-1", "x", "draft"), said("u-2", None, "discarded")]}),
            record(3, "c", {}),
            record(4, "d", {"label": [said("u-1", ["cards"]), said("u-2", ["cards", "other"]), said("u-3", [])]}),
        ),
    )
    assert votes(sqlite_database) == [("a", "u-1", "cards"), ("a", "u-2", "other"), ("d", "u-1", "cards")]
    assert report.left_out == {"draft": 1, "cancelled": 1, "several_labels": 1, "no_label": 1}
    assert (report.suggestions, report.models) == (1, ["Argilla"])
    assert [(row[0], row[1], row[3]) for row in content(sqlite_database)["items"]] == [
        (f"rec-{n}", text, {"src": "chat"}) for n, text in enumerate("abcd", 1)
    ]
    assert report.new_classes == ["cards", "other"] and report.tool == "Argilla"


def test_of_several_questions_one_gives_the_labels(sqlite_database: Database) -> None:
    spans = [{"label": "PER", "start": 0, "end": 3}]
    responses = {
        "stars": [said("u", 4)],
        "why": [said("u", "because")],
        "label": [said("u", "cards")],
        "ner": [said("u", spans)],
    }
    report = bring(sqlite_database, array_of(record(1, "a", responses), record(2, "b", {"why": [said("u", "so")]})))
    assert votes(sqlite_database) == [("a", "u", "cards")]
    assert report.left_out == {"other_question": 3, "spans": 1}
    assert (2, "u: why: so") in examples(report, "other_question")


def test_the_text_is_the_field_with_the_words(sqlite_database: Database) -> None:
    fields = {"ticket": "T-1", "what_they_wrote": "my card is lost"}
    chat = [{"role": "user", "content": "hi"}, {"role": "bot", "content": "hello"}]
    bring(sqlite_database, array_of(record(1, "", {"topic": [said("u", "card")]}, fields=fields)))
    bring(sqlite_database, array_of(record(1, "", {"topic": [said("u", "card")]}, fields={"chat": chat})), slug="chat")
    assert votes(sqlite_database) == [("my card is lost", "u", "card")]
    assert votes(sqlite_database, "chat") == [("user: hi\nbot: hello", "u", "card")]


def test_records_of_earlier_versions(sqlite_database: Database) -> None:
    response = {"user_id": "u-1", "status": "submitted", "values": {"label": {"value": "cards"}, "stars": {"value": 5}}}
    guess = [{"question_name": "label", "value": "other", "score": 0.4}]
    later = [response | {"user_id": "u-2", "status": "discarded"}]
    first = {
        "external_id": "e1",
        "fields": {"text": "a"},
        "metadata": {},
        "responses": [response],
        "suggestions": guess,
    }
    report = bring(
        sqlite_database, lines_of(first, first | {"external_id": "e2", "fields": {"text": "b"}, "responses": later})
    )
    assert votes(sqlite_database) == [("a", "u-1", "cards")]
    assert [row[0] for row in content(sqlite_database)["items"]] == ["e1", "e2"]
    assert report.left_out == {"other_question": 1, "cancelled": 2} and report.suggestions == 2


def flat(n: int, text: str, values: Any, users: Any, status: Any = None, **more: Any) -> dict[str, Any]:
    told = {"id": f"rec-{n}", "status": "pending", "text": text, "channel": "chat", "label.responses": values}
    told |= {"label.responses.users": users} | ({"label.responses.status": status} if status else {})
    return told | more


def test_flat_rows_of_its_datasets(sqlite_database: Database) -> None:
    guess = {"label.suggestion": "cards", "label.suggestion.score": 0.8, "label.suggestion.agent": "m"}
    report = bring(
        sqlite_database,
        lines_of(
            flat(1, "a", ["cards", "other"], ["u-1", "u-2"], ["submitted", "submitted"], **guess),
            flat(2, "b", None, None, **{"label.suggestion": None}),
            flat(3, "c", ["cards", "login"], ["u-1", "u-2"], ["draft", "discarded"]),
            flat(4, "d", ["login"], ["u-3"]),
        ),
    )
    assert votes(sqlite_database) == [("a", "u-1", "cards"), ("a", "u-2", "other"), ("d", "u-3", "login")]
    assert report.left_out == {"draft": 1, "cancelled": 1} and report.models == ["m"]
    assert [(row[0], row[3]) for row in content(sqlite_database)["items"]] == [
        (f"rec-{n}", {"channel": "chat"}) for n in range(1, 5)
    ]


def test_responses_whose_users_are_not_told_are_no_votes(sqlite_database: Database) -> None:
    report = bring(sqlite_database, lines_of(flat(1, "a", ["x", "y"], ["u-1"]), flat(2, "b", ["x"], ["u-1"])))
    assert votes(sqlite_database) == [("b", "u-1", "x")]
    assert report.left_out == {"no_annotator": 2} and examples(report, "no_annotator") == [(1, "x"), (1, "y")]


@pytest.mark.parametrize("metadata", [{"src": "chat"}, '{"src": "chat"}'])
def test_flat_rows_of_earlier_versions(sqlite_database: Database, metadata: Any) -> None:
    responses = [
        {"user_id": "u-1", "value": "cards", "status": "submitted"},
        {"user_id": "u-2", "value": "x", "status": "draft"},
    ]
    guess = {"topic-suggestion": "other", "topic-suggestion-metadata": {"score": None}, "external_id": "e1"}
    report = bring(sqlite_database, lines_of({"text": "a", "topic": responses, "metadata": metadata, **guess}))
    assert votes(sqlite_database) == [("a", "u-1", "cards")]
    assert report.left_out == {"draft": 1} and report.suggestions == 1
    (item,) = content(sqlite_database)["items"]
    assert (item[0], item[3]) == ("e1", {"src": "chat"}) and texts(sqlite_database) == ["a"]
