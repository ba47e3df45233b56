"""Whether a database has the schema that the code declares: a revision's number alone doesn't tell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from sqlalchemy import CheckConstraint, Connection, Dialect, UniqueConstraint
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import ForeignKeyConstraint

from db import schema
from db.schema.search import INDEX, WORDS

# What PostgreSQL calls otherwise than SQLAlchemy.
_TYPES = (("CHARACTER VARYING", "VARCHAR"), ("DOUBLE PRECISION", "FLOAT"))
# Words of a condition that each database writes in its own way.
_GRAMMAR = {"and", "any", "array", "check", "in"}
_CAST = re.compile(r"::[a-z ]+(\(\d+\))?(\[\])?")
_WORD = re.compile(r"'[^']*'|\w+(?:\.\d+)?|[<>]=?")


def differences(connection: Connection) -> list[str]:
    """What the code declares and the database lacks, or has otherwise, as facts in words; none where they agree.

    Compared are tables, columns with type and NOT NULL, keys, references, unique constraints, indexes, CHECKs and triggers.
    What else stands in the database is its owner's matter. A table that is missing is one fact.
    """
    return _told(declared(connection.dialect.name) - found(connection))


@cache
def declared(dialect: str) -> frozenset[str]:
    """The schema of :mod:`db.schema` on "sqlite" or "postgresql", as facts in words."""
    made: Dialect = sqlite.dialect() if dialect == "sqlite" else postgresql.dialect()  # type: ignore[no-untyped-call]
    return frozenset(_declared_facts(made))


def found(connection: Connection) -> frozenset[str]:
    """The schema that the database has, in the same words."""
    read = _found_in_sqlite if connection.dialect.name == "sqlite" else _found_in_postgresql
    tables = {table.name for table in schema.metadata.sorted_tables}
    words = f"table {WORDS}"
    return frozenset(fact for table, fact in read(connection) if table in tables or fact == words)


def _told(missing: Iterable[str]) -> list[str]:
    told = sorted(missing)
    gone = {fact.removeprefix("table ") for fact in told if fact.startswith("table ")}
    return [fact for fact in told if fact.startswith("table ") or _table_of(fact) not in gone]


def _table_of(fact: str) -> str:
    return re.split(r"[ .]", fact, maxsplit=2)[1]


def _declared_facts(dialect: Dialect) -> Iterator[str]:
    for table in schema.metadata.sorted_tables:
        yield f"table {table.name}"
        for column in table.columns:
            yield _column(table.name, column.name, column.type.compile(dialect), is_empty=bool(column.nullable))
        yield _listed("key", table.name, [column.name for column in table.primary_key.columns])
        for constraint in table.constraints:
            if isinstance(constraint, UniqueConstraint):
                yield _listed("unique", table.name, [column.name for column in constraint.columns])
            elif isinstance(constraint, ForeignKeyConstraint):
                target = [element.column.name for element in constraint.elements]
                yield _reference(table.name, constraint.column_keys, constraint.referred_table.name, target)
            elif isinstance(constraint, CheckConstraint):
                yield _check(table.name, str(constraint.name), str(constraint.sqltext))
        for index in table.indexes:
            where = index.dialect_options[dialect.name]["where"]
            columns = [column.name for column in index.columns]
            condition = "" if where is None else str(where)
            yield _index(table.name, str(index.name), columns, condition, is_unique=bool(index.unique))
    for table in schema.FACTS:
        for statement in schema.append_only_ddl(table.name, dialect.name):
            if trigger := re.match(r"CREATE TRIGGER (\w+)", statement):
                yield f"trigger {table.name}.{trigger[1]}"
    # An expression has no name.
    yield f"table {WORDS}" if dialect.name == "sqlite" else _index("item", INDEX, [""], "", is_unique=False)


def _found_in_sqlite(connection: Connection) -> Iterator[tuple[str, str]]:
    conditions: dict[str, str] = {}
    for kind, name, table, sql in _rows(connection, "SELECT type, name, tbl_name, sql FROM sqlite_schema"):
        if kind == "trigger":
            yield table, f"trigger {table}.{name}"
        elif kind == "table":
            yield table, f"table {table}"
            for check, condition in _checks_in(sql):
                yield table, _check(table, check, condition)
        elif sql:
            conditions[name] = sql.partition(" WHERE ")[2]
    keys: defaultdict[str, dict[int, str]] = defaultdict(dict)
    columns = 'SELECT t.name, c.name, c.type, c."notnull", c.pk FROM sqlite_schema t, pragma_table_info(t.name) c'
    for table, name, kind, is_full, place in _rows(connection, f"{columns} WHERE t.type = 'table'"):
        yield table, _column(table, name, kind, is_empty=not is_full)
        if place:
            keys[table][place] = name
    for table, places in keys.items():
        yield table, _listed("key", table, [places[place] for place in sorted(places)])
    yield from _indexes_in_sqlite(connection, conditions)
    yield from _references_in_sqlite(connection)


def _indexes_in_sqlite(connection: Connection, conditions: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    indexed: defaultdict[tuple[str, str, int, str], list[str]] = defaultdict(list)
    indexes = 'SELECT t.name, i.name, i."unique", i.origin, c.name FROM sqlite_schema t, pragma_index_list(t.name) i'
    for *index, column in _rows(
        connection,
        f"{indexes}, pragma_index_info(i.name) c WHERE t.type = 'table' AND i.origin <> 'pk' ORDER BY c.seqno",
    ):
        indexed[tuple(index)].append(column or "")
    for (table, name, is_unique, origin), names in indexed.items():
        if origin == "u":
            yield table, _listed("unique", table, names)
        else:
            yield table, _index(table, name, names, conditions[name], is_unique=bool(is_unique))


def _references_in_sqlite(connection: Connection) -> Iterator[tuple[str, str]]:
    referred: defaultdict[tuple[str, int, str], list[tuple[str, str]]] = defaultdict(list)
    references = (
        'SELECT t.name, f.id, f."table", f."from", f."to" FROM sqlite_schema t, pragma_foreign_key_list(t.name) f'
    )
    for table, number, other, here, there in _rows(connection, f"{references} WHERE t.type = 'table' ORDER BY f.seq"):
        referred[table, number, other].append((here, there or ""))
    for (table, _, other), pairs in referred.items():
        yield table, _reference(table, [here for here, _ in pairs], other, [there for _, there in pairs])


def _found_in_postgresql(connection: Connection) -> Iterator[tuple[str, str]]:
    # Of the schema that unqualified names mean.
    here = "relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')"
    names: dict[tuple[int, int], str] = {}
    tables: dict[int, str] = {}
    for number, table, place, name, kind, is_full in _rows(
        connection,
        "SELECT t.oid, t.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull "
        f"FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid WHERE {here} AND a.attnum > 0 AND NOT a.attisdropped",
    ):
        names[number, place] = name
        tables[number] = table
        yield table, _column(table, name, kind, is_empty=not is_full)
    for table in tables.values():
        yield table, f"table {table}"
    for number, kind, name, places, other, others, condition in _rows(
        connection,
        "SELECT c.conrelid, c.contype::text, c.conname, c.conkey, c.confrelid, c.confkey, pg_get_expr(c.conbin, c.conrelid) "
        f"FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid WHERE {here} AND c.contype::text IN ('c', 'f', 'p', 'u')",
    ):
        table, columns = tables[number], [names[number, place] for place in places or ()]
        if kind == "c":
            yield table, _check(table, name, condition)
        elif kind == "f":
            target = [names.get((other, place), "") for place in others]
            yield table, _reference(table, columns, tables.get(other, ""), target)
        else:
            yield table, _listed("key" if kind == "p" else "unique", table, columns)
    yield from _indexes_in_postgresql(connection, tables, names)
    for number, name in _rows(
        connection, "SELECT tgrelid, tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    ):
        if number in tables:
            yield tables[number], f"trigger {tables[number]}.{name}"


def _indexes_in_postgresql(
    connection: Connection, tables: Mapping[int, str], names: Mapping[tuple[int, int], str]
) -> Iterator[tuple[str, str]]:
    for number, name, is_unique, places, condition in _rows(
        connection,
        "SELECT i.indrelid, x.relname, i.indisunique, i.indkey::int2[], pg_get_expr(i.indpred, i.indrelid) "
        "FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid "
        "LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid AND c.contype IN ('p', 'u') "
        "WHERE c.oid IS NULL AND i.indisvalid",
    ):
        if number not in tables:
            continue
        columns = [names.get((number, place), "") for place in places]
        yield tables[number], _index(tables[number], name, columns, condition or "", is_unique=is_unique)


def _rows(connection: Connection, query: str) -> list[Any]:
    return list(connection.exec_driver_sql(query))


def _column(table: str, name: str, kind: str, *, is_empty: bool) -> str:
    kind = kind.upper()
    for theirs, ours in _TYPES:
        kind = kind.replace(theirs, ours)
    return f"column {table}.{name} {kind}{'' if is_empty else ' NOT NULL'}"


def _listed(what: str, table: str, columns: Iterable[str]) -> str:
    return f"{what} {table} ({', '.join(columns)})"


def _reference(table: str, columns: Iterable[str], other: str, others: Iterable[str]) -> str:
    return f"{_listed('reference', table, columns)} to {other} ({', '.join(others)})"


def _check(table: str, name: str, condition: str) -> str:
    return f"check {table}.{name}: {_words(condition)}"


def _index(table: str, name: str, columns: Iterable[str], condition: str, *, is_unique: bool) -> str:
    where = f" where {_words(condition)}" if condition else ""
    return f"index {table}.{name} ({', '.join(columns)}){' unique' if is_unique else ''}{where}"


def _words(condition: str) -> str:
    """What a condition is about: PostgreSQL keeps it parsed, and writes it otherwise than it was written.

    >>> _words("state IN ('open', 'done')") == _words("((state)::text = ANY ((ARRAY['done'::text, 'open'::text])::text[]))")
    True
    """
    words = (word if word.startswith("'") else word.lower() for word in _WORD.findall(_CAST.sub("", condition)))
    return " ".join(sorted(word for word in words if word not in _GRAMMAR))


def _checks_in(sql: str) -> Iterator[tuple[str, str]]:
    """The named CHECKs of a CREATE TABLE; SQLite tells them nowhere else.

    >>> list(_checks_in("CREATE TABLE t (x INTEGER, CONSTRAINT a CHECK (x IN (1, 2)), CONSTRAINT b CHECK (x > 0))"))
    [('a', 'x IN (1, 2)'), ('b', 'x > 0')]
    """
    for start in re.finditer(r'CONSTRAINT "?(\w+)"? CHECK \(', sql):
        depth, end = 1, start.end()
        while depth:
            depth += {"(": 1, ")": -1}.get(sql[end], 0)
            end += 1
        yield start[1], sql[start.end() : end - 1]
