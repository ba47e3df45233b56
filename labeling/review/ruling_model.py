"""What settled labels teach: a small logistic model around the prior score, moved only as far as rulings vouch for it.

The log-odds that a label is wrong are the prior score's plus a linear function of signals, each with a normal prior of mean 0,
so without rulings the prior score stands. How far the signals may pull is one factor, chosen by the Laplace
approximation of the evidence (C. E. Rasmussen, C. K. I. Williams, Gaussian processes for machine learning, 2006, section 3.4):
rulings that bear the prior score out leave it alone, rulings that contradict it take over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import linalg, sparse
from scipy.special import expit, log_expit

from labeling.review.texts import Floats, Whole

PULLS = (0.1, 0.3, 1.0, 2.0)
_STEPS = 50
# Of a step of Newton's, tried in turn.
_SIZES = tuple(0.5**halved for halved in range(11))
# In natural logs of the posterior: less moves no rank.
_STILL = 1e-6
# Of the largest inner product, so that copies of an item don't make the matrix singular.
_JITTER = 1e-9


@dataclass(frozen=True, eq=False, slots=True)
class Lesson:
    """``log_odds`` float64 (n,) after the rulings, ``pull`` the factor that was chosen, ``settled`` their number.

    ``terms`` (n, groups): what each group of signals adds, in log-odds; the sum plus the prior's log-odds is ``log_odds``.
    """

    log_odds: Floats
    terms: Floats
    pull: float
    settled: int


def learn(prior: Floats, groups: list[sparse.csr_matrix], rows: Whole, wrong: npt.NDArray[np.bool_]) -> Lesson:
    """Log-odds of all items from their ``prior`` log-odds (n,) and the settled ones at ``rows``, ``wrong`` or not.

    ``groups`` are signals (n, any), scaled so that a weight of 1 is a usual one.

    >>> prior = np.zeros(4)
    >>> side = sparse.csr_matrix(np.array([[1.0], [1.0], [-1.0], [-1.0]]))
    >>> found = learn(prior, [side], np.array([0, 2]), np.array([True, False]))
    >>> bool(found.log_odds[1] > 0 > found.log_odds[3]), found.settled
    (True, 2)
    """
    if not len(rows):
        return Lesson(prior, np.zeros((len(prior), len(groups))), 0.0, 0)
    settled = [group[rows].astype(np.float64) for group in groups]
    signals, sign = _reduced(settled), np.where(wrong, 1.0, -1.0)
    fits = [(_laplace(pull * signals, prior[rows], sign), pull) for pull in PULLS]
    (_, slope), pull = max(fits, key=lambda fit: fit[0][0])
    terms = np.column_stack([pull**2 * (group @ (part.T @ slope)) for group, part in zip(groups, settled, strict=True)])
    return Lesson(prior + terms.sum(axis=1), terms, pull, len(rows))


def _reduced(parts: list[sparse.csr_matrix]) -> Floats:
    """Signals (rows, any) with the inner products of all ``parts`` together, in as few columns as that takes."""
    both = sparse.hstack(parts, format="csc")
    both = both[:, np.diff(both.indptr) > 0]
    if both.shape[1] <= both.shape[0]:
        dense: Floats = both.toarray()
        return dense
    kernel = (both @ both.T).toarray()
    kernel[np.diag_indices_from(kernel)] += _JITTER * max(float(kernel.diagonal().max()), 1.0)
    lower: Floats = linalg.cholesky(kernel, lower=True)
    return lower


def _laplace(signals: Floats, mean: Floats, sign: Floats) -> tuple[float, Floats]:
    """Approximate log evidence of weights with a standard normal prior, and the slope at the mode, which they are made of.

    Newton's steps from weights of 0: the weights at the mode are ``signals.T @ slope``.
    """
    weights, best = np.zeros(signals.shape[1]), float(log_expit(sign * mean).sum())
    for _ in range(_STEPS):
        chance = expit(mean + signals @ weights)
        slope = (sign + 1) / 2 - chance
        curved = signals.T @ (np.maximum(chance * (1 - chance), 1e-9)[:, None] * signals)
        curved[np.diag_indices_from(curved)] += 1.0
        factor = linalg.cholesky(curved, lower=True)
        step = linalg.cho_solve((factor, True), signals.T @ slope - weights)
        better = -np.inf
        for size in _SIZES:
            trial = weights + size * step
            better = float(log_expit(sign * (mean + signals @ trial)).sum() - trial @ trial / 2)
            if better >= best:
                break
        if better < best + _STILL:
            break
        weights, best = trial, better
    return best - float(np.log(np.diag(factor)).sum()), slope
