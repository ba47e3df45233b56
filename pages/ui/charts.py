"""Every chart: the only file that knows Plotly. Colours of classes are the classes' own, all else is the theme's."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from datetime import date

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from labeling.tasks.projects import LabelClass
from pages.ui.words import day, number, percent, t, title_of
from pages.ui.zone import short_day

# Seen as well on the light page as on the dark one.
ACCENT = "#348985"
REST = "#8A9699"
MOST_BARS = 15
MOST_POINTS = 40
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
    figure.update_yaxes(range=[-0.03, 1.03], tickvals=[0, 0.25, 0.5, 0.75, 1], ticktext=[_tick(n) for n in range(5)])
    _draw(figure, key=key, height=260, alt=t("charts.accuracy", n=last.height, floor=floor))


def _draw(figure: go.Figure, *, key: str, height: int, alt: str) -> None:
    figure.update_layout(
        height=height, margin={"l": 0, "r": 8, "t": 8, "b": 0}, showlegend=False, dragmode=False, hovermode="closest"
    )
    # A chart that zooms takes the finger that wants to scroll the page.
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    st.plotly_chart(figure, key=key, config={"displayModeBar": False}, alt=alt)


def _symbols(kinds: pl.Series) -> list[str]:
    return ["diamond-open" if kind == "qualification" else "circle" for kind in kinds]


def _tick(quarter: int) -> str:
    return percent(quarter / 4)


def _short(title: str) -> str:
    cut = title if len(title) <= _LONGEST_TITLE else title[: _LONGEST_TITLE - 1].rstrip() + "…"
    return html.escape(cut)
