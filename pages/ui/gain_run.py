"""Measuring the gain: start it, watch it, or learn what is missing."""

from __future__ import annotations

from collections.abc import Hashable

import streamlit as st

from db.engine import database
from db.frames import adjudication as adjudication_frames
from db.frames import marks
from db.vocabulary import RunKind, RunState
from labeling.adjudication.test_part import LEAST, held_out, missing
from labeling.errors import LabelingError
from labeling.kept import kept
from labeling.projects.projects import Project
from labeling.runs import runs
from labeling.runs.runs import Run
from pages.ui.access import Access
from pages.ui.runs import watch
from pages.ui.session import now
from pages.ui.widgets import acting, error_sentence, plain
from pages.ui.words import moment, t
from pages.ui.zone import reader_zone


def held_out_size(project: Project) -> int:
    """How many items the test part has by now."""
    with database().snapshot() as connection:
        audits = adjudication_frames.audits(connection, project.id)["audit"].to_list()
        mark = marks.watermark(connection, project.id)
    return _held_out_size((str(database().url), mark, *audits), project)


def draw_run(project: Project, access: Access, newest: Run | None, done: Run | None, test: int) -> None:
    """What goes on, or the button that starts a measurement; where the test part is too small, what it takes."""
    if newest is not None and newest.is_going:
        watch(project, access, newest.id, RunKind.GAIN)
        return
    if test < LEAST:
        st.text(t("gain.few_tests", n=test, least=LEAST, more=missing(test)))
        st.page_link("adjudication/adjudicate.py", label=t("gain.few_tests.go"), icon=":material/arrow_forward:")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        label = t("gain.start" if done is None else "gain.start_again")
        asked = (project, access.person_id)
        st.button(label, key="gain_start", on_click=start, args=asked, type="primary" if done is None else "secondary")
        st.caption(plain(_standing(newest, done, test)))


def start(project: Project, actor: int) -> None:
    """Ask for a measurement."""
    with acting() as connection:
        runs.start_run(connection, project, RunKind.GAIN, now=now(), actor=actor)


@kept(16)
def _held_out_size(key: Hashable, project: Project) -> int:
    with database().snapshot() as connection:
        return held_out(connection, project).height


def _standing(newest: Run | None, done: Run | None, test: int) -> str:
    if newest is not None and newest.state is RunState.FAILED:
        error = newest.error or {"code": "run_failed", "details": {}}
        return t("gain.failed", reason=error_sentence(LabelingError(error["code"], **error.get("details", {}))))
    if newest is not None and newest.state is RunState.CANCELLED:
        return t("gain.cancelled")
    if done is None:
        return t("gain.ready", n=test)
    return t("gain.measured", when=moment((done.finished_at or done.created_at).astimezone(reader_zone())), n=test)
