"""Whose texts are the better ones, by the labels of pairs: who is ahead of whom, and what place and length had to do with it."""

from __future__ import annotations

import streamlit as st

from db.engine import database
from db.vocabulary import LabelKind, Role
from labeling.facts.consensus import is_current
from labeling.jobs.tending import consensus_now
from pages.quality.ranking_parts import draw_groups, draw_meetings, draw_sources, opening, result_cards
from pages.ui.access import require
from pages.ui.preferences import Asked, draw_check, labeled
from pages.ui.quality_data import draw_refresh
from pages.ui.widgets import answer, empty_state, figures, simulated_mark
from pages.ui.words import t

access = require(Role.LEAD)
project = access.project
simulated_mark(project)
if project.kind is not LabelKind.PAIR:
    answer(t("page.ranking"), t("ranking.other_kind"))
    empty_state(t("ranking.other_kind_next"), page="quality/agreement.py", label=t("page.agreement"))
    st.stop()
draw_refresh(project)
with database().snapshot() as connection:
    of_now = is_current(connection, project)
asked = Asked(project, of_now=of_now)
found = asked.found
if found is None:
    answer(t("page.ranking"), t("ranking.counted"))
    asked.wait()
    st.stop()
if labeled(found).is_empty():
    answer(t("page.ranking"), t("ranking.empty"))
    empty_state(t("ranking.empty_next"), page="overview/progress.py", label=t("page.progress"))
    st.stop()
answer(t("page.ranking"), opening(found))
if not of_now:
    consensus_now(database(), project.slug)
    st.info(t("ranking.consensus_behind"), icon=":material/hourglass_top:")
if found.lead is None:
    empty_state(t("ranking.no_sources_next"), page="project/import_page.py", label=t("page.import"))
figures(result_cards(found))
if found.lead is not None:
    draw_sources(found)
    draw_groups(found)
    draw_meetings(found)
draw_check(found)
st.page_link("project/export_page.py", label=t("ranking.to_export"), icon=":material/arrow_forward:")
