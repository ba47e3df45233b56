"""The editor of the guide: a lead's draft, kept over reruns and pages, its preview, junior's proposal, and publishing it."""

from __future__ import annotations

import streamlit as st

from db.engine import database
from labeling import config
from labeling.errors import LabelingError
from labeling.junior.asking import url_of
from labeling.junior.masker import masker
from labeling.junior.propose_wording import confusions, propose_wording
from labeling.projects.classes import get_classes
from labeling.projects.guidelines import Guideline, get_guideline, publish_guideline
from labeling.projects.languages import placeholders
from labeling.projects.projects import Project, lock_project_by_id
from pages.project.guide_drafts import Draft
from pages.ui.access import Access
from pages.ui.acting import acting, watched
from pages.ui.difference import difference
from pages.ui.guide import as_html
from pages.ui.locales import LOCALES, reader_locale
from pages.ui.obstacles import draw_obstacles
from pages.ui.session import now
from pages.ui.widgets import NOTICE, error_sentence, part_switch, plain, scrolling, text_of_item
from pages.ui.words import t, title_of

_HEIGHT = 520


def publish(actor: int, project_id: int, draft: Draft, over: int | None) -> None:
    """Publish the draft as the next version, if the one in force is the one it was begun from, or ``over``.

    Under the project's lock: of two leads who publish at once, one is told.
    """
    version, unfilled = None, draft.unfilled
    named = ", ".join(t(f"language.{language}") for language in unfilled)
    with acting("guidelines.published_but" if unfilled else "guidelines.published", language=named) as connection:
        lock_project_by_id(connection, project_id)
        latest = get_guideline(connection, project_id)
        in_force = latest.version if latest else 0
        if in_force != (draft.base if over is None else over):
            raise LabelingError("guideline_moved", version=in_force)
        version = publish_guideline(
            connection, project_id, body_ru=draft.body("ru"), body_en=draft.body("en"), now=now(), actor=actor
        )
    if version is not None:
        draft.published(version)


def choose_language(key: str) -> str:
    """Which of the two languages is looked at."""
    return part_switch(
        t("guidelines.language"), LOCALES, default=reader_locale(), format_func=lambda locale: t(f"language.{locale}"), key=key
    )  # fmt: skip


def draw_editor(access: Access, latest: Guideline | None) -> None:
    """Both texts with their preview; a version that came out meanwhile is told and kept."""
    draft = Draft(access.project.slug, access.person_id)
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
        with st.container(border=True):
            # Its frame's edges included, as tall as the text beside it.
            scrolling(as_html(draft.body(language)) or "&nbsp;", t("guidelines.preview"), height=_HEIGHT - 30)
    left_open = placeholders(draft.body(language))
    if left_open:
        st.caption(plain(t("guidelines.unfilled", n=len(left_open), place=left_open[0])))
    draw_proposal(access, draft, language)
    args = (access.person_id, access.project.id, draft, None)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(t("guidelines.publish"), type="primary", on_click=publish, args=args)
        if draft.is_changed:
            st.caption(t("guidelines.unpublished"))


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


def draw_proposal(access: Access, draft: Draft, language: str) -> None:
    """Choose what is confused, ask, read, and take it over; nothing is drawn where no model can be asked."""
    project = access.project
    if not url_of(project) or not (project.junior_model or config.JUNIOR_MODEL):
        return
    pairs = confusions(watched(), project)
    with st.expander(t("wording.title"), icon=":material/edit_note:"):
        st.caption(t("wording.about"))
        if draw_obstacles(access):
            return
        if not pairs:
            st.caption(t("wording.no_mistakes"))
            return
        with database().snapshot() as connection:
            titled = {entry.code: title_of(entry) for entry in get_classes(connection, project.id, retired=True)}
        chosen = st.selectbox(
            t("wording.which"),
            pairs,
            format_func=lambda pair: t(
                "wording.pair", given=titled.get(pair[0], pair[0]), ruled=titled.get(pair[1], pair[1]), n=pair[2]
            ),
            key="wording_pair",
        )
        st.button(t("wording.ask"), on_click=_ask, args=(project, chosen[0], chosen[1], language), key="wording_ask")
        proposed = st.session_state.get(_key(project))
        if proposed:
            text_of_item(proposed)
            st.button(t("wording.take"), type="primary", on_click=_take, args=(project, draft, language))


def _ask(project: Project, given: str, ruled: str, language: str) -> None:
    try:
        proposed = propose_wording(
            watched(), project, given, ruled, language=language or reader_locale(), masker=masker(), clock=now
        )
    except LabelingError as error:
        st.session_state[NOTICE] = ("error", error_sentence(error))
    else:
        st.session_state[_key(project)] = proposed


def _take(project: Project, draft: Draft, language: str) -> None:
    text = draft.body(language).rstrip()
    st.session_state[draft.key(language)] = f"{text}\n\n{st.session_state.pop(_key(project))}\n".lstrip()


def _key(project: Project) -> str:
    return f"wording:{project.slug}"
