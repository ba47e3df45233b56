"""What was done to the classes so far, and the button that takes the last of it back."""

from __future__ import annotations

import streamlit as st

from db.engine import database
from labeling.class_changes.acting import undo_change
from labeling.class_changes.history import Done
from labeling.jobs.tending import tend_soon
from labeling.projects.projects import Project
from pages.project.change_preview import named_act
from pages.ui.access import Access
from pages.ui.acting import acting
from pages.ui.session import now
from pages.ui.widgets import confirm, plain
from pages.ui.words import local_moment, t


def take_back(actor: int, project: Project, act: int) -> None:
    with acting("class_changes.undone") as connection:
        undo_change(connection, project, act, now=now(), actor=actor)
    tend_soon(database(), project.slug)


def draw_history(access: Access, done: list[Done]) -> None:
    """Every act in words, the newest first; the newest in force can be taken back."""
    for each in done:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            facts = {"who": each.by or t("class_changes.by_command"), "when": local_moment(each.at)}
            lines = [f"**{plain(named_act(each.change))}**", plain(t("class_changes.by", **facts))]
            if each.change.note:
                lines.append(plain(each.change.note))
            if each.undone_at is not None:
                lines.append(plain(t("class_changes.undone_at", when=local_moment(each.undone_at))))
            st.markdown("  \n".join(lines), width="stretch")
            if each.can_undo:
                question = t("class_changes.undo_question")
                args = (access.person_id, access.project, each.id)
                confirm(t("class_changes.undo"), question, take_back, *args, key=f"undo_{each.id}")
