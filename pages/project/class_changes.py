"""A change of mind about classes: what it would do to labels that were given, the act, and what was done so far."""

from __future__ import annotations

import streamlit as st

from db.engine import database
from db.vocabulary import LabelKind, Role
from labeling.class_changes.history import changes_of, waiting_golden
from pages.project.change_form import asked_change, draw_order
from pages.project.change_history import draw_history
from pages.project.change_preview import draw_preview
from pages.ui.access import require
from pages.ui.items import titled_classes
from pages.ui.widgets import answer, empty_state, plain, simulated_mark
from pages.ui.words import t

MOST_NAMED = 10


access = require(Role.LEAD)
project = access.project
simulated_mark(project)
with database().snapshot() as connection:
    done = changes_of(connection, project.id)
    waiting = waiting_golden(connection, project.id)
titled = titled_classes(project)
standing = sum(each.undone_at is None for each in done)
answer(t("page.classes"), t("class_changes.answer", n=standing) if standing else t("class_changes.answer.none"))
if project.kind is LabelKind.PAIR:
    empty_state(t("class_changes.pair"))
    st.stop()
if not titled:
    empty_state(t("no_classes.lead"), page="project/settings.py", label=t("page.settings"))
    st.stop()
st.caption(t("class_changes.about"))
if waiting:
    named = ", ".join(waiting[:MOST_NAMED]) + (" …" if len(waiting) > MOST_NAMED else "")
    st.warning(plain(t("class_changes.waiting", n=len(waiting), items=named)), icon=":material/verified:")
    st.page_link("quality/golden.py", label=t("page.golden"), icon=":material/arrow_forward:")
change = asked_change(list(titled.values()))
if change is not None:
    draw_preview(access, change, titled)
draw_order(access, list(titled.values()))
st.subheader(t("class_changes.done"))
if not done:
    st.caption(t("class_changes.none"))
draw_history(access, done)
