"""Runs: computations that somebody asked for, from the wish to the result. Who carries them out is ``labeling.jobs``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, func, insert, select, update

from db import schema
from db.vocabulary import RunKind, RunState
from labeling.errors import LabelingError
from labeling.events import record
from labeling.projects.projects import Project, lock_project_by_id
from labeling.roles import check_expert

NAME_MOST = 200
# Before so much is done, most of the time went into getting ready.
LEAST_DONE = 0.1
GOING = (RunState.QUEUED, RunState.RUNNING)
_RUN = schema.run.c
_IS_GOING = _RUN.state.in_([state.value for state in GOING])
_KEPT = select(schema.run_evidence.c.run_id).where(schema.run_evidence.c.run_id == _RUN.id).exists()


@dataclass(frozen=True)
class Run:
    """One computation. ``done`` of ``total`` is the share of the work behind it, ``step`` what it does now.

    ``kept``: an analysis that is done and has its findings still. ``error``: {code, details} of what went wrong; while it
    goes on, how often it was broken off. ``seen_at``: when a worker last held it, or passed it by for another.
    ``class_changes``: how often the project's classes have been changed by now, which its labels are read by.
    ``rulings``: rows of golden labels and adjudications that its scores have learned from. ``started_at`` is of its last try.
    """

    id: int
    project_id: int
    kind: RunKind
    state: RunState
    name: str
    person_id: int | None
    settings: Mapping[str, Any] | None
    watermark: list[int] | None
    step: str
    done: int
    total: int
    report: Mapping[str, Any] | None
    error: Mapping[str, Any] | None
    created_at: datetime
    started_at: datetime | None
    seen_at: datetime | None
    finished_at: datetime | None
    rulings: int
    rescored_at: datetime | None
    kept: bool
    class_changes: int = 0

    @property
    def is_going(self) -> bool:
        """Whether it waits for a worker or has one."""
        return self.state in GOING

    def left(self, now: datetime) -> timedelta | None:
        """How long it will take still, if it goes on as so far; None where that can't be said yet."""
        if self.state is not RunState.RUNNING or self.started_at is None or self.done <= self.total * LEAST_DONE:
            return None
        return (now - self.started_at) * max(self.total - self.done, 0) / self.done


def start_run(
    connection: Connection,
    project: Project,
    kind: RunKind = RunKind.ANALYSIS,
    *,
    name: str = "",
    settings: Mapping[str, Any] | None = None,
    now: datetime,
    actor: int | None,
) -> int:
    """Ask for a run; gives its id. A worker takes it up within a second or two.

    Raises LabelingError ``run_going`` where one of this kind goes on in the project, ``name_too_long`` or ``not_allowed``.
    """
    check_expert(connection, project.id, actor)
    lock_project_by_id(connection, project.id)
    _check_none_going(connection, project.id, kind)
    values = {"project_id": project.id, "kind": kind.value, "state": RunState.QUEUED.value, "name": _checked_name(name)}
    by = {"person_id": actor, "settings": dict(settings) if settings else None, "created_at": now}
    run_id = int(connection.execute(insert(schema.run).values(values | by).returning(_RUN.id)).scalar_one())
    _record(connection, "start_run", project, run_id, now=now, actor=actor)
    return run_id


def cancel_run(connection: Connection, project: Project, run_id: int, *, now: datetime, actor: int | None) -> None:
    """Stop a run; its worker lets go of it within a second or two. One that is over already stays as it is.

    Raises LabelingError ``unknown_run`` or ``not_allowed``.
    """
    check_expert(connection, project.id, actor)
    get_run(connection, project.id, run_id)
    values = {"state": RunState.CANCELLED.value, "finished_at": now, "error": None}
    if connection.execute(update(schema.run).where(_RUN.id == run_id, _IS_GOING).values(values)).rowcount:
        _record(connection, "cancel_run", project, run_id, now=now, actor=actor)


def resume_run(connection: Connection, project: Project, run_id: int, *, now: datetime, actor: int | None) -> None:
    """Let a run that was cancelled or failed go on: steps it had finished aren't done again.

    Raises LabelingError ``run_going`` where one goes on already, ``run_done``, ``unknown_run`` or ``not_allowed``.
    """
    check_expert(connection, project.id, actor)
    lock_project_by_id(connection, project.id)
    run = get_run(connection, project.id, run_id)
    if run.state is RunState.DONE:
        raise LabelingError("run_done")
    _check_none_going(connection, project.id, run.kind)
    values = {"state": RunState.QUEUED.value, "error": None, "finished_at": None, "seen_at": None}
    connection.execute(update(schema.run).where(_RUN.id == run_id).values(values))
    _record(connection, "resume_run", project, run_id, now=now, actor=actor)


def rename_run(
    connection: Connection, project: Project, run_id: int, name: str, *, now: datetime, actor: int | None
) -> None:
    """Give a run another name. Raises LabelingError ``unknown_run``, ``name_too_long`` or ``not_allowed``."""
    check_expert(connection, project.id, actor)
    get_run(connection, project.id, run_id)
    connection.execute(update(schema.run).where(_RUN.id == run_id).values(name=_checked_name(name)))
    _record(connection, "rename_run", project, run_id, now=now, actor=actor)


def delete_run(connection: Connection, project: Project, run_id: int, *, now: datetime, actor: int | None) -> None:
    """Delete a run and all that it found; rulings and audits that came of it stay.

    Raises LabelingError ``run_going``, ``unknown_run`` or ``not_allowed``.
    """
    check_expert(connection, project.id, actor)
    lock_project_by_id(connection, project.id)
    if get_run(connection, project.id, run_id).is_going:
        raise LabelingError("run_going")
    connection.execute(update(schema.audit).where(schema.audit.c.run_id == run_id).values(run_id=None))
    for table in (schema.finding, schema.run_evidence):
        connection.execute(delete(table).where(table.c.run_id == run_id))
    connection.execute(delete(schema.run).where(_RUN.id == run_id))
    _record(connection, "delete_run", project, run_id, now=now, actor=actor)


