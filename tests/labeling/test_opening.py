"""Nobody works on a database whose schema isn't the one that the code declares."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from db.drift import differences
from db.engine import Database
from db.engine import database as process_database
from labeling.cli.main import main
from labeling.errors import LabelingError
from labeling.opening import bring_up_to_date

ROOT = Path(__file__).parents[2]
# What is done to a database, by kind; the fact that is missed.
DAMAGES = {
    "a table": (("DROP TABLE spending",) * 2, "table spending"),
    "a column": (
        ("ALTER TABLE expert_lease DROP COLUMN revision",) * 2,
        "column expert_lease.revision INTEGER NOT NULL",
    ),
    "NOT NULL": (
        (
            "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = replace(sql, 'spin BIGINT DEFAULT ''0'' NOT NULL', "
            "'spin BIGINT') WHERE name = 'queue'; PRAGMA writable_schema=RESET",
            "ALTER TABLE queue ALTER COLUMN spin DROP NOT NULL",
        ),
        "column queue.spin BIGINT NOT NULL",
    ),
    "an index": (("DROP INDEX ix_finding_score",) * 2, "index finding.ix_finding_score (run_id, score)"),
    "an index's condition": (
        (
            "DROP INDEX uq_lease_open; CREATE UNIQUE INDEX uq_lease_open ON lease (item_id, assessor_id) "
            "WHERE state = 'answered'",
        )
        * 2,
        "index lease.uq_lease_open (item_id, assessor_id) unique where 'open' state",
    ),
    "a trigger": (
        ("DROP TRIGGER item_no_delete", "ALTER TABLE item DISABLE TRIGGER item_append_only"),
        "trigger item.item_",
    ),
    "a CHECK": (
        (
            "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = replace(sql, ', ''consensus''', '') "
            "WHERE name = 'run'; PRAGMA writable_schema=RESET",
            "ALTER TABLE run DROP CONSTRAINT ck_run_kind; "
            "ALTER TABLE run ADD CONSTRAINT ck_run_kind CHECK (kind IN ('analysis', 'gain'))",
        ),
        "check run.ck_run_kind: 'analysis'",
    ),
    "a reference": (
        (
            "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = replace(sql, 'REFERENCES run (id)', "
            "'REFERENCES item (id)') WHERE name = 'run_evidence'; PRAGMA writable_schema=RESET",
            "ALTER TABLE run_evidence DROP CONSTRAINT fk_run_evidence_run_id_run",
        ),
        "reference run_evidence (run_id) to run (id)",
    ),
}


def damage(database: Database, name: str) -> None:
    with database.writer.connect() as connection:
        raw = connection.connection.driver_connection
        for statement in DAMAGES[name][0][0 if database.is_sqlite else 1].split("; "):
            assert raw is not None
            raw.execute(statement)
        raw.commit()
    # A connection keeps the schema that it has read.
    database.close()


@pytest.mark.parametrize("name", DAMAGES)
def test_a_schema_that_is_not_the_codes_is_refused(name: str, database: Database) -> None:
    bring_up_to_date(database)
    damage(database, name)
    with pytest.raises(LabelingError, match="Restore a backup") as refusal:
        bring_up_to_date(database)
    assert refusal.value.code == "schema_drift"
    told = str(refusal.value.details["missing"])
    assert told.startswith(DAMAGES[name][1])
    # No fact of a table that is missing as a whole, and nothing else.
    assert refusal.value.details["n"] == 1


def test_what_else_stands_in_a_database_is_its_owners_matter(database: Database) -> None:
    with database.transaction() as connection:
        connection.exec_driver_sql("CREATE TABLE mine (id INTEGER)").close()
        connection.exec_driver_sql("CREATE INDEX ix_mine ON annotation (label)").close()
    assert bring_up_to_date(database) is database


def test_a_database_that_newer_code_has_worked_on_is_refused(database: Database) -> None:
    with database.transaction() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'").close()
    with pytest.raises(LabelingError, match="revision 9999") as refusal:
        bring_up_to_date(database)
    assert refusal.value.code == "schema_newer"


@pytest.mark.parametrize(
    "command",
    [["prepare"], ["demo"], ["work", "--once"], ["analyse", "--project", "p"], ["tend", "--project", "p"],
     ["export", "--project", "p", "-o", "-"], ["import", "a.csv", "--project", "p"]],
)  # fmt: skip
def test_every_command_that_opens_the_database_refuses(
    command: list[str],
    sqlite_database: Database,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    damage(sqlite_database, "a column")
    monkeypatch.setenv("DATABASE_URL", sqlite_database.url.render_as_string(hide_password=False))
    process_database.cache_clear()
    try:
        assert main(command) == 2
        assert "column expert_lease.revision" in capsys.readouterr().err
    finally:
        process_database().close()
        process_database.cache_clear()


def test_the_application_refuses_to_start(sqlite_database: Database) -> None:
    damage(sqlite_database, "a column")
    code = "import asyncio, app\nasyncio.run(app.lifespan(app.app).__aenter__())"
    url = sqlite_database.url.render_as_string(hide_password=False)
    environment = {"DATABASE_URL": url, "PYTHONPATH": str(ROOT), "PATH": ""}
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert ended.returncode == 1
    assert "SchemaError: the database says that it is at revision" in ended.stderr


def test_a_database_that_is_as_it_should_be_lacks_nothing(database: Database) -> None:
    with database.snapshot() as connection:
        assert differences(connection) == []
