"""The files that one command reads and writes, and what it tells of them: rows that were none, rows that came again."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl

from labeling.cli.reasons import ROWS
from labeling.errors import LabelingError
from labeling.exchange.blocks import BadRow
from labeling.exchange.encodings import CODE_PAGES
from labeling.exchange.files import ending, formula_cells, write_rows
from labeling.exchange.layout import NO_SEPARATOR
from labeling.exchange.tables import FileTable, read_table

_SHOWN = 3
_KEYS = ("item", "annotator")


def add_reading_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that say how labels stand in a file of votes."""
    parser.add_argument(
        "--annotators", metavar="COL,COL", help="columns of labels, one an annotator: each filled cell is a vote"
    )
    parser.add_argument("--split", metavar="NAME", help="of the folder of a data set this split (all by default)")
    parser.add_argument("--question", metavar="NAME", help="of a tool's several questions the one that has the labels")


def add_writing_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that say what kind of file the result becomes."""
    parser.add_argument(
        "--spreadsheet",
        action="store_true",
        help="a CSV that Excel may open: with a mark, and no cell that it would run",
    )


def reading_of(args: argparse.Namespace) -> dict[str, Any]:
    """What these options say, as fields of ``ImportOptions``."""
    columns = getattr(args, "annotators", None) or ""
    named = {name: getattr(args, name, None) for name in ("question", "split")}
    return {"annotators": tuple(filter(None, columns.split(",")))} | named


def separator_of(args: argparse.Namespace) -> str | None:
    """What ``--separator`` says; a tab may be written as a backslash and a t."""
    separator: str | None = args.separator
    return "\t" if separator == "\\t" else separator


class Inputs:
    """Reads files, and keeps count of what was left out of them. What it has read lies in a folder that nobody else can look
    into, until the context is left."""

    def __init__(self) -> None:
        self._bad: dict[str, list[BadRow]] = {}
        self._repeated: dict[str, int] = {}
        self._understood: dict[str, dict[str, Any]] = {}
        self._folder = TemporaryDirectory(prefix="sverka-")
        self._tables = 0
        self._formulas = 0

    def __enter__(self) -> Inputs:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def table(
        self,
        name: str,
        columns: tuple[str, ...],
        *,
        texts: tuple[str, ...] = ("text",),
        also: tuple[str, ...] | None = ("created_at",),
        may_be_empty: bool = False,
        options: Mapping[str, Any] | None = None,
    ) -> FileTable:
        """The file as ``read_table`` gives it.

        Raises LabelingError ``no_rows`` or ``only_bad_rows`` where nothing was read, besides what ``read_table`` raises.
        """
        folder = Path(self._folder.name, str(self._tables))
        folder.mkdir()
        self._tables += 1
        table = read_table(name, columns, folder, texts=texts, also=also, options=options)
        self._understood[name], self._bad[name] = table.understood, table.bad
        there = table.scan.collect_schema().names()
        if table.empty and table.bad:
            first = table.bad[0]
            raise LabelingError("only_bad_rows", name=name, rows=len(table.bad), line=first.line, reason=first.reason)
        if table.empty and not may_be_empty and set(columns) <= set(there):
            raise LabelingError("no_rows", name=name)
        return table

    def read(
        self,
        name: str,
        columns: tuple[str, ...],
        *,
        texts: tuple[str, ...] = ("text",),
        also: tuple[str, ...] | None = ("created_at",),
        may_be_empty: bool = False,
    ) -> pl.DataFrame:
        """``table`` with all its rows as String; keys that come again are counted."""
        frame = self.table(name, columns, texts=texts, also=also, may_be_empty=may_be_empty).texts()
        keys = [key for key in _KEYS if key in columns and key in frame.columns]
        self.note_repeated(name, frame.height - frame.select(keys).n_unique() if keys and frame.height else 0)
        return frame

    def note_repeated(self, name: str, rows: int) -> None:
        """So many rows of the file repeat one that is there already."""
        self._repeated[name] = rows

    def facts(self) -> dict[str, Any]:
        """For ``--json``, by file: ``read``, how it was understood; and where there are any ``bad_rows``, ``bad_rows_shown``
        (the first), ``repeated_rows``."""
        bad = {name: rows for name, rows in self._bad.items() if rows}
        repeated = {name: n for name, n in self._repeated.items() if n}
        facts: dict[str, Any] = {"read": self._understood} | ({"repeated_rows": repeated} if repeated else {})
        if bad:
            facts["bad_rows"] = {name: len(rows) for name, rows in bad.items()}
            facts["bad_rows_shown"] = {name: [vars(row) for row in rows[:_SHOWN]] for name, rows in bad.items()}
        return facts

    def write(self, rows: pl.DataFrame | pl.LazyFrame, args: argparse.Namespace) -> None:
        """Write the command's result where it is wanted. Raises LabelingError ``unknown_ending`` or ``not_writable``."""
        write_rows(rows, args.output, spreadsheet=args.spreadsheet)
        if ending(args.output) in ("csv", "tsv") and not args.spreadsheet:
            self._formulas = formula_cells(rows)

    def written(self) -> tuple[dict[str, Any], list[str]]:
        """What is to be known of the file that was written: facts, and lines for people."""
        if not self._formulas:
            return {}, []
        told = f"  {self._formulas:,} cells begin as formulas do and stand as they are; --spreadsheet makes them safe for Excel"
        return {"formula_cells": self._formulas}, [told]

    def lines(self, *, repeated: bool = True) -> Iterable[str]:
        """For people: how each file was read, and what of it didn't count."""
        for name, understood in self._understood.items():
            facts = {part: understood["facts"][part] for part in ("kind", "encoding", "separator", "sheet", "above")}
            columns = columns_in_words({new: old for old, new in understood["columns"].items()})
            yield f"  {Path(name).name}: read as {read_as(**facts)}{'; ' if columns else ''}{columns}"
        for name, bad in self._bad.items():
            if bad:
                reasons = ", ".join(
                    f"{n:,}: {ROWS.get(reason, reason)}" for reason, n in Counter(row.reason for row in bad).items()
                )
                yield f"  {name}: {len(bad):,} rows left out as no rows of this table ({reasons})"
                yield from (
                    f"    line {row.line:,}: {ROWS.get(row.reason, row.reason)}: {row.excerpt}" for row in bad[:_SHOWN]
                )
        for name, again in self._repeated.items():
            if again and repeated:
                yield f"  {name}: {again:,} rows repeat one that is there already; one of each counts"


def read_as(*, kind: str, encoding: str | None, separator: str | None, sheet: str | None, above: int) -> str:
    """How a file was read, in words, with a warning where nothing in it says that its letters are right.

    >>> read_as(kind="csv", encoding="cp1251", separator=";", sheet=None, above=1)
    'csv, cp1251 (not Unicode: where letters are wrong, save it as UTF-8), ;, 1 lines over the table passed over'
    """
    doubt = " (not Unicode: where letters are wrong, save it as UTF-8)" if encoding in CODE_PAGES else ""
    parts = [
        kind,
        encoding and encoding.removesuffix("-sig") + doubt,
        {"\t": "tab", NO_SEPARATOR: None}.get(separator or "", separator),
        sheet and f"sheet {sheet}",
        f"{above} lines over the table passed over" if above else None,
    ]
    return ", ".join(filter(None, parts))


def columns_in_words(columns: Mapping[str, str]) -> str:
    """Which column was taken for what; ``columns`` are the file's names by ours."""
    return "; ".join(f"{name} from “{column}”" for name, column in columns.items())
