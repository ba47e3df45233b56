"""Who holds a run, and what becomes of it when somebody pulls the plug: real processes, both databases."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import func, select

from db import schema
from db.engine import Database
from db.vocabulary import RunState
from labeling.jobs.engine import Worker
from labeling.projects.projects import create_project
from labeling.runs import claims, runs
from labeling.runs.claims import MOST_TRIES, STALE, Claim, ClaimLostError
from labeling.runs.runs import Run
from tests.labeling.jobs.analysed import Films, make_films
from tests.labeling.worlds import NOON

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0


def ask(films: Films) -> int:
    with films.database.transaction() as connection:
        return runs.start_run(connection, films.project, now=datetime.now(UTC), actor=None)


def run_of(films: Films, run_id: int) -> Run:
    with films.database.snapshot() as connection:
        return runs.get_run(connection, films.project.id, run_id)


def claim(database: Database, at: datetime, run_id: int | None = None) -> Claim | None:
    with database.transaction() as connection:
        return claims.claim(connection, now=at, run_id=run_id)


def until(holds: Callable[[], bool]) -> None:
    """Wait for what another process does."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)


def findings(films: Films, run_id: int) -> int:
    with films.database.snapshot() as connection:
        query = select(func.count()).select_from(schema.finding).where(schema.finding.c.run_id == run_id)
        return int(connection.execute(query).scalar_one())


def empty_runs(database: Database, count: int) -> list[int]:
    """Runs of as many projects, in the order in which they wait."""
    with database.transaction() as connection:
        projects = [create_project(connection, f"p{n}", now=NOON) for n in range(count)]
        return [runs.start_run(connection, project, now=NOON, actor=None) for project in projects]


def test_a_run_is_held_by_one_however_many_ask(database: Database) -> None:
    waiting = empty_runs(database, 12)

    def take_all(_n: int) -> list[int]:
        taken = []
        while (held := claim(database, datetime.now(UTC))) is not None:
            taken.append(held.run_id)
        return taken

    with ThreadPoolExecutor(6) as pool:
        taken = [run_id for each in pool.map(take_all, range(6)) for run_id in each]
    assert sorted(taken) == waiting


def test_a_silent_workers_run_goes_to_another_and_the_first_may_write_no_more(database: Database) -> None:
    (run_id,) = empty_runs(database, 1)
    first = claim(database, NOON)
    assert first is not None
    assert claim(database, NOON + STALE) is None
    with database.transaction() as connection:
        claims.renew(connection, first, now=NOON + STALE)
    assert claim(database, NOON + STALE * 2) is None
    second = claim(database, NOON + STALE * 2 + timedelta(seconds=1))
    assert second is not None and second.run_id == run_id
    for write in (
        lambda connection: claims.hold(connection, first),
        lambda connection: claims.renew(connection, first, now=NOON),
        lambda connection: claims.finish(connection, first, {"items": 1}, now=NOON),
    ):
        with pytest.raises(ClaimLostError), database.transaction() as connection:
            write(connection)
    with database.transaction() as connection:
        claims.fail(connection, first, "run_failed", {}, now=NOON)
        claims.give_back(connection, first, is_broken=True)
        claims.hold(connection, second)
        claims.finish(connection, second, {"items": 2}, now=NOON)
    with database.snapshot() as connection:
        found = connection.execute(select(schema.run)).one()
        assert (found.state, found.report, found.error) == ("done", {"items": 2}, None)


def test_a_run_that_breaks_off_whoever_takes_it_up_fails_in_the_end(database: Database) -> None:
    run_id, other = empty_runs(database, 2)
    at = NOON
    for tries in range(MOST_TRIES):
        held = claim(database, at)
        assert held is not None and held.run_id == run_id, tries
        if tries % 2:
            with database.transaction() as connection:
                claims.give_back(connection, held, is_broken=True)
        at += STALE * 2
    held = claim(database, at)
    assert held is not None and held.run_id == other
    with database.snapshot() as connection:
        found = connection.execute(select(schema.run).where(schema.run.c.id == run_id)).one()
        assert (found.state, found.error) == ("failed", {"code": "run_broken_off", "details": {"tries": MOST_TRIES}})


def test_a_worker_that_stops_gives_its_run_back_and_it_counts_for_nothing(sqlite_database: Database) -> None:
    (run_id,) = empty_runs(sqlite_database, 1)
    for _ in range(MOST_TRIES + 1):
        held = claim(sqlite_database, NOON)
        assert held is not None and held.run_id == run_id
        with sqlite_database.transaction() as connection:
            claims.give_back(connection, held, is_broken=False)


