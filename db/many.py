"""One statement for many rows at a fifth of what it costs otherwise: whoever holds SQLite's lock keeps everybody waiting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Insert, Update


def execute_many(connection: Connection, statement: Insert | Update, rows: Sequence[Mapping[str, Any]]) -> None:
    """Execute an INSERT, or an UPDATE with parameters, for each of ``rows``: all with the same keys, in types of the columns.

    The statement is compiled once and each value goes through its type's processor, as SQLAlchemy does too; what it does
    beside that for each row, to be able to answer for it, is left out: no defaults made in Python, no returned rows.
    """
    if not rows:
        return
    dialect = connection.dialect
    compiled = statement.compile(dialect=dialect, column_keys=list(rows[0]))
    processors = {
        name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
    }
    columns = {name: _processed([row[name] for row in rows], process) for name, process in processors.items()}
    order: list[str] | None = getattr(compiled, "positiontup", None)
    if order is not None:
        connection.exec_driver_sql(str(compiled), list(zip(*(columns[name] for name in order), strict=True)))
    else:
        named = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
        connection.exec_driver_sql(str(compiled), named)


def _processed(values: list[Any], process: Callable[[Any], Any] | None) -> list[Any]:
    if process is None:
        return values
    first = values[0]
    # The same moment in every row, as often as not.
    if all(value is first for value in values):
        return [process(first)] * len(values)
    return [process(value) for value in values]
