"""Junior asked by real workers: nothing is paid twice and no budget exceeded, whoever is killed or cancelled."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from db import schema
from db.engine import Database
from labeling.runs import runs
from tests.junior_server import Act, served
from tests.labeling.jobs.asking import COST, prepare, spent, start, suggestions, work
from tests.labeling.worlds import NOON, World, make_world

ROOT = Path(__file__).parents[3]


def worker(world: World) -> subprocess.Popen[bytes]:
    url = world.database.url.render_as_string(hide_password=False)
    environment = {**os.environ, "DATABASE_URL": url, "SVERKA_JUNIOR_IN_FLIGHT": "4", "OPENAI_BASE_URL": ""}
    return subprocess.Popen([sys.executable, "-m", "labeling", "work"], cwd=ROOT, env=environment)


def runs_state(world: World, run_id: int) -> str:
    with world.database.snapshot() as connection:
        return connection.execute(select(schema.run.c.state).where(schema.run.c.id == run_id)).scalar_one()


def until(ask: Any, patience: float = 90.0) -> None:
    end = time.monotonic() + patience
    while not ask():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.02)


def test_workers_killed_in_the_middle_pay_once_and_keep_to_the_budget(sqlite_database: Database) -> None:
    """Four workers on one project; all are killed while one asks, and others go on."""
    world = make_world(sqlite_database, items=120, golden_items=0)
    with served(lambda body, before: Act("neutral", delay=0.05)) as server:
        run_id = start(world, prepare(world, server, budget=120 * COST + 20_000))
        crew = [worker(world) for _ in range(4)]
        try:
            until(lambda: len(suggestions(world)) >= 30)
            for each in crew:
                each.send_signal(signal.SIGKILL)
                each.wait()
            at_the_kill = len(suggestions(world))
            with sqlite_database.transaction() as connection:
                # Nobody waits the quarter of a minute after which a silent worker counts as dead.
                connection.execute(schema.run.update().values(seen_at=NOON))
            crew = [worker(world)]
            until(lambda: runs_state(world, run_id) == "done")
        finally:
            for each in crew:
                each.kill()
                each.wait()
    assert 30 <= at_the_kill < 120
    assert len(suggestions(world)) == 120
    # Only what was on its way at the kill, four requests, may be asked again.
    assert sum(n - 1 for n in server.paid.values()) <= 4
    with sqlite_database.snapshot() as connection:
        table = schema.llm_call
        booked = connection.execute(select(func.sum(table.c.cost))).scalar_one()
        left = connection.execute(select(func.count()).where(table.c.state == "reserved")).scalar_one()
    assert left == 0
    assert booked == spent(world) >= COST * sum(server.paid.values())


def test_what_a_cancelled_run_has_got_is_kept_and_what_it_had_not_sent_is_free(sqlite_database: Database) -> None:
    world = make_world(sqlite_database, items=60, golden_items=0)
    with served(lambda body, before: Act("neutral", delay=0.1)) as server:
        prompt_id = prepare(world, server)
        run_id = start(world, prompt_id)
        one = worker(world)
        try:
            until(lambda: len(server.requests) >= 8)
            with sqlite_database.transaction() as connection:
                runs.cancel_run(connection, world.project, run_id, now=NOON, actor=None)
            until(lambda: not reserved(world))
        finally:
            one.kill()
            one.wait()
        asked, paid = len(server.requests), sum(server.paid.values())
        assert asked < 60
        with sqlite_database.snapshot() as connection:
            told = connection.execute(select(schema.llm_call.c.state, schema.llm_call.c.outcome)).all()
        assert sum(state == "settled" for state, _ in told) >= paid - 4
        assert sum(state == "unknown" for state, _ in told) <= 4
        # Another run knows them.
        work(world, start(world, prompt_id))
    assert len(suggestions(world)) == 60
    assert sum(n - 1 for n in server.paid.values()) <= 4


def reserved(world: World) -> int:
    with world.database.snapshot() as connection:
        table = schema.llm_call
        return connection.execute(select(func.count()).where(table.c.state == "reserved")).scalar_one()
