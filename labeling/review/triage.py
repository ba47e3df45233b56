"""Triage: which of the findings of an analysis an expert should see, in which order, by what the reader asks for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from labeling.review.data_map import REGIONS, Cuts


class Reason(StrEnum):
    """Why an item is suspected, in the order in which equally strong reasons are told; beside each stands its value.

    Those that begin with ``rulings_`` are log-odds that rulings add, one for each group of signals that they weigh.
    """

    # The share of votes for another label.
    VOTES_DISAGREE = "votes_disagree"
    # The chance that one more assessor would say otherwise.
    NEXT_ASSESSOR = "next_assessor"
    # The classifier's probability of the given label.
    CLASSIFIER_DISAGREES = "classifier_disagrees"
    # The weight of the given label among the nearest texts.
    NEIGHBOURS_DISAGREE = "neighbours_disagree"
    # The classifier's probability of the given label, which CleanLab flags.
    LABEL_ISSUE = "label_issue"
    # The data map's confidence, epoch by epoch on texts not learned from, and its variability.
    HARD_TO_LEARN = "hard_to_learn"
    AMBIGUOUS = "ambiguous"
    # The chance that all its assessors misread it alike.
    SHARED_MISREADING = "shared_misreading"
    JUNIOR_DISAGREES = "junior_disagrees"
    # Everywhere, on items with such signals, of this class, with this confusion, of these assessors, like this text.
    RULINGS_LEVEL = "rulings_level"
    RULINGS_SIGNALS = "rulings_signals"
    RULINGS_CLASS = "rulings_class"
    RULINGS_CONFUSION = "rulings_confusion"
    RULINGS_ASSESSORS = "rulings_assessors"
    RULINGS_TEXT = "rulings_text"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asks for; None asks for nothing. ``reason`` is a :class:`Reason`."""

    reason: str | None = None
    given: str | None = None
    probable: str | None = None
    region: str | None = None
    assessor: int | None = None
    batch: int | None = None

    @property
    def asks_nothing(self) -> bool:
        """Whether nothing is asked for."""
        return self == Wanted()


def with_regions(findings: pl.DataFrame, cuts: Cuts | None = None, *, heldout: bool = False) -> pl.DataFrame:
    """FINDINGS with ``region`` (Enum of REGIONS, null without epochs), by training or held-out epochs.

    >>> found = pl.DataFrame({"confidence": [0.9, 0.8, 0.1, None], "variability": [0.0, 0.4, 0.1, None]})
    >>> with_regions(found)["region"].to_list()
    ['easy', 'ambiguous', 'hard', None]
    """
    cuts = cuts or Cuts()
    prefix = "heldout_" if heldout else ""
    confidence, variability = pl.col(f"{prefix}confidence"), pl.col(f"{prefix}variability")
    varied = findings.get_column(f"{prefix}variability").drop_nulls().sort(descending=True)
    most = round(cuts.ambiguous * len(varied))
    cut = float(varied[most - 1]) if most else float("inf")
    region = (
        pl.when(variability >= cut)
        .then(pl.lit("ambiguous"))
        .when(confidence < cuts.hard)
        .then(pl.lit("hard"))
        .when(confidence.is_not_null())
        .then(pl.lit("easy"))
    )
    return findings.with_columns(region.cast(pl.Enum(REGIONS)).alias("region"))


def chosen(
    findings: pl.DataFrame, wanted: Wanted, *, answered: Collection[int] = (), inside: Collection[int] = ()
) -> pl.DataFrame:
    """The rows of FINDINGS with ``region`` that are asked for, in their order.

    ``answered`` are the ids of items that the asked assessor answered with the label under suspicion, ``inside`` those of the
    asked batch.

    >>> found = pl.DataFrame({"item_id": [1, 2], "given": ["x", "y"], "probable": ["y", "x"], "reasons": ["[]", "[]"]})
    >>> chosen(found, Wanted(given="y"))["item_id"].to_list()
    [2]
    """
    keep = pl.lit(True)
    for name in ("given", "probable", "region"):
        value = getattr(wanted, name)
        if value is not None:
            keep &= pl.col(name).cast(pl.String) == value
    if wanted.reason is not None:
        # The code stands in quotes: no label or other code can be taken for it as the value of "code".
        keep &= pl.col("reasons").str.contains(rf'"code":\s*"{wanted.reason}"')
    if wanted.assessor is not None:
        keep &= pl.col("item_id").is_in(list(answered))
    if wanted.batch is not None:
        keep &= pl.col("item_id").is_in(list(inside))
    return findings.filter(keep)
