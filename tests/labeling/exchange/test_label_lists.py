"""Cells that are lists of labels, in files of every kind."""

from __future__ import annotations

import io
from typing import Any

import polars as pl
import pytest

from db.engine import Database
from db.vocabulary import LabelKind
from labeling.exchange.blocks import LeftOut
from labeling.exchange.label_lists import set_labels
from tests.labeling.exchange.files import bring, content, csv_of, named, texts
from tests.labeling.exchange.rivals.records import examples, lines_of, votes


def parquet_of(rows: list[list[str]]) -> io.BytesIO:
    out = io.BytesIO()
    pl.DataFrame({"text": list("abcd"), "category": rows}).write_parquet(out)
    return named(out.getvalue(), "out.parquet")


LISTS = [["cards"], [], ["cards", "login"], ["login"]]
WRITTEN = ['["cards"]', "[]", '["cards", "login"]', '["login"]']
CHOICES = '{{"choices":{}}}'
SOURCES = {
    "CSV, JSON": lambda: csv_of(["text", "category"], zip("abcd", WRITTEN, strict=True)),
    "CSV, Python": lambda: csv_of(["text", "category"], zip("abcd", map(str, LISTS), strict=True)),
    "CSV, choices": lambda: csv_of(["text", "category"], zip("abcd", map(CHOICES.format, WRITTEN), strict=True)),
    "JSON lines": lambda: lines_of(*({"text": t, "category": given} for t, given in zip("abcd", LISTS, strict=True))),
    "Parquet": lambda: parquet_of(LISTS),
}  # fmt: skip


@pytest.mark.parametrize("kind", SOURCES)
def test_a_list_of_one_is_that_label_and_an_empty_one_none(sqlite_database: Database, kind: str) -> None:
    report = bring(sqlite_database, SOURCES[kind]())
    assert [(row[1], row[4]) for row in content(sqlite_database)["items"]] == [
        *(("a", "cards"), ("b", None), ("c", None), ("d", "login")),
    ]
    assert report.new_classes == ["cards", "login"] and report.left_out == {"several_labels": 1}
    assert [words for _, words in examples(report, "several_labels")] == ["cards, login"]


@pytest.mark.parametrize("word", ["[cards]", "[", "{cards}", "cards, login", "[cards", "(a)"])
def test_a_label_in_brackets_is_a_label(sqlite_database: Database, word: str) -> None:
    report = bring(sqlite_database, csv_of(["text", "label"], [["a", word]]))
    assert report.new_classes == [word] and report.left_out == {}


def test_lists_are_read_in_votes_and_golden_labels(sqlite_database: Database) -> None:
    rows = [["a", "ann", "['x']"], ["a", "bob", "['x', 'y']"], ["b", "ann", "y"], ["c", "", "x"]]
    report = bring(sqlite_database, csv_of(["text", "annotator", "label"], rows))
    assert votes(sqlite_database) == [("a", "ann", "x"), ("b", "ann", "y")]
    assert report.left_out == {"several_labels": 1, "no_annotator": 1}
    golden = bring(
        sqlite_database, lines_of({"text": "a", "golden": ["x"]}, {"text": "b", "golden": ["x", "y"]}), slug="g"
    )
    assert (golden.golden, golden.left_out) == (1, {"several_labels": 1})


@pytest.mark.parametrize(
    ("cell", "reason"),
    [([[0, 3, "PER"]], "spans"), ([{"start": 0, "end": 1}], "spans"), ({"a": 1}, "not_understood")],
)
def test_what_is_no_label_makes_no_class(sqlite_database: Database, cell: Any, reason: str) -> None:
    report = bring(sqlite_database, lines_of({"text": "a", "category": cell}))
    assert texts(sqlite_database) == ["a"] and report.new_classes == []
    assert report.left_out == {reason: 1}


def test_a_chat_among_ordinary_columns_is_a_dialogue(sqlite_database: Database) -> None:
    chat = [{"role": "user", "content": "hi"}, {"role": "bot", "content": "hello"}]
    bring(sqlite_database, lines_of({"text": chat, "history": chat[:1], "label": "x"}))
    (item,) = content(sqlite_database)["items"]
    assert item[1:3] == ("user: hi\nbot: hello", "user: hi")


@pytest.mark.parametrize("kind", SOURCES)
def test_lists_are_sets_where_a_label_is_several_classes(sqlite_database: Database, kind: str) -> None:
    report = bring(sqlite_database, SOURCES[kind](), options={"kind": LabelKind.SEVERAL})
    assert [(row[1], row[4]) for row in content(sqlite_database)["items"]] == [
        *(("a", "cards"), ("b", "|"), ("c", "cards|login"), ("d", "login")),
    ]
    assert (report.new_classes, report.left_out) == (["cards", "login"], {})


@pytest.mark.parametrize(
    ("cell", "label"),
    [
        (["b", "a", "b"], "b|a"), ([], "|"), ([" a ", ""], "a"), ([1, 2.0], "1|2"), ([["a", "b"], ["c"]], "a > b|c"),
        ('["a", "b"]', "a|b"), ("['a']", "a"), ('{"choices": ["a", "b"]}', "a|b"), ({"taxonomy": [["a", "b"]]}, "a > b"),
        ("a|b", "a|b"), ("a; b", "a|b"), (" a ;; b ", "a|b"), ("a; b|c", "a; b|c"), ("a, b", "a, b"), ("|", "|"), (";", "|"),
        (7, "7"), (True, "true"), (None, None), ("", ""),
    ],
)  # fmt: skip
def test_in_whatever_form_a_set_stands_it_is_one_code(cell: Any, label: str | None) -> None:
    left_out = LeftOut()
    assert set_labels([cell], [2], left_out) == [label] and left_out.counts == {}


def test_one_list_of_no_labels_leaves_the_others(sqlite_database: Database) -> None:
    rows = [["a", "b"], [[0, 3, "PER"]], ["b"], [{"start": 0}]]
    lines = lines_of(*({"text": f"{n}", "category": cell} for n, cell in enumerate(rows)))
    report = bring(sqlite_database, lines, options={"kind": LabelKind.SEVERAL})
    assert [row[4] for row in content(sqlite_database)["items"]] == ["a|b", None, "b", None]
    assert report.left_out == {"spans": 2} and [line for line, _ in examples(report, "spans")] == [2, 4]
