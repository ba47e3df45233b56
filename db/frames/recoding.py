"""What given labels stand for now that classes were renamed, merged, split or moved: facts keep the codes they were given with.

One mapping of codes, made of all acts on the classes in turn, and used wherever labels are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import polars as pl
from sqlalchemy import ColumnElement, Connection, Table, and_, case, select

from db import schema
from db.vocabulary import ChangeKind, Gone, LabelKind

# Between the classes of a set. Its rooms stand above this floor: a test keeps it the same as theirs.
SET_SEPARATOR = "|"
_change, _class, _project = schema.class_change, schema.label_class, schema.project


@dataclass(frozen=True)
class Act:
    """A row of ``class_change``: what labels of each code stand for from then on, None where they don't say which class."""

    id: int
    mapping: Mapping[str, str | None]
    created: Sequence[str] = ()
    undoes: int | None = None


def composed(acts: Sequence[Act]) -> dict[str, str | None]:
    """What labels of each code stand for after all these acts in turn; codes that stand for themselves are left out.

    An act that was taken back counts as never done. A class that is made anew under the code of one that went by such a
    taking back is that class again, so what its labels stood for meanwhile is forgotten.

    >>> rename, merge = Act(1, {"a": "b"}, ["b"]), Act(2, {"b": "c"})
    >>> composed([rename, merge]), composed([rename, merge, Act(3, {}, undoes=2)])
    ({'b': 'c', 'a': 'c'}, {'a': 'b'})
    """
    undone = {act.undoes for act in acts}
    stands: dict[str, str | None] = {}
    for act in acts:
        if act.id in undone:
            continue
        for code in act.created:
            stands.pop(code, None)
        onward = {code: act.mapping.get(to, to) if to is not None else None for code, to in stands.items()}
        stands = dict(act.mapping) | onward
    return {code: to for code, to in stands.items() if code != to}


@dataclass(frozen=True)
class Recoding:
    """``stands``: as :func:`composed` has it. ``order``: the classes in their order, where labels may be sets of them."""

    stands: Mapping[str, str | None] = field(default_factory=dict)
    order: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.stands)

    def of(self, label: str | None) -> str | None:
        """What a label stands for; None where it doesn't say which class. A set is read class by class.

        >>> Recoding({"a": "c", "b": "c"}, ("d", "c")).of("a|b|d"), Recoding({"a": None}, ("c",)).of("a|c")
        ('d|c', None)
        """
        if label is None or not self.order or SET_SEPARATOR not in label:
            return self.stands.get(label, label) if label is not None else None
        codes = [self.stands.get(code, code) for code in label.split(SET_SEPARATOR) if code]
        if None in codes:
            return None
        place = {code: at for at, code in enumerate(self.order)}
        members = sorted(
            {code for code in codes if code is not None}, key=lambda code: (place.get(code, len(place)), code)
        )
        return SET_SEPARATOR.join(members) or label

    def labels(self, frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
        """The frame with what the labels of these columns (String) stand for, null where they don't say which class."""
        if not self:
            return frame
        return frame.with_columns(self._column(frame[name]) for name in columns)

    def lost(self, labels: pl.Series) -> pl.Series:
        """Of labels (String) those that don't say which class any more, Boolean."""
        if not self:
            return pl.repeat(False, len(labels), eager=True).alias(labels.name)
        return labels.is_not_null() & self._column(labels).is_null()

    def _column(self, labels: pl.Series) -> pl.Series:
        others = {label: to for label in labels.unique().drop_nulls() if (to := self.of(label)) != label}
        old, new = list(others), pl.Series(list(others.values()), dtype=pl.String)
        return labels.replace(old, new) if others else labels


NOTHING_CHANGED = Recoding()
# A mapping belongs to one transaction, which begins with its connection.
_read: WeakKeyDictionary[Connection, dict[int, Recoding]] = WeakKeyDictionary()


def recoding(connection: Connection, project_id: int) -> Recoding:
    """The mapping of a project as this transaction sees it, read once."""
    known = _read.setdefault(connection, {})
    if project_id not in known:
        known[project_id] = _recoding(connection, project_id)
    return known[project_id]


def forget(connection: Connection) -> None:
    """Read the mappings anew: this transaction has changed one."""
    _read.pop(connection, None)


def in_sql(connection: Connection, project_id: int, *columns: ColumnElement[Any]) -> tuple[ColumnElement[Any], ...]:
    """What the labels in these columns stand for, for statements that compare them in the database."""
    by = recoding(connection, project_id)
    stands = dict(by.stands)
    if by and by.order:
        sets = select(_class.c.code).where(_class.c.project_id == project_id, _class.c.is_set)
        stands |= {code: by.of(code) for code in connection.execute(sets).scalars()}
    return tuple(case(stands, value=column, else_=column) if stands else column for column in columns)


def acts(connection: Connection, project_id: int) -> list[Act]:
    """What was done to the project's classes, in order."""
    columns = (_change.c.id, _change.c.mapping, _change.c.created, _change.c.undoes)
    query = select(*columns).where(_change.c.project_id == project_id).order_by(_change.c.id)
    return [Act(*row) for row in connection.execute(query)]


def retired_since(connection: Connection, project_id: int, since: datetime) -> set[str]:
    """Codes of classes that acts in force have retired after a moment."""
    again = _change.alias("again")
    query = select(_change.c.mapping).where(
        _change.c.project_id == project_id,
        _change.c.kind == ChangeKind.RETIRE.value,
        _change.c.created_at > since,
        ~select(again.c.id).where(again.c.undoes == _change.c.id).exists(),
    )
    return {code for mapping in connection.execute(query).scalars() for code in mapping}


def is_lost(table: Table | Any) -> ColumnElement[bool]:
    """In SQL that the label of a row doesn't say which class any more."""
    gone = _class.alias("gone_class")
    lost = and_(gone.c.project_id == table.c.project_id, gone.c.code == table.c.label, gone.c.gone == Gone.SPLIT.value)
    return select(gone.c.code).where(lost).exists()


def _recoding(connection: Connection, project_id: int) -> Recoding:
    done = acts(connection, project_id)
    if not done:
        return NOTHING_CHANGED
    return Recoding(composed(done), set_order(connection, project_id))


def set_order(connection: Connection, project_id: int) -> tuple[str, ...]:
    """The classes in their order where labels may be sets of them; empty where they may not."""
    query = (
        select(_class.c.code)
        .join(_project, _project.c.id == _class.c.project_id)
        .where(_project.c.id == project_id, _project.c.kind == LabelKind.SEVERAL, ~_class.c.is_set)
        .where(_class.c.gone.is_(None))
    )
    return tuple(connection.execute(query.order_by(_class.c.position)).scalars())
