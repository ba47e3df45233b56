"""Projects: made, read, locked, set to something else."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select, update

from db import schema
from db.vocabulary import LabelKind
from labeling import config
from labeling.errors import LabelingError
from labeling.events import record
from labeling.projects.classes import add_classes
from labeling.projects.kinds import PAIR_CLASSES, check_change
from labeling.projects.settings import SETTINGS, Settings, check_settings, with_defaults
from labeling.projects.wanted import set_wanted
from labeling.roles import check_lead

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@dataclass(frozen=True, kw_only=True)
class Project(Settings):
    """A project, with its settings."""

    id: int
    slug: str
    seed: int
    is_simulated: bool


_COLUMNS = [schema.project.c[name] for name in Project.__dataclass_fields__]
_BY_SLUG = select(*_COLUMNS).where(schema.project.c.slug == bindparam("slug"))
# Taken at every key press, so it is built once.
_LOCKING = _BY_SLUG.with_for_update(key_share=True)
_LOCKING_OPEN = _LOCKING.add_columns(schema.project.c.archived_at)


def create_project(
    connection: Connection,
    slug: str,
    *,
    now: datetime,
    actor: int | None = None,
    seed: int | None = None,
    **settings: Any,
) -> Project:
    """Make a project; ``settings`` are those of :class:`~labeling.projects.settings.Settings` and ``is_simulated``.

    Raises LabelingError ``bad_slug``, ``slug_taken`` or ``bad_setting``.
    """
    if not SLUG.fullmatch(slug):
        raise LabelingError("bad_slug", slug=slug)
    if connection.execute(select(schema.project.c.id).where(schema.project.c.slug == slug)).first():
        raise LabelingError("slug_taken", slug=slug)
    # What nobody asked for must not stand in the way of a small chunk.
    full = with_defaults(settings)
    settings.setdefault("repeats_per_chunk", int(full["golden_per_chunk"] + 1 < full["chunk_size"]))
    check_settings(full | settings)
    if seed is None:
        seed = int.from_bytes(hashlib.blake2b(f"{slug} {now.isoformat()}".encode(), digest_size=6).digest())
    titles = {"title_ru": slug, "title_en": slug}
    values = titles | settings | {"slug": slug, "seed": seed, "created_at": now}
    connection.execute(insert(schema.project).values(values))
    project = get_project(connection, slug)
    if project.kind is LabelKind.PAIR:
        add_classes(connection, project.id, PAIR_CLASSES, now=now)
    record(connection, "create_project", slug, now=now, actor=actor, project_id=project.id)
    return project


def get_project(connection: Connection, slug: str) -> Project:
    """The project with this slug. Raises LabelingError ``unknown_project``."""
    return _one_project(connection, slug, _BY_SLUG)


def get_project_by_id(connection: Connection, project_id: int) -> Project:
    """The same by its id, for those who were given one."""
    return _as_project(connection.execute(select(*_COLUMNS).where(schema.project.c.id == project_id)).one())


def lock_project(connection: Connection, slug: str, *, even_archived: bool = False) -> Project:
    """The project, locked until the transaction ends: one change of its leases at a time.

    SQLite has one writer anyway; PostgreSQL takes FOR NO KEY UPDATE, which lets inserts that only refer to the
    project go on. Raises LabelingError ``unknown_project``, and ``project_archived`` unless it is for what must be
    finished there all the same.
    """
    if even_archived:
        return _one_project(connection, slug, _LOCKING)
    row = connection.execute(_LOCKING_OPEN, {"slug": slug}).first()
    if row is None:
        raise LabelingError("unknown_project", slug=slug)
    if row.archived_at is not None:
        raise LabelingError("project_archived", slug=slug)
    return _as_project(row)


def lock_project_by_id(connection: Connection, project_id: int) -> Project:
    """The same by its id, for verbs that were given one."""
    locking = select(*_COLUMNS).where(schema.project.c.id == project_id).with_for_update(key_share=True)
    return _as_project(connection.execute(locking).one())


def all_projects(connection: Connection) -> list[Project]:
    """Every project that isn't archived, by slug."""
    active = select(*_COLUMNS).where(schema.project.c.archived_at.is_(None)).order_by(schema.project.c.slug)
    return [_as_project(row) for row in connection.execute(active)]


def check_going_on(connection: Connection, project_id: int) -> None:
    """Raise LabelingError ``project_archived`` for one that was put away."""
    table = schema.project.c
    put_away = select(table.slug).where(table.id == project_id, table.archived_at.is_not(None))
    slug = connection.execute(put_away).scalar()
    if slug is not None:
        raise LabelingError("project_archived", slug=slug)


def change_settings(
    connection: Connection, project_id: int, settings: Mapping[str, Any], *, now: datetime, actor: int | None
) -> Project:
    """Set some of :class:`~labeling.projects.settings.Settings`.

    A new overlap, fixed or adaptive, sets anew what is wanted of every ordinary item.

    Raises LabelingError ``bad_setting``, ``kind_is_fixed`` or ``not_allowed``.
    """
    check_lead(connection, project_id, actor)
    before = lock_project_by_id(connection, project_id)
    url = settings.get("junior_url")
    if url and url != before.junior_url and not config.is_junior_address(url):
        raise LabelingError("junior_url_not_allowed", url=url)
    merged = {name: getattr(before, name) for name in SETTINGS} | dict(settings)
    check_settings(merged)
    check_change(connection, project_id, before.kind, merged["kind"])
    connection.execute(update(schema.project).where(schema.project.c.id == project_id).values(dict(settings)))
    changed = {name: value for name, value in settings.items() if getattr(before, name) != value}
    if changed:
        record(connection, "change_settings", before.slug, now=now, actor=actor, project_id=project_id, details=changed)
    if any(SETTINGS[name].wanted for name in changed):
        set_wanted(connection, project_id, int(merged["overlap"]))
    return get_project(connection, before.slug)


def count_items(connection: Connection, project_id: int) -> int:
    """How many items the project holds."""
    query = select(func.count()).select_from(schema.item).where(schema.item.c.project_id == project_id)
    return int(connection.execute(query).scalar_one())


def _one_project(connection: Connection, slug: str, query: Select[Any]) -> Project:
    row = connection.execute(query, {"slug": slug}).first()
    if row is None:
        raise LabelingError("unknown_project", slug=slug)
    return _as_project(row)


def _as_project(row: Row[Any]) -> Project:
    values = {name: row._mapping[name] for name in Project.__dataclass_fields__}
    return Project(**values | {name: setting.read(values[name]) for name, setting in SETTINGS.items()})
