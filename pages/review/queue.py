"""The queue of suspicions: what is asked for, the table, the reasons of what is marked, and what is done with it."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from labeling.projects.projects import LabelClass, Project
from labeling.review.triage import Wanted
from pages.review.item_table import item_cards, item_table
from pages.review.selection_acts import draw_acts
from pages.ui import ruling_filters
from pages.ui.access import Access
from pages.ui.review_data import Review, open_of, wanted_findings
from pages.ui.widgets import csv_button
from pages.ui.words import t

SCOPES = ("marked", "all")


def draw_queue(access: Access, review: Review, titled: Mapping[str, LabelClass]) -> None:
    """Open items, the most suspicious first, by what the reader asks for."""
    project = access.project
    wanted = ruling_filters.choose_wanted(project, titled)
    suspected = open_of(project, wanted_findings(project, review, wanted))
    if suspected.is_empty():
        st.caption(t("review.none_left" if wanted.asks_nothing else "review.none_found"))
        return
    st.caption(t("review.found", n=suspected.height))
    marked = item_table(suspected, titled, key="suspicions")
    st.caption(t("review.reasons_of_marked" if marked.height else "review.reasons_of_first"))
    item_cards(marked if marked.height else suspected.head(1), titled)
    scope = st.segmented_control(
        t("review.scope"), SCOPES, default=SCOPES[0], required=True, key="review_scope",
        format_func=lambda name: t(f"review.scope.{name}", n=(marked if name == "marked" else suspected).height),
    )  # fmt: skip
    chosen = suspected if scope == "all" else marked
    if chosen.is_empty():
        st.caption(t("review.mark"))
    else:
        source = {"page": "review", **ruling_filters.as_json(wanted)}
        about = t("review.batch")
        draw_acts(access, chosen, titled, key="review_acts", about=about, run_id=review.run.id, source=source)
    csv_button(suspected, "suspicions")


def ask_for_pair(project: Project, given: str, probable: str) -> None:
    """Ask for the labels of one pair of classes, and for nothing else."""
    ruling_filters.ask(project, Wanted(given=given, probable=probable))
