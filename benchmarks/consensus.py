"""Consensus on real crowds with gold labels: every method of ours, and crowd-kit's on the same votes.

Without golden items, and with 5 % of the gold given as golden items, scored on the rest; 10 draws (one when quick, and
of the smaller crowds). crowd-kit's Dawid-Skene gets the golden items too; its one-coin and majority take none. Figures
are named ``setting.method.crowd``, accuracies in percent; of a tie a label counts its part where the method is ours.
``ece`` is the expected calibration error of auto's probabilities on crowds of at least 500 gold labels, in the same
settings and on votes thinned to so many an item, with golden items.

Targets: without golden items auto's mean half a point above the best single published method, and on no crowd more than
1 point under majority (ours or crowd-kit's, whichever is better); with them its mean within 0.3 points of the best
method of each crowd chosen with hindsight, and no draw more than 2 points under majority; errors of calibration of at most
0.05, of thinned votes 0.07.
"""

from __future__ import annotations

import os
import statistics
import tempfile
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks import crowd_kit
from benchmarks.crowds import Crowd, crowds, folder
from benchmarks.report import at_least, at_most, main
from labeling.quality.calibrating import reliability
from labeling.quality.consensus import METHODS, Consensus, consensus

GOLDEN_SHARE, DRAWS = 0.05, 10
LEAST_GOLD, THINNED = 500, (1, 2, 3)
QUICK = ["bluebird", "rte", "sentiment", "sp_amt", "zencrowd_us"]
THEIRS = [f"crowdkit_{method}" for method in crowd_kit.METHODS]
# Those that stand in a paper as they stand here, or nearly so.
PUBLISHED = ["majority", "one_coin", "dawid_skene", "hierarchical", "ebcc", "prototypes", *THEIRS]
TARGETS = {
    "free.auto_minus_published": at_least(0.5),
    "free.auto_minus_majority_worst": at_least(-1),
    "golden.auto_minus_hindsight": at_least(-0.3),
    "golden.auto_minus_majority_worst_draw": at_least(-2),
    "free.ece_worst": at_most(0.05),
    "golden.ece_worst": at_most(0.05),
    **{f"thinned{most}.ece_worst": at_most(0.07) for most in THINNED},
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
        figures |= _flat(setting, table) | _auto_beside_others(setting, table) | _worst_error(setting, table)
    drawn = [score["auto"] - _heads(score) for (_, draw), score in zip(tasks, scores, strict=True) if draw is not None]
    return figures | {"golden.auto_minus_majority_worst_draw": min(drawn)} | _thinned(all_crowds)


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
        found = consensus(crowd.votes, golden=golden, method=method, classes=crowd.classes)
        scores[method], error = _graded(found, scored)
        if method == "auto" and len(crowd.gold) >= LEAST_GOLD:
            scores["ece"] = error
    return scores | (_their_scores(crowd, golden, scored) if theirs else {})


def _graded(found: Consensus, gold: pl.DataFrame) -> tuple[float, float]:
    """Accuracy in percent, of a tie its part, and the expected calibration error."""
    place = {item: at for at, item in enumerate(found.votes.items.to_list())}
    code = {name: at for at, name in enumerate(found.classes)}
    known = [(place[item], code[str(label)]) for item, label in gold.iter_rows() if item in place]
    at, truth = np.array(known).T
    top = found.posterior[at] >= found.posterior[at].max(axis=1, keepdims=True) - 1e-9
    right = top[np.arange(len(at)), truth] / top.sum(axis=1)
    error = reliability(found.posterior[at].max(axis=1), right, 1).error.value
    return 100 * float(right.sum()) / len(gold), float(error or 0)


def _thinned(all_crowds: list[Crowd]) -> Scores:
    """Errors of calibration where items keep so many votes of theirs, with golden items: by crowd, and the worst."""
    figures: Scores = {}
    for most in THINNED:
        errors = {}
        for crowd in all_crowds:
            if len(crowd.gold) < LEAST_GOLD:
                continue
            votes = crowd.votes.sample(fraction=1, shuffle=True, seed=most).filter(
                pl.int_range(pl.len()).over("item") < most
            )
            golden = crowd.gold.sample(fraction=GOLDEN_SHARE, seed=most)
            found = consensus(votes, golden=golden, classes=crowd.classes)
            errors[crowd.name] = _graded(found, crowd.gold.join(golden, on="item", how="anti"))[1]
        figures |= {f"thinned{most}.ece.{name}": error for name, error in errors.items()}
        figures[f"thinned{most}.ece_worst"] = max(errors.values(), default=0.0)
    return figures


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
    """Points between auto and: each crowd's best, the better majority where it is worst, the best means of others."""
    auto = statistics.mean(row["auto"] for row in table.values())
    methods = [method for method in next(iter(table.values())) if method not in ("auto", "ece")]
    best = statistics.mean(max(row[method] for method in methods) for row in table.values())
    figures = {
        f"{setting}.auto": auto,
        f"{setting}.auto_minus_hindsight": auto - best,
        f"{setting}.auto_minus_majority_worst": min(row["auto"] - _heads(row) for row in table.values()),
    }
    for whose, names in (("published", PUBLISHED), ("crowdkit", THEIRS)):
        means = [statistics.mean(row[method] for row in table.values()) for method in names if method in methods]
        figures |= {f"{setting}.auto_minus_{whose}": auto - max(means)} if means else {}
    return figures


def _heads(row: Scores) -> float:
    return max(row[method] for method in ("majority", "crowdkit_majority") if method in row)


def _worst_error(setting: str, table: dict[str, Scores]) -> Scores:
    return {f"{setting}.ece_worst": max((row["ece"] for row in table.values() if "ece" in row), default=0.0)}


def _matrix(setting: str, table: dict[str, Scores]) -> str:
    """Methods by crowds, with the mean."""
    names = list(table)
    lines = [f"{setting:22}" + "".join(f"{name[:11]:>12}" for name in [*names, "mean"])]
    for method in max(table.values(), key=len):
        row = [table[name].get(method, float("nan")) for name in names]
        mean = statistics.mean(score for score in row if score == score)
        lines.append(f"{method:22}" + "".join(f"{score:12.{3 if method == 'ece' else 2}f}" for score in [*row, mean]))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main("Consensus on real crowds with gold labels", measure, TARGETS)
