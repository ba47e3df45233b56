"""PostgreSQL knows of many new rows at once, not when autovacuum has come by: until then claims were planned 12 times slower."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from db import schema
from db.engine import Database
from db.statistics import MANY
from labeling.jobs import findings
from labeling.projects.projects import get_project
from labeling.runs import claims, runs
from tests.labeling.exchange.files import SLUG, bring, csv_of

ROWS = 2 * MANY


def known(database: Database, table: str) -> tuple[float, int]:
    """How many rows the planner takes a table to have (-1: it never looked), of how many columns it knows the values."""
    with database.snapshot() as connection:
        rows = connection.exec_driver_sql(
            f"SELECT reltuples FROM pg_class WHERE oid = '{table}'::regclass"
        ).scalar_one()
        columns = connection.exec_driver_sql(f"SELECT count(*) FROM pg_stats WHERE tablename = '{table}'").scalar_one()
    return float(rows), int(columns)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_an_import_is_known_to_the_planner_when_it_ends(database: Database) -> None:
    assert known(database, "item") == (-1, 0)
    rows = [[f"text {n}", "ab"[n % 2], "ann"] for n in range(ROWS)]
    bring(database, csv_of(["text", "label", "annotator"], rows), options={"chunk_rows": 300})
    for table in ("item", "queue", "annotation"):
        count, columns = known(database, table)
        assert count == ROWS and columns > 3, table


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_small_import_asks_for_nothing(database: Database) -> None:
    bring(database, csv_of(["text"], [["one"], ["two"]]))
    assert known(database, "item") == (-1, 0)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_findings_are_known_to_the_planner_when_they_are_written(database: Database) -> None:
    bring(database, csv_of(["text"], [[f"text {n}"] for n in range(ROWS)]))
    now = datetime.now(UTC)
    with database.transaction() as connection:
        run_id = runs.start_run(connection, get_project(connection, SLUG), now=now, actor=None)
        held = claims.claim(connection, now=now, run_id=run_id)
        ids = connection.execute(schema.item.select().with_only_columns(schema.item.c.id)).scalars().all()
    assert held is not None
    plain = {"given": "a", "probable": "b", "prior": 0.1, "score": 0.5, "is_issue": False}
    table = pl.DataFrame({"item_id": ids}).with_columns(pl.lit(value).alias(name) for name, value in plain.items())
    findings.write(database, held, table, lambda _done, _total: None)
    assert known(database, "finding")[0] == ROWS
