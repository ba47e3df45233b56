"""From a random sample to the whole, by what is known of every member beforehand."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import stdtrit

from labeling.quality.figures import Figure
from labeling.quality.intervals import LEVEL


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
