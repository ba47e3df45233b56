"""Many rows: portion by portion, or by one statement that is made ready before a transaction begins, for whoever holds
SQLite's lock keeps everybody waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, Insert, Table, Update
from sqlalchemy.dialects import postgresql, sqlite

Value = TypeVar("Value")


@dataclass(frozen=True)
class Many:
    """A statement and the values of its rows as the driver takes them."""

    sql: str
    values: list[tuple[Any, ...]] | list[dict[str, Any]]

    def execute(self, connection: Connection) -> None:
        """Execute it for each of the rows; nothing where there are none."""
        if self.values:
            connection.exec_driver_sql(self.sql, self.values)


def many(dialect: Dialect, statement: Insert | Update, rows: Sequence[Mapping[str, Any]]) -> Many:
    """An INSERT, or an UPDATE with parameters, for each of ``rows``: all with the same keys, in types of the columns.

    The statement is compiled once and each value goes through its type's processor, as SQLAlchemy does too; what it does
    beside that for each row, with the lock held, is left out: no defaults made in Python, no returned rows.
    """
    if not rows:
        return Many("", [])
    compiled = statement.compile(dialect=dialect, column_keys=list(rows[0]))
    columns = {
        name: _processed([row[name] for row in rows], bind.type.dialect_impl(dialect).bind_processor(dialect))
        for name, bind in compiled.binds.items()
    }
    order: list[str] | None = getattr(compiled, "positiontup", None)
    if order is not None:
        return Many(str(compiled), list(zip(*(columns[name] for name in order), strict=True)))
    named = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return Many(str(compiled), named)


def portions(values: Sequence[Value], most: int) -> Iterator[Sequence[Value]]:
    """The values in their order, at most so many at once.

    >>> list(portions([1, 2, 3, 4, 5], 2))
    [[1, 2], [3, 4], [5]]
    """
    for start in range(0, len(values), most):
        yield values[start : start + most]


def insert_new(dialect: Dialect, table: Table) -> Insert:
    """An INSERT that passes over rows whose unique key is there already."""
    if dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def _processed(values: list[Any], process: Callable[[Any], Any] | None) -> list[Any]:
    if process is None:
        return values
    first = values[0]
    # The same moment in every row, as often as not.
    if all(value is first for value in values):
        return [process(first)] * len(values)
    return [process(value) for value in values]
