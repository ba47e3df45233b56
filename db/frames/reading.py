"""How rows become frames: a few by SQLAlchemy, a million by columns, a growing table only once; and which revision speaks."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock
from typing import Any, TypeAlias, cast

import orjson
import polars as pl
from sqlalchemy import Alias, ColumnElement, Connection, FromClause, Select, Table, and_, func, select

from db import schema
from db.vocabulary import UNDO, LabelKind, Route

Schema: TypeAlias = Mapping[str, pl.DataType]
UTC_TIME = pl.Datetime("us", "UTC")

# What a revision is a revision of.
_THING = {
    schema.golden.name: ("item_id",),
    schema.adjudication.name: ("item_id",),
    schema.annotation.name: ("item_id", "assessor_id"),
    schema.repeat.name: ("lease_id",),
}
# Rows that are kept in memory of all projects together: some 70 bytes each.
MOST_KEPT = 5_000_000
_MOMENT = "%Y-%m-%d %H:%M:%S%.6f"


def in_force(table: FromClause, as_of: datetime | None = None) -> ColumnElement[bool]:
    """That a row of golden labels, rulings, annotations or repeats speaks: no later revision stood ``as_of`` (None: now)."""
    facts = cast(Table, table.element if isinstance(table, Alias) else table)
    later = facts.alias()
    same = [later.c[name] == table.c[name] for name in _THING[facts.name]]
    newer = and_(*same, later.c.revision > table.c.revision)
    if as_of is None:
        return ~select(later.c.revision).where(newer).exists()
    newer &= later.c.created_at <= as_of
    return and_(table.c.created_at <= as_of, ~select(later.c.revision).where(newer).exists())


def in_bulk(table: FromClause) -> ColumnElement[bool]:
    """That a ruling was given to many items in one act: nobody need have read this one."""
    return and_(table.c.route == Route.HAND.value, table.c.act.is_not(None), ~table.c.act.startswith(UNDO))


def class_codes(connection: Connection, project_id: int) -> tuple[str, ...]:
    """The codes of the project's classes in their order, retired ones too."""
    table = schema.label_class
    query = select(table.c.code).where(table.c.project_id == project_id, ~table.c.is_set, table.c.gone.is_(None))
    return tuple(connection.execute(query.order_by(table.c.position)).scalars())


def label_type(connection: Connection, project_id: int) -> pl.DataType:
    """The dtype of labels: an Enum of the classes, or text where sets of them are labels too, of which there is no end."""
    project, table = schema.project, schema.label_class
    classes = (table.c.project_id == project.c.id) & ~table.c.is_set & table.c.gone.is_(None)
    query = select(project.c.kind, table.c.code).outerjoin_from(project, table, classes).order_by(table.c.position)
    found = connection.execute(query.where(project.c.id == project_id)).all()
    if found and found[0].kind == LabelKind.SEVERAL:
        return pl.String()
    return pl.Enum([row.code for row in found if row.code is not None])


def rows(connection: Connection, query: Select[Any], dtypes: Schema) -> pl.DataFrame:
    """The rows of ``query``, of which there are few, with these dtypes and their names."""
    return pl.DataFrame([tuple(row) for row in connection.execute(query)], schema=dict(dtypes), orient="row")


