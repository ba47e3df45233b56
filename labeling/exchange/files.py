"""Frames from files and into files for the commands that know no database: all cells are text, empty is missing."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import polars as pl
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from labeling.errors import LabelingError
from labeling.exchange import formats
from labeling.exchange.guard import reading
from labeling.exchange.writing import whole_file

Report: TypeAlias = tuple[dict[str, Any], Iterable[str]]
"""What a command found: facts for ``--json``, and lines for people."""

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
SENTENCES = {
    "demo_accounts": "the database has accounts of the demo, whose password everybody knows; take another one for real work",
    "no_file": "{name}: {reason}; check the path",
    "reader_ended": "{name}: the reading broke off ({reason}); save the file anew, or in another format",
    **{
        f"file_too_large_{limit}": f"{{name}}: more than {{limit}} {what}, which is what one file may take; split it, "
        "or raise {setting}"
        for limit, what in {
            "memory_mb": "MB of memory",
            "seconds": "seconds",
            "unpacked_mb": "MB unpacked",
            "rows": "rows",
            "columns": "columns",
            "cells": "cells",
        }.items()
    },
    "not_readable": "{name}: not a readable {kind} file ({reason}); it should be UTF-8 with the columns {columns}",
    "not_writable": "{name}: {reason}; choose another place for -o",
    "unknown_ending": "{name}: the ending should be one of {known}",
    "column_missing": "{file}: no column {columns} (there are: {found}); rename the columns or add what is missing",
    "column_null": "{file}: column {column} is empty in {rows} rows, first in row {first_row}; fill these cells in",
    "unknown_label": "{file}: labels {labels} are not among the classes {classes}; mend the labels or --classes",
    "classes_repeated": "--classes names a class twice: {classes}",
    "draws_out_of_range": "--draws is {draws}; it should be 0 or more",
    "no_labels": "no item has a label; there is nothing to learn from",
    "cuts_out_of_range": "--ambiguous is {ambiguous} and --hard is {hard}; both should lie between 0 and 1",
    "probabilities_shape": "the table of probabilities is {found}; it should be {expected} (items, classes)",
    "probabilities_range": "{rows} rows are no probabilities, first row {first_row}; they should add up to 1",
    "level_out_of_range": "--level is {level}; it should lie between 0 and 1",
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


def sentence(error: LabelingError, files: dict[str, str]) -> str:
    """A refusal as one line in English: what was wrong, where, what to do. ``files`` names votes and golden."""
    pattern = SENTENCES.get(error.code)
    if pattern is None:
        return str(error)
    facts: dict[str, Any] = {"file": files.get(str(error.details.get("where")), "the file")}
    for name, fact in error.details.items():
        facts[name] = ", ".join(map(str, fact)) if isinstance(fact, list) else fact
    return pattern.format(**facts)


def on_files(report: Callable[[argparse.Namespace], Report]) -> Callable[[argparse.Namespace, object, datetime], int]:
    """The command as the main one calls it: the database is left alone, a refusal is a sentence and exit code 2."""

    def run(arguments: argparse.Namespace, _database: object, _now: datetime) -> int:
        output = getattr(arguments, "output", None)
        # With the result on stdout, what is said about it must not stand among it.
        out = sys.stderr if output == "-" else sys.stdout
        try:
            if output is not None:
                ending(output)
            facts, lines = report(arguments)
        except LabelingError as error:
            files = {name: value for name, value in vars(arguments).items() if isinstance(value, str)}
            sys.stderr.write(f"{arguments.command}: {sentence(error, files)}\n")
            return 2
        except BrokenPipeError:
            # Whoever read has read enough; the interpreter must not complain about it once more.
            sys.stdout = None
            return 1
        text = json.dumps(facts, ensure_ascii=False, indent=1, allow_nan=False) if arguments.json else "\n".join(lines)
        out.write(text + "\n")
        return 0

    return run


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
