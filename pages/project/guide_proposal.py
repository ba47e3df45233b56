"""Junior's proposal for the guide, from what experts put right: shown as text, taken into the draft by hand."""

from __future__ import annotations

import streamlit as st

from db.engine import database
from labeling import config
from labeling.errors import LabelingError
from labeling.junior.asking import url_of
from labeling.junior.masker import masker
from labeling.junior.propose_wording import confusions, propose_wording
from labeling.projects.projects import Project, get_classes
from pages.project.guide_draft import Draft
from pages.ui.access import Access
from pages.ui.locales import reader_locale
from pages.ui.session import now
from pages.ui.widgets import NOTICE, error_sentence, text_of_item
from pages.ui.words import t, title_of


def draw_proposal(access: Access, draft: Draft, language: str) -> None:
    """Choose what is confused, ask, read, and take it over; nothing is drawn where no model can be asked."""
    project = access.project
    if not url_of(project) or not (project.junior_model or config.JUNIOR_MODEL):
        return
    pairs = confusions(database(), project)
    with st.expander(t("wording.title"), icon=":material/edit_note:"):
        st.caption(t("wording.about"))
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
        found = propose_wording(
            database(), project, given, ruled, language=language or reader_locale(), masker=masker(), clock=now
        )
    except LabelingError as error:
        st.session_state[NOTICE] = ("error", error_sentence(error))
    else:
        st.session_state[_key(project)] = found


def _take(project: Project, draft: Draft, language: str) -> None:
    text = draft.body(language).rstrip()
    st.session_state[draft.key(language)] = f"{text}\n\n{st.session_state.pop(_key(project))}\n".lstrip()


def _key(project: Project) -> str:
    return f"wording:{project.slug}"
