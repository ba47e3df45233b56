"""Several processes at one project, killed or not: what was acknowledged is kept, and nobody is served too often."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from sqlalchemy import text

from db.engine import Database, open_database
from tests.labeling.desk import invariants
from tests.labeling.desk.answering_worker import ACKNOWLEDGED, SENT, Orders, Settings
from tests.labeling.worlds import World, make_world

T = TypeVar("T")
ROOT = Path(__file__).parents[3]
PROCESSES = 4
OVERLAP = 2
KILLS = 6
SEED = 7
PATIENCE = 120.0

# A token's answers: the first names its lease, a correction the item and the assessor of that lease.
RECORDED = """
    SELECT l.token, a.revision, a.label FROM annotation a
    JOIN lease l ON l.item_id = a.item_id AND l.assessor_id = a.assessor_id AND l.state = 'answered' AND NOT l.repeat
    UNION ALL SELECT l.token, r.revision, r.label FROM repeat r JOIN lease l ON l.id = r.lease_id
"""
ANSWERS = """
    SELECT q.item_id, count(a.id) AS answers FROM queue q
    LEFT JOIN annotation a ON a.item_id = q.item_id AND a.revision = 1 AND NOT a.surplus
    WHERE NOT q.golden GROUP BY q.item_id
"""
LEFT = """
    SELECT (SELECT coalesce(sum(places), 0) FROM queue), (SELECT count(*) FROM lease WHERE state = 'open'),
      (SELECT count(*) FROM lease WHERE state = 'open' AND assessor_id IN ({dead}))
"""


class Crew:
    """Four worker processes with their journals; a worker that was killed can be started again for the same people."""

    def __init__(self, world: World, folder: Path, seed: int) -> None:
        self.world, self.folder, self.seed = world, folder, seed
        self.url = world.database.url.render_as_string(hide_password=False)
        self.orders = folder / "orders.json"
        self.shares = [world.assessors[n::PROCESSES] for n in range(PROCESSES)]
        self.running: list[subprocess.Popen[bytes]] = []
        self.broken: list[AssertionError] = []
        self.born = [0] * PROCESSES
        self.starts = 0
        for n in range(PROCESSES):
            self.running.append(self.start(n))

    def journal(self, n: int) -> Path:
        """The file that worker ``n`` and all its successors append to."""
        return self.folder / f"journal{n}.jsonl"

    def start(self, n: int) -> subprocess.Popen[bytes]:
        """Start worker ``n``, with luck of its own."""
        self.starts += 1
        self.born[n] = self.written(n)
        told = Settings(
            self.url, self.world.project.slug, self.shares[n], str(self.journal(n)), str(self.orders),
            self.seed * 1000 + self.starts,
        )  # fmt: skip
        command = [sys.executable, "-m", "tests.labeling.desk.answering_worker", json.dumps(asdict(told))]
        with (self.folder / f"errors{n}.txt").open("ab") as errors:
            return subprocess.Popen(command, cwd=ROOT, stderr=errors)

    def written(self, n: int) -> int:
        """Bytes in the journal of worker ``n``."""
        return self.journal(n).stat().st_size if self.journal(n).exists() else 0

    def kill(self, n: int) -> None:
        """SIGKILL: no handler, no clean-up."""
        self.running[n].kill()
        self.running[n].wait()

    def busy(self) -> list[int]:
        """The workers that live and have answered something since they were started."""
        return [n for n in range(PROCESSES) if self.running[n].poll() is None and self.written(n) > self.born[n]]

    def ended(self) -> bool:
        """Whether every worker has gone, by itself or killed."""
        return all(worker.poll() is not None for worker in self.running)

    def until(self, ask: Callable[[], T]) -> T:
        """The first true answer; fails as soon as an invariant is broken or a worker has stumbled."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            assert not self.broken, self.broken[0]
            for n, worker in enumerate(self.running):
                if worker.poll() not in (None, 0, -signal.SIGKILL):
                    raise AssertionError((self.folder / f"errors{n}.txt").read_text(encoding="utf-8"))
            if found := ask():
                return found
            time.sleep(0.01)
        raise TimeoutError

    def read(self, what: str) -> list[tuple[str, int, str]]:
        """Every whole line of this kind in all journals."""
        lines = [line for n in range(PROCESSES) for line in self.journal(n).read_bytes().split(b"\n")[:-1]]
        return [(token, revision, label) for kind, token, revision, label in map(json.loads, lines) if kind == what]


