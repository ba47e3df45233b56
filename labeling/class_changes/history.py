"""What was done to a project's classes, and what still waits for somebody's word since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from db import schema
from db.frames.reading import in_force
from db.frames.recoding import is_lost
from db.vocabulary import ChangeKind
from labeling.class_changes.plans import Change

_change, _person = schema.class_change, schema.person


@dataclass(frozen=True)
class Done:
    """An act: ``by`` is None for the command line. ``undone_at``: when it was taken back; ``can_undo``: whether it can be now."""

    id: int
    change: Change
    by: str | None
    at: datetime
    undone_at: datetime | None
    can_undo: bool


def changes_of(connection: Connection, project_id: int) -> list[Done]:
    """Every act, the newest first; takings back stand with what they took back."""
    undo = _change.alias("undo")
    query = (
        select(_change.c.id, _change.c.kind, _change.c.asked, _change.c.note, _change.c.created_at)
        .add_columns(_person.c.name, undo.c.created_at.label("undone_at"))
        .outerjoin(_person, _person.c.id == _change.c.person_id)
        .outerjoin(undo, undo.c.undoes == _change.c.id)
        .where(_change.c.project_id == project_id, _change.c.undoes.is_(None))
        .order_by(_change.c.id.desc())
    )
    rows = connection.execute(query).all()
    newest = next((row.id for row in rows if row.undone_at is None), None)
    return [
        Done(
            row.id,
            Change(
                ChangeKind(row.kind),
                tuple(row.asked["codes"]),
                tuple(row.asked["into"]),
                row.asked["parent"],
                row.note,
            ),
            row.name,
            row.created_at,
            row.undone_at,
            row.id == newest,
        )
        for row in rows
    ]


def waiting_golden(connection: Connection, project_id: int) -> list[str]:
    """Golden items whose class was split, by their external ids: asked of nobody until an expert has ruled on them anew."""
    golden, item, queue = schema.golden, schema.item, schema.queue
    query = (
        select(item.c.external_id)
        .join(golden, golden.c.item_id == item.c.id)
        .join(queue, queue.c.item_id == item.c.id)
        .where(golden.c.project_id == project_id, queue.c.golden, is_lost(golden), in_force(golden))
        .order_by(item.c.id)
    )
    return list(connection.execute(query).scalars())
