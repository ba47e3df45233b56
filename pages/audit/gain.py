"""What the work on the data brought a classifier that learns from it, round by round."""

from __future__ import annotations

import streamlit as st

from db.vocabulary import Role, RunKind
from pages.audit.gain_cards import draw_cards
from pages.audit.gain_tables import draw_classes, draw_curve, draw_rounds, gain_answer, gain_cards, labels_alone
from pages.ui.access import require
from pages.ui.audit_data import newest_audit
from pages.ui.items import titled_classes
from pages.ui.measuring import draw_measuring
from pages.ui.run_panel import Panel, newest_runs
from pages.ui.widgets import answer, empty_state, figures, plain, simulated_mark
from pages.ui.words import t

GAIN = Panel(RunKind.GAIN, "gain", resumes=False)

access = require(Role.LEAD, Role.EXPERT)
project = access.project
simulated_mark(project)
classes = titled_classes(project)
newest, done = newest_runs(project, RunKind.GAIN)
if done is None or not done.report:
    answer(t("page.gain"), t("gain.answer.none"))
    if newest_audit(project) is None:
        empty_state(t("gain.empty"), page="audit/audit.py", label=t("page.audit"))
    else:
        draw_measuring(GAIN, access, newest, done)
    st.caption(t("gain.how"))
    st.stop()
report = done.report
answer(t("page.gain"), gain_answer(report))
st.caption(plain(labels_alone(newest_runs(project, RunKind.COMPARISON)[1])))
st.page_link("junior/machine.py", label=t("page.machine"), icon=":material/arrow_forward:")
draw_measuring(GAIN, access, newest, done)
cards = gain_cards(report)
for row in (cards[:2], cards[2:]):
    figures(row)
st.caption(t("gain.speaks_for", n=report["test"]))
st.subheader(t("gain.curve"), help=t("gain.curve_about"))
draw_curve(report)
st.subheader(t("gain.rounds"), help=t("gain.rounds_about"))
draw_rounds(report)
st.subheader(t("gain.classes"), help=t("gain.classes_about"))
draw_classes(report, classes)
st.subheader(t("gain.cards"), help=t("gain.cards_about"))
draw_cards(project, done, classes)
