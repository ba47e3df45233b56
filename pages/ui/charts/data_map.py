"""The data map as a chart: points by WebGL, densities at the sides, and the items that were chosen on it."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
import polars as pl
import streamlit as st

from labeling.review.data_map import Cuts
from pages.ui.charts.drawing import REST, shares
from pages.ui.figures import number, scalar
from pages.ui.locales import reader_locale
from pages.ui.words import shortened, t

# Texts of so many points go to the browser: the worst ones.
MOST_TEXTS = 1_500
BINS = 48
# From so many points on they are small, and drawn at the screen's own pixels.
DENSE = 20_000
_HEIGHT = 530
_LONGEST, _LINE = 220, 60
TOOLS = ("lasso", "select", "none")


@dataclass(frozen=True)
class Group:
    """Points that look alike: by colour and by shape."""

    name: str
    colour: str
    symbol: str


def draw_data_map(
    points: pl.DataFrame,
    everything: pl.DataFrame,
    groups: Sequence[Group],
    texts: Mapping[int, str],
    cuts: Cuts,
    *,
    tool: str,
    key: str,
) -> list[int]:
    """Draw the points (item, item_id, group, x, y); gives the ids of the items that the reader has chosen.

    ``everything`` has all points, for the densities; ``texts`` by id of those whose text may be read on hover.
    """
    figure = go.Figure()
    for n, group in enumerate(groups):
        mine = points.filter(pl.col("group") == n)
        if mine.height:
            figure.add_trace(_scatter(mine, group, texts, points.height))
    for n, group in enumerate(groups):
        _densities(figure, everything.filter(pl.col("group") == n), group, scalar(everything["x"].max()) or 0.5)
    _cuts(figure, everything, cuts)
    _layout(figure, everything, tool, names=len(groups))
    bar = {"displaylogo": False, "modeBarButtons": [["lasso2d", "select2d"], ["zoom2d", "resetScale2d"], ["toImage"]]}
    saved = {"toImageButtonOptions": {"filename": key, "scale": 2}, "scrollZoom": False}
    # Four times the pixels is what Plotly draws otherwise: without a graphics card, seconds.
    drawn = {"plotGlPixelRatio": 1 if points.height > DENSE else 2}
    event = st.plotly_chart(
        figure,
        key=key,
        config={**bar, **saved, **drawn},
        on_select="rerun",
        selection_mode=("box", "lasso"),
        alt=t("map.alt", n=points.height, of=everything.height),
    )
    return ids_of(event["selection"]["points"])


def _scatter(mine: pl.DataFrame, group: Group, texts: Mapping[int, str], total: int) -> go.Scattergl:
    size = 10 if total <= 500 else 7 if total <= 5_000 else 5 if total <= DENSE else 4
    return go.Scattergl(
        x=mine["x"].to_numpy().astype(np.float32),
        y=mine["y"].to_numpy().astype(np.float32),
        customdata=mine["item_id"].to_numpy(),
        name=f"{html.escape(group.name)} · {number(mine.height)}",
        mode="markers",
        marker={"color": group.colour, "symbol": group.symbol, "size": size, "opacity": 0.8 if total <= 5_000 else 0.6},
        selected={"marker": {"opacity": 1}},
        unselected={"marker": {"opacity": 0.12}},
        text=_hovers(mine, texts),
        hovertemplate=t("map.hover", text="%{text}", confidence="%{y:.2f}", variability="%{x:.2f}")
        + f"<extra>{html.escape(group.name)}</extra>",
    )


def _densities(figure: go.Figure, mine: pl.DataFrame, group: Group, widest: float) -> None:
    """Of all items of the group, at the sides; they lie on each other."""
    if not mine.height:
        return
    looks = {"marker": {"color": group.colour, "line": {"width": 0}}, "showlegend": False, "hoverinfo": "skip"}
    for values, most, place in ((mine["x"], widest, "x"), (mine["y"], 1.0, "y")):
        counts, edges = np.histogram(values.to_numpy(), bins=BINS, range=(0, most or 1))
        middle = (edges[1:] + edges[:-1]) / 2
        width = edges[1] - edges[0]
        if place == "x":
            figure.add_bar(x=middle, y=counts, width=width, yaxis="y2", **looks)
        else:
            figure.add_bar(y=middle, x=counts, width=width, xaxis="x2", orientation="h", **looks)


def _cuts(figure: go.Figure, everything: pl.DataFrame, cuts: Cuts) -> None:
    """Where the regions begin."""
    ambiguous = everything.filter(pl.col("region") == "ambiguous")["x"].min()
    line = {"color": REST, "width": 1, "dash": "dash"}
    if ambiguous is not None:
        figure.add_shape(type="line", x0=ambiguous, x1=ambiguous, y0=-0.03, y1=1.03, line=line)
    until = ambiguous if ambiguous is not None else everything["x"].max()
    figure.add_shape(type="line", x0=-0.01, x1=until, y0=cuts.hard, y1=cuts.hard, line=line)


def _layout(figure: go.Figure, everything: pl.DataFrame, tool: str, *, names: int) -> None:
    widest = scalar(everything["x"].max()) or 0.5
    figure.update_layout(
        # The names of many groups stand above the points, and take none of their room.
        height=_HEIGHT + 10 * names,
        margin={"l": 0, "r": 4, "t": 8, "b": 0},
        dragmode=False if tool == "none" else tool,
        hovermode="closest",
        barmode="stack",
        bargap=0,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "itemsizing": "constant"},
        separators=", " if reader_locale() == "ru" else ".,",
        xaxis={"domain": [0, 0.87], "range": [-0.02 * widest, widest * 1.04], "title": {"text": t("map.variability")}},
        yaxis={"domain": [0, 0.86], **shares(), "title": {"text": t("map.confidence")}},
        xaxis2={"domain": [0.885, 1], "visible": False, "fixedrange": True},
        yaxis2={"domain": [0.88, 1], "visible": False, "fixedrange": True},
    )


def _hovers(mine: pl.DataFrame, texts: Mapping[int, str]) -> list[str]:
    """What is read at each point: its id, and the beginning of its text where that is known."""
    ids = mine["item"].str.replace_many(["&", "<", ">"], ["&amp;", "&lt;", "&gt;"]).to_list()
    with_text = mine.with_row_index("place").filter(pl.col("item_id").is_in(list(texts)))
    for place, item_id in with_text.select("place", "item_id").iter_rows():
        ids[place] = f"{ids[place]}<br>{_lines(texts[item_id])}"
    return ids


def _lines(text: str) -> str:
    """The beginning of a text in short lines; nothing in it is taken for markup."""
    cut = shortened(" ".join(text.split()), _LONGEST)
    return "<br>".join(html.escape(cut[at : at + _LINE]) for at in range(0, len(cut), _LINE))


def ids_of(points: Sequence[Mapping[str, Any]]) -> list[int]:
    """The item ids of points chosen on the map, each once. They stand in customdata, alone, in a list, or in a dict.

    >>> ids_of([{"customdata": [7]}, {"customdata": {"0": 8}}, {"customdata": 7}, {"x": 0.5}])
    [7, 8]
    """
    ids: dict[int, None] = {}
    for point in points:
        item_id = point.get("customdata")
        if isinstance(item_id, Mapping):
            item_id = next(iter(item_id.values()), None)
        elif isinstance(item_id, Sequence):
            item_id = item_id[0] if item_id else None
        if item_id is not None:
            ids[int(item_id)] = None
    return list(ids)
