"""Comparing sources of labels: choose the version, start it, watch it, or learn what is missing."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from db.vocabulary import RunKind, RunState
from labeling.adjudication.test_part import LEAST, missing
from labeling.errors import LabelingError
from labeling.junior.prompts import Prompt
from labeling.projects.projects import Project
from labeling.runs import runs
from labeling.runs.runs import Run
from pages.ui.access import Access
from pages.ui.junior_words import version_title
from pages.ui.runs import watch
from pages.ui.session import now
from pages.ui.widgets import acting, error_sentence, plain
from pages.ui.words import moment, t
from pages.ui.zone import reader_zone


def choose_version(project: Project, versions: Mapping[int, Prompt], speaker: int | None) -> Prompt:
    """The version that stands for the machine, at first the one that speaks, else the newest."""
    ids = list(versions)
    chosen = st.selectbox(
        t("machine.version"), ids, index=ids.index(speaker) if speaker in ids else 0,
        format_func=lambda one: version_title(project, versions[one]), key=f"machine_version_{project.slug}", width=420,
    )  # fmt: skip
    return versions[chosen]


def draw_run(project: Project, access: Access, newest: Run | None, done: Run | None, test: int, prompt: Prompt) -> None:
    """What goes on, or the button that starts a comparison; where the test part is too small, what it takes."""
    if newest is not None and newest.is_going:
        watch(project, access, newest.id, RunKind.COMPARISON)
        return
    if test < LEAST:
        st.text(t("machine.few_tests", n=test, least=LEAST, more=missing(test)))
        st.page_link("adjudication/adjudicate.py", label=t("gain.few_tests.go"), icon=":material/arrow_forward:")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        label = t("machine.start" if done is None else "machine.start_again")
        asked = (project, prompt.id, access.person_id)
        st.button(
            label, key="machine_start", on_click=start, args=asked, type="primary" if done is None else "secondary"
        )
        st.caption(plain(_standing(newest, done)))


def start(project: Project, prompt_id: int, actor: int) -> None:
    """Ask for a comparison with this version."""
    with acting() as connection:
        settings = {"prompt_id": prompt_id}
        runs.start_run(connection, project, RunKind.COMPARISON, settings=settings, now=now(), actor=actor)


def _standing(newest: Run | None, done: Run | None) -> str:
    if newest is not None and newest.state is RunState.FAILED:
        error = newest.error or {"code": "run_failed", "details": {}}
        reason = error_sentence(LabelingError(error["code"], **error.get("details", {})))
        return t("machine.failed", reason=reason)
    if newest is not None and newest.state is RunState.CANCELLED:
        return t("machine.cancelled")
    if done is None:
        return t("machine.ready")
    return t("machine.measured", when=moment((done.finished_at or done.created_at).astimezone(reader_zone())))
