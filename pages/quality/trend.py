"""Agreement and golden accuracy side by side over chunks, days or weeks."""

from __future__ import annotations

import polars as pl
import streamlit as st

from labeling.quality.groups import agreement_over_time, group_agreement
from labeling.quality.progress import scores
from pages.ui.charts.lines import MOST_PLACES, trend
from pages.ui.figures import figure_column
from pages.ui.locales import reader_zone
from pages.ui.quality_data import Facts
from pages.ui.widgets import csv_button, part_switch
from pages.ui.words import short_day, t

EVERY = {"chunk": None, "day": "1d", "week": "1w"}


def draw_trend(facts: Facts) -> None:
    """The chosen steps: agreement of what was given in each with all votes on the same items, and golden accuracy."""
    step = part_switch(t("trend.by"), list(EVERY), format_func=lambda name: t(f"trend.{name}"), key="trend_step")
    zone = reader_zone().key
    agreed, correct = facts.keep(f"trend {step} {zone}", lambda: _series(facts, step, zone))
    series = {t("trend.agreement"): agreed, t("trend.golden"): correct}
    drawn = {name: rows.tail(MOST_PLACES) for name, rows in series.items() if rows.height}
    if not drawn:
        st.caption(t("trend.none"))
        return
    trend(
        {name: _shown(rows, step) for name, rows in drawn.items()},
        t("charts.chunk") if step == "chunk" else "",
        key="trend",
        floor=facts.project.accuracy_floor,
    )
    st.caption(t("trend.floor", floor=facts.project.accuracy_floor))
    both = pl.concat([agreed.with_columns(series=pl.lit("agreement")), correct.with_columns(series=pl.lit("golden"))])
    csv_button(both, "trend")


def _series(facts: Facts, step: str, zone: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """TREND(place, value, low, high, n) of agreement and of golden accuracy."""
    local = pl.col("at").dt.convert_time_zone(zone)
    votes, answers = facts.votes.with_columns(local), facts.answers.filter(~pl.col("suspended"))
    every = EVERY[step]
    if every is None:
        agreed = group_agreement(votes, "ordinal", coded=facts.coded)
        return _places(agreed, "ordinal", "agreement"), _places(
            scores(answers.drop_nulls("ordinal"), "ordinal"), "ordinal"
        )
    agreed = agreement_over_time(votes, "at", every, coded=facts.coded)
    dated = answers.with_columns(local.dt.truncate(every))
    return _places(agreed, "at", "agreement"), _places(scores(dated, "at"), "at")


def _places(rows: pl.DataFrame, by: str, value: str = "value") -> pl.DataFrame:
    place = pl.col(by).dt.date() if rows.schema[by].is_temporal() else pl.col(by)
    kept = rows.select(place.alias("place"), pl.col(value).alias("value"), "low", "high", pl.col("n").cast(pl.Int64))
    return kept.filter(pl.col("value").is_not_null())


def _shown(rows: pl.DataFrame, step: str) -> pl.DataFrame:
    named = [str(place) if step == "chunk" else short_day(place) for place in rows["place"]]
    return rows.with_columns(pl.Series("group", named, dtype=pl.String), figure_column(rows))
