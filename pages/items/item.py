"""One item: its text, what it is now, and all that was ever said of it."""

from __future__ import annotations

import streamlit as st

from db.engine import database
from db.vocabulary import Role
from labeling.errors import LabelingError
from labeling.items.history import history_of, withheld_from
from labeling.jobs.tending import consensus_now
from pages.items.telling import (
    draw_appointed,
    draw_held,
    draw_proposed,
    draw_ruled,
    draw_said,
    draw_suspicion,
    draw_text,
    is_now,
)
from pages.ui.access import require
from pages.ui.items import titled_classes
from pages.ui.widgets import answer, empty_state, error_sentence, simulated_mark
from pages.ui.words import t

access = require(Role.EXPERT, Role.LEAD)
project = access.project
simulated_mark(project)
asked = st.query_params.get("id", "")
if not asked:
    answer(t("page.item"), t("item.none"))
    empty_state(t("item.none_next"), page="items/search.py", label=t("page.search"))
    st.stop()
try:
    with database().snapshot() as connection:
        history = history_of(connection, project, asked)
        # A second opinion is blind to the first: who may still be asked for one reads nothing that tells it.
        withheld = not access.leads and bool(withheld_from(connection, project, [history.item_id], access.person_id))
except LabelingError as error:
    answer(t("page.item"), error_sentence(error))
    empty_state(t("item.none_next"), page="items/search.py", label=t("page.search"))
    st.stop()
titled = titled_classes(project)
if history.outcome.waits:
    consensus_now(database(), project.slug)
answer(t("item.title", item=asked), t("item.answer.withheld") if withheld else is_now(history, titled))
draw_text(history, project.kind)
draw_said(history, titled, named=access.leads)
if not withheld:
    draw_ruled(history, titled, named=access.leads)
draw_appointed(history, titled)
if not withheld:
    draw_suspicion(history, titled, named=access.leads)
draw_proposed(history, titled)
if not withheld:
    draw_held(history, titled)
