"""The divergence over time: through the newest audit as it was ruled, or week by week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import polars as pl
import streamlit as st

from labeling.quality.flags import divergence
from labeling.review.course import LEAST, MOST
from pages.ui.audit_data import Audited, audited_rulings, course_of
from pages.ui.charts.lines import steps
from pages.ui.figures import number, percent, scalar, share_column
from pages.ui.locales import reader_zone
from pages.ui.widgets import csv_button, part_switch
from pages.ui.words import short_day, t

STEPS = ("ruled", "weeks")


def draw_course(audits: Sequence[Audited], target: float) -> None:
    """The chosen steps, the newest audit first in ``audits``."""
    step = part_switch(
        t("audit.course.by"), STEPS, format_func=lambda name: t(f"audit.course.{name}"), key="audit_step"
    )
    if step == "ruled":
        found = course_of(audits[0])
        groups = [number(n) for n in found["n"]]
    else:
        found = by_weeks(audits)
        groups = [short_day(at.date()) for at in found["at"]]
    if found.is_empty():
        st.caption(t("audit.course.few", least=LEAST))
        return
    series = {t(f"audit.{name}"): _series(found, name, groups) for name in ("before", "after")}
    high = max(0.02, *(min(1.0, 1.08 * (scalar(found[f"{name}_high"].max()) or 0)) for name in ("before", "after")))
    steps(
        series,
        groups,
        t(f"audit.course.axis.{step}"),
        key="audit_course",
        alt=t("audit.course.alt", n=found.height),
        line=target,
        high=high,
    )
    if target <= high:
        st.caption(t("audit.target", target=percent(target)))
    csv_button(found, "divergence")


def by_weeks(audits: Sequence[Audited]) -> pl.DataFrame:
    """COURSE by the reader's weeks: what was found wrong of the items audited in each, and what was left at its end."""
    local = pl.col("at").dt.convert_time_zone(reader_zone().key)
    weeks = divergence(audited_rulings(audits).with_columns(local), "1w").tail(MOST)
    before = weeks.select("at", "n", before="value", before_low="low", before_high="high")
    left = [_left(audits, at + timedelta(days=7)) for at in weeks["at"]]
    return pl.concat([before, pl.concat(left)], how="horizontal")


def _left(audits: Sequence[Audited], end: datetime) -> pl.DataFrame:
    """The divergence after rulings as it stood then, by the newest audit of which enough was checked, or any."""
    told = [found for one in audits if one.created_at < end and (found := course_of(one, [end])).height]
    enough = [found for found in told if found["n"].item() >= LEAST]
    return (enough or told)[0].select("after", "after_low", "after_high")


def _series(found: pl.DataFrame, name: str, groups: list[str]) -> pl.DataFrame:
    ends = (name, f"{name}_low", f"{name}_high")
    rows = found.select(pl.col(ends[0]).alias("value"), pl.col(ends[1]).alias("low"), pl.col(ends[2]).alias("high"))
    return rows.with_columns(group=pl.Series(groups), figure=pl.Series(share_column(found, *ends)))
