"""Changes of classes done and taken back. Facts stay as they were given; what their labels stand for is read by the acts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, insert, select, update

from db import schema
from db.frames.reading import in_force
from db.frames.recoding import Act, Recoding, acts, composed, forget, is_lost, recoding, set_order
from db.vocabulary import ChangeKind, Gone, Verdict
from labeling.class_changes.plans import Change, Scheme, plan
from labeling.errors import LabelingError
from labeling.events import record
from labeling.projects import wanted as queueing
from labeling.projects.classes import LabelClass, get_classes, retire_sets
from labeling.projects.projects import Project, lock_project_by_id
from labeling.quality.kinds.sets import members
from labeling.roles import check_lead

_change, _class = schema.class_change, schema.label_class
_queue, _golden, _ruling = schema.queue, schema.golden, schema.adjudication
_EVENTS = {
    ChangeKind.RENAME: "rename_class",
    ChangeKind.MERGE: "merge_classes",
    ChangeKind.SPLIT: "split_class",
    ChangeKind.MOVE: "move_class",
    ChangeKind.RETIRE: "retire_class",
}
# Of a class that stays, what a change may move; the rest is the editor's.
_MOVED = ("code", "parent", "hotkey", "retired")
# Later than every act that there is.
_NEXT = 2**62


def scheme_of(connection: Connection, project: Project) -> Scheme:
    """The project's classes as they stand, and which codes are taken by labels that stand for others."""
    given = {code for act in _in_force(acts(connection, project.id)) for code in act.mapping}
    classes = tuple(get_classes(connection, project.id, retired=True))
    there = {entry.code for entry in classes}
    return Scheme(classes, project.kind, project.allows_inner, frozenset(given - there))


def change_classes(
    connection: Connection, project: Project, change: Change, *, now: datetime, actor: int | None
) -> int:
    """Do what is asked for, and say the act's number.

    Raises LabelingError as :func:`labeling.class_changes.plans.plan` does, or ``not_allowed``.
    """
    check_lead(connection, project.id, actor)
    project = lock_project_by_id(connection, project.id)
    made = plan(change, scheme_of(connection, project))
    before = _written(connection, project.id)
    _write(connection, project.id, made.classes)
    act = Act(_NEXT, made.mapping, made.created)
    moved = _settle_work(connection, project, [*acts(connection, project.id), act]) if _loses(act) else {}
    asked: dict[str, Any] = {"codes": list(change.codes), "into": list(change.into), "parent": change.parent}
    row = {
        "kind": change.kind,
        "asked": asked,
        "mapping": dict(made.mapping),
        "created": list(made.created),
        "before": {"classes": before, "back": dict(made.back)} | moved,
        "note": change.note.strip(),
    }
    details = asked | {"note": row["note"]}
    target = ", ".join(change.codes)
    return _append(connection, project, row, _EVENTS[change.kind], target, details, now=now, actor=actor)


def undo_change(connection: Connection, project: Project, act_id: int, *, now: datetime, actor: int | None) -> int:
    """Take the newest act in force back: classes, and what every label stands for, are as before it.

    Labels given meanwhile with a class that it made stand for the class that this one was made of, where that was one. Raises
    LabelingError ``change_unknown``, ``change_not_newest`` or ``not_allowed``.
    """
    check_lead(connection, project.id, actor)
    project = lock_project_by_id(connection, project.id)
    done = acts(connection, project.id)
    standing = _in_force(done)
    if act_id not in {act.id for act in standing}:
        raise LabelingError("change_unknown", act=act_id)
    if standing[-1].id != act_id:
        raise LabelingError("change_not_newest", act=standing[-1].id)
    act = standing[-1]
    stored = connection.execute(select(_change.c.before, _change.c.kind).where(_change.c.id == act_id)).one()
    undoing = Act(_NEXT, stored.before["back"], undoes=act_id)
    _write(connection, project.id, _restored(connection, project.id, stored.before["classes"], act.created))
    if _loses(act) or _loses(undoing):
        _settle_work(connection, project, [*done, undoing], stored.before)
    row = {"kind": ChangeKind.UNDO, "asked": {}, "mapping": stored.before["back"], "created": [], "before": {}}
    row |= {"undoes": act_id}
    details = {"act": act_id, "kind": stored.kind}
    return _append(connection, project, row, "undo_class_change", str(act_id), details, now=now, actor=actor)


def _append(
    connection: Connection,
    project: Project,
    row: Mapping[str, Any],
    event: str,
    target: str,
    details: Mapping[str, Any],
    *,
    now: datetime,
    actor: int | None,
) -> int:
    values = dict(row) | {"project_id": project.id, "person_id": actor, "created_at": now}
    act_id = int(connection.execute(insert(_change).values(values).returning(_change.c.id)).scalar_one())
    forget(connection)
    _mark_gone(connection, project.id, recoding(connection, project.id))
    retire_sets(connection, project.id)
    record(connection, event, target, now=now, actor=actor, project_id=project.id, details=details)
    return act_id


def _in_force(done: Sequence[Act]) -> list[Act]:
    """Acts that were not taken back, without the takings back."""
    undone = {act.undoes for act in done}
    return [act for act in done if act.undoes is None and act.id not in undone]


def _loses(act: Act) -> bool:
    return None in act.mapping.values()


# --- the classes


def _written(connection: Connection, project_id: int) -> list[dict[str, Any]]:
    """The classes in their order, as :func:`_restored` takes them: a list, for keys of JSON come back in any order."""
    classes = get_classes(connection, project_id, retired=True)
    return [{name: getattr(entry, name) for name in _MOVED} for entry in classes]


