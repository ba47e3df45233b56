"""The project's settings, each with what it does and what a change would do, and its classes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from db.engine import database
from db.frames import items as item_frames
from db.frames import work as work_frames
from db.vocabulary import Role
from labeling.errors import LabelingError
from labeling.projects.classes import get_classes
from labeling.projects.projects import Project, change_settings
from labeling.projects.settings import Setting
from pages.project.class_editor import draw_classes
from pages.project.setting_fields import (
    GROUPED,
    GROUPS,
    Facts,
    changed_settings,
    consequence,
    draw_widget,
    facts_of,
    is_offered,
    offered_of,
    revealing_columns,
)
from pages.ui.access import require
from pages.ui.acting import acting
from pages.ui.locales import reader_zone
from pages.ui.progress import overview_of
from pages.ui.session import now
from pages.ui.widgets import answer, plain, simulated_mark
from pages.ui.words import t


def save(actor: int, project: Project) -> None:
    """Write what was changed, and nothing else."""
    changed = changed_settings(project)
    with acting("settings.saved") as connection:
        if not changed:
            raise LabelingError("nothing_changed")
        change_settings(connection, project.id, changed, now=now(), actor=actor)


def draw_field(setting: Setting, changed: Mapping[str, Any], facts: Facts) -> None:
    """One setting: its widget, what it does, and what the change would do."""
    left, right = st.columns([2, 3], vertical_alignment="center")
    with left:
        draw_widget(setting, facts.project, facts.offered.get(setting.name, ()))
    with right:
        st.caption(t(f"settings.{setting.name}.about"))
        then = consequence(setting.name, changed[setting.name], changed, facts) if setting.name in changed else None
        if then:
            st.markdown(f":material/arrow_forward: **{plain(then)}**")


access = require(Role.LEAD)
project = access.project
overview = overview_of(project, reader_zone().key)
with database().snapshot() as connection:
    classes = get_classes(connection, project.id, retired=True)
    sample = item_frames.metadata_sample(connection, project.id)
    facts = facts_of(
        project,
        overview,
        work_frames.workers(connection, project.id, now=now()),
        work_frames.chunks(connection, project.id),
        revealing_columns(sample, classes),
        offered_of(project, sample, item_frames.conversation_sample(connection, project.id)),
        classes,
    )
simulated_mark(project)
numbers = {"overlap": project.overlap, "size": project.chunk_size, "golden": project.golden_per_chunk}
answer(t("page.settings"), t("settings.answer", **numbers, classes=sum(not entry.retired for entry in classes)))
project_tab, classes_tab = st.tabs([t("settings.project"), t("settings.classes")])
with project_tab:
    changed = changed_settings(project)
    for group in GROUPS:
        st.subheader(t(f"settings.group.{group}"))
        with st.container(border=True):
            for name, setting in GROUPED.items():
                if setting.group == group and is_offered(name, facts, changed):
                    draw_field(setting, changed, facts)
    st.button(t("settings.save"), type="primary", on_click=save, args=(access.person_id, project))
with classes_tab:
    draw_classes(access, classes, dict(overview.balance.select(overview.balance["label"].cast(str), "n").iter_rows()))
