"""Frames of a million rows, read by ADBC: a connection of its own, on what is committed a moment after the caller's
snapshot began.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import adbc_driver_postgresql.dbapi as adbc_postgresql
import adbc_driver_sqlite.dbapi as adbc_sqlite
import polars as pl
from sqlalchemy import Connection, Select

Schema: TypeAlias = Mapping[str, pl.DataType]
UTC_TIME = pl.Datetime("us", "UTC")


_MOMENT = "%Y-%m-%d %H:%M:%S%.6f"


def bulk(connection: Connection, query: Select[Any], wanted: Schema) -> pl.DataFrame:
    """The rows of ``query`` with the dtypes ``wanted``."""
    url, dialect = connection.engine.url, connection.dialect
    statement = str(query.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    if dialect.name == "sqlite":
        open_driver, uri = adbc_sqlite.connect, f"{Path(url.database or '').resolve().as_uri()}?mode=ro"
    else:
        open_driver = adbc_postgresql.connect
        uri = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with open_driver(uri) as opened, opened.cursor() as cursor:
        cursor.execute(statement)
        found = pl.DataFrame(cursor.fetch_arrow_table())
    # SQLite keeps moments as text.
    moments = [name for name, dtype in wanted.items() if dtype == UTC_TIME and found.schema[name] == pl.String]
    return found.with_columns(pl.col(moments).str.to_datetime(_MOMENT, time_zone="UTC")).cast(pl.Schema(wanted))
