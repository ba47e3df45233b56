"""What an assessor may know of their own work: pace, golden accuracy of closed chunks, and the briefings."""

from __future__ import annotations

import math

import polars as pl
import streamlit as st

from db.engine import database
from db.frames import work as work_frames
from db.vocabulary import ChunkKind, ContestOutcome, LabelKind, Role
from labeling.desk.chunks import Chunk, briefing, chunks_of
from labeling.desk.contests import contests_of
from labeling.desk.gates import news_of_return, pause_reason
from labeling.facts import settled
from labeling.facts.overview import chunk_scores
from labeling.facts.scoring import scoring_of
from labeling.facts.votes import answers, golden_answers, own_answers
from labeling.projects.classes import LabelClass
from labeling.projects.labels import known_labels
from labeling.quality import progress
from labeling.quality.intervals import wilson
from labeling.quality.pace import pace
from pages.desk.contest_form import contest_form
from pages.ui.access import Access, require
from pages.ui.charts.bars import daily
from pages.ui.charts.points import accuracy_by_chunk
from pages.ui.figures import figure, figure_column, in_words, number
from pages.ui.items import class_chip, item_text
from pages.ui.locales import reader_zone
from pages.ui.progress import verdict
from pages.ui.scored import exactly_cards, scored_about
from pages.ui.widgets import Card, answer, empty_state, figures, simulated_mark, text_of_item
from pages.ui.words import day, local_moment, t


def pace_cards(answers: pl.DataFrame) -> list[Card]:
    """The median time on one item, and how many labels fit into an hour."""
    votes = answers.select(pl.col("item_id").alias("item"), pl.col("assessor").alias("annotator"), "label", "seconds")
    cards: list[Card] = []
    for row in pace(votes).to_dicts():
        median = figure(row["median_seconds"], row["low"], row["high"], row["n"], digits=1)
        hour = figure(row["items_per_hour"], row["per_hour_low"], row["per_hour_high"], row["n"], digits=0)
        cards.append((t("results.median"), median, t("results.median_about")))
        cards.append((t("results.per_hour"), hour, t("results.per_hour_about")))
    return cards


def draw_accuracy(chunks: pl.DataFrame, by_chunk: pl.DataFrame, floor: float) -> None:
    """A point with its interval for each closed chunk that held golden items."""
    scored = chunks.join(by_chunk, on="chunk")
    accuracy_by_chunk(scored.with_columns(figure_column(scored)), floor, key="my_accuracy")
    qualified = ChunkKind.QUALIFICATION.value in scored["kind"]
    st.caption(t("results.chart_qualification" if qualified else "results.chart", floor=floor))


def draw_briefing(access: Access, closed: list[Chunk], scores: dict[int, str], classes: dict[str, LabelClass]) -> None:
    """One's mistakes in the chosen closed chunk, each with what the expert says, and a way to object."""

    def named(chunk: Chunk) -> str:
        ended = chunk.closed_at.astimezone(reader_zone()) if chunk.closed_at else chunk.opened_at
        kind = "results.chunk_qualification" if chunk.kind is ChunkKind.QUALIFICATION else "results.chunk"
        return t(kind, ordinal=chunk.ordinal, day=day(ended), score=scores.get(chunk.id, t("results.not_scored")))

    chosen = st.selectbox(t("results.choose"), closed, format_func=named, key="briefing_chunk")
    with database().snapshot() as connection:
        mistakes = briefing(connection, access.person_id, chosen.id)
        contests = {
            contest.item_id: contest for contest in contests_of(connection, access.project.id, access.person_id)
        }
    if not mistakes:
        st.text(t("results.no_mistakes" if chosen.id in scores else "results.nothing_scored"))
    elif access.project.kind is LabelKind.PAIR:
        st.caption(t("results.sides"))
    for mistake in mistakes:
        with st.container(border=True):
            item_text(mistake.text, access.project.kind)
            given, right = class_chip(mistake.given, classes), class_chip(mistake.right, classes)
            st.html(f"{t('results.given')} {given} &nbsp;→&nbsp; {t('results.right')} {right}")
            if mistake.explanation:
                text_of_item(mistake.explanation)
            contest_form(access.project, access.person_id, mistake.item_id, contests)
    # An objection that was upheld leaves no mistake behind to be read under.
    for contest in reversed([contest for contest in contests.values() if contest.outcome is ContestOutcome.UPHELD]):
        with st.container(border=True):
            item_text(contest.text, access.project.kind)
            contest_form(access.project, access.person_id, contest.item_id, contests)


access = require(Role.ASSESSOR, even_paused=True)
project, me, zone = access.project, access.person_id, reader_zone()
with database().snapshot() as connection:
    mine = own_answers(connection, project.id, me)
    golden = settled.golden(connection, project.id)
    given = answers(connection, project.id, assessor_id=me)
    independent = answers(connection, project.id, assessor_id=me, independent=True)
    table = work_frames.chunks(connection, project.id, me)
    chunks = chunks_of(connection, project.id, me)
    paused = pause_reason(connection, project.id, me)
    back_since = news_of_return(connection, project.id, me)
    classes = known_labels(connection, project.id)
    scoring = scoring_of(connection, project)
simulated_mark(project)
if mine.is_empty():
    answer(t("page.results"), t("results.empty"))
    empty_state(t("results.empty_next"), page="desk/label.py", label=t("results.to_label"))
    st.stop()
closed = table.filter(pl.col("closed_at").is_not_null())
worked = golden_answers(independent, golden, scoring).filter(pl.col("kind") == ChunkKind.WORK.value)
by_chunk = chunk_scores(given, golden, scoring)
days = progress.days(mine, zone.key, golden["item_id"])
accuracy = wilson(math.fsum(worked["score"]), worked.height)
floor = project.accuracy_floor
answer(
    t("page.results"),
    t(f"results.answer.{verdict(accuracy, floor)}", n=mine.height, figure=in_words(accuracy), floor=floor),
)
written = figure(accuracy.value, accuracy.low, accuracy.high, accuracy.n)
card = (t("results.accuracy"), written, scored_about(t("results.accuracy_about"), scoring))
exactly = wilson(worked.filter("right").height, worked.height) if scoring.is_graded else None
if back_since is not None:
    st.success(t("desk.readmitted", when=local_moment(back_since)), icon=":material/lock_open:")
if paused is None:
    st.page_link("desk/label.py", label=t("results.to_label"), icon=":material/arrow_forward:")
else:
    st.info(t(f"desk.paused.{paused.value}"))
figures([card, *exactly_cards(exactly), *pace_cards(mine)])
left, middle = st.columns(2, gap="medium")
with left:
    st.subheader(t("results.by_day"), help=t("results.days", n=days.filter(pl.col("answers") > 0).height))
    daily(days, key="my_days")
with middle:
    st.subheader(t("results.by_chunk"))
    if by_chunk.is_empty():
        st.caption(t("results.no_closed"))
    else:
        draw_accuracy(closed, by_chunk, floor)
st.subheader(t("results.briefing"))
finished = [chunk for chunk in chunks if chunk.closed_at is not None]
if finished:
    counted = by_chunk.select("chunk", "right", "n", "value").rows()
    key = "results.score_in_part" if scoring.is_graded else "results.score"
    words = {chunk: t(key, right=right, n=n, score=number(score)) for chunk, right, n, score in counted}
    draw_briefing(access, finished, words, classes)
else:
    empty_state(t("results.no_closed"))
