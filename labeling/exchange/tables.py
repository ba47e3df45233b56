"""A file read once into a table on disk: what commands know of it is a plan that scans that table, and its few names."""

from __future__ import annotations

import itertools
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

import polars as pl

from labeling.exchange import formats
from labeling.exchange.blocks import BadRow
from labeling.exchange.guard import reading
from labeling.exchange.moments import moment_of
from labeling.exchange.names import plain_labels

_ISO = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$"


@dataclass(frozen=True, eq=False)
class FileTable:
    """A file as it lies in the folder of a command.

    ``scan`` is a plan that reads the columns that were asked for as String, null where a cell is empty; of a column in ``names``
    it reads numbers (UInt32) of what stands there: a distinct String each, in order of first appearance. Where a column is
    missing ``scan`` has all of the file's, for a door to tell. ``bad`` was no row; ``understood`` has ``facts``, what the file
    is, and ``columns``, new names by their old ones.
    """

    scan: pl.LazyFrame
    names: dict[str, pl.Series]
    bad: list[BadRow]
    understood: dict[str, Any]
    empty: bool

    def plan(self, *columns: str) -> pl.LazyFrame:
        """These columns, by default all: items by the numbers of ``names["item"]``, other names as Enum in their order."""
        there = self.scan.collect_schema().names()
        return self.scan.select(self._coded(name) for name in (columns if set(columns) <= set(there) else ()) or there)

    def rows(self, *columns: str) -> pl.DataFrame:
        """``plan``, carried out. Votes stand in the order of their times, where each says when it was given."""
        dated = {"item", "annotator"} <= set(columns) and "created_at" in self.scan.collect_schema()
        chosen = dict.fromkeys([*columns, *(["created_at"] if dated else [])])
        rows = self.plan(*chosen).collect(engine="streaming")
        return _in_time(rows) if {"item", "annotator", "created_at"} <= set(rows.columns) else rows

    def texts(self) -> pl.DataFrame:
        """All columns as String, in the order of ``rows``; what a name is written with is shared by all rows that have it."""
        rows = self.rows(*self.scan.collect_schema().names())
        named = [(name, self.names[name]) for name in rows.columns if name in self.names]
        return rows.with_columns(names.gather(rows[name].to_physical()).alias(name) for name, names in named)

    def _coded(self, name: str) -> pl.Expr:
        # An Enum of millions would be hashed anew by every step of a plan.
        cell = pl.col(name)
        return cell if name == "item" or name not in self.names else cell.cat.to(pl.Enum(self.names[name]))


def read_table(
    name: str,
    columns: Sequence[str],
    folder: Path,
    *,
    texts: Sequence[str] = ("text",),
    also: Sequence[str] | None = ("created_at",),
    options: Mapping[str, Any] | None = None,
) -> FileTable:
    """Have a file read, as an import reads it, into parts of a table in ``folder``; ``-`` is the standard input.

    ``columns`` get these names where the file calls them otherwise; but for ``texts`` they hold names, which are given as they
    are compared (``plain_labels``). ``also`` are columns to be read where the file has them, None for all. Whole numbers read
    the same from every kind of file: 7.0 in Parquet is "7", as it is in CSV. ``options`` are fields of ``ImportOptions`` that say
    how to read. Memory holds a part and the names.

    Raises LabelingError: what :func:`labeling.exchange.reading.read_blocks` and the limits refuse, ``no_file``, ``no_rows``,
    ``no_header``.
    """
    wanted = None if also is None else [*columns, *also]
    asked: dict[str, object] = {"columns": columns, "wanted": wanted, "options": dict(options or {}), "mapping": None}
    # What none of several columns of annotators has labeled is no vote.
    filled = ["annotator"] if options and options.get("annotators") else []
    parts, bad, understood = _Parts(folder, [each for each in columns if each not in texts]), list[BadRow](), {}
    source = cast(BinaryIO, sys.stdin.buffer) if name == "-" else name
    with formats.opened(source) as (stream, _), reading("frame", stream, name, asked) as reader:
        for message in iter(reader.receive, None):
            if isinstance(message, bytes):
                parts.add(pl.read_ipc_stream(message).drop_nulls(filled))
            elif "bad" in message:
                bad += [BadRow(*row) for row in message["bad"]]
            else:
                understood.update(message)
    return parts.table(bad, understood)


def read_frame(
    name: str,
    columns: Sequence[str],
    *,
    texts: Sequence[str] = ("text",),
    bad: list[BadRow] | None = None,
    options: Mapping[str, Any] | None = None,
) -> pl.DataFrame:
    """``read_table`` with all columns of the file as String, where nothing more is made of it; ``bad`` gets what was no row.
    Raises LabelingError like it."""
    with tempfile.TemporaryDirectory(prefix="sverka-") as folder:
        table = read_table(name, columns, Path(folder), texts=texts, also=None, options=options)
        if bad is not None:
            bad += table.bad
        return table.texts()


class _Parts:
    """The parts of a table as they are written, and the names met in them."""

    def __init__(self, folder: Path, named: Sequence[str]) -> None:
        self._folder = folder
        self._named = {name: _Numbers() for name in named}
        self._parts: list[tuple[pl.Schema, Path]] = []
        self._rows = 0

    def add(self, part: pl.DataFrame) -> None:
        """Write one part, its names as numbers."""
        coded = [self._named[name].of(part[name]) for name in part.columns if name in self._named]
        path = self._folder / f"{len(self._parts):06}.arrow"
        part.with_columns(coded).write_ipc(path)
        self._parts.append((part.schema, path))
        self._rows += len(part)

    def _scan(self) -> pl.LazyFrame:
        # One scan, unless the records of a file have other fields further on.
        alike = (list(group) for _, group in itertools.groupby(self._parts, key=lambda part: part[0]))
        scans = [pl.scan_ipc([path for _, path in group]) for group in alike]
        return scans[0] if len(scans) == 1 else pl.concat(scans, how="diagonal")

    def table(self, bad: list[BadRow], understood: dict[str, Any]) -> FileTable:
        """All of it."""
        met = {name for schema, _ in self._parts for name in schema}
        named = {name: numbers.names() for name, numbers in self._named.items() if name in met}
        moved = [
            pl.lit(place).gather(pl.col(name)).alias(name) for name, (_, place) in named.items() if place is not None
        ]
        scan = self._scan().with_columns(moved) if moved else self._scan()
        names = {name: names.alias(name) for name, (names, _) in named.items()}
        return FileTable(scan, names, bad, understood, empty=not self._rows)


class _Numbers:
    """Numbers for the names of a column as the file writes them, from 0 in the order in which they come."""

    def __init__(self) -> None:
        # Polars forgets what no column holds.
        self._held = pl.Series([], dtype=pl.Categorical(pl.Categories.random()))
        self._met = [pl.Series([], dtype=pl.String)]
        self._known = 0

    def of(self, written: pl.Series) -> pl.Series:
        """The number of each, UInt32; null where nothing stands."""
        numbers = written.cast(self._held.dtype).to_physical()
        new = written.filter(numbers >= self._known).unique(maintain_order=True)
        self._met.append(new)
        self._known += len(new)
        return numbers

    def names(self) -> tuple[pl.Series, pl.Series | None]:
        """The distinct names as they are compared, in their order, and which of them each number stands for; None where that
        is its own."""
        written = pl.concat(self._met)
        names = plain_labels(written)
        if names.equals(written):
            return names, None
        distinct = names.drop_nulls().unique(maintain_order=True)
        return distinct, names.cast(pl.Enum(distinct)).to_physical().cast(pl.UInt32)


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
