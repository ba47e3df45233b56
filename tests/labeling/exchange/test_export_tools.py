"""Export for other tools: what each of their formats says, which items are taken, and what comes back of it."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pyarrow.parquet as pq
import pytest
from sqlalchemy import insert, select

from db import schema
from db.engine import Database
from labeling.desk import golden
from labeling.errors import LabelingError
from labeling.exchange import writing
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat, ExportOptions, FinalAs, ending_of
from labeling.exchange.exporting import export
from labeling.projects.projects import create_project, get_project
from tests.labeling.exchange.files import NOON, SLUG, bring, content, named
from tests.labeling.exchange.test_round_trip import NASTY, fresh

ITEMS = [
    {"item": "1", "text": "Где карта?\r\nЖду\u00a0её 😀", "split": "train", "channel": "cards"},
    {"item": "2", "text": "@bank =1+1", "split": "test"},
    {"item": "3", "text": "спасибо"},
    {"item": "4", "text": "никто не отвечал"},
]
VOTES = [
    {"item": "1", "annotator": "anna", "label": "b", "comment": "sure", "created_at": "2026-03-01T10:00:00.123456Z"},
    {"item": "1", "annotator": "boris", "label": "b", "seconds": 2.5},
    {"item": "2", "annotator": "anna", "label": "a", "flagged": True},
    {"item": "2", "annotator": "boris", "label": None, "unsure": True},
    {"item": "2", "annotator": "vera", "label": "b", "surplus": True},
    {"item": "3", "annotator": "vera", "label": "a", "revision": 1},
    {"item": "3", "annotator": "vera", "label": "b", "revision": 2, "comment": "after all"},
]


@pytest.fixture
def crowd(database: Database) -> Database:
    """Four items, of which one has a golden label and another an expert's ruling."""
    with database.transaction() as connection:
        create_project(connection, SLUG, now=NOON, overlap=2)
    bring(database, named("\n".join(map(json.dumps, ITEMS)).encode(), "items.jsonl"))
    bring(database, named("\n".join(map(json.dumps, VOTES)).encode(), "votes.jsonl"))
    with database.transaction() as connection:
        project = get_project(connection, SLUG)
        named_so = select(schema.item.c.external_id, schema.item.c.id)
        ids = {row.external_id: row.id for row in connection.execute(named_so)}
        golden.appoint(connection, project, ids["2"], "a", now=NOON, actor=None)
        ruling = {"project_id": project.id, "item_id": ids["3"], "label": "a", "rationale": "x", "revision": 1}
        connection.execute(insert(schema.adjudication), [ruling | {"created_at": NOON}])
    return database


def written(database: Database, what: ExportContent, format: ExportFormat, **options: Any) -> bytes:
    """An export as the bytes of its file."""
    out = io.BytesIO()
    export(database, SLUG, what, out, format, options=ExportOptions(**options))
    return out.getvalue()


def lines(data: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in data.splitlines()]


def items_of(database: Database, what: ExportContent = ExportContent.FINAL, **options: Any) -> list[str]:
    return [row["item"] for row in lines(written(database, what, ExportFormat.JSONL, **options))]


def test_which_items_are_taken(crowd: Database) -> None:
    assert items_of(crowd) == ["1", "2", "3", "4"]
    assert items_of(crowd, only_labelled=True) == ["1", "2", "3"]
    assert items_of(crowd, only_adjudicated=True) == ["3"]
    tied = [{"item": "4", "annotator": who, "label": label} for who, label in (("x", "a"), ("y", "b"))]
    bring(crowd, named("\n".join(map(json.dumps, tied)).encode(), "tied.jsonl"))
    # Golden labels and rulings need no probability.
    assert items_of(crowd, min_probability=0.9) == ["1", "2", "3"]
    assert items_of(crowd, min_probability=0.5) == ["1", "2", "3", "4"]
    assert items_of(crowd, split="test") == ["2"]
    assert items_of(crowd, split="test", only_adjudicated=True) == []
    # What else is exported is of the same items.
    assert set(items_of(crowd, ExportContent.ANNOTATIONS, split="train")) == {"1"}
    assert items_of(crowd, ExportContent.GOLDEN, only_adjudicated=True) == []
    assert items_of(crowd, ExportContent.CONSENSUS, only_adjudicated=True) == ["3"]


def test_a_probability_lies_between_0_and_1() -> None:
    with pytest.raises(LabelingError, match="bad_probability"):
        ExportOptions(min_probability=90)
    with pytest.raises(LabelingError, match="bad_separator"):
        ExportOptions(separator="::")


