"""An assessor's objection to a golden label, made where the mistake is explained."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from labeling.desk.contests import MAX_ARGUMENT, Contest, raise_contest
from labeling.projects.projects import Project, lock_project_by_id
from pages.ui.acting import acting
from pages.ui.session import now
from pages.ui.widgets import text_of_item
from pages.ui.words import t


def contest_form(project: Project, assessor_id: int, item_id: int, contests: Mapping[int, Contest]) -> None:
    """Draw below one mistake of a briefing: the way to object, or what came of the objection.

    ``contests`` are the assessor's objections by item (:func:`labeling.desk.contests.contests_of`; the latest of each).
    """
    contest = contests.get(item_id)
    if contest is not None:
        st.caption(t(f"contest.{contest.outcome.value if contest.outcome else 'waits'}"))
        if contest.reply:
            text_of_item(contest.reply)
        return
    key = f"contest_{item_id}"
    with st.popover(t("contest.open"), type="tertiary", key=f"{key}_popover"):
        with st.form(key, border=False):
            st.text(t("contest.about"))
            st.text_area(t("contest.argument"), key=f"{key}_argument", max_chars=MAX_ARGUMENT)
            st.form_submit_button(
                t("contest.send"), type="primary", on_click=send, args=(project.id, assessor_id, item_id)
            )


def send(project_id: int, assessor_id: int, item_id: int) -> None:
    """Record the objection in the form; the item is served to nobody until an expert has ruled."""
    argument = str(st.session_state[f"contest_{item_id}_argument"])
    with acting("contest.sent") as connection:
        project = lock_project_by_id(connection, project_id)
        raise_contest(connection, project, assessor_id, item_id, argument, now=now())
