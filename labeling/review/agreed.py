"""The labels under suspicion and what the votes say of each item: made here, or taken from a consensus that is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from labeling.quality.consensus import Choice
from labeling.quality.frames import Codes, Votes
from labeling.quality.kinds import Kind
from labeling.quality.kinds.consensus import consensus_of_kind
from labeling.review.texts import Floats, labels_of


@dataclass(frozen=True, eq=False)
class Agreed:
    """A consensus that is known already: CONSENSUS(item, label, and ``p_`` with its code for each class), what ``auto``
    weighed, and the golden labels that it was anchored on."""

    frame: pl.DataFrame
    golden: pl.DataFrame
    choice: Choice | None = None


def consensus_given(votes: Votes, kind: Kind, method: str, seed: int) -> tuple[Floats, Codes]:
    """Posterior and label of the votes; settled labels teach who errs, but an item's own is kept from it."""
    found = consensus_of_kind(votes, kind, method=method, seed=seed)
    posterior, label = found.posterior.copy(), labels_of(found.frame, votes.items, votes.classes, "consensus")
    return _by_votes_alone(posterior, label, votes.golden >= 0, votes, kind, method, seed, found.choice)


def placed(agreed: Agreed, votes: Votes, kind: Kind, method: str, seed: int) -> tuple[Floats, Codes]:
    """The posterior and label of a consensus that is known; where it only repeats a golden label, those of the votes."""
    columns = {name.removeprefix("p_"): name for name in agreed.frame.columns if name.startswith("p_")}
    keyed = agreed.frame.with_columns(pl.col("item").cast(pl.String))
    joined = pl.DataFrame({"item": votes.items.cast(pl.String)}).join(
        keyed, on="item", how="left", maintain_order="left"
    )
    none = pl.lit(0.0)
    placed = [joined[columns[code]] if code in columns else none.alias(code) for code in votes.classes]
    posterior = joined.select(placed).fill_null(0.0).to_numpy().copy()
    label = labels_of(agreed.frame, votes.items, votes.classes, "agreed")
    anchored = labels_of(agreed.golden, votes.items, votes.classes, "golden") >= 0
    return _by_votes_alone(posterior, label, anchored, votes, kind, method, seed, agreed.choice)


def _by_votes_alone(
    posterior: Floats,
    label: Codes,
    anchored: npt.NDArray[np.bool_],
    votes: Votes,
    kind: Kind,
    method: str,
    seed: int,
    choice: Choice | None,
) -> tuple[Floats, Codes]:
    """Both of them, changed in place: an anchored item's are those that the votes give without any golden label."""
    if anchored.any():
        blind = consensus_of_kind(votes.without_golden(), kind, method=method, seed=seed, choice=choice)
        posterior[anchored] = blind.posterior[anchored]
        label[anchored] = labels_of(blind.frame, votes.items, votes.classes, "consensus")[anchored]
    label[np.bincount(votes.item, minlength=len(label)) == 0] = -1
    return posterior, label


def clamped(posterior: Floats, settled: Codes) -> Floats:
    clamped = posterior.copy()
    anchored = np.flatnonzero(settled >= 0)
    clamped[anchored] = 0
    clamped[anchored, settled[anchored]] = 1
    return clamped
