"""Rulings on many items in one act, and acts taken back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from db import schema
from db.vocabulary import LeaseState, Route, Verdict
from labeling.adjudication.entries import append, entries, take_back
from labeling.adjudication.queue import Candidate
from labeling.errors import LabelingError
from labeling.events import record
from labeling.projects import wanted as queueing
from labeling.projects.guidelines import get_guideline
from labeling.projects.projects import Project, get_classes
from labeling.roles import check_expert

lease, ruling, queue = schema.expert_lease, schema.adjudication, schema.queue

_AT_ONCE = 500


@dataclass(frozen=True)
class Bulk:
    """A ruling on many items: its ``act`` undoes it. ``left_out`` are held by an expert, golden, ruled or unknown."""

    act: str
    ruled: int
    left_out: int


@dataclass(frozen=True)
class Undone:
    """How many items went back to what they were, and how many have been ruled anew since and were left alone."""

    undone: int
    left: int


def rule_many(
    connection: Connection,
    project: Project,
    items: Sequence[Candidate],
    labels: Mapping[int, str],
    *,
    rationale: str = "",
    overrule: bool = False,
    run_id: int | None = None,
    batch_id: int | None = None,
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
    wanted = {one.item_id: one for one in items if one.item_id in labels}
    before = {item_id: said[-1] for item_id, said in entries(connection, list(wanted)).items()}
    ruled = {item_id for item_id, last in before.items() if last.verdict is Verdict.LABEL}
    free = _may_rule(connection, project, [one for one in wanted if overrule or one not in ruled])
    if not free:
        raise LabelingError("nothing_to_rule", n=len(wanted))
    act = secrets.token_hex(16)
    shared = {"verdict": Verdict.LABEL, "rationale": rationale.strip(), "route": Route.HAND, "act": act}
    led = {"run_id": run_id, "batch_id": batch_id}
    rows = []
    for item_id in free:
        one, last = wanted[item_id], before.get(item_id)
        next_one = {"item_id": item_id, "revision": last.revision + 1 if last else 1, "label": labels[item_id]}
        why = {"given": one.given, "score": one.score, "suspicion": one.suspicion}
        rows.append({**shared, **led, **next_one, **why})
    append(connection, project, rows, guideline_version=_guideline(connection, project), now=now, actor=actor)
    queueing.want(connection, dict.fromkeys(free, 0))
    record(connection, "rule_many", act, now=now, actor=actor, project_id=project.id, details={"items": len(free)})
    return Bulk(act, len(free), len(items) - len(free))


def undo(connection: Connection, project: Project, act: str, *, now: datetime, actor: int | None) -> Undone:
    """Take an act back: each of its items gets the ruling again that it had before, or none; golden items and corner cases
    that it made go, too. An item that was ruled anew since is left alone. Raises LabelingError ``unknown_act`` or
    ``not_allowed``.
    """
    check_expert(connection, project.id, actor)
    mine = (ruling.c.project_id == project.id) & (ruling.c.act == act)
    columns = (ruling.c.item_id, ruling.c.revision, ruling.c.given, ruling.c.score)
    found = connection.execute(select(*columns).where(mine).order_by(ruling.c.revision.desc())).all()
    if not found:
        raise LabelingError("unknown_act")
    first = {row.item_id: row for row in found}
    said = entries(connection, list(first))
    undone = {item_id: row for item_id, row in first.items() if said[item_id][-1].act == act}
    shared = {"rationale": "", "route": Route.HAND, "act": f"undo:{act}"[:32]}
    rows = []
    for item_id, row in undone.items():
        earlier = [entry for entry in said[item_id] if entry.revision < row.revision]
        verdict, label = (earlier[-1].verdict, earlier[-1].label) if earlier else (Verdict.WITHDRAWN, None)
        again = {"item_id": item_id, "revision": said[item_id][-1].revision + 1, "verdict": verdict, "label": label}
        rows.append({**shared, **again, "given": row.given, "score": row.score})
    append(connection, project, rows, guideline_version=_guideline(connection, project), now=now, actor=actor)
    take_back(connection, project, {item_id: said[item_id][-1].at for item_id in undone}, now=now, actor=actor)
    open_again = [row["item_id"] for row in rows if row["label"] is None]
    queueing.want(connection, dict.fromkeys(open_again, project.overlap))
    details = {"items": len(undone)}
    record(connection, "undo_rulings", act, now=now, actor=actor, project_id=project.id, details=details)
    return Undone(len(undone), len(first) - len(undone))


def _may_rule(connection: Connection, project: Project, item_ids: Sequence[int]) -> list[int]:
    """Of these items those that are the project's, not golden, and before no expert."""
    free: list[int] = []
    for at in range(0, len(item_ids), _AT_ONCE):
        part = item_ids[at : at + _AT_ONCE]
        held = select(lease.c.item_id).where(lease.c.item_id.in_(part), lease.c.state == LeaseState.OPEN)
        query = select(queue.c.item_id).where(
            queue.c.item_id.in_(part), queue.c.project_id == project.id, ~queue.c.golden, queue.c.item_id.not_in(held)
        )
        known = set(connection.execute(query).scalars())
        free += [item_id for item_id in part if item_id in known]
    return free


def _guideline(connection: Connection, project: Project) -> int | None:
    guide = get_guideline(connection, project.id)
    return guide.version if guide else None
