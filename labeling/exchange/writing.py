"""Frames into files, one by one: memory holds a page, whatever the size of the export."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, cast

import polars as pl

from labeling.errors import LabelingError
from labeling.exchange.formulas import neutralise_all

XLSX_ROWS = 1_048_576
XLSX_CELL = 32_767
# What neutralise() would change stands among these; only those cells are looked at one by one.
_SUSPECT = r"^'*[\s\x{feff}]*[=+\-@＝＋－＠\t\r]"


class ExportFormat(StrEnum):
    """What can be written."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    XLSX = "xlsx"
    LABEL_STUDIO = "label_studio"


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to be written, which appears under its name when it is whole. Raises LabelingError ``not_writable``."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as out:
            yield cast(BinaryIO, out)
        part.replace(path)
    except OSError as error:
        raise LabelingError("not_writable", name=str(path), reason=error.strerror or str(error)) from error
    finally:
        part.unlink(missing_ok=True)


def write_csv(frames: Iterable[pl.DataFrame], columns: Mapping[str, Any], out: BinaryIO) -> int:
    """UTF-8, comma, a header, LF; formulas neutralised. Gives the number of rows."""
    rows = 0
    out.write(pl.DataFrame(schema=dict(columns)).write_csv().encode())
    for frame in frames:
        out.write(_neutralised(frame).write_csv(include_header=False).encode())
        rows += len(frame)
    return rows


def write_jsonl(frames: Iterable[pl.DataFrame], columns: Mapping[str, Any], out: BinaryIO) -> int:
    """One object a line; ``metadata`` is an object in it. Gives the number of rows."""
    rows = 0
    for frame in frames:
        if "metadata" in columns:
            plain = pl.struct(pl.exclude("metadata")).struct.json_encode().str.strip_suffix("}")
            line = plain + ',"metadata":' + pl.col("metadata").fill_null("null") + "}"
            out.write("".join(f"{text}\n" for text in frame.select(line.alias("line"))["line"]).encode())
        else:
            frame.write_ndjson(out)
        rows += len(frame)
    return rows


def write_parquet(frames: Iterable[pl.DataFrame], columns: Mapping[str, Any], out: BinaryIO) -> int:
    """One row group a page, zstd. Gives the number of rows."""
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    rows = 0
    empty = pl.DataFrame(schema=dict(columns)).to_arrow()
    with pq.ParquetWriter(out, empty.schema, compression="zstd") as writer:
        for frame in frames:
            writer.write_table(frame.to_arrow().cast(empty.schema))
            rows += len(frame)
    return rows


def write_xlsx(frames: Iterable[pl.DataFrame], columns: Mapping[str, Any], out: BinaryIO, *, expected: int) -> int:
    """One sheet; formulas neutralised. Gives the number of rows.

    Raises LabelingError ``too_many_rows`` before anything is written, and ``cell_too_long``: Excel has no room.
    """
    import xlsxwriter

    if expected >= XLSX_ROWS:
        raise LabelingError("too_many_rows", rows=expected, limit=XLSX_ROWS - 1)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    rows = 0
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("export")
        for at, name in enumerate(columns):
            sheet.write_string(0, at, name)
        for frame in frames:
            for row in _neutralised(frame).iter_rows():
                rows += 1
                _write_cells(sheet, rows, row, list(columns))
    return rows


def write_tasks(tasks: Iterator[Mapping[str, Any]], out: BinaryIO) -> int:
    """An array of Label Studio tasks. Gives their number."""
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    n = 0
    out.write(b"[")
    for task in tasks:
        out.write((",\n" if n else "\n").encode() + encode(task).encode())
        n += 1
    out.write(b"\n]\n")
    return n


def _write_cells(sheet: Any, at: int, row: tuple[Any, ...], names: list[str]) -> None:
    for place, cell in enumerate(row):
        if cell is None:
            continue
        if isinstance(cell, str):
            if len(cell) > XLSX_CELL:
                raise LabelingError("cell_too_long", item=row[0], column=names[place], limit=XLSX_CELL)
            sheet.write_string(at, place, cell)
        elif isinstance(cell, bool):
            sheet.write_boolean(at, place, cell)
        else:
            sheet.write_number(at, place, cell)


def _neutralised(frame: pl.DataFrame) -> pl.DataFrame:
    frame = frame.with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    marked = frame.select(pl.col(texts).str.contains(_SUSPECT).any())
    suspects = [name for name in texts if marked[name].item()]
    return frame.with_columns(pl.Series(name, neutralise_all(frame[name].to_list()), pl.String) for name in suspects)