def test_an_address_and_a_command_say_the_same_choice() -> None:
    chosen = ExportOptions(True, True, 0.9, "train", FinalAs.ANNOTATIONS, ";")
    assert ExportOptions.of_query(chosen.query()) == chosen
    assert chosen.arguments() == [
        *("--only-labelled", "--only-adjudicated", "--min-probability", "0.9", "--split", "train"),
        *("--final-as", "annotations", "--separator", ";"),
    ]
    assert ExportOptions.of_query({"min_probability": "7", "final_as": "guesses", "separator": ""}) == ExportOptions()


def test_label_studio_takes_final_labels_as_either(crowd: Database) -> None:
    tasks = json.loads(written(crowd, ExportContent.FINAL, ExportFormat.LABEL_STUDIO))
    assert [len(task["predictions"]) for task in tasks] == [1, 1, 1, 0]
    assert not any(task["annotations"] for task in tasks)
    tasks = json.loads(written(crowd, ExportContent.FINAL, ExportFormat.LABEL_STUDIO, final_as=FinalAs.ANNOTATIONS))
    assert [[act["completed_by"]["email"] for act in task["annotations"]] for task in tasks] == [
        ["consensus"],
        ["golden"],
        ["adjudication"],
        [],
    ]
    assert not any(task["predictions"] for task in tasks)


def test_argilla_has_a_response_for_each_vote(crowd: Database) -> None:
    records = json.loads(written(crowd, ExportContent.ANNOTATIONS, ExportFormat.ARGILLA))
    assert [record["id"] for record in records] == ["1", "2", "3", "4"]
    assert records[0]["fields"] == {"text": ITEMS[0]["text"]}
    assert records[0]["metadata"] == {"split": "train", "channel": "cards"}
    said = [[(one["user_id"], one["value"]) for one in record["responses"].get("label", [])] for record in records]
    assert said == [[("anna", "b"), ("boris", "b")], [("anna", "a")], [("vera", "b")], []]
    records = json.loads(written(crowd, ExportContent.FINAL, ExportFormat.ARGILLA))
    assert records[2]["suggestions"] == {"label": {"value": "a", "score": None, "agent": "adjudication"}}
    assert records[3]["suggestions"] == {} == records[2]["responses"]


def test_doccano_has_a_line_for_each_answer(crowd: Database) -> None:
    found = lines(written(crowd, ExportContent.ANNOTATIONS, ExportFormat.DOCCANO))
    assert [(row["id"], row.get("annotator"), row["label"]) for row in found] == [
        ("1", "anna", ["b"]),
        ("1", "boris", ["b"]),
        ("2", "anna", ["a"]),
        ("2", "boris", []),
        ("2", "vera", ["b"]),
        ("3", "vera", ["a"]),
        ("3", "vera", ["b"]),
        ("4", None, []),
    ]
    assert found[0]["channel"] == "cards" and found[0]["comment"] == "sure"
    assert [row["label"] for row in lines(written(crowd, ExportContent.FINAL, ExportFormat.DOCCANO))] == [
        ["b"],
        ["a"],
        ["a"],
        [],
    ]
    (golden_line,) = lines(written(crowd, ExportContent.GOLDEN, ExportFormat.DOCCANO))
    assert (golden_line["id"], golden_line["label"]) == ("2", ["a"])


def test_prodigy_has_an_example_for_each_answer(crowd: Database) -> None:
    found = lines(written(crowd, ExportContent.ANNOTATIONS, ExportFormat.PRODIGY))
    assert [(row["id"], row["_annotator_id"], row["accept"], row["answer"]) for row in found] == [
        ("1", "anna", ["b"], "accept"),
        ("1", "boris", ["b"], "accept"),
        ("2", "anna", ["a"], "accept"),
        ("2", "boris", [], "ignore"),
        ("2", "vera", ["b"], "accept"),
        ("3", "vera", ["a"], "accept"),
        ("3", "vera", ["b"], "accept"),
    ]
    assert found[0]["options"] == [{"id": code, "text": code} for code in ("b", "a")]


def test_crowd_kit_has_votes_alone(crowd: Database) -> None:
    rows = list(csv.reader(io.StringIO(written(crowd, ExportContent.ANNOTATIONS, ExportFormat.CROWD_KIT).decode())))
    assert rows[0] == ["task", "worker", "label"]
    assert rows[1:] == [["1", "anna", "b"], ["1", "boris", "b"], ["2", "anna", "a"], ["3", "vera", "b"]]
    rows = list(csv.reader(io.StringIO(written(crowd, ExportContent.FINAL, ExportFormat.CROWD_KIT).decode())))
    assert rows == [["task", "label"], ["1", "b"], ["2", "a"], ["3", "a"]]


