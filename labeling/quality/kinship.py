"""How far junior agrees with each annotator and with consensus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from narwhals.typing import IntoDataFrame

from labeling.quality.figures import Figure
from labeling.quality.frames import read_columns
from labeling.quality.kappas import pairwise_kappa


@dataclass(frozen=True, slots=True)
class Kinship:
    """How far junior agrees with one annotator, or with consensus: raw agreement, Cohen's kappa with its interval and n."""

    annotator: str
    agreement: float
    kappa: Figure


def kinships(suggestions: IntoDataFrame, votes: IntoDataFrame | None, classes: Sequence[str]) -> list[Kinship]:
    """With each annotator of VOTES, by name, on the items of SUGGESTIONS that they labeled; a refusal is no vote."""
    if votes is None:
        return []
    suggested = read_columns(suggestions, "suggestions", ["item", "label"], ["item"]).unique("item", keep="last")
    names = ["item", "annotator", "label"]
    theirs = read_columns(votes, "votes", names, names[:2]).unique(names[:2], keep="last", maintain_order=True)
    text = pl.col("label", "suggestion").cast(pl.String)
    met = theirs.join(suggested.rename({"label": "suggestion"}), on="item", how="inner").with_columns(text).drop_nulls()
    # Each answer is an item of its own with two votes, so that only pairs with junior meet.
    met = met.with_columns(pl.col("annotator").cast(pl.String)).with_row_index("answer")
    juniors = met.select(item="answer", annotator=pl.lit("\0junior"), label="suggestion")
    pairs = pl.concat([juniors, met.select("annotator", "label", item="answer").select(juniors.columns)])
    kappas = pairwise_kappa(pairs, classes=classes)
    return [
        Kinship(row["annotator_b"], row["agreement"], Figure(row["kappa"], row["low"], row["high"], row["n"]))
        for row in kappas.sort("annotator_b").rows(named=True)
    ]


def with_consensus(
    suggestions: IntoDataFrame, consensus: IntoDataFrame | None, classes: Sequence[str]
) -> Kinship | None:
    """With CONSENSUS(item, label); None without an item in common."""
    if consensus is None:
        return None
    labels = read_columns(consensus, "consensus", ["item", "label"], ["item"])
    kin = kinships(suggestions, labels.with_columns(annotator=pl.lit("consensus")), classes)
    return kin[0] if kin else None
