"""Consensus: one label per item out of many votes, with the probability that it is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from narwhals.typing import IntoDataFrame

from labeling.errors import LabelingError
from labeling.quality.consensus.auto import MODELS, Choice, Evidence, model
from labeling.quality.consensus.auto import fit as fit_auto
from labeling.quality.consensus.hierarchical import shrunk
from labeling.quality.consensus.incidence import Floats, Incidence
from labeling.quality.frames import Votes, votes_frame

__all__ = ["METHODS", "Choice", "Consensus", "Evidence", "consensus", "consensus_of"]

METHODS = ("auto", *MODELS)
# Those that hide some votes or start at random.
_DRAWING = frozenset({"auto", "ebcc"})


@dataclass(frozen=True, eq=False)
class Consensus:
    """The aggregated labels and what they rest on.

    ``frame`` is CONSENSUS(item, label Enum, probability Float64, n UInt32), one row per item in the votes' order
    of items; label and probability are null where an item has neither a vote nor a golden label. Of equally probable
    labels the first in the order of classes is given. ``posterior`` is float64 (items, classes); ``confusion``
    float64 (annotators, classes, classes): true class, then given label, rows sum to one. ``choice`` is what
    ``auto`` weighed, None for a named method.
    """

    method: str
    frame: pl.DataFrame
    posterior: Floats
    confusion: Floats
    votes: Votes
    choice: Choice | None


def consensus(
    votes: IntoDataFrame,
    *,
    golden: IntoDataFrame | None = None,
    method: str = "auto",
    classes: Sequence[object] | None = None,
    seed: int = 0,
) -> Consensus:
    """Aggregate VOTES(item, annotator, label), anchored on GOLDEN(item, label) where it is given.

    ``method`` is one of METHODS. Raises LabelingError ``unknown_method`` and those of ``votes_frame``.

    >>> votes = pl.DataFrame({
    ...     "item": [1, 1, 1, 2, 2, 2], "annotator": list("abcabc"), "label": ["x", "x", "y", "y", "y", "y"],
    ... })
    >>> consensus(votes, method="majority").frame.rows()
    [(1, 'x', 0.6666666666666666, 3), (2, 'y', 1.0, 3)]
    """
    return consensus_of(votes_frame(votes, golden=golden, classes=classes), method=method, seed=seed)


def consensus_of(votes: Votes, *, method: str = "auto", seed: int = 0, choice: Choice | None = None) -> Consensus:
    """``consensus`` of votes that have passed the door; ``auto`` needn't choose again where its ``choice`` is known."""
    if method not in METHODS:
        raise LabelingError("unknown_method", method=method, methods=list(METHODS))
    if not votes.classes or not len(votes.items):
        posterior = np.empty((len(votes.items), len(votes.classes)))
        confusion = np.empty((len(votes.annotators), len(votes.classes), len(votes.classes)))
        return Consensus(method, _frame(votes, posterior), posterior, confusion, votes, None)
    # What is drawn at random falls on the same votes in whatever order they come.
    named, item, annotator = votes.by_name() if method in _DRAWING else (votes, ..., ...)
    incidence = Incidence.of(named)
    if method == "auto":
        posterior, choice = fit_auto(named, seed, choice)
        channel = shrunk(incidence, posterior)
    else:
        choice, fitted = None, model(method, seed)(incidence)
        posterior = fitted.posterior
        channel = shrunk(incidence, posterior) if method == "ebcc" else fitted.channel
    posterior, confusion = posterior[item], channel.transpose(0, 2, 1)[annotator]
    return Consensus(method, _frame(votes, posterior), posterior, confusion, votes, choice)


def _frame(votes: Votes, posterior: Floats) -> pl.DataFrame:
    """CONSENSUS of a posterior."""
    n = np.bincount(votes.item, minlength=len(votes.items))
    enum = pl.Enum(votes.classes)
    if not posterior.size:
        label, probability = pl.Series([None] * len(n), dtype=enum), pl.Series([None] * len(n), dtype=pl.Float64)
    else:
        # Sums of floats that differ in the last digits are a tie all the same.
        top = (posterior >= posterior.max(axis=1, keepdims=True) - 1e-9).argmax(axis=1)
        label = pl.Series(votes.classes, dtype=enum).gather(top)
        probability = pl.Series(posterior[np.arange(len(n)), top])
    decided = pl.Series((n > 0) | (votes.golden >= 0), dtype=pl.Boolean)
    return pl.DataFrame({"item": votes.items, "label": label, "probability": probability}).select(
        "item",
        pl.when(decided).then("label").alias("label"),
        pl.when(decided).then("probability").alias("probability"),
        pl.Series("n", n, dtype=pl.UInt32),
    )
