"""Making a project's consensus anew, in a process of its own, when the votes have changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from db.engine import Database
from db.vocabulary import RunKind
from labeling.clock import Clock
from labeling.facts import consensus, kept_consensus
from labeling.projects.projects import get_project, get_project_by_id
from labeling.runs import runs
from labeling.runs.claims import Claim
from labeling.runs.progress import Progress

STEPS = {"consensus": 1}
# It may take a twentieth of a core, however large the project is.
REST = 20


def make_consensus(database: Database, held: Claim, *, clock: Clock) -> None:
    """Carry out a run of kind CONSENSUS. Raises ClaimLostError."""
    progress = Progress(database, held, STEPS)
    progress.begin("consensus")
    with database.snapshot() as connection:
        matter = consensus.read(connection, get_project_by_id(connection, held.project_id))
    aggregate = consensus.make(matter)
    with database.transaction() as connection:
        kept_consensus.finish(connection, held, aggregate, now=clock())


def ask(database: Database, slug: str, *, now: datetime, at_once: bool = False) -> None:
    """Ask for a new consensus where the kept one is of older votes, and the last one was long enough ago or ``at_once``."""
    with database.snapshot() as connection:
        project = get_project(connection, slug)
        if consensus.is_current(connection, project) or not (at_once or _has_rested(connection, project.id, now)):
            return
    with database.transaction() as connection:
        runs.queue_consensus(connection, project.id, now=now)


def _has_rested(connection: Connection, project_id: int, now: datetime) -> bool:
    last = runs.latest_run(connection, project_id, RunKind.CONSENSUS)
    if last is None or last.started_at is None or last.finished_at is None:
        return True
    return now - last.finished_at >= REST * (last.finished_at - last.started_at)
