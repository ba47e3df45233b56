"""Acts taken back: one ruling, or many that were made at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from db import schema
from db.vocabulary import UNDO, Route, Verdict
from labeling.adjudication.entries import append, entries, newest_guideline, take_back
from labeling.errors import LabelingError
from labeling.events import record
from labeling.projects import wanted as queueing
from labeling.projects.projects import Project
from labeling.roles import check_expert

ruling = schema.adjudication


@dataclass(frozen=True)
class Undone:
    """How many items went back to what they were, and how many have been ruled anew since and were left alone."""

    undone: int
    left: int


def undo(connection: Connection, project: Project, act: str, *, now: datetime, actor: int | None) -> Undone:
    """Take an act back: each of its items gets the ruling again that it had before, or none; golden items and corner cases
    that it made go, too. An item that was ruled anew since is left alone. What an earlier act had ruled in bulk is that
    act's again: nobody has read it in the meantime. Raises LabelingError ``unknown_act`` or ``not_allowed``.
    """
    check_expert(connection, project.id, actor)
    of_act = (ruling.c.project_id == project.id) & (ruling.c.act == act)
    columns = (ruling.c.item_id, ruling.c.revision, ruling.c.given, ruling.c.score)
    rulings = connection.execute(select(*columns).where(of_act).order_by(ruling.c.revision.desc())).all()
    if not rulings:
        raise LabelingError("unknown_act")
    first = {row.item_id: row for row in rulings}
    history = entries(connection, list(first))
    undone = {item_id: row for item_id, row in first.items() if history[item_id][-1].act == act}
    shared = {"rationale": "", "route": Route.HAND}
    rows = []
    for item_id, row in undone.items():
        earlier = [entry for entry in history[item_id] if entry.revision < row.revision]
        last = earlier[-1] if earlier else None
        verdict, label = (last.verdict, last.label) if last else (Verdict.WITHDRAWN, None)
        whose = last.act if last and last.in_bulk else f"{UNDO}{act}"[:32]
        again = {"item_id": item_id, "revision": history[item_id][-1].revision + 1, "verdict": verdict, "label": label}
        rows.append({**shared, **again, "act": whose, "given": row.given, "score": row.score})
    append(connection, project, rows, guideline_version=newest_guideline(connection, project), now=now, actor=actor)
    take_back(connection, project, {item_id: history[item_id][-1].at for item_id in undone}, now=now, actor=actor)
    open_again = [row["item_id"] for row in rows if row["label"] is None]
    queueing.want(connection, dict.fromkeys(open_again, project.overlap))
    details = {"items": len(undone)}
    record(connection, "undo_rulings", act, now=now, actor=actor, project_id=project.id, details=details)
    return Undone(len(undone), len(first) - len(undone))
