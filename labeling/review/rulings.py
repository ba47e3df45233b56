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

from labeling.review.door import Floats, Whole

PULLS = (0.1, 0.3, 1.0, 2.0)
_STEPS = 50
# In natural logs of the posterior: less moves no rank.
_STILL = 1e-3


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
    asked = [group[rows] for group in groups]
    kernel = np.zeros((len(rows), len(rows)))
    for part in asked:
        kernel += (part @ part.T).toarray()
    sign = np.where(wrong, 1.0, -1.0)
    fits = [(_laplace(pull**2 * kernel, prior[rows], sign), pull) for pull in PULLS]
    (_, alpha), pull = max(fits, key=lambda fit: fit[0][0])
    terms = np.column_stack([pull**2 * (group @ (part.T @ alpha)) for group, part in zip(groups, asked, strict=True)])
    return Lesson(prior + terms.sum(axis=1), terms, pull, len(rows))


def _laplace(kernel: Floats, mean: Floats, sign: Floats) -> tuple[float, Floats]:
    """Approximate log evidence, and alpha with posterior mode = mean + kernel @ alpha; Newton's steps."""
    alpha = np.zeros(len(sign))
    pulled = np.zeros(len(sign))
    best = -np.inf
    for _ in range(_STEPS):
        chance = expit(mean + pulled)
        weight = np.maximum(chance * (1 - chance), 1e-9)
        root = np.sqrt(weight)
        factor = linalg.cholesky(np.eye(len(sign)) + root[:, None] * kernel * root, lower=True)
        slope = (sign + 1) / 2 - chance
        wanted = weight * pulled + slope
        step = wanted - root * linalg.cho_solve((factor, True), root * (kernel @ wanted)) - alpha
        size, better = 1.0, -np.inf
        while size > 1e-3:
            trial = alpha + size * step
            moved = kernel @ trial
            better = float(log_expit(sign * (mean + moved)).sum() - trial @ moved / 2)
            if better >= best:
                break
            size /= 2
        if better < best + _STILL:
            break
        alpha, pulled, best = trial, moved, better
    return best - float(np.log(np.diag(factor)).sum()), alpha
