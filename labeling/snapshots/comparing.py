"""What is different between two snapshots, and whose word made it so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import polars as pl
from sqlalchemy import Connection

from db.frames import items
from labeling.facts.changes import causes
from labeling.snapshots.kept import Snapshot, rows_of

DIFFERENCES = {
    "item": pl.String,
    "change": pl.String,
    "before": pl.String,
    "after": pl.String,
    "source_before": pl.String,
    "source": pl.String,
    "cause": pl.String,
    "who": pl.List(pl.String),
}


class Change(StrEnum):
    """How an item differs: it has another label, lost its label, got its first one, came, or is there no more."""

    CHANGED = "changed"
    LOST = "lost"
    FIRST = "first"
    ADDED = "added"
    GONE = "gone"


@dataclass(frozen=True, eq=False)
class Difference:
    """DIFFERENCES of the ``later`` snapshot to the ``earlier`` one, in the order of :class:`Change` and of items.

    A label is null where there was none. ``cause`` and ``who`` as of :func:`labeling.facts.changes.causes`, null and empty
    where an item was added or is gone. ``counts`` are by change, ``by_cause`` of the others; ``same`` items have the label
    that they had, or none as before.
    """

    earlier: Snapshot
    later: Snapshot
    rows: pl.DataFrame
    counts: Mapping[str, int]
    by_cause: Mapping[str, int]
    same: int


def difference(connection: Connection, project_id: int, one: Snapshot, other: Snapshot) -> Difference:
    """Compare two snapshots, the earlier one first whichever was named first. Raises LabelingError ``snapshot_broken``."""
    earlier, later = sorted((one, other), key=lambda each: each.id)
    columns = ["item", "label", "source", "method"]
    before, after = (rows_of(connection, each).select(columns) for each in (earlier, later))
    both = before.join(after, on="item", how="full", suffix="_after", maintain_order="left_right")
    told = both.select(
        pl.coalesce("item", "item_after").alias("item"),
        _change().alias("change"),
        pl.col("label").alias("before"),
        pl.col("label_after").alias("after"),
        pl.col("source").alias("source_before"),
        pl.col("source_after").alias("source"),
        pl.col("method").alias("method_before"),
        pl.col("method_after").alias("method"),
    )
    rows = told.filter(pl.col("change").is_not_null())
    named = items.names(connection, project_id).select("item", pl.col("id").alias("item_id"))
    changed = rows.filter(~pl.col("change").is_in([Change.ADDED, Change.GONE])).join(named, on="item")
    found = causes(connection, project_id, changed, earlier.mark, later.mark)
    known = changed.select("item", "item_id").join(found, on="item_id")
    rows = rows.join(known, on="item", how="left").with_columns(pl.col("who").fill_null([]))
    place = pl.col("change").replace_strict({each.value: n for n, each in enumerate(Change)}, return_dtype=pl.Int8)
    counts = dict(rows["change"].value_counts().iter_rows())
    by_cause = known["cause"].value_counts().sort("count", "cause", descending=[True, False])
    return Difference(
        earlier,
        later,
        rows.sort(place, "item").select(list(DIFFERENCES)),
        {each.value: counts.get(each.value, 0) for each in Change},
        dict(by_cause.iter_rows()),
        told.height - rows.height,
    )


def _change() -> pl.Expr:
    before, after = pl.col("label"), pl.col("label_after")
    return (
        pl.when(pl.col("item").is_null())
        .then(pl.lit(Change.ADDED.value))
        .when(pl.col("item_after").is_null())
        .then(pl.lit(Change.GONE.value))
        .when(before.eq_missing(after))
        .then(None)
        .when(before.is_null())
        .then(pl.lit(Change.FIRST.value))
        .when(after.is_null())
        .then(pl.lit(Change.LOST.value))
        .otherwise(pl.lit(Change.CHANGED.value))
    )
