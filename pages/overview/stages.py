"""The loop of a project as the overview shows it: each stage with its number, the page behind it, and whether it is reached."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from db.engine import database
from db.vocabulary import RunKind
from labeling.facts.audits import Audited
from labeling.facts.overview import Overview
from labeling.projects.classes import get_classes
from labeling.projects.guidelines import get_guideline
from labeling.projects.projects import Project
from labeling.runs.runs import latest_run
from labeling.snapshots.kept import snapshots
from pages.ui.figures import figure_of, in_words, number, percent, share
from pages.ui.progress import answers_in
from pages.ui.review_data import open_labels, review_of
from pages.ui.widgets import plain
from pages.ui.words import day, t

PAGES_OF = {
    "data": "project/import_page.py", "guide": "project/guidelines.py", "labeling": "overview/progress.py",
    "golden": "quality/agreement.py", "suspicions": "review/suspicions.py", "adjudication": "adjudication/adjudicate.py",
    "audit": "audit/audit.py", "gain": "audit/gain.py", "export": "project/snapshots.py",
}  # fmt: skip


@dataclass(frozen=True)
class Stage:
    """A stage: what is to be said of it, the page where one is in it, whether there is anything of it yet, and all of it."""

    name: str
    page: str
    said: str
    reached: bool
    complete: bool


def stages_of(project: Project, seen: Overview, audit: Audited | None) -> list[Stage]:
    """The stages in their order."""
    with database().snapshot() as connection:
        classes = len(get_classes(connection, project.id))
        guide = get_guideline(connection, project.id)
        gain = latest_run(connection, project.id, RunKind.GAIN)
        kept = next(iter(snapshots(connection, project.id)), None)
    done, wanted = answers_in(seen)
    states, review = seen.states, review_of(project)
    known: dict[str, dict[str, object] | None] = {
        "data": {"n": states.items, "classes": number(classes)} if states.items else None,
        "guide": {"version": guide.version} if guide else None,
        "labeling": {"share": percent(done / wanted), "n": wanted} if done else None,
        "golden": {"figure": in_words(seen.accuracy)} if seen.accuracy.n else None,
        "suspicions": {"n": open_labels(project, review.findings).height} if review else None,
        "adjudication": {"n": states.adjudicated, "disputed": number(states.disputed)} if states.adjudicated else None,
        "audit": _measured(audit),
        "gain": {"figure": in_words(figure_of(gain.report["rounds"][-1]["weighted_f1"]))}
        if gain and gain.report
        else None,
        "export": {"name": plain(kept.name), "day": day(kept.at)} if kept else None,
    }
    begun = {"labeling"} if done < wanted else set()
    return [_stage(name, page, known[name], name not in begun) for name, page in PAGES_OF.items()]


def _measured(audit: Audited | None) -> dict[str, object] | None:
    if audit is None or audit.overall.after.value is None:
        return None
    return {"figure": share(audit.overall.after), "n": audit.ruled}


def draw_stages(stages: list[Stage], due: str | None) -> None:
    """A line for each stage; that which is ``due`` stands out."""
    with st.container(border=True, key="stages", gap=None):
        for stage in stages:
            with st.container(horizontal=True, vertical_alignment="center", key=f"stage_{stage.name}"):
                icon = ":material/arrow_circle_right:" if stage.name == due else _icon(stage)
                st.page_link(stage.page, label=t(f"overview.stage.{stage.name}"), icon=icon, width=230)
                said = f"**{stage.said}**" if stage.name == due else stage.said
                st.markdown(said, width="stretch")


def _icon(stage: Stage) -> str:
    if not stage.reached:
        return ":material/radio_button_unchecked:"
    return ":material/check_circle:" if stage.complete else ":material/timelapse:"


def _stage(name: str, page: str, facts: dict[str, object] | None, complete: bool) -> Stage:
    said = t(f"overview.{name}.none") if facts is None else t(f"overview.{name}", **facts)
    return Stage(name, page, said, facts is not None, complete)
