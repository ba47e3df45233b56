"""Frames into files, one by one: memory holds a page, whatever the size of the export."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import polars as pl

from labeling.errors import LabelingError
from labeling.exchange.class_labels import with_class_names
from labeling.exchange.formulas import is_formula, neutralise_all
from labeling.exchange.own_tables import GUARDED

XLSX_ROWS = 1_048_576
XLSX_CELL = 32_767
_ENCODE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
# What neutralise() would change stands among these; only those cells are looked at one by one.
SUSPECT = r"^'*[\s\x{feff}]*[=+\-@＝＋－＠\t\r]"


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


def write_csv(
    frames: Iterable[pl.DataFrame], columns: Mapping[str, Any], out: BinaryIO, *, separator: str = ","
) -> int:
    """For programs: UTF-8, a header, LF, every cell as it is. Gives the number of rows."""
    rows = 0
    out.write(pl.DataFrame(schema=dict(columns)).write_csv(separator=separator).encode())
    for frame in frames:
        out.write(frame.write_csv(include_header=False, separator=separator).encode())
        rows += len(frame)
    return rows


def write_spreadsheet_csv(
    frames: Iterable[pl.DataFrame], columns: Mapping[str, Any], out: BinaryIO, *, separator: str = ","
) -> int:
    """For spreadsheets: with a byte order mark and CRLF; a cell that would be run as a formula gets an apostrophe, and its
    row a 1 in the last column, by which an import knows to take it off again. Gives the number of rows."""
    rows = 0
    columns = {**columns, GUARDED: pl.Int64}
    header = pl.DataFrame(schema=columns)
    out.write(header.write_csv(separator=separator, include_bom=True, line_terminator="\r\n").encode())
    for frame in frames:
        out.write(_guarded(frame).write_csv(include_header=False, separator=separator, line_terminator="\r\n").encode())
        rows += len(frame)
    return rows


def write_jsonl(frames: Iterable[pl.DataFrame], out: BinaryIO) -> int:
    """One object a line; ``metadata`` is an object in it, ``turns`` a list, which only conversations have. Gives the number of
    rows."""
    rows = 0
    for frame in frames:
        line = pl.struct(pl.exclude("metadata", "turns")).struct.json_encode().str.strip_suffix("}")
        if "metadata" in frame.columns:
            line += ',"metadata":' + pl.col("metadata").fill_null("null")
        if "turns" in frame.columns:
            line += (',"turns":' + pl.col("turns")).fill_null("")
        out.write("".join(f"{text}}}\n" for text in frame.select(line.alias("line"))["line"]).encode())
        rows += len(frame)
    return rows


def write_parquet(frames: Iterable[pl.DataFrame], columns: Mapping[str, Any], out: BinaryIO) -> int:
    """One row group a page, zstd. Gives the number of rows."""
    return _write_parquet(
        (frame.to_arrow() for frame in frames), pl.DataFrame(schema=dict(columns)).to_arrow().schema, out
    )


def write_hugging_face(
    frames: Iterable[pl.DataFrame], columns: Mapping[str, Any], out: BinaryIO, *, classes: Sequence[str]
) -> int:
    """Parquet whose column ``label`` is a ``ClassLabel`` of these classes or a sequence of such, for the package ``datasets``.
    Gives the number of rows. Every label is among ``classes``."""

    def numbers(named: pl.Expr) -> pl.Expr:
        return named.cast(pl.Enum(classes)).to_physical().cast(pl.Int64)

    labels: dict[Any, pl.Expr] = {
        pl.Int64: numbers(pl.col("label")),
        pl.List(pl.Int64): pl.col("label").list.eval(numbers(pl.element())),
    }
    dtype = pl.List(pl.Int64) if isinstance(columns.get("label"), pl.List) else pl.Int64
    numbered = {"label": dtype} if "label" in columns else {}
    schema = with_class_names(_short_lists(dict(columns) | numbered), {"label": list(classes)})
    made = (frame.with_columns(labels[dtype]) if numbered else frame for frame in frames)
    return _write_parquet((frame.to_arrow() for frame in made), schema, out)


def _short_lists(dtypes: dict[str, Any]) -> Any:
    """An Arrow schema whose lists are of the one type of list that every version of ``datasets`` knows."""
    import pyarrow as pa  # type: ignore[import-untyped]

    schema = pl.DataFrame(schema=dtypes).to_arrow().schema
    return pa.schema(
        field.with_type(pa.list_(field.type.value_type)) if pa.types.is_large_list(field.type) else field
        for field in schema
    )


def _write_parquet(tables: Iterable[Any], schema: Any, out: BinaryIO) -> int:
    import pyarrow.parquet as pq  # type: ignore[import-untyped]

    rows = 0
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for table in tables:
            writer.write_table(table.cast(schema))
            rows += len(table)
    return rows


def write_xlsx(frames: Iterable[pl.DataFrame], columns: Mapping[str, Any], out: BinaryIO, *, expected: int) -> int:
    """One sheet; texts stand in cells of text, whatever they begin with. Gives the number of rows.

    Raises LabelingError ``too_many_rows``, where so many are ``expected`` before anything is written, and ``cell_too_long``:
    Excel has no room.
    """
    import xlsxwriter

    if expected >= XLSX_ROWS:
        raise LabelingError("too_many_rows", rows=expected, limit=XLSX_ROWS - 1)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    rows = 0
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("export")
        # Stays a text also when somebody edits it.
        as_text = book.add_format({"num_format": "@", "quote_prefix": True})
        for at, name in enumerate(columns):
            sheet.write_string(0, at, name)
        for frame in frames:
            for row in frame.iter_rows():
                rows += 1
                if rows >= XLSX_ROWS:
                    raise LabelingError("too_many_rows", rows=rows, limit=XLSX_ROWS - 1)
                _write_cells(sheet, rows, row, list(columns), as_text)
    return rows


def write_array(records: Iterable[Mapping[str, Any]], out: BinaryIO) -> int:
    """A JSON array, a record a line. Gives their number."""
    n = 0
    out.write(b"[")
    for record in records:
        out.write((b",\n" if n else b"\n") + _ENCODE(record).encode())
        n += 1
    out.write(b"\n]\n")
    return n


def write_lines(records: Iterable[Mapping[str, Any]], out: BinaryIO) -> int:
    """A JSON object a line. Gives their number."""
    n = 0
    for record in records:
        out.write(_ENCODE(record).encode() + b"\n")
        n += 1
    return n


def _write_cells(sheet: Any, at: int, row: tuple[Any, ...], names: list[str], as_text: Any) -> None:
    for place, cell in enumerate(row):
        if cell is None:
            continue
        if isinstance(cell, str):
            if len(cell) > XLSX_CELL:
                raise LabelingError("cell_too_long", item=row[0], column=names[place], limit=XLSX_CELL)
            sheet.write_string(at, place, cell, as_text if is_formula(cell) else None)
        elif isinstance(cell, bool):
            sheet.write_boolean(at, place, cell)
        else:
            sheet.write_number(at, place, cell)


def _guarded(frame: pl.DataFrame) -> pl.DataFrame:
    frame = frame.with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    marked = frame.select(pl.col(texts).str.contains(SUSPECT).any())
    guarded = {
        name: pl.Series(neutralise_all(frame[name].to_list()), dtype=pl.String) for name in texts if marked[name].item()
    }
    changed = pl.any_horizontal(pl.lit(False), *(frame[name].ne_missing(cells) for name, cells in guarded.items()))
    return frame.with_columns(pl.when(changed).then(1).alias(GUARDED), **guarded)
