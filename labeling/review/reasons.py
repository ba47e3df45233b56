"""Why an item is suspected: codes with numbers, which pages turn into sentences.

| code | value | label |
|---|---|---|
| votes_disagree | share of votes for another label | the most voted other label |
| next_assessor | chance that one more assessor would say otherwise | |
| classifier_disagrees | the classifier's probability of the given label | its most probable label |
| neighbours_disagree | weight of the given label among the nearest texts | |
| label_issue | the classifier's probability of the given label; CleanLab flags it | |
| hard_to_learn | data map confidence, epoch by epoch on texts not learned from | |
| ambiguous | data map variability | |
| shared_misreading | chance that all its assessors misread it alike | the probable true label |
| junior_disagrees | 1 | the junior's label |
| rulings_level, rulings_signals, rulings_class, rulings_confusion, rulings_assessors, rulings_text | log-odds that rulings
add: everywhere, on items with such signals, of this class, with this confusion, of these assessors, like this text | |
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from labeling.review.evidence import Evidence
from labeling.review.rulings import Lesson
from labeling.review.texts import Floats, Whole

REASON = pl.Struct({"code": pl.String, "value": pl.Float64, "label": pl.String, "strength": pl.Float64})
# A reason is given where its signal is among the strongest fifth, or where rulings move the odds by half.
_STRONG = 0.8
_MOVED = 0.4

Masks = npt.NDArray[np.bool_]


def reasons(evidence: Evidence, lesson: Lesson, groups: Sequence[str], rows: Whole) -> pl.Series:
    """The reasons of the items at ``rows``, lists of REASON, strongest first; of equally strong ones in the table's order.

    ``strength`` of a signal is its rank among all items, 0 to 1.
    """
    return listed([*signal_reasons(evidence), *ruling_reasons(lesson.terms, groups)], rows)


def signal_reasons(evidence: Evidence) -> list[pl.DataFrame]:
    """REASONS(row, code, value, label, strength) from what is known without rulings, a frame for each code."""
    names = pl.Series(evidence.classes, dtype=pl.String)
    found = []
    for code, value, suspect, holds, label in _signals(evidence):
        strength = _ranks(suspect)
        at = np.flatnonzero(holds & (strength >= _STRONG))
        said = None if label is None else names.gather(label[at])
        found.append(_frame(at, code, value[at], said, strength[at]))
    return found


def ruling_reasons(terms: Floats, groups: Sequence[str]) -> list[pl.DataFrame]:
    """REASONS(row, code, value, label, strength) from what rulings add, ``terms`` (n, groups), a frame for each group."""
    found = []
    for group, term in zip(groups, terms.T, strict=True):
        at = np.flatnonzero(term >= _MOVED)
        found.append(_frame(at, f"rulings_{group}", term[at], None, 1 - np.exp(-term[at])))
    return found


def listed(found: Sequence[pl.DataFrame], rows: Whole) -> pl.Series:
    """REASONS of the items at ``rows`` as lists of REASON, strongest first."""
    by_row = (
        pl.concat(found)
        .sort("strength", descending=True, maintain_order=True)
        .group_by("row", maintain_order=True)
        .agg(pl.struct(*REASON.to_schema()).alias("reasons"))
    )
    asked = pl.DataFrame({"row": rows}, schema={"row": pl.Int64})
    return asked.join(by_row, on="row", how="left", maintain_order="left")["reasons"].fill_null([])


def _frame(at: Whole, code: str, value: Floats, label: pl.Series | None, strength: Floats) -> pl.DataFrame:
    return pl.DataFrame({"row": at, "value": value, "strength": strength}).select(
        "row",
        pl.lit(code).alias("code"),
        "value",
        (pl.lit(None, dtype=pl.String) if label is None else label).alias("label"),
        "strength",
    )


def _signals(evidence: Evidence) -> list[tuple[str, Floats, Floats, Masks, npt.NDArray[np.integer] | None]]:
    """Code, value, how suspicious, whether it holds, and the label it names, each (n,)."""
    given = np.maximum(evidence.given, 0)
    everyone = np.arange(len(given))
    counts = evidence.votes.counts()
    counts[everyone, given] = -1
    foretold = evidence.trained.probabilities.argmax(axis=1)
    other = evidence.chances.copy()
    other[everyone, given] = -1
    own, near = evidence.self_confidence, evidence.neighbours
    hard, varied = evidence.confidence, evidence.variability
    half = np.full(len(given), 1.0)
    sure = np.isfinite(own)
    return [
        ("votes_disagree", evidence.disagree, evidence.disagree, evidence.disagree > 0, counts.argmax(axis=1)),
        ("next_assessor", evidence.next_wrong, evidence.next_wrong, evidence.next_wrong >= 0.2, None),
        ("classifier_disagrees", own, -own, sure & (foretold != given), foretold),
        ("neighbours_disagree", near, -near, near < 0.5, None),
        ("label_issue", own, np.where(evidence.is_issue, 2 - own, -own), evidence.is_issue & sure, None),
        ("hard_to_learn", hard, -hard, np.isfinite(hard) & (hard < 0.5), None),
        ("ambiguous", varied, varied, np.isfinite(varied), None),
        ("shared_misreading", evidence.misread, evidence.misread, evidence.misread >= 0.05, other.argmax(axis=1)),
        (
            "junior_disagrees",
            half,
            np.where(evidence.suggestion != given, 1.0, 0.0),
            (evidence.suggestion >= 0) & (evidence.suggestion != given),
            np.maximum(evidence.suggestion, 0),
        ),
    ]


def _ranks(values: Floats) -> Floats:
    """Share of items with a smaller or equal value, (n,); unknown values rank lowest."""
    filled = np.where(np.isfinite(values), values, -np.inf)
    return np.searchsorted(np.sort(filled), filled, side="right") / max(len(filled), 1)
