"""Frames from files and into files for the commands that know no database: all cells are text, empty is missing."""

from __future__ import annotations

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
from labeling.exchange.guard import reading
from labeling.exchange.writing import whole_file

ENDINGS = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
_SEPARATORS = ",;\t"
_HEAD = 1 << 16
_BATCH = 10_000
_QUOTED = re.compile("`[^`]*`")
_WRITERS: dict[str, Callable[[pl.DataFrame, BinaryIO], None]] = {
    "csv": lambda frame, out: frame.write_csv(out),
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


def read_frame(name: str, columns: tuple[str, ...]) -> pl.DataFrame:
    """A file as a frame of String columns, ``columns`` first among them; an empty cell is null.

    Whole numbers read the same from every kind of file: 7.0 in Parquet is "7", as it is in CSV. Raises LabelingError
    ``unknown_ending``, ``no_file`` or ``not_readable``; a column that is missing is left for the door to complain of.
    """
    asked = {"kind": ending(name), "columns": columns}
    with formats.opened(name) as (stream, _), reading("frame", stream, name, asked) as reader:
        return pl.concat(pl.read_ipc_stream(part) for part in iter(reader.receive, None))


def parse(stream: BinaryIO, name: str, kind: str, columns: tuple[str, ...]) -> pl.DataFrame:
    """What :func:`read_frame` gives, read in this process. Raises LabelingError ``not_readable``."""
    try:
        frame = _read(stream, kind, columns)
    except MemoryError:
        raise
    except (pl.exceptions.PolarsError, pa.ArrowException) as error:
        # What it couldn't read it quotes.
        reason = _QUOTED.sub("`…`", str(error).strip().splitlines()[0])
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


def _read(stream: BinaryIO, kind: str, columns: tuple[str, ...]) -> pl.DataFrame:
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
    return pl.read_csv(stream, infer_schema=False, separator=separator)


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    cell = pl.col(name)
    if dtype.is_float():
        whole = cell.is_finite() & (cell == cell.floor())
        cell = pl.when(whole).then(cell.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(cell.cast(pl.String))
    return cell.cast(pl.String).replace("", None).alias(name)
