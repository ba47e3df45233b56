"""Measuring on the test part, the gain or the machine's worth: start it, watch it, or learn what is missing."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import streamlit as st

from db.engine import database
from db.frames import adjudication as adjudication_frames
from db.frames import marks
from labeling.adjudication.audits import LEAST as LEAST_AUDIT
from labeling.adjudication.test_part import LEAST, held_out, missing
from labeling.kept import kept
from labeling.projects.projects import Project
from labeling.runs.runs import Run
from pages.ui.access import Access
from pages.ui.audit_data import auditable_labels, newest_audit
from pages.ui.review_data import review_of
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
        more = missing(test)
        st.text(t("gain.few_tests", tests=test, least=LEAST, n=more))
        way, page, facts = way_to_tests(access.project, more)
        st.text(t(f"gain.tests.{way}", **facts))
        st.page_link(page, label=t(f"gain.tests.{way}.go"), icon=":material/arrow_forward:")
        return

    def standing() -> str:
        if done is None:
            return t(panel.key_of("ready"), n=test)
        return t(panel.key_of("measured"), when=end_of(done), n=test)

    draw_panel(panel, access, newest, standing, first=done is None, settings=settings)


def way_to_tests(project: Project, more: int) -> tuple[str, str, dict[str, int]]:
    """Where about ``more`` rulings of an audit can be made: the end of a catalog key, the page, and the sentence's facts.

    In the audit that goes on as far as it reaches; else in a new one, where enough labels are left to draw it from; else
    there must be new labels, or an analysis of those that there are.
    """
    audit, review = newest_audit(project), review_of(project)
    waiting = audit.size - audit.ruled if audit else 0
    if waiting:
        return ("rule" if waiting >= more else "rule_some"), "adjudication/adjudicate.py", {"n": waiting}
    left = auditable_labels(project, review).height if review else 0
    if left >= LEAST_AUDIT:
        return "draw", "audit/audit.py", {"n": min(more, left)}
    return "label", "review/suspicions.py", {"n": left, "least": LEAST_AUDIT}


@kept(16)
def _held_out_size(key: Hashable, project: Project) -> int:
    with database().snapshot() as connection:
        return held_out(connection, project).height
