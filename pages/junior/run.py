"""Asking a version about items: an estimate first, then the run with its speed, its cost and the time that is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import streamlit as st

from db.engine import Connection, database
from db.frames import ledger as ledger_frames
from db.vocabulary import PromptKind, RunKind, RunState
from labeling.junior.estimate import USUAL, Estimate, count_unasked
from labeling.junior.obstacles import check_askable
from labeling.junior.prompts import Prompt
from labeling.projects.projects import Project
from labeling.runs import runs
from labeling.runs.runs import Run
from pages.ui.access import Access
from pages.ui.figures import money, number
from pages.ui.junior_words import choose_version, estimate_lines, version_title
from pages.ui.obstacles import draw_obstacles
from pages.ui.run_panel import Course, Panel, draw_panel, progress_of, start
from pages.ui.session import now
from pages.ui.widgets import right_aligned
from pages.ui.words import local_moment, t

ITEMS = ("all", "unlabeled", "golden")
LATELY = timedelta(seconds=10)


def draw_asking(access: Access, versions: Mapping[int, Prompt]) -> None:
    """What goes on, or the form that starts a run; then the runs before. ``versions`` by id, the newest first."""
    with database().snapshot() as connection:
        past = runs.runs(connection, access.project.id, RunKind.ASK)
    if draw_panel(ASKING, access, past[0] if past else None):
        _draw_form(access, versions, past)
    if past:
        _draw_past(access.project, versions, past)


def _draw_form(access: Access, versions: Mapping[int, Prompt], past: Sequence[Run]) -> None:
    project, last = access.project, _last_asked(versions, past)
    left, middle, right = st.columns([3, 2, 2], vertical_alignment="bottom")
    with left:
        label, last_id = t("junior.ask.version"), last.get("prompt_id")
        prompt = choose_version(label, project, versions, key="junior_version", first=last_id)
    items = middle.selectbox(
        t("junior.ask.items"), ITEMS, ITEMS.index(last.get("items", "all")),
        format_func=lambda items: t(f"junior.items.{items}"), key="junior_items",
    )  # fmt: skip
    limit = right.number_input(
        t("junior.ask.limit"), 1, None, last.get("limit"), key="junior_limit", placeholder=t("junior.ask.no_limit")
    )
    settings: dict[str, Any] = {"prompt_id": prompt.id, "items": items} | ({"limit": limit} if limit else {})
    with database().snapshot() as connection:
        wanted = count_unasked(connection, project.id, prompt.id, settings)
    if not wanted:
        st.text(t("junior.ask.nothing"))
        return
    is_local = prompt.kind is PromptKind.LOCAL
    if not is_local and draw_obstacles(access, prompt.model):
        return
    estimate = None if is_local else _estimate_of(settings, past)
    lines = [t("junior.ask.local" if is_local else "junior.ask.wanted", n=wanted)]
    with st.container(gap="xsmall"):
        for line in estimate_lines(estimate) if estimate else lines:
            st.text(line)
    with st.container(horizontal=True, vertical_alignment="center"):
        if not is_local:
            st.button(
                t("junior.ask.estimate_again" if estimate else "junior.ask.estimate"), key="junior_estimate",
                type="secondary" if estimate else "primary", on_click=start,
                args=(ASKING, project, access.person_id, settings | {"sample": USUAL}),
            )  # fmt: skip
        st.button(
            t("junior.ask.start", n=wanted), key="junior_start", on_click=start,
            args=(ASKING, project, access.person_id, settings), type="primary" if estimate or is_local else "secondary",
        )  # fmt: skip


def _last_asked(versions: Mapping[int, Prompt], past: Sequence[Run]) -> dict[str, Any]:
    """What the last run was asked to do: while it went on there was no form, and Streamlit has forgotten what stood in it.

    Nothing where a version was written since: that one is asked next.
    """
    if not past or next(iter(versions.values())).created_at > past[0].created_at:
        return {}
    settings = dict(past[0].settings or {})
    return settings if settings.get("prompt_id") in versions else {}


def _estimate_of(settings: dict[str, Any], past: Sequence[Run]) -> Estimate | None:
    """The newest estimate for just these settings, unless the run that it was for has been started since."""
    for run in past:
        run_settings = dict(run.settings or {})
        sample = run_settings.pop("sample", None)
        if run_settings == settings:
            estimate = (run.report or {}).get("estimate")
            return Estimate.of(estimate) if sample and estimate and run.state is RunState.DONE else None
    return None


def _course(run: Run) -> Course:
    with database().snapshot() as connection:
        pace = ledger_frames.pace(connection, run.id, now() - LATELY)
    key = "junior.run.estimating" if (run.settings or {}).get("sample") else "junior.run.asking"
    figures = t(
        "junior.run.figures", n=pace.answered, cost=money(pace.cost), speed=number(_speed(run, pace.fresh), digits=1)
    )
    if pace.unanswered:
        figures = f"{figures} {t('junior.run.unanswered', n=pace.unanswered)}"
    return t(key, done=progress_of(run)) if pace.answered or pace.unanswered else None, figures


def _speed(run: Run, fresh: int) -> float:
    """Answers a second lately."""
    since = min(LATELY, now() - run.started_at) if run.started_at else LATELY
    return fresh / max(since.total_seconds(), 1.0)


def _draw_past(project: Project, versions: Mapping[int, Prompt], past: Sequence[Run]) -> None:
    titles = {prompt_id: version_title(project, prompt) for prompt_id, prompt in versions.items()}
    rows = []
    for run in past[:50]:
        settings, report = run.settings or {}, run.report or {}
        what = (
            t("junior.past.estimate") if settings.get("sample") else t(f"junior.items.{settings.get('items', 'all')}")
        )
        rows.append({
            t("junior.past.when"): local_moment(run.created_at),
            t("junior.past.version"): titles.get(int(settings.get("prompt_id", 0)), "–"),
            t("junior.past.what"): what,
            t("junior.past.state"): t(f"junior.state.{run.state.value}"),
            t("junior.past.answered"): number(report.get("answered")),
            t("junior.past.failed"): number(report.get("failed")),
            t("junior.past.cost"): money(report.get("cost")),
        })  # fmt: skip
    with st.expander(t("junior.past", n=len(past))):
        counts = [t(f"junior.past.{name}") for name in ("answered", "failed", "cost")]
        st.dataframe(rows, hide_index=True, key="junior_past", column_config=right_aligned(*counts), placeholder="–")


def _check(connection: Connection, project: Project, settings: Mapping[str, Any] | None) -> None:
    check_askable(connection, project, settings, now=now())


ASKING = Panel(RunKind.ASK, "junior.run", course=_course, check=_check)
