"""The simulated expert of the demo: runs asked for and carried out in this process, audits and suspicious labels ruled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from db.engine import Database
from db.frames import runs as run_frames
from db.vocabulary import RunKind, Verdict
from labeling.adjudication.audits import draw_audit
from labeling.adjudication.card import sit
from labeling.adjudication.queue import Candidate, as_candidates
from labeling.adjudication.rulings import Ruling
from labeling.demo.simulate import DemoItem, reason_of
from labeling.demo.week import Demo
from labeling.jobs.child import carry_out
from labeling.runs import claims, runs

# How long a ruling takes, and how many lie before the expert at a time.
SECONDS, HANDFUL = 20, 10


def carry_out_run(
    database: Database,
    demo: Demo,
    kind: RunKind,
    settings: Mapping[str, Any] | None = None,
    *,
    by: str = "expert",
    at: datetime,
) -> int:
    """A run that somebody asks for and that is carried out as a worker would; gives its id."""
    with database.transaction() as connection:
        run_id = runs.start_run(connection, demo.project, kind, settings=settings, now=at, actor=demo.people[by])
        held = claims.claim(connection, now=at, run_id=run_id)
    if held is not None:
        # In a thread of its own, as asking needs a loop of its own: whoever loads the demo may have one running in this thread.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(carry_out, database, held, clock=lambda: at).result()
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
        pressed = [_ruling(brought.token, demo.by_text[brought.text]) for brought in view.items]


def _ruling(token: str, item: DemoItem) -> Ruling:
    why = item.corner_case or reason_of(item.label, item.lang)
    return Ruling(token, 1, Verdict.LABEL, item.label, why, blind=True, seconds=SECONDS)