def test_hugging_face_has_class_names_and_a_share_of_each_class(crowd: Database) -> None:
    table = pq.read_table(io.BytesIO(written(crowd, ExportContent.FINAL, ExportFormat.HUGGING_FACE)))
    features = json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]
    assert features["label"] == {"names": ["b", "a"], "_type": "ClassLabel"}
    assert features["text"]["_type"] == "Value" and features["p_a"]["dtype"] == "float64"
    rows = table.to_pylist()
    assert [row["label"] for row in rows] == [0, 1, 1, None]
    assert (rows[1]["p_b"], rows[1]["p_a"]) == (0.0, 1.0) == (rows[2]["p_b"], rows[2]["p_a"])
    assert rows[0]["p_b"] == rows[0]["probability"] and rows[0]["p_a"] + rows[0]["p_b"] == pytest.approx(1, abs=1e-5)
    assert rows[3]["p_b"] is None


def test_what_a_format_has_no_place_for_is_refused(crowd: Database) -> None:
    for what, format in (
        (ExportContent.REPEATS, ExportFormat.DOCCANO),
        (ExportContent.GOLDEN, ExportFormat.PRODIGY),
        (ExportContent.SUGGESTIONS, ExportFormat.HUGGING_FACE),
    ):
        with pytest.raises(LabelingError, match=f"not_in_format.*{what.value}"):
            written(crowd, what, format)


@pytest.mark.parametrize("format", [ExportFormat.DOCCANO, ExportFormat.PRODIGY])
def test_answers_come_back_with_all_that_was_said_of_them(crowd: Database, format: ExportFormat) -> None:
    texts = [{"item": f"n{n}", "text": text} for n, text in enumerate(NASTY)]
    bring(crowd, named("\n".join(map(json.dumps, texts)).encode(), "n.jsonl"))
    said = [{"item": f"n{n}", "annotator": "anna", "label": "a", "comment": text} for n, text in enumerate(NASTY)]
    bring(crowd, named("\n".join(map(json.dumps, said)).encode(), "v.jsonl"))
    with fresh() as target:
        data = written(crowd, ExportContent.ANNOTATIONS, format)
        assert bring(target, named(data, "votes" + ending_of(format))).bad_rows == []
        before, after = content(crowd), content(target)
        there = {item: text for item, text, *_ in before["items"]}
        assert {item: text for item, text, *_ in after["items"]}.items() <= there.items()
        assert sorted(after["votes"], key=repr) == sorted(before["votes"], key=repr)


@pytest.mark.parametrize(
    ("format", "final_as"),
    [
        (ExportFormat.LABEL_STUDIO, FinalAs.PREDICTIONS),
        (ExportFormat.LABEL_STUDIO, FinalAs.ANNOTATIONS),
        (ExportFormat.ARGILLA, FinalAs.PREDICTIONS),
    ],
)
def test_our_final_labels_come_back_as_no_facts(crowd: Database, format: ExportFormat, final_as: FinalAs) -> None:
    data = written(crowd, ExportContent.FINAL, format, final_as=final_as)
    with fresh() as target:
        report = bring(target, named(data, "final.json"))
        assert (report.imported, report.votes, report.left_out) == (4, 0, {"prediction": 3})
        with target.snapshot() as connection:
            assert connection.execute(select(schema.suggestion)).all() == []


def test_juniors_suggestions_travel_as_predictions(crowd: Database) -> None:
    predicted = [
        {
            "id": 1,
            "data": {"item": "1", "text": ITEMS[0]["text"]},
            "annotations": [],
            "predictions": [
                {
                    "model_version": "m",
                    "score": 0.75,
                    "result": [{"from_name": "q", "to_name": "text", "type": "choices", "value": {"choices": ["a"]}}],
                }
            ],
        }
    ]
    bring(crowd, named(json.dumps(predicted).encode(), "p.json"))
    (row,) = lines(written(crowd, ExportContent.SUGGESTIONS, ExportFormat.JSONL))
    assert (row["item"], row["model"], row["suggestion"], row["confidence"]) == ("1", "m", "a", 0.75)
    task = json.loads(written(crowd, ExportContent.SUGGESTIONS, ExportFormat.LABEL_STUDIO))[0]
    assert [(guess["model_version"], guess["score"]) for guess in task["predictions"]] == [("m (version 1)", 0.75)]
    record = json.loads(written(crowd, ExportContent.SUGGESTIONS, ExportFormat.ARGILLA))[0]
    assert record["suggestions"]["label"]["value"] == "a"


def test_a_few_items_of_many_fit_a_sheet(crowd: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "XLSX_ROWS", 3)
    with pytest.raises(LabelingError, match="too_many_rows"):
        written(crowd, ExportContent.FINAL, ExportFormat.XLSX)
    assert written(crowd, ExportContent.FINAL, ExportFormat.XLSX, only_adjudicated=True)
    with pytest.raises(LabelingError, match="too_many_rows"):
        written(crowd, ExportContent.FINAL, ExportFormat.XLSX, only_labelled=True)
