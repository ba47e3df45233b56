"""Drawing an audit: how many items, what they will tell, and what they cost."""

from __future__ import annotations

import polars as pl
import streamlit as st

from labeling.adjudication.audits import LEAST, draw_audit, rulings_until
from labeling.facts.audits import Audited
from labeling.projects.projects import Project
from labeling.quality.figures import Figure
from labeling.review.audited import foreseen
from pages.ui.acting import acting
from pages.ui.audit_data import auditable_labels
from pages.ui.figures import number, percent, share, work_time
from pages.ui.review_data import Review
from pages.ui.session import now
from pages.ui.widgets import confirm
from pages.ui.words import t

USUAL = 200


def draw_form(actor: int, project: Project, review: Review, audit: Audited | None, rulings: pl.DataFrame) -> None:
    """The form; ``audit`` is the audit that a new one would call off."""
    population = auditable_labels(project, review)
    if population.height < LEAST:
        st.caption(t("audit.too_few", n=population.height, least=LEAST))
        return
    with st.container(border=True):
        left, right = st.columns([1, 3], vertical_alignment="center", gap="medium")
        with left:
            most = population.height
            usual = min(USUAL, max(LEAST, most // 50 * 10))
            # Another population is another choice: a size that is too large by now must not stand.
            size = st.number_input(t("audit.size"), LEAST, most, usual, 10, key=f"audit_size_{project.slug}_{most}")
        with right:
            st.text(t("audit.population", n=most))
            st.text(_foreseen(foreseen(_as_audited(population, audit), size)))
            st.text(_effort(rulings, rulings_until(size, project.audit_share, most - size), project.audit_share))
        waiting = audit.size - audit.ruled if audit else 0
        drawn = (actor, project, review.run.id, size)
        if waiting:
            confirm(t("audit.draw.go"), t("audit.draw.sure", n=waiting), start_audit, *drawn, key="audit_draw")
        else:
            st.button(t("audit.draw.go"), type="primary", on_click=start_audit, args=drawn, key="audit_draw")
        st.caption(t("audit.served", share=percent(project.audit_share)))


def start_audit(actor: int, project: Project, run_id: int, size: int) -> None:
    with acting("audit.drawn", n=size) as connection:
        draw_audit(connection, project, run_id, size, now=now(), actor=actor)


def _as_audited(population: pl.DataFrame, audit: Audited | None) -> pl.DataFrame:
    """Scores raised or lowered as a whole to what the last audit says is left; before the first, as they are."""
    left = audit.overall.after.value if audit else None
    expected = float(population["score"].sum())
    if audit is None or left is None or not expected:
        return population
    times = left * audit.overall.items / expected
    return population.with_columns((pl.col("score") * times).clip(0.0, 1.0))


def _foreseen(left: Figure) -> str:
    half = ((left.high or 0.0) - (left.low or 0.0)) / 2
    point = Figure(left.value, None, None, left.n)
    return t("audit.foreseen", share=share(point), half=percent(half), interval=share(left))


def _effort(rulings: pl.DataFrame, needed: int, share_of_queue: float) -> str:
    """How many rulings it takes, the suspicious ones between the audit's among them, and how long."""
    seconds = rulings["seconds"].drop_nulls()
    median = seconds.median()
    facts = {"n": needed, "share": percent(share_of_queue)}
    if not isinstance(median, float):
        return t("audit.effort_unknown", **facts)
    timed = {"spent": work_time(median * needed), "seconds": number(round(median)), "timed": seconds.len()}
    return t("audit.effort", **facts, **timed)
