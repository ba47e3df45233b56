"""Measuring on the test part, the gain or the machine's worth: start it, watch it, or learn what is missing."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import streamlit as st

from db.engine import database
from db.frames import adjudication as adjudication_frames
from db.frames import marks
from labeling.adjudication.test_part import LEAST, held_out, missing
from labeling.kept import kept
from labeling.projects.projects import Project
from labeling.runs.runs import Run
from pages.ui.access import Access
from pages.ui.run_panel import Panel, draw_panel, end_of
from pages.ui.words import t


def held_out_size(project: Project) -> int:
    """How many items the test part has by now."""
    with database().snapshot() as connection:
        audits = adjudication_frames.audits(connection, project.id)["audit"].to_list()
        mark = marks.watermark(connection, project.id)
    return _held_out_size((str(database().url), mark, *audits), project)


def draw_measuring(
    panel: Panel, access: Access, newest: Run | None, done: Run | None, settings: Mapping[str, Any] | None = None
) -> None:
    """What goes on, or the button that starts a measurement; where the test part is too small, what it takes."""
    test = held_out_size(access.project)
    if test < LEAST and (newest is None or not newest.is_going):
        st.text(t("gain.few_tests", n=test, least=LEAST, more=missing(test)))
        st.page_link("adjudication/adjudicate.py", label=t("gain.few_tests.go"), icon=":material/arrow_forward:")
        return

    def standing() -> str:
        if done is None:
            return t(panel.key_of("ready"), n=test)
        return t(panel.key_of("measured"), when=end_of(done), n=test)

    draw_panel(panel, access, newest, standing, first=done is None, settings=settings)


@kept(16)
def _held_out_size(key: Hashable, project: Project) -> int:
    with database().snapshot() as connection:
        return held_out(connection, project).height
