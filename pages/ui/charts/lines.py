"""Lines: over chunks and weeks, over the steps of an audit or of the gain, over confidence, over rulings."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence

import plotly.graph_objects as go
import polars as pl

from pages.ui.charts.drawing import ACCENT, DASHED, REST, SECOND, STYLES, draw, shares, ticks_between, whiskers
from pages.ui.figures import number, percent, scalar
from pages.ui.words import t

# Of groups in time, the last ones.
MOST_PLACES = 40
_YIELDS = (("found", ACCENT, "solid", 2.5), ("expected", SECOND, "dash", 1.5), ("random", REST, "dot", 1.5))
# A line of more points than pixels is no better drawn.
_MOST = 400


def trend(series: Mapping[str, pl.DataFrame], axis: str, *, key: str, floor: float | None = None) -> None:
    """Lines over common groups, each from ``group`` (a string), ``value``, ``low``, ``high`` and ``figure``."""
    figure = go.Figure()
    for (name, rows), style in zip(series.items(), STYLES, strict=False):
        _add_line(figure, name, rows, style, rows["group"].to_list(), rows["group"].to_list())
    if floor is not None:
        figure.add_hline(y=floor, **DASHED)
    named = {place: group for rows in series.values() for place, group in rows.select("place", "group").rows()}
    groups = sorted(named)
    figure.update_xaxes(
        type="category", title_text=axis, categoryorder="array", categoryarray=[named[place] for place in groups]
    )
    figure.update_yaxes(**shares())
    draw(figure, key=key, height=300, alt=t("charts.trend", n=len(groups)), image=True, legend=True)


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
        _add_line(figure, name, rows, style, places, rows["group"].to_list())
    if line is not None and low <= line <= high:
        figure.add_hline(y=line, **DASHED)
    places = list(range(len(groups)))
    figure.update_xaxes(
        tickvals=places,
        ticktext=[html.escape(group) for group in groups],
        title_text=axis,
        range=[-0.5, len(groups) - 0.5],
    )
    ticks = ticks_between(low, high)
    figure.update_yaxes(range=[low, high], tickvals=ticks, ticktext=[tick(value) for value in ticks], zeroline=False)
    draw(figure, key=key, height=300, alt=alt, image=True, legend=len(series) > 1)


def reliability(series: Mapping[str, pl.DataFrame], *, key: str) -> None:
    """Lines over confidence, each from ``confidence``, ``value``, ``low``, ``high`` and ``figure``; the diagonal is right."""
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": REST, "dash": "dash", "width": 1}, hoverinfo="skip", showlegend=False
    )  # fmt: skip
    for (name, rows), style in zip(series.items(), STYLES, strict=False):
        sure = rows["confidence"].to_list()
        _add_line(figure, name, rows, style, sure, [percent(share) for share in sure])
    figure.update_xaxes(**shares(), title_text=t("judging.curve.sure"))
    figure.update_yaxes(**shares(), title_text=t("judging.curve.right"))
    bins = max((rows.height for rows in series.values()), default=0)
    draw(figure, key=key, height=320, alt=t("judging.curve.alt", n=bins), image=True, legend=True)


def yield_lines(curve: pl.DataFrame, *, key: str) -> None:
    """YIELD as three lines over the number of rulings: errors found, expected by the scores, and found at random."""
    shown = curve.with_row_index("n", offset=1)
    if shown.height > _MOST:
        shown = shown.filter((pl.col("n") % -(-shown.height // _MOST) == 0) | (pl.col("n") == shown.height))
    counts = [0, *shown["n"].to_list()]
    figure = go.Figure()
    for name, colour, dash, width in _YIELDS:
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
    errors = int(scalar(curve["found"].max()) or 0)
    draw(figure, key=key, height=260, alt=t("adjudicate.line.alt", found=errors, n=curve.height), legend=True)


def _add_line(
    figure: go.Figure,
    name: str,
    rows: pl.DataFrame,
    style: tuple[str, str, str],
    x: Sequence[object],
    places: Sequence[str],
) -> None:
    """A line through ``value`` at ``x`` with its intervals; ``places`` stands before each point's ``figure`` in the hover."""
    colour, symbol, dash = style
    figure.add_scatter(
        x=list(x),
        y=rows["value"].to_list(),
        name=html.escape(name),
        mode="lines+markers",
        line={"color": colour, "width": 1.5, "dash": dash},
        marker={"color": colour, "size": 9, "symbol": symbol},
        error_y=whiskers(rows, colour),
        customdata=[[place] for place in places],
        hovertext=[
            ", ".join(map(html.escape, (name, place))) + f": {html.escape(written)}"
            for place, written in zip(places, rows["figure"], strict=True)
        ],
        hoverinfo="text",
    )
