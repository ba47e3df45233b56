"""Golden items: appointed, ruled anew, retired; each an append-only revision."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from db import schema
from labeling.desk.policy import spin
from labeling.errors import LabelingError
from labeling.events import record
from labeling.projects import wanted as queueing
from labeling.projects.projects import Project
from labeling.roles import check_expert

golden, item = schema.golden, schema.item


def appoint(
    connection: Connection,
    project: Project,
    item_id: int,
    label: str | None,
    *,
    explanation: str = "",
    now: datetime,
    actor: int | None,
) -> int:
    """Settle an item's label as golden (None retires it); says the revision's number.

    Raises LabelingError ``unknown_item``, ``unknown_label``, ``golden_in_guide`` or ``not_allowed``.
    """
    check_expert(connection, project.id, actor)
    case = schema.corner_case
    shown = select(case.c.id).where(case.c.item_id == item_id, case.c.removed_at.is_(None))
    if label is not None and connection.execute(shown).first():
        raise LabelingError("golden_in_guide")
    owned = select(item.c.id).where(item.c.id == item_id, item.c.project_id == project.id)
    if connection.execute(owned).first() is None:
        raise LabelingError("unknown_item", item=item_id)
    classes = schema.label_class
    known = select(classes.c.code).where(classes.c.project_id == project.id, classes.c.code == label)
    if label is not None and connection.execute(known).first() is None:
        raise LabelingError("unknown_label", label=label)
    latest = select(func.coalesce(func.max(golden.c.revision), 0)).where(golden.c.item_id == item_id)
    revision = int(connection.execute(latest).scalar_one()) + 1
    values = {"item_id": item_id, "revision": revision, "project_id": project.id, "label": label}
    ruling = {"explanation": explanation, "appointed_by": actor, "created_at": now}
    connection.execute(insert(golden).values(values | ruling))
    queueing.set_golden(connection, item_id, golden=label is not None, spin=spin(project.seed, item_id))
    record(connection, "appoint_golden" if label else "retire_golden", str(item_id), now=now, actor=actor,
           project_id=project.id, details={"label": label})  # fmt: skip
    return revision


def retire_appointed(
    connection: Connection, project: Project, item_id: int, *, at: datetime, now: datetime, actor: int | None
) -> None:
    """Retire a golden item that was appointed at the moment ``at``, where its label in force is that one."""
    newest = select(golden.c.label, golden.c.created_at).where(golden.c.item_id == item_id)
    row = connection.execute(newest.order_by(golden.c.revision.desc()).limit(1)).first()
    if row is not None and row.label is not None and row.created_at == at:
        appoint(connection, project, item_id, None, now=now, actor=actor)


def pool_size(connection: Connection, project_id: int) -> int:
    """How many golden items the project has now."""
    queue = schema.queue
    pool = select(func.count()).select_from(queue).where(queue.c.project_id == project_id, queue.c.golden)
    return int(connection.execute(pool).scalar_one())
