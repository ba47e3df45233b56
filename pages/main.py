"""The router: who is here, in which project, and the pages they are offered."""

from __future__ import annotations

import html
from pathlib import Path

import streamlit as st

from labeling.people.people import set_locale
from labeling.people.sign_in import Reader
from labeling.projects.projects import Project
from pages.ui.acting import acting
from pages.ui.locales import LOCALES
from pages.ui.navigation import PAGES, Entry, doors, first_page, pages_for
from pages.ui.own_words import own_words
from pages.ui.session import current_project, current_reader, projects_of
from pages.ui.tour import draw_tour
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


def draw_place(reader: Reader, projects: list[Project], project: Project | None) -> None:
    """Which project this is, in the sidebar and in the head of the page, and the language."""
    # Without a current project the address named one that isn't theirs: the way back is offered.
    if len(projects) > 1 or (projects and project is None):
        titles = {entry.slug: title_of(entry) for entry in projects}
        st.session_state["project_choice"] = project.slug if project else None
        st.selectbox(
            t("shell.project"), list(titles), index=0 if project else None, format_func=titles.__getitem__,
            key="project_choice", placeholder="", on_change=choose_project,
        )  # fmt: skip
    elif project is not None:
        st.html(f'<p class="sv-project">{html.escape(title_of(project))}</p>')
    if not reader.must_change_password:
        draw_language(reader)


def draw_menu(offered: list[Entry], current: Entry | None) -> None:
    """A line for each door; that of the page on screen leads to it, so that it is the one that is lit."""
    for door, behind in doors(offered).items():
        leads_to = current if current is not None and current in behind else behind[0]
        st.page_link(leads_to.path, label=t(f"door.{door}") if len(behind) > 1 else t(f"page.{behind[0].url}"))


def draw_person(reader: Reader, project: Project | None) -> None:
    """Who is here, and the way out."""
    who = f"{html.escape(reader.name)} <span>{html.escape(reader.login)}</span>"
    out = f'<form class="sv-out" method="post" action="/account/sign-out"><button>{t("shell.sign_out")}</button></form>'
    # A screen reader reads Russian as Russian only where the document says so; Streamlit's says English.
    speak = f'<script>document.documentElement.lang = "{reader.locale}";{own_words(reader.locale)}</script>'
    # On a phone the sidebar is folded away: the head of the page says where one is.
    named = "" if project is None else "".join(f"\\{ord(letter):x} " for letter in title_of(project))
    head = f'<style>[data-testid="stHeader"]::before {{ content: "{named}"; }}</style>'
    st.html(
        f'<div class="sv-person"><p class="sv-here">{who}</p>{out}</div>{head}{speak}', unsafe_allow_javascript=True
    )


def draw_beside(current: Entry | None, offered: list[Entry]) -> None:
    """The pages behind the same door, side by side."""
    beside = [] if current is None else doors(offered).get(current.door, [])
    if len(beside) > 1 and current in beside:
        with st.container(horizontal=True, key="beside", gap="small"):
            for entry in beside:
                st.page_link(entry.path, label=t(f"page.{entry.url}"))


st.set_page_config(page_icon=UI / "logo.svg", layout="wide")
st.html(UI / "style.css")
here = current_reader()
mine = projects_of(here)
current = current_project(mine)
offered = pages_for(here, current)


def home() -> None:
    """The bare address: on to the first page that is work; for those without work, what to wait for."""
    if mine and current is None:
        # The address names a project that isn't theirs: to be led elsewhere without a word would hide it.
        empty_state(t("shell.refused.no_project"))
        return
    first = first_page(here, current)
    if first.group != "account" or here.must_change_password:
        st.switch_page(pages[first])
    empty_state(t("shell.no_roles"))


pages: dict[Entry, st.Page] = {}
# A link to a page that isn't for this reader must meet that page's own refusal, not a "page not found".
for entry in PAGES:
    pages[entry] = st.Page(entry.path, title=t(f"page.{entry.url}"), url_path=entry.url)
chosen = st.navigation(
    [st.Page(home, title=t("shell.name"), url_path="home", default=True), *pages.values()], position="hidden"
)
st.set_page_config(page_title=f"{chosen.title} · {t('shell.name')}")
st.logo(UI / "logo.svg", size="large")
on_screen = next((entry for entry in PAGES if entry.url == chosen.url_path), None)
with st.sidebar:
    draw_place(here, mine, current)
    draw_person(here, current)
    draw_menu(offered, on_screen)
if st.session_state.get("page_before") not in (None, chosen.url_path):
    forget_uploads()
st.session_state["page_before"] = chosen.url_path
draw_beside(on_screen, offered)
draw_tour(here, current, on_screen)
show_notices()
chosen.run()
