"""Files that aren't what they say, or are hardly files at all: a clear word for each, and nothing half done."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import threading
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from db.engine import Database
from labeling.errors import LabelingError
from labeling.exchange.formats import FileKind, detect
from labeling.exchange.limits import Limits
from labeling.exchange.mapping import Mapping
from labeling.exchange.preview import preview
from tests.labeling.exchange.files import bring, content, csv_of, named, texts


def workbook(rows: list[list[Any]]) -> bytes:
    """An XLSX file as Excel would save it: numbers are numbers."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    return out.getvalue()


def parquet(**columns: list[Any]) -> bytes:
    out = io.BytesIO()
    pl.DataFrame(columns).write_parquet(out)
    return out.getvalue()


REFUSED = [
    (b"", "empty.csv", "empty_file"),
    (b"\n \n", "blank.csv", "empty_file"),
    (gzip.compress(b"", mtime=0), "empty.csv.gz", "empty_file"),
    (gzip.compress(b"text\n" + random.Random(1).randbytes(99_999), mtime=0)[:-20_000], "cut.csv.gz", "truncated_file"),
    (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, "picture.csv", "not_text"),
    (bytes(5000), "zeros.csv", "not_text"),
    (bytes(range(256)) * 40, "noise.csv", "not_text"),
    (b"PK\x03\x04 no workbook", "broken.xlsx", "broken_file"),
    (b"PAR1 no table", "broken.parquet", "broken_file"),
    (b'[{"text": "a"}, {"text": ', "broken.json", "broken_file"),
    (b"id;label\n1;a\n", "no_text.csv", "no_text_column"),
    (workbook([]), "empty.xlsx", "no_rows"),
    (b"[]", "none.json", "no_rows"),
    (b"text", "header.csv", "no_rows"),
    (b"text\n", "header_line.csv", "no_rows"),
    (b"text,label\n,a\n ,b\n", "blank_texts.csv", "nothing_taken"),
]


@pytest.mark.parametrize(("raw", "name", "code"), REFUSED, ids=[name for _, name, _ in REFUSED])
def test_what_cannot_be_read_is_refused_before_anything_is_made(
    sqlite_database: Database, raw: bytes, name: str, code: str
) -> None:
    mapping = Mapping(text="text") if code == "no_text_column" else None
    with pytest.raises(LabelingError) as raised:
        bring(sqlite_database, named(raw, name), mapping=mapping)
    assert raised.value.code in (code, "no_column")
    with pytest.raises(LabelingError, match="unknown_project"):
        texts(sqlite_database)


def test_a_file_that_is_not_there(sqlite_database: Database, tmp_path: Path) -> None:
    with pytest.raises(LabelingError, match="no_file"):
        bring(sqlite_database, tmp_path / "nothing.csv")
    with pytest.raises(LabelingError, match="no_dataset"):
        bring(sqlite_database, tmp_path)


TAKEN = [
    (b"text\na", ["a"], "one row without a line end"),
    (b"text\n\n\na\n\n", ["a"], "blank lines"),
    (b"text,text\na,b\n", ["a"], "the same column twice"),
    (b",text,\n1,a,\n", ["a"], "columns without names"),
    (b"text,label\na,x,\nb,y,,\n", ["a", "b"], "separators at the ends"),
    (b"text\rone\rtwo\r", ["one", "two"], "line ends of an old Mac"),
    ('text\nодин, два\n"три, ""четыре"""\n'.encode(), ["один, два", 'три, "четыре"'], "commas in one column"),
    (b'{"text": "a"}\n\n{"text": 7, "x": {"y": [1]}}\n', ["a", "7"], "JSON lines"),
    (b'[{"text": "a"},\n {"text": "b"}]', ["a", "b"], "a JSON array"),
    (workbook([["text", "id"], ["a", 1], [None, None], [2.5, 2], [True, 3]]), ["a", "2.5", "true"], "XLSX"),
    (parquet(text=["a", None, "b"], id=[1, 2, 3]), ["a", "b"], "Parquet"),
]


@pytest.mark.parametrize(("raw", "expected"), [case[:2] for case in TAKEN], ids=[case[2] for case in TAKEN])
@pytest.mark.parametrize("name", ["file.csv", "file.txt", "file.xlsx"])
def test_content_decides_and_not_the_ending(
    sqlite_database: Database, raw: bytes, expected: list[str], name: str
) -> None:
    bring(sqlite_database, named(raw, name))
    assert texts(sqlite_database) == expected


def test_ids_of_a_workbook_have_no_decimal_point(sqlite_database: Database) -> None:
    bring(sqlite_database, named(workbook([["id", "text", "label"], [17, "a", 1], [18.5, "b", 2]]), "x.xlsx"))
    assert [(row[0], row[4]) for row in content(sqlite_database)["items"]] == [("17", "1"), ("18.5", "2")]


def test_types_of_parquet_and_json_are_kept_in_metadata(sqlite_database: Database) -> None:
    raw = parquet(text=["a"], n=[3], share=[0.5], flag=[True], tags=[["x", "y"]], none=[None])
    bring(sqlite_database, named(raw))
    bring(sqlite_database, named(b'{"text": "b", "n": 123456789012345678901234567890, "d": {"e": null}}'), slug="json")
    assert content(sqlite_database)["items"][0][3] == {"n": 3, "share": 0.5, "flag": True, "tags": ["x", "y"]}
    assert content(sqlite_database, "json")["items"][0][3] == {"n": 123456789012345678901234567890, "d": {"e": None}}


