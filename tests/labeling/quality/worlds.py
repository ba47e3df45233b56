"""Made-up pools of annotators with known truth, for tests that count how often an interval holds it."""

from __future__ import annotations

import numpy as np
import polars as pl


def crowd(
    rng: np.random.Generator,
    items: int,
    pool: int,
    classes: tuple[float, ...],
    *,
    accuracy: float = 0.85,
    fewest: int = 2,
) -> pl.DataFrame:
    """VOTES of ``fewest``..``pool`` annotators an item; three in ten are harder by 0.3, and errors are neighbours."""
    truth = rng.choice(len(classes), items, p=classes)
    hard = rng.random(items) < 0.3
    wanted = rng.integers(fewest, pool + 1, items)
    seats = np.argsort(rng.random((items, pool)), axis=1)
    item, seat = np.nonzero(np.arange(pool) < wanted[:, None])
    right = rng.random(len(item)) < accuracy - 0.3 * hard[item]
    aside = np.clip(truth[item] + rng.choice([-1, 1], len(item)), 0, len(classes) - 1)
    label = np.where(right, truth[item], aside)
    return pl.DataFrame({"item": item, "annotator": seats[item, seat], "label": label})


def within(low: float | None, truth: float, high: float | None) -> bool:
    """Whether the interval is there and holds the truth."""
    return low is not None and high is not None and low <= truth <= high
