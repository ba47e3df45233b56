"""What waits for a lead: objections, pauses, failed runs, a budget near its end; each with the way to it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from db.engine import database
from db.vocabulary import RunKind, RunState, Standing
from labeling.desk.contests import open_contests
from labeling.junior.ledger import month_of, spent
from labeling.people.memberships import members
from labeling.projects.projects import Project
from labeling.runs.runs import runs
from pages.ui.figures import percent
from pages.ui.session import now
from pages.ui.widgets import plain
from pages.ui.words import t

# From so much of a budget on it is told.
NEAR_ITS_END = 0.8
PAGES_OF = {
    RunKind.ANALYSIS: "review/suspicions.py", RunKind.GAIN: "audit/gain.py", RunKind.ASK: "junior/junior.py",
    RunKind.EVALUATION: "junior/judging.py", RunKind.COMPARISON: "junior/machine.py",
}  # fmt: skip


@dataclass(frozen=True)
class Waiting:
    """Something that waits, in a sentence, and the page where it is dealt with."""

    said: str
    page: str
    label: str


def waiting_in(project: Project) -> list[Waiting]:
    """What waits in the project, the most urgent first."""
    with database().snapshot() as connection:
        contests = len(open_contests(connection, project.id))
        paused = [one.name for one in members(connection, project.id) if one.standing is Standing.PAUSED]
        newest = {kind: next(iter(runs(connection, project.id, kind)), None) for kind in PAGES_OF}
        moment = now()
        budgets = {"total": project.budget_total, month_of(moment): project.budget_month}
        used = {scope: spent(connection, project.id, scope) / most for scope, most in budgets.items() if most}
    found = []
    if contests:
        found.append(Waiting(t("overview.contests", n=contests), "quality/golden.py", t("page.golden")))
    if paused:
        names = plain(", ".join(paused[:5]))
        found.append(
            Waiting(t("overview.paused", n=len(paused), names=names), "quality/assessors.py", t("page.assessors"))
        )
    found += [
        Waiting(t(f"overview.failed.{kind.value}"), PAGES_OF[kind], t("overview.look"))
        for kind, run in newest.items()
        if run is not None and run.state is RunState.FAILED
    ]
    most = max(used.values(), default=0.0)
    if most >= NEAR_ITS_END:
        found.append(Waiting(t("overview.budget", share=percent(most)), "junior/junior.py", t("page.junior")))
    return found


def draw_inbox(project: Project) -> None:
    """The list, or a word that nothing waits."""
    st.subheader(t("overview.inbox"), anchor=False)
    found = waiting_in(project)
    if not found:
        st.caption(t("overview.inbox.empty"))
    for one in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(one.said, width="content")
            st.page_link(one.page, label=one.label, icon=":material/arrow_forward:")
