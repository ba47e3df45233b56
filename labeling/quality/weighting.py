"""What samples say that don't stand for themselves alone: strata, weights, and what is known of every member beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from labeling.quality.figures import Figure
from labeling.quality.intervals import LEVEL, Floats, normal_quantile

Bools = npt.NDArray[np.bool_]

# More of it makes intervals too wide where few strata hold all hits; of less there is nothing left to divide by.
_TRACE = 0.1


@dataclass(frozen=True, eq=False, slots=True)
class Sampled:
    """Strata: float64 arrays (strata,) of the items they hold, how many were looked at, and how many of these count."""

    size: Floats
    n: Floats
    hits: Floats


def effective_share(strata: Sampled) -> tuple[float, float]:
    """The share of hits among all items, and the size of a simple random sample that would know it as well.

    The variance is that of the stratified mean with its finite population correction (Cochran 1977, 5.9), each stratum
    with its part of a tenth of a hit and of a miss more: no hit seen is no certainty, and the sample then counts by its
    weights (Kish 1965). The size is cut by (z / t) squared for the Satterthwaite degrees of freedom the variance is known
    with (Korn and Graubard 1998). Each stratum needs an item that was looked at.

    >>> share, n = effective_share(Sampled(np.array([1e9]), np.array([1000.0]), np.array([200.0])))
    >>> share, round(n)
    (0.2, 997)
    """
    weight = strata.size / strata.size.sum()
    share = strata.hits / strata.n
    total = strata.n.sum()
    softened = (share + _TRACE / total) / (1 + 2 * _TRACE / total)
    freedom = np.maximum(strata.n - 1, 1)
    parts = weight**2 * softened * (1 - softened) / freedom * (1 - strata.n / strata.size)
    variance = parts.sum()
    middle = float(weight @ softened)
    student = stdtrit(variance**2 / (parts**2 / freedom).sum(), (1 + LEVEL) / 2)
    return float(weight @ share), float(middle * (1 - middle) / variance * (normal_quantile(LEVEL) / student) ** 2)


def domain_share(weight: Floats, domain: Bools, hit: Bools | Floats) -> tuple[float, float]:
    """The share of hits in a domain of weighted items, and the size of a simple random sample that would know it as well.

    Arrays (items,); a hit may be one in part, from 0 to 1. The variance is that of the linearised ratio (Cochran 1977, 6.3
    and 5A.12) within strata, which are told by their weights: items of one stratum weigh alike, and an item stands for itself
    with a part 1 / weight of it. A tenth of a hit and of a miss more, as heavy as an average item of all, keep it from
    nothing where all hit or none does. (nan, 0.0) for an empty domain.

    >>> share, n = domain_share(np.full(100, 1e9), np.arange(100) < 50, np.arange(100) < 10)
    >>> share, round(n, 1)
    (0.2, 49.3)
    """
    held = domain * weight
    total = float(held.sum())
    if not total:
        return np.nan, 0.0
    share = float(held @ hit) / total
    values, stratum, n = np.unique(weight, return_inverse=True, return_counts=True)
    if (n == 1).mean() > 0.5:
        # Weights of their own: nothing tells strata apart.
        values, stratum, n = np.array([weight.mean()]), np.zeros(len(weight), dtype=np.int64), np.array([len(weight)])
    apart = held * (hit - share)
    beside = apart - (np.bincount(stratum, apart) / n)[stratum]
    left = 1 - 1 / np.maximum(values, 1.0)
    within = (left * np.bincount(stratum, beside**2) * n / np.maximum(n - 1, 1)).sum()
    # Where a flag is cut by what the strata are cut by, few items tell the spread inside: it isn't believed to be next to none.
    variance = max(float(within), float(left[stratum] @ apart**2) / 4)
    trace = _TRACE * float(weight @ weight) / float(weight.sum())
    middle = (share * total + trace) / (total + 2 * trace)
    variance += trace**2 / _TRACE * (middle**2 + (1 - middle) ** 2) * float((left * n).sum()) / len(weight)
    return share, middle * (1 - middle) * total**2 / max(variance, 1e-12)


def total_by_regression(predictor: Sequence[float], measured: Sequence[float], *, mean: float, size: int) -> Figure:
    """What ``size`` further members come to in all: the regression estimator (Cochran, Sampling Techniques, 1977, ch. 7).

    ``predictor`` is what is known of each sampled member, ``mean`` the mean of it over those ``size``, ``measured`` what was
    measured. The interval is Student's, of the mean at ``mean`` and never below zero; with fewer than three members, or where
    what is known doesn't vary, that of the plain mean; None with one member.

    >>> total_by_regression([10, 20, 30], [11, 21, 31], mean=25, size=100)
    Figure(value=2600.0, low=2600.0, high=2600.0, n=3)
    >>> total_by_regression([5, 5], [1, 3], mean=5, size=10).value
    20.0
    >>> total_by_regression([], [], mean=0, size=10).value is None
    True
    """
    x, y = np.asarray(predictor, dtype=np.float64), np.asarray(measured, dtype=np.float64)
    n = len(y)
    if n == 0:
        return Figure(None, None, None, 0)
    spread = float(((x - x.mean()) ** 2).sum())
    slope, free = 0.0, n - 1
    if n >= 3 and spread > 0:
        slope, free = float(((x - x.mean()) * (y - y.mean())).sum()) / spread, n - 2
    off = mean - float(x.mean())
    value = max(0.0, float(y.mean()) + slope * off)
    if free == 0:
        return Figure(value * size, None, None, n)
    left = y - y.mean() - slope * (x - x.mean())
    error = float((left**2).sum()) / free * (1 / n + (off**2 / spread if slope else 0.0))
    half = float(stdtrit(free, (1 + LEVEL) / 2)) * max(0.0, error) ** 0.5
    half = 0.0 if half < 1e-9 * max(1.0, value) else half
    return Figure(value * size, max(0.0, value - half) * size, (value + half) * size, n)