def _restored(
    connection: Connection, project_id: int, before: Sequence[Mapping[str, Any]], created: Iterable[str]
) -> list[LabelClass]:
    """The classes of before in their order with all that is written of them, then those that came since by another way."""
    columns = [_class.c[name] for name in LabelClass.__dataclass_fields__]
    rows = connection.execute(select(*columns).where(_class.c.project_id == project_id, ~_class.c.is_set))
    there = {row.code: dict(row._mapping) for row in rows}
    classes = [LabelClass(**{**there[moved["code"]], **moved}) for moved in before]
    taken, known = {entry.hotkey for entry in classes}, {entry.code for entry in classes}
    made = {*known, *created}
    for entry in get_classes(connection, project_id, retired=True):
        if entry.code not in made:
            values = asdict(entry)
            values["hotkey"] = None if entry.hotkey in taken else entry.hotkey
            values["parent"] = entry.parent if entry.parent in known else None
            classes.append(LabelClass(**values))
            taken.add(entry.hotkey)
            known.add(entry.code)
    return classes


def _write(connection: Connection, project_id: int, classes: Sequence[LabelClass]) -> None:
    """These classes in this order; all others are none any more, and stay for the facts that name them."""
    of_project = (_class.c.project_id == project_id, ~_class.c.is_set)
    away = {"parent": None, "hotkey": None, "retired": True, "gone": Gone.REPLACED}
    there = set(connection.execute(select(_class.c.code).where(*of_project)).scalars())
    # Nothing is above anything, and no key taken, while they are written one after another.
    connection.execute(update(_class).where(*of_project).values(parent=None, hotkey=None))
    gone = _class.c.code.not_in([entry.code for entry in classes])
    connection.execute(update(_class).where(*of_project, gone).values(away))
    rows = [
        asdict(entry) | {"project_id": project_id, "position": position, "gone": None}
        for position, entry in enumerate(classes)
    ]
    if new := [row | {"parent": None, "hotkey": None} for row in rows if row["code"] not in there]:
        connection.execute(insert(_class), new)
    names = [name for name in rows[0] if name not in ("project_id", "code")]
    setting = update(_class).where(_class.c.project_id == project_id, _class.c.code == bindparam("of"))
    setting = setting.values({name: bindparam(f"to_{name}", type_=_class.c[name].type) for name in names})
    connection.execute(setting, [{"of": row["code"]} | {f"to_{name}": row[name] for name in names} for row in rows])


def _mark_gone(connection: Connection, project_id: int, by: Recoding) -> None:
    """Write of codes that name no class any more why they don't, of sets whether they say which classes still."""
    of_project = _class.c.project_id == project_id
    rows = connection.execute(select(_class.c.code, _class.c.is_set, _class.c.gone).where(of_project)).all()
    for row in rows:
        lost = any(by.stands.get(code, code) is None for code in (members(row.code) if row.is_set else (row.code,)))
        if row.gone is None and not row.is_set:
            continue
        gone = Gone.SPLIT if lost else None if row.is_set else Gone.REPLACED
        if gone != row.gone:
            connection.execute(update(_class).where(of_project, _class.c.code == row.code).values(gone=gone))


# --- the work


def _settle_work(
    connection: Connection, project: Project, done: Sequence[Act], before: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Ask anew where labels don't say which class any more, and no longer where they do again; says what was moved.

    Golden items whose label is such are served to nobody until an expert has spoken; items that an expert had settled with one
    want answers again. ``before``: what the act that is taken back had moved.
    """
    _mark_gone(connection, project.id, Recoding(composed(done), set_order(connection, project.id)))
    for item_id, wanted in (before or {}).get("wanted", ()):
        queueing.want(connection, {item_id: wanted})
    if before and before.get("paused"):
        still = set(_lost(connection, project.id, _golden, _golden.c.label.is_not(None)))
        queueing.pause(connection, [item for item in before["paused"] if item not in still], paused=False)
    paused = _serving(connection, project.id, _lost(connection, project.id, _golden, _golden.c.label.is_not(None)))
    queueing.pause(connection, paused, paused=True)
    ruled = set(_lost(connection, project.id, _ruling, _ruling.c.verdict == Verdict.LABEL.value))
    few = (_queue.c.project_id == project.id, ~_queue.c.golden, _queue.c.wanted < project.overlap)
    wanting = connection.execute(select(_queue.c.item_id, _queue.c.wanted).where(*few)).all() if ruled else []
    asked = [(row.item_id, row.wanted) for row in wanting if row.item_id in ruled]
    queueing.want(connection, {item_id: project.overlap for item_id, _ in asked})
    queueing.recount(connection, project.id)
    return {"paused": paused, "wanted": [list(pair) for pair in asked]}


def _lost(connection: Connection, project_id: int, table: Table, is_label: Any) -> list[int]:
    query = select(table.c.item_id).where(table.c.project_id == project_id, is_label, is_lost(table), in_force(table))
    return list(connection.execute(query.order_by(table.c.item_id)).scalars())


def _serving(connection: Connection, project_id: int, item_ids: Sequence[int]) -> list[int]:
    """Of these golden items those that are not paused."""
    lost = set(item_ids)
    served = (_queue.c.project_id == project_id, _queue.c.golden, ~_queue.c.paused)
    return [
        item_id for item_id in connection.execute(select(_queue.c.item_id).where(*served)).scalars() if item_id in lost
    ]
