"""Heatmaps of shares: rows bear names and numbers, columns the numbers alone."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import plotly.graph_objects as go
import polars as pl

from labeling.projects.classes import LabelClass
from pages.ui.charts.contrast import colour_at, ink_on, scale
from pages.ui.charts.drawing import draw, short
from pages.ui.figures import number, percent
from pages.ui.words import t, title_of

Cell = Mapping[str, Any]

# Beyond that many columns numbers in the cells can't be read, and of the columns' own a few have room.
MOST_NUMBERED = 12
MOST_PEOPLE = 40


def kappa_heatmap(pairs: pl.DataFrame, names: Mapping[str, str], *, key: str) -> None:
    """Cohen's ``kappa`` of ``annotator_a`` and ``annotator_b``, people by ``names``; both annotators in customdata.

    Beyond :data:`MOST_PEOPLE` those are drawn who share most items with others.
    """
    both = pl.concat(
        [pairs, pairs.rename({"annotator_a": "annotator_b", "annotator_b": "annotator_a"}).select(pairs.columns)]
    )
    busiest = both.group_by("annotator_a").agg(pl.col("n").sum()).sort("n", descending=True).head(MOST_PEOPLE)
    people = sorted(busiest["annotator_a"], key=lambda name: names.get(name, name))
    cells = {(row["annotator_a"], row["annotator_b"]): row for row in both.to_dicts()}
    grid = [[cells.get((first, second)) for second in people] for first in people]
    pairs_of = [[[first, second] for second in people] for first in people]
    called = [names.get(name, name) for name in people]
    figure = _heatmap(grid, "kappa", called, number, lambda cell: _pair(cell, names), ids=pairs_of)
    draw(figure, key=key, height=40 + _height_of(len(people)), alt=t("charts.kappas", n=pairs.height), image=True)


def class_confusion(cells: pl.DataFrame, classes: Mapping[str, LabelClass], *, key: str) -> None:
    """Shares of answers ``given`` by ``truth``, from ``share`` and ``figure`` in words; both codes in customdata."""
    in_use = {*cells["truth"], *cells["given"]}
    codes = [code for code in classes if code in in_use]
    by_pair = {(row["truth"], row["given"]): row for row in cells.to_dicts()}
    grid = [[by_pair.get((truth, given)) for given in codes] for truth in codes]
    both = [[[truth, given] for given in codes] for truth in codes]
    titles = [title_of(classes[code]) for code in codes]
    figure = _heatmap(grid, "share", titles, percent, lambda cell: _answered(cell, classes), ids=both)
    figure.update_layout(xaxis_title_text=t("charts.given"), yaxis_title_text=t("charts.truth"))
    height = 70 + _height_of(len(codes), least=22)
    draw(figure, key=key, height=height, alt=t("charts.confusion", n=int(cells["count"].sum())), image=True)


def source_confusion(cells: Sequence[Cell], truths: Sequence[str], givens: Sequence[str], *, key: str) -> None:
    """Rows ``truths`` by columns ``givens``, both titles; of each cell ``row``, ``column``, ``share`` and ``figure`` in words."""
    by_place = {(cell["row"], cell["column"]): cell for cell in cells}
    grid = [[by_place.get((row, column)) for column in range(len(givens))] for row in range(len(truths))]
    last = givens[-1] if len(givens) > len(truths) else ""
    figure = _heatmap(grid, "share", truths, percent, lambda cell: str(cell["figure"]), last=last)
    figure.update_layout(xaxis_title_text=t("judging.given"), yaxis_title_text=t("charts.truth"))
    draw(
        figure, key=key, height=80 + _height_of(len(truths)), alt=t("judging.confusion.alt", n=len(truths)), image=True
    )


def meeting_heatmap(rows: pl.DataFrame, sources: Sequence[str], *, key: str) -> None:
    """How often ``source`` wins against ``other``, from ``share`` and ``figure`` in words; both in customdata."""
    cells = {(row["source"], row["other"]): row for row in rows.to_dicts()}
    shown = list(sources)[:MOST_PEOPLE]
    grid = [[cells.get((source, other)) for other in shown] for source in shown]
    both = [[[source, other] for other in shown] for source in shown]
    figure = _heatmap(grid, "share", shown, percent, _met, ids=both)
    figure.update_layout(xaxis_title_text=t("charts.against"))
    draw(figure, key=key, height=60 + _height_of(len(shown)), alt=t("charts.meetings", n=len(shown)), image=True)


# Long: one figure, described once.
def _heatmap(
    grid: Sequence[Sequence[Cell | None]],
    value: str,
    names: Sequence[str],
    write: Callable[[float], str],
    describe: Callable[[Cell], str],
    *,
    ids: Sequence[Sequence[Sequence[str]]] | None = None,
    last: str = "",
) -> go.Figure:
    """``value`` of each cell, 0 to 1, by row and column; ``last`` names the column that has no row. ``ids`` go into customdata.

    Where the cells have no room for what ``write`` makes of a value, a scale says what the colours mean.
    """
    values = [[None if cell is None else cell[value] for cell in row] for row in grid]
    hover = [["" if cell is None else html.escape(describe(cell)) for cell in row] for row in grid]
    columns = list(range(1, len(values[0]) + 1)) if values else []
    numbered, rows = len(columns) <= MOST_NUMBERED, list(range(len(names)))
    colours = scale()
    figure = go.Figure(
        go.Heatmap(
            z=values,
            x=columns,
            y=rows,
            customdata=ids,
            zmin=0,
            zmax=1,
            colorscale=[[n / (len(colours) - 1), colour] for n, colour in enumerate(colours)],
            text=[[_written(value, write, colours) for value in row] for row in values] if numbered else None,
            texttemplate="%{text}" if numbered else "",
            # Left to itself it would take the signs that say the ink for signs that want room.
            textfont_size=12 if len(columns) <= 8 else 10,
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
    sides = [f"{name} · {n}" for n, name in enumerate(map(short, names), 1)]
    figure.update_yaxes(tickvals=rows, ticktext=sides, autorange="reversed", showgrid=False, zeroline=False)
    return figure


def _written(value: float | None, write: Callable[[float], str], colours: Sequence[str]) -> str:
    """A cell's number in the ink that is read on the cell: a heatmap's own is one for all, and too pale on half of them."""
    if value is None:
        return ""
    return f'<span style="color:{ink_on(colour_at(value, colours))}">{write(value)}</span>'


def _height_of(rows: int, least: int = 24) -> int:
    """How high so many rows stand: no higher than the screen while they can be read."""
    return max(least, min(44, 480 // max(rows, 1))) * rows


def _scale(write: Callable[[float], str]) -> dict[str, object]:
    ends = [0.0, 1.0]
    place = {"orientation": "h", "x": 0, "xanchor": "left", "y": 1, "yanchor": "bottom", "len": 1, "thickness": 8}
    return {**place, "outlinewidth": 0, "tickvals": ends, "ticktext": [write(end) for end in ends], "tickangle": 0}


def _pair(cell: Cell, names: Mapping[str, str]) -> str:
    first, second = (str(cell[name]) for name in ("annotator_a", "annotator_b"))
    return f"{names.get(first, first)} – {names.get(second, second)}: {cell['figure']}"


def _met(cell: Cell) -> str:
    return f"{cell['source']} – {cell['other']}: {cell['figure']}"


def _answered(cell: Cell, classes: Mapping[str, LabelClass]) -> str:
    truth, given = title_of(classes[str(cell["truth"])]), title_of(classes[str(cell["given"])])
    return f"{truth} → {given}: {cell['figure']}"
