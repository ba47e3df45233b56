"""Projects put away and taken back: nothing in them is lost, and nobody works in them meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from db import schema
from labeling.errors import LabelingError
from labeling.events import record
from labeling.roles import check_admin

_PROJECT = schema.project.c


@dataclass(frozen=True)
class Shelf:
    """A project as the house sees it: how many people have a role in it, and since when it is put away."""

    slug: str
    title_ru: str
    title_en: str
    is_simulated: bool
    people: int
    created_at: datetime
    archived_at: datetime | None


def shelves(connection: Connection) -> list[Shelf]:
    """Every project, archived or not, by slug."""
    member = schema.membership.c
    people = func.count(func.distinct(member.person_id))
    query = (
        select(_PROJECT.slug, _PROJECT.title_ru, _PROJECT.title_en, _PROJECT.is_simulated)
        .add_columns(people, _PROJECT.created_at, _PROJECT.archived_at)
        .outerjoin(schema.membership, member.project_id == _PROJECT.id)
        .group_by(_PROJECT.id)
        .order_by(_PROJECT.slug)
    )
    return [Shelf(*row) for row in connection.execute(query)]


def archive_project(connection: Connection, slug: str, *, now: datetime, actor: int | None) -> None:
    """Put a project away. Raises LabelingError ``not_allowed`` or ``unknown_project``."""
    _set(connection, slug, now, "archive_project", now=now, actor=actor)


def restore_project(connection: Connection, slug: str, *, now: datetime, actor: int | None) -> None:
    """Take a project back. Raises LabelingError ``not_allowed`` or ``unknown_project``."""
    _set(connection, slug, None, "restore_project", now=now, actor=actor)


def _set(
    connection: Connection, slug: str, archived_at: datetime | None, verb: str, *, now: datetime, actor: int | None
) -> None:
    check_admin(connection, actor)
    project_id = connection.execute(select(_PROJECT.id).where(_PROJECT.slug == slug)).scalar_one_or_none()
    if project_id is None:
        raise LabelingError("unknown_project", slug=slug)
    connection.execute(update(schema.project).where(_PROJECT.id == project_id).values(archived_at=archived_at))
    record(connection, verb, slug, now=now, actor=actor, project_id=project_id)
