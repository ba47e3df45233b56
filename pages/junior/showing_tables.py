"""Arms and assessors of the experiment, side by side."""

from __future__ import annotations

import polars as pl
import streamlit as st

from labeling.quality.figures import Figure
from labeling.quality.showing import ARMS, HIDDEN, MOST_FOLLOWED, Showing
from pages.junior.showing_data import people
from pages.junior.showing_words import lasting_seconds, ratio
from pages.ui.charts.points import points
from pages.ui.figures import gap, in_words, percent, scalar, share_of
from pages.ui.widgets import csv_button, pinned_table
from pages.ui.words import t

MOST_DRAWN = 20


def draw_effects(found: Showing) -> None:
    """Each arm that shows against the hidden one, and what is to be thought of it."""
    effects = found.effects
    shown = {
        t("showing.arm"): [t(f"showing.arm.{one.arm}") for one in effects],
        t("showing.following"): [gap(one.following) for one in effects],
        t("showing.accuracy"): [gap(one.accuracy) for one in effects],
        t("showing.seconds"): [ratio(one.seconds) for one in effects],
        t("showing.verdict"): [t(f"showing.verdict.{one.verdict}") for one in effects],
    }
    config = {
        t(f"showing.{name}"): st.column_config.Column(help=t(f"showing.{name}_about", most=percent(MOST_FOLLOWED)))
        for name in ("following", "accuracy", "seconds", "verdict")
    }
    config[t("showing.arm")] = st.column_config.Column(pinned=True)
    st.dataframe(pl.DataFrame(shown), hide_index=True, column_config=config, key="effects", alt=t("showing.effects"))


def draw_arms(found: Showing) -> None:
    """A row for each arm, as it is."""
    shown = {
        t("showing.arm"): [t(f"showing.arm.{one.arm}") for one in found.arms],
        t("showing.answers"): [one.answers for one in found.arms],
        t("showing.wrong"): [share_of(one.wrong) for one in found.arms],
        t("showing.right"): [share_of(one.accuracy) for one in found.arms],
        t("showing.median"): [_seconds(one.seconds) for one in found.arms],
    }
    pinned_table(shown, key="arms", alt=t("showing.arms"))


def draw_following(found: Showing) -> None:
    """How far each assessor follows wrong suggestions, those who saw most of them first."""
    names = people()
    rows = found.assessors.filter((pl.col("arm") != HIDDEN) & pl.col("following").is_not_null())
    rows = rows.sort("following_n", descending=True, maintain_order=True).head(MOST_DRAWN)
    rows = rows.sort(pl.col("arm").cast(pl.Enum(ARMS)), maintain_order=True)
    if rows.is_empty():
        return
    said = [Figure(*row) for row in rows.select("following", "following_low", "following_high", "following_n").rows()]
    titles = [
        t("showing.by_whom", name=names.get(who, str(who)), arm=t(f"showing.arm.{arm}"))
        for who, arm in rows.select("assessor", "arm").rows()
    ]
    drawn = rows.select(value="following", low="following_low", high="following_high").with_columns(
        pl.Series("name", titles), pl.Series("figure", [gap(each) for each in said])
    )
    low = min(-0.1, (scalar(drawn["low"].min()) or 0.0) - 0.02)
    high = max(0.1, (scalar(drawn["high"].max()) or 0.0) + 0.02)
    points(
        drawn,
        t("showing.following"),
        key="following",
        alt=t("showing.following.alt", n=drawn.height),
        low=low,
        high=high,
    )


def draw_assessors(found: Showing) -> None:
    """A row for each assessor and arm."""
    names, rows = people(), found.assessors
    accuracy = [Figure(*row) for row in rows.select("accuracy", "accuracy_low", "accuracy_high", "accuracy_n").rows()]
    following = [
        Figure(*row) for row in rows.select("following", "following_low", "following_high", "following_n").rows()
    ]
    hidden = (rows["arm"] == HIDDEN).to_list()
    who_answered = [names.get(who, str(who)) for who in rows["assessor"]]
    shown = {
        t("showing.assessor"): who_answered,
        t("showing.arm"): [t(f"showing.arm.{arm}") for arm in rows["arm"]],
        t("showing.answers"): rows["answers"],
        t("showing.following"): ["–" if off else gap(each) for off, each in zip(hidden, following, strict=True)],
        t("showing.right"): [share_of(each) for each in accuracy],
        t("showing.median"): [lasting_seconds(each) for each in rows["seconds"]],
    }
    pinned_table(shown, key="by_assessor", alt=t("showing.assessors"))
    named = pl.Series("assessor", who_answered, dtype=pl.String)
    csv_button(rows.with_columns(named), "showing_by_assessor")


def _seconds(found: Figure) -> str:
    return in_words(found) if found.value is not None else "–"
