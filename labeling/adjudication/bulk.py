"""Rulings on many items in one act."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from db import schema
from db.many import portions
from db.vocabulary import LeaseState, Route, Verdict
from labeling.adjudication.entries import append, entries, newest_guideline
from labeling.adjudication.queue import Candidate
from labeling.errors import LabelingError
from labeling.events import record
from labeling.projects import wanted as queueing
from labeling.projects.projects import Project, get_classes
from labeling.roles import check_expert

lease, queue = schema.expert_lease, schema.queue

_AT_ONCE = 500


@dataclass(frozen=True)
class Bulk:
    """A ruling on many items: its ``act`` takes it back. ``left_out`` are held by an expert, golden, ruled or unknown."""

    act: str
    ruled: int
    left_out: int


def rule_many(
    connection: Connection,
    project: Project,
    items: Sequence[Candidate],
    labels: Mapping[int, str],
    *,
    rationale: str = "",
    overrule: bool = False,
    run_id: int | None = None,
    now: datetime,
    actor: int | None,
) -> Bulk:
    """Give each of ``items`` its label in one act. Items that an expert holds or that are golden are left alone, ruled ones
    too unless ``overrule``. Raises LabelingError ``unknown_label``, ``nothing_to_rule`` or ``not_allowed``.
    """
    check_expert(connection, project.id, actor)
    unknown = set(labels.values()) - {entry.code for entry in get_classes(connection, project.id)}
    if unknown:
        raise LabelingError("unknown_label", label=min(unknown))
    candidates = {candidate.item_id: candidate for candidate in items if candidate.item_id in labels}
    before = {item_id: history[-1] for item_id, history in entries(connection, list(candidates)).items()}
    ruled = {item_id for item_id, last in before.items() if last.verdict is Verdict.LABEL}
    free = _may_rule(connection, project, [item_id for item_id in candidates if overrule or item_id not in ruled])
    if not free:
        raise LabelingError("nothing_to_rule", n=len(candidates))
    act = secrets.token_hex(16)
    shared = {
        "verdict": Verdict.LABEL,
        "rationale": rationale.strip(),
        "route": Route.HAND,
        "act": act,
        "run_id": run_id,
    }
    rows = []
    for item_id in free:
        candidate, last = candidates[item_id], before.get(item_id)
        ruled_now = {"item_id": item_id, "revision": last.revision + 1 if last else 1, "label": labels[item_id]}
        why = {"given": candidate.given, "score": candidate.score, "suspicion": candidate.suspicion}
        rows.append({**shared, **ruled_now, **why})
    append(connection, project, rows, guideline_version=newest_guideline(connection, project), now=now, actor=actor)
    queueing.want(connection, dict.fromkeys(free, 0))
    record(connection, "rule_many", act, now=now, actor=actor, project_id=project.id, details={"items": len(free)})
    return Bulk(act, len(free), len(items) - len(free))


def _may_rule(connection: Connection, project: Project, item_ids: Sequence[int]) -> list[int]:
    """Of these items those that are the project's, not golden, and before no expert."""
    free: list[int] = []
    for part in portions(item_ids, _AT_ONCE):
        held = select(lease.c.item_id).where(lease.c.item_id.in_(part), lease.c.state == LeaseState.OPEN)
        query = select(queue.c.item_id).where(
            queue.c.item_id.in_(part), queue.c.project_id == project.id, ~queue.c.golden, queue.c.item_id.not_in(held)
        )
        allowed = set(connection.execute(query).scalars())
        free += [item_id for item_id in part if item_id in allowed]
    return free