def test_broken_json_lines_are_bad_rows(sqlite_database: Database) -> None:
    raw = b'{"text": "a"}\n{"text": \n["list"]\n{"text": "\\ud800"}\n{"text": NaN}\n{"text": "b", "k": "\\u0000"}\n'
    report = bring(sqlite_database, named(raw + b'{"text": "c", "k": "\\\\u0000"}', "x.jsonl"))
    assert [(row.line, row.reason) for row in report.bad_rows] == [
        (2, "bad_json"),
        (3, "not_an_object"),
        (4, "bad_encoding"),
        (5, "empty"),
        (6, "nul"),
    ]
    assert texts(sqlite_database) == ["a", "c"]


def test_a_long_json_array_is_read_in_pieces(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("labeling.exchange.json_values._CHARACTERS", 16)
    rows = [{"text": f"text {n} " + "я" * n, "k": [n, {"x": "]"}]} for n in range(60)]
    report = bring(sqlite_database, named(json.dumps(rows, indent=1).encode(), "x.json"))
    assert report.imported == 60 and report.format == "json"


def test_label_studio_tasks_of_others_are_understood(sqlite_database: Database) -> None:
    def act(who: object, *labels: str, **more: Any) -> dict[str, Any]:
        result = [{"type": "choices", "value": {"choices": list(labels)}}] if labels else []
        return {"completed_by": who, "result": result, "lead_time": 3.5, **more}

    tasks = [
        {"id": 7, "data": {"text": "a", "channel": "chat"}, "annotations": [act(1, "x"), act({"email": "e@x"}, "y")]},
        {"id": 8, "data": {"text": "b"}, "annotations": [act(1, "x", "y"), act(2, "x", was_cancelled=True)]},
        {"id": 9, "data": {"text": "c"}, "annotations": [act(1, "x", ground_truth=True), act(1)], "predictions": []},
    ]
    report = bring(sqlite_database, named(json.dumps(tasks).encode(), "tasks.json"))
    found = content(sqlite_database)
    assert (report.imported, report.votes, report.golden) == (3, 3, 1)
    assert [(row[0], row[1], row[3]) for row in found["items"]] == [
        ("7", "a", {"channel": "chat"}),
        ("8", "b", None),
        ("9", "c", None),
    ]
    assert [(row[0], row[1], row[3], row[6]) for row in found["votes"]] == [
        ("7", "import:1", "x", 3.5),
        ("7", "import:e@x", "y", 3.5),
        ("9", "import:1", None, 3.5),
    ]
    assert found["golden"] == {"9": ("x", "")}


def test_a_file_without_a_header(sqlite_database: Database) -> None:
    bring(sqlite_database, named(b"a,x\nb,y\n"), mapping=Mapping(text="column_1"), options={"header": False})
    assert texts(sqlite_database) == ["a", "b"]


def test_encoding_and_separator_can_be_said(sqlite_database: Database) -> None:
    raw = "text|n\nпривет, мир|1\n".encode("koi8-r")
    bring(sqlite_database, named(raw), options={"encoding": "koi8-r", "separator": "|"})
    assert texts(sqlite_database) == ["привет, мир"]
    with pytest.raises(LabelingError, match="unknown_encoding"):
        bring(sqlite_database, named(raw), options={"encoding": "klingon"})


def test_a_pipe_is_read_once_and_that_is_enough(sqlite_database: Database) -> None:
    receiving, sending = os.pipe()

    def write() -> None:
        with os.fdopen(sending, "wb") as out:
            out.write(csv_of(["text"], [[f"text {n}"] for n in range(20_000)]).getvalue())

    thread = threading.Thread(target=write)
    thread.start()
    with os.fdopen(receiving, "rb") as source:
        report = bring(sqlite_database, source)
    thread.join()
    assert report.imported == 20_000


def test_the_preview_shows_what_an_import_would_meet() -> None:
    source = csv_of(
        ["id", "Обращение", "Класс"], [["1", "Где карта?", "a"], ["2", "", "a"], ["3", "'=x", "b"]], "cp1251"
    )
    seen = preview(source)
    assert (seen.facts.kind, seen.facts.encoding, seen.facts.separator) == (FileKind.CSV, "cp1251", ",")
    assert seen.columns == ["id", "Обращение", "Класс"] and seen.lines == [2, 3, 4]
    assert seen.rows[2] == {"id": "3", "Обращение": "'=x", "Класс": "b"}
    assert seen.mapping.columns() == {"id": "id", "text": "Обращение", "reference": "Класс"}
    assert [(row.line, row.reason) for row in seen.problems] == [(3, "empty")]
    assert len(preview(source, n=1).rows) == 1


@pytest.mark.parametrize(
    ("header", "separator"), [("a,b", ","), ("a;b", ";"), ("a\tb", "\t"), ('"x,y";b', ";"), ("a", "\x1f"), ("a|b", "|")]
)
def test_the_separator_is_found(header: str, separator: str) -> None:
    row = separator.join(["1, 2", "3"][: 1 + header.count(separator)])
    found = detect(
        named(f"{header}\n{row}\n".encode() if separator != "," else b"a,b\n1,2\n"), "x.csv", limits=Limits.configured()
    )
    assert found.separator == separator
