"""Intervals of a share and of a difference of shares, for single figures and for whole columns."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.special import betaincinv, ndtri

from labeling.errors import LabelingError
from labeling.quality.figures import Figure

Floats: TypeAlias = npt.NDArray[np.float64]
Bounds: TypeAlias = tuple[Floats, Floats]

# Of every interval but those of a command that names another.
LEVEL = 0.95
JEFFREYS = (0.5, 0.5)


def wilson(right: float, n: float, level: float = LEVEL) -> Figure:
    """Wilson score interval of the share ``right / n`` (Wilson 1927); undefined at n = 0.

    >>> figure = wilson(8, 10)
    >>> figure.value, round(figure.low, 4), round(figure.high, 4)
    (0.8, 0.4902, 0.9433)
    """
    return _share(right, n, wilson_bounds(np.array([right], float), np.array([n], float), level))


def beta(right: float, n: float, prior: tuple[float, float] = JEFFREYS) -> Figure:
    """Equal-tailed interval of Beta(a + right, b + n - right) around the share ``right / n``; undefined at n = 0.

    The default prior is Jeffreys's; with it the bound at 0 right is 0 and at n right is 1 (Brown, Cai and
    DasGupta 2001).

    >>> figure = beta(8, 10)
    >>> figure.value, round(figure.low, 4), round(figure.high, 4)
    (0.8, 0.4972, 0.9559)
    """
    return _share(right, n, beta_bounds(np.array([right], float), np.array([n], float), LEVEL, prior))


def difference(right_a: float, n_a: float, right_b: float, n_b: float) -> Figure:
    """Share a minus share b with Newcombe's (1998) interval from two Wilson intervals; n counts both.

    >>> figure = difference(56, 70, 48, 80)
    >>> round(figure.value, 4), round(figure.low, 4), round(figure.high, 4), figure.n
    (0.2, 0.0524, 0.3339, 150)
    """
    a, b = wilson(right_a, n_a), wilson(right_b, n_b)
    if a.value is None or b.value is None or a.low is None or b.low is None or a.high is None or b.high is None:
        return Figure(None, None, None, int(n_a + n_b))
    gap = a.value - b.value
    low = gap - float(np.hypot(a.value - a.low, b.high - b.value))
    high = gap + float(np.hypot(a.high - a.value, b.value - b.low))
    return Figure(gap, low, high, int(n_a + n_b))


def wilson_bounds(right: npt.ArrayLike, n: npt.ArrayLike, level: float = LEVEL) -> Bounds:
    """Low and high of ``right / n``, float64 of the given shape, NaN where n = 0; fractions are welcome.

    Raises LabelingError ``level_out_of_range`` or ``counts_out_of_range``.
    """
    right, n = _counts(right, n)
    z = normal_quantile(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = right / n
        centre = (share + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # At 0 and at n the bound is exact; rounding must not push it past the share.
    return np.minimum(np.maximum(centre - half, 0.0), share), np.maximum(np.minimum(centre + half, 1.0), share)


def beta_bounds(
    right: npt.ArrayLike, n: npt.ArrayLike, level: float = LEVEL, prior: tuple[float, float] = JEFFREYS
) -> Bounds:
    """Quantiles of Beta(prior + counts), float64 of the given shape, NaN where n = 0.

    Raises LabelingError ``level_out_of_range`` or ``counts_out_of_range``.
    """
    right, n = _counts(right, n)
    tail = (1 - _checked(level)) / 2
    low = betaincinv(prior[0] + right, prior[1] + n - right, tail)
    high = betaincinv(prior[0] + right, prior[1] + n - right, 1 - tail)
    if prior == JEFFREYS:
        low, high = np.where(right == 0, 0.0, low), np.where(right == n, 1.0, high)
    return np.where(n > 0, low, np.nan), np.where(n > 0, high, np.nan)


def shares(right: npt.ArrayLike, n: npt.ArrayLike, name: str, level: float = LEVEL) -> list[pl.Series]:
    """Float64 columns ``name``, ``low`` and ``high`` (Wilson); null where n = 0."""
    right, n = np.asarray(right, float), np.asarray(n, float)
    low, high = wilson_bounds(right, n, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        return [column(name, right / n), column("low", low), column("high", high)]


def column(name: str, values: npt.NDArray[np.floating]) -> pl.Series:
    """Float64 with null for NaN: undefined never reaches a screen as NaN."""
    return pl.Series(name, np.asarray(values, dtype=np.float64), dtype=pl.Float64, nan_to_null=True)


def normal_quantile(level: float) -> float:
    """The two-sided standard normal quantile, 1.96 for 0.95.

    >>> round(normal_quantile(0.95), 3)
    1.96
    """
    return float(ndtri((1 + _checked(level)) / 2))


def _checked(level: float) -> float:
    if not 0 < level < 1:
        raise LabelingError("level_out_of_range", level=level)
    return level


def _counts(right: npt.ArrayLike, n: npt.ArrayLike) -> Bounds:
    right, n = np.broadcast_arrays(np.asarray(right, np.float64), np.asarray(n, np.float64))
    odd = ~((right >= 0) & (right <= n * (1 + 1e-12)))
    if odd.any():
        raise LabelingError("counts_out_of_range", right=float(right[odd][0]), n=float(n[odd][0]))
    return np.minimum(right, n), n


def _share(right: float, n: float, bounds: Bounds) -> Figure:
    value = right / n if n > 0 else np.nan
    return Figure.of(value, float(bounds[0][0]), float(bounds[1][0]), n=int(n))
