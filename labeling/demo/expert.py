"""The simulated expert of the demo: runs asked for and carried out in this process, audits and suspicious labels ruled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from db.engine import Database
from db.frames import runs as run_frames
from db.vocabulary import RunKind, Verdict
from labeling.adjudication.audits import draw_audit
from labeling.adjudication.card import sit
from labeling.adjudication.queue import Candidate, as_candidates
from labeling.adjudication.rulings import Ruling
from labeling.demo.week import Demo
from labeling.jobs.child import carry_out
from labeling.runs import claims, runs

# How long a ruling takes, and how many lie before the expert at a time.
SECONDS, HANDFUL = 20, 10


def carry_out_run(database: Database, demo: Demo, kind: RunKind, *, at: datetime) -> int:
    """A run that the expert asks for and that is carried out as a worker would; gives its id."""
    with database.transaction() as connection:
        run_id = runs.start_run(connection, demo.project, kind, now=at, actor=demo.people["expert"])
        held = claims.claim(connection, now=at, run_id=run_id)
    if held is not None:
        carry_out(database, held, clock=lambda: at)
    return run_id


def rule_audit(database: Database, demo: Demo, run_id: int, size: int, *, at: datetime) -> None:
    """An audit of ``size`` labels drawn from a run, and ruled: nothing else is brought before the expert meanwhile."""
    with database.transaction() as connection:
        draw_audit(connection, demo.project, run_id, size, now=at, actor=demo.people["expert"])
    _rule(database, demo, run_id, (), size, at=at)


def rule_suspicions(database: Database, demo: Demo, run_id: int, count: int, *, at: datetime) -> None:
    """The ``count`` most suspicious labels ruled, as the scores of the run stand."""
    with database.snapshot() as connection:
        findings = run_frames.findings(connection, run_id)
    _rule(database, demo, run_id, as_candidates(findings.sort("score", descending=True)), count, at=at)


def _rule(
    database: Database, demo: Demo, run_id: int, candidates: Sequence[Candidate], count: int, *, at: datetime
) -> None:
    """``count`` labels ruled as the demo's own labels say, blind, in handfuls."""
    pressed: list[Ruling] = []
    for ruled in range(0, count + 1, HANDFUL):
        moment = at + timedelta(seconds=ruled * SECONDS)
        with database.transaction() as connection:
            view = sit(
                connection, demo.project.slug, demo.people["expert"], pressed, candidates,
                want=min(HANDFUL, count - ruled), now=moment, day_start=at, run_id=run_id,
            )  # fmt: skip
        pressed = [
            Ruling(brought.token, 1, Verdict.LABEL, demo.by_text[brought.text].label, blind=True, seconds=SECONDS)
            for brought in view.items
        ]
