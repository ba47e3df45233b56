"""The label classes of a project, and the tree that they may form."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from db import schema
from db.vocabulary import LabelKind
from labeling.errors import LabelingError
from labeling.events import record
from labeling.quality.kinds.paths import STEP, line_of, written_line
from labeling.quality.kinds.sets import SEPARATOR, members
from labeling.roles import check_lead

COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
LONGEST_CODE = 120
HOTKEYS = "123456789abcdefghijklmnopqrstuvwxyz"
# Paul Tol's "muted" scheme, then lighter steps of it: told apart with any colour vision, on light and on dark.
PALETTE = (
    "#4477AA", "#EE6677", "#228833", "#CCBB44", "#66CCEE", "#AA3377", "#999933", "#882255", "#44AA99", "#DDCC77",
    "#117733", "#88CCEE", "#CC6677", "#332288", "#AA4499", "#BBBBBB",
)  # fmt: skip


@dataclass(frozen=True)
class LabelClass:
    """A class an item can be given; ``hotkey`` is one of 1..9, a..z or None; ``colour`` is ``#rrggbb``; ``parent`` is the code
    of the class that it is a part of.
    """

    code: str
    title_ru: str
    title_en: str
    hotkey: str | None
    colour: str
    description_ru: str = ""
    description_en: str = ""
    class_group: str | None = None
    retired: bool = False
    parent: str | None = None


_CLASS_COLUMNS = [schema.label_class.c[name] for name in LabelClass.__dataclass_fields__]


def add_classes(
    connection: Connection, project_id: int, classes: Iterable[LabelClass], *, now: datetime, actor: int | None = None
) -> None:
    """Add label classes after those that are there.

    Raises LabelingError ``class_exists``, ``bad_class`` or ``not_allowed``.
    """
    check_lead(connection, project_id, actor)
    present = get_classes(connection, project_id, retired=True)
    places = places_of(connection, project_id)
    codes_taken, last = set(places), max((places[entry.code] for entry in present), default=-1)
    rows: list[dict[str, Any]] = []
    for label_class in (added := list(classes)):
        if label_class.code in codes_taken:
            raise LabelingError("class_exists", label=label_class.code)
        _check_class(connection, project_id, label_class)
        codes_taken.add(label_class.code)
        rows.append(asdict(label_class) | {"project_id": project_id, "position": last + 1 + len(rows)})
    depth = _depths([*present, *added])
    if rows:
        # What is above must be there before what is below it.
        connection.execute(insert(schema.label_class), sorted(rows, key=lambda row: depth[row["code"]]))
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

    A code that is a path, "a > b", is a part of "a", which is made as well, and titled by its last step.

    >>> [(entry.title_en, entry.hotkey) for entry in named_by_code(["card", "pin"])]
    [('card', '1'), ('pin', '2')]
    >>> [(entry.code, entry.title_en, entry.parent) for entry in named_by_code(["card > pin"])]
    [('card', 'card', None), ('card > pin', 'pin', 'card')]
    """
    taken = {entry.hotkey for entry in present}
    free = (key for key in HOTKEYS if key not in taken)
    wanted = dict.fromkeys(step for code in codes for step in written_line(code))
    missing = [code for code in wanted if code not in {entry.code for entry in present}]
    classes = []
    for position, code in enumerate(missing, len(present)):
        *above, last = code.split(STEP) if len(written_line(code)) > 1 else [code]
        colour = PALETTE[position % len(PALETTE)]
        classes.append(LabelClass(code, last, last, next(free, None), colour, parent=STEP.join(above) or None))
    return classes


def scale_order(codes: Iterable[str], first: Sequence[str] = ()) -> list[str]:
    """The steps of a scale: ``first`` come first, whole numbers by their value before the others, which keep their order.

    >>> scale_order(["10", "none", "9", "low"], ["low"])
    ['low', '9', '10', 'none']
    """
    place = {code: at for at, code in enumerate(first)}

    def rank(code: str) -> tuple[int, float]:
        number = re.fullmatch(r"[+-]?\d{1,15}", code)
        return (0, place[code]) if code in place else (1, int(code)) if number else (2, 0)

    return sorted(codes, key=rank)


def put_in_order(connection: Connection, project_id: int, first: Sequence[str] = ()) -> None:
    """Number the classes anew, as :func:`scale_order` has them."""
    present = [entry.code for entry in get_classes(connection, project_id, retired=True)]
    table = schema.label_class
    for position, code in enumerate(scale_order(present, first)):
        at = update(table).where(table.c.project_id == project_id, table.c.code == code)
        connection.execute(at.values(position=position))


def change_class(
    connection: Connection, project_id: int, changed: LabelClass, *, now: datetime, actor: int | None
) -> None:
    """Write everything but the code of a class.

    Raises LabelingError ``unknown_label``, ``hotkey_taken``, ``bad_class`` or ``not_allowed``.
    """
    check_lead(connection, project_id, actor)
    _check_class(connection, project_id, changed)
    others = [entry for entry in get_classes(connection, project_id, retired=True) if entry.code != changed.code]
    if changed.hotkey and changed.hotkey in {entry.hotkey for entry in others}:
        raise LabelingError("hotkey_taken", hotkey=changed.hotkey)
    _depths([*others, changed])
    values = {name: value for name, value in asdict(changed).items() if name != "code"}
    table = schema.label_class
    where = (table.c.project_id == project_id) & (table.c.code == changed.code)
    if connection.execute(update(table).where(where).values(values)).rowcount == 0:
        known = [entry.code for entry in others]
        raise LabelingError("unknown_label", label=changed.code, labels=[changed.code], classes=known)
    retire_sets(connection, project_id)
    record(connection, "change_class", changed.code, now=now, actor=actor, project_id=project_id, details=values)


