"""The guide of a project, version by version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from db import schema
from labeling.errors import LabelingError
from labeling.events import record
from labeling.projects.languages import placeholders
from labeling.roles import check_lead

_GUIDE = schema.guideline.c
_NEWEST_FIRST = select(_GUIDE.version, _GUIDE.body_ru, _GUIDE.body_en, _GUIDE.created_at).order_by(
    _GUIDE.version.desc()
)


@dataclass(frozen=True)
class Guideline:
    """One version of the guide, Markdown in two languages; either may be empty."""

    version: int
    body_ru: str
    body_en: str
    created_at: datetime


def publish_guideline(
    connection: Connection, project_id: int, *, body_ru: str, body_en: str, now: datetime, actor: int | None
) -> int:
    """Publish the next version of the guide; says its number.

    A text with the outline's placeholders is not published: what was in force in that language stays. Raises LabelingError
    ``guideline_empty``, ``guideline_unfilled`` (nothing is left but such a text), ``guideline_unchanged`` or ``not_allowed``.
    """
    check_lead(connection, project_id, actor)
    latest = get_guideline(connection, project_id)
    unfilled = [*placeholders(body_ru), *placeholders(body_en)]
    bodies = {
        name: body if not placeholders(body) else str(getattr(latest, name, ""))
        for name, body in (("body_ru", body_ru), ("body_en", body_en))
    }
    is_same = latest is not None and (latest.body_ru, latest.body_en) == (bodies["body_ru"], bodies["body_en"])
    if unfilled and (is_same or not any(bodies.values())):
        raise LabelingError("guideline_unfilled", place=unfilled[0], n=len(unfilled))
    if not any(body.strip() for body in bodies.values()):
        raise LabelingError("guideline_empty")
    if latest is not None and is_same:
        raise LabelingError("guideline_unchanged", version=latest.version)
    version = latest.version + 1 if latest else 1
    values = {"project_id": project_id, "version": version} | bodies
    connection.execute(insert(schema.guideline).values(values | {"author_id": actor, "created_at": now}))
    record(connection, "publish_guideline", str(version), now=now, actor=actor, project_id=project_id)
    return version


def get_guideline(connection: Connection, project_id: int, version: int | None = None) -> Guideline | None:
    """One version of the guide, the latest when None; None where there is none."""
    query = _NEWEST_FIRST.where(_GUIDE.project_id == project_id).limit(1)
    if version is not None:
        query = query.where(_GUIDE.version == version)
    row = connection.execute(query).first()
    return Guideline(*row) if row else None


def guideline_versions(connection: Connection, project_id: int) -> list[Guideline]:
    """Every version of the guide, the newest first."""
    return [Guideline(*row) for row in connection.execute(_NEWEST_FIRST.where(_GUIDE.project_id == project_id))]
