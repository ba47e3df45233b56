"""What a table of some items shows beside what is known of them: their texts, and the votes on them."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from sqlalchemy import Connection, func, select

from db import schema
from db.bulk import Schema
from db.frames import _rows
from db.vocabulary import ChunkOutcome

TEXTS: Schema = {"item_id": pl.Int64(), "item": pl.String(), "text": pl.String()}
LABELS: Schema = {"item_id": pl.Int64(), "label": pl.String()}
# SQLite takes a limited number of parameters.
_AT_ONCE = 10_000


def texts_of(connection: Connection, item_ids: Sequence[int]) -> pl.DataFrame:
    """TEXTS(item_id, item, text) of these items, in no order; ``item`` is the external id."""
    item = schema.item.c
    parts = [
        _rows(connection, select(item.id, item.external_id, item.text).where(item.id.in_(some)), TEXTS)
        for some in _portions(item_ids)
    ]
    return pl.concat(parts) if parts else pl.DataFrame(schema=TEXTS)


def votes_of(connection: Connection, item_ids: Sequence[int]) -> pl.DataFrame:
    """LABELS(item_id, label): a row for every answer in force to these items; ``label`` is null for "unsure".

    Surplus answers and those of suspended chunks are out, and nobody is named.
    """
    table, later, chunk = schema.annotation, schema.annotation.alias("later"), schema.chunk
    newer = select(later.c.id).where(
        later.c.item_id == table.c.item_id,
        later.c.assessor_id == table.c.assessor_id,
        later.c.revision > table.c.revision,
    )
    query = (
        select(table.c.item_id, table.c.label)
        .outerjoin(chunk, chunk.c.id == table.c.chunk_id)
        .where(~table.c.surplus, ~newer.exists())
        .where(func.coalesce(chunk.c.outcome, "") != ChunkOutcome.SUSPENDED.value)
        .order_by(table.c.item_id, table.c.label)
    )
    parts = [_rows(connection, query.where(table.c.item_id.in_(some)), LABELS) for some in _portions(item_ids)]
    return pl.concat(parts) if parts else pl.DataFrame(schema=LABELS)


def _portions(item_ids: Sequence[int]) -> list[Sequence[int]]:
    return [item_ids[at : at + _AT_ONCE] for at in range(0, len(item_ids), _AT_ONCE)]
