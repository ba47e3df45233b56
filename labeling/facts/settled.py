"""What experts have settled: golden labels, rulings, and the one that speaks where an item has both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection

from db.frames.settled import count_revisions, golden, ruled, rulings
from db.vocabulary import LabelSource, Verdict

__all__ = ["count_revisions", "golden", "in_force", "judged", "ruled", "rulings", "settled"]


def settled(
    connection: Connection,
    project_id: int,
    *,
    as_of: datetime | None = None,
    item_ids: Sequence[int] | None = None,
    one_by_one: bool = False,
) -> pl.DataFrame:
    """SETTLED(item_id, item, label Enum, source): the labels that nobody votes on any more; a ruling goes before a golden label.

    ``source`` is one of :class:`db.vocabulary.LabelSource`. Of ``item_ids`` alone where they are given. ``one_by_one``: only
    labels of items that somebody looked at one by one, the evidence that is learned from; what was ruled in bulk settles
    labels and proves nothing.
    """
    which: dict[str, Any] = {"as_of": as_of, "item_ids": item_ids}
    by_golden = golden(connection, project_id, **which).with_columns(source=pl.lit(LabelSource.GOLDEN.value))
    by_ruling = ruled(connection, project_id, **which, one_by_one=one_by_one).with_columns(
        source=pl.lit(LabelSource.ADJUDICATION.value)
    )
    return pl.concat([by_golden, by_ruling]).unique("item_id", keep="last", maintain_order=True)


def in_force(rulings: pl.DataFrame) -> pl.DataFrame:
    """Of RULINGS the newest revision of each item, whatever its verdict."""
    return rulings.filter(pl.col("revision") == pl.col("revision").max().over("item_id"))


def judged(rulings: pl.DataFrame) -> pl.DataFrame:
    """Of RULINGS those that say whether a label was right: in force, a label instead of a given one, ruled one by one.

    Those alone tell how often labels are wrong: a bulk ruling repeats what was expected of its items.
    """
    named = pl.col("label").is_not_null() & pl.col("given").is_not_null()
    says = (pl.col("verdict") == Verdict.LABEL.value) & named & ~pl.col("in_bulk")
    return in_force(rulings).filter(says)
