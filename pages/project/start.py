"""A new project, from a file to the first label: the file and its classes, golden items, people, and off."""

from __future__ import annotations

import streamlit as st

from db.vocabulary import Role
from pages.project.start_file import draw_file
from pages.project.start_steps import draw_begin, draw_golden, draw_people, draw_steps, steps_of
from pages.ui.access import require, require_starter
from pages.ui.widgets import answer
from pages.ui.words import t, title_of

BEGUN = "begun"

begun = None
if BEGUN in st.query_params:
    # The project that was begun, whichever was chosen in the meantime.
    st.query_params["project"] = st.query_params[BEGUN]
    access = require(Role.LEAD)
    begun, steps = access.project, steps_of(access.project)
    if steps.items:
        answer(title_of(begun), t(f"start.answer.{steps.due}"))
        draw_steps(steps)
        draw_golden(access, steps)
        draw_people(access, steps)
        draw_begin(access, steps)
        st.stop()
here = require_starter()
answer(title_of(begun) if begun else t("page.start"), t("start.answer.file"))
draw_steps(None)
made = draw_file(here, begun)
if made is not None:
    st.session_state["project"] = st.query_params["project"] = st.query_params[BEGUN] = made
    st.rerun()
