"""The worker: takes up runs, one at a time, and has each carried out by a process of its own.

In a process of its own, and a nice one, so that computing never keeps an assessor waiting who is served by the same
program; so that a run can be stopped at any moment, by killing it; and so that what it takes of memory is given back. The
worker watches over it: says every two seconds that the run is in good hands, and ends the process when it no longer is.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from threading import Event, Thread

from sqlalchemy.exc import SQLAlchemyError

from db.engine import Database
from db.vocabulary import RunKind
from labeling.clock import Clock, utc_now
from labeling.junior.aftermath import clear_up
from labeling.processes import python_path
from labeling.runs import claims
from labeling.runs.claims import Claim, ClaimLostError

# How often runs are looked for, a cancelled one is noticed, and a sign of life is given.
POLL, LOOK, BEAT = 1.0, 0.4, 2.0
# After the database didn't answer.
PATIENCE = 5.0

_log = logging.getLogger("sverka.jobs")


class Worker:
    """Takes up runs until it is stopped. Any number may work on one database, in any processes, on any machines."""

    def __init__(self, database: Database, *, clock: Clock = utc_now) -> None:
        self._database, self._clock = database, clock
        self._stopping = Event()
        self._thread: Thread | None = None

    def start(self) -> None:
        """Work in a thread of this process."""
        self._thread = Thread(target=self.work, name="worker", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Work no more; a run that goes on is given back at once, for whoever comes next. Waits for the thread."""
        self.stopping()
        if self._thread is not None:
            self._thread.join()

    def stopping(self) -> None:
        """The same without waiting: also for handlers of signals."""
        self._stopping.set()

    def work(self) -> None:
        """Work in this thread until somebody says stop."""
        while not self._stopping.is_set():
            try:
                pause = 0.0 if self.work_once() else POLL
            except SQLAlchemyError:
                _log.exception("the database didn't answer")
                pause = PATIENCE
            except (OSError, ValueError):
                # Of this run, on this machine: the next one may fare better.
                _log.exception("a run could not be carried out")
                pause = PATIENCE
            self._stopping.wait(pause)

    def work_once(self) -> bool:
        """Carry out one run, if there is one; says whether there was."""
        if self._stopping.is_set():
            return False
        with self._database.snapshot() as connection:
            if not claims.is_any_free(connection, now=self._clock()):
                return False
        with self._database.transaction() as connection:
            held = claims.claim(connection, now=self._clock())
        if held is None:
            return False
        self.carry_out(held)
        return True

    def carry_out(self, held: Claim) -> None:
        """Have a run that is held carried out, and see to it that it comes to an end."""
        child = spawn(self._database, held)
        try:
            exit_code = self._watch(child, held)
        except ClaimLostError:
            # Cancelled, or another worker has it: it isn't ours to end.
            exit_code = 0
        finally:
            _end(child)
        self._ended(held, exit_code)
        if held.kind is RunKind.ASK:
            clear_up(self._database, clock=self._clock)

    def _ended(self, held: Claim, exit_code: int | None) -> None:
        with self._database.transaction() as connection:
            if exit_code is None:
                claims.give_back(connection, held, is_broken=False)
            elif exit_code > 0:
                # What went wrong stands in the log: the process wrote it there as it ended.
                claims.fail(connection, held, claims.FAILED, {}, now=self._clock())
            elif exit_code < 0:
                _log.warning("run %s: its process was killed by signal %s", held.run_id, -exit_code)
                claims.give_back(connection, held, is_broken=True)

    def _watch(self, child: subprocess.Popen[bytes], held: Claim) -> int | None:
        """The process's exit code, or None when the worker is to stop first. Raises ClaimLostError."""
        beat = time.monotonic()
        while not self._stopping.is_set():
            try:
                return child.wait(timeout=LOOK)
            except subprocess.TimeoutExpired:
                pass
            if time.monotonic() >= beat:
                beat = time.monotonic() + BEAT
                with self._database.transaction() as connection:
                    claims.renew(connection, held, now=self._clock())
                with self._database.transaction() as connection:
                    claims.mark_queued_seen(connection, now=self._clock())
            with self._database.snapshot() as connection:
                if child.poll() is None and not claims.is_held(connection, held):
                    raise ClaimLostError
        return None


def spawn(database: Database, held: Claim) -> subprocess.Popen[bytes]:
    """A process that carries the run out. It lives as long as its standard input is open: no longer than this one."""
    url = database.url.render_as_string(hide_password=False)
    environment = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": python_path()}
    # Half of the cores: the other half is for those who wait.
    threads = str(max(1, (os.cpu_count() or 1) // 2))
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"):
        environment.setdefault(name, threads)
    command = [sys.executable, "-m", "labeling.jobs.child", str(held.run_id), held.at.isoformat()]
    # A group of its own: Ctrl-C is for the worker, which gives the run back. Not a session: Linux may share the processors
    # out among sessions first, and to be nice to other sessions is nothing.
    return subprocess.Popen(command, stdin=subprocess.PIPE, env=environment, process_group=0)


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    child.wait()
    if child.stdin is not None:
        child.stdin.close()
