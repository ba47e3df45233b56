"""How rulings are written down: every revision of an item's, the next one, and what goes when one is taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from db import schema
from db.frames.reading import in_bulk
from db.many import portions
from db.vocabulary import Verdict
from labeling.adjudication import corner_cases
from labeling.desk import golden
from labeling.projects.guidelines import get_guideline
from labeling.projects.projects import Project

ruling = schema.adjudication

_AT_ONCE = 500


@dataclass(frozen=True)
class Entry:
    """One ruling on an item."""

    revision: int
    verdict: Verdict
    label: str | None
    act: str | None
    in_bulk: bool
    at: datetime


def entries(connection: Connection, item_ids: Sequence[int]) -> dict[int, list[Entry]]:
    """Every ruling on these items by item, the one in force last; items that have none are left out."""
    said = (ruling.c.verdict, ruling.c.label, ruling.c.act, in_bulk(ruling), ruling.c.created_at)
    columns = (ruling.c.item_id, ruling.c.revision, *said)
    histories: dict[int, list[Entry]] = {}
    for part in portions(item_ids, _AT_ONCE):
        query = select(*columns).where(ruling.c.item_id.in_(part)).order_by(ruling.c.revision)
        for item_id, revision, verdict, *rest in connection.execute(query):
            histories.setdefault(item_id, []).append(Entry(revision, Verdict(verdict), *rest))
    return histories


def append(
    connection: Connection,
    project: Project,
    rows: Sequence[Mapping[str, Any]],
    *,
    guideline_version: int | None,
    now: datetime,
    actor: int | None,
) -> None:
    """Write rulings down: all with the same columns, which say what was ruled of which item and what led to it."""
    made = {"project_id": project.id, "guideline_version": guideline_version, "expert_id": actor, "created_at": now}
    if rows:
        connection.execute(insert(ruling), [made | dict(row) for row in rows])


def newest_guideline(connection: Connection, project: Project) -> int | None:
    """The version of the briefing that a ruling of now is made by; None without one."""
    guide = get_guideline(connection, project.id)
    return guide.version if guide else None


def take_back(
    connection: Connection, project: Project, moments: Mapping[int, datetime], *, now: datetime, actor: int | None
) -> None:
    """Undo what rulings had made of these items beside themselves at these moments: golden items, corner cases."""
    golden.retire_appointed(connection, project, moments, now=now, actor=actor)
    corner_cases.remove_of(connection, project, moments, now=now)
