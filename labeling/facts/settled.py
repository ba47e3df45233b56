"""What experts have settled: golden labels, rulings, and the one that speaks where an item has both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection

from db.frames.settled import count_revisions, golden, ruled, rulings
from db.vocabulary import LabelSource

__all__ = ["count_revisions", "golden", "in_force", "ruled", "rulings", "settled"]


def settled(
    connection: Connection, project_id: int, *, as_of: datetime | None = None, item_ids: Sequence[int] | None = None
) -> pl.DataFrame:
    """SETTLED(item_id, item, label Enum, source): the labels that nobody votes on any more; a ruling goes before a golden label.

    ``source`` is one of :class:`db.vocabulary.LabelSource`. Of ``item_ids`` alone where they are given.
    """
    which: dict[str, Any] = {"as_of": as_of, "item_ids": item_ids}
    by_golden = golden(connection, project_id, **which).with_columns(source=pl.lit(LabelSource.GOLDEN.value))
    by_ruling = ruled(connection, project_id, **which).with_columns(source=pl.lit(LabelSource.ADJUDICATION.value))
    return pl.concat([by_golden, by_ruling]).unique("item_id", keep="last", maintain_order=True)


def in_force(rulings: pl.DataFrame) -> pl.DataFrame:
    """Of RULINGS the newest revision of each item, whatever its verdict."""
    return rulings.filter(pl.col("revision") == pl.col("revision").max().over("item_id"))
