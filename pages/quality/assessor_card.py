"""One assessor from near: accuracy, what they take for what, signals, mistakes, chunks; and what a lead does about them."""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

import polars as pl
import streamlit as st

from db.engine import database
from db.frames import golden as golden_frames
from db.vocabulary import ChunkOutcome, PauseReason, Standing
from labeling.desk import gates
from labeling.people.memberships import set_standing
from labeling.projects.projects import Project, lock_project_by_id
from labeling.quality.assessor_skill import confusion
from pages.quality.assessor_table import no_signal_sentence, signal_sentence
from pages.ui.acting import acting
from pages.ui.charts.grids import class_confusion
from pages.ui.charts.points import accuracy_by_chunk
from pages.ui.downloads import csv_button
from pages.ui.figures import figure, figure_column
from pages.ui.items import class_chip, item_text, texts_of
from pages.ui.locales import reader_zone
from pages.ui.progress import draw_chunks
from pages.ui.quality_data import Facts, refresh
from pages.ui.session import now
from pages.ui.widgets import confirm, part_switch, plain, text_of_item
from pages.ui.words import t

MOST_MISTAKES = 20


def draw_accuracy(facts: Facts, who: str) -> None:
    """Golden accuracy by chunk, each with its interval."""
    mine = _of(facts.given, who).select("chunk", "ordinal", "kind").unique()
    by_chunk = facts.by_chunk.join(mine, on="chunk")
    if by_chunk.is_empty():
        st.caption(t("assessors.no_golden"))
        return
    accuracy_by_chunk(
        by_chunk.with_columns(figure_column(by_chunk)), facts.project.accuracy_floor, key="assessor_accuracy"
    )
    st.caption(t("assessors.chart", floor=facts.project.accuracy_floor))
    csv_button(by_chunk.sort("ordinal"), "accuracy_by_chunk")


def draw_confusion(facts: Facts, who: str) -> None:
    """Which answers they give to the items of each class, by golden labels or by consensus."""
    against = part_switch(
        t("assessors.against"), ("golden", "consensus"), format_func=lambda name: t(f"assessors.against.{name}"),
        key="confusion_against",
    )  # fmt: skip
    reference = facts.golden
    if against == "consensus":
        aggregated = facts.consensus("auto") or facts.consensus("majority")
        reference = facts.golden if aggregated is None else aggregated.frame.drop_nulls("label").select("item", "label")
    cells = facts.keep(f"confusion {against} {who}", partial(confusion, _of(facts.judged, who), reference))
    if cells.is_empty():
        st.caption(t("assessors.no_golden" if against == "golden" else "assessors.no_consensus"))
        return
    cells = cells.with_columns(figure_column(cells, "share"))
    class_confusion(cells, facts.titled, key="assessor_confusion")
    if against == "consensus":
        st.caption(t("assessors.against_about"))
    csv_button(cells.drop("figure"), "confusion")


def draw_signals(facts: Facts, who: str, signals: pl.DataFrame | None) -> None:
    """What asks for a look, in words; else what was tested."""
    if signals is None:
        st.caption(t("assessors.signals_wait"))
        return
    mine = signals.filter("raised", pl.col("annotator") == who).to_dicts()
    for row in mine:
        st.warning(plain(signal_sentence(row, facts.names)), icon=":material/visibility:")
    st.caption(t("assessors.signals_about") if mine else no_signal_sentence(signals, who))


def draw_briefing(facts: Facts, who: str) -> None:
    """Their mistakes on golden items, the newest first, and the address where they read them themselves."""
    wrong = _of(facts.answers, who).filter(~pl.col("right")).sort("at", descending=True)
    with st.expander(t("assessors.brief", n=wrong.height), icon=":material/school:"):
        st.text(t("assessors.brief_about"))
        st.code(_address(facts.project), language=None)
        items = wrong["item"].head(MOST_MISTAKES).to_list()
        with database().snapshot() as connection:
            reasons = dict(golden_frames.explanations(connection, facts.project.id, items).iter_rows())
        texts = texts_of(facts.project, items)
        for item, given, ruled in wrong.head(MOST_MISTAKES).select("item", "label", "ruled").rows():
            with st.container(border=True):
                item_text(texts[item], facts.project.kind)
                given, ruled = class_chip(given, facts.titled), class_chip(ruled, facts.titled)
                st.html(f"<p>{t('assessors.given')} {given} &nbsp;→&nbsp; {t('assessors.right')} {ruled}</p>")
                if reasons.get(item):
                    text_of_item(reasons[item])


def draw_all_chunks(facts: Facts, chunks: pl.DataFrame, actor: int) -> None:
    """Their chunks with the scores of today's golden labels, and the button that fits the chosen one."""
    if chunks.is_empty():
        st.caption(t("assessors.no_chunks"))
        return
    draw_chunks(chunks, facts.by_chunk, reader_zone())
    closed = {row["chunk"]: row for row in chunks.drop_nulls("outcome").to_dicts()}
    if not closed:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            t("assessors.chunk"), list(closed), key="assessor_chunk", width=220,
            format_func=lambda chunk: t("assessors.chunk_named", ordinal=closed[chunk]["ordinal"]),
        )  # fmt: skip
        answered = facts.judged.filter(pl.col("chunk") == chosen).height
        draw_chunk(actor, facts.project, chosen, str(closed[chosen]["outcome"]), answered)


