"""Item bootstrap: items are drawn anew with replacement, whole, because the votes on one item hang together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import ndtr, ndtri, stdtrit

from labeling.errors import LabelingError
from labeling.quality.coefficients import beyond_chance
from labeling.quality.intervals import LEVEL, Bounds, Floats, wilson_bounds

# Rows of drawn counts held at once: a block of draws stays within some tens of megabytes.
_BLOCK_CELLS = 8_000_000
# Enough to know a skewness by; leaving out each of 200,000 items would tell no more.
_LEFT_OUT = 2_000


def resampled_counts(sizes: npt.NDArray[np.int64], draws: int, seed: int) -> Iterator[Floats]:
    """How often each group of alike items comes up when all items are drawn anew: blocks of (draws, groups).

    ``sizes`` (int64) counts the items of each group. Every row sums to the number of items. Raises LabelingError
    ``draws_out_of_range``.

    >>> blocks = list(resampled_counts(np.array([3, 1]), draws=5, seed=0))
    >>> blocks[0].shape, blocks[0].sum(axis=1).tolist()
    ((5, 2), [4.0, 4.0, 4.0, 4.0, 4.0])
    """
    if draws < 1:
        raise LabelingError("draws_out_of_range", draws=draws)
    rng = np.random.default_rng(seed)
    items, groups = int(sizes.sum()), len(sizes)
    group_of = np.repeat(np.arange(groups, dtype=np.int32), sizes)
    step = max(1, _BLOCK_CELLS // max(groups, 1))
    for start in range(0, draws, step):
        block = min(step, draws - start)
        if groups * 16 < items:
            yield rng.multinomial(items, sizes / items, size=block).astype(np.float64)
            continue
        drawn = np.empty((block, groups))
        for row in drawn:
            picked = rng.integers(0, items, items, dtype=np.int32)
            row[:] = np.bincount(group_of[picked], minlength=groups)
        yield drawn


def item_bounds(
    figures_of: Callable[[Floats, Floats | None], Floats],
    sizes: npt.NDArray[np.int64],
    terms: Floats | sparse.csr_array,
    estimate: Floats,
    draws: int,
    level: float = LEVEL,
    seed: int = 0,
) -> Bounds:
    """Limits of the figures that sums over items, and the items' weights where they are known, give; NaN without draws.

    ``sizes`` (groups,) counts alike items and ``terms`` (groups, terms) is what one of them adds to the sums.
    """
    if not draws or not len(sizes):
        return np.full(estimate.shape, np.nan), np.full(estimate.shape, np.nan)
    resampled = [figures_of(drawn @ terms, drawn) for drawn in resampled_counts(sizes, draws, seed)]
    without = figures_of(sizes @ terms - _sampled(sizes, terms, seed), None)
    return bca(np.concatenate(resampled), estimate, int(sizes.sum()), level, without)


def bca(
    resampled: Floats, estimate: Floats, items: int, level: float = LEVEL, without_one: Floats | None = None
) -> Bounds:
    """Bias-corrected and accelerated limits (Efron 1987) of each column of ``resampled`` (draws, figures).

    ``estimate`` has shape (figures,); ``without_one`` (left out, figures) holds the figures without one item, for all
    items or a sample of them, and gives the acceleration, 0 without it. The limits are widened from normal to Student's
    t with items - 1 degrees and by sqrt(items / (items - 1)), as resampling few items narrows them (Hesterberg 2015).
    Undefined resamples are left out; a figure undefined in half of them, or with fewer than two items, has no interval
    (NaN).
    """
    none = np.full(estimate.shape, np.nan)
    defined = np.isfinite(resampled).sum(axis=0)
    if items < 2:
        return none, none
    below = (resampled < estimate).sum(axis=0) + (resampled == estimate).sum(axis=0) / 2
    edge = 1 / (2 * np.maximum(defined, 1))
    bias = ndtri(np.clip(below / np.maximum(defined, 1), edge, 1 - edge))
    speed = np.zeros(estimate.shape) if without_one is None else _acceleration(without_one, items)
    tail = ndtr(stdtrit(items - 1, (1 - level) / 2) * np.sqrt(items / (items - 1)))
    z = -float(ndtri(tail))
    ordered = np.sort(resampled, axis=0)
    limits = []
    for sign in (-1, 1):
        point = ndtr(bias + (bias + sign * z) / (1 - speed * (bias + sign * z)))
        limits.append(np.where(2 * defined > len(resampled), _quantile(ordered, defined, point), np.nan))
    return limits[0], limits[1]


def where_still(bounds: Bounds, estimate: Floats, expected: Floats, n: npt.ArrayLike, level: float = LEVEL) -> Bounds:
    """Where resamples don't vary: Wilson's limits of the agreement seen on n items, brought beyond that by chance.

    An item's agreement lies in 0..1, so it varies no more than a coin of the same mean, and Wilson's limits hold; the
    bootstrap would claim certainty from three items that agree. Other limits are left as they are, but all end within -1 and
    1: where items with one vote have their say in the chance, a resample may lie below what means anything. An estimate
    that does so itself stays within its interval.
    """
    low, high = bounds
    n = np.asarray(n, dtype=np.float64)
    still = (high - low < 1e-9) & (n > 0)
    observed = np.clip(np.where(still, estimate * (1 - expected) + expected, 0.0), 0.0, 1.0)
    under, over = wilson_bounds(observed * n, n, level)
    lowest = np.minimum(np.maximum(beyond_chance(under, expected), -1.0), estimate)
    low, high = np.where(still, lowest, low), np.where(still, beyond_chance(over, expected), high)
    return np.minimum(np.maximum(low, -1.0), estimate), np.maximum(np.clip(high, -1.0, 1.0), estimate)


def _sampled(sizes: npt.NDArray[np.int64], terms: Floats | sparse.csr_array, seed: int) -> Floats:
    """The terms of each item, or of a random sample where there are many."""
    group_of = np.repeat(np.arange(len(sizes)), sizes)
    if len(group_of) > _LEFT_OUT:
        group_of = np.random.default_rng(seed).choice(group_of, _LEFT_OUT, replace=False)
    rows: Any = terms[group_of]
    sampled: Floats = rows.toarray() if sparse.issparse(rows) else rows
    return sampled


def _acceleration(without_one: Floats, items: int) -> Floats:
    """Skewness of the jackknife over six; 0 where nothing varies. A sample's skewness is brought to all items."""
    finite = np.isfinite(without_one)
    left = np.maximum(finite.sum(axis=0), 1)
    values = np.where(finite, without_one, 0.0)
    apart = np.where(finite, values.sum(axis=0) / left - values, 0.0)
    spread = (apart**2).sum(axis=0)
    # Below this the figures differ by rounding alone.
    still = spread <= 1e-24 * left
    speed = (apart**3).sum(axis=0) / (6 * np.where(still, 1.0, spread) ** 1.5)
    return np.where(still, 0.0, speed * np.sqrt(left / items))


def _quantile(ordered: Floats, defined: npt.NDArray[np.int64], point: Floats) -> Floats:
    """Linear between order statistics, by column, over the first ``defined`` rows (NaN sorts last)."""
    place = np.clip(point, 0, 1) * np.maximum(defined - 1, 0)
    under = np.floor(place).astype(np.int64)
    over = np.minimum(under + 1, np.maximum(defined - 1, 0))
    low = np.take_along_axis(ordered, under[None], axis=0)[0]
    high = np.take_along_axis(ordered, over[None], axis=0)[0]
    between: Floats = low + (high - low) * (place - under)
    return between
