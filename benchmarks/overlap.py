"""Adaptive overlap replayed on real crowds: how many of the recorded labels it would have asked for, at what accuracy.

Votes are handed out item by item in the order of the file, target and limits at their defaults; the accuracy is that of
the consensus (hierarchical Dawid-Skene) of the votes asked for, beside that of all votes. Means over random pilots.
Targets: at most 60 % of the labels for at most 0.5 points of accuracy.
"""

from __future__ import annotations

import statistics

import polars as pl

from benchmarks.crowds import crowds, folder
from benchmarks.report import at_most, main
from labeling.quality.consensus import consensus_of
from labeling.quality.frames import Votes, votes_frame
from labeling.quality.overlap import MODEL, replay

NAMES = ["rte", "sentiment", "sp_amt"]
TARGETS = {f"share.{name}": at_most(60) for name in NAMES} | {f"loss.{name}": at_most(0.5) for name in NAMES}


def measure(quick: bool) -> dict[str, float]:
    """Percent of the labels asked for, points of accuracy lost; 10 pilots, 2 when quick."""
    all_crowds = crowds(NAMES)
    if not all_crowds:
        print(f"Skipped: no crowds under {folder()} (set SVERKA_SHARED).")
    figures = {}
    for crowd in all_crowds:
        votes = votes_frame(crowd.votes, classes=crowd.classes)
        full = _accuracy(votes, crowd.gold)
        replays = [replay(votes, seed=seed) for seed in range(2 if quick else 10)]
        figures |= {
            f"full.{crowd.name}": full,
            f"share.{crowd.name}": 100 * statistics.mean(replayed.share for replayed in replays),
            f"loss.{crowd.name}": statistics.mean(
                full - _accuracy(votes.where(replayed.keep), crowd.gold) for replayed in replays
            ),
        }
    return figures


def _accuracy(votes: Votes, gold: pl.DataFrame) -> float:
    labels = consensus_of(votes, method=MODEL).frame.select("item", found=pl.col("label").cast(pl.String))
    both = gold.join(labels, on="item", how="left")
    return 100 * float(both["label"].cast(pl.String).eq_missing(both["found"]).mean())


if __name__ == "__main__":
    main("Adaptive overlap replayed on real crowds", measure, TARGETS)