def draw_aside(facts: Facts, aside: pl.DataFrame, actor: int, place: str) -> None:
    """Chunks that are set aside, the newest first, each with the way back; ``place`` as of :func:`draw_chunk`."""
    by_chunk = facts.by_chunk.join(aside.select("chunk"), on="chunk", how="semi")
    scores = dict(zip(by_chunk["chunk"], figure_column(by_chunk), strict=True))
    for row in aside.to_dicts():
        with st.container(horizontal=True, vertical_alignment="center"):
            figure = scores.get(row["chunk"], "–")
            st.text(t("assessors.aside", name=row["name"], ordinal=row["ordinal"], figure=figure), width="stretch")
            answered = facts.judged.filter(pl.col("chunk") == row["chunk"]).height
            draw_chunk(actor, facts.project, row["chunk"], row["outcome"], answered, place)


def _of(rows: pl.DataFrame, who: str) -> pl.DataFrame:
    return rows.filter(pl.col("annotator") == who)


def _address(project: Project) -> str:
    here = urlsplit(st.context.url or "")
    house = f"{here.scheme}://{here.netloc}" if here.netloc else ""
    return f"{house}/results?project={project.slug}"


def pause(actor: int, project: Project, person_id: int) -> None:
    """Let an assessor label no more for now; their other roles go on."""
    with acting("assessors.paused") as connection:
        lock_project_by_id(connection, project.id)
        gates.pause(connection, project.id, person_id, PauseReason.LEAD, now=now(), actor=actor)


def readmit(actor: int, project: Project, person_id: int) -> None:
    """Let a paused or banned assessor go on."""
    with acting("assessors.readmitted") as connection:
        set_standing(connection, project.id, person_id, Standing.ACTIVE, now=now(), actor=actor)


def ban(actor: int, project: Project, person_id: int) -> None:
    """Close the project to an assessor, in every role they hold."""
    with acting("assessors.banned") as connection:
        set_standing(connection, project.id, person_id, Standing.BANNED, now=now(), actor=actor)


def set_outcome(actor: int, project: Project, chunk_id: int, outcome: ChunkOutcome) -> None:
    """Set a chunk aside, or take it back in."""
    aside = outcome is ChunkOutcome.SUSPENDED
    with acting("assessors.set_aside" if aside else "assessors.taken_back") as connection:
        act = gates.suspend if aside else gates.overrule
        act(connection, lock_project_by_id(connection, project.id), chunk_id, now=now(), actor=actor)
    refresh(project)


def set_all_aside(actor: int, project: Project, person_id: int) -> None:
    """Set aside all of an assessor's chunks since the last briefing: their items are asked again."""
    with acting("assessors.all_set_aside") as connection:
        locked = lock_project_by_id(connection, project.id)
        gates.suspend_since_briefing(connection, locked, person_id, now=now(), actor=actor)
    refresh(project)


def draw_set_all_aside(actor: int, project: Project, person_id: int) -> None:
    """How the assessor did on all golden items since the last briefing, and the button where that is under the floor."""
    with database().snapshot() as connection:
        earned, n = gates.since_briefing(connection, project.id, person_id)
    verdict = gates.judge(project, earned, n)
    if verdict.holds:
        return
    written = figure(earned / n, verdict.low, verdict.high, n)
    st.warning(plain(t("assessors.under_the_floor", figure=written, floor=project.accuracy_floor)))
    question = t("assessors.all_aside_sure")
    confirm(t("assessors.all_aside"), question, set_all_aside, actor, project, person_id, key=f"all_aside_{person_id}")


def draw_standing(actor: int, project: Project, person_id: int, standing: str, name: str, place: str = "") -> None:
    """The buttons for where this assessor doesn't stand; ``place`` as of :func:`draw_chunk`."""
    whom = (actor, project, person_id)
    with st.container(horizontal=True, width="content"):
        if standing != Standing.ACTIVE.value:
            question = t("assessors.readmit_sure", name=name)
            confirm(t("assessors.readmit"), question, readmit, *whom, key=f"{place}readmit_{person_id}")
        else:
            question = t("assessors.pause_sure", name=name)
            confirm(t("assessors.pause"), question, pause, *whom, key=f"{place}pause_{person_id}")
        if standing != Standing.BANNED.value:
            question = t("assessors.ban_sure", name=name)
            confirm(t("assessors.ban"), question, ban, *whom, key=f"{place}ban_{person_id}")


def draw_chunk(actor: int, project: Project, chunk_id: int, outcome: str, items: int, place: str = "") -> None:
    """The one button that fits the chunk's outcome; ``items`` have answers in it.

    ``place`` is where on the page it stands: the same button may stand in two, and they must not have one key.
    """
    if outcome == ChunkOutcome.SUSPENDED.value:
        outcome_then, act = ChunkOutcome.ACCEPTED, "overrule"
    else:
        outcome_then, act = ChunkOutcome.SUSPENDED, "suspend"
    question = t(f"assessors.{act}_sure", n=items)
    key = f"{place}{act}_{chunk_id}"
    confirm(t(f"assessors.{act}"), question, set_outcome, actor, project, chunk_id, outcome_then, key=key)
