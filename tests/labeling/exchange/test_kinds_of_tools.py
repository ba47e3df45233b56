"""Files of other tools that come out wrong elsewhere: each kind by at least two files, so that its cure is one of the kind."""

from __future__ import annotations

import json

from db.engine import Database
from tests.labeling.exchange.kinds import Case, Held, by_kind, choice, holds, lines, task, text, whole

CASES: list[Case] = [
    # Encodings
    (
        "accents",
        "latin1.csv",
        text("id,text", "1,Où est ma carte à puce", "2,Élève très gêné", encoding="latin-1"),
        (2, 0, 0, 0, set()),
    ),
    (
        "accents",
        "german.csv",
        text("text;label", "Über größere Beträge;prüfen", "Schöne Grüße;danke", encoding="cp1252"),
        (2, 0, 2, 0, {"prüfen", "danke"}),
    ),
    (
        "cyrillic",
        "koi8.csv",
        text(
            "текст,метка",
            "Где моя карта,карты",
            "Не приходит код входа в приложение,вход",
            "Спасибо за помощь,вход",
            encoding="koi8-r",
        ),
        (3, 0, 3, 0, {"карты", "вход"}),
    ),
    (
        "utf-16 without a mark",
        "be.csv",
        text("id,text,label", "1,Где моя карта,карты", "2,Нет кода,вход", encoding="utf-16-be"),
        (2, 0, 2, 0, {"карты", "вход"}),
    ),
    (
        "utf-16 without a mark",
        "le.tsv",
        text("id\ttext\tlabel", "1\tmy card\tcards", "2\tno code\tlogin", encoding="utf-16-le"),
        (2, 0, 2, 0, {"cards", "login"}),
    ),
    # doccano
    (
        "doccano lists",
        "one.jsonl",
        lines({"id": 1, "text": "one", "label": ["a"]}, {"id": 2, "text": "two", "label": []}),
        (2, 0, 1, 0, {"a"}),
    ),
    (
        "doccano lists",
        "category.jsonl",
        lines({"id": 1, "text": "one", "category": ["x"]}, {"id": 2, "text": "two", "category": ["y"]}),
        (2, 0, 2, 0, {"x", "y"}),
    ),
    (
        "doccano ids",
        "users.jsonl",
        lines({"id": 1, "text": "one", "annotations": [{"label": 7, "user": 1}]}),
        (1, 1, 0, 0, {"7"}),
    ),
    (
        "doccano ids",
        "two.jsonl",
        lines({"id": 5, "text": "one", "annotations": [{"label": 1, "user": 1}, {"label": 2, "user": 2}]}),
        (1, 2, 0, 0, {"1", "2"}),
    ),
    # Label Studio
    (
        "text under another key",
        "review.json",
        whole(
            task(1, "my card is lost", choice(1, "card"), key="review"),
            task(2, "no code", choice(2, "login"), key="review"),
        ),
        (2, 2, 0, 0, {"card", "login"}),
    ),
    (
        "text under another key",
        "body.json",
        whole(task(1, "карта потерялась", choice(1, "карта"), key="обращение")),
        (1, 1, 0, 0, {"карта"}),
    ),
    (
        "text under another key",
        "comment.csv",
        text(
            "number,comment_text,annotator,label",
            "1,my card is lost somewhere,anna,card",
            "2,no code comes to me,ben,login",
        ),
        (2, 2, 0, 0, {"card", "login"}),
    ),
    (
        "only data",
        "nested.jsonl",
        lines({"data": {"text": "hello there"}}, {"data": {"text": "good bye"}}),
        (2, 0, 0, 0, set()),
    ),
    (
        "only data",
        "meta.json",
        whole({"data": {"text": "hello", "channel": "chat"}}, {"data": {"text": "bye", "channel": "mail"}}),
        (2, 0, 0, 0, set()),
    ),
    (
        "cancelled and drafts",
        "skip.json",
        whole(
            task(1, "one", choice(1, "a"), choice(2, "b", was_cancelled=True)), task(2, "two", drafts=[choice(1, "a")])
        ),
        (2, 1, 0, 0, {"a"}),
    ),
    (
        "cancelled and drafts",
        "predicted.json",
        whole(
            task(
                1,
                "one",
                choice(3, "a"),
                predictions=[{"result": choice(0, "b")["result"], "score": 0.4, "model_version": "m"}],
            )
        ),
        (1, 1, 0, 0, {"a", "b"}),
    ),
    ("several choices", "two.json", whole(task(1, "one", choice(1, "a", "b"))), (1, 0, 0, 0, set())),
    (
        "several choices",
        "min.json",
        whole(
            {"id": 1, "text": "one", "sentiment": {"choices": ["a", "b"]}, "annotator": 1, "annotation_id": 1},
            {"id": 2, "text": "two", "sentiment": "a", "annotator": 1, "annotation_id": 2},
        ),
        (2, 1, 0, 0, {"a"}),
    ),
    (
        "codes as numbers",
        "text.json",
        whole(task(1, "one", choice(1, "007")), task(2, "two", choice(1, "7"))),
        (2, 2, 0, 0, {"007", "7"}),
    ),
    (
        "codes as numbers",
        "int.json",
        whole(task(1, "one", choice(1, 5)), task(2, "two", choice(1, 0))),
        (2, 2, 0, 0, {"5", "0"}),
    ),  # type: ignore[arg-type]
    (
        "pretty JSON",
        "indented.json",
        json.dumps(
            [{"text": "one", "label": "a"}, {"text": "two", "label": "b"}, {"text": "three", "label": "b"}], indent=4
        ).encode(),
        (3, 0, 3, 0, {"a", "b"}),
    ),
    (
        "pretty JSON",
        "objects.jsonl",
        "\n".join(json.dumps({"text": said, "label": "a"}, indent=2) for said in ("one", "two")).encode(),
        (2, 0, 2, 0, {"a"}),
    ),
    # Argilla and Prodigy
    (
        "argilla",
        "suggested.json",
        whole(
            {
                "id": "a",
                "fields": {"text": "one"},
                "status": "pending",
                "responses": {},
                "suggestions": {"label": {"value": "x", "score": 0.7, "agent": "m"}},
            }
        ),
        (1, 0, 0, 0, {"x"}),
    ),
    (
        "argilla",
        "discarded.json",
        whole(
            {
                "id": "a",
                "fields": {"text": "one"},
                "responses": {
                    "label": [
                        {"value": "x", "user_id": "u1", "status": "submitted"},
                        {"value": "y", "user_id": "u2", "status": "discarded"},
                    ]
                },
            }
        ),
        (1, 1, 0, 0, {"x"}),
    ),
    (
        "prodigy",
        "binary.jsonl",
        lines(
            {"text": "one", "label": "A", "answer": "reject", "_annotator_id": "x", "_timestamp": 1672531200},
            {"text": "two", "label": "A", "answer": "accept", "_annotator_id": "x", "_timestamp": 1672531201},
        ),
        (2, 1, 0, 0, {"A"}),
    ),
    (
        "prodigy",
        "ignored.jsonl",
        lines(
            {
                "text": "one",
                "options": [{"id": "A"}, {"id": "B"}],
                "accept": ["A"],
                "answer": "ignore",
                "_annotator_id": "x",
            },
            {
                "text": "two",
                "options": [{"id": "A"}, {"id": "B"}],
                "accept": ["B"],
                "answer": "accept",
                "_annotator_id": "y",
            },
        ),
        (2, 1, 0, 0, {"B"}),
    ),
]


@by_kind(CASES)
def test_a_file_holds_what_it_holds(sqlite_database: Database, content: bytes, name: str, held: Held | str) -> None:
    holds(sqlite_database, content, name, held)
