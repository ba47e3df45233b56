"""Shares and medians of answers that hang together by assessor and by item, and what an arm of an experiment changes in them.

Every interval is one of independent answers with n divided by the design effect, as elsewhere in the house. Arrays are (n,)
of answers, one for each assessor and item.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from labeling.quality.figures import Figure
from labeling.quality.intervals import LEVEL, Floats, difference, normal_quantile, wilson, wilson_bounds

Whole = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False, slots=True)
class Clusters:
    """Whose answers they are and on what: int64 codes from 0."""

    assessor: Whole
    item: Whole


def share(hit: Bools | Floats, clusters: Clusters, level: float = LEVEL) -> Figure:
    """The share of hits, each of which may be one in part, from 0 to 1, with Wilson's interval; n counts answers.

    >>> share(np.array([True, True, False, True]), Clusters(np.arange(4), np.arange(4))).value
    0.75
    """
    n = len(hit)
    if not n:
        return Figure(None, None, None, 0)
    middle, size = float(hit.mean()), effective_size(hit, clusters, level)
    interval = wilson(middle * size, size, level)
    return Figure(middle, interval.low, interval.high, n)


def effective_size(hit: Bools | Floats, clusters: Clusters, level: float = LEVEL) -> float:
    """How many independent answers would tell the share of hits as surely as these, one at least."""
    n, middle = len(hit), float(hit.mean())
    return n / _least(hit, _effect((hit - middle) / n, middle * (1 - middle) / n, clusters, level))


def change(hit: Bools | Floats, shown: Bools, clusters: Clusters) -> Figure:
    """The share of hits among ``shown`` answers minus that among the others, with Newcombe's interval; n counts both.

    >>> hit, shown = np.array([True, True, False, True]), np.array([True, True, False, False])
    >>> change(hit, shown, Clusters(np.array([0, 1, 0, 1]), np.array([0, 0, 1, 1]))).value
    0.5
    """
    if not shown.any() or shown.all():
        return Figure(None, None, None, len(hit))
    (with_n, with_share), (without_n, without_share) = (
        (int(arm.sum()), float(hit[arm].mean())) for arm in (shown, ~shown)
    )
    effect = _change_effect(hit, shown, clusters)
    a, b = with_n / effect, without_n / effect
    interval = difference(with_share * a, a, without_share * b, b)
    return Figure(with_share - without_share, interval.low, interval.high, len(hit))


def median(values: Floats, clusters: Clusters) -> Figure:
    """The median with the interval that Wilson's for the share below it gives (R. Woodruff, JASA 47 (1952), 635-646)."""
    n = len(values)
    if not n:
        return Figure(None, None, None, 0)
    middle = float(np.median(values))
    below = values <= middle
    part = float(below.mean())
    effect = _effect((below - part) / n, part * (1 - part) / n, clusters)
    return Figure(middle, *_around(values, n / effect), n)


def median_ratio(values: Floats, shown: Bools, clusters: Clusters) -> Figure:
    """The median of ``shown`` over that of the others, values above 0; n counts both.

    Limits of both medians, as ``median`` gives them, are joined on the logarithm (G. Zou, A. Donner, Statistics in Medicine 27
    (2008), 1693-1702), with the design effect of the difference: assessors who are slow are so in both arms.
    """
    if not shown.any() or shown.all():
        return Figure(None, None, None, len(values))
    log = np.log(values)
    middle = np.array([np.median(log[~shown]), np.median(log[shown])])
    effect = _change_effect(log <= middle[shown.astype(np.int64)], shown, clusters)
    (low_a, high_a), (low_b, high_b) = (_around(log[arm], arm.sum() / effect) for arm in (shown, ~shown))
    gap = float(middle[1] - middle[0])
    low = gap - float(np.hypot(middle[1] - low_a, high_b - middle[0]))
    high = gap + float(np.hypot(high_a - middle[1], middle[0] - low_b))
    return Figure(float(np.exp(gap)), float(np.exp(low)), float(np.exp(high)), len(values))


def _around(values: Floats, size: float) -> tuple[float, float]:
    low, high = wilson_bounds(size / 2, size)
    return float(np.quantile(values, low)), float(np.quantile(values, high))


def _change_effect(hit: Bools | Floats, shown: Bools, clusters: Clusters) -> float:
    arm = shown.astype(np.int64)
    n = np.bincount(arm, minlength=2).astype(np.float64)
    part = np.bincount(arm, hit, minlength=2) / n
    pull = (hit - part[arm]) / n[arm] * np.where(shown, 1.0, -1.0)
    return _least(hit, _effect(pull, float((part * (1 - part) / n).sum()), clusters))


def _least(hit: Bools | Floats, effect: float) -> float:
    """Hits in part vary less than those that are or aren't; that few of them hardly do makes them no more than they are."""
    return effect if hit.dtype == np.bool_ else max(effect, 1.0)


def _effect(pull: Floats, alone: float, clusters: Clusters, level: float = LEVEL) -> float:
    """How many answers are worth one independent answer.

    ``pull`` (n,) is what each answer adds to the error of the figure, ``alone`` the variance were answers independent. The
    sums of squares by item and by assessor are added and what both count is taken off (A. Cameron, J. Gelbach, D. Miller,
    Robust inference with multiway clustering, 2011); few assessors can't make the figure surer than items have it. Enlarged
    by (t / z) squared: as assessors are few, the variance that they add is known poorly, and Satterthwaite's degrees of
    freedom count it apart, so that a team of four that doesn't differ is not punished for being four. Where nothing varies,
    an item counts once.
    """
    by_item, items = _spread(pull, clusters.item)
    by_assessor, assessors = _spread(pull, clusters.assessor)
    own = float((pull**2).sum())
    if alone <= 0 or own <= 0 or items < 2:
        return len(pull) / items
    added = max(by_assessor - own, 0.0)
    variance = by_item + added
    doubt = by_item**2 / max(items - 1, 1) + added**2 / max(assessors - 1, 1)
    student = float(stdtrit(max(variance**2 / doubt, 1.0), (1 + level) / 2))
    return variance / alone * (student / normal_quantile(level)) ** 2


def _spread(pull: Floats, cluster: Whole) -> tuple[float, int]:
    """Sum of squares of the clusters' sums, enlarged where they are few, and how many they are."""
    count = int(np.count_nonzero(np.bincount(cluster)))
    squares = float((np.bincount(cluster, pull) ** 2).sum())
    return squares * count / max(count - 1, 1), count
