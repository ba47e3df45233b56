"""The projects of the house: make one, put one away, take one back."""

from __future__ import annotations

import polars as pl
import streamlit as st

from db.engine import database
from labeling.projects.archive import Shelf, archive_project, restore_project, shelves
from labeling.projects.projects import create_project
from pages.ui.access import require_admin
from pages.ui.acting import acting, show_refusal
from pages.ui.figures import number
from pages.ui.session import now
from pages.ui.widgets import answer, confirm, empty_state
from pages.ui.words import day, t, title_of

FORM = "new_project"


def create(actor: int) -> None:
    slug = st.session_state["new_slug"].strip()
    titles = {name: st.session_state[f"new_{name}"].strip() or slug for name in ("title_ru", "title_en")}
    made = False
    with acting("projects.created", at=FORM, slug=slug) as connection:
        create_project(connection, slug, now=now(), actor=actor, **titles)
        made = True
    if made:
        for name in ("slug", "title_ru", "title_en"):
            st.session_state[f"new_{name}"] = ""


def put_away(actor: int, slug: str) -> None:
    with acting("projects.archived", slug=slug) as connection:
        archive_project(connection, slug, now=now(), actor=actor)


def take_back(actor: int, slug: str) -> None:
    with acting("projects.restored", slug=slug) as connection:
        restore_project(connection, slug, now=now(), actor=actor)


def table(projects: list[Shelf]) -> pl.DataFrame:
    return pl.DataFrame(
        [
            {
                t("projects.slug"): shelf.slug,
                t("projects.title"): title_of(shelf),
                t("projects.people"): number(shelf.people),
                t("projects.created_at"): day(shelf.created_at),
                t("people.state"): t("projects.since", day=day(shelf.archived_at))
                if shelf.archived_at
                else t("projects.active"),
            }
            for shelf in projects
        ]
    )


here = require_admin()
with database().snapshot() as connection:
    projects = shelves(connection)
archived = sum(shelf.archived_at is not None for shelf in projects)
answer(t("page.projects"), t("projects.answer", n=len(projects) - archived, archived=number(archived)))
if projects:
    st.dataframe(table(projects), hide_index=True, placeholder="–")
    by_slug = {shelf.slug: shelf for shelf in projects}
    chosen = by_slug[st.selectbox(t("shell.project"), list(by_slug), key="shelf")]
    verb, act = ("restore", take_back) if chosen.archived_at else ("archive", put_away)
    confirm(t(f"projects.{verb}"), t(f"projects.{verb}_sure"), act, here.person_id, chosen.slug, key=verb)
else:
    empty_state(t("projects.none"))
st.subheader(t("projects.new"), anchor=False)
with st.form(FORM):
    st.text_input(t("projects.slug"), key="new_slug", max_chars=60, help=t("projects.slug_help"))
    left, right = st.columns(2)
    left.text_input(t("projects.title_ru"), key="new_title_ru", max_chars=200)
    right.text_input(t("projects.title_en"), key="new_title_en", max_chars=200)
    show_refusal(FORM)
    st.form_submit_button(t("projects.create"), type="primary", on_click=create, args=(here.person_id,))
