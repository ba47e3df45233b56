"""A snapshot is taken: read in one snapshot of the database, written in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection, insert, select

from db import schema
from db.engine import Database
from db.frames import items
from labeling.errors import LabelingError
from labeling.events import record
from labeling.facts.changes import Mark
from labeling.facts.consensus import consensus, refresh
from labeling.facts.final import final_of
from labeling.facts.votes import votes
from labeling.projects.projects import Project, get_project, lock_project_by_id
from labeling.roles import check_lead
from labeling.snapshots.figures import figures_of
from labeling.snapshots.kept import Snapshot, get_snapshot
from labeling.snapshots.rows import ROWS, digest_of, pack

LONGEST_NAME = 80
_snapshot, _part = schema.snapshot, schema.snapshot_part


@dataclass(frozen=True, eq=False)
class Reading:
    """What a snapshot will keep, made before anything is locked."""

    parts: list[tuple[str, bytes]]
    sha256: str
    figures: dict[str, Any]
    mark: Mark


def take(database: Database, project_slug: str, name: str, *, now: datetime, actor: int | None) -> Snapshot:
    """Read and keep the final labels as they stand, by the consensus of the newest votes.

    Raises LabelingError ``unknown_project``, ``not_allowed`` (``actor`` is no lead; None is the command line),
    ``project_archived``, ``snapshot_name``, ``snapshot_taken`` or ``snapshot_empty``.
    """
    with database.snapshot() as connection:
        project = get_project(connection, project_slug)
        check_lead(connection, project.id, actor)
        check_name(connection, project, name)
    refresh(database, project, now=now)
    with database.snapshot() as connection:
        reading = read(connection, project, now=now)
    with database.transaction() as connection:
        return keep(connection, project, name, reading, now=now, actor=actor)


def check_name(connection: Connection, project: Project, name: str) -> str:
    """The name without white space around it. Raises LabelingError ``snapshot_name`` or ``snapshot_taken``."""
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable() or set("/\\") & set(name):
        raise LabelingError("snapshot_name", name=name[:LONGEST_NAME], most=LONGEST_NAME)
    taken = select(_snapshot.c.id).where(_snapshot.c.project_id == project.id, _snapshot.c.name == name)
    if connection.execute(taken).first() is not None:
        raise LabelingError("snapshot_taken", name=name)
    return name


def read(connection: Connection, project: Project, *, now: datetime) -> Reading:
    """The final labels by the consensus in force, with their hash and the figures. Raises LabelingError ``snapshot_empty``."""
    agreed = consensus(connection, project)
    labels = final_of(connection, project, votes(connection, project.id), agreed)
    if labels.is_empty():
        raise LabelingError("snapshot_empty")
    rows = labels.join(items.text_digests(connection, project.id), on="item", how="left")
    rows = rows.select(pl.col(name).cast(kind) for name, kind in ROWS.items())
    figures = figures_of(connection, project, labels, agreed)
    return Reading(pack(rows), digest_of(rows), figures, Mark.now(connection, project.id, now))


def keep(
    connection: Connection, project: Project, name: str, reading: Reading, *, now: datetime, actor: int | None
) -> Snapshot:
    """Write down what was read. Raises LabelingError as :func:`take` does."""
    # Of two who take one name at once the second reads that it is taken.
    lock_project_by_id(connection, project.id)
    check_lead(connection, project.id, actor)
    name = check_name(connection, project, name)
    values = {
        "project_id": project.id,
        "name": name,
        "sha256": reading.sha256,
        "items": reading.figures["items"],
        "figures": reading.figures,
        "watermark": reading.mark.kept,
        "person_id": actor,
        "created_at": reading.mark.at,
    }
    made = insert(_snapshot).values(values).returning(_snapshot.c.id)
    snapshot_id = int(connection.execute(made).scalar_one())
    parts = [
        {"snapshot_id": snapshot_id, "ordinal": ordinal, "first_item": first, "body": body}
        for ordinal, (first, body) in enumerate(reading.parts)
    ]
    connection.execute(insert(_part), parts)
    details = {"sha256": reading.sha256, "items": reading.figures["items"]}
    record(connection, "take_snapshot", name, now=now, actor=actor, project_id=project.id, details=details)
    return get_snapshot(connection, project.id, name)
