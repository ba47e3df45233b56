"""How right each assessor is, what asks for a look, and what the lead does about it."""

from __future__ import annotations

import polars as pl
import streamlit as st

from db.engine import database
from db.frames import work as work_frames
from db.vocabulary import ChunkOutcome, Role, Standing
from labeling.desk.gates import pause_reason
from pages.quality.assessor_card import (
    draw_accuracy,
    draw_all_chunks,
    draw_aside,
    draw_briefing,
    draw_confusion,
    draw_set_all_aside,
    draw_signals,
    draw_standing,
)
from pages.quality.assessor_table import assessors_answer, assessors_of, draw_table, find_signals, signals_of
from pages.ui.access import Access, require
from pages.ui.downloads import csv_button
from pages.ui.quality_data import Facts, chosen_facts, next_step, no_votes
from pages.ui.scored import scored_about
from pages.ui.session import now
from pages.ui.widgets import answer, empty_state, simulated_mark
from pages.ui.words import t

MOST_ASIDE = 20
# Before the keys of what stands once more where one assessor is seen from near.
WAITING = "waiting_"


def draw_waiting(access: Access, facts: Facts, workers: pl.DataFrame) -> None:
    """What the gates did and a lead may undo, a box for each assessor: the pause, and the chunks that were set aside."""
    with database().snapshot() as connection:
        chunks = work_frames.chunks(connection, access.project.id)
        paused = workers.filter(pl.col("standing") == Standing.PAUSED.value).to_dicts()
        reasons = {row["assessor"]: pause_reason(connection, access.project.id, row["assessor"]) for row in paused}
    aside = chunks.filter(pl.col("outcome") == ChunkOutcome.SUSPENDED.value).head(MOST_ASIDE)
    if aside.is_empty() and not paused:
        return
    st.subheader(t("assessors.waiting"), help=t("assessors.waiting_about"))
    standing = {row["assessor"]: row for row in paused}
    for person_id in dict.fromkeys([*standing, *aside["assessor"]]):
        with st.container(border=True, gap="small"):
            if (row := standing.get(person_id)) is not None:
                reason = reasons[person_id]
                with st.container(horizontal=True, vertical_alignment="center"):
                    said = t(f"assessors.paused_by.{reason.value if reason else 'lead'}", name=row["name"])
                    st.text(said, width="stretch")
                    draw_standing(access.person_id, access.project, person_id, row["standing"], row["name"], WAITING)
            draw_aside(facts, aside.filter(pl.col("assessor") == person_id), access.person_id, WAITING)


def draw_one(
    access: Access, facts: Facts, people: dict[str, dict[str, object]], signals: pl.DataFrame | None, first: str
) -> None:
    """The chosen assessor from near, at first the one who wants a look most."""
    st.subheader(t("assessors.one"))
    listed = list(facts.names)
    # One kept from another project has no name here, and must not be taken for a namesake.
    who = st.selectbox(
        t("assessors.who"), listed, listed.index(first), lambda name: facts.names.get(name, name), key="assessor"
    )
    draw_signals(facts, who, signals)
    left, middle = st.columns(2, gap="medium")
    with left:
        st.markdown(f"**{t('assessors.by_chunk')}**")
        draw_accuracy(facts, who)
    with middle:
        st.markdown(f"**{t('assessors.confusion')}**")
        draw_confusion(facts, who)
    draw_briefing(facts, who)
    member = people.get(who)
    if member is None:
        st.caption(t("assessors.imported"))
        return
    person_id = int(str(member["assessor"]))
    with database().snapshot() as connection:
        chunks = work_frames.chunks(connection, access.project.id, person_id)
    st.markdown(f"**{t('assessors.chunks')}**")
    draw_all_chunks(facts, chunks, access.person_id)
    draw_set_all_aside(access.person_id, access.project, person_id)
    st.markdown(f"**{t('assessors.work')}**")
    draw_standing(access.person_id, access.project, person_id, str(member["standing"]), str(member["name"]))


access = require(Role.LEAD)
project = access.project
with st.container(horizontal=True, vertical_alignment="center"):
    simulated_mark(project)
    facts = chosen_facts(project)
with database().snapshot() as connection:
    workers = work_frames.workers(connection, project.id, now=now())
if facts.judged.is_empty():
    answer(t("page.assessors"), no_votes(facts, "assessors.empty"))
    if workers.is_empty():
        empty_state(t("assessors.empty_next"), page="people/members.py", label=t("page.members"))
    else:
        empty_state(next_step(facts, "assessors.waiting_next"), page="overview/progress.py", label=t("page.progress"))
    st.stop()
with database().snapshot() as connection:
    annotators = work_frames.annotators(connection)
people = {str(row["annotator"]): row for row in workers.join(annotators.drop("name"), on="assessor").to_dicts()}
assessors, signals = assessors_of(facts), signals_of(facts)
raised = None if signals is None else signals.filter("raised")
answer(t("page.assessors"), assessors_answer(assessors, project.accuracy_floor, raised))
if facts.consensus("auto") is None:
    facts.wait_for_consensus("auto")
if signals is None:
    facts.wait_for("signals", lambda: find_signals(facts), t("assessors.signals_wait"))
draw_table(facts, assessors, {who: str(row["standing"]) for who, row in people.items()}, raised)
with st.container(horizontal=True):
    csv_button(assessors.table, "assessors")
    if signals is not None:
        csv_button(signals, "signals", label=t("assessors.signals_file"))
    votes_used = facts.judged.select("item", "annotator", "label", "seconds", "chunk", "at")
    csv_button(votes_used, "judged_votes", label=t("assessors.votes_file"))
    with st.popover(t("assessors.how_to_read"), type="tertiary", icon=":material/help:"):
        st.text(scored_about(t("assessors.table_about"), facts.scoring))
draw_waiting(access, facts, workers)
first = raised["annotator"][0] if raised is not None and raised.height else assessors.table["annotator"][-1]
draw_one(access, facts, people, signals, first)
