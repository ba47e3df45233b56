"""Many rows at once come out as rows that were written one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, insert, select, update

from db import schema
from db.engine import Database
from db.many import insert_new, many
from tests.labeling.worlds import make_world

TABLE = schema.llm_answer
# Half past three in a zone of its own.
MOMENT = datetime(2026, 3, 2, 15, 30, tzinfo=timezone(timedelta(hours=3)))


def test_values_are_kept_as_their_columns_say(database: Database) -> None:
    world = make_world(database)
    bodies = [{"content": "да", "tokens": [["a", -0.5]]}, {"content": None}]
    rows = [
        {"project_id": world.project.id, "request": str(n), "body": body, "created_at": MOMENT}
        for n, body in enumerate(bodies)
    ]
    with database.transaction() as connection:
        many(connection.dialect, insert(TABLE), rows).execute(connection)
        many(connection.dialect, insert(TABLE), []).execute(connection)
    with database.snapshot() as connection:
        found = connection.execute(select(TABLE.c.body, TABLE.c.created_at).order_by(TABLE.c.request)).all()
    assert [tuple(row) for row in found] == [(body, datetime(2026, 3, 2, 12, 30, tzinfo=UTC)) for body in bodies]


def test_rows_are_changed_by_parameters_of_their_own(database: Database) -> None:
    world = make_world(database)
    table = schema.spending
    rows = [{"project_id": world.project.id, "scope": scope, "amount": 5} for scope in ("total", "run:1", "run:2")]
    more = update(table).where(table.c.scope == bindparam("where")).values(amount=table.c.amount + bindparam("by"))
    with database.transaction() as connection:
        many(connection.dialect, insert(table), rows).execute(connection)
        by = [{"where": "run:1", "by": 1}, {"where": "run:2", "by": 2}]
        many(connection.dialect, more, by).execute(connection)
    with database.snapshot() as connection:
        found = connection.execute(select(table.c.scope, table.c.amount).order_by(table.c.scope)).all()
    assert [tuple(row) for row in found] == [("run:1", 6), ("run:2", 7), ("total", 5)]


def test_a_moment_without_a_zone_is_refused_here_too(database: Database) -> None:
    world = make_world(database)
    row = {"project_id": world.project.id, "request": "a", "body": {}, "created_at": MOMENT.replace(tzinfo=None)}
    with database.snapshot() as connection, pytest.raises(ValueError, match="without a time zone"):
        many(connection.dialect, insert(TABLE), [row])


def test_the_first_of_two_with_one_key_stays(database: Database) -> None:
    world = make_world(database)
    rows = [
        {"project_id": world.project.id, "request": key, "body": body, "created_at": MOMENT}
        for key, body in (("a", 1), ("a", 2), ("b", 3))
    ]
    with database.transaction() as connection:
        many(connection.dialect, insert_new(connection.dialect, TABLE), rows).execute(connection)
    with database.snapshot() as connection:
        found = connection.execute(select(TABLE.c.request, TABLE.c.body).order_by(TABLE.c.request)).all()
    assert [tuple(row) for row in found] == [("a", 1), ("b", 3)]
