"""How good a version of junior is, by golden items: on the dev part whenever one likes, on the locked part by a counted look."""

from __future__ import annotations

import streamlit as st

from db.vocabulary import Part, Role
from pages.junior.judging_acts import choose_part, choose_versions, draw_comparison, draw_look, draw_promotion
from pages.junior.judging_data import desk_of, dev_report, last_report
from pages.junior.judging_tables import (
    draw_calibration,
    draw_classes,
    draw_confusion,
    draw_differing,
    draw_kinship,
    judged_answer,
    judged_cards,
    speaker_title,
)
from pages.ui.access import require
from pages.ui.quality_data import names_of
from pages.ui.widgets import answer, empty_state, figures, simulated_mark
from pages.ui.words import t

access = require(Role.LEAD, Role.EXPERT)
project = access.project
simulated_mark(project)
desk = desk_of(project)
if not desk.versions or desk.golden.is_empty():
    missing = "versions" if not desk.versions else "golden"
    answer(t("page.judging"), t("judging.answer.none"))
    page = "junior/junior.py" if missing == "versions" else "quality/golden.py"
    empty_state(
        t(f"judging.empty.{missing}"), page=page, label=t("page.junior" if missing == "versions" else "page.golden")
    )
    st.stop()
heading = st.container()
prompt, other = choose_versions(desk)
part = choose_part()
with st.spinner(t("judging.counting")):
    report = dev_report(project, prompt) if part is Part.DEV else last_report(desk, prompt)
with heading:
    if report is None or not report["asked"]:
        answer(t("page.judging"), t(f"judging.answer.{part.value}.none", who=speaker_title(project, prompt, {})))
    else:
        answer(t("page.judging"), judged_answer(speaker_title(project, prompt, report), part.value, report))
if part is Part.TEST:
    draw_look(desk, prompt, access)
draw_promotion(desk, prompt, access)
if report is None or not report["asked"]:
    if part is Part.DEV:
        empty_state(t("judging.empty.asked"), page="junior/junior.py", label=t("page.junior"))
    st.stop()
for row in judged_cards(report):
    figures(row)
st.caption(t(f"judging.about.{part.value}", asked=report["asked"], n=report["golden"]))
if other is not None:
    st.subheader(t("judging.compared"), help=t("judging.compared_about"))
    draw_comparison(desk, prompt, other, part)
st.subheader(t("judging.classes"), help=t("judging.classes_about"))
draw_classes(report, desk.titled)
st.subheader(t("judging.confusion"), help=t("judging.confusion_about"))
draw_confusion(report, desk.titled)
st.subheader(t("judging.curve"), help=t("judging.curve_about"))
draw_calibration(report)
st.subheader(t("judging.kin"), help=t("judging.kin_about"))
draw_kinship(report, names_of(project))
st.subheader(t("judging.misses"), help=t("judging.misses_about"))
draw_differing(project, prompt, desk.titled)
