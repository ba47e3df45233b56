"""What formats say of labels of several classes, of scales and of trees."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from db.engine import Database
from db.vocabulary import LabelKind
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat, ExportOptions
from labeling.exchange.exporting import preview
from labeling.exchange.rivals.answers import Answers
from labeling.projects.classes import LabelClass, named_by_code
from tests.labeling.exchange.files import SLUG, bring, named
from tests.labeling.exchange.test_export_tools import lines, written
from tests.labeling.exchange.test_round_trip_kinds import fill

MOODS = ["joy", "fear", "text"]
SAID = [
    (0, "ann", ["joy", "fear"]), (0, "bob", ["fear", "joy"]), (0, "eve", ["joy"]),
    (1, "ann", []), (1, "bob", []), (2, "ann", None),
]  # fmt: skip
FINAL, VOTES = ExportContent.FINAL, ExportContent.ANNOTATIONS


@pytest.fixture
def moods(sqlite_database: Database) -> Database:
    """Three texts: one of two moods, one of none, one that nobody could tell."""
    fill(sqlite_database, LabelKind.SEVERAL, MOODS, SAID)
    return sqlite_database


def table(data: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(data))


def test_a_set_is_a_code_in_tables_of_text_and_a_list_elsewhere(moods: Database) -> None:
    rows = list(csv.DictReader(io.StringIO(written(moods, FINAL, ExportFormat.CSV).decode())))
    assert [row["label"] for row in rows] == ["joy|fear", "|", ""]
    lists = [["joy", "fear"], [], None]
    assert [row["label"] for row in lines(written(moods, FINAL, ExportFormat.JSONL))] == lists
    assert table(written(moods, FINAL, ExportFormat.PARQUET))["label"].to_pylist() == lists
    assert [row["label"] for row in lines(written(moods, FINAL, ExportFormat.DOCCANO))] == [["joy", "fear"], [], []]


def test_hugging_face_has_sequences_of_class_labels(moods: Database) -> None:
    found = table(written(moods, FINAL, ExportFormat.HUGGING_FACE))
    features = json.loads(found.schema.metadata[b"huggingface"])["info"]["features"]
    assert features["label"] == {"feature": {"names": MOODS, "_type": "ClassLabel"}, "_type": "Sequence"}
    assert features["reference"] == {"feature": {"dtype": "large_string", "_type": "Value"}, "_type": "Sequence"}
    assert found.schema.field("label").type == pa.list_(pa.int64())
    assert found["label"].to_pylist() == [[0, 1], [], None]


def test_the_share_of_a_class_is_that_of_all_sets_that_have_it(moods: Database) -> None:
    rows = {row["item"]: row for row in lines(written(moods, ExportContent.CONSENSUS, ExportFormat.JSONL))}
    assert rows["0"]["label"] == ["joy", "fear"] and rows["1"]["label"] == []
    # Each of the three said joy, and nobody the third class: what is left is that of the other sets.
    assert rows["0"]["p_joy"] >= rows["0"]["p_fear"] >= rows["0"]["probability"]
    assert rows["0"]["p_text"] == 0 and rows["1"]["p_joy"] <= 1 - rows["1"]["probability"] + 1e-5
    soft = table(written(moods, FINAL, ExportFormat.HUGGING_FACE)).to_pylist()
    assert [soft[0][f"p_{code}"] for code in MOODS] == [rows["0"][f"p_{code}"] for code in MOODS]
    golden = [{"item": "1", "text": "text 1", "golden": ["fear", "text"]}]
    bring(moods, named(json.dumps(golden[0]).encode(), "g.jsonl"))
    soft = table(written(moods, FINAL, ExportFormat.HUGGING_FACE)).to_pylist()
    assert [soft[1][f"p_{code}"] for code in MOODS] == [0.0, 1.0, 1.0] and soft[1]["label"] == [1, 2]


@pytest.mark.parametrize(
    "format", [ExportFormat.CSV, ExportFormat.JSONL, ExportFormat.PARQUET, ExportFormat.HUGGING_FACE]
)
def test_a_column_for_each_class(moods: Database, format: ExportFormat) -> None:
    data = written(moods, FINAL, format, one_hot=True)
    if format is ExportFormat.CSV:
        rows: list[dict[str, Any]] = pl.read_csv(data).to_dicts()
    elif format is ExportFormat.JSONL:
        rows = lines(data)
    else:
        rows = table(data).to_pylist()
    # A class that is called as a column is told apart from it.
    assert [(row["joy"], row["fear"], row["label_text"]) for row in rows] == [(1, 1, 0), (0, 0, 0), (None, None, None)]
    assert [row["text"] for row in rows] == ["text 0", "text 1", "text 2"] and "label" not in rows[0]
    seen = preview(moods, SLUG, FINAL, options=ExportOptions(one_hot=True))
    assert seen["joy"].to_list() == [1, 0, None]


def test_a_column_for_each_class_of_one(sqlite_database: Database) -> None:
    fill(sqlite_database, LabelKind.SINGLE, ["joy", "fear"], [(0, "ann", "joy"), (1, "ann", None), (2, "ann", "fear")])
    rows = lines(written(sqlite_database, FINAL, ExportFormat.JSONL, one_hot=True))
    assert [(row["joy"], row["fear"]) for row in rows] == [(1, 0), (None, None), (0, 1)]
    # Records of tools have no columns.
    assert written(sqlite_database, FINAL, ExportFormat.DOCCANO, one_hot=True) == written(
        sqlite_database, FINAL, ExportFormat.DOCCANO
    )


def test_an_address_and_a_command_ask_for_columns_of_classes() -> None:
    chosen = ExportOptions(one_hot=True)
    assert chosen.arguments() == ["--one-hot"] and ExportOptions.of_query(chosen.query()) == chosen
    assert not chosen.is_of_some and not chosen.pertinent(FINAL, ExportFormat.LABEL_STUDIO).one_hot
    assert not chosen.pertinent(ExportContent.SUGGESTIONS, ExportFormat.CSV).one_hot
    assert chosen.pertinent(VOTES, ExportFormat.XLSX).one_hot


def test_choices_taxonomies_and_ratings_of_label_studio() -> None:
    def result(answers: Answers, label: str) -> dict[str, Any]:
        (one,) = answers.label_studio(label)
        assert one["value"].keys() == {one["type"]}
        return dict(one["value"])

    card, lost = LabelClass("c1", "", "", None, "#000000"), LabelClass("c2", "", "", None, "#000000", parent="c1")
    tree = named_by_code(["card > lost"])
    assert result(Answers(tree, LabelKind.SINGLE), "card > lost") == {"taxonomy": [["card", "lost"]]}
    assert result(Answers([card, lost], LabelKind.SINGLE), "c2") == {"taxonomy": [["c1", "c2"]]}
    assert result(Answers(tree, LabelKind.SEVERAL), "card|card > lost") == {"taxonomy": [["card"], ["card", "lost"]]}
    assert result(Answers(tree, LabelKind.SEVERAL), "|") == {"taxonomy": []}
    assert result(Answers(named_by_code("123"), LabelKind.ORDERED), "3") == {"rating": 3}
    # Stars begin with one and leave none out; whatever else a scale has are choices.
    for codes in ("012", "124", "321", "abc"):
        assert result(Answers(named_by_code(codes), LabelKind.ORDERED), codes[2]) == {"choices": [codes[2]]}
    assert result(Answers(named_by_code("123"), LabelKind.SINGLE), "3") == {"choices": ["3"]}


def test_values_of_argilla() -> None:
    assert Answers(named_by_code(["1", "3", "10"]), LabelKind.ORDERED).argilla("10") == 10
    for codes in (["0", "1"], ["1", "11"]):
        assert Answers(named_by_code(codes), LabelKind.ORDERED).argilla("1") == "1"
    assert Answers(named_by_code("ab"), LabelKind.ORDERED).argilla("a") == "a"
    assert Answers(named_by_code("12"), LabelKind.SINGLE).argilla("2") == "2"
    assert Answers(named_by_code("ab"), LabelKind.SEVERAL).argilla("a") == ["a"]
