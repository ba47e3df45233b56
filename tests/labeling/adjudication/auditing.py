"""Analyses that nobody computed, and experts who know the truth: what the tests of audits are made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import insert

from db import schema
from db.engine import Database
from db.frames import runs as run_frames
from db.vocabulary import RunKind, RunState, Verdict
from labeling.adjudication import queue as docket
from labeling.adjudication import rulings as adjudicate
from labeling.adjudication.queue import Candidate
from labeling.adjudication.rulings import Ruling
from labeling.projects.projects import Project, lock_project


def put_analysis(
    database: Database, project: Project, given: Mapping[int, str], scores: Mapping[int, float], *, now: datetime
) -> int:
    """A run that is done and says this of the items: their labels, and the chances that they are wrong."""
    row = {"probable": "gratitude", "is_issue": False, "disagreement": 0.0, "confidence": 0.8, "variability": 0.1}
    rows = [
        row | {"item_id": item, "given": label, "prior": scores[item], "score": scores[item]}
        for item, label in given.items()
    ]
    with database.transaction() as connection:
        run = {"project_id": project.id, "kind": RunKind.ANALYSIS, "state": RunState.DONE, "finished_at": now}
        made = insert(schema.run).values(run | {"created_at": now}).returning(schema.run.c.id)
        run_id = int(connection.execute(made).scalar_one())
        connection.execute(insert(schema.finding), [each | {"run_id": run_id} for each in rows])
        connection.execute(insert(schema.run_evidence).values(run_id=run_id, body=b""))
    return run_id


def rule_by_truth(
    database: Database,
    project: Project,
    expert: int,
    run_id: int,
    truth: Mapping[int, str],
    count: int,
    *,
    now: datetime,
    every: timedelta = timedelta(minutes=1),
) -> datetime:
    """``count`` rulings as the card makes them, the most suspicious first, by an expert who is always right.

    Gives the moment of the last one.
    """
    with database.snapshot() as connection:
        found = run_frames.findings(connection, run_id, reasons=False).select("item_id", "given", "score").rows()
    candidates = [Candidate(item, str(given), score) for item, given, score in found]
    for n in range(count):
        moment = now + n * every
        with database.transaction() as connection:
            locked = lock_project(connection, project.slug)
            brought = docket.claim(connection, locked, expert, candidates, want=1, now=moment, run_id=run_id)
            if not brought:
                return moment
            one = brought[0]
            said = Ruling(one.token, 1, Verdict.LABEL, truth[one.item_id], seconds=5.0)
            adjudicate.rule(connection, locked, expert, said, now=moment)
    return now + (count - 1) * every
