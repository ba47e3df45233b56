"""Named batches: items that somebody put together for the expert."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from db import schema
from db.many import portions
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
    if connection.execute(select(batch.c.id).where(batch.c.project_id == project.id, batch.c.name == name)).first():
        raise LabelingError("batch_exists", name=name)
    inside = _of_project(connection, project.id, item_ids)
    if not inside:
        raise LabelingError("batch_empty")
    values = {"project_id": project.id, "name": name, "person_id": actor, "created_at": now}
    inserting = insert(batch).values(values | {"source": dict(source) if source else None}).returning(batch.c.id)
    batch_id = int(connection.execute(inserting).scalar_one())
    rows = [{"batch_id": batch_id, "item_id": item_id, "position": at} for at, item_id in enumerate(inside)]
    connection.execute(insert(batch_item), rows)
    record(connection, "make_batch", name, now=now, actor=actor, project_id=project.id, details={"items": len(inside)})
    return batch_id


def batch_items(connection: Connection, project_id: int, batch_id: int) -> list[int]:
    """The ids of a batch's items in their order; none where the project has no such batch."""
    here = (batch.c.id == batch_id) & (batch.c.project_id == project_id)
    query = select(batch_item.c.item_id).join(batch, batch.c.id == batch_item.c.batch_id).where(here)
    return list(connection.execute(query.order_by(batch_item.c.position)).scalars())


def _of_project(connection: Connection, project_id: int, item_ids: Sequence[int]) -> list[int]:
    """Those of these items that the project has, each once, in their order."""
    unique = list(dict.fromkeys(item_ids))
    present: set[int] = set()
    for part in portions(unique, _AT_ONCE):
        query = select(item.c.id).where(item.c.project_id == project_id, item.c.id.in_(part))
        present |= set(connection.execute(query).scalars())
    return [item_id for item_id in unique if item_id in present]
