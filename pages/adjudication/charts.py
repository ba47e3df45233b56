"""The chart of what rulings bring."""

from __future__ import annotations

import html

import plotly.graph_objects as go
import polars as pl

from pages.ui.charts import ACCENT, REST, SECOND, _draw
from pages.ui.scalars import scalar
from pages.ui.words import number, t

_LINES = (("found", ACCENT, "solid", 2.5), ("expected", SECOND, "dash", 1.5), ("random", REST, "dot", 1.5))
# A line of more points than pixels is no better drawn.
MOST = 400


def yield_lines(curve: pl.DataFrame, *, key: str) -> None:
    """YIELD as three lines over the number of rulings: errors found, expected by the scores, and found at random."""
    shown = curve.with_row_index("n", offset=1)
    if shown.height > MOST:
        shown = shown.filter((pl.col("n") % -(-shown.height // MOST) == 0) | (pl.col("n") == shown.height))
    counts = [0, *shown["n"].to_list()]
    figure = go.Figure()
    for name, colour, dash, width in _LINES:
        values = [0.0, *shown[name].cast(pl.Float64).to_list()]
        title = html.escape(t(f"adjudicate.line.{name}"))
        figure.add_scatter(
            x=counts,
            y=values,
            name=title,
            mode="lines",
            line={"color": colour, "dash": dash, "width": width},
            hovertext=[
                f"{title}: {number(round(value))} / {number(n)}" for n, value in zip(counts, values, strict=True)
            ],
            hoverinfo="text",
        )
    figure.update_xaxes(title_text=t("adjudicate.line.rulings"), rangemode="tozero")
    figure.update_yaxes(rangemode="tozero")
    found = int(scalar(curve["found"].max()) or 0)
    _draw(figure, key=key, height=260, alt=t("adjudicate.line.alt", found=found, n=curve.height), legend=True)