def test_two_workers_carry_out_every_run_once(database: Database) -> None:
    made = [make_films(database, count=24, slug=f"films{n}") for n in range(2)]
    asked = [ask(films) for films in made]
    workers = [Worker(database), Worker(database)]
    for worker in workers:
        worker.start()
    until(lambda: all(run_of(films, run_id).finished_at for films, run_id in zip(made, asked, strict=True)))
    for worker in workers:
        worker.stop()
    for films, run_id in zip(made, asked, strict=True):
        run = run_of(films, run_id)
        assert (run.state, run.error, run.rulings, findings(films, run_id)) == (RunState.DONE, None, 4, 24)
        assert (run.done, run.step) == (run.total, "")


def children_of(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_gone(pid: int) -> bool:
    """Ended, though nobody may have asked for its exit code yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_run_outlives_its_worker_killed_in_the_middle(database: Database) -> None:
    films = make_films(database, count=800)
    run_id = ask(films)
    url = database.url.render_as_string(hide_password=False)
    killed = subprocess.Popen(
        [sys.executable, "-m", "labeling", "work"], cwd=ROOT, env={**os.environ, "DATABASE_URL": url}
    )
    until(lambda: run_of(films, run_id).step in ("features", "classifier", "neighbours"))
    (child,) = children_of(killed.pid)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    until(lambda: is_gone(child))
    assert run_of(films, run_id).state is RunState.RUNNING
    assert not Worker(database).work_once()
    # Nobody waits here until it counts as silent: the next worker's clock goes ahead.
    ahead = Worker(database, clock=lambda: datetime.now(UTC) + 2 * STALE)
    assert ahead.work_once()
    run = run_of(films, run_id)
    assert (run.state, run.error, findings(films, run_id)) == (RunState.DONE, None, 800)
    assert run.report is not None and run.report["items"] == 800
    assert not ahead.work_once()


def test_cancelled_it_stops_and_resumed_it_is_done(sqlite_database: Database) -> None:
    films = make_films(sqlite_database, count=800)
    run_id = ask(films)
    worker = Worker(sqlite_database)
    working = Thread(target=worker.work_once)
    working.start()
    until(lambda: run_of(films, run_id).step in ("consensus", "features", "classifier"))
    with sqlite_database.transaction() as connection:
        runs.cancel_run(connection, films.project, run_id, now=NOON, actor=None)
    working.join(timeout=PATIENCE)
    assert not working.is_alive()
    assert (run_of(films, run_id).state, findings(films, run_id)) == (RunState.CANCELLED, 0)
    assert not worker.work_once()
    with sqlite_database.transaction() as connection:
        runs.resume_run(connection, films.project, run_id, now=NOON, actor=None)
    assert worker.work_once()
    assert (run_of(films, run_id).state, findings(films, run_id)) == (RunState.DONE, 800)


def test_a_worker_that_is_told_to_stop_gives_back_what_it_does(sqlite_database: Database) -> None:
    films = make_films(sqlite_database, count=800)
    run_id = ask(films)
    worker = Worker(sqlite_database)
    worker.start()
    until(lambda: run_of(films, run_id).step != "")
    worker.stop()
    run = run_of(films, run_id)
    assert (run.state, run.error) == (RunState.QUEUED, None)


def test_a_defect_fails_the_run_without_a_word_of_it_to_readers(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    films = make_films(sqlite_database, count=24)
    run_id = ask(films)
    # The interpreter itself gives up.
    monkeypatch.setenv("PYTHONHASHSEED", "no number")
    assert Worker(sqlite_database).work_once()
    run = run_of(films, run_id)
    assert (run.state, run.error) == (RunState.FAILED, {"code": "run_failed", "details": {}})


def test_those_who_wait_see_that_a_worker_is_there(sqlite_database: Database) -> None:
    first, second = empty_runs(sqlite_database, 2)
    with sqlite_database.snapshot() as connection:
        assert runs.worker_seen(connection) is None
    held = claim(sqlite_database, NOON)
    assert held is not None and held.run_id == first
    later = NOON + timedelta(seconds=3)
    with sqlite_database.transaction() as connection:
        claims.mark_queued_seen(connection, now=later)
    with sqlite_database.snapshot() as connection:
        assert runs.worker_seen(connection) == later
        seen = connection.execute(select(schema.run.c.seen_at).where(schema.run.c.id == second)).scalar()
        assert seen == later


def test_what_is_left_follows_from_what_is_done() -> None:
    known = dict.fromkeys(Run.__dataclass_fields__)
    going = {**known, "state": RunState.RUNNING, "started_at": NOON, "total": 100}
    assert Run(**{**going, "done": 25}).left(NOON + timedelta(seconds=10)) == timedelta(seconds=30)
    assert Run(**{**going, "done": 10}).left(NOON) is None
    assert Run(**{**going, "state": RunState.QUEUED, "done": 5}).left(NOON) is None
