"""What a project's labels are: how one of each kind begins, and which kind may become which."""

from __future__ import annotations

from sqlalchemy import Connection, exists, select

from db import schema
from db.vocabulary import LabelKind
from labeling.errors import LabelingError
from labeling.projects.classes import LabelClass, get_classes
from labeling.quality.kinds import Kind
from labeling.quality.kinds.sets import SEPARATOR

FIRST, SECOND = "first", "second"
#: What may be said of two candidates. A project may do without the last two.
PAIR_CLASSES = (
    LabelClass(FIRST, "Первый лучше", "The first is better", "1", "#4477AA"),
    LabelClass(SECOND, "Второй лучше", "The second is better", "2", "#EE6677"),
    LabelClass("tie", "Одинаково хороши", "Equally good", "3", "#228833"),
    LabelClass("both_bad", "Оба плохи", "Both are bad", "4", "#BBBBBB"),
)
# Labels of these mean the same in either.
_ALIKE = {LabelKind.SINGLE, LabelKind.ORDERED}


def comparison(connection: Connection, project_id: int, kind: LabelKind) -> Kind:
    """How labels are compared: as the project's kind says, and those of one class by their paths where classes form a tree."""
    if kind is LabelKind.SINGLE and any(entry.parent for entry in get_classes(connection, project_id, retired=True)):
        return Kind.TREE
    return Kind(kind.value)


def check_change(connection: Connection, project_id: int, before: LabelKind, kind: LabelKind) -> None:
    """Whether the labels that there are mean something as those of another kind. Raises LabelingError ``kind_is_fixed``."""
    table = schema.label_class
    given_sets = select(exists().where(table.c.project_id == project_id, table.c.is_set))
    if before is kind or {before, kind} <= _ALIKE:
        return
    if kind is LabelKind.SEVERAL and before in _ALIKE:
        may = not any(SEPARATOR in entry.code for entry in get_classes(connection, project_id, retired=True))
    elif before is LabelKind.SEVERAL and kind in _ALIKE:
        may = not connection.execute(given_sets).scalar()
    else:
        may = False
    if not may:
        raise LabelingError("kind_is_fixed", before=before.value, kind=kind.value)
