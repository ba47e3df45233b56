"""Second opinions: items that another expert ruled as well, blind to the first."""

from __future__ import annotations

import polars as pl

from labeling.quality.agreement import agreement
from labeling.quality.figures import Figure
from labeling.quality.intervals import wilson

# Below that a kappa says little.
LEAST_FOR_KAPPA = 30


def opinions(rulings: pl.DataFrame) -> pl.DataFrame:
    """OPINIONS(item, first, second, first_label, second_label): the word before each second opinion, and the opinion.

    ``rulings`` are RULINGS(item, revision, verdict, label, route, act, expert_id) in order. Of several presses of one act the
    last speaks, so a word that was corrected at once is no second opinion. One row for each item.

    >>> rows = {"item": ["a"] * 3, "revision": [1, 2, 3], "verdict": ["label"] * 3, "label": ["x", "y", "x"]}
    >>> rows |= {"route": ["audit", "second", "second"], "act": ["p", "q", "q"], "expert_id": [1, 2, 2]}
    >>> opinions(pl.DataFrame(rows)).rows()
    [('a', '1', '2', 'x', 'x')]
    """
    labels = (
        rulings.sort("item", "revision")
        .with_columns(pl.col("act").fill_null(pl.col("revision").cast(pl.String)), pl.col("route").cast(pl.String))
        .group_by("item", "act", maintain_order=True)
        .agg(pl.col("revision", "verdict", "label", "route", "expert_id").last())
        .filter(pl.col("verdict") == "label")
        .sort("item", "revision")
    )
    before = {f"first{name}": pl.col(of).shift(1).over("item") for name, of in (("", "expert_id"), ("_label", "label"))}
    expert = pl.col("first", "second").cast(pl.String).fill_null("")
    return (
        labels.with_columns(**before)
        .filter(pl.col("route") == "second", pl.col("first_label").is_not_null())
        .unique("item", keep="first", maintain_order=True)
        .select(
            "item", "first", pl.col("expert_id").alias("second"), "first_label", pl.col("label").alias("second_label")
        )
        .with_columns(expert)
    )


def agreed(opinions: pl.DataFrame) -> Figure:
    """How often the two of OPINIONS say the same (Wilson)."""
    return wilson(opinions.select((pl.col("first_label") == pl.col("second_label")).sum()).item(), opinions.height)


def kappa(opinions: pl.DataFrame) -> Figure:
    """Cohen's kappa of OPINIONS, over pairs of experts; its n counts items. Undefined under LEAST_FOR_KAPPA of them."""
    if opinions.height < LEAST_FOR_KAPPA:
        return Figure.of(float("nan"), n=opinions.height)
    votes = [
        opinions.select("item", pl.col(expert).alias("annotator"), pl.col(f"{expert}_label").alias("label"))
        for expert in ("first", "second")
    ]
    figure = agreement(pl.concat(votes)).kappa
    return Figure(figure.value, figure.low, figure.high, opinions.height)
