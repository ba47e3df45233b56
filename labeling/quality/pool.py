"""What a pool of annotators says of each of its members: beta-binomial, fitted by empirical Bayes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy.special import betainc, betaincinv, betaln, expit, log_expit

from labeling.quality.intervals import Floats

Counts: TypeAlias = npt.NDArray[np.int64]
Evidence: TypeAlias = tuple[Floats, Counts, Floats]

# Weak expectations that keep a pool of two or three assessors sensible. The strength's leans to pools that differ
# (a spread of skill like that of 12 answers): taken for more alike than they are, intervals would be too short.
_LOGIT_MEAN, _LOGIT_SPREAD = 1.4, 2.0
_LOG_STRENGTH, _LOG_SPREAD = 2.5, 1.2
_SLOPE, _SLOPE_SPREAD = 0.5, 1.0
# Log odds beyond these are 0 or 1 to a float, and a Beta of them has no density.
_FARTHEST = 25.0


@dataclass(frozen=True, slots=True)
class Pool:
    """What the pool says of an assessor before their own golden answers: Beta(strength m, strength (1 - m)).

    logit m = logit(mean) + slope z, with z the assessor's agreement with consensus (log odds, shrunk, centred).
    ``n`` assessors were fitted; without one golden answer the pool is ``anchored`` in consensus only.
    """

    mean: float
    strength: float
    slope: float
    n: int
    anchored: bool


@dataclass(frozen=True, eq=False, slots=True)
class Posteriors:
    """Each annotator's posterior, a mixture over what is not known of the pool: Beta(alpha, beta) by node.

    ``alpha`` and ``beta`` are float64 of shape (nodes, annotators), ``weights`` (nodes,) sums to 1; ``mode`` holds the
    pool's logit mean, log strength and slope where they are most probable.
    """

    alpha: Floats
    beta: Floats
    weights: Floats
    mode: Floats

    def matched(self) -> tuple[Floats, Floats]:
        """The one Beta with the mixture's mean and variance, for those who draw from it or add to it."""
        mean = self.alpha / (self.alpha + self.beta)
        first = self.weights @ mean
        second = self.weights @ (mean * (self.alpha + 1) / (self.alpha + self.beta + 1))
        total = (first - second) / (second - first**2)
        return first * total, (1 - first) * total

    def quantile(self, tail: float) -> Floats:
        """The mixture's own quantile, by Newton's steps in log odds, halving the bracket where one would leave it."""
        start = betaincinv(*self.matched(), tail)
        low, high = np.full(start.shape, -_FARTHEST), np.full(start.shape, _FARTHEST)
        log_odds = np.clip(np.log(np.maximum(start, 1e-12) / np.maximum(1 - start, 1e-12)), low, high)
        whole = betaln(self.alpha, self.beta)
        for _ in range(60):
            below = self.weights @ betainc(self.alpha, self.beta, expit(log_odds)) - tail
            if (np.abs(below) < 1e-7).all():
                break
            low, high = np.where(below < 0, log_odds, low), np.where(below < 0, high, log_odds)
            density = self.weights @ np.exp(self.alpha * log_expit(log_odds) + self.beta * log_expit(-log_odds) - whole)
            step = log_odds - below / np.maximum(density, 1e-300)
            log_odds = np.where((step > low) & (step < high), step, (low + high) / 2)
        return np.asarray(expit(log_odds))


def posteriors(right: Floats | Counts, n: Counts, z: Floats) -> Posteriors:
    """Posteriors of the chance of being right, from ``right`` of ``n`` answers and a covariate ``z`` (0 if unknown).

    >>> found = posteriors(np.array([9, 45, 0]), np.array([10, 50, 0]), np.zeros(3))
    >>> alpha, beta = found.matched()
    >>> [round(float(skill), 1) for skill in alpha / (alpha + beta)]
    [0.9, 0.9, 0.9]
    """
    evidence = right[n > 0].astype(np.float64), n[n > 0], z[n > 0]
    mode = _mode(evidence)
    nodes, weights = _nodes(evidence, mode)
    strength, centre = np.exp(nodes[:, 1:2]), _centre(nodes[:, :1] + nodes[:, 2:] * z)
    return Posteriors(strength * centre + right, strength * (1 - centre) + n - right, weights, mode)


def _mode(evidence: Evidence) -> Floats:
    """The pool's logit mean, log strength and slope where likelihood times priors peaks, by Newton's damped steps."""
    point = np.array([_LOGIT_MEAN, _LOG_STRENGTH, _SLOPE])
    for _ in range(100):
        gradient, values, vectors = _surface(point, evidence)
        step = vectors @ (vectors.T @ gradient / values)
        trials = point - step * 0.5 ** np.arange(12)[:, None]
        losses = _loss(np.vstack([point, trials]), *evidence)
        best = int(losses.argmin())
        if best == 0 or losses[0] - losses[best] < 1e-9:
            break
        point = trials[best - 1]
    return point


def _nodes(evidence: Evidence, mode: Floats) -> tuple[Floats, Floats]:
    """Gauss-Hermite points (nodes, 3) around the mode, with the posterior's weights, which sum to 1.

    The pool's parameters are not known exactly, and a plug-in of their mode would hide it.
    """
    _, values, vectors = _surface(mode, evidence)
    points, weight = np.polynomial.hermite_e.hermegauss(5)
    grid = np.stack(np.meshgrid(points, points, points), axis=-1).reshape(-1, 3)
    base = np.log(np.stack(np.meshgrid(weight, weight, weight), axis=-1).reshape(-1, 3)).sum(axis=1)
    nodes = mode + grid @ (vectors / np.sqrt(values)).T
    logs = base + (grid**2).sum(axis=1) / 2 - _loss(nodes, *evidence)
    weights = np.exp(logs - logs.max())
    heavy = weights > 1e-3
    return nodes[heavy], weights[heavy] / weights[heavy].sum()


def _surface(point: Floats, evidence: Evidence) -> tuple[Floats, Floats, Floats]:
    """Gradient of the loss, and the eigenvalues (no less than the priors alone give) and vectors of its curvature."""
    step = 1e-3 * np.eye(3)
    corners = [point + sign_i * i + sign_j * j for sign_i in (1, -1) for sign_j in (1, -1) for i in step for j in step]
    losses = _loss(np.array([*corners, *(point + step), *(point - step)]), *evidence)
    both, less_j, less_i, neither = losses[:36].reshape(4, 3, 3)
    values, vectors = np.linalg.eigh((both - less_j - less_i + neither) / 4e-6)
    return (losses[36:39] - losses[39:]) / 2e-3, np.maximum(values, 0.25), vectors


def _loss(points: Floats, right: Floats, n: Counts, z: Floats) -> Floats:
    """Minus the log of the beta-binomial likelihood times the weak priors, at each of ``points`` (points, 3)."""
    mean, log_strength, slope = points.T[:, :, None]
    strength, centre = np.exp(np.clip(log_strength, -5, 12)), _centre(mean + slope * z)
    a, b = strength * centre, strength * (1 - centre)
    penalty = ((mean - _LOGIT_MEAN) / _LOGIT_SPREAD) ** 2 + ((log_strength - _LOG_STRENGTH) / _LOG_SPREAD) ** 2
    penalty += ((slope - _SLOPE) / _SLOPE_SPREAD) ** 2
    loss: Floats = penalty[:, 0] / 2 - (betaln(a + right, b + n - right) - betaln(a, b)).sum(axis=1)
    return loss


def _centre(log_odds: Floats) -> Floats:
    return np.asarray(expit(np.clip(log_odds, -_FARTHEST, _FARTHEST)))
