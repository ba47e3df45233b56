"""What a lead does next, once for every page that says so: the sentence, the way there, and which stage of the loop it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
import streamlit as st

from db.engine import database
from db.frames import work as work_frames
from db.vocabulary import PauseReason, Standing
from labeling.desk.contests import open_contests
from labeling.desk.gates import pause_reason
from labeling.facts.audits import Audited
from labeling.facts.overview import Overview
from labeling.projects.projects import Project
from labeling.quality.progress import Forecast
from pages.overview.divergence import audit_step, divergence_clause
from pages.ui.golden_need import need_of
from pages.ui.progress import Waiting, how_far, next_step, trust
from pages.ui.widgets import NEXT_STEP
from pages.ui.words import t

# By the page where it is done; where nothing is to be done people label.
_STAGES = {
    "project/import_page.py": "data", "project/guidelines.py": "guide", "people/members.py": "labeling",
    "project/settings.py": "golden", "quality/golden.py": "golden", "review/suspicions.py": "suspicions",
    "adjudication/adjudicate.py": "adjudication", "audit/audit.py": "audit", "audit/gain.py": "gain",
    "project/export_page.py": "export",
}  # fmt: skip


@dataclass(frozen=True)
class Advice:
    """A sentence, and the page where it is followed with how the way there reads; None where there is nothing to do."""

    said: str
    page: str | None
    label: str

    @property
    def stage(self) -> str:
        """The stage of the loop that it belongs to."""
        return _STAGES.get(self.page or "", "labeling")


def advice_on(project: Project, seen: Overview, audit: Audited | None, moment: datetime, today: date) -> Advice:
    """The next step of a project; labels are not taken out before their audit lets them."""
    with database().snapshot() as connection:
        workers = work_frames.workers(connection, project.id, now=moment)
    waiting = waiting_for(seen, project, workers)
    step, page = next_step(seen, waiting, floor=project.accuracy_floor, today=today)
    if step == "export" and (first := audit_step(project, audit)):
        return Advice(*first)
    return Advice(
        t(f"progress.next.{step}", n=getattr(waiting, step, 0)), page, t(f"progress.next.{step}.go") if page else ""
    )


def waiting_for(overview: Overview, project: Project, workers: pl.DataFrame) -> Waiting:
    """What waits for somebody's word, and what is about to run out. ``workers`` is WORKERS.

    Whom a lead has paused waits for nothing, unless there is nobody else to work.
    """
    active, paused = (
        workers.filter(pl.col("standing") == standing.value)["assessor"].to_list()
        for standing in (Standing.ACTIVE, Standing.PAUSED)
    )
    with database().snapshot() as connection:
        contests = len(open_contests(connection, project.id))
        reasons = [pause_reason(connection, project.id, assessor) for assessor in paused]
    by_rule = [reason for reason in reasons if reason not in (None, PauseReason.LEAD)]
    short = 0 if overview.golden.is_empty() else need_of(project, overview.exposed, overview.golden, active).add
    return Waiting(len(active), len(by_rule if active else paused), contests, short)


def verdict_on(project: Project, seen: Overview, audit: Audited | None, forecast: Forecast | None, today: date) -> str:
    """How far a project is, and whether its labels can be trusted: by an audit where there is one, else by single answers."""
    far = how_far(seen, forecast, today)
    believed = divergence_clause(project, audit) or trust(seen, project.accuracy_floor)
    return t("progress.answer", far=far, trust=believed)


def draw_advice(advice: Advice) -> None:
    """What to do next, and the way there."""
    with st.container(horizontal=True, vertical_alignment="center", key=NEXT_STEP):
        st.markdown(f"**{t('progress.next')}** {advice.said}", width="content")
        if advice.page is not None:
            st.page_link(advice.page, label=advice.label, icon=":material/arrow_forward:")
