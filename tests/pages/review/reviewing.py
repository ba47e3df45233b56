"""An analysis as if it had been run: findings of the small house's items, the first the most suspicious."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from db import schema
from db.engine import Database
from db.vocabulary import RunKind, RunState
from labeling.projects.projects import Project

REASONS = (
    {"code": "votes_disagree", "value": 0.5, "label": "gratitude", "strength": 0.95},
    {"code": "classifier_disagrees", "value": 0.04, "label": "gratitude", "strength": 0.9},
)


def add_analysis(
    database: Database,
    project: Project,
    items: Sequence[int],
    *,
    now: datetime,
    given: str = "neutral",
    probable: str = "gratitude",
    reasons: Sequence[dict[str, Any]] = REASONS,
) -> int:
    """A finished run whose findings are these items, scored from 0.9 downwards; gives its id."""
    with database.transaction() as connection:
        run = {"project_id": project.id, "kind": RunKind.ANALYSIS, "state": RunState.DONE, "created_at": now}
        # It has learned from more rulings than there will be: there is no evidence to learn from again.
        connection.execute(insert(schema.run).values(run | {"finished_at": now, "rulings": 1_000_000}))
        run_id = int(
            connection.execute(select(schema.run.c.id).order_by(schema.run.c.id.desc())).scalars().first() or 0
        )
        connection.execute(insert(schema.run_evidence).values(run_id=run_id, body=b""))
        rows = [
            {
                "run_id": run_id,
                "item_id": item_id,
                "given": given,
                "probable": probable,
                "prior": 0.9 - 0.8 * n / len(items),
                "score": 0.9 - 0.8 * n / len(items),
                "is_issue": True,
                "reasons": list(reasons),
            }
            for n, item_id in enumerate(items)
        ]
        connection.execute(insert(schema.finding), rows)
    return run_id


def draw_audit(connection: Connection, project: Project, items: Sequence[int], *, now: datetime) -> None:
    """An audit whose sample is these items, in this order."""
    row = {"project_id": project.id, "size": len(items), "population": len(items), "created_at": now}
    connection.execute(insert(schema.audit).values(row))
    audit_id = connection.execute(select(schema.audit.c.id).order_by(schema.audit.c.id.desc())).scalars().first()
    drawn = [
        {"audit_id": audit_id, "item_id": item_id, "given": "neutral", "stratum": 0, "position": n}
        for n, item_id in enumerate(items)
    ]
    connection.execute(insert(schema.audit_item), drawn)
