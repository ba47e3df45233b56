"""A point with its interval for each chunk, class, source or arm."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import polars as pl

from labeling.projects.classes import LabelClass
from pages.ui.charts.drawing import ACCENT, DASHED, REST, draw, shares, short, ticks_between, whiskers
from pages.ui.figures import number, percent
from pages.ui.words import t, title_of

MOST_CHUNKS = 40
MOST_CLASSES = 15


def accuracy_by_chunk(scores: pl.DataFrame, floor: float, *, key: str) -> None:
    """Points with intervals by ``ordinal`` from ``value``, ``low``, ``high``, ``n``; the chunk's id in customdata."""
    last = scores.sort("ordinal").tail(MOST_CHUNKS)
    figure = go.Figure(
        go.Scatter(
            x=[str(ordinal) for ordinal in last["ordinal"]],
            y=last["value"].to_list(),
            mode="markers",
            customdata=[[chunk] for chunk in last["chunk"]],
            marker={
                "color": ACCENT,
                "size": 9,
                "symbol": ["diamond-open" if kind == "qualification" else "circle" for kind in last["kind"]],
            },
            error_y=whiskers(last, ACCENT),
            hovertext=last["figure"].to_list(),
            hoverinfo="text",
        )
    )
    figure.add_hline(y=floor, **DASHED)
    figure.update_xaxes(type="category", title_text=t("charts.chunk"))
    figure.update_yaxes(**shares())
    draw(figure, key=key, height=260, alt=t("charts.accuracy", n=last.height, floor=floor), image=True)


def class_points(rows: pl.DataFrame, classes: Mapping[str, LabelClass], *, key: str) -> None:
    """A point for each ``label`` in its colour, from ``value``, ``low``, ``high`` and ``figure`` in words.

    Of many classes the first :data:`MOST_CLASSES`; codes in customdata.
    """
    shown = rows.head(MOST_CLASSES)
    entries = [classes[code] for code in shown["label"]]
    figure = _beside([title_of(entry) for entry in entries], shown)
    figure.update_traces(
        marker_color=[entry.colour for entry in entries],
        customdata=[[code] for code in shown["label"]],
        error_x_color=REST,
    )
    figure.update_xaxes(**shares())
    height = 48 + 28 * max(shown.height, 2)
    draw(figure, key=key, height=height, alt=t("charts.class_points", n=shown.height), image=True)


def points(
    rows: pl.DataFrame, axis: str, *, key: str, alt: str, low: float, high: float, is_share: bool = True
) -> None:
    """A point with its interval for each row, from ``name``, ``value``, ``low``, ``high`` and ``figure`` in words."""
    figure = _beside(rows["name"].to_list(), rows)
    ticks = ticks_between(low, high)
    # Beside long names there is room for few on a narrow screen.
    if (low, high) == (0.0, 1.0):
        ticks = [0.0, 0.25, 0.5, 0.75, 1.0]
    if len(ticks) > 5:
        ticks = [tick for tick in ticks if round(tick / (ticks[1] - ticks[0])) % 2 == 0]
    write = percent if is_share else number
    figure.update_yaxes(showgrid=False, zeroline=False)
    figure.update_xaxes(
        range=[low, high], tickvals=ticks, ticktext=[write(tick) for tick in ticks], tickangle=0, zeroline=False,
        title_text=axis,
    )  # fmt: skip
    if low < 0 < high:
        figure.add_vline(x=0, **DASHED)
    draw(figure, key=key, height=76 + 36 * max(rows.height, 2), alt=alt, image=True)


def _beside(names: Sequence[str], rows: pl.DataFrame) -> go.Figure:
    """A point beside each name, the first one above."""
    places = list(range(rows.height))
    figure = go.Figure(
        go.Scatter(
            x=rows["value"].to_list(),
            y=places,
            mode="markers",
            marker={"color": ACCENT, "size": 10},
            error_x=whiskers(rows, ACCENT),
            hovertext=[
                f"{html.escape(name)}: {html.escape(written)}"
                for name, written in zip(names, rows["figure"], strict=True)
            ],
            hoverinfo="text",
        )
    )
    figure.update_yaxes(tickvals=places, ticktext=[short(name) for name in names], range=[rows.height - 0.4, -0.6])
    return figure
