"""What an audit of some size will tell, before it is drawn."""

from __future__ import annotations

import numpy as np
import polars as pl
from narwhals.typing import IntoDataFrame

from labeling.quality.audit import plan, strata
from labeling.quality.figures import Figure
from labeling.quality.frames import read_columns
from labeling.quality.intervals import beta
from labeling.quality.weighting import Sampled, effective_share


def foreseen(population: IntoDataFrame, size: int, *, level: float = 0.95) -> Figure:
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
    share, effective = effective_share(Sampled(cells["size"].to_numpy(), n, hits), level)
    interval = beta(share * effective, effective, level)
    return Figure(share, interval.low, interval.high, size)
