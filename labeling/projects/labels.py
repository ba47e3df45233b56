"""Which labels a project takes: its classes, and where several may be chosen at once, sets of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import polars as pl
from sqlalchemy import Connection, func, insert, select

from db import schema
from db.frames.recoding import recoding, retired_since
from db.vocabulary import LabelKind
from labeling.errors import LabelingError
from labeling.projects.classes import LabelClass, all_classes, choosable, get_classes, paths
from labeling.projects.projects import Project
from labeling.quality.kinds.sets import LONGEST, NONE, SEPARATOR, members, set_code

label_class = schema.label_class
# A set has no colour of its own.
SET_COLOUR = "#888888"
NOTHING = ("ничего из этого", "none of these")


class Titled(dict[str, LabelClass]):
    """Classes by code, and under the code of a set what stands for it: the titles of its classes one after another.

    Codes of classes that a change has put away are found, too, with what these were called: reports of before name them. They
    are not among those that are gone through.

    >>> from labeling.projects.classes import named_by_code
    >>> titled = Titled({code: LabelClass(code, code.upper(), code, None, "#000000") for code in ("joy", "fear")})
    >>> titled["joy|fear"].title_ru, "joy|fear" in titled, "joy|rage" in titled, titled["|"].title_en
    ('JOY + FEAR', True, False, 'none of these')
    """

    def __init__(self, classes: Mapping[str, LabelClass], gone: Mapping[str, LabelClass] | None = None) -> None:
        super().__init__(classes)
        self._gone = gone or {}

    def __missing__(self, code: str) -> LabelClass:
        if code in self._gone:
            return self._gone[code]
        if code not in self:
            raise KeyError(code)
        classes = [self[member] for member in members(code)]
        ru, en = (
            " + ".join(getattr(entry, name) or entry.code for entry in classes) for name in ("title_ru", "title_en")
        )
        return LabelClass(code, ru or NOTHING[0], en or NOTHING[1], None, SET_COLOUR)

    def __contains__(self, code: object) -> bool:
        known = super().__contains__
        return (
            known(code)
            or code in self._gone
            or (isinstance(code, str) and SEPARATOR in code and all(map(known, members(code))))
        )

    def get(self, code: str, default: LabelClass | None = None) -> LabelClass | None:  # type: ignore[override]
        """As of any mapping, of sets too."""
        return self[code] if code in self else default  # noqa: SIM401 - that would ask itself


def known_labels(connection: Connection, project_id: int) -> Titled:
    """All classes of a project by code, retired ones too, and what sets of them are called."""
    present, gone = all_classes(connection, project_id)
    return Titled({entry.code: entry for entry in present}, {entry.code: entry for entry in gone})


def known_codes(connection: Connection, project_id: int) -> set[str]:
    """The codes of all classes, and those that a file of before may have for one: as it was called then."""
    present = {entry.code for entry in get_classes(connection, project_id, retired=True)}
    return present | {code for code, to in recoding(connection, project_id).stands.items() if to is not None}


def classes_in(labels: Iterable[str], classes: Iterable[str]) -> set[str]:
    """The classes that some labels are made of: a label that is one of ``classes``, and those in sets.

    >>> sorted(classes_in(["joy", "fear|anger", "|"], ["joy", "fear", "anger"]))
    ['anger', 'fear', 'joy']
    """
    known = set(classes)
    return {each for label in labels for each in ((label,) if label in known else members(label))}


def labelled(labels: pl.Expr, wanted: Iterable[str], classes: Mapping[str, LabelClass]) -> pl.Expr:
    """Whether a label is one of these classes, lies below one in the tree, or is a set that has such a one in it.

    >>> from labeling.projects.classes import named_by_code
    >>> titled = Titled({entry.code: entry for entry in named_by_code(["card > pin", "loan"])})
    >>> said = pl.DataFrame({"label": ["card > pin", "loan", "card > pin|loan", "|", None]})
    >>> said.filter(labelled(pl.col("label"), ["card"], titled))["label"].to_list()
    ['card > pin', 'card > pin|loan']
    """
    asked = set(wanted)
    below = asked | {code for code, path in paths(classes.values()).items() if not asked.isdisjoint(path)}
    text = labels.cast(pl.String)
    # A class of a project that takes one alone may have the sign of a set in its code.
    is_set = text.str.contains(SEPARATOR, literal=True) & ~text.is_in(list(classes))
    inside = text.str.split(SEPARATOR).list.set_intersection(sorted(below)).list.len() > 0
    return text.is_in(sorted(below)) | (is_set & inside)


def accepted(
    connection: Connection, project: Project, label: str | None, *, is_known: bool, since: datetime | None = None
) -> str:
    """A label as it is stored: a class that may be chosen, or a set of those, which is made here where nobody gave it before.

    ``is_known``: the database has it as a class in use, or as a set of such. One that was in use when it was shown is stored
    as it was given, and read as what it stands for now; so is one that was retired after ``since``, when the item was handed
    out. Raises LabelingError ``unknown_label``, ``class_split`` for one that doesn't say which class any more, or
    ``set_too_long``.
    """
    has_sets = project.kind is LabelKind.SEVERAL
    if is_known and label and project.allows_inner and label != NONE:
        return label
    classes = get_classes(connection, project.id)
    order = [entry.code for entry in classes]
    if label is None:
        raise LabelingError("unknown_label", label=label, labels=[label], classes=order)
    chosen = members(label) if has_sets else (label,)
    if not set(chosen).issubset(order) and (earlier := _of_earlier(connection, project, label, chosen, order, since)):
        return earlier
    if not (is_known or has_sets):
        raise LabelingError("unknown_label", label=label, labels=[label], classes=order)
    inner = set(order).difference(choosable(classes, inner=project.allows_inner)).intersection(chosen)
    if inner or not (chosen or project.allows_none):
        raise LabelingError("unknown_label", label=label, labels=[label], classes=order)
    code = set_code(chosen, order)
    if has_sets:
        add_sets(connection, project, [code])
    return code


def _of_earlier(
    connection: Connection,
    project: Project,
    label: str,
    chosen: Sequence[str],
    order: Sequence[str],
    since: datetime | None,
) -> str | None:
    """The label, where the classes that aren't in use were when it was shown; None where they never were, or long ago."""
    by = recoding(connection, project.id)
    if any(code in by.stands and by.stands[code] is None for code in chosen):
        lost = next(code for code in chosen if by.stands.get(code, code) is None)
        raise LabelingError("class_split", label=lost, classes=list(order))
    in_use = {*order, *(retired_since(connection, project.id, since) if since is not None else ())}
    stands = [by.stands.get(code) or code for code in chosen]
    if not in_use.issuperset(stands):
        return None
    if project.kind is LabelKind.SEVERAL:
        add_sets(connection, project, [label])
    return label


