"""Named batches: items that somebody put together for the expert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from db import schema
from labeling.errors import LabelingError
from labeling.events import record
from labeling.projects.projects import Project
from labeling.roles import check_expert

batch, batch_item, item = schema.batch, schema.batch_item, schema.item

MAX_NAME = 200
_AT_ONCE = 500


def make_batch(
    connection: Connection,
    project: Project,
    name: str,
    item_ids: Sequence[int],
    *,
    source: Mapping[str, Any] | None = None,
    now: datetime,
    actor: int | None,
) -> int:
    """Put items together under a name, in the order in which they should be ruled; says the batch's id.

    Raises LabelingError ``batch_name``, ``batch_exists``, ``batch_empty`` or ``not_allowed``; unknown items are left out.
    """
    check_expert(connection, project.id, actor)
    name = name.strip()
    if not name or len(name) > MAX_NAME:
        raise LabelingError("batch_name", most=MAX_NAME)
    same = select(batch.c.id).where(batch.c.project_id == project.id, batch.c.name == name)
    if connection.execute(same).first():
        raise LabelingError("batch_exists", name=name)
    known = _known(connection, project.id, item_ids)
    if not known:
        raise LabelingError("batch_empty")
    values = {"project_id": project.id, "name": name, "person_id": actor, "created_at": now}
    connection.execute(insert(batch).values(values | {"source": dict(source) if source else None}))
    made = int(connection.execute(same).scalar_one())
    rows = [{"batch_id": made, "item_id": item_id, "position": at} for at, item_id in enumerate(known)]
    connection.execute(insert(batch_item), rows)
    record(connection, "make_batch", name, now=now, actor=actor, project_id=project.id, details={"items": len(known)})
    return made


def delete_batch(connection: Connection, project: Project, batch_id: int, *, now: datetime, actor: int | None) -> None:
    """Take a batch apart; what was ruled in it stays. Raises LabelingError ``unknown_batch`` or ``not_allowed``."""
    check_expert(connection, project.id, actor)
    here = (batch.c.id == batch_id) & (batch.c.project_id == project.id)
    name = connection.execute(select(batch.c.name).where(here)).scalar()
    if name is None:
        raise LabelingError("unknown_batch")
    connection.execute(delete(batch_item).where(batch_item.c.batch_id == batch_id))
    connection.execute(delete(batch).where(here))
    record(connection, "delete_batch", str(name), now=now, actor=actor, project_id=project.id)


def batch_items(connection: Connection, project_id: int, batch_id: int) -> list[int]:
    """The ids of a batch's items in their order; none where the project has no such batch."""
    here = (batch.c.id == batch_id) & (batch.c.project_id == project_id)
    query = select(batch_item.c.item_id).join(batch, batch.c.id == batch_item.c.batch_id).where(here)
    return list(connection.execute(query.order_by(batch_item.c.position)).scalars())


def _known(connection: Connection, project_id: int, item_ids: Sequence[int]) -> list[int]:
    wanted = list(dict.fromkeys(item_ids))
    known: set[int] = set()
    for at in range(0, len(wanted), _AT_ONCE):
        query = select(item.c.id).where(item.c.project_id == project_id, item.c.id.in_(wanted[at : at + _AT_ONCE]))
        known |= set(connection.execute(query).scalars())
    return [item_id for item_id in wanted if item_id in known]
