"""Items: their names, their texts, and how many answers each wants."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Connection, Text, and_, cast, func, select

from db import schema
from db.frames.reading import UTC_TIME, Growing, Schema, bulk, in_force, rows
from db.frames.recoding import is_lost, recoding
from db.vocabulary import ItemForm, Verdict

ITEMS: Schema = {"item": pl.String(), "item_id": pl.Int64(), "text": pl.String()}
WANTED: Schema = {"item_id": pl.Int64(), "wanted": pl.Int64()}
# Texts a read: all of a million would be one string.
_AT_ONCE = 100_000
_item, _queue, _ruling = schema.item, schema.queue, schema.adjudication


def names(connection: Connection, project_id: int) -> pl.DataFrame:
    """NAMES(id, item, at): every item of the project by its external id, and since when it is there, in the order of ids."""
    return _names.of(connection, project_id)


def items(connection: Connection, project_id: int) -> pl.DataFrame:
    """ITEMS(item, item_id, text): every item of the project, in the order of ids; ``item`` is the external id."""
    query = select(_item.c.external_id.label("item"), _item.c.id.label("item_id"), _item.c.text)
    mine = query.where(_item.c.project_id == project_id).order_by(_item.c.id).limit(_AT_ONCE)
    parts = [bulk(connection, mine, ITEMS)]
    while parts[-1].height == _AT_ONCE:
        parts.append(bulk(connection, mine.where(_item.c.id > parts[-1]["item_id"][-1]), ITEMS))
    return pl.concat(parts)


def pairs(connection: Connection, project_id: int) -> pl.DataFrame:
    """PAIRS(item, item_id, text, metadata): every item of the project with its metadata as JSON, in the order of ids."""
    query = select(
        _item.c.external_id.label("item"), _item.c.id.label("item_id"), _item.c.text, cast(_item.c.metadata, Text)
    )
    mine = query.where(_item.c.project_id == project_id).order_by(_item.c.id)
    return bulk(connection, mine, {**ITEMS, "metadata": pl.String()})


def conversations(connection: Connection, project_id: int) -> pl.Series:
    """The ids of the items that are made of turns, Int64, in their order."""
    query = select(_item.c.id).where(_item.c.project_id == project_id, _item.c.form != ItemForm.TEXT.value)
    return bulk(connection, query.order_by(_item.c.id), {"id": pl.Int64()})["id"]


def conversation_sample(connection: Connection, project_id: int) -> list[str]:
    """The texts of 200 conversations, in no order."""
    query = select(_item.c.text).where(_item.c.project_id == project_id, _item.c.form == ItemForm.TURNS.value)
    return list(connection.execute(query.limit(200)).scalars())


def text_digests(connection: Connection, project_id: int) -> pl.DataFrame:
    """DIGESTS(item, text_sha256 Binary): the SHA-256 of every text in UTF-8, made where the texts are; in no order."""
    ids = names(connection, project_id)["id"]
    if connection.dialect.name == "sqlite":
        raw: Any = connection.connection.driver_connection
        raw.create_function("sha256_hex", 1, lambda text: hashlib.sha256(text.encode()).hexdigest(), deterministic=True)
        digest = func.sha256_hex(_item.c.text)
    else:
        digest = func.encode(func.sha256(func.convert_to(_item.c.text, "UTF8")), "hex")
    # By the primary key: by the index of the project every text would be looked up alone.
    mine = and_(_item.c.id.between(ids.min() or 0, ids.max() or 0), _item.c.project_id + 0 == project_id)
    query = select(_item.c.external_id.label("item"), digest.label("text_sha256")).where(mine)
    read = bulk(connection, query, {"item": pl.String(), "text_sha256": pl.String()})
    return read.with_columns(pl.col("text_sha256").str.decode("hex"))


def texts(connection: Connection, project_id: int, external_ids: Sequence[str]) -> pl.DataFrame:
    """ITEMS of some items by their external ids, a few thousand at most, in no order; unknown ones are left out."""
    return _texts(connection, (_item.c.project_id == project_id) & _item.c.external_id.in_(external_ids))


def texts_of(connection: Connection, item_ids: Sequence[int]) -> pl.DataFrame:
    """ITEMS of some items by their ids, a few thousand at most, in no order."""
    return _texts(connection, _item.c.id.in_(item_ids))


def wanted(
    connection: Connection,
    project_id: int,
    *,
    overlap: int,
    as_of: datetime | None = None,
    item_ids: Sequence[int] | None = None,
) -> pl.DataFrame:
    """WANTED(item_id, wanted): the ordinary items that want another number of answers than ``overlap``.

    Adaptive overlap says so, or an expert who sent the item back by ``as_of``. What a ruling that gives a label asks for,
    nothing more, is left out: were it taken back, the overlap would hold again. Of ``item_ids`` alone where they are given.
    """
    settled = (_ruling.c.verdict == Verdict.LABEL.value) & ~is_lost(_ruling)
    if as_of is not None:
        settled |= and_(_ruling.c.verdict == Verdict.SENT_BACK.value, _ruling.c.created_at > as_of)
    ruled = select(_ruling.c.item_id).where(_ruling.c.item_id == _queue.c.item_id, settled, in_force(_ruling)).exists()
    query = select(_queue.c.item_id, _queue.c.wanted).where(
        _queue.c.project_id == project_id, ~_queue.c.golden, ~ruled, _queue.c.wanted != overlap
    )
    if item_ids is not None:
        return rows(connection, query.where(_queue.c.item_id.in_(item_ids)), WANTED)
    return bulk(connection, query.order_by(_queue.c.item_id), WANTED)


def unruled(connection: Connection, project_id: int) -> pl.DataFrame:
    """WANTED of the ordinary items that no expert has settled or sent back: what they want is nobody's word yet."""
    ruled_on = _ruling.c.verdict.in_([Verdict.LABEL.value, Verdict.SENT_BACK.value]) & ~is_lost(_ruling)
    ruled = select(_ruling.c.item_id).where(_ruling.c.item_id == _queue.c.item_id, ruled_on, in_force(_ruling)).exists()
    query = select(_queue.c.item_id, _queue.c.wanted).where(_queue.c.project_id == project_id, ~_queue.c.golden, ~ruled)
    return bulk(connection, query.order_by(_queue.c.item_id), WANTED)


