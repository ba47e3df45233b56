"""One database, two doors: ``transaction()`` writes, ``snapshot()`` reads."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import SQLAlchemyError

__all__ = ["Connection", "Database", "database", "open_database"]

DEFAULT_URL = "sqlite:///data/sverka.db"
# How long a writer waits for another before it gives up.
BUSY_SECONDS = 30.0
_TRIED_AGAIN = 0.001


@dataclass(frozen=True)
class Database:
    """A SQLite file or a PostgreSQL database.

    SQLite: WAL, synchronous=FULL (an acknowledged answer survives ``kill -9`` and a power cut), and writers that
    take the lock with BEGIN IMMEDIATE: a deferred transaction that starts to write later fails with "locked".

    >>> import tempfile
    >>> from sqlalchemy import text
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     database = open_database(f"sqlite:///{folder}/a.db")
    ...     with database.transaction() as connection:
    ...         connection.execute(text("CREATE TABLE t (x INTEGER)")).close()
    ...         connection.execute(text("INSERT INTO t VALUES (7)")).close()
    ...     with database.snapshot() as connection:
    ...         print(connection.execute(text("SELECT x FROM t")).scalar_one())
    ...     database.close()
    7
    """

    url: URL
    writer: Engine = field(repr=False)
    reader: Engine = field(repr=False)
    turn: Lock = field(repr=False, compare=False, default_factory=Lock)

    @property
    def is_sqlite(self) -> bool:
        """Whether this is an SQLite file (PostgreSQL otherwise)."""
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def transaction(self, *, patience: float = BUSY_SECONDS) -> Iterator[Connection]:
        """A connection that may write; commits at the end, rolls back when anything is raised.

        On SQLite it waits ``patience`` seconds for its turn, and as long for other processes.
        """
        # The threads of one process take turns here, so that none of them is passed over by the others.
        waited = self.is_sqlite and self.turn.acquire(timeout=patience)
        engine = self.writer if patience == BUSY_SECONDS else self.writer.execution_options(patience=patience)
        try:
            with engine.begin() as connection:
                yield connection
        finally:
            if waited:
                self.turn.release()

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """A read-only connection that sees one moment of the database."""
        with self.reader.begin() as connection:
            yield connection

    def answers(self) -> bool:
        """Whether it can be asked anything."""
        try:
            with self.snapshot() as connection:
                connection.exec_driver_sql("SELECT 1").close()
        except SQLAlchemyError:
            return False
        return True

    def close(self) -> None:
        """Give every pooled connection back."""
        self.writer.dispose()
        self.reader.dispose()


def open_database(url: str | None = None, *, cache_mb: int = 64) -> Database:
    """Open the database at ``url`` (``DATABASE_URL`` or ``sqlite:///data/sverka.db`` when None); makes the folder.

    Each connection to an SQLite file may keep ``cache_mb`` of its pages in memory.
    """
    parsed = make_url(url or os.environ.get("DATABASE_URL") or DEFAULT_URL)
    if parsed.get_backend_name() != "sqlite":
        if parsed.drivername in ("postgres", "postgresql"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        writer = create_engine(parsed, hide_parameters=True, pool_pre_ping=True, pool_size=10, max_overflow=20)
        reader = writer.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        return Database(parsed, writer, reader)
    if parsed.database and parsed.database != ":memory:":
        _keep_to_ourselves(Path(parsed.database).resolve())
    return Database(parsed, _sqlite_engine(parsed, cache_mb), _sqlite_engine(parsed, cache_mb, reading=True))


def _keep_to_ourselves(path: Path) -> None:
    """Make the file and its folder so that nobody else on the machine reads them; SQLite gives -wal and -shm the file's mode."""
    missing = [folder for folder in (path.parent, *path.parent.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        # One that was made before, by a looser hand; whose file it isn't can't change it, and needn't.
        with suppress(FileNotFoundError, PermissionError):
            path.with_name(name).chmod(0o600)


@cache
def database() -> Database:
    """The process's database, as ``DATABASE_URL`` names it at the first call."""
    return open_database()


def _sqlite_engine(url: URL, cache_mb: int, *, reading: bool = False) -> Engine:
    engine = create_engine(
        url, hide_parameters=True, connect_args={"timeout": BUSY_SECONDS}, pool_size=10, max_overflow=30
    )

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: Any) -> None:
        # The driver's own transactions lost updates: it must not begin anything by itself.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA cache_size=-{cache_mb * 1024}")
        connection.execute("PRAGMA temp_store=MEMORY")
        if reading:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        if reading:
            connection.exec_driver_sql("BEGIN")
        else:
            _take_the_lock(connection, connection.get_execution_options().get("patience", BUSY_SECONDS))

    return engine


def _take_the_lock(connection: Connection, patience: float) -> None:
    """BEGIN IMMEDIATE, tried again and again for ``patience`` seconds.

    SQLite's own waiting sleeps longer with each try, up to a tenth of a second beside a lock that is held for some milliseconds.
    """
    # By the driver alone: this stands in every answer's way.
    raw: Any = connection.connection.driver_connection
    given_up = time.monotonic() + patience
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < given_up:
            try:
                raw.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if not error.sqlite_errorname.startswith("SQLITE_BUSY"):
                    break
                time.sleep(_TRIED_AGAIN)
        # Whatever it says, callers know it in SQLAlchemy's words.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        raw.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000:.0f}")