def accepted_all(connection: Connection, project: Project, labels: Iterable[str]) -> dict[str, str]:
    """What is stored for each of ``labels``, as :func:`accepted` says."""
    in_use = select(label_class.c.code).where(label_class.c.project_id == project.id, ~label_class.c.retired)
    known = set(connection.execute(in_use).scalars())
    return {label: accepted(connection, project, label, is_known=label in known) for label in sorted(set(labels))}


def add_sets(connection: Connection, project: Project, codes: Sequence[str]) -> None:
    """Make those of these sets that aren't there; the project is locked. Raises LabelingError ``set_too_long``."""
    of_project = label_class.c.project_id == project.id
    there = set(
        connection.execute(select(label_class.c.code).where(of_project, label_class.c.code.in_(codes))).scalars()
    )
    missing = sorted({code for code in codes if SEPARATOR in code} - there)
    if too_long := next((code for code in missing if len(code) > LONGEST), None):
        raise LabelingError("set_too_long", n=len(members(too_long)), most=LONGEST)
    if not missing:
        return
    last = connection.execute(
        select(func.coalesce(func.max(label_class.c.position), -1)).where(of_project)
    ).scalar_one()
    untitled = {"project_id": project.id, "title_ru": "", "title_en": "", "colour": SET_COLOUR, "is_set": True}
    rows = [untitled | {"code": code, "position": last + n} for n, code in enumerate(missing, 1)]
    connection.execute(insert(label_class), rows)
