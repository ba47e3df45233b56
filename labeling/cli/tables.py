"""Tables and figures as the reports of commands on files show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from labeling.quality.figures import Figure


def table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterable[str]:
    """Columns as wide as their longest cell, a blank line before them; nothing where there are no rows."""
    if not rows:
        return
    widths = [max(len(row[at]) for row in [heads, *rows]) for at in range(len(heads))]
    yield ""
    for row in [heads, *rows]:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def figure_text(figure: Figure) -> str:
    """Value, interval and n.

    >>> figure_text(Figure(0.5, 0.25, 0.75, 12)), figure_text(Figure(None, None, None, 0))
    ('0.500 [0.250, 0.750], n = 12', 'undefined, n = 0')
    """
    if figure.value is None:
        return f"undefined, n = {figure.n:,}"
    interval = "" if figure.low is None or figure.high is None else f" [{figure.low:z.3f}, {figure.high:z.3f}]"
    return f"{figure.value:z.3f}{interval}, n = {figure.n:,}"


def row_text(row: dict[str, Any], value: str = "agreement", low: str = "low", high: str = "high", n: str = "n") -> str:
    """The same of the columns of a row."""
    return figure_text(Figure(row[value], row[low], row[high], row[n] or 0))


def number_text(value: float | None) -> str:
    """A number, or that it is undefined."""
    return "undefined" if value is None else f"{value:z.3f}"
