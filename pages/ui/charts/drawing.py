"""What all charts share: colours, axes of shares, intervals, and how a figure comes onto the page.

This folder alone knows Plotly. Colours of classes are the classes' own, all else is the theme's.
"""

from __future__ import annotations

import html

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from pages.ui.figures import percent
from pages.ui.words import shortened

# Seen as well on the light page as on the dark one.
ACCENT = "#348985"
SECOND = "#B86E2E"
REST = "#8A9699"
# Of two lines in one chart: told apart without colours too.
STYLES = ((ACCENT, "circle", "solid"), (SECOND, "diamond-open", "dot"))
DASHED = {"line_dash": "dash", "line_width": 1, "line_color": REST}
_LONGEST_TITLE = 26


def draw(figure: go.Figure, *, key: str, height: int, alt: str, image: bool = False, legend: bool = False) -> None:
    """Show the figure; ``image`` lets it be saved as one."""
    figure.update_layout(
        height=height, margin={"l": 0, "r": 8, "t": 8, "b": 0}, showlegend=legend, dragmode=False, hovermode="closest"
    )
    figure.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0})
    # A chart that zooms takes the finger that wants to scroll the page. And to look whether labels overflow, where the
    # margins make room for them anyway, is most of what a large chart takes to draw.
    figure.update_xaxes(fixedrange=True, ticklabeloverflow="allow")
    figure.update_yaxes(fixedrange=True, ticklabeloverflow="allow")
    saved = {"modeBarButtons": [["toImage"]], "toImageButtonOptions": {"filename": key, "scale": 2}}
    bar = {"displaylogo": False, **saved} if image else {"displayModeBar": False}
    st.plotly_chart(figure, key=key, config=bar, alt=alt)


def whiskers(rows: pl.DataFrame, colour: str = REST) -> dict[str, object]:
    """Error bars from ``value``, ``low`` and ``high``; none where an end is unknown."""
    value = rows["value"]
    up, down = (rows["high"] - value).fill_null(0), (value - rows["low"]).fill_null(0)
    bars = {"type": "data", "symmetric": False, "array": up.to_list(), "arrayminus": down.to_list()}
    return {**bars, "color": colour, "thickness": 1.5, "width": 4}


def shares() -> dict[str, object]:
    """An axis from 0 to 100 percent."""
    quarters = [0, 0.25, 0.5, 0.75, 1]
    return {"range": [-0.03, 1.03], "tickvals": quarters, "ticktext": [percent(share) for share in quarters]}


def ticks_between(low: float, high: float) -> list[float]:
    """Round shares between two ends, four to eight of them.

    >>> ticks_between(0, 0.16)
    [0.0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.12, 0.14, 0.16]
    """
    span = max(high - low, 1e-9)
    step = next((size for size in (0.01, 0.02, 0.05, 0.1, 0.2) if span / size <= 8), 0.25)
    first = -(-round(low / step, 9) // 1)
    return [round((first + n) * step, 4) for n in range(int((high - first * step) / step + 1e-9) + 1)]


def short(title: str) -> str:
    """A title with the room of an axis."""
    return html.escape(shortened(title, _LONGEST_TITLE))
