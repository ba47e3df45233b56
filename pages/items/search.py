"""A project's items, found by words, by id and by what is known of them."""

from __future__ import annotations

import streamlit as st

from db.engine import database
from db.vocabulary import Role
from labeling.items.search import MOST
from labeling.jobs.tending import consensus_now
from labeling.projects.projects import count_items
from pages.items.asking import choose_question
from pages.items.found import draw_found, find
from pages.ui.access import require
from pages.ui.items import titled_classes
from pages.ui.quality_data import draw_refresh
from pages.ui.widgets import answer, empty_state, simulated_mark
from pages.ui.words import t

access = require(Role.EXPERT, Role.LEAD)
project = access.project
simulated_mark(project)
with database().snapshot() as connection:
    items = count_items(connection, project.id)
if not items:
    answer(t("page.search"), t("found.empty"))
    page = "project/import_page.py" if access.leads else None
    empty_state(t("found.empty_next"), page=page, label=t("page.import"))
    st.stop()
head = st.container()
titled = titled_classes(project)
question = choose_question(access, titled)
if question.asks_facts:
    draw_refresh(project)
with st.spinner(t("found.reading"), show_time=False):
    found, waits = find(project, question)
with head:
    if question.asks_nothing:
        answer(t("page.search"), t("found.answer.all", n=items))
    elif found.more:
        answer(t("page.search"), t("found.answer.more", most=MOST))
    else:
        answer(t("page.search"), t("found.answer", n=len(found.item_ids)))
if waits:
    consensus_now(database(), project.slug)
    st.caption(t("found.waits"))
if not found.item_ids:
    empty_state(t("found.none"))
    st.stop()
if found.more and question.asks_nothing:
    st.caption(t("found.first", n=MOST))
draw_found(access, found, titled)
