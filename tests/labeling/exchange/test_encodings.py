"""Import: encodings, separators, line ends and packed files."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from db.engine import Database
from tests.labeling.exchange.files import bring, csv_of, named, texts


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_encodings_separators_and_line_ends(sqlite_database: Database, encoding: str, separator: str, end: str) -> None:
    rows = [["1", f"Ёлка, «да»{separator} и нет"], ["2", "две\nстроки"]]
    source = csv_of(["id", "text"], rows, encoding, delimiter=separator, lineterminator=end)
    report = bring(sqlite_database, source)
    assert texts(sqlite_database) == [row[1] for row in rows]
    assert report.separator == separator


def test_a_late_byte_that_is_no_utf8_costs_its_row_only(sqlite_database: Database) -> None:
    good = "".join(f"{n},строка номер {n}\n" for n in range(50_000)).encode()
    report = bring(sqlite_database, named(b"id,text\n" + good + b"x,\xcf\xf0\xe8\n" + "y,конец\n".encode()))
    assert report.encoding == "utf-8-sig" and report.imported == 50_001
    assert [(row.line, row.reason) for row in report.bad_rows] == [(50_002, "bad_encoding")]
    assert texts(sqlite_database)[-1] == "конец"


def test_a_text_that_is_ascii_but_for_a_late_cp1251_letter(sqlite_database: Database) -> None:
    good = "".join(f"{n},plain text {n}\n" for n in range(50_000)).encode()
    report = bring(sqlite_database, named(b"id,text\n" + good + "x,Привет\n".encode("cp1251")))
    assert (report.encoding, report.bad_rows_total) == ("cp1251", 0)
    assert texts(sqlite_database)[-1] == "Привет"


def test_a_gzipped_file_and_a_path_are_read_too(sqlite_database: Database, tmp_path: Path) -> None:
    path = tmp_path / "texts.csv.gz"
    path.write_bytes(gzip.compress(csv_of(["text"], [["a, b"], ["c"]]).getvalue()))
    report = bring(sqlite_database, path)
    assert (report.name, report.imported) == ("texts.csv.gz", 2)
