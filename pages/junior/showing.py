"""What showing junior's suggestions does to answers: whether wrong ones are followed, how right and how fast people are."""

from __future__ import annotations

import streamlit as st

from db.vocabulary import Role
from pages.junior.showing_acts import draw_policy, draw_start, experiment_of, versions_of
from pages.junior.showing_tables import (
    draw_arms,
    draw_assessors,
    draw_effects,
    draw_following,
    showing_answer,
    speakers_of,
)
from pages.ui.access import require
from pages.ui.widgets import answer, plain, simulated_mark
from pages.ui.words import t

access = require(Role.LEAD, Role.EXPERT)
project = access.project
simulated_mark(project)
experiment = experiment_of(project)
answer(t("page.showing"), showing_answer(experiment))
versions, speaker = versions_of(project)
if not experiment.answers:
    draw_start(access, speaker)
    if experiment.left_out:
        st.caption(plain(t("showing.left_out", n=experiment.left_out)))
    st.caption(plain(t("showing.how")))
    st.stop()
draw_policy(access, experiment.showing.recommendation, speaker)
st.caption(
    plain(speakers_of(project, [versions[prompt_id] for prompt_id in experiment.versions if prompt_id in versions]))
)
if experiment.showing.effects:
    st.subheader(t("showing.effects"), help=t("showing.effects_about"))
    draw_effects(experiment.showing)
st.subheader(t("showing.arms"), help=t("showing.arms_about"))
draw_arms(experiment.showing)
st.subheader(t("showing.assessors"), help=t("showing.assessors_about"))
draw_following(experiment.showing)
draw_assessors(experiment.showing)
rests = t("showing.rests", n=experiment.answers, probes=experiment.showing.probes)
left = t("showing.left_out", n=experiment.left_out) if experiment.left_out else ""
st.caption(plain(f"{rests} {left}".strip()))
st.caption(plain(t("showing.how")))
