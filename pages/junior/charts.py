"""Charts of junior: whether it knows how sure it is, what it takes for what, and sources and arms side by side."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
import polars as pl

from pages.ui.charts import ACCENT, REST, STYLES, _draw, _short, _whiskers, add_line
from pages.ui.heatmap import heatmap, height_of
from pages.ui.interval_chart import ticks_between
from pages.ui.words import number, percent, t


def reliability(series: Mapping[str, pl.DataFrame], *, key: str) -> None:
    """Lines over confidence, each from ``confidence``, ``value``, ``low``, ``high`` and ``figure``; the diagonal is right."""
    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"color": REST, "dash": "dash", "width": 1}, hoverinfo="skip", showlegend=False
    )  # fmt: skip
    for (name, rows), style in zip(series.items(), STYLES, strict=False):
        sure = rows["confidence"].to_list()
        add_line(figure, name, rows, style, sure, [percent(each) for each in sure])
    quarters = [0, 0.25, 0.5, 0.75, 1]
    shares = {"range": [-0.03, 1.03], "tickvals": quarters, "ticktext": [percent(each) for each in quarters]}
    figure.update_xaxes(**shares, title_text=t("judging.curve.sure"))
    figure.update_yaxes(**shares, title_text=t("judging.curve.right"))
    bins = max((rows.height for rows in series.values()), default=0)
    _draw(figure, key=key, height=320, alt=t("judging.curve.alt", n=bins), image=True, legend=True)


def confusion(cells: Sequence[Mapping[str, object]], truths: Sequence[str], givens: Sequence[str], *, key: str) -> None:
    """Rows ``truths`` by columns ``givens``, both titles; of each cell ``row``, ``column``, ``share`` and ``figure`` in words."""
    known = {(cell["row"], cell["column"]): cell for cell in cells}
    grid = [[known.get((row, column)) for column in range(len(givens))] for row in range(len(truths))]
    shares = [[float(str(cell["share"])) if cell else None for cell in row] for row in grid]
    hover = [[html.escape(str(cell["figure"])) if cell else "" for cell in row] for row in grid]
    last = givens[-1] if len(givens) > len(truths) else ""
    figure = heatmap(shares, hover, [_short(title) for title in truths], percent, last=last)
    figure.update_xaxes(title_text=t("judging.given"))
    figure.update_yaxes(title_text=t("charts.truth"))
    height = 80 + height_of(len(truths))
    _draw(figure, key=key, height=height, alt=t("judging.confusion.alt", n=len(truths)), image=True)


def points(
    rows: pl.DataFrame, axis: str, *, key: str, alt: str, low: float, high: float, is_share: bool = True
) -> None:
    """A point with its interval for each row, from ``name``, ``value``, ``low``, ``high`` and ``figure`` in words."""
    places = list(range(rows.height))
    figure = go.Figure(
        go.Scatter(
            x=rows["value"].to_list(),
            y=places,
            mode="markers",
            marker={"color": ACCENT, "size": 10},
            error_x=_whiskers(rows, ACCENT),
            hovertext=[
                f"{html.escape(name)}: {html.escape(said)}" for name, said in rows.select("name", "figure").rows()
            ],
            hoverinfo="text",
        )
    )
    ticks = ticks_between(low, high)
    # Beside long names there is room for few on a narrow screen.
    if len(ticks) > 5:
        ticks = [each for each in ticks if round(each / (ticks[1] - ticks[0])) % 2 == 0]
    write = percent if is_share else number
    figure.update_yaxes(
        tickvals=places,
        ticktext=[_short(name) for name in rows["name"]],
        range=[rows.height - 0.4, -0.6],
        showgrid=False,
        zeroline=False,
    )
    figure.update_xaxes(
        range=[low, high], tickvals=ticks, ticktext=[write(each) for each in ticks], tickangle=0, zeroline=False
    )
    figure.update_xaxes(title_text=axis)
    if low < 0 < high:
        figure.add_vline(x=0, line_dash="dash", line_width=1, line_color=REST)
    _draw(figure, key=key, height=76 + 36 * max(rows.height, 2), alt=alt, image=True)