def unlabeled(connection: Connection, project_id: int) -> pl.DataFrame:
    """UNLABELED(item, item_id): items that nobody has labeled and no expert has settled."""
    facts = [schema.annotation, schema.golden, _ruling]
    query = select(_item.c.external_id.label("item"), _item.c.id.label("item_id")).where(
        _item.c.project_id == project_id,
        *(~select(table.c.item_id).where(table.c.item_id == _item.c.id).exists() for table in facts),
    )
    return bulk(connection, query.order_by(_item.c.id), {"item": pl.String(), "item_id": pl.Int64()})


def referenced(connection: Connection, project_id: int) -> pl.DataFrame:
    """REFERENCED(item_id, label): ordinary items that came with a reference label."""
    query = select(_item.c.id.label("item_id"), _item.c.reference.label("label")).join(
        _queue, _queue.c.item_id == _item.c.id
    )
    query = query.where(_item.c.project_id == project_id, _item.c.reference.is_not(None), ~_queue.c.golden)
    named = bulk(connection, query.order_by(_item.c.id), {"item_id": pl.Int64(), "label": pl.String()})
    return recoding(connection, project_id).labels(named, "label").filter(pl.col("label").is_not_null())


def metadata_sample(connection: Connection, project_id: int) -> list[dict[str, Any]]:
    """The metadata of 200 items, in no order; items without any are left out."""
    query = select(_item.c.metadata).where(_item.c.project_id == project_id).limit(200)
    return [metadata for metadata in connection.execute(query).scalars() if metadata]


def _texts(connection: Connection, which: ColumnElement[bool]) -> pl.DataFrame:
    return rows(connection, select(_item.c.external_id, _item.c.id, _item.c.text).where(which), ITEMS)


def _read_names(connection: Connection, which: ColumnElement[bool]) -> pl.DataFrame:
    query = select(_item.c.id, _item.c.external_id.label("item"), _item.c.created_at.label("at"))
    dtypes = {"id": pl.Int64(), "item": pl.String(), "at": UTC_TIME}
    return bulk(connection, query.where(which).order_by(_item.c.id), dtypes)


_names = Growing(_item, _read_names)
