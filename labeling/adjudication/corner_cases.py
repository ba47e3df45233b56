"""Corner cases: examples with their ruling that stand under the guide, for everybody to read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select, update

from db import schema
from db.frames.recoding import recoding
from labeling.errors import LabelingError
from labeling.events import record
from labeling.projects.projects import Project
from labeling.roles import check_expert

case, item, queue = schema.corner_case, schema.item, schema.queue


@dataclass(frozen=True)
class CornerCase:
    """One example of the guide."""

    id: int
    item_id: int
    text: str
    label: str
    rationale: str
    created_at: datetime


def add(
    connection: Connection,
    project: Project,
    item_id: int,
    label: str,
    rationale: str,
    *,
    now: datetime,
    actor: int | None,
) -> None:
    """Put a ruled item under the guide, or put it there anew. Raises LabelingError ``golden_in_guide`` or ``not_allowed``."""
    check_expert(connection, project.id, actor)
    tests = select(queue.c.item_id).where(queue.c.item_id == item_id, queue.c.golden)
    if connection.execute(tests).first():
        raise LabelingError("golden_in_guide")
    values = {"label": label, "rationale": rationale.strip(), "person_id": actor, "created_at": now, "removed_at": None}
    changing = update(case).where(case.c.item_id == item_id).values(values)
    if connection.execute(changing).rowcount == 0:
        connection.execute(insert(case).values(values | {"project_id": project.id, "item_id": item_id}))
    record(connection, "add_corner_case", str(item_id), now=now, actor=actor, project_id=project.id)


def remove_of(connection: Connection, project: Project, moments: Mapping[int, datetime], *, now: datetime) -> None:
    """Take out the examples that rulings of these moments had made of these items, where they had."""
    here = (case.c.item_id == bindparam("item"), case.c.created_at == bindparam("at"), case.c.removed_at.is_(None))
    removing = update(case).where(case.c.project_id == project.id, *here).values(removed_at=now)
    if moments:
        connection.execute(removing, [{"item": item_id, "at": at} for item_id, at in moments.items()])


def corner_cases(connection: Connection, project_id: int) -> list[CornerCase]:
    """The examples that stand in the guide, oldest first."""
    columns = (case.c.id, case.c.item_id, item.c.text, case.c.label, case.c.rationale, case.c.created_at)
    query = select(*columns).join(item, item.c.id == case.c.item_id)
    query = query.where(case.c.project_id == project_id, case.c.removed_at.is_(None)).order_by(case.c.id)
    by = recoding(connection, project_id)
    cases = [CornerCase(*row) for row in connection.execute(query)]
    # An example whose class was split shows its lesson under the old name until it is ruled anew.
    return [replace(each, label=by.of(each.label) or each.label) for each in cases]
