"""Calibration: how often junior is right when it says how sure it is, and a mended confidence that can be taken at its word.

ANSWERS(confidence, right) are junior's answers on golden items, its confidence in 0..1 with what the expert says of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from narwhals.typing import IntoDataFrame
from scipy.special import chdtri, expit, logit

from labeling.errors import LabelingError
from labeling.quality.figures import Figure
from labeling.quality.frames import read_columns
from labeling.quality.intervals import LEVEL, Floats, column, normal_quantile, shares

BINS, LEAST_IN_A_BIN = 10, 15
DRAWS = 1000
# Confidence beyond one in ten thousand is a manner of speaking.
_EDGE = 1e-4
# How far the intercept and the logarithm of the slope may be from 0, one standard deviation.
_SPREAD = np.array([1.5, 0.75])
_NOTHING = np.zeros(2)
_MOST_CELLS = 5_000_000
_MOST_FOLDS = 500
# Into how many parts answers are cut to see whether mending helps, and how many times.
_MOST_PARTS, _TIMES = 5, 20


@dataclass(frozen=True, eq=False, slots=True)
class Reliability:
    """CURVE(confidence, accuracy, low, high, n), a row a bin, and the expected calibration error of the curve.

    ``by_chance`` is the mean error that a perfectly calibrated junior would show on as many items: the error is to be
    read against it. The interval of ``error`` begins at 0 where such a junior shows as much one time in forty.
    """

    curve: pl.DataFrame
    error: Figure
    by_chance: float | None


@dataclass(frozen=True, slots=True)
class Calibrator:
    """P(right) = expit(shift + slope logit(confidence)), slope > 0, learned from n answers.

    >>> Calibrator(0.0, 1.0, 0).apply(pl.Series([0.25, None])).to_list()
    [0.25, None]
    """

    shift: float
    slope: float
    n: int

    def apply(self, confidence: pl.Series) -> pl.Series:
        """Float64 of the same length and name; null stays null. More confidence never becomes less."""
        stated = confidence.cast(pl.Float64)
        if (self.shift, self.slope) == (0.0, 1.0):
            return stated.fill_nan(None)
        valid = stated.is_not_null() & stated.is_not_nan()
        calibrated = expit(self.shift + self.slope * _logit(stated.fill_null(0.5).fill_nan(0.5).to_numpy()))
        return pl.select(pl.when(valid).then(pl.Series(calibrated)).alias(confidence.name)).to_series()


@dataclass(frozen=True, slots=True)
class HeldOut:
    """The expected calibration error on answers that a calibrator did not learn from: as ``stated``, and as ``mended`` by it.

    Both are means over the same parts of the answers, so that chance adds the same to each; None of fewer than two answers.
    """

    stated: float | None
    mended: float | None


@dataclass(frozen=True, eq=False, slots=True)
class Calibration:
    """Reliability as junior ``stated`` it and as ``mended``, where no answer had a say in its own confidence.

    Mending ``helps`` where what was stated fits the answers worse than chance explains (a likelihood-ratio test of shift 0 and
    slope 1, as D. Cox, Two further applications of a model for binary regression, Biometrika 45 (1958)), and its error is
    smaller when mended on answers that are ``held_out``; else confidence is left as it is, and ``mended`` is what was stated.
    """

    stated: Reliability
    mended: Reliability
    held_out: HeldOut
    helps: bool


def answers(suggestions: IntoDataFrame, golden: IntoDataFrame) -> pl.DataFrame:
    """ANSWERS(item, confidence, right) of SUGGESTIONS(item, label, confidence) on GOLDEN(item, label).

    Refusals and answers without a confidence are left out; of a repeated item the last row counts.

    >>> said = pl.DataFrame({"item": [1, 2, 3], "label": ["x", "y", None], "confidence": [0.9, 0.8, None]})
    >>> answers(said, pl.DataFrame({"item": [1, 2, 3], "label": list("xxx")})).rows()
    [(1, 0.9, True), (2, 0.8, False)]
    """
    suggested = read_columns(suggestions, "suggestions", ["item", "label", "confidence"], ["item"])
    appointed = read_columns(golden, "golden", ["item", "label"], ["item"])
    ruled = appointed.unique("item", keep="last").select("item", truth=pl.col("label").cast(pl.String))
    right = pl.col("label").cast(pl.String) == pl.col("truth")
    met = suggested.unique("item", keep="last", maintain_order=True).join(ruled, on="item", maintain_order="left")
    return met.select("item", pl.col("confidence").cast(pl.Float64).fill_nan(None), right=right).drop_nulls()


def calibrate(answers: IntoDataFrame, *, draws: int = DRAWS) -> Calibration:
    """What a calibrator that is learned from ANSWERS (see ``learn``) mends.

    The ``mended`` curve leaves each answer out of what its own confidence is mended by; beyond 500 answers, one of 500 parts.
    Its bins are those of the stated confidence: left out, a right answer makes its own mended confidence lower than a wrong
    one of the same stated confidence has, and bins of the mended one would part the two. Raises LabelingError as ``learn``
    does and ``draws_out_of_range``.

    >>> sure = pl.DataFrame({"confidence": [0.95] * 40, "right": [True] * 24 + [False] * 16})
    >>> found = calibrate(sure, draws=100)
    >>> round(found.stated.error.value, 2), round(found.mended.error.value, 2), found.helps
    (0.35, 0.01, True)
    """
    confidence, right = _read(answers)
    stated, held_out = reliability(confidence, right, draws), _held_out(confidence, right)
    x, every = _logit(confidence), np.ones((1, len(confidence)))
    whole = _fit(x, right, every)[0]
    gained = 2 * float(
        (_log_posterior(whole[None], x, right, every) - _log_posterior(_NOTHING[None], x, right, every))[0]
    )
    by_less = held_out.stated is not None and held_out.mended is not None and held_out.mended < held_out.stated
    if not (by_less and gained > chdtri(len(whole), 1 - LEVEL)):
        return Calibration(stated, stated, held_out, helps=False)
    folds = max(1, min(len(x), _MOST_FOLDS, _MOST_CELLS // max(len(x), 1)))
    fold = np.random.default_rng(0).permutation(len(x)) % folds
    without = _fit(x, right, (fold[None] != np.arange(folds)[:, None]).astype(np.float64), whole)
    mended = _mended(without[fold], x)
    return Calibration(stated, reliability(mended, right, draws, by=confidence), held_out, helps=True)


def mend(answers: IntoDataFrame) -> Calibrator:
    """The calibrator of ``learn`` where it helps (see ``Calibration``), else one that leaves all as it is.

    Raises LabelingError as ``learn`` does.

    >>> sure = pl.DataFrame({"confidence": [0.6] * 40, "right": [True] * 24 + [False] * 16})
    >>> mend(sure)
    Calibrator(shift=0.0, slope=1.0, n=40)
    """
    found = calibrate(answers)
    return learn(answers) if found.helps else Calibrator(0.0, 1.0, found.stated.error.n)


def learn(answers: IntoDataFrame) -> Calibrator:
    """Logistic calibration of the log-odds (J. Platt, Probabilities for SVMs, 1999).

    It has two numbers to learn, which thirty answers can bear where a free curve can't; a weak normal prior of both keeps it
    near what junior says until answers speak (maximum a posteriori). Raises LabelingError ``column_missing``,
    ``column_null``, ``counts_out_of_range`` for a confidence outside 0..1.

    >>> sure = pl.DataFrame({"confidence": [0.95] * 40, "right": [True] * 24 + [False] * 16})
    >>> learn(sure).apply(pl.Series([0.95])).round(2).to_list()
    [0.61]
    """
    confidence, right = _read(answers)
    shift, log_slope = _fit(_logit(confidence), right, np.ones((1, len(confidence))))[0]
    return Calibrator(float(shift), float(np.exp(log_slope)), len(confidence))


def _held_out(confidence: Floats, right: Floats) -> HeldOut:
    """Answers are cut into parts at random, again and again; each part's error is by the calibrator of the others."""
    total = len(confidence)
    if total < 2:
        return HeldOut(None, None)
    random, x = np.random.default_rng(0), _logit(confidence)
    parts = max(2, min(_MOST_PARTS, total // (2 * LEAST_IN_A_BIN)))
    times = max(1, min(_TIMES, _MOST_CELLS // (parts * total)))
    part = np.stack([random.permutation(total) % parts for _ in range(times)])
    inside = (part[:, None] == np.arange(parts)[:, None]).reshape(-1, total)
    errors = np.zeros(2)
    for at, own in zip(_fit(x, right, 1.0 - inside), inside, strict=True):
        place, true = _bins(confidence[own]), right[own]
        for side, said in enumerate((confidence[own], _mended(at[None], x[own]))):
            errors[side] += np.abs(np.bincount(place, said - true)).sum()
    stated, mended = errors / (times * total)
    return HeldOut(float(stated), float(mended))


def _mended(at: Floats, x: Floats) -> Floats:
    """Chances of log-odds ``x`` by shifts and log slopes ``at`` (n, 2) or (1, 2)."""
    chances: Floats = expit(at[:, 0] + np.exp(at[:, 1]) * x)
    return chances


def _read(answers: IntoDataFrame) -> tuple[Floats, Floats]:
    frame = read_columns(answers, "answers", ["confidence", "right"], ["confidence", "right"])
    confidence = frame["confidence"].cast(pl.Float64).to_numpy()
    odd = ~((confidence >= 0) & (confidence <= 1))
    if odd.any():
        raise LabelingError("counts_out_of_range", right=float(confidence[odd][0]), n=1.0)
    return confidence, frame["right"].cast(pl.Float64).to_numpy()


def _logit(confidence: Floats) -> Floats:
    return np.asarray(logit(np.clip(confidence, _EDGE, 1 - _EDGE)))


def _fit(x: Floats, right: Floats, weight: Floats, start: Floats = _NOTHING) -> Floats:
    """Shift and log slope (fits, 2) of each row of ``weight`` (fits, answers): Newton's steps, halved while they go astray."""
    at = np.repeat(start[None], len(weight), axis=0)
    reached = _log_posterior(at, x, right, weight)
    for _ in range(100):
        slope = np.exp(at[:, 1])
        chance = expit(at[:, :1] + slope[:, None] * x)
        gap, worth = weight * (right - chance), weight * chance * (1 - chance)
        gradient = np.column_stack([gap.sum(axis=1), slope * (gap @ x)]) - at / _SPREAD**2
        # Fisher's information: never negative, where the second derivative in the log of the slope may be.
        across = slope * (worth @ x)
        bend = np.stack([worth.sum(axis=1), across, across, slope**2 * (worth @ x**2)], axis=1).reshape(-1, 2, 2)
        step = np.linalg.solve(bend + np.diag(1 / _SPREAD**2), gradient[..., None])[..., 0]
        for _ in range(20):
            value = _log_posterior(at + step, x, right, weight)
            worse = value < reached - 1e-9
            if not worse.any():
                break
            step[worse] /= 2
        at, reached = at + step, value
        if np.abs(step).max(initial=0.0) < 1e-5:
            break
    return at


def _log_posterior(at: Floats, x: Floats, right: Floats, weight: Floats) -> Floats:
    odds = at[:, :1] + np.exp(at[:, 1:]) * x
    fit = (weight * (right * odds - np.logaddexp(0, odds))).sum(axis=1)
    return np.asarray(fit - ((at / _SPREAD) ** 2).sum(axis=1) / 2)


def _bins(confidence: Floats) -> npt.NDArray[np.int64]:
    """Bin of each answer, 0 the least sure."""
    count = max(1, min(BINS, len(confidence) // LEAST_IN_A_BIN))
    cuts = (
        np.unique(np.quantile(confidence, np.arange(1, count) / count, method="higher")) if count > 1 else np.empty(0)
    )
    place = np.searchsorted(cuts, confidence, side="right")
    return np.unique(place, return_inverse=True)[1].astype(np.int64)


def reliability(confidence: Floats, right: Floats, draws: int, *, by: Floats | None = None) -> Reliability:
    """The curve of answers (n,) and its expected calibration error (C. Guo et al., ICML 2017).

    Bins hold about as many answers each, at most ten bins and not less than fifteen answers; equal confidences share one.
    They are made of ``by`` (n,), by default the confidence itself.
    The error is the mean distance of accuracy from mean confidence over bins, weighted by their answers. Chance alone keeps
    it off nought; its bootstrap interval takes that off. Raises LabelingError ``draws_out_of_range``.
    """
    if draws < 1:
        raise LabelingError("draws_out_of_range", draws=draws)
    total = len(confidence)
    place = _bins(confidence if by is None else by) if total else np.empty(0, dtype=np.int64)
    n = np.bincount(place).astype(np.float64)
    mean, hits = np.bincount(place, confidence) / n, np.bincount(place, right).astype(np.float64)
    curve = pl.DataFrame([column("confidence", mean), *shares(hits, n, "accuracy"), pl.Series("n", n, dtype=pl.Int64)])
    if not total:
        return Reliability(curve, Figure(None, None, None, 0), None)
    error, by_chance = _error(hits, n, n * mean, draws)
    return Reliability(curve, error, by_chance)


def _error(hits: Floats, n: Floats, sure: Floats, draws: int) -> tuple[Figure, float]:
    """The error of bins with so many ``hits`` of ``n`` where confidences sum to ``sure``; its mean were these right.

    Bins are drawn anew with half a hit and half a miss more, so that one without a miss varies, too. What drawing adds to the
    error, having seen the data added it before, is taken off the lower limit; the upper one is the percentile with it.
    """
    random = np.random.default_rng(0)
    softened = (hits + 0.5) / (n + 1)
    whole = n.astype(np.int64)
    drawn, chance = (
        np.abs(random.binomial(whole, share, (draws, len(n))) - sure).sum(axis=1) / n.sum()
        for share in (softened, np.clip(sure / n, 0, 1))
    )
    value = float(np.abs(hits - sure).sum() / n.sum())
    added = drawn.mean() - np.abs(softened * n - sure).sum() / n.sum()
    low = max(0.0, value - added - normal_quantile(LEVEL) * drawn.std())
    if (chance >= value).mean() > (1 - LEVEL) / 2:
        low = 0.0
    high = max(value, float(np.quantile(drawn, (1 + LEVEL) / 2)))
    return Figure.of(value, min(low, value), high, n=int(n.sum())), float(chance.mean())
