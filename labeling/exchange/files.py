"""Frames from files and into files for the commands that know no database: all cells are text, empty is missing."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from labeling.errors import LabelingError
from labeling.exchange import formats
from labeling.exchange.blocks import BadRow
from labeling.exchange.delimited import read_delimited
from labeling.exchange.guard import reading
from labeling.exchange.names import plain_labels
from labeling.exchange.writing import whole_file, write_csv

ENDINGS = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
_SEPARATORS = ",;\t"
_HEAD = 1 << 16
_BATCH = 10_000
_QUOTED = re.compile("`[^`]*`")
_WRITERS: dict[str, Callable[[pl.DataFrame, BinaryIO], object]] = {
    "csv": lambda frame, out: write_csv([frame], frame.schema, out),
    "jsonl": lambda frame, out: frame.write_ndjson(out),
    "parquet": lambda frame, out: frame.write_parquet(out),
}


def ending(name: str) -> str:
    """The kind of file that a name asks for; ``-`` is CSV. Raises LabelingError ``unknown_ending``.

    >>> ending("votes.parquet"), ending("-")
    ('parquet', 'csv')
    """
    kind = "csv" if name == "-" else ENDINGS.get(Path(name).suffix.lower())
    if kind is None:
        raise LabelingError("unknown_ending", name=name, known=list(ENDINGS))
    return kind


def read_frame(
    name: str, columns: tuple[str, ...], *, texts: tuple[str, ...] = ("text",), bad: list[BadRow] | None = None
) -> pl.DataFrame:
    """A file as a frame of String columns, ``columns`` first among them; an empty cell is null.

    Whole numbers read the same from every kind of file: 7.0 in Parquet is "7", as it is in CSV. ``columns`` but for ``texts``
    hold names, which are given as they are compared (``plain_label``); cells that were guarded as formulas are given back. What
    was no row is left out and added to ``bad``. Raises LabelingError ``unknown_ending``, ``no_file``, ``empty_file`` or
    ``not_readable``; a column that is missing is left for the door to complain of.
    """
    asked = {"kind": ending(name), "columns": columns}
    parts: list[pl.DataFrame] = []
    with formats.opened(name) as (stream, _), reading("frame", stream, name, asked) as reader:
        for message in iter(reader.receive, None):
            if isinstance(message, bytes):
                parts.append(pl.read_ipc_stream(message))
            elif bad is not None:
                bad += [BadRow(*row) for row in message["bad"]]
    frame = pl.concat(parts)
    named = [column for column in columns if column in frame.columns and column not in texts]
    return frame.with_columns(plain_labels(frame[column]) for column in named)


def parse(
    stream: BinaryIO, name: str, kind: str, columns: tuple[str, ...], bad: list[BadRow] | None = None
) -> pl.DataFrame:
    """What the file holds, read in this process: String columns, an empty cell null; what was no row is added to ``bad``.

    Raises LabelingError ``empty_file`` or ``not_readable``.
    """
    if not stream.read(1):
        raise LabelingError("empty_file", name=name)
    stream.seek(0)
    try:
        frame = _read(stream, name, kind, columns, [] if bad is None else bad)
    except MemoryError:
        raise
    except (pl.exceptions.PolarsError, pa.ArrowException, UnicodeDecodeError) as error:
        # What it couldn't read it quotes.
        reason = _QUOTED.sub("`…`", str(error).strip().splitlines()[0])
        if isinstance(error, UnicodeDecodeError):
            reason = "it is no UTF-8"
        raise LabelingError(
            "not_readable", name=name, kind=kind.upper(), reason=reason, columns=list(columns)
        ) from error
    return frame.select(_as_text(name, dtype) for name, dtype in frame.schema.items() if not dtype.is_nested())


def write_frame(frame: pl.DataFrame, name: str) -> None:
    """Write a frame as the name's ending says, CSV to stdout for ``-``; the file appears when it is whole.

    Raises LabelingError ``unknown_ending`` or ``not_writable``.
    """
    write = _WRITERS[ending(name)]
    if name == "-":
        write(frame, sys.stdout.buffer)
        sys.stdout.flush()
        return
    with whole_file(Path(name)) as out:
        write(frame, out)


def _read(stream: BinaryIO, name: str, kind: str, columns: tuple[str, ...], bad: list[BadRow]) -> pl.DataFrame:
    if kind == "parquet":
        # Not by Polars and not at once: threads that get no memory are waited for in vain.
        file = pq.ParquetFile(stream)
        batches = list(file.iter_batches(batch_size=_BATCH, use_threads=False))
        return pl.DataFrame(pa.Table.from_batches(batches, file.schema_arrow))
    if kind == "jsonl":
        return pl.read_ndjson(stream, schema_overrides=dict.fromkeys(columns, pl.String), infer_schema_length=None)
    header = stream.read(_HEAD).split(b"\n")[0]
    stream.seek(0)
    separator = max(_SEPARATORS, key=lambda sign: header.count(sign.encode()))
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
    try:
        parts: list[pl.DataFrame] = []
        for table in read_delimited(text, separator, rows=_BATCH, header=True):
            bad += table.bad
            parts.append(pl.DataFrame(table.columns, schema=dict.fromkeys(table.columns, pl.String)))
    finally:
        text.detach()
    if not parts:
        raise LabelingError("empty_file", name=name)
    return pl.concat(parts)


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    cell = pl.col(name)
    if dtype.is_float():
        whole = cell.is_finite() & (cell == cell.floor())
        cell = pl.when(whole).then(cell.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(cell.cast(pl.String))
    return cell.cast(pl.String).replace("", None).alias(name)
