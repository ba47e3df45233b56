"""Junior as a drafter of items nobody will label: from which confidence on it keeps a promise of precision, and what it costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from narwhals.typing import IntoDataFrame
from scipy.special import betaincinv

from labeling.errors import LabelingError
from labeling.quality.figures import Figure
from labeling.quality.frames import read_columns
from labeling.quality.intervals import LEVEL, Floats, wilson

# Thresholds that are tried, each leaving a twentieth of the items fewer, and runs of trials among them.
STEPS, RUNS = 20, 4


@dataclass(frozen=True, slots=True)
class Threshold:
    """Drafts are labels given with ``confidence`` or more.

    ``precision`` of the n golden items that sure; its lower limit, which is at or above the promise, allows for every threshold
    that was tried. ``coverage`` is the share of items that are drafted, of all golden items, refusals among them.
    """

    confidence: float
    precision: Figure
    coverage: Figure
    n: int


def threshold_for(target: float, answers: IntoDataFrame) -> Threshold | None:
    """The lowest confidence whose precision is at least ``target``, wrong in no more than one project in twenty; or None.

    ANSWERS(confidence, right) on golden items that junior's version was not written by; a null confidence is a refusal.
    Thresholds are tested, each by the exact binomial test of a lower precision, as in Learn then Test (A. Angelopoulos et al.,
    2021): from a few starting points, each with its part of the error, down to lower confidence until a test fails. Thresholds
    and starting points follow from confidences alone, so that any passed one may be taken. It takes ln(4 / 0.05) / -ln(target)
    items without an error to begin with: 42 for 0.90, 86 for 0.95. Raises LabelingError ``bad_target``,
    ``column_missing``, ``column_null``.

    >>> confidence = [0.9] * 100 + [0.5] * 100
    >>> found = threshold_for(0.9, pl.DataFrame({"confidence": confidence, "right": [True] * 160 + [False] * 40}))
    >>> found.confidence, found.precision.value, round(found.precision.low, 3), found.coverage.value
    (0.9, 1.0, 0.957, 0.5)
    """
    if not 0 < target < 1:
        raise LabelingError("bad_target", value=target)
    frame = read_columns(answers, "answers", ["confidence", "right"], [])
    total = len(frame)
    confident = frame.with_columns(pl.col("confidence").cast(pl.Float64).fill_nan(None)).drop_nulls("confidence")
    confident = read_columns(confident, "answers", ["confidence", "right"], ["right"])
    confidence, right = confident["confidence"].to_numpy(), confident["right"].cast(pl.Float64).to_numpy()
    tried, n, hits = _trials(confidence, right, total)
    error = (1 - LEVEL) / RUNS
    low = _surely(hits, n, error)
    passed = _passed(low >= target, n, int(np.ceil(np.log(error) / np.log(target))))
    if passed is None:
        return None
    at, hit, many = float(tried[passed]), int(hits[passed]), int(n[passed])
    high = 1 - float(_surely(n - hits, n, error)[passed])
    precision = Figure(hit / many, float(low[passed]), high, many)
    return Threshold(at, precision, wilson(many, total), many)


def cost_per_correct(money: float, n: int, accuracy: Figure) -> Figure:
    """Money for each right label: ``money`` for ``n`` labels of which the share ``accuracy`` is right; n is accuracy's.

    Its interval is that of accuracy turned over; undefined where no label is right. Raises LabelingError
    ``counts_out_of_range`` for money or n below 0.

    >>> cost_per_correct(10.0, 200, Figure(0.8, 0.5, 1.0, 40))
    Figure(value=0.0625, low=0.05, high=0.1, n=40)
    """
    if money < 0 or n < 0:
        raise LabelingError("counts_out_of_range", right=money, n=n)
    if not n or not accuracy.value:
        return Figure(None, None, None, accuracy.n)
    per_label = money / n
    if not accuracy.low or not accuracy.high:
        return Figure(per_label / accuracy.value, None, None, accuracy.n)
    return Figure(per_label / accuracy.value, per_label / accuracy.high, per_label / accuracy.low, accuracy.n)


def wages(seconds: float, an_hour: float) -> float:
    """What people's time costs.

    >>> wages(1800, 12.0)
    6.0
    """
    return seconds / 3600 * an_hour


def _trials(confidence: Floats, right: Floats, total: int) -> tuple[Floats, Floats, Floats]:
    """Thresholds from the most sure down, and answers and right ones at or above each."""
    ordered = np.sort(confidence)[::-1]
    places = np.ceil(np.arange(1, STEPS + 1) / STEPS * total).astype(np.int64) - 1
    tried = np.unique(ordered[places[places < len(confidence)]]) if len(confidence) else confidence
    if len(confidence):
        tried = np.union1d(tried, ordered[-1:])
    tried = tried[::-1]
    n = np.array([(confidence >= threshold).sum() for threshold in tried], dtype=np.float64)
    hits = np.array([right[confidence >= threshold].sum() for threshold in tried], dtype=np.float64)
    return tried, n, hits


def _surely(hits: Floats, n: Floats, error: float) -> Floats:
    """The lower limit of Clopper and Pearson (1934): at or above p where the exact test refuses any share below p."""
    with np.errstate(invalid="ignore"):
        return np.where(hits > 0, betaincinv(np.maximum(hits, 1), n - hits + 1, error), 0.0)


def _passed(holds: np.ndarray, n: Floats, least: int) -> int | None:
    """The last trial that a run of passed ones from a starting point reaches; ``least`` items it takes to pass any."""
    able = np.flatnonzero(n >= least)
    best: int | None = None
    for start in np.unique(able[(np.arange(RUNS) * len(able)) // RUNS]) if len(able) else []:
        for at in range(int(start), len(n)):
            if not holds[at]:
                break
            best = at if best is None else max(best, at)
    return best
