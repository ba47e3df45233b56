"""Conversations come in as lists, as columns and, where that is wanted, as lines; they go out and come in again the same."""

from __future__ import annotations

import io
import json
from typing import Any

import polars as pl
import pytest
from sqlalchemy import select

from db import schema
from db.engine import Database
from db.vocabulary import PiiPolicy
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat, ending_of
from labeling.exchange.exporting import export
from labeling.exchange.preview import preview
from labeling.projects.projects import change_settings, create_project, get_project
from tests.labeling.exchange.files import NOON, SLUG, bring, csv_of, named
from tests.labeling.exchange.test_round_trip import LOSSLESS, fresh

SAID = "client: my card\n  is lost\nagent: when?"


def jsonl(*records: dict[str, Any]) -> io.BytesIO:
    return named("".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode(), "f.jsonl")


def brought(database: Database, slug: str = SLUG) -> list[tuple[str, str, Any]]:
    """Text, form and metadata of every item, in the order of the file."""
    item = schema.item
    with database.snapshot() as connection:
        mine = item.c.project_id == get_project(connection, slug).id
        query = select(item.c.text, item.c.form, item.c.metadata).where(mine).order_by(item.c.id)
        return [tuple(row) for row in connection.execute(query)]


@pytest.mark.parametrize(
    "record",
    [
        {
            "messages": [
                {"role": "client", "content": "my card\nis lost"},
                {"role": "agent", "content": [{"type": "text", "text": "when?"}, {"type": "image_url"}]},
            ]
        },
        {"turns": [{"author": "client", "text": "my card\r\nis lost"}, {"speaker": "agent", "utterance": "when?"}]},
        {"conversations": [{"from": "client", "value": "my card\nis lost"}, {"from": "agent", "value": "when?"}]},
        {"text": '[{"role": "client", "content": "my card\\nis lost"}, {"role": "agent", "content": "when?"}]'},
        {
            "text": "shorter",
            "turns": [{"author": "client", "text": "my card\nis lost"}, {"author": "agent", "text": "when?"}],
        },
    ],
    ids=["messages", "turns", "conversations", "json", "beside a text"],
)
def test_a_list_of_turns_is_a_conversation(sqlite_database: Database, record: dict[str, Any]) -> None:
    report = bring(sqlite_database, jsonl(record, record | {"id": 2}))
    assert report.conversations == 2
    assert [row[:2] for row in brought(sqlite_database)] == [(SAID, "turns")] * 2


@pytest.mark.parametrize(
    ("names", "row"),
    [
        (["id", "client_1", "agent_1", "client_2"], ["7", "my card\nis lost", "when?", ""]),
        (["id", "turn_2", "turn_1", "speaker_1", "speaker_2"], ["7", "when?", "my card\nis lost", "client", "agent"]),
    ],
)
def test_columns_of_turns_are_a_conversation(sqlite_database: Database, names: list[str], row: list[str]) -> None:
    bring(sqlite_database, csv_of(names, [row]))
    assert brought(sqlite_database) == [(SAID, "turns", None)]


def test_numbered_columns_beside_a_text_are_facts(sqlite_database: Database) -> None:
    bring(sqlite_database, csv_of(["text", "client_1", "agent_1"], [["a whole text", "x", "y"]]))
    assert brought(sqlite_database) == [("a whole text", "text", {"client_1": "x", "agent_1": "y"})]


def test_lines_that_begin_with_who_speaks_are_offered_and_never_forced(sqlite_database: Database) -> None:
    told = "[10:07] client: my card\nis lost\n10:09 agent: when?"
    rows = [[told], ["Name: Ann\nCity: Ufa"], ["see: http://a.b"]]
    assert preview(csv_of(["text"], rows)).noticed.conversations == 1
    report = bring(sqlite_database, csv_of(["text"], rows))
    assert (report.look_alike, report.conversations) == (1, 0)
    assert [form for _, form, _ in brought(sqlite_database)] == ["text"] * 3
    report = bring(sqlite_database, csv_of(["text"], rows), slug="asked", options={"dialogue": True})
    assert (report.look_alike, report.conversations) == (0, 1)
    first, *others = brought(sqlite_database, "asked")
    assert first == (SAID, "turns", {"turn_times": ["10:07", "10:09"]})
    assert [form for _, form, _ in others] == ["text", "text"]


