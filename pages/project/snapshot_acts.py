"""Taking a snapshot on its page: read without any lock, then written in the transaction of the callback."""

from __future__ import annotations

import streamlit as st

from labeling.projects.projects import Project
from labeling.snapshots.taking import LONGEST_NAME, check_name, keep, read
from pages.ui.access import Access
from pages.ui.acting import acting, refusing, watched
from pages.ui.session import now
from pages.ui.words import t

_NAME = "snapshot_name"


def draw_taking(access: Access, *, is_current: bool, waits: bool) -> None:
    """The form; where ``waits``, no consensus is made yet and there is nothing to keep."""
    with st.form("take_snapshot", border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(
                t("snapshots.name"), key=_NAME, max_chars=LONGEST_NAME, placeholder=t("snapshots.name_example")
            )
            st.form_submit_button(
                t("snapshots.take"),
                type="primary",
                disabled=waits,
                on_click=take,
                args=(access.person_id, access.project),
            )
        st.caption(
            t("snapshots.take_waits" if waits else "snapshots.take_about" if is_current else "snapshots.take_older")
        )


def take(actor: int, project: Project) -> None:
    """Keep the labels as they are under the name in the form."""
    name, moment, reading = str(st.session_state[_NAME]).strip(), now(), None
    with refusing(), watched().snapshot() as connection:
        check_name(connection, project, name)
        reading = read(connection, project, now=moment)
    if reading is None:
        return
    with acting("snapshots.taken", name=name) as connection:
        keep(connection, project, name, reading, now=moment, actor=actor)
        st.session_state[_NAME] = ""
