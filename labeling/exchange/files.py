"""Blocks of a file as frames, and frames into files, for the commands that know no database: cells are text, empty is missing."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from labeling.errors import LabelingError
from labeling.exchange.blocks import BadRow, Block, Cells, FrameColumns, Table, excerpt_of
from labeling.exchange.cells import text_of
from labeling.exchange.column_names import role_of
from labeling.exchange.dialogue import unnested
from labeling.exchange.formulas import NUMBER
from labeling.exchange.statuses import status_of
from labeling.exchange.writing import SUSPECT, whole_file, write_spreadsheet_csv

ENDINGS = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}
# What an import calls what the commands ask for.
_ROLES = {"item": ("id",), "label": ("vote", "golden", "reference")}
_WRITERS: dict[str, Callable[[pl.LazyFrame, BinaryIO], object]] = {
    "csv": lambda rows, out: rows.sink_csv(out),
    "tsv": lambda rows, out: rows.sink_csv(out, separator="\t"),
    "jsonl": lambda rows, out: rows.sink_ndjson(out),
    "parquet": lambda rows, out: rows.sink_parquet(out),
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
    if isinstance(block, Table) and isinstance(block.columns, FrameColumns):
        return as_text(block.columns.frame)
    return pl.DataFrame([_strings(name, block.column(name)) for name in block.names])


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
    """A frame with all its cells as text, lists of words or whole numbers as JSON; what else is nested is left out, an empty
    text is null.

    >>> as_text(pl.DataFrame({"n": [7.0, None], "label": [["x", 'y"'], []]})).rows()
    [('7', '["x","y\\\\""]'), (None, '[]')]
    """
    listed = {name for name, dtype in frame.schema.items() if isinstance(dtype, pl.List) and _is_plain(dtype.inner)}
    return frame.select(
        _as_json(frame[name]) if name in listed else _as_text(name, dtype)
        for name, dtype in frame.schema.items()
        if name in listed or not dtype.is_nested()
    )


def write_rows(rows: pl.DataFrame | pl.LazyFrame, name: str, *, spreadsheet: bool = False) -> None:
    """Write a frame, or what a plan comes to, as the name's ending says, CSV to stdout for ``-``; the file appears when it is
    whole. Of a plan memory holds a part at a time, where the plan lets it; a CSV for a ``spreadsheet`` is made of a frame.

    Raises LabelingError ``unknown_ending`` or ``not_writable``.
    """
    kind = ending(name)
    write = _for_spreadsheets if spreadsheet and kind == "csv" else _WRITERS[kind]
    if name == "-":
        write(rows.lazy(), sys.stdout.buffer)
        sys.stdout.flush()
        return
    with whole_file(Path(name)) as out:
        write(rows.lazy(), out)


def formula_cells(rows: pl.DataFrame | pl.LazyFrame) -> int:
    """How many cells a spreadsheet would run, did it open them as CSV.

    >>> formula_cells(pl.DataFrame({"item": ["=1+1", "a"], "label": ["+", "-5"]}))
    2
    """
    texts = [
        name for name, dtype in rows.lazy().collect_schema().items() if dtype == pl.String or isinstance(dtype, pl.Enum)
    ]
    cells = (pl.col(name).cast(pl.String) for name in texts)
    counts = [
        (cell.str.contains(SUSPECT) & ~cell.str.contains(NUMBER)).sum().alias(f"{at}") for at, cell in enumerate(cells)
    ]
    return int(rows.lazy().select(pl.sum_horizontal(pl.lit(0), *counts)).collect(engine="streaming").item())


def _for_spreadsheets(rows: pl.LazyFrame, out: BinaryIO) -> None:
    frame = rows.collect()
    write_spreadsheet_csv([frame], frame.schema, out)


def _strings(name: str, cells: Cells) -> pl.Series:
    cells = unnested(cells)
    try:
        # Of a table of text all cells are strings already: looking at each takes longer than all the rest.
        column = pl.Series(name, cells, dtype=pl.String)
    except TypeError:
        column = pl.Series(name, [None if cell is None else text_of(cell) for cell in cells], dtype=pl.String)
    return column.replace("", None)


def _is_plain(dtype: Any) -> bool:
    return dtype == pl.String or isinstance(dtype, pl.Categorical | pl.Enum) or dtype.is_integer() or dtype == pl.Null


def _as_json(lists: pl.Series) -> pl.Series:
    # What stands in many rows is written once.
    distinct = lists.drop_nulls().unique(maintain_order=True)
    written = pl.DataFrame({lists.name: distinct, "written": [text_of(cell) for cell in distinct.to_list()]})
    return lists.to_frame().join(written, on=lists.name, how="left", maintain_order="left")["written"].alias(lists.name)


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    cell = pl.col(name)
    if dtype.is_float():
        whole = cell.is_finite() & (cell == cell.floor())
        cell = pl.when(whole).then(cell.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(cell.cast(pl.String))
    return cell.cast(pl.String).replace("", None).alias(name)
