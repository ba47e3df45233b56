"""Many rows at once, by each database's own quick way, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    String,
    Table,
    bindparam,
    func,
    select,
    text,
)
from sqlalchemy import Text as TextType

from db.types import UtcTime


def insert_rows(
    connection: Connection,
    table: Table,
    columns: Mapping[str, Iterable[Any]],
    *,
    fixed: Mapping[str, int | str | datetime] | None = None,
    unless: str = "",
) -> int:
    """Insert rows given as columns of equal length: ``executemany`` on SQLite, COPY on PostgreSQL.

    Values are the driver's own, JSON as text, moments through :func:`moment_for`; ``fixed`` are the same in every
    row. SQLAlchemy's way of the same insert took 2 to 3 times as long. Gives the number of rows inserted; on SQLite
    those that meet one with the same columns ``unless`` are passed over.
    """
    raw: Any = connection.connection.driver_connection
    same = dict(fixed or {})
    names = ", ".join(f'"{name}"' for name in (*columns, *same))
    rows = zip(*columns.values(), strict=True)
    if connection.dialect.name == "sqlite":
        # Written into the statement: each place costs as much as half a column.
        places = ", ".join(["?"] * len(columns) + [f"'{value}'" for value in same.values()])
        conflict = f"ON CONFLICT ({unless}) DO NOTHING" if unless else ""
        return int(raw.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({places}) {conflict}', rows).rowcount)
    values = tuple(same.values())
    with raw.cursor() as cursor:
        with cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
            for row in rows:
                copy.write_row((*row, *values))
        return int(cursor.rowcount)


def update_rows(connection: Connection, statement: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run one UPDATE, its places written ``?``, for each of ``rows``."""
    raw: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        raw.executemany(statement, rows)
        return
    with raw.cursor() as cursor:
        cursor.executemany(statement.replace("?", "%s"), rows)


def moment_for(connection: Connection, moment: datetime) -> Any:
    """A moment as the driver takes it."""
    process = UtcTime().dialect_impl(connection.dialect).bind_processor(connection.dialect)
    return process(moment) if process else moment


def is_one_of(connection: Connection, column: Column[Any], values: Collection[int] | Collection[str]) -> Any:
    """``column IN (values)`` as one parameter, however many there are."""
    if connection.dialect.name == "sqlite":
        listed = func.json_each(orjson.dumps(list(values)).decode()).table_valued("value")
        return column.in_(select(listed.c.value))
    kind = TextType() if isinstance(column.type, String) else BigInteger()
    array: ColumnElement[Any] = bindparam(None, list(values), type_=ARRAY(kind))
    return column == func.any(array)


def next_ids(connection: Connection, table: Table, n: int) -> range | list[int]:
    """``n`` ids that no row of ``table`` has or will be given; on SQLite within a writing transaction only."""
    if connection.dialect.name == "sqlite":
        highest = connection.execute(select(func.coalesce(func.max(table.c.id), 0))).scalar_one()
        return range(highest + 1, highest + 1 + n)
    drawn = text(f"SELECT nextval(pg_get_serial_sequence('{table.name}', 'id')) FROM generate_series(1, :n)")
    return sorted(connection.execute(drawn, {"n": n}).scalars())
