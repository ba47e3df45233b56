"""Cells that are lists of labels, in files of every kind."""

from __future__ import annotations

import io
from typing import Any

import polars as pl
import pytest

from db.engine import Database
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
