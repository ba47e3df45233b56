"""A database of every released revision opens with today's code, and released migrations are never edited."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Engine, inspect

from db import drift, schema
from db.engine import Database
from db.frames import items
from db.migrate import downgrade, migrate, revisions
from db.schema.search import is_compared
from labeling.opening import bring_up_to_date
from labeling.projects.projects import all_projects
from tests.db.released import checksums, dumps, pinned, restore

Rows = dict[str, list[dict[str, Any]]]


def kind_of(url: str) -> str:
    return url.partition(":")[0]


def contents(engine: Engine) -> Rows:
    """Every row of every table as the driver gives it."""
    with engine.connect() as connection:
        tables = _tables(connection) - {"alembic_version"}
        read = {
            table: connection.exec_driver_sql(f'SELECT * FROM "{table}" ORDER BY 1, 2').mappings() for table in tables
        }
        return {table: [dict(row) for row in rows] for table, rows in read.items()}


def _tables(connection: Connection) -> set[str]:
    """The tables by name, without those that the index of words consists of."""
    return {name for name in inspect(connection).get_table_names() if is_compared(name, "table", {})}


# Where an item stands in line is no fact: 0011 draws it anew, and has every assessor begin at the front again.
DRAWN_ANEW = {"queue": "position", "desk": "cursor"}


def assert_kept(before: Rows, after: Rows) -> None:
    for table, rows in before.items():
        kept = set(after[table][0]) - {DRAWN_ANEW.get(table)} if rows else set()
        assert [{name: row[name] for name in row if name in kept} for row in rows] == [
            {name: row[name] for name in row if name in rows[0] and name in kept} for row in after[table]
        ], table


def assert_todays_schema(database: Database) -> None:
    with database.snapshot() as connection:
        assert drift.found(connection) == drift.declared(connection.dialect.name)
        assert _tables(connection) == {*schema.metadata.tables, "alembic_version"}
    with database.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_compared})
        assert compare_metadata(context, schema.metadata) == []


@pytest.mark.parametrize("name", dumps("sqlite"))
def test_a_file_of_every_revision_ends_with_todays_schema_and_its_rows(name: str, tmp_path: Path) -> None:
    database = restore(f"sqlite:///{tmp_path}/old.db", name)
    before = contents(database.reader)
    bring_up_to_date(database)
    after = contents(database.reader)
    assert_kept(before, after)
    assert_todays_schema(database)
    with database.snapshot() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
        project = all_projects(connection)[0]
        assert items.items(connection, project.id).height == len(before["item"])
    database.close()


@pytest.mark.parametrize("name", dumps("postgresql"))
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_server_that_passed_an_edited_migration_is_repaired(name: str, database_url: str) -> None:
    database = restore(database_url, name)
    before = contents(database.reader)
    bring_up_to_date(database)
    assert_kept(before, contents(database.reader))
    assert_todays_schema(database)
    database.close()


@pytest.mark.parametrize("name", ["0001_first", "0006_first"])
def test_what_was_brought_to_the_newest_edited_revision_long_ago_is_repaired_too(name: str, database_url: str) -> None:
    """Seen: ``prepare`` reported success on it, and the first ruling failed."""
    database = restore(database_url, name)
    migrate(database, "0007")
    with database.snapshot() as connection:
        missing = drift.differences(connection)
    assert any(fact.startswith("column expert_lease.revision ") for fact in missing) == (name == "0006_first")
    assert any(fact.startswith("column lease.revision ") for fact in missing) == (name == "0001_first")
    bring_up_to_date(database)
    assert_todays_schema(database)
    database.close()


def test_what_was_spent_before_there_was_a_sum_of_it_counts_in_every_budget(database_url: str) -> None:
    database = restore(database_url, "0006_first")
    with database.transaction() as connection:
        columns = (
            "id, project_id, run_id, prompt_id, item_id, purpose, model, state, reserved, cost, tokens_in, tokens_out"
        )
        for number, run, state, moment in (
            (2, "1", "reserved", "2026-03-31 23:30:00"),
            (3, "NULL", "free", "2026-04-01"),
        ):
            connection.exec_driver_sql(
                f"INSERT INTO llm_call ({columns}, created_at) VALUES "
                f"({number}, 1, {run}, 1, 3, 'label', 'small', '{state}', 30, 0, 1, 1, '{moment}')"
            )
    bring_up_to_date(database)
    with database.snapshot() as connection:
        rows = connection.exec_driver_sql("SELECT scope, amount FROM spending WHERE project_id = 1")
        spent = {row.scope: row.amount for row in rows}
    assert spent == {"total": 42, "month:2026-03": 42, "month:2026-04": 0, "run:1": 42}
    database.close()


def test_a_repaired_file_goes_back_and_comes_again(tmp_path: Path) -> None:
    database = restore(f"sqlite:///{tmp_path}/old.db", "0006_first")
    bring_up_to_date(database)
    downgrade(database, "0005")
    before = contents(database.reader)
    bring_up_to_date(database)
    assert_kept(before, contents(database.reader))
    assert_todays_schema(database)
    database.close()


def test_released_migrations_are_never_edited() -> None:
    """What a released one lacks comes with a next one. A new one is pinned by ``python -m tests.db.released``."""
    assert dict(checksums()) == pinned()


def test_there_is_a_database_of_every_revision() -> None:
    """The newest is made by ``python -m tests.db.released``."""
    assert set(revisions()) <= {name.partition("_")[0] for name in dumps("sqlite")}
