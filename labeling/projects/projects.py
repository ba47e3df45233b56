"""Projects and their label classes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select, update

from db import schema
from labeling import config
from labeling.errors import LabelingError
from labeling.events import record
from labeling.projects.settings import SETTINGS, Settings, check_settings, with_defaults
from labeling.projects.wanted import set_wanted
from labeling.roles import check_lead

SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
HOTKEYS = "123456789abcdefghijklmnopqrstuvwxyz"
# Paul Tol's "muted" scheme, then lighter steps of it: told apart with any colour vision, on light and on dark.
PALETTE = (
    "#4477AA", "#EE6677", "#228833", "#CCBB44", "#66CCEE", "#AA3377", "#999933", "#882255", "#44AA99", "#DDCC77",
    "#117733", "#88CCEE", "#CC6677", "#332288", "#AA4499", "#BBBBBB",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Project(Settings):
    """A project, with its settings."""

    id: int
    slug: str
    seed: int
    is_simulated: bool


@dataclass(frozen=True)
class LabelClass:
    """A class an item can be given; ``hotkey`` is one of 1..9, a..z or None; ``colour`` is ``#rrggbb``."""

    code: str
    title_ru: str
    title_en: str
    hotkey: str | None
    colour: str
    description_ru: str = ""
    description_en: str = ""
    class_group: str | None = None
    retired: bool = False


_COLUMNS = [schema.project.c[name] for name in Project.__dataclass_fields__]
_BY_SLUG = select(*_COLUMNS).where(schema.project.c.slug == bindparam("slug"))
# Taken at every key press, so it is built once.
_LOCKING = _BY_SLUG.with_for_update(key_share=True)
_LOCKING_OPEN = _LOCKING.add_columns(schema.project.c.archived_at)
_CLASS_COLUMNS = [schema.label_class.c[name] for name in LabelClass.__dataclass_fields__]


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

    Raises LabelingError ``bad_setting`` or ``not_allowed``.
    """
    check_lead(connection, project_id, actor)
    before = lock_project_by_id(connection, project_id)
    url = settings.get("junior_url")
    if url and url != before.junior_url and not config.is_junior_address(url):
        raise LabelingError("junior_url_not_allowed", url=url)
    merged = {name: getattr(before, name) for name in SETTINGS} | dict(settings)
    check_settings(merged)
    connection.execute(update(schema.project).where(schema.project.c.id == project_id).values(dict(settings)))
    changed = {name: value for name, value in settings.items() if getattr(before, name) != value}
    if changed:
        record(connection, "change_settings", before.slug, now=now, actor=actor, project_id=project_id, details=changed)
    if any(SETTINGS[name].wanted for name in changed):
        set_wanted(connection, project_id, int(merged["overlap"]))
    return get_project(connection, before.slug)


def add_classes(
    connection: Connection, project_id: int, classes: Iterable[LabelClass], *, now: datetime, actor: int | None = None
) -> None:
    """Add label classes after those that are there.

    Raises LabelingError ``class_exists``, ``bad_class`` or ``not_allowed``.
    """
    check_lead(connection, project_id, actor)
    codes_taken = {entry.code for entry in get_classes(connection, project_id, retired=True)}
    rows: list[dict[str, Any]] = []
    for label_class in classes:
        if label_class.code in codes_taken:
            raise LabelingError("class_exists", label=label_class.code)
        _check_class(label_class)
        codes_taken.add(label_class.code)
        rows.append(asdict(label_class) | {"project_id": project_id, "position": len(codes_taken) - 1})
    if rows:
        connection.execute(insert(schema.label_class), rows)
        codes = [row["code"] for row in rows]
        record(connection, "add_classes", "", now=now, actor=actor, project_id=project_id, details={"codes": codes})


def add_codes(
    connection: Connection, project_id: int, codes: Iterable[str], *, now: datetime, actor: int | None = None
) -> None:
    """Add classes that so far are only codes of a file, as :func:`named_by_code` makes them."""
    present = get_classes(connection, project_id, retired=True)
    add_classes(connection, project_id, named_by_code(codes, present), now=now, actor=actor)


def named_by_code(codes: Iterable[str], present: Sequence[LabelClass] = ()) -> list[LabelClass]:
    """Classes for those of ``codes`` that are not ``present``: titled by the code, with the next free hotkeys and colours.

    >>> [(entry.title_en, entry.hotkey) for entry in named_by_code(["card", "pin"])]
    [('card', '1'), ('pin', '2')]
    """
    taken = {entry.hotkey for entry in present}
    free = (key for key in HOTKEYS if key not in taken)
    missing = [code for code in codes if code not in {entry.code for entry in present}]
    return [
        LabelClass(code, code, code, next(free, None), PALETTE[position % len(PALETTE)])
        for position, code in enumerate(missing, len(present))
    ]


def change_class(
    connection: Connection, project_id: int, changed: LabelClass, *, now: datetime, actor: int | None
) -> None:
    """Write everything but the code of a class.

    Raises LabelingError ``unknown_label``, ``hotkey_taken``, ``bad_class`` or ``not_allowed``.
    """
    check_lead(connection, project_id, actor)
    _check_class(changed)
    others = [entry for entry in get_classes(connection, project_id, retired=True) if entry.code != changed.code]
    if changed.hotkey and changed.hotkey in {entry.hotkey for entry in others}:
        raise LabelingError("hotkey_taken", hotkey=changed.hotkey)
    values = {name: value for name, value in asdict(changed).items() if name != "code"}
    table = schema.label_class
    where = (table.c.project_id == project_id) & (table.c.code == changed.code)
    if connection.execute(update(table).where(where).values(values)).rowcount == 0:
        known = [entry.code for entry in others]
        raise LabelingError("unknown_label", label=changed.code, labels=[changed.code], classes=known)
    record(connection, "change_class", changed.code, now=now, actor=actor, project_id=project_id, details=values)


def get_classes(connection: Connection, project_id: int, *, retired: bool = False) -> list[LabelClass]:
    """The project's classes in their order; those out of use only when asked for."""
    table = schema.label_class
    query = select(*_CLASS_COLUMNS).where(table.c.project_id == project_id).order_by(table.c.position)
    if not retired:
        query = query.where(~table.c.retired)
    return [LabelClass(*row) for row in connection.execute(query)]


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


def _check_class(label_class: LabelClass) -> None:
    if not label_class.code.strip() or len(label_class.code) > 120:
        raise LabelingError("bad_class", field="code", value=label_class.code)
    if label_class.hotkey is not None and (len(label_class.hotkey) != 1 or label_class.hotkey not in HOTKEYS):
        raise LabelingError("bad_class", field="hotkey", value=label_class.hotkey)
    if not COLOUR.fullmatch(label_class.colour):
        raise LabelingError("bad_class", field="colour", value=label_class.colour)
