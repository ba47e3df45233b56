"""What an audit will tell, before it is drawn; and since: what the estimates of ``quality.audit`` and ``quality.flags`` take."""

from __future__ import annotations

import numpy as np
import polars as pl
from narwhals.typing import IntoDataFrame

from labeling.quality.audit import plan, strata
from labeling.quality.figures import Figure
from labeling.quality.frames import read_columns
from labeling.quality.intervals import beta
from labeling.quality.weighting import Sampled, effective_share

# How the first ruling since the draw came about, as the estimate of the residual errors wants it.
_ROUTES = {"audit": "audit", "suspicion": "targeted"}
FLAGS = ("label_issue", "hard", "ambiguous", "disputed", "suspected")
# Suspected: as many as that share of the labels, the most suspicious.
SUSPECTED = 0.2


def foreseen(population: IntoDataFrame, size: int) -> Figure:
    """The share of wrong labels that POPULATION(item, score) leads to expect, with the interval that ``size`` items will give.

    As if in every stratum as many of the audited were wrong as their scores say. An error rate nearer to one half
    than foreseen makes it wider.

    >>> found = foreseen(pl.DataFrame({"item": range(1000), "score": [0.1] * 1000}), 200)
    >>> round(found.value, 2), round(found.low, 2), round(found.high, 2), found.n
    (0.1, 0.07, 0.14, 200)
    """
    frame = read_columns(population, "population", ["item", "score"], ["item", "score"])
    size = min(size, frame.height)
    if size >= frame.height or size < 1:
        share = float(np.mean(frame["score"].to_numpy())) if frame.height else float("nan")
        return Figure.of(share, share, share, n=size)
    cells = (
        strata(frame, size)
        .join(frame, on="item")
        .group_by("stratum")
        .agg(pl.len().cast(pl.Float64).alias("size"), pl.col("score").cast(pl.Float64).mean().alias("share"))
        .join(plan(frame, size).group_by("stratum").agg(pl.len().cast(pl.Float64).alias("n")), on="stratum")
        .sort("stratum")
    )
    n = cells["n"].to_numpy()
    hits = n * np.clip(cells["share"].to_numpy(), 0.0, 1.0)
    share, effective = effective_share(Sampled(cells["size"].to_numpy(), n, hits))
    interval = beta(share * effective, effective)
    return Figure(share, interval.low, interval.high, size)


def population_of(drawn: pl.DataFrame, rulings: pl.DataFrame) -> pl.DataFrame:
    """POPULATION(item, given, stratum, sampled, route, wrong) of :func:`labeling.quality.audit.residual`.

    ``drawn`` is POPULATION(item, given, stratum, position) of an audit, ``rulings`` RULINGS(item, revision, verdict, label,
    route) made since, in order. The route is that of the first word on an item that settled it, the label that of the last.

    >>> drawn = pl.DataFrame({"item": ["a", "b"], "given": ["x", "x"], "stratum": [0, 0], "position": [0, None]})
    >>> one = {"item": ["b"], "revision": [1], "verdict": ["label"], "label": ["y"], "route": ["suspicion"]}
    >>> population_of(drawn, pl.DataFrame(one)).select("item", "sampled", "route", "wrong").rows()
    [('a', True, None, None), ('b', False, 'targeted', True)]
    """
    ordered = rulings.sort("item", "revision")
    first = (
        ordered.filter(pl.col("verdict") == "label")
        .group_by("item", maintain_order=True)
        .agg(pl.col("route").first().cast(pl.String).replace_strict(_ROUTES, default="other"))
    )
    last = ordered.group_by("item", maintain_order=True).agg(pl.col("verdict", "label").last())
    settled = last.filter(pl.col("verdict") == "label").join(first, on="item")
    return drawn.join(settled, on="item", how="left", maintain_order="left").select(
        "item",
        "given",
        "stratum",
        pl.col("position").is_not_null().alias("sampled"),
        "route",
        (pl.col("label").cast(pl.String) != pl.col("given").cast(pl.String)).alias("wrong"),
    )


def audited(population: pl.DataFrame) -> pl.DataFrame:
    """AUDITED(item, given, weight, wrong): the ruled items of the sample, each with how many of its stratum it speaks for.

    Items that were ruled by hand or in a batch, whoever was in the sample, are set aside from both.
    """
    speaking = pl.col("sampled") & (pl.col("route") == "audit").fill_null(False)
    by_hand = (pl.col("route") == "other").fill_null(False)
    sizes = population.group_by("stratum").agg(
        (~by_hand).sum().alias("size"), (speaking & pl.col("wrong").is_not_null()).sum().alias("n")
    )
    return (
        population.filter(speaking, pl.col("wrong").is_not_null())
        .join(sizes, on="stratum", maintain_order="left")
        .select("item", "given", (pl.col("size") / pl.col("n")).alias("weight"), "wrong")
    )


def flagged(sample: pl.DataFrame, findings: pl.DataFrame) -> pl.DataFrame:
    """AUDITED with a column for each of FLAGS, from FINDINGS(item, ..., region) of the analysis that the audit was drawn by."""
    most = findings["prior"].quantile(1 - SUSPECTED) if findings.height else None
    flags = findings.select(
        "item",
        pl.col("is_issue").alias("label_issue"),
        (pl.col("region").cast(pl.String) == "hard").fill_null(False).alias("hard"),
        (pl.col("region").cast(pl.String) == "ambiguous").fill_null(False).alias("ambiguous"),
        (pl.col("disagreement") > 0).fill_null(False).alias("disputed"),
        (pl.col("prior") >= (1.0 if most is None else most)).alias("suspected"),
    )
    return sample.join(flags, on="item", how="inner", maintain_order="left")
