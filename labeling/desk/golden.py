"""Golden items: appointed, ruled anew, retired; each an append-only revision."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, exists, func, insert, select

from db import schema
from db.frames.reading import in_force
from db.frames.recoding import is_lost
from db.many import portions
from labeling.desk.policy import spin
from labeling.errors import LabelingError
from labeling.events import record
from labeling.projects import wanted as queueing
from labeling.projects.labels import accepted
from labeling.projects.projects import Project
from labeling.roles import check_expert

golden, item = schema.golden, schema.item

_AT_ONCE = 500


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
    case, classes = schema.corner_case, schema.label_class
    in_guide = exists().where(case.c.item_id == item.c.id, case.c.removed_at.is_(None))
    is_class = exists().where(classes.c.project_id == project.id, classes.c.code == label, classes.c.gone.is_(None))
    was_lost = exists().where(golden.c.item_id == item.c.id, in_force(golden), is_lost(golden))
    latest = select(func.coalesce(func.max(golden.c.revision), 0)).where(golden.c.item_id == item.c.id)
    query = select(in_guide.label("in_guide"), is_class.label("is_class"), latest.scalar_subquery().label("revision"))
    query = query.add_columns(was_lost.label("was_lost"))
    row = connection.execute(query.where(item.c.id == item_id, item.c.project_id == project.id)).first()
    if row is None:
        raise LabelingError("unknown_item", item=item_id)
    if label is not None and row.in_guide:
        raise LabelingError("golden_in_guide")
    if label is not None:
        label = accepted(connection, project, label, is_known=row.is_class)
    revision = int(row.revision) + 1
    what = {"item_id": item_id, "revision": revision, "project_id": project.id, "label": label}
    why = {"explanation": explanation, "appointed_by": actor, "created_at": now}
    connection.execute(insert(golden).values(what | why))
    queueing.set_golden(connection, item_id, golden=label is not None, spin=spin(project.seed, item_id))
    if row.was_lost:
        # It waited for this word: its class had been split.
        queueing.pause(connection, [item_id], paused=False)
    record(connection, "appoint_golden" if label else "retire_golden", str(item_id), now=now, actor=actor,
           project_id=project.id, details={"label": label})  # fmt: skip
    return revision


def retire_appointed(
    connection: Connection, project: Project, moments: Mapping[int, datetime], *, now: datetime, actor: int | None
) -> None:
    """Retire those of these items that were appointed at these moments, where their label in force is that one."""
    for item_ids in portions(list(moments), _AT_ONCE):
        labeled = golden.c.item_id.in_(item_ids) & golden.c.label.is_not(None) & in_force(golden)
        for row in connection.execute(select(golden.c.item_id, golden.c.created_at).where(labeled)).all():
            if row.created_at == moments[row.item_id]:
                appoint(connection, project, row.item_id, None, now=now, actor=actor)
