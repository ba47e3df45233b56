"""People or machine: whose labels the same classifier learns better from, and what they cost; drafts of the rest."""

from __future__ import annotations

import streamlit as st

from db.engine import database
from db.frames.suggestions import speaking
from db.vocabulary import PromptKind, Role, RunKind
from labeling.junior.prompts import prompts
from labeling.projects.labels import known_labels
from pages.junior.drafts import draw_drafts
from pages.junior.machine_tables import (
    draw_chart,
    draw_classes,
    draw_costs,
    draw_sources,
    draw_steps,
    draw_wages,
    machine_answer,
    teacher_sentence,
)
from pages.ui.access import require
from pages.ui.junior_words import choose_version
from pages.ui.measuring import draw_measuring
from pages.ui.run_panel import Panel, newest_runs
from pages.ui.widgets import answer, empty_state, plain, simulated_mark
from pages.ui.words import t

COMPARING = Panel(RunKind.COMPARISON, "machine", resumes=False)


access = require(Role.LEAD, Role.EXPERT)
project = access.project
simulated_mark(project)
with database().snapshot() as connection:
    versions = {prompt.id: prompt for prompt in prompts(connection, project.id)}
    speaker = speaking(connection, project.id)
    classes = known_labels(connection, project.id)
newest, done = newest_runs(project, RunKind.COMPARISON)
report = done.report if done is not None and done.report else None
answer(t("page.machine"), machine_answer(report))
if not versions:
    empty_state(t("machine.empty"), page="junior/junior.py", label=t("page.junior"))
    st.stop()
key = f"machine_version_{project.slug}"
prompt = choose_version(t("machine.version"), project, versions, key=key, first=speaker, width=420)
draw_measuring(COMPARING, access, newest, done, {"prompt_id": prompt.id})
if report is not None:
    st.markdown(plain(teacher_sentence(report)))
    if report["kind"] == PromptKind.LOCAL.value:
        st.info(t("machine.local"), icon=":material/info:")
    st.subheader(t("machine.sources"), help=t("machine.sources_about"))
    draw_chart(report)
    draw_sources(report)
    st.caption(plain(t("machine.rests", n=report["test"], texts=report["sources"][0]["trained_on"])))
    st.caption(t("machine.not_gain"))
    st.page_link("audit/gain.py", label=t("page.gain"), icon=":material/arrow_forward:")
    st.subheader(t("machine.costs"), help=t("machine.costs_about"))
    draw_costs(report, draw_wages())
    st.subheader(t("machine.steps"), help=t("machine.steps_about"))
    draw_steps(report)
    st.subheader(t("machine.classes"), help=t("machine.classes_about"))
    draw_classes(report, classes)
st.subheader(t("drafts.title"), help=t("drafts.title_about"))
draw_drafts(project, prompt, classes)
