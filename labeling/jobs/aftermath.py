"""What a run that asks leaves when it is killed or cancelled: answers that aren't in the database yet, and money reserved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Connection, select

from db import schema
from db.engine import Database
from db.vocabulary import CallState, RunState
from labeling.jobs import journal
from labeling.jobs.journal import Kept
from labeling.jobs.pile import as_settled
from labeling.tasks import ledger
from labeling.tasks.ledger import Settled
from labeling.tasks.projects import lock_project_by_id

_RUN, _CALL = schema.run.c, schema.llm_call.c


def clear_up(database: Database, *, clock: Callable[[], datetime], mine: int | None = None) -> None:
    """Write down what runs have left that nobody carries out any more, ``mine`` among them: answers are kept, what was never
    sent is free, what was sent and not answered counts as paid.

    Of a run whose journal lies on another machine everything that is reserved counts as paid.
    """
    found = journal.left_behind(database)
    with database.snapshot() as connection:
        ended = [
            run_id for run_id in _with_reservations(connection) | set(found) if not _goes_on(connection, run_id, mine)
        ]
    for run_id in sorted(ended):
        path = found.get(run_id)
        kept = journal.read(path) if path else None
        with database.transaction() as connection:
            _write_down(connection, run_id, kept, clock())
        if path:
            path.unlink(missing_ok=True)


def _with_reservations(connection: Connection) -> set[int]:
    query = select(_CALL.run_id).where(_CALL.state == CallState.RESERVED, _CALL.run_id.is_not(None)).distinct()
    return set(connection.execute(query).scalars())


def _goes_on(connection: Connection, run_id: int, mine: int | None) -> bool:
    state = connection.execute(select(_RUN.state).where(_RUN.id == run_id)).scalar()
    return run_id != mine and state == RunState.RUNNING.value


def _write_down(connection: Connection, run_id: int, kept: Kept | None, now: datetime) -> None:
    call = connection.execute(select(_CALL.project_id).where(_CALL.run_id == run_id).limit(1)).scalar()
    if call is None:
        return
    project = lock_project_by_id(connection, call)
    if kept is not None:
        ledger.settle(connection, project, [as_settled(bill) for bill in kept.bills], now=now)
        ledger.remember(connection, project.id, kept.answers, now=now)
        here = (_CALL.run_id == run_id) & (_CALL.state == CallState.RESERVED)
        reserved = connection.execute(select(_CALL.id).where(here)).scalars()
        unsent = [Settled(call_id, 0, 0, "not_sent") for call_id in reserved if call_id not in kept.sent]
        ledger.settle(connection, project, unsent, now=now)
    ledger.abandon(connection, run_id, now=now)
