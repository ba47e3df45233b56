"""The project's settings, each with what it does and what a change would do, and its classes."""

from __future__ import annotations

from typing import Any

import streamlit as st

from db.engine import database
from db.frames import items as item_frames
from db.frames import work as work_frames
from db.vocabulary import PiiPolicy, Role
from labeling.errors import LabelingError
from labeling.projects.projects import Project, change_settings, get_classes
from pages.project.class_editor import draw_classes
from pages.project.consequences import Facts, consequence, facts_of, revealing_columns
from pages.project.suggestion_fields import SUGGESTION_FIELDS, draw_suggestion_field, is_offered
from pages.ui.access import require
from pages.ui.overview_data import overview_of
from pages.ui.session import now
from pages.ui.simulated import simulated_mark
from pages.ui.widgets import acting, answer, plain
from pages.ui.words import t
from pages.ui.zone import reader_zone

TITLES = ("title_ru", "title_en")
COLUMNS, BLIND, MASKING = "shown_metadata", "blind_rulings", "pii_policy"
# The least, the most, and the step of each number; the database refuses the rest.
NUMBERS: dict[str, tuple[float, float, float]] = {
    "overlap": (1, 50, 1),
    "chunk_size": (1, 500, 1),
    "golden_per_chunk": (0, 500, 1),
    "repeats_per_chunk": (0, 50, 1),
    "qualification_size": (0, 500, 1),
    "qualification_tries": (1, 20, 1),
    "accuracy_floor": (0.0, 1.0, 0.05),
    "lease_minutes": (1, 1440, 1),
    "look_ahead": (0, 20, 1),
    "audit_share": (0.0, 1.0, 0.05),
    "second_share": (0.0, 1.0, 0.05),
}
WORK = ("overlap", "chunk_size", "lease_minutes", "look_ahead", COLUMNS)
QUALITY = ("golden_per_chunk", "accuracy_floor", "repeats_per_chunk", "qualification_size", "qualification_tries")
GROUPS: dict[str, tuple[str, ...]] = {
    "titles": TITLES,
    "work": WORK,
    "quality": QUALITY,
    "experts": ("audit_share", "second_share", BLIND),
    "machines": (*SUGGESTION_FIELDS, MASKING),
}
FIELDS = tuple(name for names in GROUPS.values() for name in names)


def key_of(project: Project, name: str) -> str:
    """The widget's key: it changes with the stored value, so that nobody saves over what they have not seen."""
    return f"set:{project.slug}:{name}:{getattr(project, name)}"


def typed(project: Project) -> dict[str, Any]:
    """The settings that differ from the stored ones, as they stand in the widgets."""
    found: dict[str, Any] = {}
    for name in FIELDS:
        stored = getattr(project, name)
        value: Any = st.session_state.get(key_of(project, name), stored)
        if name in TITLES:
            value = value.strip() or project.slug
        if name == COLUMNS:
            stored, value = list(stored), list(value)
        if name == MASKING and isinstance(value, bool):
            value = PiiPolicy.MASK if value else PiiPolicy.KEEP
        if value != stored:
            found[name] = value
    return found


def save(actor: int, project: Project) -> None:
    """Write what was changed, and nothing else."""
    changed = typed(project)
    with acting("settings.saved") as connection:
        if not changed:
            raise LabelingError("nothing_changed")
        change_settings(connection, project.id, changed, now=now(), actor=actor)


def draw_field(name: str, facts: Facts, columns: list[str]) -> None:
    """One setting: its widget, what it does, and what the change would do."""
    project, changed = facts.project, typed(facts.project)
    key, label, stored = key_of(project, name), t(f"settings.{name}"), getattr(project, name)
    left, right = st.columns([2, 3], vertical_alignment="center")
    with left:
        if name in TITLES:
            st.text_input(label, stored, key=key, max_chars=200)
        elif name in NUMBERS:
            least, most, step = NUMBERS[name]
            st.number_input(label, least, most, stored, step, key=key)
        elif name == BLIND:
            st.toggle(label, stored, key=key)
        elif name == MASKING:
            st.toggle(label, stored is PiiPolicy.MASK, key=key)
        elif name in SUGGESTION_FIELDS:
            draw_suggestion_field(name, label, stored, key)
        else:
            st.multiselect(label, columns, list(stored), key=key, placeholder=t("settings.no_columns"))
    with right:
        st.caption(t(f"settings.{name}.about"))
        then = consequence(name, changed[name], changed, facts) if name in changed else None
        if then:
            st.markdown(f":material/arrow_forward: **{plain(then)}**")


access = require(Role.LEAD)
project = access.project
seen = overview_of(project, reader_zone().key)
with database().snapshot() as connection:
    classes = get_classes(connection, project.id, retired=True)
    sample = item_frames.metadata_sample(connection, project.id)
    facts = facts_of(
        project,
        seen,
        work_frames.workers(connection, project.id, now=now()),
        work_frames.chunks(connection, project.id),
        revealing_columns(sample, classes),
    )
simulated_mark(project)
numbers = {"overlap": project.overlap, "size": project.chunk_size, "golden": project.golden_per_chunk}
answer(t("page.settings"), t("settings.answer", **numbers, classes=sum(not entry.retired for entry in classes)))
project_tab, classes_tab = st.tabs([t("settings.project"), t("settings.classes")])
with project_tab:
    columns = sorted({key for metadata in sample for key in metadata} | set(project.shown_metadata))
    for group, names in GROUPS.items():
        st.subheader(t(f"settings.group.{group}"))
        with st.container(border=True):
            for name in names:
                if is_offered(name, project, typed(project)):
                    draw_field(name, facts, columns)
    st.button(t("settings.save"), type="primary", on_click=save, args=(access.person_id, project))
with classes_tab:
    draw_classes(access, classes, dict(seen.balance.select(seen.balance["label"].cast(str), "n").iter_rows()))
