"""Rulings on many items in one act, and what such an act would do, before anybody decides."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, exists, select

from db import schema
from db.many import portions
from db.vocabulary import LeaseState, Route, Verdict
from labeling.adjudication.eligible import audit_sample
from labeling.adjudication.entries import Entry, append, entries, newest_guideline
from labeling.adjudication.queue import Candidate
from labeling.errors import LabelingError
from labeling.events import record
from labeling.projects import wanted as queueing
from labeling.projects.labels import accepted_all
from labeling.projects.projects import Project
from labeling.roles import check_expert

lease, queue = schema.expert_lease, schema.queue

# Why an item is left out, in the order in which it is asked.
LEFT_OUT = ("unknown", "golden", "held", "ruled", "audited", "without_label")
_AT_ONCE = 500


@dataclass(frozen=True)
class Bulk:
    """A ruling on many items: its ``act`` takes it back. ``left_out`` are those of LEFT_OUT."""

    act: str
    ruled: int
    left_out: int


@dataclass(frozen=True)
class Preview:
    """``changes``: how many items go from one label to another, or stay as they are; ``left_out`` by LEFT_OUT.

    In expectation by the items' scores, of those that no expert has ruled: ``spoiled`` labels are right and would be made
    wrong, at most ``mended`` are wrong and would be put right (another label than the given one need not be the right one),
    ``sealed`` are wrong and would be settled as they are.
    """

    changes: Mapping[tuple[str, str], int]
    left_out: Mapping[str, int]
    spoiled: float = 0.0
    mended: float = 0.0
    sealed: float = 0.0

    @property
    def ruled(self) -> int:
        """How many items would get a ruling."""
        return sum(self.changes.values())

    @property
    def changed(self) -> int:
        """How many of them another label than they have."""
        return sum(n for (before, after), n in self.changes.items() if before != after)


def preview(
    connection: Connection,
    project: Project,
    items: Sequence[Candidate],
    labels: Mapping[int, str],
    *,
    overrule: bool = False,
) -> Preview:
    """What :func:`rule_many` would do with the same arguments now."""
    changes: Counter[tuple[str, str]] = Counter()
    left_out: Counter[str] = Counter()
    spoiled = mended = sealed = 0.0
    for candidate, last, why_not in _judged(connection, project, items, labels, overrule=overrule):
        if why_not is not None:
            left_out[why_not] += 1
        else:
            ruled, after, wrong = last.label if last else None, labels[candidate.item_id], candidate.score or 0.0
            changes[ruled or candidate.given or "", after] += 1
            if ruled is None and candidate.score is not None and after == candidate.given:
                sealed += wrong
            elif ruled is None and candidate.score is not None:
                spoiled, mended = spoiled + 1 - wrong, mended + wrong
    return Preview(dict(changes.most_common()), dict(left_out), spoiled, mended, sealed)


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
    """Give each of ``items`` its label in one act. Items that an expert holds, that are golden or that the running audit drew
    and nobody has ruled are left alone, ruled ones too unless ``overrule``. Raises LabelingError ``unknown_label``,
    ``nothing_to_rule`` or ``not_allowed``.
    """
    check_expert(connection, project.id, actor)
    stored = accepted_all(connection, project, labels.values())
    labels = {item_id: stored[label] for item_id, label in labels.items()}
    judged = _judged(connection, project, items, labels, overrule=overrule)
    free = {candidate.item_id: (candidate, last) for candidate, last, why_not in judged if why_not is None}
    if not free:
        raise LabelingError("nothing_to_rule", n=len({candidate.item_id for candidate in items} & labels.keys()))
    act = secrets.token_hex(16)
    shared = {"verdict": Verdict.LABEL, "rationale": rationale.strip(), "route": Route.HAND, "act": act}
    rows = []
    for item_id, (candidate, last) in free.items():
        ruled = {"item_id": item_id, "revision": last.revision + 1 if last else 1, "label": labels[item_id]}
        why = {"run_id": run_id, "given": candidate.given, "score": candidate.score, "suspicion": candidate.suspicion}
        rows.append({**shared, **ruled, **why})
    append(connection, project, rows, guideline_version=newest_guideline(connection, project), now=now, actor=actor)
    queueing.want(connection, dict.fromkeys(free, 0))
    record(connection, "rule_many", act, now=now, actor=actor, project_id=project.id, details={"items": len(free)})
    return Bulk(act, len(free), len(items) - len(free))


def _judged(
    connection: Connection, project: Project, items: Sequence[Candidate], labels: Mapping[int, str], *, overrule: bool
) -> Iterator[tuple[Candidate, Entry | None, str | None]]:
    """Each of ``items`` with its ruling in force, and why it is left out; None where it isn't."""
    held = exists().where(lease.c.item_id == queue.c.item_id, lease.c.state == LeaseState.OPEN).label("held")
    drawn = queue.c.item_id.in_(audit_sample(project.id)).label("drawn")
    query = select(queue.c.item_id, queue.c.golden, held, drawn).where(queue.c.project_id == project.id)
    for part in portions(items, _AT_ONCE):
        item_ids = [candidate.item_id for candidate in part]
        queued = {row.item_id: row for row in connection.execute(query.where(queue.c.item_id.in_(item_ids)))}
        histories = entries(connection, item_ids)
        for candidate in part:
            item_id = candidate.item_id
            row, last = queued.get(item_id), histories[item_id][-1] if item_id in histories else None
            is_ruled = last is not None and last.verdict is Verdict.LABEL
            # The audit asks for a word on this one alone.
            is_awaited = row is not None and row.drawn and (last is None or last.in_bulk or not is_ruled)
            # In the order of LEFT_OUT.
            reasons = (
                *(row is None, row and row.golden, row and row.held),
                *(is_ruled and not overrule, is_awaited, item_id not in labels),
            )
            yield candidate, last, next((why for why, holds in zip(LEFT_OUT, reasons, strict=True) if holds), None)
