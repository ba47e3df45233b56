"""What a lead does about an assessor or a chunk: pause, readmit, ban; set aside, take back. Each can be undone."""

from __future__ import annotations

import streamlit as st

from db.engine import database
from db.vocabulary import ChunkOutcome, PauseReason, Standing
from labeling.desk import gates
from labeling.people.memberships import set_standing
from labeling.projects.projects import Project, lock_project_by_id
from pages.ui.figures import figure
from pages.ui.quality_data import refresh
from pages.ui.session import now
from pages.ui.widgets import acting, confirm, plain
from pages.ui.words import t


def pause(actor: int, project: Project, person_id: int) -> None:
    """Let an assessor label no more for now; their other roles go on."""
    with acting("assessors.paused") as connection:
        lock_project_by_id(connection, project.id)
        gates.pause(connection, project.id, person_id, PauseReason.LEAD, now=now(), actor=actor)


def readmit(actor: int, project: Project, person_id: int) -> None:
    """Let a paused or banned assessor go on."""
    with acting("assessors.readmitted") as connection:
        set_standing(connection, project.id, person_id, Standing.ACTIVE, now=now(), actor=actor)
        # Of the two only this forgets why an assessor was paused.
        gates.readmit(connection, project.id, person_id, now=now(), actor=actor)


def ban(actor: int, project: Project, person_id: int) -> None:
    """Close the project to an assessor, in every role they hold."""
    with acting("assessors.banned") as connection:
        set_standing(connection, project.id, person_id, Standing.BANNED, now=now(), actor=actor)


def set_outcome(actor: int, project: Project, chunk_id: int, outcome: ChunkOutcome) -> None:
    """Set a chunk aside, or take it back in."""
    aside = outcome is ChunkOutcome.SUSPENDED
    with acting("assessors.set_aside" if aside else "assessors.taken_back") as connection:
        act = gates.suspend if aside else gates.overrule
        act(connection, lock_project_by_id(connection, project.id), chunk_id, now=now(), actor=actor)
    refresh(project)


def set_all_aside(actor: int, project: Project, person_id: int) -> None:
    """Set aside all of an assessor's chunks since the last briefing: their items are asked again."""
    with acting("assessors.all_set_aside") as connection:
        locked = lock_project_by_id(connection, project.id)
        gates.suspend_since_briefing(connection, locked, person_id, now=now(), actor=actor)
    refresh(project)


def draw_set_all_aside(actor: int, project: Project, person_id: int) -> None:
    """How the assessor did on all golden items since the last briefing, and the button where that is under the floor."""
    with database().snapshot() as connection:
        right, n = gates.since_briefing(connection, project.id, person_id)
    verdict = gates.judge(project, right, n)
    if verdict.holds:
        return
    said = figure(right / n, verdict.low, verdict.high, n)
    st.warning(plain(t("assessors.under_the_floor", figure=said, floor=project.accuracy_floor)))
    asked = t("assessors.all_aside_sure")
    confirm(t("assessors.all_aside"), asked, set_all_aside, actor, project, person_id, key=f"all_aside_{person_id}")


def draw_standing(actor: int, project: Project, person_id: int, standing: str, name: str) -> None:
    """The buttons for where this assessor doesn't stand."""
    this = (actor, project, person_id)
    with st.container(horizontal=True):
        if standing != Standing.ACTIVE.value:
            asked = t("assessors.readmit_sure", name=name)
            confirm(t("assessors.readmit"), asked, readmit, *this, key=f"readmit_{person_id}")
        else:
            asked = t("assessors.pause_sure", name=name)
            confirm(t("assessors.pause"), asked, pause, *this, key=f"pause_{person_id}")
        if standing != Standing.BANNED.value:
            asked = t("assessors.ban_sure", name=name)
            confirm(t("assessors.ban"), asked, ban, *this, key=f"ban_{person_id}")


def draw_chunk(actor: int, project: Project, chunk_id: int, outcome: str, items: int) -> None:
    """The one button that fits the chunk's outcome; ``items`` have answers in it."""
    if outcome == ChunkOutcome.SUSPENDED.value:
        wanted, word = ChunkOutcome.ACCEPTED, "overrule"
    else:
        wanted, word = ChunkOutcome.SUSPENDED, "suspend"
    asked = t(f"assessors.{word}_sure", n=items)
    confirm(t(f"assessors.{word}"), asked, set_outcome, actor, project, chunk_id, wanted, key=f"{word}_{chunk_id}")
