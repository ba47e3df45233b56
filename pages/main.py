"""The router: who is here, in which project, and the pages they are offered."""

from __future__ import annotations

import html
from pathlib import Path
from typing import Literal

import streamlit as st

from labeling.people.people import set_locale
from labeling.people.sign_in import Reader
from labeling.projects.projects import Project
from pages.ui.acting import acting
from pages.ui.locales import LOCALES
from pages.ui.navigation import PAGES, Entry, first_page, pages_for
from pages.ui.session import current_project, current_reader, projects_of
from pages.ui.uploads import forget_uploads
from pages.ui.widgets import empty_state, show_notices
from pages.ui.words import t, title_of

UI = Path(__file__).parent / "ui"


def choose_project() -> None:
    """Remember the project chosen in the sidebar; the address follows."""
    chosen = st.session_state["project_choice"]
    if chosen is not None:
        st.session_state["project"] = st.query_params["project"] = chosen


def choose_language(person_id: int) -> None:
    """Keep the chosen language with the person."""
    chosen = st.session_state["language_choice"]
    with acting(as_oneself=True) as connection:
        set_locale(connection, person_id, chosen)


def draw_language(reader: Reader) -> None:
    """The choice of the language, kept at once."""
    st.session_state["language_choice"] = reader.locale
    st.segmented_control(
        t("shell.language"), LOCALES, required=True, format_func=lambda locale: t(f"language.{locale}"), key="language_choice",
        on_change=choose_language, args=(reader.person_id,), label_visibility="collapsed",
    )  # fmt: skip


def draw_sidebar(reader: Reader, projects: list[Project], project: Project | None) -> None:
    """Which project, which language, who is here, and the way out."""
    # Without a current project the address named one that isn't theirs: the way back is offered.
    if len(projects) > 1 or (projects and project is None):
        titles = {entry.slug: title_of(entry) for entry in projects}
        st.session_state["project_choice"] = project.slug if project else None
        st.selectbox(
            t("shell.project"), list(titles), index=0 if project else None, format_func=titles.__getitem__,
            key="project_choice", placeholder="", on_change=choose_project,
        )  # fmt: skip
    if not reader.must_change_password:
        draw_language(reader)
    who = f"{html.escape(reader.name)} <span>{html.escape(reader.login)}</span>"
    out = f'<form class="sv-out" method="post" action="/account/sign-out"><button>{t("shell.sign_out")}</button></form>'
    # A screen reader reads Russian as Russian only where the document says so; Streamlit's says English.
    speak = f'<script>document.documentElement.lang = "{reader.locale}"</script>'
    st.html(f'<p class="sv-here">{who}</p>{out}{speak}', unsafe_allow_javascript=True)


st.set_page_config(page_icon=UI / "logo.svg", layout="wide")
st.html(UI / "style.css")
here = current_reader()
mine = projects_of(here)
current = current_project(mine)
offered = pages_for(here, current)


def home() -> None:
    """The bare address: on to the first page that is work; for those without work, what to wait for."""
    first = first_page(here, current)
    if first.group != "account" or here.must_change_password:
        st.switch_page(pages[first])
    empty_state(t("shell.no_roles"))


pages: dict[Entry, st.Page] = {}
menu = {"": [st.Page(home, title=t("shell.name"), url_path="home", default=True, visibility="hidden")]}
for entry in PAGES:
    # A link to a page that isn't for this reader must meet that page's own refusal, not a "page not found".
    is_offered = entry in offered
    title = t(f"page.{entry.url}")
    visibility: Literal["visible", "hidden"] = "visible" if is_offered and not entry.is_linked else "hidden"
    page = st.Page(entry.path, title=title, url_path=entry.url, visibility=visibility)
    pages[entry] = page
    menu.setdefault(t(entry.heading) if is_offered else "", []).append(page)
# Unless told so, the menu folds the last groups away behind a "more" as soon as it grows long.
chosen = st.navigation(menu, expanded=True)
st.set_page_config(page_title=f"{chosen.title} · {t('shell.name')}")
st.logo(UI / "logo.svg", size="large")
with st.sidebar:
    draw_sidebar(here, mine, current)
if st.session_state.get("page_before") not in (None, chosen.url_path):
    forget_uploads()
st.session_state["page_before"] = chosen.url_path
show_notices()
chosen.run()
