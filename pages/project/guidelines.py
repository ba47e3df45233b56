"""The guide that assessors label by: its text, an editor for leads, its versions and what changed between them."""

from __future__ import annotations

import streamlit as st

from db.engine import database
from db.frames import guidelines as guideline_frames
from db.vocabulary import Role
from labeling.projects.classes import get_classes
from labeling.projects.guidelines import Guideline, guideline_versions
from labeling.projects.languages import in_language, written_in
from pages.project.class_editor import way_to_changes
from pages.project.guide_editor import choose_language, draw_editor
from pages.ui.access import Access, require
from pages.ui.difference import difference
from pages.ui.guide import guide_html
from pages.ui.items import class_chip
from pages.ui.locales import LOCALES, reader_locale, reader_zone
from pages.ui.widgets import answer, empty_state, simulated_mark, text_of_item
from pages.ui.words import local_day, t, title_of


def draw_text(guide: Guideline | None, access: Access) -> None:
    """The guide in force, and the classes with their descriptions."""
    if guide is None:
        empty_state(t("guidelines.empty_lead" if access.leads else "guidelines.empty_reader"))
    else:
        shown = guide_html(guide, choose_language("guide_read"))
        st.html(f'<div style="max-width:46rem">{shown}</div>')
    with database().snapshot() as connection:
        classes = get_classes(connection, access.project.id)
    if classes:
        st.subheader(t("guidelines.classes"))
    if classes and access.leads:
        way_to_changes(access.project)
    for entry in classes:
        with st.container(border=True, gap="xsmall"):
            st.html(f"<div>{class_chip(entry.code, {entry.code: entry})}</div>")
            description, language = in_language(entry, "description", reader_locale())
            text_of_item(description or t("guidelines.no_description"))
            if description and language != reader_locale():
                st.caption(t("guidelines.description_in", language=t(f"language.{language}")))


def draw_versions(versions: list[Guideline], project_id: int) -> None:
    """Who published what and when, and the difference between two of them."""
    with database().snapshot() as connection:
        table = guideline_frames.guidelines(connection, project_id)
    time = st.column_config.DatetimeColumn(format=t("progress.time_format"), timezone=reader_zone().key)
    named = {name: t(f"guidelines.{name}") for name in table.columns}
    st.dataframe(
        table.rename(named),
        hide_index=True,
        column_config={named["published_at"]: time},
        placeholder="–",
        key="versions",
    )
    if len(versions) < 2:
        st.caption(t("guidelines.one_version"))
        return
    by_number = {guide.version: guide for guide in versions}
    numbers = list(by_number)
    left, right, third = st.columns(3, vertical_alignment="bottom")
    before = left.selectbox(t("guidelines.from"), numbers, index=1, key="guide_from")
    after = right.selectbox(t("guidelines.to"), numbers, index=0, key="guide_to")
    with third:
        field = f"body_{choose_language('guide_compare')}"
    changed = difference(getattr(by_number[before], field), getattr(by_number[after], field))
    with st.container(border=True):
        st.html(changed or f"<p>{t('guidelines.same')}</p>")


access = require(Role.LEAD, Role.EXPERT, Role.ASSESSOR)
with database().snapshot() as connection:
    versions = guideline_versions(connection, access.project.id)
latest = versions[0] if versions else None
simulated_mark(access.project)
if latest is None:
    answer(t("page.guidelines"), t("guidelines.none", project=title_of(access.project)))
else:
    published = local_day(latest.created_at)
    written = written_in(latest, "body")
    named = ", ".join(t(f"language.{language}") for language in written)
    key = "guidelines.in_force" if len(written) == len(LOCALES) else "guidelines.in_force_half"
    answer(t("page.guidelines"), t(key, version=latest.version, day=published, language=named or "–"))
names = ["read", *(["write"] if access.leads else []), *(["versions"] if versions else [])]
tabs = dict(zip(names, st.tabs([t(f"guidelines.tab.{name}") for name in names]), strict=True))
with tabs["read"]:
    draw_text(latest, access)
if access.leads:
    with tabs["write"]:
        draw_editor(access, latest)
if versions:
    with tabs["versions"]:
        draw_versions(versions, access.project.id)