def test_times_of_turns_stand_in_the_metadata(sqlite_database: Database) -> None:
    turns = [{"role": "a", "content": "x", "timestamp": "9:01"}, {"role": "b", "content": "y"}]
    bring(sqlite_database, jsonl({"messages": turns, "channel": "chat"}))
    assert brought(sqlite_database) == [("a: x\nb: y", "turns", {"channel": "chat", "turn_times": ["9:01", None]})]


@pytest.mark.parametrize("what", [ExportContent.FINAL, ExportContent.GOLDEN])
def test_what_goes_out_as_lines_of_json_comes_in_the_same(sqlite_database: Database, what: ExportContent) -> None:
    turns = [
        {"role": "a", "content": "x: y\n\n  z", "time": "9:01"},
        {"content": "note: this"},
        {"role": "b", "content": ""},
    ]
    records = [{"id": 1, "turns": turns}, {"id": 2, "text": "a: plain\nb: plain\na: plain"}]
    bring(sqlite_database, jsonl(*(record | {"golden": "x", "explanation": "e"} for record in records)))
    out = io.BytesIO()
    export(sqlite_database, SLUG, what, out, ExportFormat.JSONL)
    lines = [json.loads(line) for line in out.getvalue().decode().splitlines()]
    assert lines[0]["turns"] == [
        {"speaker": "a", "text": "x: y\n\n  z", "time": "9:01"},
        {"text": "note: this"},
        {"speaker": "b", "text": ""},
    ]
    assert "turns" not in lines[1]
    bring(sqlite_database, named(out.getvalue(), "again.jsonl"), slug="again")
    kept = [(text, form, (facts or {}).get("turn_times")) for text, form, facts in brought(sqlite_database, "again")]
    assert kept == [(text, form, (facts or {}).get("turn_times")) for text, form, facts in brought(sqlite_database)]


def test_a_masked_conversation_keeps_its_speakers(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as connection:
        project = create_project(connection, SLUG, now=NOON, actor=None)
        change_settings(connection, project.id, {"pii_policy": PiiPolicy.MASK}, now=NOON, actor=None)
    turns = [("Анна", "Смирнова звонила"), ("Клиент", "да"), ("Анна", "8 999 123-45-67")]
    bring(sqlite_database, jsonl({"messages": [{"role": who, "content": words} for who, words in turns]}))
    text, form, _ = brought(sqlite_database)[0]
    assert text == "[NAME_1]: [NAME_2] звонила\nКлиент: да\n[NAME_1]: [PHONE_1]"
    assert form == "turns"


# Other tools have no place for it.
@pytest.mark.parametrize("format", [each for each in LOSSLESS if each is not ExportFormat.LABEL_STUDIO])
def test_the_turn_that_decided_comes_back_with_its_vote(format: ExportFormat) -> None:
    said = [("a", "ann", "card", 0), ("a", "bob", "card", None), ("b", "ann", "loan", 2)]
    texts = [
        {"id": item, "turns": [{"speaker": "client", "text": item}, {"text": "so"}, {"text": "on"}]} for item in "ab"
    ]
    given = [{"item": item, "annotator": who, "label": label, "evidence": turn} for item, who, label, turn in said]
    with fresh() as source, fresh() as target:
        bring(source, jsonl(*texts))
        bring(source, jsonl(*(row | {"revision": 1, "latest": True} for row in given)))
        out = io.BytesIO()
        export(source, SLUG, ExportContent.ANNOTATIONS, out, format)
        bring(target, named(out.getvalue(), "again" + ending_of(format)))
        assert decided(source) == decided(target) == said


def decided(database: Database) -> list[tuple[Any, ...]]:
    """Item, annotator, label and turn of every vote that is exported."""
    out = io.BytesIO()
    export(database, SLUG, ExportContent.ANNOTATIONS, out, ExportFormat.PARQUET)
    return pl.read_parquet(io.BytesIO(out.getvalue())).select("item", "annotator", "label", "evidence").rows()


def test_evidence_of_another_tool_is_no_turn(sqlite_database: Database) -> None:
    rows = [{"text": "a", "annotator": "ann", "label": "card", "evidence": "says so"}]
    assert bring(sqlite_database, jsonl(*rows)).bad_rows == []
    assert decided(sqlite_database)[0][1:] == ("ann", "card", None)
