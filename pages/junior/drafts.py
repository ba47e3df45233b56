"""Drafts of items that nobody will label: a promise of precision, how far it reaches, and a file to take away."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import streamlit as st

from db.engine import database
from db.frames import marks
from db.frames import suggestions as suggestion_frames
from labeling.errors import LabelingError
from labeling.junior.drafts import Drafts, drafts
from labeling.junior.prompts import Prompt
from labeling.kept import kept
from labeling.projects.classes import LabelClass
from labeling.projects.projects import Project
from pages.ui.charts.bars import class_bars
from pages.ui.downloads import csv_button
from pages.ui.figures import percent, share_of
from pages.ui.junior_words import version_title
from pages.ui.widgets import empty_state, error_sentence, plain
from pages.ui.words import t

LEAST, MOST, STEP, USUAL = 0.5, 0.99, 0.01, 0.9


def draw_drafts(project: Project, prompt: Prompt, classes: Mapping[str, LabelClass]) -> None:
    """The promise, and what keeps it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        target = st.number_input(t("drafts.target"), LEAST, MOST, USUAL, STEP, key="drafts_target", width=200)
        locked = st.toggle(t("drafts.locked"), key="drafts_locked", help=t("drafts.locked_about"))
    try:
        promise = drafts_of(project, prompt, target, locked)
    except LabelingError as error:
        empty_state(error_sentence(error), page="junior/judging.py", label=t("page.judging"))
        return
    st.markdown(f"**{plain(drafts_answer(project, prompt, promise, target))}**")
    threshold = promise.threshold
    if threshold is not None:
        facts = {"precision": share_of(threshold.precision), "coverage": share_of(threshold.coverage)}
        st.text(t("drafts.golden", sure=percent(promise.sure), said=percent(threshold.confidence), **facts))
    if promise.rows.height:
        class_bars(dict(promise.rows["label"].value_counts().iter_rows()), classes, key="draft_classes")
        csv_button(promise.rows, f"drafts_v{prompt.version}", label=t("drafts.download"))
    if promise.unasked:
        st.caption(t("drafts.unasked", n=promise.unasked))
    st.caption(t("drafts.about"))


def drafts_answer(project: Project, prompt: Prompt, promise: Drafts, target: float) -> str:
    """How many items a version may draft so that the promise is kept."""
    facts = {"who": version_title(project, prompt), "target": percent(target)}
    if promise.threshold is None:
        return t("drafts.answer.none", golden=promise.golden, **facts)
    return t("drafts.answer", n=promise.rows.height, of=promise.waiting, **facts)


def drafts_of(project: Project, prompt: Prompt, target: float, locked_only: bool) -> Drafts:
    """The drafts, computed once for each state of the facts. Raises LabelingError ``not_judged``."""
    with database().snapshot() as connection:
        mark = marks.watermark(connection, project.id)
        answered = suggestion_frames.suggestion_mark(connection, prompt.id)
    key = (str(database().url), project.id, prompt.id, mark, answered, target, locked_only)
    return _drafts(key, project, prompt, target, locked_only)


@kept(8)
def _drafts(key: Hashable, project: Project, prompt: Prompt, target: float, locked_only: bool) -> Drafts:
    with database().snapshot() as connection:
        return drafts(connection, project, prompt, target, locked_only=locked_only)
