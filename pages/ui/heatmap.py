"""A heatmap of shares: rows bear names and numbers, columns the numbers alone."""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

import plotly.graph_objects as go

# Beyond that many columns numbers in the cells can't be read, and of the columns' own a few have room.
MOST_NUMBERED = 12


def heatmap(
    values: Sequence[Sequence[float | None]],
    hover: Sequence[Sequence[str]],
    names: Sequence[str],
    write: Callable[[float], str],
    *,
    ids: Sequence[Sequence[Sequence[str]]] | None = None,
    last: str = "",
) -> go.Figure:
    """``values`` from 0 to 1 by row and column; ``last`` names the column that has no row. ``ids`` go into customdata.

    Where the cells have no room for what ``write`` makes of a value, a scale says what the colours mean.
    """
    columns = list(range(1, len(values[0]) + 1)) if values else []
    numbered, rows = len(columns) <= MOST_NUMBERED, list(range(len(names)))
    figure = go.Figure(
        go.Heatmap(
            z=values,
            x=columns,
            y=rows,
            customdata=ids,
            zmin=0,
            zmax=1,
            text=[["" if value is None else write(value) for value in row] for row in values] if numbered else None,
            texttemplate="%{text}" if numbered else "",
            hovertext=hover,
            hoverinfo="text",
            hoverongaps=False,
            showscale=not numbered,
            colorbar=_scale(write),
            # On a phone many columns are hardly wider than a gap.
            xgap=2 if numbered else 0,
            ygap=2,
        )
    )
    # Names would have to stand on their heads.
    step = 1 if numbered else 5 if len(columns) <= 40 else 10
    tops = {n: str(n) for n in columns if n % step == 0}
    if last:
        # It is longer than a number.
        tops = {n: top for n, top in tops.items() if n <= len(columns) - step}
        tops[len(columns)] = html.escape(last)
    figure.update_xaxes(tickvals=list(tops), ticktext=list(tops.values()), tickangle=0, showgrid=False, zeroline=False)
    sides = [f"{name} · {n}" for n, name in enumerate(names, 1)]
    figure.update_yaxes(tickvals=rows, ticktext=sides, autorange="reversed", showgrid=False, zeroline=False)
    return figure


def height_of(rows: int, least: int = 24) -> int:
    """How high so many rows stand: no higher than the screen while they can be read."""
    return max(least, min(44, 480 // max(rows, 1))) * rows


def _scale(write: Callable[[float], str]) -> dict[str, object]:
    ends = [0.0, 1.0]
    place = {"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "len": 1, "thickness": 8}
    return {**place, "outlinewidth": 0, "tickvals": ends, "ticktext": [write(end) for end in ends], "tickangle": 0}
