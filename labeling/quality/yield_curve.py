"""What the expert's rulings bring: errors found by ruling, against what was expected, and how many more are worth it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from narwhals.typing import IntoDataFrame
from scipy.optimize import brentq
from scipy.special import expit, logit

from labeling.errors import LabelingError
from labeling.quality.figures import Figure
from labeling.quality.frames import read_columns
from labeling.quality.intervals import Floats, beta, column, normal_quantile

WINDOW = 50
_EDGE = 1e-6


@dataclass(frozen=True, slots=True)
class Stop:
    """``more`` rulings that are worth it, which should find ``expected`` errors; ``low`` and ``high`` of that number (95 %).

    ``floor`` is the chance of a wrong label under which a ruling costs more than it brings; ``seconds`` what the rulings
    should take, None where no time is on record; ``queue`` the items that wait.
    """

    floor: float
    more: int
    expected: float
    low: int
    high: int
    seconds: float | None
    queue: int


@dataclass(frozen=True, eq=False, slots=True)
class Yield:
    """YIELD(position, found, expected, random), the share wrong among the latest rulings, and where it pays to stop."""

    curve: pl.DataFrame
    current: Figure
    stop: Stop


def yield_curve(
    rulings: IntoDataFrame, queue: IntoDataFrame, *, base_rate: float, floor: float | None = None, window: int = WINDOW
) -> Yield:
    """From RULINGS(position, score, wrong, seconds) in the order of ``position``, and QUEUE(score) of what waits.

    ``score`` is the chance that the label is wrong as it was before its ruling. YIELD holds the running sums of ``found``
    errors, of those ``expected`` by score, and what rulings at ``random`` would have found at the ``base_rate``, the share of
    wrong labels by the audit. ``current`` is the share wrong among the last ``window`` (Jeffreys).

    A ruling pays while the chance of a wrong label exceeds ``floor``, by default twice the base rate: below that the queue is
    hardly better than chance. The queue is worked off by score, its odds first moved by what the last ``window`` rulings found
    against their scores (``moved``).

    Raises LabelingError ``column_missing``, ``column_null`` or ``counts_out_of_range``.

    >>> rulings = pl.DataFrame({"position": [0, 1], "score": [0.9, 0.7], "wrong": [True, False], "seconds": [4.0, 6.0]})
    >>> found = yield_curve(rulings, pl.DataFrame({"score": [0.6, 0.5, 0.1]}), base_rate=0.1)
    >>> found.curve["found"].to_list(), found.stop.more, found.stop.seconds
    ([1, 1], 2, 10.0)
    """
    if not 0 <= base_rate <= 1:
        raise LabelingError("counts_out_of_range", right=base_rate, n=1)
    named = ["position", "score", "wrong", "seconds"]
    frame = read_columns(rulings, "rulings", named, named[:3]).sort("position", maintain_order=True)
    waiting = read_columns(queue, "queue", ["score"], ["score"])["score"].cast(pl.Float64).to_numpy()
    score, wrong = frame["score"].cast(pl.Float64).to_numpy(), frame["wrong"].cast(pl.Boolean).to_numpy()
    curve = pl.DataFrame(
        [
            frame["position"],
            pl.Series("found", np.cumsum(wrong), dtype=pl.Int64),
            column("expected", np.cumsum(score)),
            column("random", base_rate * np.arange(1, len(frame) + 1)),
        ]
    )
    last = slice(max(len(frame) - window, 0), None)
    shift, variance = moved(score[last], wrong[last].astype(np.float64))
    chance = expit(logit(np.clip(waiting, _EDGE, 1 - _EDGE)) + shift)
    current = beta(int(wrong[last].sum()), len(wrong[last]))
    pace = frame["seconds"].cast(pl.Float64).drop_nulls().median()
    return Yield(curve, current, _stop(chance, variance, 2 * base_rate if floor is None else floor, pace))


def moved(score: Floats, wrong: Floats) -> tuple[float, float]:
    """How far the log odds of scores lie from what rulings found, and the variance that this is known with.

    The most probable shift b under wrong ~ expit(logit(score) + b), with b ~ N(0, 1): few rulings move little.

    >>> moved(np.full(50, 0.5), np.repeat([1.0, 0.0], 25))
    (0.0, 0.07407407407407407)
    """
    odds, errors = logit(np.clip(score, _EDGE, 1 - _EDGE)), wrong.sum()
    reach = len(score) + 1.0
    shift = brentq(lambda b: expit(odds + b).sum() - errors + b, -reach, reach)
    chance = expit(odds + shift)
    return float(shift), float(1 / ((chance * (1 - chance)).sum() + 1))


def _stop(chance: Floats, variance: float, floor: float, pace: object) -> Stop:
    worth = chance[chance > floor]
    expected, own = float(worth.sum()), float((worth * (1 - worth)).sum())
    # What each label does by chance, and all together because the shift is not known better.
    spread = normal_quantile(0.95) * math.sqrt(own + own**2 * variance)
    low, high = max(0, math.floor(expected - spread)), min(len(worth), math.ceil(expected + spread))
    seconds = float(pace) * len(worth) if isinstance(pace, int | float) else None
    return Stop(floor, len(worth), expected, low, high, seconds, len(chance))
