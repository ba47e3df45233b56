"""What a run that asks leaves when it is killed or cancelled: answers that aren't in the database yet, and money reserved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from db import schema
from db.engine import Database
from db.vocabulary import CallState, RunState
from labeling.junior import journal, ledger
from labeling.junior.completion import Bill
from labeling.junior.journal import Record
from labeling.projects.projects import lock_project_by_id

_RUN, _CALL = schema.run.c, schema.llm_call.c
# How long the process of a stopped run may go on elsewhere, and how long a page's question can take.
JUST, PATIENCE_WITH_PAGES = timedelta(minutes=1), timedelta(hours=1)


def clear_up(database: Database, *, clock: Callable[[], datetime], mine: int | None = None) -> None:
    """Write down what runs have left that nobody carries out any more, ``mine`` among them: answers are kept, what was never
    sent is free, what was sent and not answered counts as paid.

    Of a run whose journal lies on another machine everything that is reserved counts as paid; so do questions of pages that
    nobody can wait for any more.
    """
    journals = journal.left_behind(database)
    with database.snapshot() as connection:
        left = _with_reservations(connection) | set(journals)
    for run_id in sorted(left):
        path = journals.get(run_id)
        if path and run_id != mine and journal.is_written(path):
            continue
        record = journal.read(path) if path else None
        with database.transaction() as connection:
            if run_id != mine and _goes_on(connection, run_id, clock(), elsewhere=path is None):
                continue
            _write_down(connection, run_id, record, clock())
        if path:
            path.unlink(missing_ok=True)
    with database.transaction() as connection:
        ledger.abandon_questions(connection, before=clock() - PATIENCE_WITH_PAGES, now=clock())


def _with_reservations(connection: Connection) -> set[int]:
    query = select(_CALL.run_id).where(_CALL.state == CallState.RESERVED, _CALL.run_id.is_not(None)).distinct()
    return set(connection.execute(query).scalars())


def _goes_on(connection: Connection, run_id: int, now: datetime, *, elsewhere: bool) -> bool:
    """Whether its process may still be at work: on another machine for a moment after it was stopped, too."""
    run = connection.execute(select(_RUN.state, _RUN.finished_at).where(_RUN.id == run_id)).first()
    if run is None:
        return False
    just_ended = elsewhere and run.finished_at is not None and run.finished_at > now - JUST
    return bool(run.state == RunState.RUNNING.value or just_ended)


def _write_down(connection: Connection, run_id: int, record: Record | None, now: datetime) -> None:
    call = connection.execute(select(_CALL.project_id).where(_CALL.run_id == run_id).limit(1)).scalar()
    if call is None:
        return
    project = lock_project_by_id(connection, call)
    if record is not None:
        ledger.settle(connection, project, record.bills, now=now)
        ledger.remember(connection, project.id, record.answers, now=now)
        of_run = select(_CALL.id).where(_CALL.run_id == run_id, _CALL.state == CallState.RESERVED)
        reserved = connection.execute(of_run).scalars()
        unsent = [Bill(call_id, 0, 0, "not_sent") for call_id in reserved if call_id not in record.sent]
        ledger.settle(connection, project, unsent, now=now)
    ledger.abandon(connection, run_id, now=now)
