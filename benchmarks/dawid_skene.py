"""Dawid-Skene on a million annotations (200,000 items, 50 assessors, 12 classes), beside crowd-kit's.

Both are timed from a frame in memory to a label for every item, ours with the door's checks. Targets: at least 5 times
as fast, labels equal on at least 99.9 % of items.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.crowd_kit import Job, UnavailableError, aggregate, prepare
from benchmarks.report import at_least, main
from labeling.quality.consensus import consensus

ASSESSORS, CLASSES, OVERLAP = 50, 12, 5
TARGETS = {"speedup": at_least(5), "equal_labels": at_least(0.999)}


def measure(quick: bool) -> dict[str, float]:
    """Seconds, their ratio and the share of equal labels; a tenth of the items when quick."""
    votes, truth = _world(20_000 if quick else 200_000)
    ours, seconds = pl.DataFrame(), float("inf")
    for _ in range(3):
        began = time.perf_counter()
        ours = consensus(votes, method="dawid_skene").frame
        seconds = min(seconds, time.perf_counter() - began)
    ours = ours.select("item", ours=pl.col("label").cast(pl.String).cast(pl.Int64))
    right = (ours.join(truth, on="item").select(pl.col("ours") == pl.col("label")).to_series()).mean()
    figures = {"annotations": float(len(votes)), "seconds": seconds, "accuracy": float(right)}
    try:
        prepare()
    except UnavailableError as reason:
        print(f"crowd-kit skipped: {reason}")
        return figures
    with tempfile.TemporaryDirectory() as folder:
        votes_file, out = Path(folder) / "votes.parquet", Path(folder) / "labels.parquet"
        votes.write_parquet(votes_file)
        theirs_seconds = aggregate([Job("dawid_skene", str(votes_file), str(out))])[0]
        both = ours.join(pl.read_parquet(out), on="item", how="left")
    return figures | {
        "crowdkit_seconds": theirs_seconds,
        "speedup": theirs_seconds / seconds,
        "equal_labels": float((both["ours"].eq_missing(both["label"])).mean()),
    }


def _world(items: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """VOTES and truth: assessors right in 55 to 95 of 100, each with errors of their own kind."""
    random = np.random.default_rng(7)
    truth = random.choice(CLASSES, items, p=random.dirichlet(np.full(CLASSES, 3.0)))
    errors = random.dirichlet(np.full(CLASSES, 0.5), size=(ASSESSORS, CLASSES)) * (1 - np.eye(CLASSES))
    errors /= errors.sum(axis=2, keepdims=True)
    accuracy = random.uniform(0.55, 0.95, ASSESSORS)[:, None, None]
    confusion = accuracy * np.eye(CLASSES) + (1 - accuracy) * errors
    annotator = random.random((items, ASSESSORS), dtype=np.float32).argpartition(OVERLAP, axis=1)[:, :OVERLAP].ravel()
    item = np.repeat(np.arange(items), OVERLAP)
    label = (random.random((len(item), 1)) > confusion.cumsum(axis=2)[annotator, truth[item], :-1]).sum(axis=1)
    votes = pl.DataFrame({"item": item, "annotator": annotator, "label": label})
    return votes, pl.DataFrame({"item": np.arange(items), "label": truth})


if __name__ == "__main__":
    main("Dawid-Skene on a million annotations, beside crowd-kit's", measure, TARGETS)
