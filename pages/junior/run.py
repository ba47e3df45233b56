"""Asking a version about items: an estimate first, then the run with its speed, its cost and the time that is left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import streamlit as st

from db.engine import database
from db.frames import ledger as ledger_frames
from db.vocabulary import PromptKind, RunKind, RunState
from labeling.junior.estimate import USUAL, Estimate, count_unasked
from labeling.junior.prompts import Prompt
from labeling.projects.projects import Project
from labeling.runs import runs
from labeling.runs.runs import Run
from pages.ui.access import Access
from pages.ui.figures import money, number
from pages.ui.junior_words import estimate_lines, version_title
from pages.ui.run_panel import Course, Panel, done_of, draw_panel, start
from pages.ui.session import now
from pages.ui.widgets import right_aligned
from pages.ui.words import local_moment, t

ITEMS = ("all", "unlabeled", "golden")
LATELY = timedelta(seconds=10)


def draw_asking(project: Project, access: Access, versions: Sequence[Prompt]) -> None:
    """What goes on, or the form that starts a run; then the runs before."""
    with database().snapshot() as connection:
        past = runs.runs(connection, project.id, RunKind.ASK)
    newest = past[0] if past else None
    if draw_panel(ASKING, project, access, newest):
        _draw_form(project, access, versions, past)
    _draw_past(project, versions, past)


def _draw_form(project: Project, access: Access, versions: Sequence[Prompt], past: Sequence[Run]) -> None:
    by_id, last = {one.id: one for one in versions}, _last_asked(versions, past)
    left, middle, right = st.columns([3, 2, 2], vertical_alignment="bottom")
    prompt_id = left.selectbox(
        t("junior.ask.version"), list(by_id), format_func=lambda one: version_title(project, by_id[one]),
        index=list(by_id).index(last.get("prompt_id", versions[0].id)), key="junior_version",
    )  # fmt: skip
    items = middle.selectbox(
        t("junior.ask.items"), ITEMS, ITEMS.index(last.get("items", "all")),
        format_func=lambda one: t(f"junior.items.{one}"), key="junior_items",
    )  # fmt: skip
    limit = right.number_input(
        t("junior.ask.limit"), 1, None, last.get("limit"), key="junior_limit", placeholder=t("junior.ask.no_limit")
    )
    settings: dict[str, Any] = {"prompt_id": prompt_id, "items": items} | ({"limit": limit} if limit else {})
    with database().snapshot() as connection:
        wanted = count_unasked(connection, project.id, int(prompt_id), settings)
    if not wanted:
        st.text(t("junior.ask.nothing"))
        return
    is_local = by_id[int(prompt_id)].kind is PromptKind.LOCAL
    known = None if is_local else _estimate_of(settings, past)
    lines = estimate_lines(known) if known else [t("junior.ask.local" if is_local else "junior.ask.wanted", n=wanted)]
    with st.container(gap="xsmall"):
        for line in lines:
            st.text(line)
    with st.container(horizontal=True, vertical_alignment="center"):
        if not is_local:
            st.button(
                t("junior.ask.estimate_again" if known else "junior.ask.estimate"), key="junior_estimate",
                type="secondary" if known else "primary", on_click=start,
                args=(ASKING, project, access.person_id, settings | {"sample": USUAL}),
            )  # fmt: skip
        st.button(
            t("junior.ask.start", n=wanted), key="junior_start", on_click=start,
            args=(ASKING, project, access.person_id, settings),
            type="primary" if known or is_local else "secondary",
        )  # fmt: skip


def _last_asked(versions: Sequence[Prompt], past: Sequence[Run]) -> dict[str, Any]:
    """What the last run was asked to do: while it went on there was no form, and Streamlit has forgotten what stood in it.

    Nothing where a version was written since: that one is asked next.
    """
    if not past or versions[0].created_at > past[0].created_at:
        return {}
    asked = dict(past[0].settings or {})
    return asked if asked.get("prompt_id") in {one.id for one in versions} else {}


def _estimate_of(settings: dict[str, Any], past: Sequence[Run]) -> Estimate | None:
    """The newest estimate for just these settings, unless the run that it was for has been started since."""
    for run in past:
        asked = dict(run.settings or {})
        sample = asked.pop("sample", None)
        if asked == settings:
            told = (run.report or {}).get("estimate")
            return Estimate.of(told) if sample and told and run.state is RunState.DONE else None
    return None


def _course(run: Run) -> Course:
    with database().snapshot() as connection:
        settled, fresh, cost = ledger_frames.pace(connection, run.id, now() - LATELY)
    key = "junior.run.estimating" if (run.settings or {}).get("sample") else "junior.run.asking"
    figures = t("junior.run.figures", n=settled, cost=money(cost), speed=number(_speed(run, fresh), digits=1))
    return t(key, done=done_of(run)) if settled else None, figures


def _speed(run: Run, fresh: int) -> float:
    """Answers a second lately."""
    since = min(LATELY, now() - run.started_at) if run.started_at else LATELY
    return fresh / max(since.total_seconds(), 1.0)


def _draw_past(project: Project, versions: Sequence[Prompt], past: Sequence[Run]) -> None:
    if not past:
        return
    titles = {one.id: version_title(project, one) for one in versions}
    rows = []
    for run in past[:50]:
        asked, told = run.settings or {}, run.report or {}
        what = t("junior.past.estimate") if asked.get("sample") else t(f"junior.items.{asked.get('items', 'all')}")
        rows.append({
            t("junior.past.when"): local_moment(run.created_at),
            t("junior.past.version"): titles.get(int(asked.get("prompt_id", 0)), "–"),
            t("junior.past.what"): what,
            t("junior.past.state"): t(f"junior.state.{run.state.value}"),
            t("junior.past.answered"): number(told.get("answered")),
            t("junior.past.failed"): number(told.get("failed")),
            t("junior.past.cost"): money(told.get("cost")),
        })  # fmt: skip
    with st.expander(t("junior.past", n=len(past))):
        counts = [t(f"junior.past.{name}") for name in ("answered", "failed", "cost")]
        st.dataframe(rows, hide_index=True, key="junior_past", column_config=right_aligned(*counts))


ASKING = Panel(RunKind.ASK, "junior.run", course=_course)
