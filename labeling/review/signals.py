"""What rulings can weigh of every item: groups of signals, scaled so that a weight of 1 is a usual one."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.special import logit

from labeling.review.evidence import Evidence, assessors
from labeling.review.texts import Floats

# In the order of a lesson's terms.
GROUPS = ("level", "signals", "class", "confusion", "assessors", "text")
_EDGE = 1e-4


def signals(evidence: Evidence) -> list[sparse.csr_matrix]:
    """One matrix float32 (n, any) for each of GROUPS."""
    given = np.maximum(evidence.given, 0)
    pair = given * len(evidence.classes) + evidence.other
    numbers = [
        log_odds(evidence.next_wrong),
        log_odds(evidence.misread),
        log_odds(1 - evidence.self_confidence),
        log_odds(1 - evidence.neighbours),
        log_odds(1 - evidence.probability),
        evidence.disagree,
        evidence.confidence,
        evidence.variability,
        evidence.is_issue.astype(np.float64),
        np.where(evidence.suggestion < 0, np.nan, evidence.suggestion != evidence.given),
    ]
    matrices = [
        sparse.csr_matrix(np.ones((len(given), 1))),
        sparse.csr_matrix(np.column_stack([_standard(values) for values in numbers])) * 0.5,
        _one_hot(given),
        _one_hot(pair),
        assessors(evidence.votes),
        sparse.csr_matrix(evidence.vectors) * 2.0,
    ]
    return [matrix.astype(np.float32) for matrix in matrices]


def log_odds(chances: Floats) -> Floats:
    """Natural log-odds, with no chance taken for quite certain."""
    odds: Floats = logit(np.clip(chances, _EDGE, 1 - _EDGE))
    return odds


def _standard(values: Floats) -> Floats:
    """Mean 0 and deviation 1; what is unknown or the same everywhere says nothing."""
    finite = np.isfinite(values)
    spread = float(values[finite].std()) if finite.any() else 0.0
    if spread < 1e-9:
        return np.zeros(len(values))
    return np.where(finite, (values - values[finite].mean()) / spread, 0.0)


def _one_hot(code: npt.NDArray[np.integer]) -> sparse.csr_matrix:
    codes, column = np.unique(code, return_inverse=True)
    return sparse.csr_matrix((np.ones(len(code)), (np.arange(len(code)), column)), shape=(len(code), len(codes)))
