"""Counts as bars: by day, and by class in the classes' colours."""

from __future__ import annotations

import html
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

import plotly.graph_objects as go
import polars as pl

from labeling.projects.classes import LabelClass
from pages.ui.charts.drawing import ACCENT, REST, draw, short
from pages.ui.figures import number, percent
from pages.ui.words import day, short_day, t, title_of

MOST_BARS = 15
WEEK = 7
# Of a bar, in milliseconds: left to Plotly, the bar of a day alone is a hairline.
_DAY_WIDTH = 0.8 * timedelta(days=1) / timedelta(milliseconds=1)


def daily(days: pl.DataFrame, *, key: str) -> None:
    """Bars of ``answers`` by ``day``; the day stands in customdata."""
    worked: list[date] = days["day"].to_list()
    counts: list[int] = days["answers"].to_list()
    figure = go.Figure(
        go.Bar(
            x=worked,
            y=counts,
            customdata=[[moment.isoformat()] for moment in worked],
            width=[_DAY_WIDTH] * len(worked),
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
    draw(figure, key=key, height=240, alt=t("charts.daily", n=sum(counts)))


def class_bars(counts: Mapping[str, int], classes: Mapping[str, LabelClass], *, key: str) -> None:
    """Horizontal bars of ``counts`` by class code in the classes' colours; codes in customdata.

    Beyond :data:`MOST_BARS` the smallest are drawn together as one.
    """
    ranked = sorted(counts.items(), key=lambda pair: -pair[1])
    shown, others = ranked, []
    if len(ranked) > MOST_BARS:
        shown, others = ranked[: MOST_BARS - 1], ranked[MOST_BARS - 1 :]
    total = sum(counts.values())
    rows = [
        (short(title_of(classes[code])), title_of(classes[code]), n, classes[code].colour, code) for code, n in shown
    ]
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
    draw(figure, key=key, height=36 + 25 * max(len(rows), 3), alt=t("charts.classes", n=total))
