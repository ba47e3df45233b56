"""Frames read by columns: the dtypes asked for, the order asked for, and no harm to whoever writes beside it."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
from sqlalchemy import Float, Integer, cast, insert, literal, null, select, union_all

from db import schema
from db.engine import Database
from db.frames.reading import UTC_TIME, bulk

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
READ = """
import sqlite3, sys
file = sqlite3.connect(sys.argv[1])
print(file.execute("SELECT count(*) FROM person").fetchone()[0])
file.close()
"""


def add(database: Database, login: str) -> None:
    with database.transaction() as connection:
        connection.execute(insert(schema.person).values(login=login, name=login, created_at=NOON))


def test_columns_come_with_their_dtypes_in_their_order(database: Database) -> None:
    for login in ("b «ё»\n\t\"'\\", "a 100%", "c"):
        add(database, login)
    person = schema.person.c
    query = select(
        person.login,
        person.created_at.label("at"),
        person.active,
        cast(literal(1) / literal(3.0), Float).label("third"),
        cast(literal(2), Float).label("two"),
        cast(null(), Integer).label("unknown"),
    )
    wanted = {
        "login": pl.String(), "at": UTC_TIME, "active": pl.Boolean(), "third": pl.Float64(), "two": pl.Float64(),
        "unknown": pl.Int64(),
    }  # fmt: skip
    with database.snapshot() as connection:
        found = bulk(connection, query.order_by(person.id.desc()), wanted)
        none = bulk(connection, query.where(person.login == "nobody"), wanted)
    assert found["login"].to_list() == ["c", "a 100%", "b «ё»\n\t\"'\\"]
    assert found.row(0)[1:3] == (NOON, True) and found.row(0)[4:] == (2.0, None)
    assert abs(found["third"][0] - 1 / 3) < 1e-14
    assert found.schema == none.schema == pl.Schema(wanted) and none.is_empty()


def test_numbers_of_both_kinds_in_one_column_and_labels_as_enum(sqlite_database: Database) -> None:
    given = ((1, "y"), (2.5, "x"), (None, "y"))
    rows = union_all(*(select(literal(n).label("n"), literal(label).label("label")) for n, label in given)).subquery()
    labels = pl.Enum(["x", "y"])
    with sqlite_database.snapshot() as connection:
        found = bulk(connection, select(rows.c.n, rows.c.label), {"n": pl.Float64(), "label": labels})
    assert found.rows() == [(1.0, "y"), (2.5, "x"), (None, "y")] and found.schema["label"] == labels


def test_another_program_that_closes_the_file_takes_nothing_away(sqlite_database: Database) -> None:
    path = str(sqlite_database.url.database)

    def seen_by_another() -> int:
        told = subprocess.run([sys.executable, "-c", READ, path], capture_output=True, text=True, check=True)
        return int(told.stdout)

    add(sqlite_database, "first")
    with sqlite_database.snapshot() as connection:
        assert bulk(connection, select(schema.person.c.login), {"login": pl.String()}).height == 1
    assert seen_by_another() == 1
    assert Path(f"{path}-wal").exists()
    add(sqlite_database, "second")
    assert seen_by_another() == 2
