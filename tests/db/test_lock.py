"""Waiting for SQLite's lock: a writer of another process is waited for, and one that never ends is told of."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from threading import Timer

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError

from db import engine, schema
from db.engine import Database
from tests.labeling.worlds import NOON

PERSON = {"login": "anna", "name": "Anna", "created_at": NOON}


def other(database: Database) -> sqlite3.Connection:
    """A connection as another process would have it."""
    return sqlite3.connect(str(database.url.database), isolation_level=None, check_same_thread=False)


def test_a_writer_of_another_process_is_waited_for(sqlite_database: Database) -> None:
    with closing(other(sqlite_database)) as raw:
        raw.execute("BEGIN IMMEDIATE")
        Timer(0.2, raw.execute, ["COMMIT"]).start()
        with sqlite_database.transaction() as connection:
            connection.execute(insert(schema.person).values(PERSON))
    with sqlite_database.snapshot() as connection:
        assert connection.execute(select(schema.person.c.login)).scalars().all() == ["anna"]


def test_a_lock_that_is_never_given_up_is_an_error_and_the_connection_lives_on(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    with closing(other(sqlite_database)) as raw:
        raw.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="locked"), sqlite_database.transaction():
            pass
        raw.execute("ROLLBACK")
    with sqlite_database.transaction() as connection:
        connection.execute(insert(schema.person).values(PERSON))
        waits = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
    assert waits == 50
