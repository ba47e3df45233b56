"""How SQLite finds what lies next: by which index, whatever order the indexes were made in."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

from sqlalchemy import event

from db.engine import Database
from labeling.desk import picking
from tests.labeling.worlds import make_world


def plan_of(database: Database) -> str:
    """The plan of the statement that looks for what may come, as SQLite explains it."""
    world = make_world(database)
    asked: list[tuple[str, Any]] = []

    @event.listens_for(database.reader, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        asked.append((statement, parameters))

    with database.snapshot() as connection:
        picking.find(connection, world.project, world.assessors[0], n=3)
    [(statement, parameters)] = [entry for entry in asked if "eligible" in entry[0]]
    with closing(sqlite3.connect(str(database.url.database))) as raw:
        return "\n".join(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))


def test_what_came_free_is_found_by_its_own_index(sqlite_database: Database) -> None:
    """By the index of all that is open each answer on a large project would walk over every open item."""
    plan = plan_of(sqlite_database)
    back, ahead = plan.split("MATERIALIZE ahead")
    assert "USING INDEX ix_queue_returned (project_id=?)" in back
    assert "USING INDEX ix_queue_open (project_id=? AND position>?)" in ahead
