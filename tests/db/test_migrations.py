"""The models and the migrations say the same, on both databases; a filled one goes up and down unharmed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, insert, inspect, select, text
from sqlalchemy.exc import DatabaseError, StatementError

from db import schema
from db.engine import Database, open_database
from db.migrate import downgrade, migrate
from db.schema.search import is_compared

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def fill(database: Database) -> None:
    with database.transaction() as connection:
        connection.execute(insert(schema.person), {"login": "a", "name": "A", "created_at": NOW})
        connection.execute(
            insert(schema.project),
            {"slug": "p", "title_ru": "П", "title_en": "P", "seed": 1, "created_at": NOW},
        )
        connection.execute(
            insert(schema.label_class),
            {"project_id": 1, "code": "x", "title_ru": "х", "title_en": "x", "colour": "#000000", "position": 0},
        )
        row = {"project_id": 1, "external_id": "1", "text": "т", "fingerprint": 1, "metadata": {"a": [1]}}
        connection.execute(insert(schema.item), row | {"created_at": NOW})
        connection.execute(
            insert(schema.annotation),
            {
                "project_id": 1,
                "item_id": 1,
                "assessor_id": 1,
                "revision": 1,
                "label": "x",
                "created_at": NOW,
            },
        )


def repeat_an_item(database: Database) -> None:
    """An item that came back and was answered, another that lies there open."""
    with database.transaction() as connection:
        chunk = {"project_id": 1, "assessor_id": 1, "ordinal": 3, "kind": "work", "size": 5, "opened_at": NOW}
        connection.execute(insert(schema.chunk), chunk)
        row = {"project_id": 1, "external_id": "2", "text": "т", "fingerprint": 2, "created_at": NOW}
        connection.execute(insert(schema.item), row)
        held = {"project_id": 1, "assessor_id": 1, "chunk_id": 1, "opened_at": NOW, "expires_at": NOW, "repeat": True}
        for n, state in enumerate(("answered", "open"), 1):
            connection.execute(insert(schema.lease), held | {"item_id": n, "slot": n, "token": str(n), "state": state})
        said = {"lease_id": 1, "revision": 1, "project_id": 1, "assessor_id": 1, "annotation_id": 1, "label": "x"}
        connection.execute(insert(schema.repeat), said | {"created_at": NOW})


def test_models_and_migrations_agree(database: Database) -> None:
    with database.writer.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_compared})
        assert compare_metadata(context, schema.metadata) == []
        inspector = inspect(connection)
        for table in schema.metadata.sorted_tables:
            declared = {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint)}
            found = {str(check["name"]) for check in inspector.get_check_constraints(table.name)}
            assert declared == found, table.name


def test_triggers_stand_on_every_table_of_facts(database: Database) -> None:
    """Autogenerate doesn't see triggers: each fact's table is tried."""
    fill(database)
    repeat_an_item(database)
    for table in ("item", "annotation", "repeat"):
        for statement in (f"UPDATE {table} SET project_id = 1", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError, match="append-only"), database.transaction() as connection:
                connection.execute(text(statement))
    query = (
        "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'"
        if database.is_sqlite
        else "SELECT event_object_table FROM information_schema.triggers"
    )
    with database.snapshot() as connection:
        guarded = list(connection.execute(text(query)).scalars())
    assert {name: guarded.count(name) for name in guarded} == {table.name: 2 for table in schema.FACTS}


def test_a_filled_database_goes_down_to_nothing_and_up_again(database: Database) -> None:
    fill(database)
    migrate(database)
    with database.snapshot() as connection:
        assert connection.execute(select(schema.item.c.metadata)).scalar_one() == {"a": [1]}
        assert connection.execute(select(schema.annotation.c.created_at)).scalar_one() == NOW
    downgrade(database, "base")
    with database.writer.connect() as connection:
        assert set(inspect(connection).get_table_names()) <= {"alembic_version"}
    migrate(database)
    fill(database)


def test_repeats_go_and_come_with_their_revision(database: Database) -> None:
    fill(database)
    repeat_an_item(database)
    downgrade(database, "0003")
    with database.snapshot() as connection:
        states = connection.execute(text("SELECT state FROM lease ORDER BY id")).scalars().all()
        assert "repeat" not in inspect(database.writer).get_table_names()
        # An open one would pass for an ordinary lease, and take a place.
        assert states == ["answered", "released"]
    with database.transaction() as connection:
        small = {"title_ru": "М", "title_en": "S", "seed": 1, "created_at": NOW.replace(tzinfo=None).isoformat(" ")}
        columns = ", ".join(["slug", "chunk_size", "golden_per_chunk", *small])
        values = ", ".join(f":{name}" for name in small)
        for slug, size, gold in (("tight", 3, 2), ("roomy", 4, 2)):
            insertion = text(f"INSERT INTO project ({columns}) VALUES ('{slug}', {size}, {gold}, {values})")
            connection.execute(insertion, small)
    migrate(database)
    with database.snapshot() as connection:
        rows = connection.execute(select(schema.project.c.slug, schema.project.c.repeats_per_chunk)).all()
        assert {row.slug: row.repeats_per_chunk for row in rows} == {"p": 1, "tight": 0, "roomy": 1}
        assert connection.execute(select(schema.lease.c.repeat)).scalars().all() == [False, False]
        assert connection.execute(select(schema.annotation.c.label)).scalars().all() == ["x"]


def test_metadata_made_directly_equals_the_migrations(database_url: str, tmp_path: object) -> None:
    """``create_all`` gives the triggers as well, so a test or a notebook may use it."""
    opened = open_database(database_url)
    schema.metadata.create_all(opened.writer)
    fill(opened)
    with pytest.raises(DatabaseError, match="append-only"), opened.transaction() as connection:
        connection.execute(text("DELETE FROM annotation"))
    opened.close()


def test_a_moment_without_a_zone_is_refused(sqlite_database: Database) -> None:
    with pytest.raises(StatementError, match="without a time zone"), sqlite_database.transaction() as connection:
        naive = NOW.replace(tzinfo=None)
        connection.execute(insert(schema.person), {"login": "n", "name": "N", "created_at": naive})


def test_a_snapshot_cannot_write(database: Database) -> None:
    with pytest.raises(DatabaseError), database.snapshot() as connection:
        connection.execute(insert(schema.person), {"login": "n", "name": "N", "created_at": NOW})
