"""The label that the votes on each item add up to, how sure it is, and who doubts it."""

from __future__ import annotations

import polars as pl
import streamlit as st

from db.engine import database
from db.vocabulary import ItemState, Role
from labeling.junior.prompts import get_prompt
from labeling.projects.kinds import comparison
from labeling.quality.kinds.consensus import methods_of
from labeling.quality.progress import UNCERTAIN
from pages.quality.consensus_table import (
    auto_sentence,
    draw_age,
    draw_choice,
    draw_doubtful,
    draw_items,
    items_of,
    state_cards,
    sure_from,
)
from pages.quality.replay import draw_replay
from pages.ui.access import require
from pages.ui.downloads import csv_button
from pages.ui.figures import counted, in_words, number, scalar
from pages.ui.junior_words import version_title
from pages.ui.quality_data import chosen_facts, next_step, no_votes
from pages.ui.scored import exactly_cards, scored_about
from pages.ui.widgets import answer, empty_state, figures, plain, simulated_mark
from pages.ui.words import t

access = require(Role.LEAD)
project = access.project
with database().snapshot() as connection:
    methods = methods_of(comparison(connection, project.id, project.kind))
with st.container(horizontal=True, vertical_alignment="center"):
    simulated_mark(project)
    facts = chosen_facts(project)
    method = st.selectbox(
        t("consensus.method"), methods, format_func=lambda name: t(f"method.{name}"), key="consensus_method",
        label_visibility="collapsed", width=260,
    )  # fmt: skip
if facts.votes.is_empty():
    answer(t("page.consensus"), no_votes(facts, "consensus.empty"))
    empty_state(next_step(facts, "consensus.empty_next"), page="overview/progress.py", label=t("page.progress"))
    st.stop()
aggregate = facts.consensus(method)
if aggregate is None:
    answer(t("page.consensus"), t("consensus.being_made", n=facts.labels.height))
    facts.wait_for_consensus(method)
    st.stop()
rows = items_of(facts, aggregate)
labeled = rows.drop_nulls("label")
disputed = rows.filter(rows["state"] == ItemState.DISPUTED.value).height
golden = facts.golden_accuracy
key = "consensus.answer" if golden.n else "consensus.answer.unanchored"
if golden.n and facts.scoring.is_graded:
    key = "consensus.answer.in_part"
counts = {"items": rows.height, "disputed": disputed, "n": labeled.height}
sentence = t(key, golden=in_words(golden), **counts)
if unsure := rows.filter(pl.col("told") == UNCERTAIN).height:
    sentence += " " + t("consensus.uncertain", n=unsure, least=number(sure_from(project)))
answer(t("page.consensus"), sentence)
if aggregate.junior is not None:
    with database().snapshot() as connection:
        voter = get_prompt(connection, project.id, aggregate.junior)
    st.info(t("consensus.junior", who=version_title(project, voter)), icon=":material/how_to_vote:")
draw_age(facts, aggregate)
if aggregate.warning is not None:
    st.warning(t(f"consensus.warning.{aggregate.warning}"), icon=":material/warning:")
figures(state_cards(rows, project))
sure = counted(number(scalar(labeled["probability"].mean())), labeled.height)
figures(
    [
        (t("consensus.mean"), sure, t("consensus.mean_about")),
        (t("consensus.ties"), counted(str(aggregate.ties), labeled.height), t("consensus.ties_about")),
        (
            t("agreement.golden"),
            in_words(golden),
            scored_about(t("consensus.golden_about", floor=project.accuracy_floor), facts.scoring),
        ),
        *exactly_cards(facts.golden_exactly),
    ]
)
st.subheader(t("consensus.models"))
if aggregate.choice is not None:
    st.text(auto_sentence(aggregate.choice))
    draw_choice(aggregate.choice)
else:
    st.text(t("consensus.by_hand", method=t(f"method.{aggregate.method}")))
st.subheader(t("consensus.doubtful"), help=t("consensus.doubtful_about"))
draw_doubtful(facts, rows)
st.subheader(t("consensus.items"))
draw_items(facts, rows)
with st.container(horizontal=True):
    chances = aggregate.with_chances(list(facts.titled)).drop("item_id")
    csv_button(chances, f"consensus_{aggregate.method}", label=t("consensus.download"))
    csv_button(rows, "items_by_state", label=t("consensus.download_states"))
st.subheader(t("replay.title"), help=t("replay.title_about"))
draw_replay(facts, access.person_id)
st.caption(f"{plain(t('replay.note'))} {plain(t('replay.pilot'))}")
