"""Analyses on a page: start one, watch it, stop it, take it up again, and choose which one the page shows."""

from __future__ import annotations

from datetime import datetime, timedelta

import streamlit as st

from db.engine import database
from db.frames import runs as run_frames
from db.vocabulary import RunKind, RunState
from labeling.errors import LabelingError
from labeling.projects.projects import Project
from labeling.runs import runs
from labeling.runs.runs import Run
from pages.ui.access import Access
from pages.ui.run_list import chosen_run, draw_list
from pages.ui.session import now
from pages.ui.widgets import acting, error_sentence, plain
from pages.ui.words import ago, duration, moment, percent, t

# A reader sees it move, and that it was stopped.
EVERY = 1.0
# After that a wait needs an explanation.
AT_ONCE, SILENT = timedelta(seconds=5), timedelta(seconds=10)


def newest_runs(project: Project, kind: RunKind) -> tuple[Run | None, Run | None]:
    """The newest run of a kind that was asked for, in whatever state, and the newest that is done."""
    with database().snapshot() as connection:
        found = runs.runs(connection, project.id, kind)
        return (found[0] if found else None), runs.latest_run(connection, project.id, kind)


def draw(project: Project, access: Access) -> Run | None:
    """What goes on, the button that starts an analysis, and the list of those that are kept.

    Gives the analysis that was chosen, by default the newest; None before the first.
    """
    with database().snapshot() as connection:
        found = runs.runs(connection, project.id)
    shown = chosen_run(project, found)
    newest = found[0] if found else None
    if newest is not None and newest.is_going:
        watch(project, access, newest.id)
    else:
        _draw_start(project, access, newest, shown)
    if found:
        draw_list(project, access, found, shown)
    return shown


def watch(project: Project, access: Access, run_id: int, kind: RunKind = RunKind.ANALYSIS) -> None:
    """Progress, until there is none: then the page is drawn anew with what was found."""
    st.fragment(_watch, run_every=EVERY)(project, access, run_id, kind)


def _watch(project: Project, access: Access, run_id: int, kind: RunKind) -> None:
    with database().snapshot() as connection:
        run = next((each for each in runs.runs(connection, project.id, kind) if each.id == run_id), None)
        seen = runs.worker_seen(connection)
    if run is None or not run.is_going:
        st.rerun()
    with st.container(border=True):
        done = run.done / run.total if run.total else 0.0
        st.progress(min(done, 1.0), text=plain(_progress(run)))
        said = waiting(run, seen)
        if said is not None:
            st.caption(plain(said))
        st.button(t("runs.cancel"), key="run_cancel", on_click=_cancel, args=(project, run.id, access.person_id))


def _progress(run: Run) -> str:
    if run.state is RunState.QUEUED or not run.step:
        return t("runs.starting")
    said = t("runs.progress", step=t(f"runs.step.{run.step}"), done=percent(run.done / run.total if run.total else 0.0))
    left = run.left(now())
    return said if left is None else t("runs.progress_left", said=said, left=duration(left))


def waiting(run: Run, seen: datetime | None) -> str | None:
    """Why nothing moves, where nothing does: a worker is busy, silent, or not there."""
    moment_now = now()
    if run.seen_at is not None and moment_now - run.seen_at < SILENT:
        return t("runs.its_turn") if run.state is RunState.QUEUED else None
    if moment_now - run.created_at < AT_ONCE:
        return None
    return t("runs.no_worker") if seen is None else t("runs.worker_silent", ago=ago(seen, moment_now))


def _draw_start(project: Project, access: Access, newest: Run | None, shown: Run | None) -> None:
    """The button, and what speaks for pressing it."""
    with st.container(horizontal=True, vertical_alignment="center"):
        first = shown is None
        st.button(
            t("runs.start" if first else "runs.start_again"), key="run_start", on_click=_start,
            args=(project, access.person_id), type="primary" if first else "secondary",
        )  # fmt: skip
        if newest is not None and newest.state in (RunState.FAILED, RunState.CANCELLED):
            st.button(t("runs.resume"), key="run_resume", on_click=_resume, args=(project, newest.id, access.person_id))
        st.caption(plain(_standing(project, newest, shown)))


def _standing(project: Project, newest: Run | None, shown: Run | None) -> str:
    if newest is not None and newest.state is RunState.FAILED:
        error = newest.error or {"code": "run_failed", "details": {}}
        return t("runs.failed", reason=error_sentence(LabelingError(error["code"], **error.get("details", {}))))
    if newest is not None and newest.state is RunState.CANCELLED:
        return t("runs.cancelled", done=percent(newest.done / newest.total if newest.total else 0.0))
    if shown is None:
        return t("runs.none")
    with database().snapshot() as connection:
        newer = run_frames.answers_after(connection, project.id, (shown.watermark or [0])[0])
    when = moment(shown.finished_at or shown.created_at)
    return t("runs.newer", when=when, n=newer) if newer else t("runs.up_to_date", when=when)


def _start(project: Project, actor: int) -> None:
    with acting() as connection:
        runs.start_run(connection, project, now=now(), actor=actor)


def _cancel(project: Project, run_id: int, actor: int) -> None:
    with acting("runs.cancelled_now") as connection:
        runs.cancel_run(connection, project, run_id, now=now(), actor=actor)


def _resume(project: Project, run_id: int, actor: int) -> None:
    with acting() as connection:
        runs.resume_run(connection, project, run_id, now=now(), actor=actor)
