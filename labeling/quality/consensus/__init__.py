"""Consensus: one label per item out of many votes, with the probability that it is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import polars as pl
from narwhals.typing import IntoDataFrame

from labeling.errors import LabelingError
from labeling.quality.consensus.auto import MODELS, ORDERED_MODELS, Choice, Evidence, family, model
from labeling.quality.consensus.auto import fit as fit_auto
from labeling.quality.consensus.hierarchical import shrunk
from labeling.quality.consensus.incidence import Floats, Incidence
from labeling.quality.consensus.ties import leading, nearest
from labeling.quality.frames import Votes, votes_frame
from labeling.quality.kinds import Kind

__all__ = [
    "METHODS",
    "ORDERED_METHODS",
    "Choice",
    "Consensus",
    "Evidence",
    "Warned",
    "consensus",
    "consensus_of",
    "labeled",
]

METHODS = ("auto", *MODELS)
ORDERED_METHODS = (*METHODS, "ordinal")
# Those that hide some votes or start at random.
_DRAWING = frozenset({"auto", "ebcc", "leaning_ebcc"})


class Warned(StrEnum):
    """Where no item has two votes: how right labels are is known from golden items alone (``no_overlap``); and where none of
    these was voted on it isn't known at all, and probabilities are the prior's (``no_evidence``)."""

    NO_OVERLAP = "no_overlap"
    NO_EVIDENCE = "no_evidence"


@dataclass(frozen=True, eq=False)
class Consensus:
    """The aggregated labels and what they rest on.

    ``frame`` is CONSENSUS(item, label Enum, probability Float64, n UInt32), one row per item in the votes' order
    of items; label and probability are null where an item has neither a vote nor a golden label. Of equally probable
    labels one is given by lot (``ties.leading``). ``posterior`` is float64 (items, classes); ``confusion``
    float64 (annotators, classes, classes): true class, then given label, rows sum to one. ``choice`` is what
    ``auto`` weighed, None for a named method.

    Of the kind *ordered* the label is the one fewest steps from the truth in expectation (``ties.nearest``). Of the kind
    *several* the label is a set's code, String, and ``probability`` that of the whole set; ``posterior`` (items, classes) is
    of each class by itself; ``confusion`` (annotators, classes, 2, 2) of its absence and presence.
    """

    method: str
    frame: pl.DataFrame
    posterior: Floats
    confusion: Floats
    votes: Votes
    choice: Choice | None
    ties: int
    """Labels that were drawn among equally probable ones."""
    single: int
    """Labels that one vote alone gives: no golden label, nobody else asked."""
    seed: int = 0
    kind: Kind = Kind.SINGLE
    classes: tuple[str, ...] = ()
    """Those of ``posterior``, in its order; of the kind *several* the votes' own are codes of sets."""

    @property
    def warning(self) -> Warned | None:
        """What the reader must know before the labels are used; None where items have several votes."""
        if not self.single or (np.bincount(self.votes.item) > 1).any():
            return None
        return Warned.NO_EVIDENCE if self.single == len(self.votes) else Warned.NO_OVERLAP


def consensus(
    votes: IntoDataFrame,
    *,
    golden: IntoDataFrame | None = None,
    method: str = "auto",
    classes: Sequence[object] | None = None,
    seed: int = 0,
) -> Consensus:
    """Aggregate VOTES(item, annotator, label), anchored on GOLDEN(item, label) where it is given.

    ``method`` is one of METHODS. Where no item has two votes, no model can be told from another: then every method gives each
    vote the accuracy of its annotator (``single_votes``). Raises LabelingError ``unknown_method`` and those of ``votes_frame``.

    >>> votes = pl.DataFrame({
    ...     "item": [1, 1, 1, 2, 2, 2], "annotator": list("abcabc"), "label": ["x", "x", "y", "y", "y", "y"],
    ... })
    >>> consensus(votes, method="majority").frame.rows()
    [(1, 'x', 0.6666666666666666, 3), (2, 'y', 1.0, 3)]
    """
    return consensus_of(votes_frame(votes, golden=golden, classes=classes), method=method, seed=seed)


