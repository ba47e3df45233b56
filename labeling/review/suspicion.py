"""Suspicion: one number an item, the probability that its label is wrong, and the reasons for it.

Before any ruling: 1 - (1 - next_wrong)(1 - misread), the label stands if one more assessor would give it and not everybody
misread the text alike; where a label can be nearer or farther, an error that is farther off comes first. Golden labels and
rulings then move it (``rulings``), by item signals, classes, assessors and texts; where they say that errors stand among
items on which assessors agree, ``shared`` tells so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from narwhals.typing import IntoDataFrame

from labeling.quality.frames import Codes
from labeling.review.evidence import Evidence
from labeling.review.reasons import reasons
from labeling.review.ruling_model import Lesson
from labeling.review.scoring import ReviewState, Shared, scored, shared, taught
from labeling.review.signals import GROUPS
from labeling.review.texts import Floats, labels_of


@dataclass(frozen=True, eq=False)
class Suspicion:
    """SUSPICIONS(item, given, probable, score, settled, reasons), worst first, and what rulings taught.

    ``score`` is the probability that ``given`` is wrong, 0 or 1 where that is settled; ``probable`` the most probable
    other label, or the settled one; ``reasons`` a list of structs (code, value, label, strength), strongest first.
    ``prior`` (n,) is the score before rulings, ``scores`` (n,) after, in the order of the evidence's items; ``state`` is
    what is needed to score them again.
    """

    frame: pl.DataFrame
    prior: Floats
    scores: Floats
    lesson: Lesson
    shared: Shared
    state: ReviewState


def suspicion(evidence: Evidence, settled: IntoDataFrame | None = None) -> Suspicion:
    """Scores of all items that have a label, from evidence and the labels (item, label) settled so far."""
    truth = labels_of(settled, evidence.items, evidence.classes, "golden")
    state = ReviewState.of(evidence)
    lesson = taught(state, truth)
    scores = scored(state, truth, lesson)
    frame = _frame(evidence, state, scores, truth, lesson)
    return Suspicion(frame, state.prior, scores, lesson, shared(state, truth), state)


def _frame(evidence: Evidence, state: ReviewState, scores: Floats, truth: Codes, lesson: Lesson) -> pl.DataFrame:
    rows = np.flatnonzero(state.given >= 0)
    order = rows[np.lexsort((-evidence.disagree[rows], -scores[rows]))]
    probable = np.where(truth[order] >= 0, truth[order], state.other[order])
    names = pl.Series(evidence.classes, dtype=pl.String)
    return pl.DataFrame(
        {
            "item": evidence.items.gather(order),
            "given": names.gather(state.given[order]),
            "probable": names.gather(probable),
            "score": scores[order],
            "settled": truth[order] >= 0,
            "reasons": reasons(evidence, lesson, GROUPS, order),
        }
    )
