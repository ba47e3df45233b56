"""CSV for programs and for spreadsheets, and sheets: a cell that would be run as a formula is none, and comes back as it was."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import polars as pl

from db.engine import Database
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat, ExportOptions
from labeling.exchange.exporting import export
from tests.labeling.exchange.files import SLUG, bring, csv_of, named

SEMICOLONS = ExportOptions(separator=";")


def texts_of(database: Database, slug: str = SLUG) -> list[tuple[str, str]]:
    rows = map(json.loads, written(database, ExportContent.FINAL, ExportFormat.JSONL, slug=slug).splitlines())
    return [(row["item"], row["text"]) for row in rows]


def written(database: Database, what: ExportContent, format: ExportFormat, *, slug: str = SLUG, **given: Any) -> bytes:
    """An export as the bytes of its file."""
    out = io.BytesIO()
    export(database, slug, what, out, format, **given)
    return out.getvalue()


def test_csv_is_exact_for_programs_and_guarded_for_spreadsheets(sqlite_database: Database) -> None:
    bring(sqlite_database, named(b'{"item":"=id","text":"@you: =1+1","k":"v"}\n{"item":"b","text":"c"}\n', "x.jsonl"))
    content = written(sqlite_database, ExportContent.FINAL, ExportFormat.CSV)
    row, _ = csv.DictReader(io.StringIO(content.decode()))
    assert (row["item"], row["text"]) == ("=id", "@you: =1+1") and "guarded" not in row
    content = written(sqlite_database, ExportContent.FINAL, ExportFormat.CSV_SPREADSHEET, options=SEMICOLONS)
    assert content.startswith(b"\xef\xbb\xbfitem;text;") and content.endswith(b"\r\n")
    row, other = csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    assert (row["item"], row["text"], row["guarded"]) == ("'=id", "'@you: =1+1", "1")
    assert (other["item"], other["guarded"]) == ("b", "")
    content = written(sqlite_database, ExportContent.FINAL, ExportFormat.JSONL)
    assert json.loads(content.splitlines()[0])["text"] == "@you: =1+1"
    assert json.loads(content.splitlines()[0])["metadata"] == {"k": "v"}


def test_what_a_spreadsheet_did_to_a_guarded_table_does_not_hide_that_it_is_one(database: Database) -> None:
    bring(database, named('{"item":"=id","text":"@ты"}\n{"item":"\'=b","text":"\'-5x"}\n'.encode(), "x.jsonl"))
    content = written(database, ExportContent.FINAL, ExportFormat.CSV_SPREADSHEET).decode("utf-8-sig")
    saved = content.replace("\r\n", "\n").replace(",", ";").encode("cp1251")
    report = bring(database, named(saved, "saved.csv"), slug="again")
    assert report.imported == 2
    assert texts_of(database, "again") == [("=id", "@ты"), ("'=b", "'-5x")]


def test_an_apostrophe_of_somebody_else_is_theirs(sqlite_database: Database) -> None:
    bring(sqlite_database, csv_of(["item", "text"], [["'=a", "'@b"], ["c", "'+7"]]))
    assert texts_of(sqlite_database) == [("'=a", "'@b"), ("c", "'+7")]


def test_sheets_hold_text_in_cells_of_text(sqlite_database: Database) -> None:
    bring(sqlite_database, named(b'{"item":"=id","text":"=1+1"}\n{"item":"b","text":"plain"}\n', "x.jsonl"))
    content = written(sqlite_database, ExportContent.FINAL, ExportFormat.XLSX)
    assert pl.read_excel(content, engine="calamine")["text"].to_list() == ["=1+1", "plain"]
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        cells = parts.read("xl/worksheets/sheet1.xml").decode()
        styles = parts.read("xl/styles.xml").decode()
    assert "<f>" not in cells and 'quotePrefix="1"' in styles
    assert '<c r="B2" s="1" t=' in cells and '<c r="B3" t=' in cells
