"""Analyses on a page: the panel of the newest, and those that are kept: shown, compared, named, deleted."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from db.engine import database
from db.frames import runs as run_frames
from db.vocabulary import RunState
from labeling.projects.projects import Project
from labeling.runs import runs
from labeling.runs.comparing import compare
from labeling.runs.runs import NAME_MOST, Run
from pages.ui.access import Access
from pages.ui.acting import acting
from pages.ui.figures import DASH, figure_of, in_words, number
from pages.ui.run_panel import ANALYSES, draw_panel, end_of
from pages.ui.session import now
from pages.ui.widgets import confirm, plain
from pages.ui.words import t


def draw_runs(access: Access) -> Run | None:
    """What goes on, the button that starts an analysis, and the list of those that are kept.

    Gives the analysis that was chosen, by default the newest; None before the first.
    """
    project = access.project
    with database().snapshot() as connection:
        listed = runs.runs(connection, project.id)
    shown = chosen_run(project, listed)
    newest = listed[0] if listed else None
    draw_panel(ANALYSES, access, newest, lambda: _standing(project, shown), first=shown is None)
    if listed:
        _draw_list(access, listed, shown)
    return shown


def chosen_run(project: Project, listed: list[Run]) -> Run | None:
    """The analysis that the reader chose, else the newest of those that are kept; None before the first."""
    with_findings = [run for run in listed if run.kept]
    chosen = st.session_state.get(_key(project))
    return next((run for run in with_findings if run.id == chosen), with_findings[0] if with_findings else None)


def _draw_list(access: Access, listed: list[Run], shown: Run | None) -> None:
    """Every analysis with its figures; those that have their findings still can be chosen and compared."""
    project = access.project
    with st.expander(t("runs.list", n=len(listed))):
        st.dataframe(
            _table(listed, shown), hide_index=True, key="runs", alt=t("runs.list", n=len(listed)), placeholder="–"
        )
        with_findings = {run.id: run for run in listed if run.kept}
        if shown is None:
            return
        left, right = st.columns(2)
        with left:
            st.selectbox(
                t("runs.show"), list(with_findings), index=list(with_findings).index(shown.id), key=f"{_key(project)}_select",
                format_func=lambda run_id: title(with_findings[run_id]), on_change=_choose, args=(project,),
            )  # fmt: skip
        others = [run_id for run_id in with_findings if run_id != shown.id]
        if others:
            with right:
                other = st.selectbox(
                    t("runs.compare"), others, index=None, key=f"{_key(project)}_other", placeholder=t("runs.compare_none"),
                    format_func=lambda run_id: title(with_findings[run_id]),
                )  # fmt: skip
            if other is not None:
                st.text(_compared(shown, with_findings[other]))
        _draw_acts(access, shown)


def title(run: Run) -> str:
    """How a run is known: by its name and its moment."""
    return t("runs.titled", name=run.name, when=end_of(run)) if run.name else end_of(run)


def _standing(project: Project, shown: Run | None) -> str:
    """What speaks for a new analysis."""
    if shown is None:
        return t("runs.none")
    with database().snapshot() as connection:
        newer = run_frames.answers_after(connection, project.id, (shown.watermark or [0])[0])
    return t("runs.newer" if newer else "runs.up_to_date", when=end_of(shown), n=newer)


def _key(project: Project) -> str:
    return f"run_{project.id}"


def _choose(project: Project) -> None:
    st.session_state[_key(project)] = st.session_state[f"{_key(project)}_select"]


def _table(listed: list[Run], shown: Run | None) -> pl.DataFrame:
    return pl.DataFrame([{**_figures(run), t("runs.state"): _state(run, shown)} for run in listed])


def _state(run: Run, shown: Run | None) -> str:
    if shown is not None and run.id == shown.id:
        return t("runs.state.shown")
    return t("runs.state.pruned") if run.state is RunState.DONE and not run.kept else t(f"runs.state.{run.state.value}")


def _figures(run: Run) -> dict[str, str]:
    about: dict[str, Any] = dict(run.report or {})
    errors = (about.get("shared") or {}).get("errors") or {}
    health = about.get("overall_health")
    items, settled = about.get("items"), about.get("settled")
    open_items = None if items is None or settled is None else items - settled
    return {
        t("runs.when"): title(run),
        t("runs.items"): number(items),
        t("runs.settled"): number(settled),
        t("runs.expected_wrong"): DASH
        if open_items is None
        else t("runs.of", n=number(round(about["expected_wrong"])), of=number(open_items)),
        t("runs.issues"): number(about.get("issues")),
        t("runs.health"): number(None if health is None else float(health)),
        t("runs.agreed_errors"): in_words(figure_of(errors)) if errors else DASH,
    }


def _compared(shown: Run, other: Run) -> str:
    earlier, later = sorted((shown, other), key=lambda run: run.id)
    with database().snapshot() as connection:
        comparison = compare(connection, earlier.id, later.id)
    lines = [
        t(
            "runs.compared",
            n=comparison.both,
            earlier=title(earlier),
            later=title(later),
            relabeled=comparison.relabeled,
        )
    ]
    for name, (both, came, went) in (("flagged", comparison.flagged), ("suspected", comparison.suspected)):
        lines.append(t(f"runs.compared.{name}", both=both, came=came, went=went))
    return "\n".join(lines)


def _draw_acts(access: Access, shown: Run) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            t("runs.name"), value=shown.name, max_chars=NAME_MOST, key=f"run_name_{shown.id}", on_change=_rename,
            args=(access.project, shown.id, access.person_id), width=360,
        )  # fmt: skip
        confirm(
            t("runs.delete"), plain(t("runs.delete_question")), _delete, access.project, shown.id, access.person_id,
            key=f"run_delete_{shown.id}",
        )  # fmt: skip


def _rename(project: Project, run_id: int, actor: int) -> None:
    name = st.session_state[f"run_name_{run_id}"]
    with acting("runs.renamed") as connection:
        runs.rename_run(connection, project, run_id, name, now=now(), actor=actor)


def _delete(project: Project, run_id: int, actor: int) -> None:
    with acting("runs.deleted") as connection:
        runs.delete_run(connection, project, run_id, now=now(), actor=actor)
