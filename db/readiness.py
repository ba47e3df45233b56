"""Whether a database takes writes now, and why not where it doesn't: a disk may be full while every read is answered."""

from __future__ import annotations

import os
import sqlite3
from datetime import datetime
from enum import StrEnum

import psycopg
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from db.engine import Database
from db.many import insert_new
from db.schema import readiness

# What the database's side of a statement may raise; a driver's own where a connection is being made.
DATABASE_ERRORS = (SQLAlchemyError, sqlite3.Error, psycopg.Error)
# Random, so that nothing is saved by packing it: more than an answer with its indexes takes.
_SIZE = 1 << 16
# A writer who waits longer than this is stuck behind somebody who holds the lock far too long.
PATIENCE = 2.0


class Trouble(StrEnum):
    """Why a database can't be written."""

    DISK_FULL = "disk_full"
    READ_ONLY = "read_only"
    LOCKED = "locked"
    BROKEN = "broken"
    UNREACHABLE = "unreachable"


# By how the driver's name or code for it begins, the first that fits.
_BY_CODE = (
    ("SQLITE_FULL", Trouble.DISK_FULL),
    # Beside a full disk: the index of the write-ahead log can't be made larger.
    ("SQLITE_IOERR_SHM", Trouble.DISK_FULL),
    ("SQLITE_READONLY", Trouble.READ_ONLY),
    ("SQLITE_BUSY", Trouble.LOCKED),
    ("SQLITE_LOCKED", Trouble.LOCKED),
    ("SQLITE_CANTOPEN", Trouble.UNREACHABLE),
    ("SQLITE_IOERR", Trouble.BROKEN),
    ("SQLITE_CORRUPT", Trouble.BROKEN),
    ("SQLITE_NOTADB", Trouble.BROKEN),
    ("53100", Trouble.DISK_FULL),
    ("25006", Trouble.READ_ONLY),
    ("55P03", Trouble.LOCKED),
    ("57014", Trouble.LOCKED),
    ("58", Trouble.BROKEN),
    ("XX", Trouble.BROKEN),
    ("08", Trouble.UNREACHABLE),
    ("53300", Trouble.UNREACHABLE),
    ("57P", Trouble.UNREACHABLE),
    ("3D000", Trouble.UNREACHABLE),
)


def trouble_of(error: BaseException) -> Trouble | None:
    """What an error says of the database; None where it is about the statement, and none of the database's making."""
    original = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)
    if code:
        return next((trouble for start, trouble in _BY_CODE if str(code).startswith(start)), None)
    if isinstance(error, PoolTimeoutError):
        return Trouble.LOCKED
    # No connection, or one that broke: the server has sent no code.
    return Trouble.UNREACHABLE if isinstance(original, psycopg.OperationalError) else None


def trouble(database: Database, *, now: datetime) -> Trouble | None:
    """Write 64 KiB and commit them; says what was in the way. Waits ``PATIENCE`` seconds for a lock.

    Raises what says nothing of the database.
    """
    values = {"written_at": now, "padding": os.urandom(_SIZE)}
    try:
        with database.transaction(patience=PATIENCE) as connection:
            if not database.is_sqlite:
                for setting in ("lock_timeout", "statement_timeout"):
                    connection.exec_driver_sql(f"SET LOCAL {setting} = {PATIENCE * 1000:.0f}").close()
            if connection.execute(update(readiness).where(readiness.c.id == 1).values(values)).rowcount == 0:
                connection.execute(insert_new(connection.dialect, readiness).values(id=1, **values))
    except DATABASE_ERRORS as error:
        found = trouble_of(error)
        if found is None:
            raise
        return found
    return None
