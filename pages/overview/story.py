"""The story of a project over its weeks: how right answers to golden items were, and how far the labels were from the expert."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from db.engine import database
from db.frames import work as work_frames
from labeling.facts.overview import Overview
from labeling.projects.projects import Project
from labeling.quality.figures import Figure
from labeling.quality.intervals import wilson
from pages.ui.audit_data import audits_of
from pages.ui.charts.lines import trend
from pages.ui.figures import in_words, share_of
from pages.ui.words import short_day, t


def draw_story(project: Project, seen: Overview, zone: ZoneInfo) -> None:
    """One chart of both by week; a sentence where there is nothing to draw yet."""
    golden, divergence = _golden(project, seen, zone), _divergence(project, zone)
    series = {t("overview.story.golden"): golden, t("overview.story.divergence"): divergence}
    drawn = {name: rows for name, rows in series.items() if rows.height}
    st.subheader(t("overview.story"), anchor=False, help=t("overview.story.about"))
    if not drawn:
        st.caption(t("overview.story.none"))
        return
    trend(drawn, t("overview.story.axis"), key="story", floor=project.accuracy_floor)


def _golden(project: Project, seen: Overview, zone: ZoneInfo) -> pl.DataFrame:
    with database().snapshot() as connection:
        chunks = work_frames.chunks(connection, project.id)
    closed = chunks.filter(pl.col("closed_at").is_not_null()).select("chunk", "closed_at")
    joined = closed.join(seen.by_chunk.select("chunk", "value", "n"), on="chunk")
    weeks: dict[date, tuple[float, int]] = {}
    for at, value, n in joined.select("closed_at", "value", "n").iter_rows():
        before = weeks.get(week := _week(at, zone), (0.0, 0))
        weeks[week] = (before[0] + value * n, before[1] + n)
    found = [(week, wilson(earned, n)) for week, (earned, n) in sorted(weeks.items())]
    return _rows([(week, score, in_words(score)) for week, score in found])


def _divergence(project: Project, zone: ZoneInfo) -> pl.DataFrame:
    measured = {
        _week(audit.created_at, zone): audit.overall.before
        for audit in reversed(audits_of(project))
        if audit.overall.before.value is not None
    }
    return _rows([(week, found, share_of(found)) for week, found in sorted(measured.items())])


def _rows(found: list[tuple[date, Figure, str]]) -> pl.DataFrame:
    rows = [
        (week.isoformat(), short_day(week), figure.value, figure.low, figure.high, written)
        for week, figure, written in found
    ]
    schema = {"place": pl.String, "group": pl.String, **dict.fromkeys(("value", "low", "high"), pl.Float64)}
    return pl.DataFrame(rows, schema=schema | {"figure": pl.String}, orient="row")


def _week(at: datetime, zone: ZoneInfo) -> date:
    day = at.astimezone(zone).date()
    return date.fromisocalendar(*day.isocalendar()[:2], 1)
