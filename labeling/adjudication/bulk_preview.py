"""What a bulk ruling would do, before anybody decides: counted by the rules by which it acts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from db import schema
from db.many import portions
from db.vocabulary import LeaseState, Verdict
from labeling.adjudication.queue import Candidate
from labeling.projects.projects import Project

lease, ruling, queue = schema.expert_lease, schema.adjudication, schema.queue

# Why an item is left out, in the order in which it is asked.
LEFT_OUT = ("unknown", "golden", "held", "ruled", "without_label")
_AT_ONCE = 500


@dataclass(frozen=True)
class Preview:
    """``changes``: how many items go from one label to another, or stay as they are; ``left_out`` by LEFT_OUT."""

    changes: Mapping[tuple[str, str], int]
    left_out: Mapping[str, int]

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
    """What :func:`labeling.adjudication.bulk.rule_many` would do with the same arguments now."""
    changes: Counter[tuple[str, str]] = Counter()
    left_out: Counter[str] = Counter()
    for part in portions(items, _AT_ONCE):
        ids = [candidate.item_id for candidate in part]
        golden, held = _golden(connection, project.id, ids), _held(connection, ids)
        ruled = _ruled(connection, ids)
        for candidate in part:
            item_id = candidate.item_id
            why = _why_not(item_id, labels, golden, held, {} if overrule else ruled)
            if why is not None:
                left_out[why] += 1
            else:
                changes[ruled.get(item_id, candidate.given or ""), labels[item_id]] += 1
    return Preview(dict(changes.most_common()), dict(left_out))


def _why_not(
    item_id: int, labels: Mapping[int, str], golden: Mapping[int, bool], held: set[int], ruled: Mapping[int, str]
) -> str | None:
    if item_id not in golden:
        return "unknown"
    if golden[item_id]:
        return "golden"
    if item_id in held:
        return "held"
    if item_id in ruled:
        return "ruled"
    return None if item_id in labels else "without_label"


def _golden(connection: Connection, project_id: int, ids: Sequence[int]) -> dict[int, bool]:
    """Whether each item of this project is golden."""
    query = select(queue.c.item_id, queue.c.golden).where(queue.c.item_id.in_(ids), queue.c.project_id == project_id)
    return {row.item_id: row.golden for row in connection.execute(query)}


def _held(connection: Connection, ids: Sequence[int]) -> set[int]:
    """The items that lie before an expert now."""
    query = select(lease.c.item_id).where(lease.c.item_id.in_(ids), lease.c.state == LeaseState.OPEN)
    return set(connection.execute(query).scalars())


def _ruled(connection: Connection, ids: Sequence[int]) -> dict[int, str]:
    """The labels that rulings in force have settled."""
    query = select(ruling.c.item_id, ruling.c.verdict, ruling.c.label).where(ruling.c.item_id.in_(ids))
    newest = {row.item_id: row for row in connection.execute(query.order_by(ruling.c.revision))}
    return {item_id: row.label for item_id, row in newest.items() if row.verdict == Verdict.LABEL}
