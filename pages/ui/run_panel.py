"""The panel of a run on its page: start one, watch it, stop it, and take up again what stopped or failed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import streamlit as st

from db.engine import Connection, database
from db.vocabulary import RunKind, RunState
from labeling.errors import LabelingError
from labeling.projects.projects import Project
from labeling.runs import runs
from labeling.runs.runs import Run
from pages.ui.access import Access
from pages.ui.acting import acting, live_part
from pages.ui.figures import percent
from pages.ui.session import now
from pages.ui.widgets import error_sentence, plain
from pages.ui.words import ago, catalog, duration, local_moment, t

# A reader sees it move, and that it was stopped.
EVERY = 1.0
# After that a wait needs an explanation.
AT_ONCE, SILENT = timedelta(seconds=5), timedelta(seconds=10)

# What a run does now, None where it has only begun; and its figures, where it has any.
Course = tuple[str | None, str | None]


def steps_of(run: Run) -> Course:
    """The step it is at."""
    if run.state is RunState.QUEUED or not run.step:
        return None, None
    return t("runs.progress", step=t(f"runs.step.{run.step}"), done=progress_of(run)), None


@dataclass(frozen=True)
class Panel:
    """One kind of run. What it says stands in the catalog under ``words``, and where nothing does, under ``runs``."""

    kind: RunKind
    words: str
    resumes: bool = True
    course: Callable[[Run], Course] = steps_of
    check: Callable[[Connection, Project, Mapping[str, Any] | None], None] = lambda _connection, _project, _settings: (
        None
    )
    """Raises LabelingError where a run with these settings can't succeed: it isn't started then, nor resumed."""

    def key_of(self, name: str) -> str:
        """The catalog's key of one of its words."""
        own = f"{self.words}.{name}"
        return own if own in catalog() else f"runs.{name}"


ANALYSES = Panel(RunKind.ANALYSIS, "runs")


def newest_runs(project: Project, kind: RunKind) -> tuple[Run | None, Run | None]:
    """The newest run of a kind that was asked for, in whatever state, and the newest that is done."""
    with database().snapshot() as connection:
        listed = runs.runs(connection, project.id, kind)
        return (listed[0] if listed else None), runs.latest_run(connection, project.id, kind)


def draw_panel(
    panel: Panel,
    access: Access,
    newest: Run | None,
    standing: Callable[[], str] | None = None,
    *,
    first: bool = True,
    settings: Mapping[str, Any] | None = None,
) -> bool:
    """Draw what goes on, or what became of the newest run; gives whether one may be started.

    With ``standing``, what speaks for or against it, the button that starts one stands here as well; ``first`` of its kind.
    """
    if newest is not None and newest.is_going:
        live_part(_watch, panel, access, newest.id, every=EVERY)
        return False
    outcome = None if newest is None else _outcome(panel, newest)
    if outcome is None and standing is None:
        return True
    with st.container(horizontal=True, vertical_alignment="center"):
        if standing is not None:
            st.button(
                t(panel.key_of("start" if first else "start_again")), key=f"{panel.words}_start", on_click=start,
                args=(panel, access.project, access.person_id, settings), type="primary" if first else "secondary",
            )  # fmt: skip
        if newest is not None and outcome is not None and panel.resumes:
            resumed = (panel, access.project, newest.id, access.person_id)
            st.button(t("runs.resume"), key=f"{panel.words}_resume", on_click=_resume, args=resumed)
        st.caption(plain(outcome if outcome is not None else standing() if standing is not None else ""))
    return True


def start(panel: Panel, project: Project, actor: int, settings: Mapping[str, Any] | None = None) -> None:
    with acting() as connection:
        panel.check(connection, project, settings)
        runs.start_run(connection, project, panel.kind, settings=settings, now=now(), actor=actor)


def progress_of(run: Run) -> str:
    """How far it is, in percent."""
    return percent(_share(run))


def end_of(run: Run) -> str:
    """When it ended, by the reader's clock; of one that has not, when it was asked for."""
    return local_moment(run.finished_at or run.created_at)


def reason_to_wait(run: Run, worker_seen: datetime | None) -> str | None:
    """Why nothing moves, where nothing does: a worker is busy, silent, or not there."""
    moment_now = now()
    if run.seen_at is not None and moment_now - run.seen_at < SILENT:
        return t("runs.its_turn") if run.state is RunState.QUEUED else None
    if moment_now - run.created_at < AT_ONCE:
        return None
    return t("runs.no_worker") if worker_seen is None else t("runs.worker_silent", ago=ago(worker_seen, moment_now))


def _watch(panel: Panel, access: Access, run_id: int) -> None:
    """Progress, until there is none: then the page is drawn anew with what was found."""
    with database().snapshot() as connection:
        run = next((run for run in runs.runs(connection, access.project.id, panel.kind) if run.id == run_id), None)
        worker_seen = runs.worker_seen(connection)
    if run is None or not run.is_going:
        st.rerun()
    progress, figures = panel.course(run)
    left = run.left(now()) if progress is not None else None
    if left is not None:
        progress = t("runs.progress_left", said=progress, left=duration(left))
    with st.container(border=True):
        st.progress(_share(run), text=plain(progress or t("runs.starting")))
        if figures is not None:
            st.text(figures)
        reason = reason_to_wait(run, worker_seen)
        if reason is not None:
            st.caption(plain(reason))
        cancelled = (panel, access.project, run.id, access.person_id)
        st.button(t(panel.key_of("cancel")), key=f"{panel.words}_cancel", on_click=_cancel, args=cancelled)
        about = panel.key_of("cancel_about")
        if about in catalog():
            st.caption(t(about))


def _outcome(panel: Panel, run: Run) -> str | None:
    """What became of a run that was not carried through."""
    if run.state is RunState.FAILED:
        error = run.error or {"code": "run_failed", "details": {}}
        reason = error_sentence(LabelingError(error["code"], **error.get("details", {})))
        return t(panel.key_of("failed"), reason=reason)
    return t(panel.key_of("cancelled"), done=progress_of(run)) if run.state is RunState.CANCELLED else None


def _share(run: Run) -> float:
    return min(run.done / run.total, 1.0) if run.total else 0.0


def _cancel(panel: Panel, project: Project, run_id: int, actor: int) -> None:
    with acting(panel.key_of("cancelled_now")) as connection:
        runs.cancel_run(connection, project, run_id, now=now(), actor=actor)


def _resume(panel: Panel, project: Project, run_id: int, actor: int) -> None:
    with acting() as connection:
        panel.check(connection, project, runs.get_run(connection, project.id, run_id).settings)
        runs.resume_run(connection, project, run_id, now=now(), actor=actor)
