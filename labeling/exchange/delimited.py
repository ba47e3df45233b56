"""Delimited text, read so that one broken row costs one row: fast where lines are clean, one by one where not."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from labeling.errors import LabelingError
from labeling.exchange.blocks import BadRow, FrameColumns, Table, excerpt_of
from labeling.exchange.own_tables import derived_columns, given_back, is_guarded

if TYPE_CHECKING:
    import polars as pl

AtOnce: TypeAlias = "Callable[[Sequence[str], Sequence[str], str], pl.DataFrame | None]"
"""What may make a frame of lines, by the names of their columns and the separator."""

# Rows live as lists only until their cells stand in columns. More at once would wake the garbage collector, which
# took a sixth of an import's time to look through them.
_PORTION = 250
# Characters: lines without an end are none that a frame is made of.
_MOST_AT_ONCE = 1 << 24


def read_delimited(
    text: Iterable[str],
    separator: str,
    *,
    rows: int,
    header: bool,
    above: int = 0,
    at_once: AtOnce | None = None,
) -> Iterator[Table]:
    """Tables of up to ``rows`` rows. ``text`` gives physical lines with their ends; line numbers count from 1, and
    ``above`` lines have been passed over already. ``at_once`` is tried with the lines of a whole table, the names of its columns
    and the separator; where it gives a frame that is the table.

    Bad rows: ``cells`` (not as many as the header has), ``bad_quote``, ``unclosed_quote``, ``cell_too_long`` (above
    the csv module's limit of 131,072 characters). Blank lines are passed over. Without a header columns are named
    ``column_1`` and so on. A file with a header and no rows gives one empty table.
    """
    source = _Lines(text, separator, above + 1)
    bad: list[BadRow] = []
    top = source.first_row(bad, keep=not header)
    names = column_names(top if header else [None] * len(top))
    guarded, source.is_ours = is_guarded(names), bool(derived_columns(names))
    more, first = bool(names), True
    while more or bad:
        if more and at_once and (plain := source.table(rows, names, at_once)) is not None:
            read = given_back({name: plain.column(name) for name in names}) if guarded else plain.columns
            yield replace(plain, columns=read, bad=bad)
            bad, first = [], False
            continue
        lines: list[int] = []
        columns: list[list[str]] = [[] for _ in names]
        while more and len(lines) + len(bad) < rows:
            cells = source.take(min(_PORTION, rows - len(lines) - len(bad)), len(names), lines, bad)
            more = cells is not None
            for column, fresh in zip(columns, zip(*cells or [], strict=True), strict=False):
                column.extend(fresh)
        if lines or bad or first:
            named = dict(zip(names, columns, strict=True))
            yield Table(lines, given_back(named) if guarded else named, bad)
        bad, first = [], False


def check_separator(separator: str) -> None:
    """Raise LabelingError ``bad_separator`` where cells can't be kept apart by it."""
    if len(separator) != 1 or separator in '"\r\n':
        raise LabelingError("bad_separator", separator=separator)


def column_names(cells: Sequence[str | None]) -> list[str]:
    """Names for the columns of a header: blank ones are numbered, repeated ones too.

    >>> column_names(["text", "", "text", "label"])
    ['text', 'column_2', 'text_2', 'label']
    """
    names: list[str] = []
    for at, cell in enumerate(cells, 1):
        name = base = (cell or "").strip() or f"column_{at}"
        copy = 2
        while name in names:
            name, copy = f"{base}_{copy}", copy + 1
        names.append(name)
    return names


class _Lines:
    """Physical lines parsed into rows, with a place to put lines back."""

    def __init__(self, text: Iterable[str], separator: str, line: int) -> None:
        self._text = iter(text)
        self._separator = separator
        self._waiting: deque[str] = deque()
        self._line = line
        self._quotes_are_letters = False
        self.is_ours = False

    def first_row(self, bad: list[BadRow], *, keep: bool) -> list[str]:
        """The first row that can be parsed, whatever its width; ``keep`` leaves it to be taken again."""
        while True:
            start, raw = self._line, list[str]()
            row = self._next_row(raw, None, bad)
            if row or not raw:
                if keep:
                    self._put_back(raw, start)
                return row or []

    def take(self, n: int, width: int, lines: list[int], bad: list[BadRow]) -> list[list[str]] | None:
        """Up to ``n`` rows of ``width`` cells, None at the end; adds the line each begins on, and what was no row."""
        ahead = list(islice(self._waiting, n))
        waited = len(ahead)
        ahead += islice(self._text, n - waited)
        if not ahead:
            return None
        rows = self._all_clean(ahead, width)
        if rows is None:
            self._waiting.extend(ahead[waited:])
            return self._row_by_row(n, width, lines, bad)
        for _ in range(waited):
            self._waiting.popleft()
        lines.extend(range(self._line, self._line + len(ahead)))
        self._line += len(ahead)
        return rows

    def table(self, n: int, names: list[str], at_once: AtOnce) -> Table | None:
        """The next ``n`` lines, if ``at_once`` makes a frame of them; else they are left to be taken one by one."""
        size = sum(map(len, self._waiting))
        while len(self._waiting) < n and size < _MOST_AT_ONCE:
            more = list(islice(self._text, min(_PORTION, n - len(self._waiting))))
            if not more:
                break
            self._waiting.extend(more)
            size += sum(map(len, more))
        ahead = list(islice(self._waiting, n))
        frame = at_once(ahead, names, self._separator) if ahead else None
        if frame is None:
            return None
        self._waiting = deque(islice(self._waiting, n, None))
        self._line += len(ahead)
        return Table(range(self._line - len(ahead), self._line), FrameColumns(frame))

    def _all_clean(self, ahead: list[str], width: int) -> list[list[str]] | None:
        try:
            rows = list(self._parse(ahead))
        except csv.Error:
            return None
        return rows if len(rows) == len(ahead) and set(map(len, rows)) == {width} else None

    def _row_by_row(self, n: int, width: int, lines: list[int], bad: list[BadRow]) -> list[list[str]]:
        rows: list[list[str]] = []
        for _ in range(n):
            start, raw = self._line, list[str]()
            row = self._next_row(raw, width, bad)
            if not raw:
                break
            if row:
                lines.append(start)
                rows.append(row)
        return rows

    def _next_row(self, raw: list[str], width: int | None, bad: list[BadRow]) -> list[str] | None:
        """The next row and the ``raw`` lines taken for it; None where it is blank or bad."""
        start = self._line
        row: list[str] = []
        try:
            row = next(self._parse(self._feed(raw)), [])
            reason = self._judge(row, width, raw)
        except csv.Error as error:
            reason = "unclosed_quote" if len(raw) > 1 or "end of data" in str(error) else "bad_quote"
            if len(raw) == 1 and "limit" in str(error):
                reason = "cell_too_long"
        if self._separator == "\t" and raw:
            # Between tabs a quote is a letter, unless it closes. Where lines make sense either way, none is guessed at.
            unclear = reason is None and not self.is_ours and self._is_either_way(row, width, raw)
            plain = self._as_letters(raw[0], width)
            if plain is not None and (reason is not None or (unclear and self._quotes_are_letters)):
                self._quotes_are_letters = True
                self._put_back(raw[1:], start + 1)
                return plain
            if unclear:
                bad.extend(BadRow(at, "unclosed_quote", excerpt_of(line)) for at, line in enumerate(raw, start))
                return None
        if reason is None:
            return row[:width] if width is not None else row
        # What a quote has swallowed may hold good rows: only its first line is given up.
        bad.append(BadRow(start, reason, excerpt_of(raw[0])))
        self._put_back(raw[1:], start + 1)
        return None

    def _is_either_way(self, row: list[str], width: int | None, raw: list[str]) -> bool:
        """Whether quotes that hold tabs and line ends may be letters of as many rows."""
        return (
            len(raw) > 1
            and any("\t" in cell for cell in row)
            and all(self._as_letters(line, width) is not None for line in raw)
        )

    def _as_letters(self, line: str, width: int | None) -> list[str] | None:
        plain = line.rstrip("\r\n").split("\t")
        if self._judge(plain, width, [line]) is not None:
            return None
        return plain[:width] if width is not None else plain

    def _judge(self, row: list[str], width: int | None, raw: list[str]) -> str | None:
        if width is None or not row or len(row) == width:
            return None
        if len(row) > width and not any(cell.strip() for cell in row[width:]):
            return None
        return "unclosed_quote" if len(raw) > 1 else "cells"

    def _parse(self, lines: Iterable[str]) -> Iterator[list[str]]:
        # Strict: what follows a closing quote, or a file that ends within one, is an error and not a guess.
        return csv.reader(lines, delimiter=self._separator, strict=True)

    def _feed(self, raw: list[str]) -> Iterator[str]:
        while True:
            line = self._waiting.popleft() if self._waiting else next(self._text, "")
            if not line:
                return
            raw.append(line)
            self._line += 1
            yield line

    def _put_back(self, lines: list[str], start: int) -> None:
        self._waiting.extendleft(reversed(lines))
        self._line = start
