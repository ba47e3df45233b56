"""A new project as a lead begins it: named, with classes, perhaps as another one is, and led by whoever makes it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from db import schema
from db.vocabulary import Role
from labeling.errors import LabelingError
from labeling.latin import free, spelled
from labeling.people.memberships import enter
from labeling.projects.classes import LabelClass, add_classes, get_classes
from labeling.projects.guidelines import get_guideline, publish_guideline
from labeling.projects.projects import Project, change_settings, create_project
from labeling.projects.settings import SETTINGS, Kind
from labeling.roles import check_lead, check_starter

MOST_OF_TITLE = 200
# Money and machines are given to each project by itself.
_NOT_TAKEN_OVER = frozenset(
    name for name, setting in SETTINGS.items() if setting.kind is Kind.MONEY or setting.group in ("titles", "machines")
) | {"junior_url", "junior_model"}
TAKEN_OVER = tuple(name for name in SETTINGS if name not in _NOT_TAKEN_OVER)


def start_project(
    connection: Connection,
    title: str,
    *,
    classes: Sequence[LabelClass] = (),
    like: Project | None = None,
    begun: Project | None = None,
    now: datetime,
    actor: int | None,
    **settings: Any,
) -> Project:
    """Make a project called ``title``, in both languages, with these classes; its slug is made of the title.

    Of ``like`` it takes over the settings of work, quality and experts, and the guide; ``settings`` go before them. Admins may,
    and whoever leads a project. The actor becomes its lead. A project ``begun`` before and empty is made ready instead:
    its titles stay unless ``title`` is neither, and it gets those of the classes that it lacks.

    Raises LabelingError ``not_allowed``, ``title_missing``, ``bad_setting`` or what :func:`add_classes` raises.
    """
    check_starter(connection, actor)
    title = title.strip()[:MOST_OF_TITLE]
    if not title:
        raise LabelingError("title_missing")
    if like is not None:
        check_lead(connection, like.id, actor)
        settings = {name: getattr(like, name) for name in TAKEN_OVER} | settings
    if begun is None:
        project = _made(connection, title, settings, now=now, actor=actor)
    else:
        titles = {} if title in (begun.title_ru, begun.title_en) else {"title_ru": title, "title_en": title}
        project = change_settings(connection, begun.id, titles | settings, now=now, actor=actor)
    present = {entry.code for entry in get_classes(connection, project.id, retired=True)}
    missing = [entry for entry in classes if entry.code not in present]
    add_classes(connection, project.id, missing, now=now, actor=actor)
    guide = None if like is None else get_guideline(connection, like.id)
    if guide is not None:
        publish_guideline(
            connection, project.id, body_ru=guide.body_ru, body_en=guide.body_en, now=now, actor=actor
        )  # fmt: skip
    return project


def _made(connection: Connection, title: str, settings: dict[str, Any], *, now: datetime, actor: int | None) -> Project:
    """A new project, which the actor leads."""
    taken = set(connection.execute(select(schema.project.c.slug)).scalars())
    slug = free(spelled(title) or "project", taken)
    titled = {"title_ru": title, "title_en": title} | settings
    project = create_project(connection, slug, now=now, actor=actor, **titled)
    if actor is not None:
        enter(connection, project.id, actor, Role.LEAD, now=now, actor=actor)
    return project
