"""Consensus of ordered classes and of several at once, beside the majority and Dawid-Skene on the same votes.

Ordered: real crowds (search relevance `web`; `relevance` without broken links; ratings of Amazon reviews from -4 to 4, of which
2, 3 or 5 of 20 are the votes and the rounded mean of the others is the truth) and made ones whose truth is known (six habits,
even and skewed, five sizes). Mean distance in steps from the truth, and accuracy in percent. The majority and Dawid-Skene give
their most probable label, as they do for single labels; ``median`` is the median of the votes.

Several: emotions in Ukrainian posts of three annotators, two of whom vote and the third is the truth, each in turn; and made
crowds. Macro F1 and whole sets right in percent.

Figures are named ``ordered.crowd.method.figure``.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from itertools import product

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.crowds import crowds, folder
from benchmarks.report import at_least, at_most, main
from labeling.quality.consensus import consensus_of
from labeling.quality.frames import Votes, votes_frame
from labeling.quality.kinds import Kind
from labeling.quality.kinds.consensus import consensus_of_kind
from labeling.quality.kinds.membership import membership
from labeling.quality.kinds.sets import set_code
from labeling.quality.kinds.several_consensus import Decoding
from tests.labeling.quality.kind_crowds import Habit, ordered_crowd, set_crowd

# Classes, votes an item, items, annotators.
SIZES = [(5, 3, 300, 20), (7, 10, 200, 30), (9, 2, 200, 15), (5, 3, 600, 150), (7, 3, 100, 8)]
SET_SIZES = [(6, 3, 300, 10), (6, 3, 1000, 200), (12, 2, 300, 15), (28, 3, 300, 20), (4, 5, 200, 30), (6, 10, 300, 30)]
RATINGS, EMOTIONS = "vader_amazon/ratings.csv", "brighter_ukr/votes.csv"
TARGETS = {
    "ordered.made.auto_minus_majority.distance": at_most(0),
    "ordered.made.auto_minus_dawid_skene.distance": at_most(0),
    "ordered.made.auto_minus_majority.accuracy": at_least(0),
    "ordered.real.auto_minus_majority_worst.distance": at_most(0),
    "ordered.real.auto_minus_dawid_skene.distance": at_most(0),
    "ordered.real.auto_minus_majority_worst.accuracy": at_least(0),
    "several.made.auto_minus_majority.f1": at_least(0),
    "several.made.auto_minus_majority.exact": at_least(0),
    "several.emotions.auto_minus_majority.exact": at_least(0),
    "several.emotions.auto_f1_minus_majority.f1": at_least(0),
}

Scores = dict[str, tuple[float, float]]


def measure(quick: bool) -> dict[str, float]:
    """Both figures by crowd and method, and what the targets ask of them."""
    figures: dict[str, float] = {}
    real = {name: _ordered(frame, truth, classes) for name, frame, truth, classes in _real(quick)}
    if not real:
        print(f"Skipped: no crowds under {folder()} (set SVERKA_SHARED).")
    made: dict[str, list[Scores]] = {}
    sizes = SIZES[:1] if quick else SIZES
    for habit, skewed, size, seed in product(Habit, (False, True), sizes, range(1 if quick else 2)):
        classes, overlap, items, people = size
        votes, truth = ordered_crowd(
            habit, classes=classes, overlap=overlap, items=items, people=people, skewed=skewed, seed=100 + seed
        )
        made.setdefault(f"{habit}{'_skewed' * skewed}", []).append(_ordered(votes, truth, classes))
    for name, scores in (real | {name: _mean(each) for name, each in made.items()}).items():
        figures |= _flat(f"ordered.{name}", scores, ("distance", "accuracy"))
    figures |= _beside([each for group in made.values() for each in group], "ordered.made", worst=False)
    if real:
        figures |= _beside(list(real.values()), "ordered.real", worst=False)
        figures |= _beside(list(real.values()), "ordered.real", worst=True)
    return figures | _several_figures(quick)


def _real(quick: bool) -> Iterator[tuple[str, pl.DataFrame, npt.NDArray[np.int64], int]]:
    for crowd in crowds(["web"] if quick else ["web", "relevance"]):
        votes, gold = (
            frame.filter(pl.col("label") < (5 if crowd.name == "web" else 3)) for frame in (crowd.votes, crowd.gold)
        )
        truth = np.full(int(max(votes["item"].max(), gold["item"].max())) + 1, -1)
        truth[gold["item"].to_numpy()] = gold["label"].to_numpy()
        yield crowd.name, votes, truth, 5 if crowd.name == "web" else 3
    path = folder().parent / RATINGS
    if path.exists():
        given = np.array([json.loads(row) for row in pl.read_csv(path)["ratings"]]) + 4
        for overlap in (3,) if quick else (2, 3, 5):
            yield f"ratings_{overlap}", *_of_ratings(given, overlap), 9


def _of_ratings(given: npt.NDArray[np.int64], overlap: int) -> tuple[pl.DataFrame, npt.NDArray[np.int64]]:
    """Some of the ratings of each item as votes, and what the others make of it."""
    items, most = given.shape
    place = np.argsort(np.random.default_rng(0).random((items, most)), axis=1)
    voted, rest = (np.take_along_axis(given, part, axis=1) for part in (place[:, :overlap], place[:, overlap:]))
    item = np.repeat(np.arange(items), overlap)
    frame = pl.DataFrame({"item": item, "annotator": place[:, :overlap].ravel(), "label": voted.ravel()})
    return frame, np.floor(rest.mean(axis=1) + 0.5).astype(np.int64)


def _ordered(frame: pl.DataFrame, truth: npt.NDArray[np.int64], classes: int) -> Scores:
    votes = votes_frame(frame, classes=range(classes))
    found = {
        "majority": consensus_of(votes, method="majority"),
        "dawid_skene": consensus_of(votes, method="dawid_skene"),
        "median": consensus_of_kind(votes, Kind.ORDERED, method="majority"),
        "ordinal": consensus_of_kind(votes, Kind.ORDERED, method="ordinal"),
        "auto": consensus_of_kind(votes, Kind.ORDERED),
    }
    expected = truth[votes.items.to_numpy()]
    scored = expected >= 0
    scores = {}
    for method, each in found.items():
        apart = np.abs(each.frame["label"].to_physical().to_numpy().astype(np.int64) - expected)[scored]
        scores[method] = float(apart.mean()), 100 * float((apart == 0).mean())
    return scores


def _several_figures(quick: bool) -> dict[str, float]:
    figures: dict[str, float] = {}
    emotions = folder().parent / EMOTIONS
    groups: dict[str, list[Scores]] = {"made": []}
    if emotions.exists():
        groups["emotions"] = [_several(*each) for each in _rotations(pl.read_csv(emotions))]
    for size, seed in product(SET_SIZES[:2] if quick else SET_SIZES, range(1 if quick else 3)):
        classes, overlap, items, people = size
        groups["made"].append(
            _several(*set_crowd(classes=classes, overlap=overlap, items=items, people=people, seed=seed))
        )
    for name, scores in groups.items():
        mean = _mean(scores)
        figures |= _flat(f"several.{name}", mean, ("f1", "exact"))
        for method in ("auto", "auto_f1"):
            for at, figure in enumerate(("f1", "exact")):
                figures[f"several.{name}.{method}_minus_majority.{figure}"] = mean[method][at] - mean["majority"][at]
    return figures


def _rotations(
    frame: pl.DataFrame,
) -> Iterator[tuple[npt.NDArray[np.bool_], npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.bool_]]]:
    people = ["Annotator-1", "Annotator-2", "Annotator-3"]
    wide = [frame.pivot("emotion", index="text_id", values=name).sort("text_id").drop("text_id") for name in people]
    given = [each.to_numpy() > 0 for each in wide]
    item = np.tile(np.arange(len(given[0])), 2)
    for out in range(3):
        voting = [at for at in range(3) if at != out]
        yield np.concatenate([given[at] for at in voting]), item, np.repeat(voting, len(given[0])), given[out]


def _several(
    given: npt.NDArray[np.bool_],
    item: npt.NDArray[np.int64],
    who: npt.NDArray[np.int64],
    truth: npt.NDArray[np.bool_],
) -> Scores:
    classes = [f"c{at:02}" for at in range(truth.shape[1])]
    codes = [set_code([name for name, there in zip(classes, row, strict=True) if there], classes) for row in given]
    votes = votes_frame(pl.DataFrame({"item": item, "annotator": who, "label": codes}))
    scores = {}
    for name, method, decoding in (
        ("majority", "majority", Decoding.LIKELY),
        ("dawid_skene", "dawid_skene", Decoding.LIKELY),
        ("auto", "auto", Decoding.LIKELY),
        ("auto_f1", "auto", Decoding.F1),
    ):
        found = _sets(votes, classes, method, decoding)
        shared, both = (truth & found).sum(axis=0), truth.sum(axis=0) + found.sum(axis=0)
        f1 = np.where(both > 0, 2 * shared / np.maximum(both, 1), 1.0)
        scores[name] = 100 * float(f1.mean()), 100 * float((truth == found).all(axis=1).mean())
    return scores


def _sets(votes: Votes, classes: list[str], method: str, decoding: Decoding) -> npt.NDArray[np.bool_]:
    found = consensus_of_kind(votes, Kind.SEVERAL, method=method, classes=classes, decoding=decoding).frame
    return membership(found.sort("item")["label"].to_list(), classes)


def _mean(scores: list[Scores]) -> Scores:
    return {
        method: (
            statistics.mean(each[method][0] for each in scores),
            statistics.mean(each[method][1] for each in scores),
        )
        for method in scores[0]
    }


def _flat(name: str, scores: Scores, figures: tuple[str, str]) -> dict[str, float]:
    return {
        f"{name}.{method}.{figure}": value
        for method, both in scores.items()
        for figure, value in zip(figures, both, strict=True)
    }


def _beside(scores: list[Scores], name: str, *, worst: bool) -> dict[str, float]:
    """Auto's mean figures less those of others, or where it stands worst beside them."""
    found = {}
    for other, (at, figure, last) in product(("majority", "dawid_skene"), ((0, "distance", max), (1, "accuracy", min))):
        gaps = [each["auto"][at] - each[other][at] for each in scores]
        found[f"{name}.auto_minus_{other}{'_worst' * worst}.{figure}"] = last(gaps) if worst else statistics.mean(gaps)
    return found


if __name__ == "__main__":
    main("Consensus of ordered classes and of several at once", measure, TARGETS)
