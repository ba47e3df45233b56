"""What showing junior's suggestions does to answers: whether wrong ones are followed, how right and how fast people are."""

from __future__ import annotations

import streamlit as st

from db.vocabulary import Role
from pages.junior.showing_acts import draw_policy, draw_start
from pages.junior.showing_data import experiment_of, versions_of
from pages.junior.showing_tables import draw_arms, draw_assessors, draw_effects, draw_following
from pages.junior.showing_words import showing_answer, spoke
from pages.ui.access import require
from pages.ui.widgets import answer, plain, simulated_mark
from pages.ui.words import t

access = require(Role.LEAD, Role.EXPERT)
project = access.project
simulated_mark(project)
one = experiment_of(project)
answer(t("page.showing"), showing_answer(one))
versions, speaker = versions_of(project)
if not one.answers:
    draw_start(project, access, speaker)
    if one.left_out:
        st.caption(plain(t("showing.left_out", n=one.left_out)))
    st.caption(plain(t("showing.how")))
    st.stop()
draw_policy(project, access, one.showing.recommendation, speaker)
st.caption(plain(spoke(project, [versions[each] for each in one.versions if each in versions])))
if one.showing.effects:
    st.subheader(t("showing.effects"), help=t("showing.effects_about"))
    draw_effects(one.showing)
st.subheader(t("showing.arms"), help=t("showing.arms_about"))
draw_arms(one.showing)
st.subheader(t("showing.assessors"), help=t("showing.assessors_about"))
draw_following(one.showing)
draw_assessors(one.showing)
said = t("showing.rests", n=one.answers, probes=one.showing.probes)
left = t("showing.left_out", n=one.left_out) if one.left_out else ""
st.caption(plain(f"{said} {left}".strip()))
st.caption(plain(t("showing.how")))
