"""How much is left to one assessor, told so that it gives no golden item away."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, false, func, or_, select, union

from db import schema
from db.vocabulary import LeaseState
from labeling.desk import picking
from labeling.desk.leases import LOST, ME, PROJECT
from labeling.projects.projects import Project

lease, queue, annotation, chunk = schema.lease, schema.queue, schema.annotation, schema.chunk

_ORDINARY = (queue.c.project_id == PROJECT) & ~queue.c.golden
# Places that are taken in chunks that are open still count as free: what goes on in those must move nothing.
_HELD = (
    select(lease.c.item_id)
    .join(chunk, chunk.c.id == lease.c.chunk_id)
    .outerjoin(annotation, annotation.c.lease_id == lease.c.id)
    .where(lease.c.project_id == PROJECT, chunk.c.closed_at.is_(None), ~lease.c.repeat)
    .where(lease.c.state.in_((LeaseState.OPEN, LeaseState.ANSWERED)))
    .where(func.coalesce(annotation.c.surplus, false()).is_(false()))
)
_IS_OVER = or_(chunk.c.id.is_(None), chunk.c.closed_at.is_not(None))
_MINE = union(
    select(lease.c.item_id)
    .outerjoin(chunk, chunk.c.id == lease.c.chunk_id)
    .where(lease.c.project_id == PROJECT, lease.c.assessor_id == ME, ~lease.c.repeat)
    .where(lease.c.state.not_in(LOST), _IS_OVER),
    select(annotation.c.item_id)
    .outerjoin(chunk, chunk.c.id == annotation.c.chunk_id)
    .where(annotation.c.project_id == PROJECT, annotation.c.assessor_id == ME, _IS_OVER),
).subquery("mine")


def _counted(where: ColumnElement[bool]) -> Select[Any]:
    return select(func.count()).select_from(queue).where(_ORDINARY, where)


# Apart: the first is read off an index, the others are about few items.
_FREE, _TAKEN = _counted(picking.FREE), _counted(and_(queue.c.places <= 0, queue.c.item_id.in_(_HELD)))
_HAD = _counted(or_(picking.FREE, queue.c.item_id.in_(_HELD))).where(queue.c.item_id.in_(select(_MINE.c.item_id)))
_LEFT = select(_FREE.scalar_subquery() + _TAKEN.scalar_subquery() - _HAD.scalar_subquery())


def left_for(connection: Connection, project: Project, assessor_id: int) -> int:
    """How many answers the assessor may still give at most, golden items and repeats among them, in whole chunks.

    As if everybody's open chunks held nothing yet: neither what the assessor does in theirs nor what a colleague does moves it.
    Others may be quicker, so it is a bound. What the card shows is this less the answers in the open chunk.
    """
    left = int(connection.execute(_LEFT, {"project": project.id, "me": assessor_id}).scalar_one())
    return -(-left // project.ordinary_per_chunk) * project.chunk_size
