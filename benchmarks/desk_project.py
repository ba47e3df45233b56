"""A large project on a real SQLite file, filled by the driver itself: a million items in seconds, and years of work."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import insert

from db import schema
from db.engine import open_database
from db.migrate import migrate
from db.vocabulary import Role
from labeling.desk.policy import spin
from labeling.projects.classes import add_codes
from labeling.projects.projects import create_project

SLUG, SEED, OVERLAP, CHUNK = "bench", 5, 3, 50
LABELS = ("neutral", "gratitude", "confusion")
# Every twentieth item is golden: 5 %.
GOLDEN_STEP = 20
GOLDEN_PER_CHUNK = 3
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY_START = NOON - timedelta(hours=12)
ASSESSORS = 36
VETERAN = ASSESSORS


@dataclass(frozen=True)
class Work:
    """What one assessor has done before: ``answers`` in all, the last ``today`` of them since midnight."""

    answers: int
    today: int


def fill(path: Path, items: int, work: Work | None = None) -> None:
    """Make a project of ``items`` items (5 % golden, overlap 3, chunks of 50) with people, and the veteran's work."""
    database = open_database(f"sqlite:///{path}")
    migrate(database)
    with database.transaction() as connection:
        project = create_project(
            connection,
            SLUG,
            now=DAY_START,
            seed=SEED,
            overlap=OVERLAP,
            chunk_size=CHUNK,
            golden_per_chunk=GOLDEN_PER_CHUNK,
            # Everybody here presses the same key, and nobody is to be paused for it.
            accuracy_floor=0.0,
        )
        add_codes(connection, project.id, LABELS, now=DAY_START)
        people = [
            {"id": n, "login": f"assessor{n}", "name": f"Assessor {n}", "created_at": DAY_START}
            for n in range(1, ASSESSORS + 1)
        ]
        connection.execute(insert(schema.person), people)
        shared = {"project_id": project.id, "role": Role.ASSESSOR, "created_at": DAY_START}
        connection.execute(insert(schema.membership), [shared | {"person_id": person["id"]} for person in people])
    database.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as raw:
        raw.execute("PRAGMA synchronous=OFF")
        raw.execute("BEGIN IMMEDIATE")
        _add_items(raw, items)
        if work:
            _add_work(raw, items, work)
        raw.execute("COMMIT")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def moment(at: datetime) -> str:
    """A moment as the application writes it into SQLite."""
    return at.replace(tzinfo=None).isoformat(" ", "microseconds")


def _add_items(raw: sqlite3.Connection, items: int) -> None:
    added = moment(DAY_START)
    text = "Здравствуйте! Платёж поставщику {} третий день не проходит, поддержка молчит. Что мне делать?"
    raw.executemany(
        "INSERT INTO item (id, project_id, external_id, text, fingerprint, created_at) VALUES (?, 1, ?, ?, ?, ?)",
        ((n, f"{n:08d}", text.format(n), n, added) for n in range(1, items + 1)),
    )
    raw.executemany(
        "INSERT INTO queue (item_id, project_id, position, wanted, places, golden, spin) VALUES (?, 1, ?, ?, ?, ?, ?)",
        (
            (n, n, OVERLAP, 0, 1, spin(SEED, n)) if n % GOLDEN_STEP == 0 else (n, n, OVERLAP, OVERLAP, 0, 0)
            for n in range(1, items + 1)
        ),
    )
    raw.executemany(
        "INSERT INTO golden (item_id, revision, project_id, label, created_at) VALUES (?, 1, 1, ?, ?)",
        ((n, LABELS[n % 3], added) for n in range(GOLDEN_STEP, items + 1, GOLDEN_STEP)),
    )


def _add_work(raw: sqlite3.Connection, items: int, work: Work) -> None:
    """Closed chunks, answered leases and annotations of the veteran, with the queue and the cursor as they left it."""
    chunks = work.answers // CHUNK
    times = [moment(at) for at in _times(work)]
    picked = list(_picks(items, work.answers))
    raw.executemany(
        "INSERT INTO chunk (id, project_id, assessor_id, ordinal, kind, size, opened_at, closed_at, outcome, "
        "golden_right, golden_n) VALUES (?, 1, ?, ?, 'work', ?, ?, ?, 'accepted', 2, ?)",
        (
            (n + 1, VETERAN, n + 1, CHUNK, times[n * CHUNK], times[n * CHUNK + CHUNK - 1], GOLDEN_PER_CHUNK)
            for n in range(chunks)
        ),
    )
    raw.executemany(
        "INSERT INTO lease (id, project_id, item_id, assessor_id, chunk_id, slot, token, state, revision, opened_at, "
        "expires_at, closed_at) VALUES (?, 1, ?, ?, ?, ?, ?, 'answered', 1, ?, ?, ?)",
        (
            (n + 1, item, VETERAN, n // CHUNK + 1, n % CHUNK, f"{n:024x}", at, at, at)
            for n, (item, at) in enumerate(zip(picked, times, strict=True))
        ),
    )
    raw.executemany(
        "INSERT INTO annotation (project_id, item_id, assessor_id, revision, chunk_id, lease_id, label, seconds, "
        "created_at) VALUES (1, ?, ?, 1, ?, ?, ?, 4.0, ?)",
        (
            (item, VETERAN, n // CHUNK + 1, n + 1, LABELS[n % 3], at)
            for n, (item, at) in enumerate(zip(picked, times, strict=True))
        ),
    )
    raw.executemany("UPDATE queue SET places = places - 1 WHERE item_id = ? AND NOT golden", ((n,) for n in picked))
    reached = max(item for item in picked if item % GOLDEN_STEP)
    raw.execute("INSERT INTO desk (project_id, assessor_id, cursor) VALUES (1, ?, ?)", (VETERAN, reached))


def _picks(items: int, answers: int) -> Iterator[int]:
    ordinary = (n for n in range(1, items + 1) if n % GOLDEN_STEP)
    golden = iter(range(GOLDEN_STEP, items + 1, GOLDEN_STEP))
    for _ in range(answers // CHUNK):
        yield from islice(golden, GOLDEN_PER_CHUNK)
        yield from islice(ordinary, CHUNK - GOLDEN_PER_CHUNK)


def _times(work: Work) -> Iterator[datetime]:
    """One answer each nine seconds today up to noon, the same on the days before."""
    for n in range(work.answers // CHUNK * CHUNK, 0, -1):
        behind = timedelta(seconds=9 * n)
        yield NOON - behind if n <= work.today else DAY_START - behind
