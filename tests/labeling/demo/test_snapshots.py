"""The demo's first week was kept twice, and there is something to compare."""

from __future__ import annotations

from datetime import UTC, datetime

from db.engine import Database
from labeling.demo.week import load_week
from labeling.projects.projects import get_project
from labeling.snapshots.comparing import difference
from labeling.snapshots.kept import snapshots


def test_the_first_week_has_two_snapshots_with_a_difference_between_them(sqlite_database: Database) -> None:
    now = datetime(2026, 3, 9, 12, tzinfo=UTC)
    load_week(sqlite_database, now=now)
    with sqlite_database.snapshot() as connection:
        project = get_project(connection, "demo")
        later, earlier = snapshots(connection, project.id)
        found = difference(connection, project.id, earlier, later)
    assert (earlier.name, later.name, later.at) == ("v1", "v2", now)
    assert earlier.person == later.person == "Лид (демо)"
    assert found.counts["changed"] and found.counts["first"]
    assert all(found.rows.filter(cause="votes")["who"].list.len())
