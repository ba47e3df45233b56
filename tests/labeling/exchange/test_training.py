"""Pairs as rows that a model learns from: what each format has, what is left out and said of it, and what the file's form was."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from db.engine import Database
from db.vocabulary import LabelKind, Role
from labeling.cli.main import main
from labeling.errors import LabelingError
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat, ExportOptions
from labeling.exchange.exporting import ExportReport, export, preview
from tests.labeling.exchange.files import SLUG, bring, csv_of
from tests.labeling.pairs import PAIRS, bring_pairs, rows_of, settle
from tests.labeling.worlds import add_person, make_world

FINAL = ExportContent.FINAL


def written(database: Database, format: ExportFormat, **options: Any) -> tuple[list[dict[str, Any]], ExportReport]:
    out = io.BytesIO()
    report = export(database, SLUG, FINAL, out, format, options=ExportOptions(**options))
    rows = [json.loads(line) for line in out.getvalue().decode().split("\n")[:-1]]
    assert report.rows == len(rows)
    return rows, report


@pytest.fixture
def pairs(database: Database) -> Database:
    bring_pairs(database)
    settle(database)
    return database


def test_dpo_has_the_chosen_and_the_rejected_text_and_how_sure_that_is(pairs: Database) -> None:
    rows, report = written(pairs, ExportFormat.DPO)
    told = [(row["prompt"], row["chosen"], row["rejected"]) for row in rows]
    assert told == [
        ("question 1", "a longer answer", "short"),
        ("question 2", "well enough", "no"),
        ("question 3", "a good one", "hm"),
        ("question 6", "rather", "not so"),
        ("question 8", "the third", "is here"),
        ("question 9", "ruled", "otherwise"),
        ("question 10", "golden", "not"),
    ]
    assert [(row["margin"], row["probability"]) for row in rows[-2:]] == [(1.0, 1.0)] * 2
    assert all(0 < row["margin"] <= row["probability"] <= 1 for row in rows)
    assert report.left_out == {"no_vote": 1, "tie": 1, "both_bad": 1, "unsure": 0, "no_text": 0, "same_text": 0}
    assert (report.label_true, report.label_false) == (None, None)


def test_reward_has_margins_and_kto_a_row_a_text_with_both_of_a_pair_that_is_both_bad(pairs: Database) -> None:
    rows, _ = written(pairs, ExportFormat.REWARD)
    assert [list(row) for row in rows] == [["prompt", "chosen", "rejected", "margin"]] * 7
    rows, report = written(pairs, ExportFormat.KTO)
    assert [list(row) for row in rows] == [["prompt", "completion", "label"]] * 16
    assert {row["completion"] for row in rows if row["prompt"] == "question 5"} == {"bad", "worse"}
    assert (report.label_true, report.label_false) == (7, 9)


def test_pairs_that_are_less_sure_are_left_out_and_counted(pairs: Database) -> None:
    rows, report = written(pairs, ExportFormat.DPO, min_probability=1.0)
    assert report.left_out is not None
    assert len(rows) + report.left_out["unsure"] == 7 and report.left_out["unsure"] > 0
    assert [row["chosen"] for row in rows[-2:]] == ["ruled", "golden"]
    assert [row["chosen"] for row in written(pairs, ExportFormat.DPO, only_adjudicated=True)[0]] == ["ruled"]


def test_pages_of_any_size_say_the_same(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    bring_pairs(sqlite_database)
    whole, report = written(sqlite_database, ExportFormat.DPO)
    monkeypatch.setattr("labeling.exchange.sheets.PAGE", 3)
    parts, again = written(sqlite_database, ExportFormat.DPO)
    assert (parts, again.left_out) == (whole, report.left_out)


def test_the_preview_shows_the_first_rows_as_texts(sqlite_database: Database) -> None:
    bring_pairs(sqlite_database)
    rows = preview(sqlite_database, SLUG, FINAL, 2, format=ExportFormat.DPO)
    assert rows.select("prompt", "chosen").rows() == [("question 1", "a longer answer"), ("question 2", "well enough")]


def test_what_the_file_had_as_messages_stays_messages(sqlite_database: Database) -> None:
    asked, yes, no = (
        {"role": "user", "content": "well?"},
        {"role": "assistant", "content": "yes"},
        {"from": "gpt", "value": "no"},
    )
    why, so, hm = (
        {"from": "human", "value": "why?"},
        {"role": "assistant", "content": "so"},
        {"role": "assistant", "content": "hm"},
    )
    system = {"role": "system", "content": "be short"}
    row = {"item": "1", "conversation_a": [system, asked, yes, why, so], "conversation_b": [system, asked, no, why, hm]}
    bring_pairs(sqlite_database, [row | {"annotator": "w", "label": "model_b"}])
    ((told,), _) = written(sqlite_database, ExportFormat.DPO)
    assert told["prompt"] == [system, asked]
    again = {"role": "user", "content": "why?"}
    assert told["chosen"] == [{"role": "assistant", "content": "no"}, again, {"role": "assistant", "content": "hm"}]
    assert told["rejected"] == [{"role": "assistant", "content": "yes"}, again, {"role": "assistant", "content": "so"}]
    kto, _ = written(sqlite_database, ExportFormat.KTO)
    assert [(row["prompt"], row["completion"], row["label"]) for row in kto] == [
        (told["prompt"], told["chosen"], True), (told["prompt"], told["rejected"], False)
    ]  # fmt: skip


def test_texts_that_look_like_anything_come_through_whole(sqlite_database: Database) -> None:
    text = 'first: "quoted"\n  second: no\\n 😀 prompt: \u2028 {"a": 1}'
    row = {
        "item": "1",
        "prompt": 'a "b": c\nuser: d',
        "response_a": text,
        "response_b": "{",
        "annotator": "w",
        "label": "a",
    }
    bring_pairs(sqlite_database, [row])
    ((told,), _) = written(sqlite_database, ExportFormat.DPO)
    assert (told["prompt"], told["chosen"], told["rejected"]) == (row["prompt"], text, "{")


def test_a_pair_without_a_text_or_of_one_text_is_left_out_for_that(sqlite_database: Database) -> None:
    odd = {"1": ("f", "x", "y", "same", "same"), "2": ("f", "x", "y", "only one", ""), "3": PAIRS["1"]}
    bring_pairs(sqlite_database, rows_of(odd))
    rows, report = written(sqlite_database, ExportFormat.DPO)
    assert report.left_out is not None
    assert (len(rows), report.left_out["same_text"], report.left_out["no_text"]) == (1, 1, 1)


def test_projects_of_other_labels_and_snapshots_have_none(sqlite_database: Database) -> None:
    bring(sqlite_database, csv_of(["id", "text", "annotator", "label"], [["1", "hi", "w", "x"]]), slug="single")
    with pytest.raises(LabelingError, match="not_of_pairs"):
        export(sqlite_database, "single", FINAL, io.BytesIO(), ExportFormat.DPO)
    bring_pairs(sqlite_database)
    with pytest.raises(LabelingError, match="not_in_format"):
        export(sqlite_database, SLUG, ExportContent.ANNOTATIONS, io.BytesIO(), ExportFormat.KTO)
    with pytest.raises(LabelingError, match="not_in_format"):
        export(sqlite_database, SLUG, FINAL, io.BytesIO(), ExportFormat.KTO, snapshot="v1")


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.EXPERT])
def test_whoever_leads_no_project_gets_no_rows(sqlite_database: Database, role: Role) -> None:
    world = make_world(sqlite_database, items=0, golden_items=0, kind=LabelKind.PAIR)
    with sqlite_database.transaction() as connection:
        who = add_person(connection, "somebody", world.project, role)
    with pytest.raises(LabelingError, match="not_allowed"):
        export(sqlite_database, "test", FINAL, io.BytesIO(), ExportFormat.DPO, actor=who)


def test_the_command_says_what_was_left_out(
    sqlite_database: Database, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    bring_pairs(sqlite_database)
    monkeypatch.setenv("DATABASE_URL", sqlite_database.url.render_as_string(hide_password=False))
    name = str(tmp_path / "rows.jsonl")
    arguments = ["export", "--project", SLUG, "-o", name]
    assert main([*arguments, "--format", "kto"]) == 0
    said = capsys.readouterr().out
    assert "16 rows in" in said and "label true: 7, false: 9" in said
    assert "left out: nobody said which is better: 1, tie: 1, both bad: 1" in said
    assert main([*arguments, "--format", "dpo", "--what", "golden"]) == 2
    assert "the format dpo has no place for golden" in capsys.readouterr().err
