"""Every chart: the only file that knows Plotly. Colours of classes are the classes' own, all else is the theme's."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from labeling.projects.projects import LabelClass
from pages.ui.heatmap import heatmap, height_of
from pages.ui.words import day, number, percent, t, title_of
from pages.ui.zone import short_day

# Seen as well on the light page as on the dark one.
ACCENT = "#348985"
SECOND = "#B86E2E"
REST = "#8A9699"
# Of two lines in one chart: told apart without colours too.
STYLES = ((ACCENT, "circle", "solid"), (SECOND, "diamond-open", "dot"))
MOST_BARS = 15
MOST_POINTS = 40
MOST_PEOPLE = 40
WEEK = 7
_LONGEST_TITLE = 26


def daily(days: pl.DataFrame, *, key: str) -> None:
    """Bars of ``answers`` by ``day``; the day stands in customdata."""
    worked: list[date] = days["day"].to_list()
    counts: list[int] = days["answers"].to_list()
    figure = go.Figure(
        go.Bar(
            x=worked,
            y=counts,
            customdata=[[moment.isoformat()] for moment in worked],
            marker_color=ACCENT,
            hovertext=[f"{day(moment)}: {number(n)}" for moment, n in zip(worked, counts, strict=True)],
            hoverinfo="text",
        )
    )
    step = max(1, -(-len(worked) // 6))
    ticks = worked[::-1][::step][::-1]
    figure.update_xaxes(tickvals=ticks, ticktext=[short_day(moment) for moment in ticks])
    if 0 < len(worked) < WEEK:
        # A day alone would be a wall.
        half = timedelta(hours=12)
        last = datetime.combine(worked[-1], time.min)
        figure.update_xaxes(range=[last - timedelta(days=WEEK) + half, last + half])
    figure.update_yaxes(rangemode="tozero")
    _draw(figure, key=key, height=240, alt=t("charts.daily", n=sum(counts)))


def class_bars(counts: Mapping[str, int], classes: Sequence[LabelClass], *, key: str) -> None:
    """Horizontal bars of ``counts`` by class code in the classes' colours; codes in customdata.

    Beyond :data:`MOST_BARS` the smallest are drawn together as one.
    """
    known = {entry.code: entry for entry in classes}
    ranked = sorted(counts.items(), key=lambda pair: -pair[1])
    shown, others = ranked, []
    if len(ranked) > MOST_BARS:
        shown, others = ranked[: MOST_BARS - 1], ranked[MOST_BARS - 1 :]
    total = sum(counts.values())
    rows = [(_short(title_of(known[code])), title_of(known[code]), n, known[code].colour, code) for code, n in shown]
    if others:
        rest = t("charts.others", n=len(others))
        rows.append((rest, rest, sum(n for _, n in others), REST, ""))
    labels = [f"{number(n)} · {percent(n / total if total else None)}" for _, _, n, _, _ in rows]
    figure = go.Figure(
        go.Bar(
            # Two classes may share a title: bars stand by number, and are only called by name.
            y=list(range(len(rows))),
            x=[n for _, _, n, _, _ in rows],
            orientation="h",
            customdata=[[code] for *_, code in rows],
            marker_color=[colour for *_, colour, _ in rows],
            text=labels,
            textposition="outside",
            cliponaxis=False,
            hovertext=[f"{html.escape(title)}: {label}" for (_, title, *_), label in zip(rows, labels, strict=True)],
            hoverinfo="text",
        )
    )
    figure.update_yaxes(tickvals=list(range(len(rows))), ticktext=[name for name, *_ in rows], autorange="reversed")
    figure.update_xaxes(visible=False, range=[0, max([n for _, _, n, _, _ in rows], default=1) * 1.35 or 1])
    figure.update_layout(bargap=0.3)
    _draw(figure, key=key, height=36 + 25 * max(len(rows), 3), alt=t("charts.classes", n=total))


def accuracy_by_chunk(scores: pl.DataFrame, floor: float, *, key: str) -> None:
    """Points with intervals by ``ordinal`` from ``value``, ``low``, ``high``, ``n``; the chunk's id in customdata."""
    last = scores.sort("ordinal").tail(MOST_POINTS)
    value, names = last["value"], [str(ordinal) for ordinal in last["ordinal"]]
    figure = go.Figure(
        go.Scatter(
            x=names,
            y=value.to_list(),
            mode="markers",
            customdata=[[chunk] for chunk in last["chunk"]],
            marker={"color": ACCENT, "size": 9, "symbol": _symbols(last["kind"])},
            error_y={
                "type": "data",
                "symmetric": False,
                "array": (last["high"] - value).to_list(),
                "arrayminus": (value - last["low"]).to_list(),
                "color": ACCENT,
                "thickness": 1.5,
                "width": 4,
            },
            hovertext=last["figure"].to_list(),
            hoverinfo="text",
        )
    )
    figure.add_hline(y=floor, line_dash="dash", line_width=1, line_color=REST)
    figure.update_xaxes(type="category", title_text=t("charts.chunk"))
    figure.update_yaxes(**_shares())
    _draw(figure, key=key, height=260, alt=t("charts.accuracy", n=last.height, floor=floor), image=True)


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
    kappas = [[None if cell is None else cell["kappa"] for cell in row] for row in grid]
    hover = [[_pair(cell, names) for cell in row] for row in grid]
    figure = heatmap(kappas, hover, [_short(names.get(name, name)) for name in people], number, ids=pairs_of)
    height = 40 + height_of(len(people))
    _draw(figure, key=key, height=height, alt=t("charts.kappas", n=pairs.height), image=True)