def get_classes(connection: Connection, project_id: int, *, retired: bool = False) -> list[LabelClass]:
    """The project's classes in their order; those out of use only when asked for, never what a change has put away."""
    table = schema.label_class
    of_project = (table.c.project_id == project_id, ~table.c.is_set, table.c.gone.is_(None))
    query = select(*_CLASS_COLUMNS).where(*of_project).order_by(table.c.position)
    if not retired:
        query = query.where(~table.c.retired)
    return [LabelClass(*row) for row in connection.execute(query)]


def all_classes(connection: Connection, project_id: int) -> tuple[list[LabelClass], list[LabelClass]]:
    """The classes in their order, retired ones too; and what those were that a change has put away."""
    table = schema.label_class
    query = select(table.c.gone, *_CLASS_COLUMNS).where(table.c.project_id == project_id, ~table.c.is_set)
    found = [(gone, LabelClass(*row)) for gone, *row in connection.execute(query.order_by(table.c.position))]
    return [entry for gone, entry in found if gone is None], [entry for gone, entry in found if gone is not None]


def put_after(
    connection: Connection, project_id: int, code: str, after: str | None, *, now: datetime, actor: int | None
) -> None:
    """Let a class stand behind another one, or with None before all: on cards, in tables, and on a scale.

    Raises LabelingError ``unknown_label``, ``class_after_itself`` or ``not_allowed``.
    """
    check_lead(connection, project_id, actor)
    order = [entry.code for entry in get_classes(connection, project_id, retired=True)]
    if strange := [each for each in (code, after) if each is not None and each not in order]:
        raise LabelingError("unknown_label", label=strange[0], labels=strange, classes=order)
    if code == after:
        raise LabelingError("class_after_itself")
    order.remove(code)
    order.insert(0 if after is None else order.index(after) + 1, code)
    table = schema.label_class
    at = update(table).where(table.c.project_id == project_id, table.c.code == bindparam("of"))
    numbered = [{"of": each, "to": position} for position, each in enumerate(order)]
    connection.execute(at.values(position=bindparam("to")), numbered)
    record(connection, "put_class_after", code, now=now, actor=actor, project_id=project_id, details={"after": after})


def places_of(connection: Connection, project_id: int) -> dict[str, int]:
    """Every code that is taken, with its position: those of classes and sets, and those whose classes a change has put away."""
    table = schema.label_class
    query = select(table.c.code, table.c.position).where(table.c.project_id == project_id)
    return {row.code: row.position for row in connection.execute(query)}


def choosable(classes: Iterable[LabelClass], *, inner: bool) -> list[str]:
    """The codes of the classes in use that may be labels: all of them, or where ``inner`` ones are none, the leaves of the tree.

    >>> choosable(named_by_code(["card > lost", "loan"]), inner=False)
    ['card > lost', 'loan']
    """
    in_use = [entry for entry in classes if not entry.retired]
    above = set() if inner else {entry.parent for entry in in_use}
    return [entry.code for entry in in_use if entry.code not in above]


def paths(classes: Iterable[LabelClass]) -> dict[str, tuple[str, ...]]:
    """The codes from the top of the tree down to each class, its own the last. Raises LabelingError ``bad_class``.

    >>> paths(named_by_code(["card > lost"]))
    {'card': ('card',), 'card > lost': ('card', 'card > lost')}
    """
    parents = {entry.code: entry.parent for entry in classes}
    if strange := set(parents.values()) - parents.keys() - {None}:
        raise LabelingError("bad_class", field="parent", value=min(strange, key=str))
    try:
        return {code: line_of(code, parents) for code in parents}
    except LabelingError as error:
        raise LabelingError("bad_class", field="parent", value=error.details["label"]) from error


def steps_of(classes: Iterable[LabelClass]) -> dict[str, tuple[str, ...]]:
    """What each class is called at every step from the top of the tree: its code, without that of the class above where it
    begins so. Raises LabelingError ``bad_class``.

    >>> steps_of(named_by_code(["card > pin > lost"]))["card > pin > lost"]
    ('card', 'pin', 'lost')
    """

    def named(path: tuple[str, ...]) -> tuple[str, ...]:
        return (path[0], *(code.removeprefix(above + STEP) for above, code in pairwise(path)))

    return {code: named(path) for code, path in paths(classes).items()}


def _depths(classes: Iterable[LabelClass]) -> dict[str, int]:
    return {code: len(path) for code, path in paths(classes).items()}


def retire_sets(connection: Connection, project_id: int) -> None:
    """A set is in use while all of its classes are."""
    table = schema.label_class
    in_use = {entry.code for entry in get_classes(connection, project_id)}
    of_project = (table.c.project_id == project_id, table.c.is_set)
    for code in connection.execute(select(table.c.code).where(*of_project)).scalars().all():
        changing = update(table).where(*of_project, table.c.code == code)
        connection.execute(changing.values(retired=not in_use.issuperset(members(code))))


def _check_class(connection: Connection, project_id: int, label_class: LabelClass) -> None:
    code = label_class.code
    kind = connection.execute(select(schema.project.c.kind).where(schema.project.c.id == project_id)).scalar_one()
    if not code.strip() or len(code) > LONGEST_CODE or (kind == LabelKind.SEVERAL and SEPARATOR in code):
        raise LabelingError("bad_class", field="code", value=code)
    if label_class.hotkey is not None and (len(label_class.hotkey) != 1 or label_class.hotkey not in HOTKEYS):
        raise LabelingError("bad_class", field="hotkey", value=label_class.hotkey)
    if not COLOUR.fullmatch(label_class.colour):
        raise LabelingError("bad_class", field="colour", value=label_class.colour)
