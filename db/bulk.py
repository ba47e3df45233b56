"""Frames of a million rows, read by columns and not by rows.

PostgreSQL: by ADBC, a connection of its own, on what is committed a moment after the caller's snapshot began. SQLite: in the
caller's snapshot, each column as one JSON array, half as fast as ADBC. ADBC brings an SQLite library of its own, and two of
them in one process don't know of each other: the first to close the file drops the locks of both. Whoever opens and closes
the file then takes itself for the last one and deletes the write-ahead log under the server, with all that it writes from
there on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import orjson
import polars as pl
from sqlalchemy import Connection, Select

Schema: TypeAlias = Mapping[str, pl.DataType]
UTC_TIME = pl.Datetime("us", "UTC")


_MOMENT = "%Y-%m-%d %H:%M:%S%.6f"


def bulk(connection: Connection, query: Select[Any], wanted: Schema) -> pl.DataFrame:
    """The rows of ``query`` with the dtypes ``wanted``; fractions to 15 digits, a column up to 1 GB on SQLite."""
    statement = str(query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
    if connection.dialect.name == "sqlite":
        found = _by_json(connection, statement, [name for name, _ in query.selected_columns.items()], wanted)
    else:
        # Half a second to load, and no house on SQLite needs it.
        import adbc_driver_postgresql.dbapi as adbc_postgresql

        uri = connection.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with adbc_postgresql.connect(uri) as opened, opened.cursor() as cursor:
            cursor.execute(statement)
            found = pl.DataFrame(cursor.fetch_arrow_table())
    # SQLite keeps moments as text.
    moments = [name for name, dtype in wanted.items() if dtype == UTC_TIME and found.schema[name] == pl.String]
    return found.with_columns(pl.col(moments).str.to_datetime(_MOMENT, time_zone="UTC")).cast(pl.Schema(wanted))


def _by_json(connection: Connection, statement: str, names: list[str], wanted: Schema) -> pl.DataFrame:
    raw: Any = connection.connection.driver_connection
    places = [f"c{n}" for n in range(len(names))]
    arrays = ", ".join(f"json_group_array({place})" for place in places)
    row = raw.execute(f"WITH found({', '.join(places)}) AS ({statement}) SELECT {arrays} FROM found").fetchone()
    columns = []
    for name, array in zip(names, row, strict=True):
        kept = _kept_as(wanted[name])
        columns.append(pl.Series(name, orjson.loads(array), dtype=kept, strict=kept != pl.Float64))
    return pl.DataFrame(columns)


def _kept_as(dtype: pl.DataType) -> pl.DataType:
    """What SQLite keeps such values as."""
    if dtype.is_integer() or dtype == pl.Boolean():
        return pl.Int64()
    return pl.Float64() if dtype.is_float() else pl.String()
