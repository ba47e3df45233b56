"""Shares from samples that don't stand for themselves alone: strata, weights, and the sample size they are worth."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from labeling.quality.intervals import Floats, normal_quantile

# More of it makes intervals too wide where few strata hold all hits; of less there is nothing left to divide by.
_TRACE = 0.1


@dataclass(frozen=True, eq=False, slots=True)
class Sampled:
    """Strata: float64 arrays (strata,) of the items they hold, how many were looked at, and how many of these count."""

    size: Floats
    n: Floats
    hits: Floats


def effective_share(strata: Sampled, level: float = 0.95) -> tuple[float, float]:
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
    seen = strata.n.sum()
    softened = (share + _TRACE / seen) / (1 + 2 * _TRACE / seen)
    freedom = np.maximum(strata.n - 1, 1)
    parts = weight**2 * softened * (1 - softened) / freedom * (1 - strata.n / strata.size)
    variance = parts.sum()
    middle = float(weight @ softened)
    student = stdtrit(variance**2 / (parts**2 / freedom).sum(), (1 + level) / 2)
    return float(weight @ share), float(middle * (1 - middle) / variance * (normal_quantile(level) / student) ** 2)
