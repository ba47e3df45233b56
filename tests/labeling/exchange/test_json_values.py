"""JSON however it is spread over lines, and the words for numbers that it does not have."""

from __future__ import annotations

import io
import json

import pytest

from db.engine import Database
from labeling.errors import LabelingError
from labeling.exchange.blocks import BadRow
from labeling.exchange.json_values import json_array, json_lines
from tests.labeling.exchange.files import bring, content, named, texts

ROWS = [{"text": "a", "k": [1, {"x": "}"}]}, {"text": "b\n{c"}, {"text": "d", "n": 2.5}]


def text_of(raw: str) -> io.StringIO:
    return io.StringIO(raw, newline="")


@pytest.mark.parametrize("between", ["\n", "", ",\n", "\r\n\r\n", " "])
@pytest.mark.parametrize("indent", [1, "\t"])
def test_objects_over_many_lines_are_read_one_after_the_other(between: str, indent: int | str) -> None:
    raw = between.join(json.dumps(row, indent=indent) for row in ROWS)
    assert list(json_lines(text_of(raw), "x.json")) == list(enumerate(ROWS, 1))


@pytest.mark.parametrize("size", [1, 7, 1 << 18])
def test_the_size_of_what_is_read_at_once_changes_nothing(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr("labeling.exchange.json_values._CHARACTERS", size)
    raw = "\n" + json.dumps(ROWS[0], indent=2) + "\n" + json.dumps(ROWS[1], indent=2) + "\n"
    assert list(json_lines(text_of(raw), "x.json")) == list(enumerate(ROWS[:2], 1))


@pytest.mark.parametrize("broken", ['{"text": ', '{"text": "a', '{"text": "a"} and more', "{'text': 'a'}", "{"])
def test_a_first_line_that_is_broken_takes_no_other_along(monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    monkeypatch.setattr("labeling.exchange.json_values._CHARACTERS", 16)
    rows = [json.dumps(row) for row in ROWS]
    found = list(json_lines(text_of("\n".join([broken, *rows])), "x.jsonl"))
    assert found == [(1, BadRow(1, "bad_json", broken.strip())), *enumerate(ROWS, 2)]


def test_objects_that_break_off_are_told() -> None:
    cut = json.dumps(ROWS[0], indent=1) + "\n" + json.dumps(ROWS[1], indent=1)[:-4]
    with pytest.raises(LabelingError, match=r"broken_file.*element 2"):
        list(json_lines(text_of(cut), "x.json"))


def test_one_object_over_many_lines_is_one_item(sqlite_database: Database) -> None:
    bring(sqlite_database, named(json.dumps({"id": 7, "text": "hello\nthere"}, indent=2).encode(), "one.json"))
    assert [row[:2] for row in content(sqlite_database)["items"]] == [("7", "hello\nthere")]
    bring(sqlite_database, named(b"\xef\xbb\xbf" + json.dumps(ROWS, indent=2).encode(), "three.json"), slug="three")
    assert texts(sqlite_database, "three") == ["a", "b\n{c", "d"]


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "null"])
def test_what_is_no_number_is_missing(sqlite_database: Database, word: str) -> None:
    raw = f'{{"id": 1, "text": "first", "label": {word}, "n": {word}}}\n{{"id": 2, "text": "second", "label": "x"}}'
    report = bring(sqlite_database, named(raw.encode(), "x.jsonl"))
    assert [(row[0], row[3], row[4]) for row in content(sqlite_database)["items"]] == [
        ("1", None, None),
        ("2", None, "x"),
    ]
    assert (report.bad, report.new_classes) == (0, ["x"])
    assert list(json_array(text_of(f'[{{"a": {word}}}]'), "x.json")) == [(1, {"a": None})]
