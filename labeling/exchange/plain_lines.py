"""Delimited lines of which all cells are quoted or none is, and every row has its cells: a frame of them all at once."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


# Between cells that were quoted: hardly any text has it.
_UNIT = "\x1f"


def frame_of_lines(lines: Sequence[str], names: Sequence[str], separator: str) -> pl.DataFrame | None:
    """The cells of the lines as String columns, "" where nothing stands; None where the ``csv`` module would have to look.

    So it is where some cells are quoted, a quote or the end of a line stands in one, a line is blank, a row has fewer or more
    cells, a cell may be too long or a byte was no text. What is given is what that module gives.

    >>> frame_of_lines(["1,a\\n", "2,\\n"], ["item", "label"], ",").rows()
    [('1', 'a'), ('2', '')]
    >>> frame_of_lines(["1,a\\n", "2,b,c\\n"], ["item", "label"], ",") is None
    True
    """
    import polars as pl

    whole = "".join(lines).replace("\r\n", "\n")
    if whole.startswith('"'):
        whole, separator = _unquoted(whole, separator, len(lines)), _UNIT
    cells = whole.count(separator) + len(lines)
    odd = any(sign in whole for sign in ('"', "\r", "\0", "\n\n"))
    if odd or whole.startswith("\n") or cells != len(names) * len(lines) or not separator.isascii():
        return None
    if max(map(len, lines)) > csv.field_size_limit():
        return None
    try:
        frame = pl.read_csv(
            whole.encode(),
            schema=dict.fromkeys(names, pl.String),
            has_header=False,
            separator=separator,
            quote_char=None,
            extra_columns="raise",
            missing_columns="raise",
            empty_string_is_null=False,
        )
    except (UnicodeEncodeError, pl.exceptions.PolarsError):
        # As many cells in all as there should be, and one row with too many.
        return None
    return frame if frame.shape == (len(lines), len(names)) else None


def _unquoted(whole: str, separator: str, lines: int) -> str:
    """Lines that all begin and end with a quote, with a sign of our own between their cells; as they are where that is unsure.

    What stands between two quotes then holds none, or one is left over.
    """
    whole = whole.removesuffix("\n")
    closed = whole.count('"\n"') == lines - 1 and whole.endswith('"') and len(whole) > 1
    if not closed or _UNIT in whole:
        return whole
    return whole[1:-1].replace('"\n"', "\n").replace(f'"{separator}"', _UNIT)
