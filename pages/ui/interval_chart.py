"""Charts of audits and of the gain: shares with their intervals, step by step."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence

import plotly.graph_objects as go
import polars as pl

from pages.ui.charts import REST, STYLES, _draw, add_line
from pages.ui.words import percent


def steps(
    series: Mapping[str, pl.DataFrame],
    groups: Sequence[str],
    axis: str,
    *,
    key: str,
    alt: str,
    line: float | None = None,
    low: float = 0.0,
    high: float = 1.0,
    tick: Callable[[float], str] = percent,
) -> None:
    """Lines over ``groups``, each from ``group``, ``value``, ``low``, ``high`` and ``figure`` in words.

    The axis runs from ``low`` to ``high``, its ticks written by ``tick``; ``line`` is drawn across, dashed.
    """
    figure = go.Figure()
    # Whiskers of two lines at one place would hide each other.
    shifts = [(n - (len(series) - 1) / 2) * 0.12 for n in range(len(series))]
    for (name, rows), style, shift in zip(series.items(), STYLES, shifts, strict=False):
        places = [groups.index(group) + shift for group in rows["group"]]
        add_line(figure, name, rows, style, places, rows["group"].to_list())
    if line is not None and low <= line <= high:
        figure.add_hline(y=line, line_dash="dash", line_width=1, line_color=REST)
    places = list(range(len(groups)))
    figure.update_xaxes(
        tickvals=places,
        ticktext=[html.escape(group) for group in groups],
        title_text=axis,
        range=[-0.5, len(groups) - 0.5],
    )
    ticks = ticks_between(low, high)
    figure.update_yaxes(range=[low, high], tickvals=ticks, ticktext=[tick(each) for each in ticks], zeroline=False)
    _draw(figure, key=key, height=300, alt=alt, image=True, legend=len(series) > 1)


def ticks_between(low: float, high: float) -> list[float]:
    """Round shares between two ends, four to eight of them.

    >>> ticks_between(0, 0.16)
    [0.0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16]
    """
    span = max(high - low, 1e-9)
    step = next((each for each in (0.01, 0.02, 0.05, 0.1, 0.2) if span / each <= 8), 0.25)
    first = -(-round(low / step, 9) // 1)
    return [round((first + n) * step, 4) for n in range(int((high - first * step) / step + 1e-9) + 1)]
