"""Why an item is suspected: a :class:`~labeling.review.triage.Reason` with its numbers, which pages turn into a sentence."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from labeling.quality.consensus.ties import leading
from labeling.review.evidence import Evidence
from labeling.review.ruling_model import Lesson
from labeling.review.texts import Floats, Whole
from labeling.review.triage import Reason

REASON = pl.Struct({"code": pl.String, "value": pl.Float64, "label": pl.String, "strength": pl.Float64})
# A reason is given where its signal is among the strongest fifth, or where rulings move the odds by half.
_STRONG = 0.8
_MOVED = 0.4

Masks = npt.NDArray[np.bool_]


def reasons(evidence: Evidence, lesson: Lesson, groups: Sequence[str], rows: Whole) -> pl.Series:
    """The reasons of the items at ``rows``, lists of REASON, strongest first; of equally strong ones in their own order.

    ``strength`` of a signal is its rank among all items, 0 to 1.
    """
    return listed([*signal_reasons(evidence), *ruling_reasons(lesson.terms, groups)], rows)


def signal_reasons(evidence: Evidence) -> list[pl.DataFrame]:
    """REASONS(row, code, value, label, strength) from what is known without rulings, a frame for each code."""
    names = pl.Series(evidence.classes, dtype=pl.String)
    frames = []
    for code, value, suspect, holds, label in _signals(evidence):
        strength = _ranks(suspect)
        at = np.flatnonzero(holds & (strength >= _STRONG))
        named = None if label is None else names.gather(label[at])
        frames.append(_frame(at, code, value[at], named, strength[at]))
    return frames


def ruling_reasons(terms: Floats, groups: Sequence[str]) -> list[pl.DataFrame]:
    """REASONS(row, code, value, label, strength) from what rulings add, ``terms`` (n, groups), a frame for each group."""
    frames = []
    for group, term in zip(groups, terms.T, strict=True):
        at = np.flatnonzero(term >= _MOVED)
        frames.append(_frame(at, Reason(f"rulings_{group}"), term[at], None, 1 - np.exp(-term[at])))
    return frames


def listed(frames: Sequence[pl.DataFrame], rows: Whole) -> pl.Series:
    """REASONS of the items at ``rows`` as lists of REASON, strongest first."""
    by_row = (
        pl.concat(frames)
        .sort("strength", descending=True, maintain_order=True)
        .group_by("row", maintain_order=True)
        .agg(pl.struct(*REASON.to_schema()).alias("reasons"))
    )
    places = pl.DataFrame({"row": rows}, schema={"row": pl.Int64})
    return places.join(by_row, on="row", how="left", maintain_order="left")["reasons"].fill_null([])


def _frame(at: Whole, code: Reason, value: Floats, label: pl.Series | None, strength: Floats) -> pl.DataFrame:
    return pl.DataFrame({"row": at, "value": value, "strength": strength}).select(
        "row",
        pl.lit(code.value).alias("code"),
        "value",
        (pl.lit(None, dtype=pl.String) if label is None else label).alias("label"),
        "strength",
    )


def _signals(evidence: Evidence) -> list[tuple[Reason, Floats, Floats, Masks, npt.NDArray[np.integer] | None]]:
    """Each reason, its value, how suspicious that is, whether it holds, and the label it names; all but the first (n,)."""
    given = np.maximum(evidence.given, 0)
    doubted = np.flatnonzero(evidence.disagree > 0)
    counts = evidence.votes.of_items(doubted).counts()
    counts[np.arange(len(doubted)), given[doubted]] = -1
    other = np.zeros(len(given), dtype=np.int64)
    other[doubted], _ = leading(counts, evidence.items.gather(doubted), evidence.classes)
    foretold = evidence.foretold
    own, near = evidence.self_confidence, evidence.neighbours
    hard, varied = evidence.confidence, evidence.variability
    sure = np.isfinite(own)
    return [
        (Reason.VOTES_DISAGREE, evidence.disagree, evidence.disagree, evidence.disagree > 0, other),
        (Reason.NEXT_ASSESSOR, evidence.next_wrong, evidence.next_wrong, evidence.next_wrong >= 0.2, None),
        (Reason.CLASSIFIER_DISAGREES, own, -own, sure & (foretold != given), foretold),
        (Reason.NEIGHBOURS_DISAGREE, near, -near, near < 0.5, None),
        (Reason.LABEL_ISSUE, own, np.where(evidence.is_issue, 2 - own, -own), evidence.is_issue & sure, None),
        (Reason.HARD_TO_LEARN, hard, -hard, np.isfinite(hard) & (hard < 0.5), None),
        (Reason.AMBIGUOUS, varied, varied, np.isfinite(varied), None),
        (Reason.SHARED_MISREADING, evidence.misread, evidence.misread, evidence.misread >= 0.05, evidence.other),
        (
            Reason.JUNIOR_DISAGREES,
            np.ones(len(given)),
            np.where(evidence.suggestion != given, 1.0, 0.0),
            (evidence.suggestion >= 0) & (evidence.suggestion != given),
            np.maximum(evidence.suggestion, 0),
        ),
    ]


def _ranks(values: Floats) -> Floats:
    """Share of items with a smaller or equal value, (n,); unknown values rank lowest."""
    filled = np.where(np.isfinite(values), values, -np.inf)
    return np.searchsorted(np.sort(filled), filled, side="right") / max(len(filled), 1)
