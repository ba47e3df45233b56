"""The labels under suspicion and what the votes say of each item: made here, or taken from a consensus that is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from labeling.quality.consensus import Choice, consensus_of
from labeling.quality.consensus.ties import leading
from labeling.quality.frames import Codes, Votes
from labeling.review.texts import Floats, labels_of


@dataclass(frozen=True, eq=False)
class Agreed:
    """A consensus that is known already: CONSENSUS(item, label, and ``p_`` with its code for each class), what ``auto``
    weighed, and the golden labels that it was anchored on."""

    frame: pl.DataFrame
    golden: pl.DataFrame
    choice: Choice | None = None


def consensus_given(votes: Votes, method: str, seed: int) -> tuple[Floats, Codes]:
    """Posterior and label of the votes; settled labels teach who errs, but an item's own is kept from it."""
    aggregate = consensus_of(votes, method=method, seed=seed)
    posterior = aggregate.posterior.copy()
    anchored = votes.golden >= 0
    if anchored.any():
        blind = consensus_of(votes.without_golden(), method=method, seed=seed, choice=aggregate.choice)
        posterior[anchored] = blind.posterior[anchored]
    label, _ = leading(posterior, votes.items, votes.classes, seed=seed)
    label[np.bincount(votes.item, minlength=len(label)) == 0] = -1
    return posterior, label


def placed(agreed: Agreed, votes: Votes, method: str, seed: int) -> tuple[Floats, Codes]:
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
    if anchored.any():
        blind = consensus_of(votes.without_golden(), method=method, seed=seed, choice=agreed.choice)
        posterior[anchored] = blind.posterior[anchored]
        label[anchored], _ = leading(
            posterior[anchored], votes.items.filter(pl.Series(anchored)), votes.classes, seed=seed
        )
        label[np.bincount(votes.item, minlength=len(label)) == 0] = -1
    return posterior, label


def clamped(posterior: Floats, settled: Codes) -> Floats:
    clamped = posterior.copy()
    anchored = np.flatnonzero(settled >= 0)
    clamped[anchored] = 0
    clamped[anchored, settled[anchored]] = 1
    return clamped
