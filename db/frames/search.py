"""Items found by the words of their texts and by their ids; how each database keeps the words is in :mod:`db.schema.search`."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, TypeAlias

import orjson
from sqlalchemy import ColumnElement, Connection, Select, Text, cast, false, func, literal_column, select, text

from db import schema
from db.schema.search import LEXEMES, WORDS

# A word, and whether it is only how a word begins.
Term: TypeAlias = tuple[str, bool]

MOST_TERMS = 20
_WORD = re.compile(r"[^\W_]+")
_ASKED = re.compile(r"([^\W_]+)(\*?)")
_FETCHED = 5_000
_LOOKED_AT = 20_000
# Whatever PostgreSQL could take instead of the index of words.
_WAYS = ("enable_seqscan", "enable_indexscan", "enable_indexonlyscan")
_item = schema.item


def terms_of(asked: str) -> list[Term]:
    """The words that are asked for, the first :data:`MOST_TERMS`; what is no letter or digit asks for nothing.

    >>> terms_of('Ещё карт* -"NOT" OR'), terms_of("!?")
    ([('еще', False), ('карт', True), ('not', False), ('or', False)], [])
    """
    return [(word, bool(star)) for word, star in islice(_ASKED.findall(folded(asked)), MOST_TERMS)]


def folded(words: str) -> str:
    """Words as they are compared: small letters, and е for ё."""
    return unicodedata.normalize("NFC", words).lower().replace("ё", "е")


def items_by_words(
    connection: Connection, project_id: int, terms: Sequence[Term], item: str, *, most: int | None
) -> list[int]:
    """The ids of the first ``most`` items (None: of all) that have all these words and this id, in their order.

    ``item`` is the external id, or how it begins where it ends with a star; nothing asks for nothing. What an SQLite file
    has not indexed yet is read. Among all that have some words there may be items of other projects: who asks for all
    knows which are the project's.
    """
    named = _is_named(connection, item)
    if not terms:
        query = select(_item.c.id).where(_item.c.project_id == project_id, *named).order_by(_item.c.id)
        return list(connection.execute(query.limit(most)).scalars())
    if connection.dialect.name != "sqlite":
        return _by_lexemes(connection, project_id, terms, named, most)
    found = _indexed(connection, project_id, terms, named, most)
    if most is None or len(found) < most:
        found += islice(_unindexed(connection, project_id, terms, named), None if most is None else most - len(found))
    return found


def indexed_up_to(connection: Connection) -> int:
    """The newest item whose words an SQLite file has indexed; 0 before the first."""
    newest = connection.exec_driver_sql(f"SELECT rowid FROM {WORDS} ORDER BY rowid DESC LIMIT 1").scalar()
    return int(newest or 0)


def is_behind(connection: Connection) -> bool:
    """Whether there are items whose words are not indexed yet; never on PostgreSQL."""
    if connection.dialect.name != "sqlite":
        return False
    return int(connection.execute(select(func.max(_item.c.id))).scalar() or 0) > indexed_up_to(connection)


def _is_named(connection: Connection, item: str) -> list[ColumnElement[bool]]:
    if not item:
        return []
    if "\0" in item:
        # No id has it, and PostgreSQL takes no such text.
        return [false()]
    start = item.removesuffix("*")
    if start != item and connection.dialect.name == "sqlite":
        # LIKE would take small letters for large ones there, and read every id.
        return [_item.c.external_id >= start, _item.c.external_id < f"{start}{chr(sys.maxunicode)}"]
    if start != item:
        return [_item.c.external_id.startswith(start, autoescape=True)]
    return [_item.c.external_id == item]


def _by_lexemes(
    connection: Connection, project_id: int, terms: Sequence[Term], named: list[ColumnElement[bool]], most: int | None
) -> list[int]:
    asked = " & ".join(f"'{word}'{':*' * is_start}" for word, is_start in terms)
    has = literal_column(LEXEMES).op("@@")(func.to_tsquery(literal_column("'simple'::regconfig"), asked))
    query = select(_item.c.id).where(_item.c.project_id == project_id, has, *named)
    if most is not None:
        # In the order of pages, which is that of ids as items only come to the end: a million needn't be sorted.
        query = query.limit(max(most, _LOOKED_AT))
    found = query.subquery()
    first = select(found.c.id).order_by(found.c.id).limit(most).subquery()
    # As one text: hundreds of thousands of rows would take longer to hand over than to find.
    ordered = select(cast(func.coalesce(func.json_agg(first.c.id), text("'[]'::json")), Text))
    # It thinks a text is split into words in no time, and would do so with each of a million.
    for way in _WAYS:
        connection.exec_driver_sql(f"SET LOCAL {way} = off")
    try:
        return sorted(orjson.loads(connection.execute(ordered).scalar_one()))
    finally:
        for way in _WAYS:
            connection.exec_driver_sql(f"SET LOCAL {way} = DEFAULT")


def _indexed(
    connection: Connection, project_id: int, terms: Sequence[Term], named: list[ColumnElement[bool]], most: int | None
) -> list[int]:
    asked = " ".join(f'"{word}"{"*" * is_start}' for word, is_start in terms)
    match = text(f"{WORDS} MATCH :asked").bindparams(asked=asked)
    place: Any = literal_column(f"{WORDS}.rowid")
    if most is None and not named:
        # To look up each of some hundred thousand items would take a second, and their rows half of one.
        array = select(func.json_group_array(place)).select_from(text(WORDS)).where(match)
        return list(orjson.loads(connection.execute(array).scalar_one()))
    # A sum is no use to an index of items: from the words to the items, and never the other way, which would ask for each.
    mine = (_item.c.id == place) & (_item.c.project_id + 0 == project_id)
    query = select(place).select_from(text(WORDS), _item).where(match, mine, *named).order_by(place)
    return list(connection.execute(query.limit(most)).scalars())


def _unindexed(
    connection: Connection, project_id: int, terms: Sequence[Term], named: list[ColumnElement[bool]]
) -> Iterator[int]:
    newer = (_item.c.project_id == project_id) & (_item.c.id > indexed_up_to(connection))
    query: Select[Any] = select(_item.c.id, _item.c.text).where(newer, *named).order_by(_item.c.id)
    for item_id, words in connection.execution_options(yield_per=_FETCHED).execute(query):
        if _has(words, terms):
            yield item_id


def _has(words: str, terms: Sequence[Term]) -> bool:
    plain = folded(words)
    if not all(word in plain for word, _ in terms):
        return False
    said = set(_WORD.findall(plain))
    return all(any(each.startswith(word) for each in said) if is_start else word in said for word, is_start in terms)
