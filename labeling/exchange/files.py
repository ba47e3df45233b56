"""Frames from files and into files for the commands that know no database: all cells are text, empty is missing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

import polars as pl

from labeling.errors import LabelingError
from labeling.exchange import formats
from labeling.exchange.blocks import BadRow, Block, excerpt_of
from labeling.exchange.cells import text_of
from labeling.exchange.column_names import role_of
from labeling.exchange.guard import reading
from labeling.exchange.moments import moment_of
from labeling.exchange.names import plain_labels
from labeling.exchange.statuses import status_of
from labeling.exchange.writing import whole_file, write_csv

ENDINGS = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
# What an import calls what the commands ask for.
_ROLES = {"item": ("id",), "label": ("vote", "golden", "reference")}
_ISO = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$"
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
    name: str,
    columns: tuple[str, ...],
    *,
    texts: tuple[str, ...] = ("text",),
    bad: list[BadRow] | None = None,
    understood: dict[str, Any] | None = None,
    options: Mapping[str, Any] | None = None,
) -> pl.DataFrame:
    """A file as a frame of String columns, by the names of ``columns`` where the file calls them otherwise; an empty cell is
    null. It is read as an import reads it, ``-`` from the standard input.

    Whole numbers read the same from every kind of file: 7.0 in Parquet is "7", as it is in CSV. ``columns`` but for ``texts``
    hold names, which are given as they are compared (``plain_label``). Votes stand in the order of their times, where each
    says when it was given. What was no row is left out and added to ``bad``; ``understood`` gets ``facts``, what the file is,
    and ``columns``, new names by their old ones. ``options`` are fields of ``ImportOptions`` that say how to read.

    Raises LabelingError: what
    :func:`labeling.exchange.reading.read_blocks` and the limits refuse, ``no_file``, ``no_rows``, ``no_header``; a column
    that is missing is left for the door to complain of.
    """
    asked: dict[str, object] = {"columns": columns, "options": dict(options or {}), "mapping": None}
    parts: list[pl.DataFrame] = []
    source = cast(BinaryIO, sys.stdin.buffer) if name == "-" else name
    with formats.opened(source) as (stream, _), reading("frame", stream, name, asked) as reader:
        for message in iter(reader.receive, None):
            if isinstance(message, bytes):
                parts.append(pl.read_ipc_stream(message))
            elif "bad" in message:
                bad = [] if bad is None else bad
                bad += [BadRow(*row) for row in message["bad"]]
            elif understood is not None:
                understood.update(message)
    frame = pl.concat(parts, how="diagonal")
    if options and options.get("annotators"):
        # What none of them has labeled is no vote.
        frame = frame.drop_nulls("annotator")
    named = [column for column in columns if column in frame.columns and column not in texts]
    frame = frame.with_columns(plain_labels(frame[column]) for column in named)
    return _in_time(frame) if {"item", "annotator", "created_at"} <= set(frame.columns) else frame


def asked_columns(asked: Sequence[str], names: Sequence[str], roles: Mapping[str, str]) -> dict[str, str]:
    """Which of a file's columns are given the names that are asked for, by what the import takes them for.

    >>> asked_columns(["item", "label"], ["Номер", "label", "text"], {"id": "Номер", "reference": "label"})
    {'Номер': 'item'}
    """
    taken: dict[str, str] = {}
    for wanted in (*asked, "created_at"):
        meant = (roles.get(role) for role in _ROLES.get(wanted, (wanted,)))
        # By its name alone: nobody is asked here whether a guess by what stands in it is right.
        column = next((column for column in meant if column and column not in asked and role_of(column)), None)
        if wanted not in names and column is not None:
            taken.setdefault(column, wanted)
    return taken


def frame_of(block: Block) -> pl.DataFrame:
    """A block as a frame of strings, what is nested in JSON as JSON."""
    cells = {name: [None if cell is None else text_of(cell) for cell in block.column(name)] for name in block.names}
    return pl.DataFrame(cells, schema=dict.fromkeys(block.names, pl.String))


def taken_of(block: Block, status: str | None) -> tuple[pl.DataFrame, list[BadRow]]:
    """The block's rows whose work was taken, by its column ``status``, as a frame of strings; and what is no row of it."""
    frame = frame_of(block)
    if status is None:
        return frame, block.bad
    reasons = [status_of(cell) for cell in block.column(status)]
    refused = [
        BadRow(block.lines[at], reason.value, excerpt_of(" ".join(filter(None, frame.row(at)))))
        for at, reason in enumerate(reasons)
        if reason is not None
    ]
    return frame.filter(pl.Series([reason is None for reason in reasons], dtype=pl.Boolean)), [*block.bad, *refused]


def as_text(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame with all its cells as text; what is nested is left out, an empty text is null."""
    return frame.select(_as_text(name, dtype) for name, dtype in frame.schema.items() if not dtype.is_nested())


def _in_time(votes: pl.DataFrame) -> pl.DataFrame:
    """Votes of one annotator on one item in the order of their times, all others where they are; as they stand where one has
    no time that is understood. Draws at random go by the order of rows: it is no more changed than it must be."""
    pair = ["item", "annotator"]
    if votes.select(pair).n_unique() == len(votes):
        return votes
    moment = votes["created_at"].str.strip_suffix("Z").str.strip_suffix("+00:00")
    if not moment.str.contains(_ISO).fill_null(False).all():
        try:
            moments = {written: moment_of(written) for written in moment.unique()}
        except ValueError:
            return votes
        moment = moment.replace_strict(moments, return_dtype=pl.Datetime("us", "UTC"))
    place = pl.col("#row").sort().gather(pl.col("#at").rank("ordinal") - 1).over(pair)
    placed = votes.with_row_index("#row").with_columns(moment.alias("#at")).with_columns(place.alias("#row"))
    return placed.sort("#row").drop("#row", "#at")


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


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    cell = pl.col(name)
    if dtype.is_float():
        whole = cell.is_finite() & (cell == cell.floor())
        cell = pl.when(whole).then(cell.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(cell.cast(pl.String))
    return cell.cast(pl.String).replace("", None).alias(name)