def class_points(rows: pl.DataFrame, classes: Mapping[str, LabelClass], *, key: str) -> None:
    """A point with its interval for each ``label``, from ``value``, ``low``, ``high`` and ``figure`` in words.

    Of many classes the first :data:`MOST_BARS`.
    """
    shown = rows.head(MOST_BARS)
    entries = [classes[code] for code in shown["label"]]
    places = list(range(shown.height))
    figure = go.Figure(
        go.Scatter(
            x=shown["value"].to_list(),
            y=places,
            mode="markers",
            customdata=[[code] for code in shown["label"]],
            marker={"color": [entry.colour for entry in entries], "size": 10},
            error_x=_whiskers(shown),
            hovertext=[
                f"{html.escape(title_of(entry))}: {said}" for entry, said in zip(entries, shown["figure"], strict=True)
            ],
            hoverinfo="text",
        )
    )
    figure.update_yaxes(
        tickvals=places, ticktext=[_short(title_of(entry)) for entry in entries], range=[shown.height - 0.4, -0.6]
    )
    figure.update_xaxes(**_shares())
    height = 48 + 28 * max(shown.height, 2)
    _draw(figure, key=key, height=height, alt=t("charts.class_points", n=shown.height), image=True)


def trend(series: Mapping[str, pl.DataFrame], axis: str, *, key: str, floor: float | None = None) -> None:
    """Lines over common groups, each from ``group`` (a string), ``value``, ``low``, ``high`` and ``figure``."""
    figure = go.Figure()
    for (name, rows), style in zip(series.items(), STYLES, strict=False):
        add_line(figure, name, rows, style, rows["group"].to_list(), rows["group"].to_list())
    if floor is not None:
        figure.add_hline(y=floor, line_dash="dash", line_width=1, line_color=REST)
    named = {place: group for rows in series.values() for place, group in rows.select("place", "group").rows()}
    groups = sorted(named)
    figure.update_xaxes(
        type="category", title_text=axis, categoryorder="array", categoryarray=[named[place] for place in groups]
    )
    figure.update_yaxes(**_shares())
    _draw(figure, key=key, height=300, alt=t("charts.trend", n=len(groups)), image=True, legend=True)


def confusion(cells: pl.DataFrame, classes: Mapping[str, LabelClass], *, key: str) -> None:
    """Shares of answers ``given`` by ``truth``, from ``share`` and ``figure`` in words; both codes in customdata."""
    met = {*cells["truth"], *cells["given"]}
    codes = [code for code in classes if code in met]
    known = {(row["truth"], row["given"]): row for row in cells.to_dicts()}
    grid = [[known.get((truth, given)) for given in codes] for truth in codes]
    shares = [[None if cell is None else cell["share"] for cell in row] for row in grid]
    hover = [[_answered(cell, classes) for cell in row] for row in grid]
    both = [[[truth, given] for given in codes] for truth in codes]
    figure = heatmap(shares, hover, [_short(title_of(classes[code])) for code in codes], percent, ids=both)
    figure.update_xaxes(title_text=t("charts.given"))
    figure.update_yaxes(title_text=t("charts.truth"))
    height = 70 + height_of(len(codes), least=22)
    _draw(figure, key=key, height=height, alt=t("charts.confusion", n=int(cells["count"].sum())), image=True)


def _draw(figure: go.Figure, *, key: str, height: int, alt: str, image: bool = False, legend: bool = False) -> None:
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


def add_line(
    figure: go.Figure,
    name: str,
    rows: pl.DataFrame,
    style: tuple[str, str, str],
    x: Sequence[object],
    said: Sequence[str],
) -> None:
    """A line through ``value`` at ``x`` with its intervals; ``said`` stands before each point's ``figure`` in the hover."""
    colour, symbol, dash = style
    figure.add_scatter(
        x=list(x),
        y=rows["value"].to_list(),
        name=html.escape(name),
        mode="lines+markers",
        line={"color": colour, "width": 1.5, "dash": dash},
        marker={"color": colour, "size": 9, "symbol": symbol},
        error_y=_whiskers(rows, colour),
        customdata=[[one] for one in said],
        hovertext=[
            ", ".join(map(html.escape, (name, one))) + f": {html.escape(worded)}"
            for one, worded in zip(said, rows["figure"], strict=True)
        ],
        hoverinfo="text",
    )


def _whiskers(rows: pl.DataFrame, colour: str = REST) -> dict[str, object]:
    value = rows["value"]
    up, down = (rows["high"] - value).fill_null(0), (value - rows["low"]).fill_null(0)
    bars = {"type": "data", "symmetric": False, "array": up.to_list(), "arrayminus": down.to_list()}
    return {**bars, "color": colour, "thickness": 1.5, "width": 4}


def _pair(cell: Mapping[str, object] | None, names: Mapping[str, str]) -> str:
    if cell is None:
        return ""
    first, second = (str(cell[name]) for name in ("annotator_a", "annotator_b"))
    return html.escape(f"{names.get(first, first)} – {names.get(second, second)}: {cell['figure']}")


def _answered(cell: Mapping[str, object] | None, classes: Mapping[str, LabelClass]) -> str:
    if cell is None:
        return ""
    truth, given = title_of(classes[str(cell["truth"])]), title_of(classes[str(cell["given"])])
    return html.escape(f"{truth} → {given}: {cell['figure']}")


def _symbols(kinds: pl.Series) -> list[str]:
    return ["diamond-open" if kind == "qualification" else "circle" for kind in kinds]


def _shares() -> dict[str, object]:
    """An axis from 0 to 100 percent."""
    quarters = [0, 0.25, 0.5, 0.75, 1]
    return {"range": [-0.03, 1.03], "tickvals": quarters, "ticktext": [percent(share) for share in quarters]}


def _short(title: str) -> str:
    cut = title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1].rstrip() + "…"
    return html.escape(cut)
