"""Any table in any dialect, encoding, format and packing is read as it was written, or it is told what of it is not."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Sequence
from typing import TypeAlias

import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import xlsxwriter  # type: ignore[import-untyped]
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from labeling.errors import LabelingError
from labeling.exchange.cells import text_of
from labeling.exchange.encodings import CODE_PAGES
from labeling.exchange.intake import ImportOptions
from labeling.exchange.limits import Limits
from labeling.exchange.reading import read_blocks

Row: TypeAlias = tuple[str, str, str]

LIMITS = Limits.configured()

NAMES = ("item", "text", "label")
# Those of Russian and of English, with whatever a dialect has a meaning for.
PLAIN = st.text(st.sampled_from("abcdefghij klmnop ABC абвгдежз иклмн АБВ 0123456789.-!?"), min_size=1, max_size=24)
ODD = st.text(st.sampled_from("ab яё0 ,;|\t\n\r\"'=+-@#\\\u00a0\u200b😀é«»:/[]{}sep"), min_size=1, max_size=12)
ANY = st.text(st.characters(codec="utf-8", exclude_characters="\0\ufffe\uffff"), max_size=12)
CELLS = PLAIN | ODD | ANY
ROWS = st.lists(st.tuples(PLAIN, CELLS, CELLS), min_size=1, max_size=12)
DIALECTS = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t|"),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
        "lineterminator": st.sampled_from(["\n", "\r\n"]),
    }
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "cp1251", "koi8-r", "cp866"])
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    ".gz": gzip.compress,
    ".zst": lambda data: pa.Codec("zstd").compress(data, asbytes=True),
}


def read(data: bytes, name: str, encoding: str | None = None) -> tuple[list[Row], int]:
    """The rows of a file in the columns of NAMES, and of how many it is told that they are none."""
    options = ImportOptions(header=True, encoding=encoding)
    facts, blocks = read_blocks(io.BytesIO(data), name, options, rows=5, limits=LIMITS)
    assert facts.above == 0
    # A code page is no more than likely, which is said beside it with the way to name another.
    assume(encoding is not None or facts.encoding not in CODE_PAGES)
    rows: list[Row] = []
    bad = 0
    for block in blocks:
        assert set(block.names) <= set(NAMES)
        columns = [
            map(text_of, block.column(name)) if name in block.names else [""] * len(block.lines) for name in NAMES
        ]
        rows += zip(*columns, strict=True)
        bad += len(block.bad)
    return rows, bad


def is_told(data: bytes, name: str, rows: Sequence[Row], encoding: str | None = None) -> None:
    """Equal, or refused as a whole, or some rows refused and all others equal."""
    try:
        found, bad = read(data, name, encoding)
    except LabelingError:
        return
    if not bad:
        assert found == list(rows)
        return
    written = iter(rows)
    assert all(row in written for row in found), "a row is another than the one that was written"


def delimited(rows: Sequence[Row], delimiter: str, quoting: int, lineterminator: str) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=lineterminator)  # type: ignore[arg-type]
    writer.writerows([NAMES, *rows])
    return out.getvalue()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(rows=ROWS, dialect=DIALECTS, encoding=ENCODINGS, packer=st.sampled_from(list(PACKERS)))
@example(
    rows=[("a", "x\ty\nz", "w")],
    dialect={"delimiter": "\t", "quoting": csv.QUOTE_MINIMAL, "lineterminator": "\n"},
    encoding="utf-8",
    packer="",
)
@example(
    rows=[("0", "0", "0"), ("0", "0", "\n\t\t")],
    dialect={"delimiter": "\t", "quoting": csv.QUOTE_MINIMAL, "lineterminator": "\n"},
    encoding="utf-8",
    packer="",
)
def test_delimited_text(rows: list[Row], dialect: dict[str, str], encoding: str, packer: str) -> None:
    # Python's writer leaves a return unquoted where lines end otherwise: what it meant then nobody can tell.
    assume(dialect["lineterminator"] == "\r\n" or not any("\r" in cell for row in rows for cell in row))
    try:
        data = delimited(rows, **dialect).encode(encoding)  # type: ignore[arg-type]
    except UnicodeEncodeError:
        assume(False)
    is_told(PACKERS[packer](data), "table.csv" + packer, rows)
    is_told(PACKERS[packer](data), "table.csv" + packer, rows, encoding)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ROWS, separator=st.sampled_from(",;\t|"), style=st.sampled_from(["necessary", "always", "non_numeric"]))
def test_what_polars_writes(rows: list[Row], separator: str, style: str) -> None:
    frame = pl.DataFrame(rows, schema=list(NAMES), orient="row")
    data = frame.write_csv(separator=separator, quote_style=style).encode()  # type: ignore[call-overload]
    is_told(data, "table.csv", rows)
    out = io.BytesIO()
    frame.write_parquet(out)
    assert read(out.getvalue(), "table.parquet") == (rows, 0)
    assert read(frame.write_ndjson().encode(), "table.jsonl") == (rows, 0)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=ROWS,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    ascii=st.booleans(),
    indent=st.sampled_from([None, 1]),
)
def test_json(rows: list[Row], encoding: str, ascii: bool, indent: int | None) -> None:
    records = [dict(zip(NAMES, row, strict=True)) for row in rows]
    array = json.dumps(records, ensure_ascii=ascii, indent=indent)
    assert read(array.encode(encoding), "table.json") == (rows, 0)
    lines = "\n".join(json.dumps(record, ensure_ascii=ascii) for record in records)
    assert read(lines.encode(encoding), "table.jsonl") == (rows, 0)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=ROWS)
def test_workbooks(rows: list[Row]) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([NAMES, *rows]):
            for place, cell in enumerate(row):
                sheet.write_string(at, place, cell)
    is_told(out.getvalue(), "table.xlsx", rows)