def get_run(connection: Connection, project_id: int, run_id: int) -> Run:
    """One run of a project. Raises LabelingError ``unknown_run``."""
    runs = _runs(connection, _SELECT.where(_RUN.project_id == project_id, _RUN.id == run_id))
    if not runs:
        raise LabelingError("unknown_run", run=run_id)
    return runs[0]


def latest_run(connection: Connection, project_id: int, kind: RunKind = RunKind.ANALYSIS) -> Run | None:
    """The newest run that is done, the one that pages show unless another was chosen; None where there is none."""
    done = (_RUN.project_id == project_id, _RUN.kind == kind.value, _RUN.state == RunState.DONE.value)
    runs = _runs(connection, _SELECT.where(*done).limit(1))
    return runs[0] if runs else None


def runs(connection: Connection, project_id: int, kind: RunKind = RunKind.ANALYSIS) -> list[Run]:
    """Every run of a kind, in whatever state, the newest first."""
    return _runs(connection, _SELECT.where(_RUN.project_id == project_id, _RUN.kind == kind.value))


def worker_seen(connection: Connection) -> datetime | None:
    """When a worker was last heard of by its work, in any project; None where there was none to do yet."""
    return connection.execute(select(func.max(_RUN.seen_at))).scalar()


_CHANGES = (
    select(func.count()).select_from(schema.class_change).where(schema.class_change.c.project_id == _RUN.project_id)
)
_MADE = {"kept": _KEPT, "class_changes": _CHANGES.scalar_subquery()}
_STORED = (_RUN[name] for name in Run.__dataclass_fields__ if name not in _MADE)
_SELECT = select(*_STORED, *(made.label(name) for name, made in _MADE.items())).order_by(_RUN.id.desc())


def _runs(connection: Connection, query: Select[Any]) -> list[Run]:
    runs = []
    for row in connection.execute(query).mappings():
        state = RunState(row["state"])
        parsed = {"kind": RunKind(row["kind"]), "state": state, "kept": row["kept"] and state is RunState.DONE}
        runs.append(Run(**{**row, **parsed}))
    return runs


def _check_none_going(connection: Connection, project_id: int, kind: RunKind) -> None:
    if _is_going(connection, project_id, kind):
        raise LabelingError("run_going")


def _is_going(connection: Connection, project_id: int, kind: RunKind) -> bool:
    going = select(_RUN.id).where(_RUN.project_id == project_id, _RUN.kind == kind.value, _IS_GOING)
    return connection.execute(going).first() is not None


def _checked_name(name: str) -> str:
    trimmed = name.strip()
    if len(trimmed) > NAME_MOST:
        raise LabelingError("name_too_long", most=NAME_MOST)
    return trimmed


def _record(
    connection: Connection, verb: str, project: Project, run_id: int, *, now: datetime, actor: int | None
) -> None:
    record(connection, verb, str(run_id), now=now, actor=actor, project_id=project.id)


def add_consensus(
    connection: Connection,
    project_id: int,
    watermark: Sequence[int],
    report: Mapping[str, Any],
    body: bytes,
    *,
    now: datetime,
) -> int:
    """Write down a consensus that was computed without being asked for as a run; gives its id."""
    values = {"project_id": project_id, "kind": RunKind.CONSENSUS.value, "state": RunState.DONE.value}
    result = {"watermark": list(watermark), "report": dict(report)}
    times = {"created_at": now, "started_at": now, "finished_at": now}
    run_id = int(connection.execute(insert(schema.run).values(values | result | times).returning(_RUN.id)).scalar_one())
    keep_evidence(connection, run_id, body)
    return run_id


def queue_consensus(connection: Connection, project_id: int, *, now: datetime) -> None:
    """Have a consensus made, which is no act for the log; where one is waited for already, nothing."""
    lock_project_by_id(connection, project_id)
    if not _is_going(connection, project_id, RunKind.CONSENSUS):
        values = {"project_id": project_id, "kind": RunKind.CONSENSUS.value, "state": RunState.QUEUED.value}
        connection.execute(insert(schema.run).values(values | {"created_at": now}))


def keep_evidence(connection: Connection, run_id: int, body: bytes) -> None:
    """Keep what a later step, a later try or a later ruling goes on from."""
    connection.execute(delete(schema.run_evidence).where(schema.run_evidence.c.run_id == run_id))
    connection.execute(insert(schema.run_evidence).values(run_id=run_id, body=body))


def evidence_of(connection: Connection, run_id: int) -> bytes:
    """What a run keeps for later steps, packed."""
    evidence = schema.run_evidence.c
    return bytes(connection.execute(select(evidence.body).where(evidence.run_id == run_id)).scalar_one())


def keep_one_consensus(connection: Connection, project_id: int, run_id: int) -> None:
    """Delete the consensuses that are over, and what was kept of them, but for one."""
    consensuses = select(_RUN.id).where(_RUN.project_id == project_id, _RUN.kind == RunKind.CONSENSUS.value)
    old = list(connection.execute(consensuses.where(_RUN.id != run_id, _RUN.finished_at.is_not(None))).scalars())
    connection.execute(delete(schema.run_evidence).where(schema.run_evidence.c.run_id.in_(old)))
    connection.execute(delete(schema.run).where(_RUN.id.in_(old)))
