"""Who holds a run. The table ``run`` is the queue: whoever moves a run to RUNNING holds it until it is over, or until
nothing was heard of them for STALE; then another may take it up.

A claim is known by its moment, ``started_at``: whoever takes a run up again sets another. Everything a holder writes checks
it in the same transaction, so one that was given up for dead and wakes up again can't write into another's run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from db import schema
from db.vocabulary import RunKind, RunState

STALE = timedelta(seconds=15)
# A run that was broken off this often would break off whoever takes it up next.
MOST_TRIES = 5
BROKEN_OFF, FAILED = "run_broken_off", "run_failed"
_RUN = schema.run.c


class ClaimLostError(Exception):
    """The run was cancelled, or another worker has it: stop, and write nothing more."""


@dataclass(frozen=True)
class Claim:
    """The right to carry out one run."""

    run_id: int
    project_id: int
    kind: RunKind
    at: datetime


def is_any_free(connection: Connection, *, now: datetime) -> bool:
    """Whether there is a run to take up; asked every second, so it writes nothing."""
    return connection.execute(select(_RUN.id).where(_free(now)).limit(1)).first() is not None


def claim(connection: Connection, *, now: datetime, run_id: int | None = None) -> Claim | None:
    """Take up the run that waits longest, or the one asked for; None where there is none.

    A run whose worker fell silent counts as broken off; after MOST_TRIES it has failed, with the code BROKEN_OFF.
    """
    waiting = _free(now) if run_id is None else _free(now) & (_RUN.id == run_id)
    while True:
        # PostgreSQL: another worker who looks at the same moment passes over what is locked here.
        query = select(_RUN.id, _RUN.project_id, _RUN.kind, _RUN.state, _RUN.error).where(waiting).order_by(_RUN.id)
        row = connection.execute(query.limit(1).with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        error = broken_off(row.error) if row.state == RunState.RUNNING.value else row.error
        if _tries(error) < MOST_TRIES:
            break
        _set(connection, _RUN.id == row.id, {"state": RunState.FAILED.value, "error": error, "finished_at": now})
    values = {"state": RunState.RUNNING.value, "error": error, "started_at": now, "seen_at": now}
    _set(connection, _RUN.id == row.id, values | {"step": "", "done": 0, "total": 0})
    return Claim(row.id, row.project_id, RunKind(row.kind), now)


def renew(connection: Connection, held: Claim, *, now: datetime) -> None:
    """Say that the holder lives. Raises ClaimLostError."""
    write(connection, held, seen_at=now)


def mark_queued_seen(connection: Connection, *, now: datetime) -> None:
    """Let those who wait see that a worker is there."""
    _set(connection, _RUN.state == RunState.QUEUED.value, {"seen_at": now})


def is_held(connection: Connection, held: Claim) -> bool:
    """Whether the claim stands."""
    return connection.execute(select(_RUN.id).where(_held(held))).first() is not None


def hold(connection: Connection, held: Claim) -> None:
    """First in every transaction of a holder: nobody else takes the run until it ends. Raises ClaimLostError."""
    if connection.execute(select(_RUN.id).where(_held(held)).with_for_update()).first() is None:
        raise ClaimLostError


def write(connection: Connection, held: Claim, **values: Any) -> None:
    """Set columns of a run that is held. Raises ClaimLostError."""
    if not _set(connection, _held(held), values):
        raise ClaimLostError


def finish(connection: Connection, held: Claim, report: Mapping[str, Any], *, now: datetime) -> None:
    """The run is done. Raises ClaimLostError."""
    over = {"state": RunState.DONE.value, "report": dict(report), "error": None, "finished_at": now}
    write(connection, held, **over, step="", done=_RUN.total)


def fail(connection: Connection, held: Claim, code: str, details: Mapping[str, Any], *, now: datetime) -> None:
    """The run can't be done, for a reason that a reader is told by its code; nothing where the claim is lost."""
    error = {"code": code, "details": {name: _plain(fact) for name, fact in details.items()}}
    _set(connection, _held(held), {"state": RunState.FAILED.value, "error": error, "finished_at": now})


def give_back(connection: Connection, held: Claim, *, is_broken: bool) -> None:
    """Let another worker take the run up at once; ``is_broken`` where whoever carried it out died of it."""
    row = connection.execute(select(_RUN.error).where(_held(held))).first()
    if row is not None:
        error = broken_off(row.error) if is_broken else row.error
        _set(connection, _held(held), {"state": RunState.QUEUED.value, "error": error})


def broken_off(error: Mapping[str, Any] | None) -> dict[str, Any]:
    """The error of a run that was broken off once more.

    >>> broken_off(broken_off(None))
    {'code': 'run_broken_off', 'details': {'tries': 2}}
    """
    return {"code": BROKEN_OFF, "details": {"tries": _tries(error) + 1}}


def _tries(error: Mapping[str, Any] | None) -> int:
    return int(error["details"]["tries"]) if error and error["code"] == BROKEN_OFF else 0


def _free(now: datetime) -> ColumnElement[bool]:
    silent = and_(_RUN.state == RunState.RUNNING.value, or_(_RUN.seen_at.is_(None), _RUN.seen_at < now - STALE))
    return or_(_RUN.state == RunState.QUEUED.value, silent)


def _held(held: Claim) -> ColumnElement[bool]:
    return and_(_RUN.id == held.run_id, _RUN.state == RunState.RUNNING.value, _RUN.started_at == held.at)


def _set(connection: Connection, which: ColumnElement[bool], values: Mapping[str, Any]) -> int:
    return int(connection.execute(update(schema.run).where(which).values(dict(values))).rowcount)


def _plain(fact: object) -> object:
    return fact if isinstance(fact, str | int | float | bool) or fact is None else str(fact)
