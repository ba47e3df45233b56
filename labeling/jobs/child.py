"""The process that carries out one run: ``python -m labeling.jobs.child RUN CLAIMED_AT``, started by a worker."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import datetime
from threading import Thread

from sqlalchemy import select

from db import schema
from db.engine import Database, open_database
from db.vocabulary import RunKind
from labeling import logs
from labeling.clock import Clock, utc_now
from labeling.errors import LabelingError
from labeling.runs import claims
from labeling.runs.claims import Claim, ClaimLostError

NICE, NICER = 5, 10


def job_of(kind: RunKind) -> Callable[..., None]:
    """What carries out a run of this kind. Only that is imported: what the others need would take a process a second."""
    match kind:
        case RunKind.ANALYSIS:
            from labeling.jobs.analyse import analyse as job
        case RunKind.GAIN:
            from labeling.jobs.gain import measure_gain as job
        case RunKind.ASK:
            from labeling.jobs.ask_junior import ask_junior as job
        case RunKind.COMPARISON:
            from labeling.jobs.comparing_sources import compare_sources as job
        case RunKind.CONSENSUS:
            from labeling.jobs.consensus import make_consensus as job
    return job


def carry_out(database: Database, held: Claim, *, clock: Clock = utc_now) -> None:
    """Do what the run is for, in this process; a refusal ends it as failed, a claim that is lost ends it without a word."""
    try:
        job_of(held.kind)(database, held, clock=clock)
    except ClaimLostError:
        return
    except LabelingError as error:
        with database.transaction() as connection:
            claims.fail(connection, held, error.code, error.details, now=clock())


def main(arguments: list[str]) -> int:
    """Carry out the run that was claimed at that moment."""
    logs.install()
    Thread(target=_end_with_the_worker, name="watching", daemon=True).start()
    run_id, at = int(arguments[0]), datetime.fromisoformat(arguments[1])
    # A run goes through pages once: kept, they only make the process grow.
    database = open_database(cache_mb=8)
    with database.snapshot() as connection:
        run = schema.run.c
        row = connection.execute(select(run.project_id, run.kind).where(run.id == run_id)).one()
    if hasattr(os, "sched_setaffinity"):
        # Half of the cores: whoever waits for a page finds another one free, which is more than being nice gives them.
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, cores[len(cores) // 2 :])
    # Asking mostly waits, and writes much: kept from the processor while holding the lock, it would keep assessors waiting.
    if hasattr(os, "nice"):
        os.nice(NICE if RunKind(row.kind) is RunKind.ASK else NICER)
    carry_out(database, Claim(run_id, row.project_id, RunKind(row.kind), at))
    database.close()
    return 0


def _end_with_the_worker() -> None:
    """However the worker ends, its side of the pipe closes with it; then another may take the run up."""
    # Not by sys.stdin: Python can't end while a thread waits in it.
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
