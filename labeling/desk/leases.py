"""Leases that end: whose time is over, and those that are taken away. Their places go back to the items."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BindParameter, Connection, Integer, bindparam, exists, select, update

from db import schema
from db.frames.work import OPEN
from db.types import UtcTime
from db.vocabulary import ChunkKind, LeaseState
from labeling.projects import wanted as queueing
from labeling.projects.projects import Project

lease, queue, chunk = schema.lease, schema.queue, schema.chunk

# The states of a lease that stands in its slot, and those that end one without an answer: the slot takes another item, and
# the item may come to the same person again.
IN_SLOT = (LeaseState.OPEN, LeaseState.ANSWERED, LeaseState.SKIPPED)
LOST = (LeaseState.EXPIRED, LeaseState.RELEASED)
# Parameters of the statements that are built once: the person who asks, and the project.
ME: BindParameter[int] = bindparam("me", type_=Integer)
PROJECT: BindParameter[int] = bindparam("project", type_=Integer)

_DUE_NOW = (lease.c.project_id == PROJECT, OPEN, lease.c.expires_at <= bindparam("now", type_=UtcTime))
# That there is something to sweep, by "project" and "now", for a statement that is asked anyway.
OVERDUE = exists().where(*_DUE_NOW)
# A qualification is made of golden items, and everybody knows it: what comes free of one goes to nobody else.
_KEPT = exists().where(
    chunk.c.id == lease.c.chunk_id, chunk.c.kind == ChunkKind.QUALIFICATION.value,
    queue.c.item_id == lease.c.item_id, queue.c.golden,
).correlate(lease)  # fmt: skip
_GIVES_BACK = (~lease.c.repeat & ~_KEPT).label("gives_back")
_DUE = select(lease.c.id, lease.c.item_id, lease.c.assessor_id, _GIVES_BACK).where(*_DUE_NOW)


def sweep(connection: Connection, project: Project, assessor_id: int, *, now: datetime) -> None:
    """Close the leases whose time is over, so that their places are free for others.

    One's own are renewed instead: the items still lie on that desk, and nobody took them.
    """
    due = connection.execute(_DUE, {"project": project.id, "now": now}).all()
    others = [row for row in due if row.assessor_id != assessor_id]
    renew(connection, project, [row.id for row in due if row.assessor_id == assessor_id], now=now)
    if others:
        closing = update(lease).where(lease.c.id.in_([row.id for row in others]))
        connection.execute(closing.values(state=LeaseState.EXPIRED, closed_at=now))
        _give_back(connection, others)


def renew(connection: Connection, project: Project, lease_ids: Collection[int], *, now: datetime) -> None:
    """Let these leases last as long as if they were taken now; one that has ended meanwhile stays ended."""
    if lease_ids:
        going_on = update(lease).where(lease.c.id.in_(lease_ids), OPEN)
        connection.execute(going_on.values(expires_at=_until(project, now)))


def reopen(connection: Connection, project: Project, lease_ids: Collection[int], *, now: datetime) -> None:
    """Give leases that have expired back to their assessors; whether their items have room for that is asked before."""
    if lease_ids:
        values = {"state": LeaseState.OPEN, "closed_at": None, "expires_at": _until(project, now)}
        connection.execute(update(lease).where(lease.c.id.in_(lease_ids)).values(values))


def release_all(
    connection: Connection,
    assessor_id: int,
    *,
    now: datetime,
    project_id: int | None = None,
    chunk_id: int | None = None,
) -> None:
    """Take every open lease away from an assessor, everywhere or in one project or chunk."""
    query = update(lease).where(lease.c.assessor_id == assessor_id, OPEN)
    if project_id is not None:
        query = query.where(lease.c.project_id == project_id)
    if chunk_id is not None:
        query = query.where(lease.c.chunk_id == chunk_id)
    closing = query.values(state=LeaseState.RELEASED, closed_at=now)
    _give_back(connection, connection.execute(closing.returning(lease.c.item_id, _GIVES_BACK)).all())


def _give_back(connection: Connection, ended: Iterable[Any]) -> None:
    queueing.give_back(connection, {row.item_id for row in ended if row.gives_back})


def _until(project: Project, now: datetime) -> datetime:
    return now + timedelta(minutes=project.lease_minutes)
