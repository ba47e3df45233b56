"""Adaptive overlap on the project's own votes: what it would have saved, at what accuracy; and the way to turn it on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import polars as pl
import streamlit as st

from labeling.projects.projects import Project, change_settings
from labeling.quality.consensus import consensus_of
from labeling.quality.figures import Figure
from labeling.quality.frames import votes_frame
from labeling.quality.intervals import wilson
from labeling.quality.overlap import MODEL
from labeling.quality.overlap import replay as replay_votes
from pages.ui.acting import acting
from pages.ui.downloads import csv_button
from pages.ui.figures import in_words, number, percent, scalar
from pages.ui.quality_data import Facts
from pages.ui.session import now
from pages.ui.widgets import confirm, figures
from pages.ui.words import t

USUAL_TARGET = 0.9


@dataclass(frozen=True, eq=False)
class Replayed:
    """What one replay found. ``same``: its labels against those of all votes; accuracies are on golden items.

    Golden labels don't anchor either side: a model that is told the answer has nothing to be right about.
    """

    frame: pl.DataFrame
    needed: int
    given: int
    same: Figure
    full: Figure
    less: Figure


def replayed(facts: Facts, target: float, minimum: int, maximum: int) -> Replayed:
    """Hand out the votes anew, in the order they were given."""
    votes = votes_frame(facts.votes.sort("at", maintain_order=True), classes=facts.classes)
    adaptive = replay_votes(votes, target=target, minimum=minimum, maximum=maximum)
    everything = consensus_of(votes, method=MODEL).frame.select("item", pl.col("label").alias("full"))
    both = adaptive.frame.filter(pl.col("given") > 0).join(everything, on="item", maintain_order="left")
    golden = both.join(facts.golden.select("item", pl.col("label").cast(pl.String).alias("ruled")), on="item")
    same = both.select((pl.col("label") == pl.col("full")).sum()).item()
    right = [
        golden.select((pl.col(name).cast(pl.String) == pl.col("ruled")).sum()).item() for name in ("full", "label")
    ]
    full, less = (wilson(n, golden.height) for n in right)
    return Replayed(both.drop("full"), int(adaptive.keep.sum()), len(votes), wilson(same, both.height), full, less)


def turn_on(actor: int, project: Project, target: float, minimum: int, maximum: int) -> None:
    """Ask as the replay did, from now on."""
    adaptive = {"target_probability": target, "overlap": minimum, "max_overlap": maximum}
    with acting("replay.turned_on") as connection:
        change_settings(connection, project.id, adaptive, now=now(), actor=actor)


def turn_off(actor: int, project: Project) -> None:
    """Ask every item the same number of times again."""
    with acting("replay.turned_off") as connection:
        fixed = {"target_probability": None, "max_overlap": None}
        change_settings(connection, project.id, fixed, now=now(), actor=actor)


def draw_replay(facts: Facts, actor: int) -> None:
    """The question, the answer, and the button."""
    project = facts.project
    deepest = int(scalar(facts.votes.group_by("item").len()["len"].max()) or 1)
    with st.form("replay", border=False):
        left, middle, last = st.columns(3)
        usual_target = project.target_probability or USUAL_TARGET
        target = left.slider(t("replay.target"), 0.6, 0.99, usual_target, 0.01, key="replay_target")
        fewest = min(project.overlap, 2)
        minimum = middle.number_input(t("replay.minimum"), 1, 50, fewest, key="replay_minimum")
        most = max(project.max_overlap or 0, project.overlap, fewest)
        maximum = last.number_input(t("replay.maximum"), 1, 50, most, key="replay_maximum")
        if st.form_submit_button(t("replay.run")):
            st.session_state["replay_asked"] = (project.id, target, minimum, max(minimum, maximum))
    of, *chosen = st.session_state.get("replay_asked", (None,))
    if of == project.id:
        _draw_outcome(facts, actor, *chosen)
    else:
        st.caption(t("replay.about", deepest=deepest))
    if project.target_probability is not None:
        setting = {"target": project.target_probability, "minimum": project.overlap, "maximum": project.max_overlap}
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(t("replay.is_on", **setting), width="content")
            confirm(t("replay.turn_off"), t("replay.turn_off_sure"), turn_off, actor, project, key="replay_off")


def _draw_outcome(facts: Facts, actor: int, target: float, minimum: int, maximum: int) -> None:
    name = f"replay {target} {minimum} {maximum}"
    compute = partial(replayed, facts, target, minimum, maximum)
    outcome = facts.keep_later(name, compute, late=facts.is_heavy)
    if outcome is None:
        facts.wait_for(name, compute, t("replay.wait"))
        return
    share = outcome.needed / outcome.given if outcome.given else None
    saved = {"saved": number(outcome.given - outcome.needed), "share": percent(share), "same": in_words(outcome.same)}
    st.markdown(f"**{t('replay.found', n=outcome.given, **saved)}**")
    figures(
        [
            (t("replay.full"), in_words(outcome.full), t("replay.golden_about")),
            (t("replay.less"), in_words(outcome.less), t("replay.golden_about")),
        ]
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        question = t("replay.turn_on_sure", target=target, minimum=minimum, maximum=maximum)
        setting = (actor, facts.project, target, minimum, maximum)
        confirm(t("replay.turn_on"), question, turn_on, *setting, key="replay_on")
        csv_button(outcome.frame, "replay")
