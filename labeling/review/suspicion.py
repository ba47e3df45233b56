"""Suspicion: one number an item, the probability that its label is wrong, and the reasons for it.

Before any ruling: 1 - (1 - next_wrong)(1 - misread), the label stands if one more assessor would give it and not everybody
misread the text alike. Golden labels and rulings then move it (``rulings``), by item signals, classes, assessors and
texts; where they say that errors stand among items on which assessors agree, ``shared`` tells so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from narwhals.typing import IntoDataFrame
from scipy import sparse
from scipy.special import expit, logit

from labeling.quality.figures import Figure
from labeling.quality.frames import Codes
from labeling.quality.intervals import beta
from labeling.review.door import Floats, labels_of
from labeling.review.evidence import Evidence, assessors
from labeling.review.reasons import REASON, reasons
from labeling.review.rulings import Lesson, learn

# Signals, in the order of a lesson's terms.
GROUPS = ("level", "signals", "class", "confusion", "assessors", "text")
_EDGE = 1e-4


@dataclass(frozen=True, slots=True)
class Shared:
    """Whether the crowd shares a misreading, by settled items on which all their assessors agreed (two votes or more).

    ``errors`` is the share of those whose label was wrong, ``expected`` the mean of what their scores were before any ruling.
    ``leaning`` where the lower limit lies above it: votes and texts don't show these errors, so the ranking follows
    the rulings, and the lead should look at the guidelines.
    """

    errors: Figure
    expected: float | None
    leaning: bool


@dataclass(frozen=True, eq=False)
class Suspicion:
    """SUSPICIONS(item, given, probable, score, settled, reasons), worst first, and what rulings taught.

    ``score`` is the probability that ``given`` is wrong, 0 or 1 where that is settled; ``probable`` the most probable
    other label, or the settled one; ``reasons`` a list of structs (code, value, label, strength), strongest first.
    ``prior`` (n,) is the score before rulings, ``scores`` (n,) after, in the order of the evidence's items.
    """

    frame: pl.DataFrame
    prior: Floats
    scores: Floats
    lesson: Lesson
    shared: Shared


def suspicion(evidence: Evidence, settled: IntoDataFrame | None = None) -> Suspicion:
    """Scores of all items that have a label, from evidence and the labels (item, label) settled so far."""
    truth = labels_of(settled, evidence.items, evidence.classes, "golden")
    prior = 1 - (1 - evidence.next_wrong) * (1 - evidence.misread)
    rows = np.flatnonzero((truth >= 0) & (evidence.given >= 0))
    wrong = truth[rows] != evidence.given[rows]
    lesson = learn(logit(np.clip(prior, _EDGE, 1 - _EDGE)), signals(evidence), rows, wrong)
    scores = expit(lesson.log_odds) if lesson.settled else prior.copy()
    scores[rows] = wrong
    frame = _frame(evidence, scores, truth, lesson)
    return Suspicion(frame, prior, scores, lesson, shared(evidence, prior, rows, wrong))


def shared(evidence: Evidence, prior: Floats, rows: npt.NDArray[np.int64], wrong: npt.NDArray[np.bool_]) -> Shared:
    """What the settled items at ``rows``, ``wrong`` or not, say of errors that no vote shows."""
    many = np.bincount(evidence.votes.item, minlength=len(evidence.given)) > 1
    agreed = many[rows] & (evidence.disagree[rows] == 0)
    n = int(agreed.sum())
    if not n:
        return Shared(Figure.of(float("nan"), n=0), None, False)
    found = int(wrong[agreed].sum())
    errors = beta(found, n)
    expected = float(prior[rows][agreed].mean())
    return Shared(errors, expected, errors.low is not None and errors.low > expected)


def signals(evidence: Evidence) -> list[sparse.csr_matrix]:
    """What rulings can weigh, one matrix (n, any) for each of GROUPS."""
    count = len(evidence.given)
    given = np.maximum(evidence.given, 0)
    chances = evidence.chances.copy()
    chances[np.arange(count), given] = -1
    pair = given * len(evidence.classes) + chances.argmax(axis=1)
    numbers = [
        _log_odds(evidence.next_wrong),
        _log_odds(evidence.misread),
        _log_odds(1 - evidence.self_confidence),
        _log_odds(1 - evidence.neighbours),
        _log_odds(1 - evidence.probability),
        evidence.disagree,
        evidence.confidence,
        evidence.variability,
        evidence.is_issue.astype(np.float64),
        np.where(evidence.suggestion < 0, np.nan, evidence.suggestion != evidence.given),
    ]
    return [
        sparse.csr_matrix(np.ones((count, 1))),
        sparse.csr_matrix(np.column_stack([_standard(each) for each in numbers])) * 0.5,
        _one_hot(given),
        _one_hot(pair),
        assessors(evidence.votes),
        sparse.csr_matrix(evidence.vectors.astype(np.float64)) * 2.0,
    ]


def _log_odds(chances: Floats) -> Floats:
    odds: Floats = logit(np.clip(chances, _EDGE, 1 - _EDGE))
    return odds


def _standard(values: Floats) -> Floats:
    """Mean 0 and deviation 1; what is unknown or the same everywhere says nothing."""
    known = np.isfinite(values)
    spread = float(values[known].std()) if known.any() else 0.0
    if spread < 1e-9:
        return np.zeros(len(values))
    return np.where(known, (values - values[known].mean()) / spread, 0.0)


def _one_hot(code: npt.NDArray[np.integer]) -> sparse.csr_matrix:
    seen, column = np.unique(code, return_inverse=True)
    return sparse.csr_matrix((np.ones(len(code)), (np.arange(len(code)), column)), shape=(len(code), len(seen)))


def _frame(evidence: Evidence, scores: Floats, truth: Codes, lesson: Lesson) -> pl.DataFrame:
    rows = np.flatnonzero(evidence.given >= 0)
    order = rows[np.lexsort((-evidence.disagree[rows], -scores[rows]))]
    other = evidence.chances[order].copy()
    other[np.arange(len(order)), evidence.given[order]] = -1
    probable = np.where(truth[order] >= 0, truth[order], other.argmax(axis=1))
    names = pl.Series(evidence.classes, dtype=pl.String)
    why: Sequence[object] = reasons(evidence, lesson, GROUPS, order)
    return pl.DataFrame(
        {
            "item": evidence.items.gather(order),
            "given": names.gather(evidence.given[order]),
            "probable": names.gather(probable),
            "score": scores[order],
            "settled": truth[order] >= 0,
            "reasons": pl.Series(why, dtype=pl.List(REASON)),
        }
    )
