"""Serving: which items lie on an assessor's desk now. See docs/decisions/serving.md for what was weighed."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnClause,
    Connection,
    Integer,
    bindparam,
    exists,
    false,
    func,
    insert,
    literal_column,
    select,
    true,
    union_all,
    update,
)

from db import schema
from db.vocabulary import ChunkKind, LeaseState, SuggestionPolicy
from labeling.desk import repeats, suggestions
from labeling.desk.chunks import Chunk
from labeling.desk.policy import golden_pivot, golden_slots
from labeling.desk.suggestions import Hint, Shown
from labeling.projects import wanted as queueing
from labeling.projects.projects import Project
from labeling.projects.wanted import OPEN

lease, queue, item, annotation, desk = schema.lease, schema.queue, schema.item, schema.annotation, schema.desk

Slots: TypeAlias = dict[str, list[Any]]
_DONE = (LeaseState.ANSWERED, LeaseState.SKIPPED)
_KEPT = (LeaseState.OPEN, *_DONE)
_LOST = (LeaseState.EXPIRED, LeaseState.RELEASED)


@dataclass(frozen=True)
class Leased:
    """One item on the desk. Nothing here tells a golden item or a repeat from an ordinary one.

    ``suggestion`` is junior's, where this lease shows it before the answer.
    """

    token: str
    slot: int
    text: str
    context: str | None
    metadata: dict[str, Any] | None
    suggestion: Hint | None = None


@dataclass(frozen=True)
class Ordinary:
    """A candidate for an ordinary slot; ``returned`` ones came free behind or ahead of the cursor."""

    item_id: int
    position: int
    returned: bool


FREE: ColumnClause[bool] = literal_column("queue.places > 0")
_RETURNED: ColumnClause[bool] = literal_column("queue.returned AND queue.places > 0")
_GOLDEN: ColumnClause[bool] = literal_column("queue.golden AND NOT queue.paused")
_ME: BindParameter[int] = bindparam("me", type_=Integer)
_PROJECT: BindParameter[int] = bindparam("project", type_=Integer)
_LIMIT: BindParameter[int] = bindparam("n", type_=Integer)

_mine = lease.alias("mine")
_HELD_ONCE = _mine.c.assessor_id == _ME, _mine.c.item_id == queue.c.item_id
_ANSWERED = exists().where(annotation.c.item_id == queue.c.item_id, annotation.c.assessor_id == _ME)
# Not IN (...): SQLAlchemy would write its list anew at every call.
_MINE_ALREADY = exists().where(*_HELD_ONCE, *[_mine.c.state != lost for lost in _LOST]) | _ANSWERED
_ORDINARY = (
    select(queue.c.item_id, queue.c.position)
    .where(queue.c.project_id == _PROJECT, ~_MINE_ALREADY)
    .order_by(queue.c.position)
    .limit(_LIMIT)
)
_CURSOR = select(desk.c.cursor).where(desk.c.project_id == _PROJECT, desk.c.assessor_id == _ME).scalar_subquery()
_BACK = _ORDINARY.where(_RETURNED).subquery("back")
_AHEAD = _ORDINARY.where(FREE, ~queue.c.returned, queue.c.position > func.coalesce(_CURSOR, queueing.START))
_PICK = union_all(
    select(_BACK, true().label("returned")),
    select(_AHEAD.subquery("ahead"), false().label("returned")),
)
# A golden item is shown to one person once, whatever became of that lease.
_SHOWN = exists().where(*_HELD_ONCE) | _ANSWERED
_PICK_GOLDEN = (
    select(queue.c.item_id)
    .where(queue.c.project_id == _PROJECT, _GOLDEN, queue.c.spin >= bindparam("pivot"), ~_SHOWN)
    .order_by(queue.c.spin)
    .limit(1)
)
_DUE = select(lease.c.id, lease.c.item_id, lease.c.assessor_id, lease.c.repeat).where(
    lease.c.project_id == _PROJECT, OPEN, lease.c.expires_at <= bindparam("now")
)
_AGEING = (lease.c.expires_at < bindparam("half")).label("ageing")
_SLOTS = select(lease.c.id, lease.c.item_id, lease.c.slot, lease.c.state, _AGEING, lease.c.repeat).where(
    lease.c.chunk_id == bindparam("chunk")
)
_HELD = (
    select(lease.c.token, lease.c.slot, item.c.text, item.c.context, item.c.metadata, lease.c.arm, lease.c.suggestion)
    .add_columns(lease.c.item_id)
    .join(item, item.c.id == lease.c.item_id)
    .where(lease.c.chunk_id == bindparam("chunk"), OPEN)
    .order_by(lease.c.slot)
)
_NEXT_FREE = (
    select(lease.c.expires_at)
    .join(queue, queue.c.item_id == lease.c.item_id)
    .where(lease.c.project_id == _PROJECT, OPEN, ~lease.c.repeat, lease.c.assessor_id != _ME)
    .where(~queue.c.golden, ~_MINE_ALREADY)
    .order_by(lease.c.expires_at)
    .limit(1)
)


_ONE = update(lease).where(lease.c.id == bindparam("lease", type_=Integer))
_LEASE = insert(lease)
_ADVANCE = (
    update(desk).where(desk.c.project_id == _PROJECT, desk.c.assessor_id == _ME).values(cursor=bindparam("reached"))
)


def sweep(connection: Connection, project: Project, assessor_id: int, *, now: datetime) -> None:
    """Close the leases whose time is over, so that their places are free for others.

    One's own are renewed instead: the items still lie on that desk, and nobody took them.
    """
    due = connection.execute(_DUE, {"project": project.id, "now": now}).all()
    if not due:
        return
    mine = [row.id for row in due if row.assessor_id == assessor_id]
    others = [row for row in due if row.assessor_id != assessor_id]
    if mine:
        expires = now + timedelta(minutes=project.lease_minutes)
        connection.execute(update(lease).where(lease.c.id.in_(mine)).values(expires_at=expires))
    if others:
        closing = update(lease).where(lease.c.id.in_([row.id for row in others]))
        connection.execute(closing.values(state=LeaseState.EXPIRED, closed_at=now))
        _give_back(connection, others)


def slots_of(connection: Connection, project: Project, chunk: Chunk, *, now: datetime) -> Slots:
    """Every lease of the chunk by its state: id, item_id, slot, state, whether half of its time is over, repeat."""
    half = now + timedelta(minutes=project.lease_minutes) / 2
    slots: Slots = {state.value: [] for state in LeaseState}
    for row in connection.execute(_SLOTS, {"chunk": chunk.id, "half": half}).all():
        slots[row[3]].append(row)
    return slots


def answered(slots: Slots) -> int:
    """How many of these are answered or skipped."""
    return sum(len(slots[state]) for state in _DONE)


def fill(connection: Connection, project: Project, chunk: Chunk, slots: Slots, *, want: int, now: datetime) -> None:
    """Bring the desk up to ``want`` items of this chunk: what expired comes back first, then new ones."""
    _renew_ageing(connection, project, slots, now=now)
    kept = {slot for state in _KEPT for _, _, slot, *_ in slots[state]}
    held = len(slots[LeaseState.OPEN])
    for row in slots[LeaseState.EXPIRED]:
        if row.slot not in kept and held < want and _reopen(connection, project, row, now=now):
            kept.add(row.slot)
            held += 1
    empty = [slot for slot in range(chunk.size) if slot not in kept][: max(0, want - held)]
    if empty:
        _serve(connection, project, chunk, empty, now=now)


def held_items(connection: Connection, project: Project, chunk: Chunk) -> list[Leased]:
    """The items on the desk, in the order of their slots; of their metadata only what the project shows."""
    shown = project.shown_metadata
    rows = connection.execute(_HELD, {"chunk": chunk.id}).all()
    return [
        Leased(
            row.token,
            row.slot,
            row.text,
            row.context,
            {key: row.metadata[key] for key in shown if key in row.metadata} if shown and row.metadata else None,
            suggestions.hint(connection, project, row.item_id, row.suggestion)
            if row.arm == SuggestionPolicy.BEFORE
            else None,
        )
        for row in rows
    ]


def has_work(connection: Connection, project: Project, assessor_id: int) -> bool:
    """Whether an ordinary item could be handed to this assessor now."""
    return bool(_ordinary(connection, project.id, assessor_id, 1))


def unseen_golden(connection: Connection, project: Project, assessor_id: int) -> int:
    """How many golden items of the pool this assessor was never shown."""
    query = select(func.count()).select_from(queue).where(queue.c.project_id == _PROJECT, _GOLDEN, ~_SHOWN)
    return int(connection.execute(query, {"project": project.id, "me": assessor_id}).scalar_one())


def next_free(connection: Connection, project: Project, assessor_id: int) -> datetime | None:
    """When the first lease of others ends on an item this assessor could label; None where there is none."""
    found = connection.execute(_NEXT_FREE, {"project": project.id, "me": assessor_id}).scalar()
    return found if isinstance(found, datetime) else None


def release_all(
    connection: Connection,
    assessor_id: int,
    *,
    now: datetime,
    project_id: int | None = None,
    chunk_id: int | None = None,
) -> None:
    """Take every open lease away from an assessor, everywhere or in one project or chunk."""
    query = select(lease.c.id, lease.c.item_id, lease.c.repeat).where(lease.c.assessor_id == assessor_id, OPEN)
    if project_id is not None:
        query = query.where(lease.c.project_id == project_id)
    if chunk_id is not None:
        query = query.where(lease.c.chunk_id == chunk_id)
    rows = connection.execute(query).all()
    if rows:
        closing = update(lease).where(lease.c.id.in_([row.id for row in rows]))
        connection.execute(closing.values(state=LeaseState.RELEASED, closed_at=now))
        _give_back(connection, rows)


# Long: which item comes at which place is one decision; its halves would pass each other all they know.
def _serve(connection: Connection, project: Project, chunk: Chunk, empty: list[int], *, now: datetime) -> None:
    golden = _golden_slots(project, chunk)
    ordinary = _ordinary(connection, project.id, chunk.assessor_id, len(empty))
    back = repeats.due(connection, project, chunk, empty, golden) if ordinary else {}
    taken: list[Ordinary] = []
    chosen: list[tuple[int, int]] = []
    for slot in empty:
        found = None
        # Golden items only accompany work: a project that has run out of items doesn't go on with them alone.
        if chunk.kind is ChunkKind.QUALIFICATION or (slot in golden and len(taken) < len(ordinary)):
            found = _golden(connection, project, chunk, slot, [item_id for _, item_id in chosen])
        elif len(taken) < len(ordinary):
            found = back.get(slot)
        if found is None and chunk.kind is ChunkKind.WORK and len(taken) < len(ordinary):
            taken.append(ordinary[len(taken)])
            found = taken[-1].item_id
        if found is None:
            break
        chosen.append((slot, found))
    if not chosen:
        return
    shared = {
        "project_id": project.id,
        "assessor_id": chunk.assessor_id,
        "chunk_id": chunk.id,
        "state": LeaseState.OPEN.value,
        "opened_at": now,
        "expires_at": now + timedelta(minutes=project.lease_minutes),
    }
    shown = suggestions.to_show(connection, project, chunk.assessor_id, [item_id for _, item_id in chosen])
    rows = [
        shared
        | {"item_id": item_id, "slot": slot, "token": secrets.token_hex(12), "repeat": slot in back}
        | _shows(shown.get(item_id))
        for slot, item_id in chosen
    ]
    connection.execute(_LEASE, rows)
    if taken:
        queueing.take_places(connection, [pick.item_id for pick in taken])
        # Only picks in order move the cursor: a returned item may lie far ahead of what was never shown.
        in_order = [pick.position for pick in taken if not pick.returned]
        if in_order:
            _advance(connection, project.id, chunk.assessor_id, max(in_order))


def _shows(shown: Shown | None) -> dict[str, Any]:
    if shown is None:
        return {"arm": None, "suggestion": None, "probe": False}
    return {"arm": shown.arm.value, "suggestion": shown.label, "probe": shown.probe}


def _golden_slots(project: Project, chunk: Chunk) -> frozenset[int]:
    return golden_slots(project.seed, chunk.assessor_id, chunk.ordinal, chunk.size, project.golden_per_chunk)


def _give_back(connection: Connection, ended: Iterable[Any]) -> None:
    """The places of leases that have ended; a repeat had none."""
    queueing.give_back(connection, {row.item_id for row in ended if not row.repeat})


def _ordinary(connection: Connection, project_id: int, assessor_id: int, n: int) -> list[Ordinary]:
    facts = {"project": project_id, "me": assessor_id, "n": n}
    found = [Ordinary(*row) for row in connection.execute(_PICK, facts)]
    return sorted(found, key=lambda pick: (not pick.returned, pick.position))[:n]


def _golden(connection: Connection, project: Project, chunk: Chunk, slot: int, chosen: list[int]) -> int | None:
    pivot = golden_pivot(project.seed, chunk.assessor_id, chunk.ordinal, slot)
    facts = {"project": project.id, "me": chunk.assessor_id}
    query = _PICK_GOLDEN.where(queue.c.item_id.not_in(chosen)) if chosen else _PICK_GOLDEN
    for start in (pivot, queueing.START):
        found = connection.execute(query, facts | {"pivot": start}).scalar()
        if found is not None:
            return int(found)
    return None


def _advance(connection: Connection, project_id: int, assessor_id: int, reached: int) -> None:
    facts = {"project": project_id, "me": assessor_id, "reached": reached}
    if connection.execute(_ADVANCE, facts).rowcount == 0:
        values = {"project_id": project_id, "assessor_id": assessor_id, "cursor": reached}
        connection.execute(insert(desk).values(values))


def _reopen(connection: Connection, project: Project, row: Any, *, now: datetime) -> bool:
    """Give an expired lease back to its assessor where the item still has room for them; a repeat needs none."""
    wanted = connection.execute(select(queue.c.places, queue.c.golden).where(queue.c.item_id == row.item_id)).one()
    needs_place = not (wanted.golden or row.repeat)
    if needs_place and wanted.places <= 0:
        return False
    expires = now + timedelta(minutes=project.lease_minutes)
    reopening = update(lease).where(lease.c.id == row.id)
    connection.execute(reopening.values(state=LeaseState.OPEN, closed_at=None, expires_at=expires))
    if needs_place:
        queueing.take_places(connection, [row.item_id])
    return True


def _renew_ageing(connection: Connection, project: Project, slots: Slots, *, now: datetime) -> None:
    ageing = [row.id for row in slots[LeaseState.OPEN] if row.ageing]
    if ageing:
        expires = now + timedelta(minutes=project.lease_minutes)
        connection.execute(update(lease).where(lease.c.id.in_(ageing)).values(expires_at=expires))
