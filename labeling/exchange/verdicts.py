"""The consensus that an export writes: one function, the same for ``final`` and for ``consensus``."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def majority(votes: pl.DataFrame, classes: Sequence[str]) -> pl.DataFrame:
    """CONSENSUS(id, label, probability, n) and a column ``p_<class>`` of each class's share, one row per item.

    ``votes`` has ``id`` and ``label`` (no nulls). The label with most votes wins, of equals the first in the order
    of ``classes``; probability is its share.

    >>> votes = pl.DataFrame({"id": [1, 1, 1, 2, 2], "label": ["x", "y", "y", "y", "x"]})
    >>> majority(votes, ["x", "y"]).select("id", "label", "probability", "n", "p_x").rows()
    [(1, 'y', 0.6666666666666666, 3, 0.3333333333333333), (2, 'x', 0.5, 2, 0.5)]
    """
    counted = votes.group_by("id").agg(
        pl.len().cast(pl.Int64).alias("n"),
        *((pl.col("label") == code).sum().alias(f"p_{code}") for code in classes),
    )
    shares = [pl.col(f"p_{code}") / pl.col("n") for code in classes]
    if not classes:
        return counted.select(
            "id", pl.lit(None, pl.String).alias("label"), pl.lit(None, pl.Float64).alias("probability"), "n"
        )
    stacked = pl.concat_list(f"p_{code}" for code in classes)
    names = pl.Series(classes, dtype=pl.String)
    return (
        counted.with_columns(stacked.list.arg_max().alias("best"))
        .with_columns(
            pl.lit(names).gather("best").alias("label"),
            (stacked.list.max() / pl.col("n")).alias("probability"),
            *shares,
        )
        .drop("best")
        .sort("id")
    )
