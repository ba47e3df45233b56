"""Databases of every released revision, and the checksums of the migrations that made them."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from db.engine import Database, open_database
from db.migrate import MIGRATIONS

HERE = Path(__file__).parent
PINNED = HERE / "checksums"


def dumps(kind: str) -> list[str]:
    """The names of the dumps that there are for "sqlite" or "postgresql", the oldest first."""
    return sorted(path.name.removesuffix(f".{kind}.sql") for path in HERE.glob(f"*.{kind}.sql"))


def restore(url: str, name: str) -> Database:
    """Restore a dump into an empty database."""
    database = open_database(url)
    kind = "sqlite" if database.is_sqlite else "postgresql"
    script = (HERE / f"{name}.{kind}.sql").read_text(encoding="utf-8")
    if database.is_sqlite:
        with closing(sqlite3.connect(str(database.url.database))) as connection:
            connection.executescript(script)
        return database
    with database.transaction() as opened:
        # The driver itself: a script with quoted per cent signs has no parameters.
        opened.connection.cursor().execute(script)
    return database


def pinned() -> dict[str, str]:
    """The SHA-256 of each released migration, by file."""
    pairs = (line.split() for line in PINNED.read_text(encoding="utf-8").splitlines())
    return {name: checksum for checksum, name in pairs}


def checksums() -> Iterator[tuple[str, str]]:
    """The same of the files as they are."""
    for path in sorted((MIGRATIONS / "versions").glob("*.py")):
        yield path.name, hashlib.sha256(path.read_bytes()).hexdigest()
