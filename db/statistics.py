"""What PostgreSQL's planner knows of a table: after many new rows nothing, until autovacuum has come by."""

from __future__ import annotations

from sqlalchemy import Connection, Table

# Fewer rows are soon read, however a query is planned.
MANY = 1_000


def analyse(connection: Connection, *tables: Table, rows: int) -> None:
    """Have PostgreSQL look at tables into which ``rows`` were written; nothing where those are few.

    Some tens of milliseconds for a table of any size: it reads a sample. It sees what its own transaction has written, and keeps
    nobody from reading or writing. Nothing on SQLite, whose plans here depend on indexes alone.
    """
    if connection.dialect.name == "sqlite" or rows < MANY:
        return
    # In one order: two who do this at once would wait for each other.
    for name in sorted(table.name for table in tables):
        connection.exec_driver_sql(f'ANALYZE "{name}"').close()
