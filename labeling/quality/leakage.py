"""Do golden items leak? Speed and accuracy on those that many have seen against fresh ones."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from narwhals.typing import IntoDataFrame
from scipy.special import stdtrit

from labeling.quality.figures import Figure
from labeling.quality.frames import Votes, votes_frame
from labeling.quality.groups import gathered
from labeling.quality.intervals import LEVEL, wilson
from labeling.quality.kinds.score import EXACT, Scoring

_NEIGHBOURS = 21


@dataclass(frozen=True, slots=True)
class Leakage:
    """Golden answers on items that ``cut`` or more annotators had answered before (old) against all others (new).

    ``accuracy_gain`` is old minus new. ``pace_new`` and ``pace_old`` are geometric means of seconds as a share of what
    the same annotator took for ordinary items around; ``pace_ratio`` is old to new. ``leaking``: old items are answered
    better and faster, both beyond their intervals.
    """

    cut: int
    accuracy_new: Figure
    accuracy_old: Figure
    accuracy_gain: Figure
    pace_new: Figure
    pace_old: Figure
    pace_ratio: Figure
    leaking: bool


def leakage(
    votes: IntoDataFrame, golden: IntoDataFrame, *, cut: int | None = None, scoring: Scoring = EXACT
) -> Leakage:
    """Do golden items that many have seen get answered better and faster than fresh ones?

    ``cut`` is the median number of earlier answers by default. Limits of gain and ratio come from the spread between
    items (linearised, Student's t): answers to one item hang together. Pace is set against the annotator's own median
    of ordinary answers, ten before and ten after, so that practice alone is no leak. ``scoring`` says how right an answer is.
    """
    coded = votes_frame(votes, golden=golden)
    answers = _aged(votes, coded, scoring)
    if cut is None:
        cut = max(1, math.floor(np.median(answers["age"].to_numpy()))) if len(answers) else 1
    answers = answers.with_columns((pl.col("age") >= cut).alias("old"))
    new, old = (answers.filter(pl.col("old") == side) for side in (False, True))
    timed = answers.drop_nulls("pace")
    gain = _contrast(answers["item"], answers["score"], answers["old"])
    slowdown = _contrast(timed["item"], timed["pace"], timed["old"])
    faster = slowdown.high is not None and slowdown.high < 0
    return Leakage(
        cut=cut,
        accuracy_new=wilson(math.fsum(new["score"]), len(new)),
        accuracy_old=wilson(math.fsum(old["score"]), len(old)),
        accuracy_gain=gain,
        pace_new=_geometric(timed.filter(~pl.col("old"))),
        pace_old=_geometric(timed.filter("old")),
        pace_ratio=_exponential(slowdown),
        leaking=faster and gain.low is not None and gain.low > 0,
    )


def _aged(votes: IntoDataFrame, coded: Votes, scoring: Scoring) -> pl.DataFrame:
    """Golden answers: item, score, age (answers to the item before), pace (log seconds less one's median around)."""
    truth = coded.golden[coded.item]
    seconds = gathered(votes, coded, "seconds").cast(pl.Float64)
    answers = pl.DataFrame(
        [
            pl.Series("item", coded.item),
            pl.Series("annotator", coded.annotator),
            pl.Series("asked", truth >= 0),
            pl.Series("score", scoring.of_votes(coded)),
            gathered(votes, coded, "at").alias("order"),
            pl.select(pl.when(seconds.is_finite() & (seconds > 0)).then(seconds.log())).to_series().alias("log"),
        ]
    ).sort("annotator", "order", maintain_order=True)
    ordinary = pl.when(~pl.col("asked")).then("log").rolling_median(_NEIGHBOURS, min_samples=5, center=True)
    return (
        answers.with_columns((pl.col("log") - ordinary.over("annotator")).alias("pace"))
        .filter(pl.col("asked") & pl.col("order").is_not_null())
        .with_columns((pl.col("order").rank("min").over("item") - 1).cast(pl.Int64).alias("age"))
    )


def _contrast(item: pl.Series, values: pl.Series, old: pl.Series) -> Figure:
    """Mean of the old less mean of the new, with a linearised interval over items; n counts values."""
    y, late = values.to_numpy(), old.to_numpy()
    if not late.any() or late.all():
        return Figure(None, None, None, len(y))
    gap = y[late].mean() - y[~late].mean()
    pull = np.where(late, (y - y[late].mean()) / late.sum(), -(y - y[~late].mean()) / (~late).sum())
    by_item = np.bincount(np.unique(item.to_numpy(), return_inverse=True)[1], pull)
    items = len(by_item)
    if items < 2:
        return Figure(float(gap), None, None, len(y))
    reach = stdtrit(items - 1, (1 + LEVEL) / 2) * np.sqrt((by_item**2).sum() * items / (items - 1))
    return Figure(float(gap), float(gap - reach), float(gap + reach), len(y))


def _geometric(timed: pl.DataFrame) -> Figure:
    """Geometric mean of paces with Student's limits."""
    n = len(timed)
    if n < 2:
        return _exponential(Figure(timed["pace"][0] if n else None, None, None, n))
    y = timed["pace"].to_numpy()
    mean, reach = y.mean(), stdtrit(n - 1, (1 + LEVEL) / 2) * y.std(ddof=1) / np.sqrt(n)
    return _exponential(Figure(float(mean), float(mean - reach), float(mean + reach), n))


def _exponential(log: Figure) -> Figure:
    value, low, high = (None if end is None else float(np.exp(end)) for end in (log.value, log.low, log.high))
    return Figure(value, low, high, log.n)
