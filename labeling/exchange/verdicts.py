"""The consensus that an export writes: one function for ``final`` and for ``consensus``."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def majority(votes: pl.DataFrame, classes: Sequence[str]) -> pl.DataFrame:
    """CONSENSUS(id Int64, label String, probability Float64, n Int64), one row per item, by id.

    ``votes`` has ``id`` and ``label`` (no nulls). The label with most votes wins, of equals the first in the order
    of ``classes``; its probability is its share.

    >>> votes = pl.DataFrame({"id": [1, 1, 1, 2, 2], "label": ["x", "y", "y", "y", "x"]})
    >>> majority(votes, ["x", "y"]).rows()
    [(1, 'y', 0.6666666666666666, 3), (2, 'x', 0.5, 2)]
    """
    counted = votes.select("id", pl.col("label").cast(pl.Enum(classes))).group_by("id", "label").len("given")
    return (
        counted.with_columns(pl.col("given").sum().over("id").cast(pl.Int64).alias("n"))
        .sort("id", "given", "label", descending=[False, True, False])
        .unique("id", keep="first", maintain_order=True)
        .select("id", pl.col("label").cast(pl.String), (pl.col("given") / pl.col("n")).alias("probability"), "n")
    )


def shares(votes: pl.DataFrame, classes: Sequence[str]) -> pl.DataFrame:
    """The share of each class among an item's votes: ``id`` and a column ``p_<class>`` for every class.

    >>> shares(pl.DataFrame({"id": [1, 1], "label": ["x", "y"]}), ["x", "y"]).rows()
    [(1, 0.5, 0.5)]
    """
    given = ((pl.col("label") == code).mean().alias(f"p_{code}") for code in classes)
    return votes.group_by("id").agg(*given)
