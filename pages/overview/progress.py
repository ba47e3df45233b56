"""How far the project is, at what pace, when it ends, and whether its labels can be trusted so far."""

from __future__ import annotations

import streamlit as st

from db.engine import database
from db.frames import work as work_frames
from db.vocabulary import LabelKind, Role
from labeling.facts.overview import Overview
from labeling.projects.projects import Project
from labeling.quality import progress
from pages.overview.advice import advice_on, draw_advice, verdict_on
from pages.overview.divergence import divergence_cards, draw_way_to_measure
from pages.ui.access import require
from pages.ui.acting import live_part
from pages.ui.audit_data import newest_audit
from pages.ui.charts.bars import class_bars, daily
from pages.ui.figures import number, percent
from pages.ui.items import titled_classes
from pages.ui.locales import midnight, reader_zone
from pages.ui.progress import (
    draw_chunks,
    draw_workers,
    headline,
    overview_of,
    two_largest,
    unchosen,
)
from pages.ui.scored import exactly_cards
from pages.ui.session import now
from pages.ui.widgets import answer, empty_state, figures, plain, simulated_mark
from pages.ui.words import t, title_of

STATES = ("unlabeled", "in_progress", "disputed", "agreed", "adjudicated", "golden")
LIVE_EVERY = 10
NEWEST_CHUNKS = 500


def draw_states(overview: Overview) -> None:
    """A card for each state, with its share in the tooltip."""
    counts = {name: getattr(overview.states, name) for name in STATES}
    shares = {name: percent(n / overview.states.items) for name, n in counts.items()}
    figures(
        [
            (t(f"state.{name}"), number(n), t(f"state.{name}.about", share=shares[name], n=overview.states.items))
            for name, n in counts.items()
        ]
    )


def draw_charts(overview: Overview, project: Project) -> None:
    """Labels by day, and votes by class."""
    classes = titled_classes(project)
    counts = dict(overview.balance.select(overview.balance["label"].cast(str), "n").iter_rows())
    left, right = st.columns(2, gap="medium")
    with left:
        st.subheader(t("progress.by_day"))
        if overview.days.is_empty():
            st.caption(t("progress.no_answers"))
        else:
            daily(overview.days, key="by_day")
            st.caption(t("progress.by_day_scope", n=int(overview.days["answers"].sum())))
    with right:
        st.subheader(t("progress.by_class"), help=t("progress.by_class_about"))
        if not any(counts.values()):
            st.caption(t("progress.no_answers"))
            return
        class_bars(counts, classes, key="by_class")
        said = [unchosen(counts, classes)]
        if project.kind is not LabelKind.SEVERAL:
            said.insert(0, two_largest({code: title_of(entry) for code, entry in classes.items()}, counts))
        st.caption(plain(" ".join(filter(None, [*said, t("progress.by_class_scope")]))))
        st.page_link("quality/agreement.py", label=t("page.agreement"), icon=":material/arrow_forward:")


def draw() -> None:
    """The page but its switch; runs again by itself while the switch is on."""
    project, moment, zone = require(Role.LEAD).project, now(), reader_zone()
    overview = overview_of(project, zone.key)
    with database().snapshot() as connection:
        workers = work_frames.workers(connection, project.id, now=moment)
        today = work_frames.answers_since(connection, project.id, midnight(moment, zone))
        chunks = work_frames.chunks(connection, project.id, newest=NEWEST_CHUNKS)
    if not overview.states.items:
        answer(t("page.progress"), t("progress.empty"))
        empty_state(t("progress.empty.next"), page="project/import_page.py", label=t("progress.next.import.go"))
        return
    left = progress.still_wanted(overview.depths)
    day = moment.astimezone(zone).date()
    forecast = progress.forecast(overview.days, left, day)
    audit = newest_audit(project)
    answer(t("page.progress"), verdict_on(project, overview, audit, forecast, day))
    draw_advice(advice_on(project, overview, audit, moment, day))
    *labeled, accuracy = headline(overview, project, forecast, day)
    figures([*divergence_cards(audit), accuracy, *exactly_cards(overview.exactly)])
    draw_way_to_measure(audit)
    figures(labeled)
    draw_states(overview)
    draw_charts(overview, project)
    st.subheader(t("progress.workers"))
    if workers.is_empty():
        st.caption(t("progress.no_workers"))
    else:
        at_work = draw_workers(workers, progress.today_by_assessor(today), overview.by_assessor, moment)
        st.caption(t("progress.at_work_now", n=at_work, of=workers.height))
        rows = int(overview.by_assessor["n"].sum())
        if rows != overview.accuracy.n:
            st.caption(plain(t("progress.golden_scope", rows=rows, n=overview.accuracy.n)))
    st.subheader(t("progress.chunks"))
    if chunks.is_empty():
        st.caption(t("progress.no_chunks"))
        return
    draw_chunks(chunks, overview.by_chunk, zone)
    if chunks.height == NEWEST_CHUNKS:
        st.caption(t("progress.newest_chunks", n=NEWEST_CHUNKS))


access = require(Role.LEAD)
with st.container(horizontal=True, vertical_alignment="center"):
    simulated_mark(access.project)
    live = st.toggle(t("progress.live"), key="progress_live", persist_state="session", help=t("progress.live_about"))
live_part(draw, every=LIVE_EVERY if live else None)
