"""Many rows at once come out as rows that were written one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import bindparam, insert, select, update

from db import schema
from db.engine import Database
from db.many import execute_many
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
        execute_many(connection, insert(TABLE), rows)
        execute_many(connection, insert(TABLE), [])
    with database.snapshot() as connection:
        found = connection.execute(select(TABLE.c.body, TABLE.c.created_at).order_by(TABLE.c.request)).all()
    assert [tuple(row) for row in found] == [(body, datetime(2026, 3, 2, 12, 30, tzinfo=UTC)) for body in bodies]


def test_rows_are_changed_by_parameters_of_their_own(database: Database) -> None:
    world = make_world(database)
    table = schema.spending
    rows = [{"project_id": world.project.id, "scope": scope, "amount": 5} for scope in ("total", "run:1", "run:2")]
    more = update(table).where(table.c.scope == bindparam("where")).values(amount=table.c.amount + bindparam("by"))
    with database.transaction() as connection:
        execute_many(connection, insert(table), rows)
        execute_many(connection, more, [{"where": "run:1", "by": 1}, {"where": "run:2", "by": 2}])
    with database.snapshot() as connection:
        found = connection.execute(select(table.c.scope, table.c.amount).order_by(table.c.scope)).all()
    assert [tuple(row) for row in found] == [("run:1", 6), ("run:2", 7), ("total", 5)]


def test_a_moment_without_a_zone_is_refused_here_too(database: Database) -> None:
    world = make_world(database)
    row = {"project_id": world.project.id, "request": "a", "body": {}, "created_at": MOMENT.replace(tzinfo=None)}
    with database.transaction() as connection, pytest.raises(ValueError, match="without a time zone"):
        execute_many(connection, insert(TABLE), [row])
