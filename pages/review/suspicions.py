"""Which labels are probably wrong, why, and what to do about them."""

from __future__ import annotations

import streamlit as st

from db.engine import database
from db.vocabulary import Role
from labeling.facts import settled
from labeling.projects.labels import known_labels
from pages.review import bulk_ruling
from pages.review.believed import classifier_speaks, draw_classifier, draw_estimates
from pages.review.findings import draw_confused, draw_copies, draw_health, draw_outliers, draw_parked
from pages.review.queue import (
    draw_nothing,
    draw_queue,
    draw_waiting,
    draw_warning,
    has_votes,
    suspicion_answer,
    suspicion_cards,
)
from pages.review.selection_acts import draw_made, draw_proposals
from pages.ui import run_list
from pages.ui.access import require
from pages.ui.review_data import open_labels, review_of
from pages.ui.widgets import answer, figures, simulated_mark
from pages.ui.words import t

access = require(Role.EXPERT, Role.LEAD)
project = access.project
simulated_mark(project)
head = st.container()
if not has_votes(project):
    draw_nothing(access)
    st.stop()
run = run_list.draw_runs(access)
review = review_of(project, run.id) if run is not None else None
if review is None:
    with head:
        draw_waiting(project)
    st.stop()
report = review.run.report or {}
with database().snapshot() as connection:
    titled = known_labels(connection, project.id)
    rulings = settled.rulings(connection, project.id)
still_open = open_labels(project, review.findings)
with head:
    answer(t("page.review"), suspicion_answer(still_open, review.findings.height))
    if not still_open.is_empty():
        st.page_link("adjudication/adjudicate.py", label=t("batch.open"), icon=":material/gavel:")
    draw_warning(project, review)
    draw_made(project)
    bulk_ruling.draw_last(access)
    draw_classifier(report, titled)
    draw_estimates(project, report, still_open, review.findings.height)
figures(suspicion_cards(report, still_open, review.findings.height))
st.subheader(t("review.queue"), help=t("review.queue_about"))
draw_queue(access, review, titled)
st.subheader(t("proposals.title"), help=t("proposals.title_about"))
draw_proposals(access, review, titled)
if classifier_speaks(report):
    st.subheader(t("review.confused"), help=t("review.confused_about"))
    draw_confused(project, review, titled)
    st.subheader(t("review.health_title"), help=t("review.health_title_about"))
    draw_health(review, titled)
st.subheader(t("review.copies"), help=t("review.copies_about"))
draw_copies(access, review, titled)
st.subheader(t("review.outliers"), help=t("review.outliers_about"))
draw_outliers(access, review, titled)
st.subheader(t("review.parked"), help=t("review.parked_about"))
draw_parked(project, rulings, titled)
st.subheader(t("bulk.past_title"))
bulk_ruling.draw_past(access, rulings)