@contextmanager
def hired(world: World, folder: Path, seed: int) -> Iterator[Crew]:
    """A crew at work, with the invariants checked all the while; nobody outlives the test."""
    crew = Crew(world, folder, seed)
    stop = threading.Event()
    checks = threading.Thread(target=_check_until, args=(crew, stop))
    checks.start()
    try:
        yield crew
    finally:
        stop.set()
        checks.join()
        for n in range(PROCESSES):
            crew.kill(n)
    assert not crew.broken, crew.broken[0]


def _check_until(crew: Crew, stop: threading.Event) -> None:
    own = open_database(crew.url)
    while not stop.wait(0.1) and not crew.broken:
        try:
            with own.snapshot() as connection:
                invariants.check(connection)
        except AssertionError as error:
            crew.broken.append(error)
    own.close()


def check_journals(crew: Crew) -> None:
    """What was acknowledged is recorded, once, with that label; what is recorded was sent."""
    with crew.world.database.snapshot() as connection:
        invariants.check(connection)
        rows = connection.execute(text(RECORDED)).all()
        answers = {row.item_id: row.answers for row in connection.execute(text(ANSWERS))}
    recorded = {(row.token, row.revision, row.label) for row in rows}
    assert len({(token, revision) for token, revision, _ in recorded}) == len(rows), "recorded twice"
    acknowledged = crew.read(ACKNOWLEDGED)
    assert len(acknowledged) == len({(token, revision) for token, revision, _ in acknowledged}), "acknowledged twice"
    assert set(acknowledged) <= recorded, "an acknowledged answer is lost"
    assert recorded <= set(crew.read(SENT)), "an answer that nobody gave"
    assert answers == dict.fromkeys(crew.world.items, OVERLAP)


def test_to_the_end_without_a_quarrel(database: Database, tmp_path: Path) -> None:
    world = make_world(
        database,
        items=80,
        golden_items=20,
        assessors=PROCESSES * 8,
        overlap=OVERLAP,
        chunk_size=10,
        accuracy_floor=0.0,
    )
    with hired(world, tmp_path, seed=1) as crew:
        Orders().write(crew.orders)
        crew.until(crew.ended)
    check_journals(crew)
    with database.snapshot() as connection:
        ordinary = text(
            "SELECT l.token FROM lease l JOIN queue q ON q.item_id = l.item_id WHERE NOT q.golden AND NOT l.repeat"
        )
        tokens = set(connection.execute(ordinary).scalars())
    accepted = [token for token, revision, _ in crew.read(ACKNOWLEDGED) if revision == 1 and token in tokens]
    assert len(accepted) == len(world.items) * OVERLAP


def test_killed_at_any_moment_nothing_acknowledged_is_lost(database: Database, tmp_path: Path) -> None:
    """The last one to be killed stays dead: when its leases run out, the others take over what lay on its desks."""
    world = make_world(
        database,
        items=150,
        golden_items=20,
        assessors=PROCESSES * 3,
        overlap=OVERLAP,
        chunk_size=10,
        accuracy_floor=0.0,
    )
    chance = random.Random(SEED)
    with hired(world, tmp_path, SEED) as crew:
        Orders(linger=0.01).write(crew.orders)
        for killed in range(1, KILLS + 1):
            time.sleep(chance.uniform(0.02, 0.2))
            victim = chance.choice(crew.until(crew.busy))
            crew.kill(victim)
            if killed < KILLS:
                crew.running[victim] = crew.start(victim)
        Orders().write(crew.orders)
        crew.until(lambda: all_that_is_left_lies_with(database, crew.shares[victim]))
        Orders(ahead=31).write(crew.orders)
        crew.until(crew.ended)
    check_journals(crew)


def all_that_is_left_lies_with(database: Database, assessors: list[int]) -> bool:
    """Whether no place is open and only these hold leases."""
    with database.snapshot() as connection:
        dead = ", ".join(map(str, assessors))
        places, leases, theirs = connection.execute(text(LEFT.format(dead=dead))).one()
    return bool(places == 0 and leases == theirs)
