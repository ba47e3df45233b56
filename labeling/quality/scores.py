"""Accuracy and F1 of codes told against codes known, and how two tellers compare on the same items."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from labeling.quality.bootstrap import resampled_counts
from labeling.quality.coefficients import ratio
from labeling.quality.figures import Figure
from labeling.quality.frames import Codes
from labeling.quality.intervals import LEVEL, Floats


def measures(truth: Codes, predicted: Codes, classes: int, times: npt.NDArray[np.floating]) -> Floats:
    """Accuracy, macro F1, weighted F1 and each class's F1 of samples in which cases come ``times`` (samples, cases).

    Nothing told (-1) is wrong and speaks for no class. A class that a sample lacks has no F1 there and is left out of its
    macro F1; an empty sample has no figures (NaN).

    >>> measures(np.array([0, 0, 1]), np.array([0, -1, 1]), 2, np.ones((1, 3))).round(3).tolist()
    [[0.667, 0.833, 0.778, 0.667, 1.0]]
    """
    # The row of zeros at the end is the row -1.
    one_hot = np.vstack([np.eye(classes, dtype=times.dtype), np.zeros((1, classes), dtype=times.dtype)])
    support, called = (times @ one_hot[truth]).astype(np.float64), (times @ one_hot[predicted]).astype(np.float64)
    hits = (times @ (one_hot[truth] * (truth == predicted)[:, None])).astype(np.float64)
    f1 = np.where(support > 0, ratio(2 * hits, support + called), np.nan)
    f1_or_zero = np.nan_to_num(f1)
    total = support.sum(axis=1)
    macro = ratio(f1_or_zero.sum(axis=1), (support > 0).sum(axis=1))
    return np.column_stack(
        [ratio(hits.sum(axis=1), total), macro, ratio((f1_or_zero * support).sum(axis=1), total), f1]
    )


def percentiles(resampled: Floats) -> Floats:
    """Limits (2, figures) by column; NaN where a figure is undefined in half of the resamples."""
    limits = np.full((2, resampled.shape[1]), np.nan)
    defined = np.isfinite(resampled)
    for at in np.flatnonzero(2 * defined.sum(axis=0) > len(resampled)):
        limits[:, at] = np.quantile(resampled[defined[:, at], at], [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return limits


def mcnemar(won: int, lost: int) -> float:
    """Exact two-sided p-value of McNemar's (1947) test: cases that only one of two tellers gets right are a fair coin's.

    >>> mcnemar(5, 0), mcnemar(3, 3), mcnemar(0, 0)
    (0.0625, 1.0, 1.0)
    """
    # Half a second to import, which whoever opens a page would wait for.
    from scipy.stats import binomtest

    return float(binomtest(won, won + lost).pvalue) if won + lost else 1.0


def bootstrap_p(apart: Floats) -> float:
    """Twice the smaller part of resampled differences on either side of zero, ties halved, never quite 0."""
    above = (apart > 0).sum() + (apart == 0).sum() / 2
    less = min(above, len(apart) - above)
    return float(min(1.0, 2 * (less + 0.5) / (len(apart) + 1)))


def mean_gap(gap: Floats, draws: int) -> tuple[Figure, float | None]:
    """The mean of paired differences float64 (cases,), with percentiles of resampled cases and the p-value that they give.

    >>> found, p = mean_gap(np.array([0.5, 0.25, 0.0, 0.25]), 1000)
    >>> found.value, found.n, p < 0.05
    (0.25, 4, True)
    """
    if not len(gap):
        return Figure(None, None, None, 0), None
    values, sizes = np.unique(gap, return_counts=True)
    resampled = np.concatenate([times @ values / len(gap) for times in resampled_counts(sizes, draws, seed=0)])
    low, high = percentiles(resampled[:, None])[:, 0]
    return Figure.of(float(gap.mean()), float(low), float(high), n=len(gap)), bootstrap_p(resampled)