def consensus_of(
    votes: Votes, *, method: str = "auto", seed: int = 0, choice: Choice | None = None, ordered: bool = False
) -> Consensus:
    """``consensus`` of votes that have passed the door; ``auto`` needn't choose again where its ``choice`` is known.

    ``ordered``: the classes stand in their order, ``method`` is one of ORDERED_METHODS. Of any kind of label:
    ``kinds.consensus.consensus_of_kind``.
    """
    methods = ORDERED_METHODS if ordered else METHODS
    if method not in methods:
        raise LabelingError("unknown_method", method=method, methods=list(methods))
    if not votes.classes or not len(votes.items):
        posterior = np.empty((len(votes.items), len(votes.classes)))
        confusion = np.empty((len(votes.annotators), len(votes.classes), len(votes.classes)))
        return _of(method, votes, posterior, confusion, None, seed, ordered)
    # What is drawn at random falls on the same votes in whatever order they come.
    named, item, annotator = votes.by_name() if method in _DRAWING else (votes, ..., ...)
    incidence = Incidence.of(named)
    if method == "auto":
        models = family(ORDERED_MODELS if ordered else MODELS, seed)
        posterior, choice = fit_auto(named, seed, choice, models=models, leans=not ordered)
        channel = shrunk(incidence, posterior)
    else:
        choice, fitted = None, model(method if incidence.has_overlap() else "majority", seed)(incidence)
        posterior = fitted.posterior
        channel = fitted.channel if fitted.channel.shape[2] == incidence.classes else shrunk(incidence, posterior)
    return _of(method, votes, posterior[item], channel.transpose(0, 2, 1)[annotator], choice, seed, ordered)


def _of(
    method: str, votes: Votes, posterior: Floats, confusion: Floats, choice: Choice | None, seed: int, ordered: bool
) -> Consensus:
    n = np.bincount(votes.item, minlength=len(votes.items))
    # How far a lone annotator errs is not known then, only how often: the error is spread evenly, and has no middle.
    frame, ties = labeled(votes, posterior, n, seed, ordered=ordered and bool((n > 1).any()))
    single = int(((n == 1) & (votes.golden < 0)).sum())
    kind = Kind.ORDERED if ordered else Kind.SINGLE
    return Consensus(method, frame, posterior, confusion, votes, choice, ties, single, seed, kind, votes.classes)


def labeled(
    votes: Votes, posterior: Floats, n: npt.NDArray[np.int64], seed: int, *, ordered: bool = False
) -> tuple[pl.DataFrame, int]:
    """CONSENSUS of a posterior (items, classes), where ``n`` (items,) counts the votes; and how many labels were tied.

    The label is the most probable one, of ``ordered`` classes the nearest.
    """
    enum = pl.Enum(votes.classes)
    decided = (n > 0) | (votes.golden >= 0)
    if not posterior.size:
        label, probability, ties = (
            pl.Series([None] * len(n), dtype=enum),
            pl.Series([None] * len(n), dtype=pl.Float64),
            0,
        )
    else:
        rows = np.flatnonzero(decided)
        top = np.zeros(len(n), dtype=np.int32)
        choose = nearest if ordered else leading
        top[rows], tied = choose(posterior[rows], votes.items.gather(rows), votes.classes, seed=seed)
        ties = int(tied.sum())
        label = pl.Series(votes.classes, dtype=enum).gather(top)
        probability = pl.Series(posterior[np.arange(len(n)), top])
    is_decided = pl.Series(decided, dtype=pl.Boolean)
    return pl.DataFrame({"item": votes.items, "label": label, "probability": probability}).select(
        "item",
        pl.when(is_decided).then("label").alias("label"),
        pl.when(is_decided).then("probability").alias("probability"),
        pl.Series("n", n, dtype=pl.UInt32),
    ), ties
