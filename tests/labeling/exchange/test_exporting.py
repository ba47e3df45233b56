"""Export: what each sheet says, on both databases, and what each format makes of it."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from sqlalchemy import insert, update

from db import schema
from db.engine import Database
from db.vocabulary import ChunkOutcome, LabelKind, Role
from labeling.desk import golden
from labeling.errors import LabelingError
from labeling.exchange import writing
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat, format_of, formats_of
from labeling.exchange.exporting import export, preview
from labeling.projects.projects import create_project
from tests.labeling.exchange.files import NOON, SLUG, bring, csv_of
from tests.labeling.worlds import World, add_person, make_world, press


def sheet(database: Database, what: ExportContent, slug: str = SLUG, **given: Any) -> list[dict[str, Any]]:
    """An export as rows, by way of Parquet, which keeps types."""
    out = io.BytesIO()
    export(database, slug, what, out, ExportFormat.PARQUET, **given)
    return pl.read_parquet(io.BytesIO(out.getvalue())).to_dicts()


def voted(database: Database) -> None:
    """Six items in the states that votes can bring them to; classes in the order b, a."""
    votes = {"1": "bb", "2": "ba", "3": "a", "4": "", "5": "ab?", "6": "??"}
    with database.transaction() as connection:
        create_project(connection, SLUG, now=NOON, overlap=2)
    bring(database, csv_of(["id", "text"], [[item, f"text {item}"] for item in votes]))
    rows = [
        [item, f"who{n}", label.replace("?", ""), label == "?"]
        for item, labels in votes.items()
        for n, label in enumerate(labels)
    ]
    bring(database, csv_of(["id", "annotator", "label", "unsure"], rows))


def test_final_has_a_row_for_every_item_with_its_label_and_state(database: Database) -> None:
    voted(database)
    facts = ("item", "label", "source", "probability", "n", "state")
    assert [tuple(row[name] for name in facts) for row in sheet(database, ExportContent.FINAL)] == [
        ("1", "b", "consensus", 1.0, 2, "agreed"),
        ("2", "b", "consensus", 0.5, 2, "disputed"),
        # who0 has shares of 1, 1/2 and 1/2 elsewhere, and everybody's are 2/3: as sure is their one vote.
        ("3", "a", "consensus", 0.666667, 1, "in_progress"),
        ("4", None, None, None, 0, "unlabeled"),
        ("5", "b", "consensus", 0.5, 2, "disputed"),
        ("6", None, None, None, 0, "disputed"),
    ]


def test_rulings_are_stronger_than_votes(database: Database) -> None:
    world = make_world(database, items=3, golden_items=0, golden_per_chunk=0)
    me = world.assessors[0]
    for item in world.work(me).items:
        world.label(me, item.token, "neutral")
    ruling = {"project_id": world.project.id, "created_at": NOON, "revision": 1}
    with database.transaction() as connection:
        golden.appoint(connection, world.project, world.items[0], "gratitude", now=NOON, actor=None)
        golden.appoint(connection, world.project, world.items[1], "gratitude", now=NOON, actor=None)
        connection.execute(
            insert(schema.adjudication), [ruling | {"item_id": world.items[1], "label": "confusion", "rationale": "x"}]
        )
    found = sheet(database, ExportContent.FINAL, "test")
    assert [(row["label"], row["source"], row["probability"], row["state"]) for row in found] == [
        ("gratitude", "golden", None, "golden"),
        ("confusion", "adjudication", None, "adjudicated"),
        # Both golden items were missed: the one vote leads by no more than it must.
        ("neutral", "consensus", 0.500001, "in_progress"),
    ]
    with database.transaction() as connection:
        golden.appoint(connection, world.project, world.items[0], None, now=NOON, actor=None)
    assert [row["source"] for row in sheet(database, ExportContent.FINAL, "test")] == [
        "consensus",
        "adjudication",
        "consensus",
    ]
    assert [row["item"] for row in sheet(database, ExportContent.GOLDEN, "test")] == ["2"]


def labelled_world(database: Database) -> World:
    """One item answered by two assessors, the first of whom changed their mind an hour later."""
    world = make_world(database, items=1, golden_items=0, golden_per_chunk=0, overlap=3, chunk_size=1)
    one, two, _ = world.assessors
    token = world.work(one).items[0].token
    world.label(one, token, "neutral")
    world.label(two, world.work(two).items[0].token, "confusion")
    world.later(hours=1)
    world.label(one, token, "gratitude", revision=2)
    return world


def test_annotations_tell_every_revision(database: Database) -> None:
    world = labelled_world(database)
    third = world.assessors[2]
    world.work(third, press(world.work(third).items[0].token, None))
    rows = sheet(database, ExportContent.ANNOTATIONS, "test")
    facts = ("annotator", "label", "unsure", "revision", "latest", "chunk", "seconds", "created_at")
    assert [tuple(row[name] for name in facts) for row in rows] == [
        ("assessor:assessor0", "neutral", False, 1, False, 1, 2.0, "2026-03-02T12:00:00.000000Z"),
        ("assessor:assessor0", "gratitude", False, 2, True, 1, 2.0, "2026-03-02T13:00:00.000000Z"),
        ("assessor:assessor1", "confusion", False, 1, True, 1, 2.0, "2026-03-02T12:00:00.000000Z"),
        ("assessor:assessor2", None, True, 1, True, 1, 2.0, "2026-03-02T13:00:00.000000Z"),
    ]


def test_an_export_can_look_back(database: Database) -> None:
    labelled_world(database)
    (now,) = sheet(database, ExportContent.CONSENSUS, "test")
    (then,) = sheet(database, ExportContent.CONSENSUS, "test", as_of=NOON + timedelta(minutes=30))
    assert (then["p_neutral"], then["p_gratitude"], then["p_confusion"]) == (0.5, 0.0, 0.5)
    assert (now["p_neutral"], now["p_gratitude"], now["p_confusion"]) == (0.0, 0.5, 0.5)
    assert len(sheet(database, ExportContent.ANNOTATIONS, "test", as_of=NOON)) == 2
    assert sheet(database, ExportContent.FINAL, "test", as_of=NOON - timedelta(days=1)) == []


def test_answers_of_suspended_chunks_and_surplus_ones_do_not_count(database: Database) -> None:
    world = labelled_world(database)
    assert sheet(database, ExportContent.FINAL, "test")[0]["n"] == 2
    with database.transaction() as connection:
        mine = schema.chunk.c.assessor_id == world.assessors[0]
        values = {"outcome": ChunkOutcome.SUSPENDED, "closed_at": world.now}
        connection.execute(update(schema.chunk).where(mine).values(values))
    (row,) = sheet(database, ExportContent.FINAL, "test")
    assert (row["label"], row["n"]) == ("confusion", 1)
    bring(
        database,
        csv_of(["id", "annotator", "label", "surplus"], [["1", "x", "neutral", "1"], ["1", "y", "neutral", "1"]]),
        slug="test",
    )
    assert sheet(database, ExportContent.FINAL, "test")[0]["label"] == "confusion"
    assert len(sheet(database, ExportContent.ANNOTATIONS, "test")) == 5


def test_golden_and_consensus_sheets(database: Database) -> None:
    voted(database)
    bring(database, csv_of(["id", "golden", "explanation"], [["2", "a", "so"], ["4", "b", ""]]))
    assert [
        (row["item"], row["text"], row["label"], row["explanation"]) for row in sheet(database, ExportContent.GOLDEN)
    ] == [
        ("2", "text 2", "a", "so"),
        ("4", "text 4", "b", ""),
    ]
    rows = sheet(database, ExportContent.CONSENSUS)
    assert [(row["item"], row["label"], row["n"], row["p_b"], row["p_a"]) for row in rows] == [
        ("1", "b", 2, 1.0, 0.0),
        ("2", "a", 2, 0.0, 1.0),
        # who0 missed item 2.
        ("3", "a", 1, 0.404762, 0.595238),
        ("5", "b", 2, 0.5, 0.5),
    ]


def test_pages_of_any_size_say_the_same(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    voted(sqlite_database)
    bring(sqlite_database, csv_of(["id", "text"], [["other", "other project"]]), slug="other")
    whole = {what: sheet(sqlite_database, what) for what in ExportContent}
    monkeypatch.setattr("labeling.exchange.sheets.PAGE", 2)
    assert {what: sheet(sqlite_database, what) for what in ExportContent} == whole
    assert [row["text"] for row in preview(sqlite_database, SLUG, ExportContent.FINAL, 3).to_dicts()] == [
        "text 1",
        "text 2",
        "text 3",
    ]


def test_an_export_is_of_one_moment(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    voted(database)
    monkeypatch.setattr("labeling.exchange.sheets.PAGE", 1)

    class Meanwhile(io.BytesIO):
        """A destination during whose first write another vote comes in."""

        done = False

        def write(self, data: Any) -> int:
            if not self.done:
                self.done = True
                bring(database, csv_of(["id", "annotator", "label"], [["4", "late", "a"]]))
            return super().write(data)

    out = Meanwhile()
    export(database, SLUG, ExportContent.FINAL, out, ExportFormat.CSV)
    rows = list(csv.DictReader(io.StringIO(out.getvalue().decode())))
    assert out.done and [row["n"] for row in rows] == ["2", "2", "1", "0", "2", "0"]
    assert sheet(database, ExportContent.FINAL)[3]["n"] == 1


def test_label_studio_tasks(sqlite_database: Database) -> None:
    voted(sqlite_database)
    out = io.BytesIO()
    report = export(sqlite_database, SLUG, ExportContent.ANNOTATIONS, out, ExportFormat.LABEL_STUDIO)
    tasks = json.loads(out.getvalue())
    assert report.rows == len(tasks) == 6
    first = tasks[0]["annotations"][0]
    assert (tasks[0]["data"]["item"], tasks[0]["data"]["text"]) == ("1", "text 1")
    assert first["completed_by"] == {"email": "who0"}
    choice = {"from_name": "label", "to_name": "text", "type": "choices", "value": {"choices": ["b"]}}
    assert first["result"] == [choice] and tasks[3]["annotations"] == []
    out = io.BytesIO()
    export(sqlite_database, SLUG, ExportContent.FINAL, out, ExportFormat.LABEL_STUDIO)
    (guess,) = json.loads(out.getvalue())[0]["predictions"]
    assert (guess["score"], guess["model_version"], guess["result"]) == (1.0, "consensus", [choice])
    with pytest.raises(LabelingError, match="not_in_format"):
        export(sqlite_database, SLUG, ExportContent.CONSENSUS, io.BytesIO(), ExportFormat.LABEL_STUDIO)


def test_what_excel_has_no_room_for_is_said_before_anything_is_lost(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(sqlite_database, csv_of(["text", "context"], [["a", "x" * 40_000], ["b", ""]]))
    path = tmp_path / "out.xlsx"
    with pytest.raises(LabelingError, match=r"cell_too_long.*context") as raised:
        export(sqlite_database, SLUG, ExportContent.FINAL, path, ExportFormat.XLSX)
    assert raised.value.details["limit"] == 32_767
    monkeypatch.setattr(writing, "XLSX_ROWS", 2)
    with pytest.raises(LabelingError, match="too_many_rows"):
        export(sqlite_database, SLUG, ExportContent.FINAL, path, ExportFormat.XLSX)
    assert list(tmp_path.glob("out*")) == []


def test_a_file_stands_under_its_name_only_when_it_is_whole(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    voted(sqlite_database)
    path = tmp_path / "out.csv"
    path.write_text("older")

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(pl.DataFrame, "write_csv", fail)
    with pytest.raises(RuntimeError):
        export(sqlite_database, SLUG, ExportContent.FINAL, path, ExportFormat.CSV)
    assert [entry.name for entry in tmp_path.glob("out*")] == ["out.csv"] and path.read_text() == "older"
    with pytest.raises(LabelingError, match="not_writable"):
        export(sqlite_database, SLUG, ExportContent.FINAL, tmp_path / "no" / "out.csv", ExportFormat.CSV)


def test_an_empty_project_gives_the_columns(sqlite_database: Database) -> None:
    with sqlite_database.transaction() as connection:
        create_project(connection, SLUG, now=NOON)
    for what in ExportContent:
        for format in formats_of(what, LabelKind.SINGLE):
            out = io.BytesIO()
            assert export(sqlite_database, SLUG, what, out, format).rows == 0
            if format is ExportFormat.CSV:
                assert out.getvalue().startswith(b"item,")


def test_the_format_is_known_by_the_ending() -> None:
    assert format_of("a.CSV") is ExportFormat.CSV
    with pytest.raises(LabelingError, match="unknown_format"):
        format_of("labels.doc")


def test_only_a_lead_takes_labels_out_or_brings_them_in(sqlite_database: Database) -> None:
    world = make_world(sqlite_database)
    me = world.assessors[0]
    with pytest.raises(LabelingError, match="not_allowed"):
        export(sqlite_database, "test", ExportContent.FINAL, io.BytesIO(), ExportFormat.CSV, actor=me)
    with pytest.raises(LabelingError, match="not_allowed"):
        bring(sqlite_database, csv_of(["text"], [["a"]]), slug="test", actor=me)
    with pytest.raises(LabelingError, match="not_allowed"):
        bring(sqlite_database, csv_of(["text"], [["a"]]), slug="new", actor=me)
    with sqlite_database.transaction() as connection:
        lead = add_person(connection, "lead", world.project, Role.LEAD)
    assert bring(sqlite_database, csv_of(["text"], [["a"]]), slug="test", actor=lead).imported == 1
    assert export(sqlite_database, "test", ExportContent.FINAL, io.BytesIO(), ExportFormat.CSV, actor=lead).rows == 15
