"""The effect of showing suggestions: in words, and arms and assessors side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl
import streamlit as st

from db.engine import database
from db.frames import work as work_frames
from labeling.junior.experiment import Experiment
from labeling.junior.prompts import Prompt
from labeling.projects.projects import Project
from labeling.quality.figures import Figure
from labeling.quality.showing import ARMS, HARMFUL, HIDDEN, MOST_FOLLOWED, MOST_LOST, UNDECIDED, Showing
from pages.ui.charts.points import points
from pages.ui.downloads import csv_button
from pages.ui.figures import gap, in_words, number, percent, scalar, share_of
from pages.ui.junior_words import version_title
from pages.ui.widgets import pinned_table
from pages.ui.words import t

MOST_DRAWN = 20


def showing_answer(experiment: Experiment) -> str:
    """What the page opens with: the recommendation, and what it rests on."""
    if not experiment.answers:
        return t("showing.answer.none")
    harmful = [effect.arm for effect in experiment.showing.effects if effect.verdict == HARMFUL]
    if experiment.showing.recommendation == UNDECIDED and harmful:
        return t(f"showing.answer.harmful.{harmful[0]}", n=experiment.answers)
    facts = {"followed": percent(MOST_FOLLOWED), "lost": percent(MOST_LOST)}
    return t(f"showing.answer.{experiment.showing.recommendation}", n=experiment.answers, **facts)


def ratio(figure: Figure) -> str:
    """A ratio with its interval: "× 0.80 [0.72, 0.88], n = 240"."""
    return in_words(figure) if figure.value is None else f"× {in_words(figure)}"


def lasting_seconds(value: float | None) -> str:
    """Seconds with one place, or a dash."""
    return "–" if value is None else t("showing.seconds_value", seconds=number(float(value), digits=1))


def speakers_of(project: Project, versions: Sequence[Prompt]) -> str:
    """Whose suggestions these were."""
    if not versions:
        return t("showing.spoke.unknown")
    return t(
        "showing.spoke", n=len(versions), versions=", ".join(version_title(project, prompt) for prompt in versions)
    )


def draw_effects(showing: Showing) -> None:
    """Each arm that shows against the hidden one, and what is to be thought of it."""
    effects = showing.effects
    shown = {
        t("showing.arm"): [t(f"showing.arm.{effect.arm}") for effect in effects],
        t("showing.following"): [gap(effect.following) for effect in effects],
        t("showing.accuracy"): [gap(effect.accuracy) for effect in effects],
        t("showing.seconds"): [ratio(effect.seconds) for effect in effects],
        t("showing.verdict"): [t(f"showing.verdict.{effect.verdict}") for effect in effects],
    }
    config = {
        t(f"showing.{name}"): st.column_config.Column(help=t(f"showing.{name}_about", most=percent(MOST_FOLLOWED)))
        for name in ("following", "accuracy", "seconds", "verdict")
    }
    config[t("showing.arm")] = st.column_config.Column(pinned=True)
    st.dataframe(
        pl.DataFrame(shown),
        hide_index=True,
        column_config=config,
        key="effects",
        alt=t("showing.effects"),
        placeholder="–",
    )


def draw_arms(showing: Showing) -> None:
    """A row for each arm, as it is."""
    shown = {
        t("showing.arm"): [t(f"showing.arm.{arm.arm}") for arm in showing.arms],
        t("showing.answers"): [arm.answers for arm in showing.arms],
        t("showing.wrong"): [share_of(arm.wrong) for arm in showing.arms],
        t("showing.right"): [share_of(arm.accuracy) for arm in showing.arms],
        t("showing.median"): [_seconds(arm.seconds) for arm in showing.arms],
    }
    pinned_table(shown, key="arms", alt=t("showing.arms"))


def draw_following(showing: Showing) -> None:
    """How far each assessor follows wrong suggestions, those who saw most of them first."""
    names = _people()
    rows = showing.assessors.filter((pl.col("arm") != HIDDEN) & pl.col("following").is_not_null())
    rows = rows.sort("following_n", descending=True, maintain_order=True).head(MOST_DRAWN)
    rows = rows.sort(pl.col("arm").cast(pl.Enum(ARMS)), maintain_order=True)
    if rows.is_empty():
        return
    following = _figures(rows, "following")
    titles = [
        t("showing.by_whom", name=names.get(who, str(who)), arm=t(f"showing.arm.{arm}"))
        for who, arm in rows.select("assessor", "arm").rows()
    ]
    drawn = rows.select(value="following", low="following_low", high="following_high").with_columns(
        pl.Series("name", titles), pl.Series("figure", [gap(figure) for figure in following])
    )
    low = min(-0.1, (scalar(drawn["low"].min()) or 0.0) - 0.02)
    high = max(0.1, (scalar(drawn["high"].max()) or 0.0) + 0.02)
    alt = t("showing.following.alt", n=drawn.height)
    points(drawn, t("showing.following"), key="following", alt=alt, low=low, high=high)


def draw_assessors(showing: Showing) -> None:
    """A row for each assessor and arm."""
    names, rows = _people(), showing.assessors
    following = zip(rows["arm"], _figures(rows, "following"), strict=True)
    who_answered = [names.get(who, str(who)) for who in rows["assessor"]]
    shown = {
        t("showing.assessor"): who_answered,
        t("showing.arm"): [t(f"showing.arm.{arm}") for arm in rows["arm"]],
        t("showing.answers"): rows["answers"],
        t("showing.following"): ["–" if arm == HIDDEN else gap(figure) for arm, figure in following],
        t("showing.right"): [share_of(figure) for figure in _figures(rows, "accuracy")],
        t("showing.median"): [lasting_seconds(seconds) for seconds in rows["seconds"]],
    }
    pinned_table(shown, key="by_assessor", alt=t("showing.assessors"))
    csv_button(rows.with_columns(pl.Series("assessor", who_answered, dtype=pl.String)), "showing_by_assessor")


def _figures(rows: pl.DataFrame, name: str) -> list[Figure]:
    return [Figure(*row) for row in rows.select(name, f"{name}_low", f"{name}_high", f"{name}_n").rows()]


def _seconds(figure: Figure) -> str:
    return in_words(figure) if figure.value is not None else "–"


def _people() -> Mapping[int, str]:
    """Names by the person's id."""
    with database().snapshot() as connection:
        return dict(work_frames.annotators(connection).select("assessor", "name").iter_rows())
