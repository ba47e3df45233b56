"""Cells that a spreadsheet would run as formulas: neutralised on the way out, given back on the way in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

# A formula may hide behind white space, and full-width signs are formulas too where East Asian input is on.
_SIGNS = "=+\\-@＝＋－＠"
_NUMBER = r"[+-]?[0-9]+(?:[.,][0-9]+)?"
NUMBER = rf"^{_NUMBER}$"
_RUNS = rf"(?:[\t\r]|[\s\ufeff]*[{_SIGNS}])"
_DANGEROUS = re.compile(rf"'*(?!'|{_NUMBER}\Z){_RUNS}")
_NEUTRALISED = re.compile(rf"'+(?!'|{_NUMBER}\Z){_RUNS}")


def neutralise(cell: str) -> str:
    """The cell with one apostrophe before it, where a spreadsheet would run it; plain numbers are left alone.

    A cell that looks as if it had been neutralised gets one more apostrophe, so that :func:`restore` gives back
    exactly what was there.

    >>> [neutralise(cell) for cell in ("=1+1", "hello", "-5", " @cmd", "'=1")]
    ["'=1+1", 'hello', '-5', "' @cmd", "''=1"]
    """
    return "'" + cell if is_formula(cell) else cell


def is_formula(cell: str) -> bool:
    """Whether a spreadsheet would run the cell, or it looks as if it had been neutralised.

    >>> is_formula("@here"), is_formula("-5")
    (True, False)
    """
    return _DANGEROUS.match(cell) is not None


def restore(cell: str) -> str:
    """The inverse of :func:`neutralise`.

    >>> [restore(cell) for cell in ("'=1+1", "'hello'", "'-5", "''=1")]
    ['=1+1', "'hello'", "'-5", "'=1"]
    """
    return cell[1:] if _NEUTRALISED.match(cell) else cell


def restore_all(cells: Sequence[Any]) -> Sequence[Any]:
    """A column of a spreadsheet with its cells given back; texts and None only."""
    try:
        whole = "\0".join(cells)
    except TypeError:
        whole = "\0".join([cell for cell in cells if cell])
    # One search over the whole column: hardly any cell begins with an apostrophe.
    if "\0'" not in "\0" + whole:
        return cells
    return [restore(cell) if cell and cell[0] == "'" else cell for cell in cells]


def neutralise_all(cells: Sequence[Any]) -> list[Any]:
    """A column of texts made safe for a spreadsheet."""
    return [neutralise(cell) if type(cell) is str else cell for cell in cells]
