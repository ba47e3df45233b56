"""How a table lies in its file: what stands above it, what separates its cells, and whether its first row names the columns."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from labeling.exchange.column_names import named_role, role_of

_SEPARATORS = ",;\t|"
# A separator that no text contains: a file without separators is one column, commas and all.
NO_SEPARATOR = "\x1f"
_LOOKED_AT = 200
# What stands above a table is a title and a remark, not a page.
_MOST_ABOVE = 20
_HINT = re.compile(r"sep=(.)\r?\n?\Z", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?\Z")
_MANY_WORDS = 4


@dataclass(frozen=True)
class Layout:
    """``above`` are the lines before the table; ``names`` whether its first row names the columns."""

    separator: str
    above: int
    names: bool


def layout_of(lines: Sequence[str], separator: str | None = None) -> Layout:
    """The layout of a text by its first lines, whose ends are kept; ``separator`` overrules what would be found.

    Passed over are a ``sep=;`` as spreadsheets write it, blank lines, and lines of one cell above a table of several.

    >>> layout_of(["sep=;\\n", "text;label\\n", "a, b;x\\n"])
    Layout(separator=';', above=1, names=True)
    >>> layout_of(["# exported 2024-01-01\\n", "text,label\\n", "a b,x\\n"])
    Layout(separator=',', above=1, names=True)
    >>> layout_of(["I lost my card,cards\\n", "No code comes at all,login\\n"]).names
    False
    """
    above = 0
    if lines and (hint := _HINT.match(lines[0].lstrip("\ufeff"))):
        separator, above = separator or hint[1], 1
    lines = lines[above:][:_LOOKED_AT]
    separator = separator or _separator(lines)
    rows = [_cells(line, separator) for line in lines]
    top = top_of(rows)
    return Layout(separator, above + top, has_names(rows[top:]))


def top_of(rows: Sequence[Sequence[str]]) -> int:
    """Where the table begins: behind rows of one filled cell, where most of it has several.

    >>> top_of([["A report", "", ""], ["", "", ""], ["id", "text", "label"], ["1", "a", "x"], ["2", "b", "y"]])
    2
    """
    widths = [sum(bool(cell.strip()) for cell in row) for row in rows]
    usual = Counter(width for width in widths if width).most_common(1)
    if not usual or usual[0][0] < 2:
        return next((at for at, width in enumerate(widths) if width), 0)
    top = next((at for at, width in enumerate(widths) if width > 1), 0)
    return top if top <= _MOST_ABOVE else 0


def has_names(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: by two names that are known, or for lack of anything that only data would say.

    A table of one column has a name only where it is a known one.

    >>> has_names([["what", "kind"], ["a b", "x"]]), has_names([["thanks", "x"], ["hello", "y"], ["bye", "x"]])
    (True, False)
    >>> has_names([["Where is my card now?", "question"], ["It came, thank you", "review"]])
    False
    >>> has_names([["No code", "login"], ["My card is lost", "card"]])
    False
    """
    first, *rest = [[cell.strip() for cell in row] for row in rows] or [[]]
    again = {cell for at, cell in enumerate(first) if cell and any(cell == row[at] for row in rest if at < len(row))}
    if sum(named_role(cell) is not None for cell in first if cell not in again) > 1:
        return True
    filled = [cell for cell in first if cell]
    if again or len(set(filled)) < len(filled) or any(_says_much(cell) for cell in filled):
        return False
    if any(role_of(cell) for cell in first):
        return True
    return len(first) > 1 and not _is_like_a_text(first, rest)


def _is_like_a_text(first: Sequence[str], rest: Sequence[Sequence[str]]) -> bool:
    """Whether nobody could tell the first cell of the wordiest column from those below: several words, half as many as usual."""
    usual = [median([len(row[at].split()) for row in rest if at < len(row)] or [0]) for at in range(len(first))]
    wordiest = max(range(len(first)), key=usual.__getitem__)
    return len(first[wordiest].split()) >= max(2.0, usual[wordiest] / 2)


def _says_much(cell: str) -> bool:
    return _NUMBER.match(cell) is not None or len(cell.split()) >= _MANY_WORDS


def _cells(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line.rstrip("\r\n")], delimiter=separator), [])
    except csv.Error:
        return [line]


def _separator(lines: Sequence[str]) -> str:
    """The separator that cuts the most rows into as many columns as each other, and of those the one with most columns."""
    for candidate in _SEPARATORS:
        # Two names that are known decide, however broken the rows are.
        if lines and sum(role_of(cell) is not None for cell in _cells(lines[0], candidate)) > 1:
            return candidate
    best, separator = (0.0, 0), NO_SEPARATOR
    for candidate in _SEPARATORS:
        try:
            widths = [len(row) for row in csv.reader(lines, delimiter=candidate) if row]
        except csv.Error:
            continue
        width, agreeing = Counter(widths).most_common(1)[0] if widths else (0, 0)
        # A line or two above the table are of another width.
        share = min(1.0, agreeing / max(len(widths) - 2, 1)) if len(widths) > 4 else agreeing / max(len(widths), 1)
        if width > 1 and (share, width) > best:
            best, separator = (share, width), candidate
    return separator
