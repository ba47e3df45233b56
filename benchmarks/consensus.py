"""Consensus on real crowds with gold labels: every method of ours, and crowd-kit's on the same votes.

Without golden items, and with 5 % of the gold given as golden items, scored on the rest; 10 draws (one when quick, and
of the smaller crowds). crowd-kit's Dawid-Skene gets the golden items too; its one-coin and majority take none. Figures
are named ``setting.method.crowd``, accuracies in percent.

Targets: with golden items, auto's mean within 0.5 points of the best method of each crowd chosen with hindsight, and on
no crowd more than 1 point under majority (ours or crowd-kit's, whichever is better); without, a mean above every
method of crowd-kit.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from benchmarks import crowd_kit
from benchmarks.crowds import Crowd, crowds, folder
from benchmarks.report import at_least, main
from labeling.quality.consensus import METHODS, consensus

GOLDEN_SHARE, DRAWS = 0.05, 10
QUICK = ["bluebird", "rte", "sentiment", "sp_amt", "zencrowd_us"]
THEIRS = [f"crowdkit_{method}" for method in crowd_kit.METHODS]
TARGETS = {
    "golden.auto_minus_hindsight": at_least(-0.5),
    "golden.auto_minus_majority_worst": at_least(-1),
    "free.auto_minus_crowdkit": at_least(0.01),
}

Scores = dict[str, float]


def measure(quick: bool) -> dict[str, float]:
    """Accuracy in percent by setting, method and crowd, and what the targets ask of them."""
    all_crowds = crowds(QUICK if quick else None)
    if not all_crowds:
        print(f"Skipped: no crowds under {folder()} (set SVERKA_SHARED).")
        return {}
    theirs = _crowdkit_there()
    # The workers share the cores already.
    os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
    draws = [None, *range(1 if quick else DRAWS)]
    tasks = [(crowd, draw) for draw in draws for crowd in all_crowds]
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as workers:
        scores = list(workers.map(partial(_scores, theirs=theirs), *zip(*tasks, strict=True)))
    by_setting = {
        "free": {crowd.name: score for (crowd, draw), score in zip(tasks, scores, strict=True) if draw is None},
        "golden": {crowd.name: _mean(crowd, tasks, scores) for crowd in all_crowds},
    }
    figures: dict[str, float] = {}
    for setting, table in by_setting.items():
        print(_matrix(setting, table))
        figures |= _flat(setting, table) | _auto_beside_others(setting, table)
    return figures


def _crowdkit_there() -> bool:
    try:
        crowd_kit.prepare()
    except crowd_kit.UnavailableError as reason:
        print(f"crowd-kit skipped: {reason}")
        return False
    return True


def _scores(crowd: Crowd, draw: int | None, theirs: bool) -> Scores:
    """Accuracy of every method on one crowd; with golden items if a draw is given, which are then not scored."""
    golden = None if draw is None else crowd.gold.sample(fraction=GOLDEN_SHARE, seed=draw)
    scored = crowd.gold if golden is None else crowd.gold.join(golden, on="item", how="anti")
    scores = {}
    for method in METHODS:
        frame = consensus(crowd.votes, golden=golden, method=method, classes=crowd.classes).frame
        scores[method] = _accuracy(frame.with_columns(pl.col("label").cast(pl.String).cast(pl.Int64)), scored)
    return scores | (_their_scores(crowd, golden, scored) if theirs else {})


def _their_scores(crowd: Crowd, golden: pl.DataFrame | None, scored: pl.DataFrame) -> Scores:
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        crowd.votes.write_parquet(place / "votes.parquet")
        if golden is not None:
            golden.write_parquet(place / "golden.parquet")
        golden_file = None if golden is None else str(place / "golden.parquet")
        jobs = [
            crowd_kit.Job(method, str(place / "votes.parquet"), str(place / f"{method}.parquet"), golden_file)
            for method in crowd_kit.METHODS
        ]
        crowd_kit.aggregate(jobs)
        return {f"crowdkit_{job.method}": _accuracy(pl.read_parquet(job.out), scored) for job in jobs}


def _accuracy(labels: pl.DataFrame, gold: pl.DataFrame) -> float:
    both = gold.join(labels.select("item", found="label"), on="item", how="left")
    return 100 * float(both["label"].eq_missing(both["found"]).mean())


def _mean(crowd: Crowd, tasks: list[tuple[Crowd, int | None]], scores: list[Scores]) -> Scores:
    drawn = [
        score
        for (drawn_crowd, draw), score in zip(tasks, scores, strict=True)
        if drawn_crowd is crowd and draw is not None
    ]
    return {method: statistics.mean(score[method] for score in drawn) for method in drawn[0]}


def _flat(setting: str, table: dict[str, Scores]) -> Scores:
    return {f"{setting}.{method}.{crowd}": score for crowd, row in table.items() for method, score in row.items()}


def _auto_beside_others(setting: str, table: dict[str, Scores]) -> Scores:
    """Points between auto and: each crowd's best, the better majority where it is worst, crowd-kit's best mean."""
    auto = statistics.mean(row["auto"] for row in table.values())
    methods = [method for method in next(iter(table.values())) if method != "auto"]
    best = statistics.mean(max(row[method] for method in methods) for row in table.values())
    heads = [method for method in ("majority", "crowdkit_majority") if method in methods]
    figures = {
        f"{setting}.auto": auto,
        f"{setting}.auto_minus_hindsight": auto - best,
        f"{setting}.auto_minus_majority_worst": min(
            row["auto"] - max(row[method] for method in heads) for row in table.values()
        ),
    }
    means = [statistics.mean(row[method] for row in table.values()) for method in THEIRS if method in methods]
    return figures | ({f"{setting}.auto_minus_crowdkit": auto - max(means)} if means else {})


def _matrix(setting: str, table: dict[str, Scores]) -> str:
    """Methods by crowds, with the mean."""
    names = list(table)
    lines = [f"{setting:22}" + "".join(f"{name[:11]:>12}" for name in [*names, "mean"])]
    for method in next(iter(table.values())):
        row = [table[name][method] for name in names]
        lines.append(f"{method:22}" + "".join(f"{score:12.2f}" for score in [*row, statistics.mean(row)]))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main("Consensus on real crowds with gold labels", measure, TARGETS)
