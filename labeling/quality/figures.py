"""What every figure on a screen is made of: a value, its interval, its n; and the words for a kappa."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Figure:
    """An estimate with its interval and the count it rests on; None where it is undefined, never NaN.

    >>> Figure.of(float("nan"), n=0)
    Figure(value=None, low=None, high=None, n=0)
    """

    value: float | None
    low: float | None
    high: float | None
    n: int

    @classmethod
    def of(cls, value: float, low: float = math.nan, high: float = math.nan, *, n: int) -> Figure:
        """From numbers in which NaN means undefined; an undefined value has no interval."""
        if math.isnan(value):
            return cls(None, None, None, int(n))
        if math.isnan(low) or math.isnan(high):
            return cls(float(value), None, None, int(n))
        return cls(float(value), float(low), float(high), int(n))


class Band(StrEnum):
    """How a kappa reads to a lead."""

    POOR = "poor"
    GOOD = "good"
    VERY_HIGH = "very_high"


def band(kappa: float | None) -> Band | None:
    """Below 0.6 poor, 0.6 to 0.8 good, above 0.8 very high; an undefined kappa has no band.

    >>> band(0.59), band(0.6), band(0.8), band(0.81), band(None)
    (<Band.POOR: 'poor'>, <Band.GOOD: 'good'>, <Band.GOOD: 'good'>, <Band.VERY_HIGH: 'very_high'>, None)
    """
    if kappa is None:
        return None
    if kappa < 0.6:
        return Band.POOR
    return Band.GOOD if kappa <= 0.8 else Band.VERY_HIGH
