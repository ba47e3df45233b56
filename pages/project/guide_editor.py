"""The editor of the guide: both texts with their preview, and what to do when somebody else has published meanwhile."""

from __future__ import annotations

import streamlit as st

from labeling.projects.guidelines import Guideline
from pages.project.guide_draft import Draft, publish
from pages.project.guide_proposal import draw_proposal
from pages.ui.access import Access
from pages.ui.difference import difference
from pages.ui.guide import as_html
from pages.ui.locales import LOCALES, reader_locale
from pages.ui.widgets import part_switch, plain
from pages.ui.words import t

_HEIGHT = 520


def choose_language(key: str) -> str:
    """Which of the two languages is looked at."""
    return part_switch(
        t("guidelines.language"), LOCALES, default=reader_locale(), format_func=lambda locale: t(f"language.{locale}"), key=key
    )  # fmt: skip


def draw_editor(access: Access, latest: Guideline | None) -> None:
    """Both texts with their preview; a version that came out meanwhile is told and kept."""
    draft = Draft(access.project.slug)
    draft.follow(latest)
    if draft.is_empty and latest is None:
        st.button(t("guidelines.scaffold_start"), on_click=draft.scaffold)
    if draft.is_behind(latest) and latest is not None:
        draw_behind(access, draft, latest)
    language = choose_language("guide_write")
    left, right = st.columns(2, gap="medium")
    with left:
        st.text_area(
            t("guidelines.text"), key=draft.key(language), height=_HEIGHT, persist_state="session", max_chars=100_000
        )
        st.caption(plain(t("guidelines.markdown")))
    with right:
        st.caption(t("guidelines.preview"))
        with st.container(border=True, height=_HEIGHT):
            st.html(as_html(draft.body(language)) or "&nbsp;")
    draw_proposal(access, draft, language)
    args = (access.person_id, access.project.id, draft, None)
    st.button(t("guidelines.publish"), type="primary", on_click=publish, args=args)


def draw_behind(access: Access, draft: Draft, latest: Guideline) -> None:
    """Somebody has published since the draft was begun: what differs, and the two ways on."""
    st.warning(t("guidelines.behind", version=latest.version))
    for language in LOCALES:
        changed = difference(getattr(latest, f"body_{language}"), draft.body(language))
        if changed:
            with st.container(border=True):
                st.html(f"<b>{t(f'language.{language}')}</b>{changed}")
    with st.container(horizontal=True):
        over = (access.person_id, access.project.id, draft, latest.version)
        st.button(t("guidelines.publish_over", version=latest.version), on_click=publish, args=over)
        st.button(t("guidelines.take", version=latest.version), on_click=draft.take, args=(latest,))