def bulk(connection: Connection, query: Select[Any], dtypes: Schema) -> pl.DataFrame:
    """The rows of ``query`` with these dtypes, read by columns in the caller's snapshot.

    PostgreSQL: by ADBC, on a connection of its own that is given the same snapshot; what the caller's own transaction has
    written is not in it. SQLite: on the caller's connection, each column as one JSON array of at most 1 GB, half as fast as
    ADBC. ADBC brings an SQLite library of its own, and two of them in one process don't know of each other: the first to
    close the file drops the locks of both. Whoever opens and closes the file then takes itself for the last one and deletes
    the write-ahead log under the server, with all that it writes from there on.
    """
    statement = str(query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
    if connection.dialect.name == "sqlite":
        frame = _by_json(connection, statement, [name for name, _ in query.selected_columns.items()], dtypes)
    else:
        frame = _by_adbc(connection, statement)
    # SQLite keeps moments as text.
    moments = [name for name, dtype in dtypes.items() if dtype == UTC_TIME and frame.schema[name] == pl.String]
    return frame.with_columns(pl.col(moments).str.to_datetime(_MOMENT, time_zone="UTC")).cast(pl.Schema(dtypes))


def _by_adbc(connection: Connection, statement: str) -> pl.DataFrame:
    # Half a second to load, and no house on SQLite needs it.
    import adbc_driver_postgresql.dbapi as adbc_postgresql

    uri = connection.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
    with adbc_postgresql.connect(uri, autocommit=True) as opened, opened.cursor() as cursor:
        cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute(f"SET TRANSACTION SNAPSHOT '{snapshot}'")
        cursor.execute(statement)
        return pl.DataFrame(cursor.fetch_arrow_table())


def _by_json(connection: Connection, statement: str, names: list[str], dtypes: Schema) -> pl.DataFrame:
    raw: Any = connection.connection.driver_connection
    places = [f"c{n}" for n in range(len(names))]
    arrays = ", ".join(f"json_group_array({place})" for place in places)
    row = raw.execute(f"WITH selected({', '.join(places)}) AS ({statement}) SELECT {arrays} FROM selected").fetchone()
    columns = []
    for name, array in zip(names, row, strict=True):
        stored = _stored_as(dtypes[name])
        columns.append(pl.Series(name, orjson.loads(array), dtype=stored, strict=stored != pl.Float64))
    return pl.DataFrame(columns)


def _stored_as(dtype: pl.DataType) -> pl.DataType:
    """What SQLite keeps such values as."""
    if dtype.is_integer() or dtype == pl.Boolean():
        return pl.Int64()
    return pl.Float64() if dtype.is_float() else pl.String()


class Growing:
    """The rows of an append-only table by project.

    ``read`` makes a frame of the rows that it is told, ascending by its first column ``id``, with their moment ``at``. They
    are written under their project's lock, so no older id comes later.
    """

    def __init__(self, table: Table, read: Callable[[Connection, ColumnElement[bool]], pl.DataFrame]) -> None:
        self._table, self._read = table, read
        self._frames: OrderedDict[tuple[str, int], pl.DataFrame] = OrderedDict()
        self._lock = Lock()
        # A large project that is read for the first time must not hold up the others.
        self._of_project: dict[tuple[str, int], Lock] = defaultdict(Lock)

    def of(self, connection: Connection, project_id: int) -> pl.DataFrame:
        """All rows of the project that this connection sees."""
        key = (str(connection.engine.url), project_id)
        mine = self._table.c.project_id == project_id
        newest = int(connection.execute(select(func.max(self._table.c.id)).where(mine)).scalar() or 0)
        with self._lock:
            lock = self._of_project[key]
        with lock:
            cached = self._frames.get(key)
            if cached is None or not self._is_of(connection, project_id, cached):
                cached = self._read(
                    connection, (self._table.c.id <= newest) & self._all_of(connection, project_id, newest)
                )
            elif _newest(cached) < newest:
                newer = (self._table.c.id > _newest(cached)) & (self._table.c.id <= newest)
                cached = pl.concat([cached, self._read(connection, mine & newer)])
            self._keep(key, cached)
        # Somebody whose snapshot began later may have been here before.
        return cached if _newest(cached) <= newest else cached.filter(pl.col("id") <= newest)

    def _is_of(self, connection: Connection, project_id: int, cached: pl.DataFrame) -> bool:
        """Whether these rows are of this database: another one may have taken its place under the same name."""
        if cached.is_empty():
            return False
        table = self._table.c
        shared = (table.project_id == project_id) & (table.id <= _newest(cached))
        # One row: PostgreSQL's driver fetches all there are before it gives the first.
        last = select(table.id, table.created_at).where(shared).order_by(table.id.desc()).limit(1)
        row = connection.execute(last).first()
        if row is None:
            return False
        place = cached["id"].search_sorted(row.id)
        return bool(cached["id"][place] == row.id and cached["at"][place] == row.created_at)

    def _all_of(self, connection: Connection, project_id: int, newest: int) -> ColumnElement[bool]:
        """The project's rows; by a scan where they are most of an SQLite table, three times as fast as the index."""
        by_index = self._table.c.project_id == project_id
        if connection.dialect.name != "sqlite":
            return by_index
        mine = connection.execute(select(func.count()).select_from(self._table).where(by_index)).scalar_one()
        return self._table.c.project_id + 0 == project_id if mine * 4 > newest else by_index

    def _keep(self, key: tuple[str, int], rows: pl.DataFrame) -> None:
        with self._lock:
            self._frames[key] = rows
            self._frames.move_to_end(key)
            while len(self._frames) > 1 and sum(frame.height for frame in self._frames.values()) > MOST_KEPT:
                self._frames.popitem(last=False)


def _newest(rows: pl.DataFrame) -> int:
    return int(rows["id"][-1]) if rows.height else 0
