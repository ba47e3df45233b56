"""Delimited text, read so that one broken row costs one row: fast where a block is clean, line by line where not."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from labeling.exchange.blocks import BadRow, Table, excerpt_of
from labeling.exchange.formulas import restore_all


def read_delimited(text: Iterable[str], separator: str, *, rows: int, header: bool) -> Iterator[Table]:
    """Tables of up to ``rows`` rows. ``text`` gives physical lines with their ends; line numbers count from 1.

    Bad rows: ``cells`` (not as many as the header has), ``bad_quote``, ``unclosed_quote``, ``cell_too_long`` (above
    the csv module's limit of 131,072 characters). Blank lines are passed over. Without a header columns are named
    ``column_1`` and so on.
    """
    source = _Lines(text, separator)
    names, bad = _header(source, header=header)
    first = True
    while names or bad:
        lines, cells, more = source.take(rows, len(names))
        columns = [restore_all(column) for column in zip(*cells, strict=True)] if cells else [[] for _ in names]
        if lines or more or first:
            yield Table(lines, dict(zip(names, columns, strict=True)), bad + more)
        if not lines and not more:
            return
        bad, first = [], False


def column_names(cells: Sequence[str | None]) -> list[str]:
    """Names for the columns of a header: blank ones are numbered, repeated ones too.

    >>> column_names(["text", "", "text", "label"])
    ['text', 'column_2', 'text_2', 'label']
    """
    names: list[str] = []
    for at, cell in enumerate(cells, 1):
        name = wanted = (cell or "").strip() or f"column_{at}"
        copy = 2
        while name in names:
            name, copy = f"{wanted}_{copy}", copy + 1
        names.append(name)
    return names


def _header(source: _Lines, *, header: bool) -> tuple[list[str], list[BadRow]]:
    lines, cells, bad = source.take(1, None)
    if not lines:
        return [], bad
    if header:
        return column_names(cells[0]), bad
    source.give_back(cells[0], lines[0])
    return column_names([None] * len(cells[0])), bad


class _Lines:
    """Physical lines with a place to put some of them back."""

    def __init__(self, text: Iterable[str], separator: str) -> None:
        self._text = iter(text)
        self._separator = separator
        self._waiting: deque[str] = deque()
        self._first: tuple[int, list[str]] | None = None
        self._line = 1

    def give_back(self, row: list[str], line: int) -> None:
        """Let the next :meth:`take` begin with a row that was already parsed."""
        self._first = (line, row)

    def take(self, n: int, width: int | None) -> tuple[list[int], list[list[str]], list[BadRow]]:
        """Up to ``n`` rows of ``width`` cells, the line each begins on, and what was no such row."""
        lines: list[int] = []
        rows: list[list[str]] = []
        if self._first is not None:
            lines, rows = [self._first[0]], [self._first[1]]
            self._first = None
        start = self._line
        ahead = list(self._waiting)[:n]
        ahead += islice(self._text, n - len(ahead))
        fresh: list[list[str]] = []
        if width is not None and self._is_clean(ahead, width, fresh):
            for _ in range(min(len(self._waiting), n)):
                self._waiting.popleft()
            self._line += len(ahead)
            return lines + list(range(start, self._line)), rows + fresh, []
        self._waiting.extend(ahead[len(self._waiting) :])
        more_lines, more_rows, bad = self._carefully(n, width)
        return lines + more_lines, rows + more_rows, bad

    def _is_clean(self, ahead: list[str], width: int, fresh: list[list[str]]) -> bool:
        """Whether every line is one good row; ``fresh`` is filled with them."""
        try:
            fresh += self._parse(ahead)
        except csv.Error:
            return False
        return len(fresh) == len(ahead) > 0 and set(map(len, fresh)) == {width}

    def _parse(self, lines: Iterable[str]) -> Iterator[list[str]]:
        # Strict: what follows a closing quote, or a file that ends within one, is an error and not a guess.
        return csv.reader(lines, delimiter=self._separator, strict=True)

    def _carefully(self, n: int, width: int | None) -> tuple[list[int], list[list[str]], list[BadRow]]:
        lines: list[int] = []
        rows: list[list[str]] = []
        bad: list[BadRow] = []
        while len(rows) + len(bad) < n:
            taken: list[str] = []
            start = self._line
            row, reason = self._one(taken, width)
            if not taken:
                break
            if reason is None:
                if row:
                    lines.append(start)
                    rows.append(row)
                continue
            # What a quote has swallowed may hold good rows: only its first line is given up.
            self._put_back(taken[1:], start + 1)
            bad.append(BadRow(start, reason, excerpt_of(taken[0])))
        return lines, rows, bad

    def _one(self, taken: list[str], width: int | None) -> tuple[list[str], str | None]:
        try:
            row = next(self._parse(self._feed(taken)), [])
        except csv.Error as error:
            if len(taken) > 1 or "end of data" in str(error):
                return [], "unclosed_quote"
            return [], "cell_too_long" if "limit" in str(error) else "bad_quote"
        if width is None or not row or len(row) == width:
            return row, None
        if len(row) > width and not any(cell.strip() for cell in row[width:]):
            return row[:width], None
        return row, "unclosed_quote" if len(taken) > 1 else "cells"

    def _feed(self, taken: list[str]) -> Iterator[str]:
        while True:
            line = self._waiting.popleft() if self._waiting else next(self._text, "")
            if not line:
                return
            taken.append(line)
            self._line += 1
            yield line

    def _put_back(self, lines: list[str], start: int) -> None:
        self._waiting.extendleft(reversed(lines))
        self._line = start
