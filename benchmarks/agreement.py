"""Agreement on a million annotations (200,000 items, 50 assessors, 12 classes), against one group-by of the same frame.

The frame is VOTES as the database gives it: items and annotators are strings, labels an Enum. The group-by is
``group_by("item", "label").len()``. "All figures" is everything without the bootstrap: the door's checks and coding,
pairwise agreement both ways, the kappas of all 1,225 pairs and their mean, Fleiss, alpha nominal and ordinal, AC1, and
every class's agreement and kappa. Both are run turn by turn, the ratio is that of the medians. The same with items in
random order and with whole numbers for items and annotators is printed beside it.

The same where a label is any of 5 classes (333,333 items, 3 votes each, a class put in or left out by mistake in 5 of 100):
from a column of lists to all figures with their intervals.

Targets: all figures at most 3 times the group-by; 1,000 draws of the bootstrap for all of them in 30 s; of sets in 10 s.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

import numpy as np
import polars as pl

from benchmarks.report import at_most, main
from labeling.quality.agreement import agreement_report
from labeling.quality.frames import votes_frame
from labeling.quality.groups import agreement_with_others
from labeling.quality.kinds.several import several_agreement

ASSESSORS, CLASSES, OVERLAP, DRAWS = 50, 12, 5, 1000
TARGETS = {"all_figures_to_group_by": at_most(3), "bootstrap_s": at_most(30), "sets_bootstrap_s": at_most(10)}
SET_CLASSES, SET_OVERLAP = 5, 3


def measure(quick: bool) -> dict[str, float]:
    """Ratios, milliseconds and seconds; a fifth of the items when quick."""
    numbers = votes_of(40_000 if quick else 200_000)
    strings = numbers.with_columns(pl.format("item-{}", "item"), pl.format("assessor:{}", "annotator"))
    rounds = 7 if quick else 11
    figures: dict[str, float] = {"annotations": float(len(numbers))}
    shuffled = strings.sample(fraction=1, shuffle=True, seed=1)
    for suffix, frame in (("", strings), ("_shuffled", shuffled), ("_whole_numbers", numbers)):
        figures |= {f"{name}{suffix}": value for name, value in _turn_by_turn(frame, rounds).items()}
    coded = votes_frame(strings)
    figures["with_others_ms"] = _seconds(lambda: agreement_with_others(coded)) * 1000
    figures["bootstrap_s"] = _seconds(lambda: agreement_report(coded, ordered=True, draws=DRAWS))
    lists = lists_of(66_667 if quick else 333_333)
    figures["sets_ms"] = _seconds(lambda: several_agreement(lists, draws=0)) * 1000
    figures["sets_bootstrap_s"] = _seconds(lambda: several_agreement(lists, draws=DRAWS))
    return figures


def votes_of(items: int) -> pl.DataFrame:
    """VOTES of whole numbers, by item: five random assessors each, right in 85 of 100."""
    rng = np.random.default_rng(0)
    annotator = rng.random((items, ASSESSORS), dtype=np.float32).argpartition(OVERLAP, axis=1)[:, :OVERLAP]
    truth = rng.choice(CLASSES, items, p=rng.dirichlet(np.full(CLASSES, 4.0)))
    label = np.where(rng.random((items, OVERLAP)) < 0.85, truth[:, None], rng.integers(0, CLASSES, (items, OVERLAP)))
    names = [f"class_{code:02}" for code in range(CLASSES)]
    return pl.DataFrame(
        {
            "item": np.repeat(np.arange(items), OVERLAP),
            "annotator": np.sort(annotator, axis=1).ravel(),
            "label": pl.Series(names, dtype=pl.Enum(names)).gather(label.ravel()),
        }
    )


def lists_of(items: int) -> pl.DataFrame:
    """VOTES whose label is a list of classes: each class of the truth was put in or left out by mistake now and then."""
    rng = np.random.default_rng(1)
    votes = items * SET_OVERLAP
    truth = np.repeat(rng.random((items, SET_CLASSES)) < 0.3, SET_OVERLAP, axis=0)
    given = truth ^ (rng.random((votes, SET_CLASSES)) < 0.05)
    sets = [[f"class_{at}" for at in range(SET_CLASSES) if code >> at & 1] for code in range(2**SET_CLASSES)]
    first = np.repeat(rng.integers(0, ASSESSORS, items), SET_OVERLAP)
    return pl.DataFrame(
        {
            "item": np.repeat(np.arange(items), SET_OVERLAP),
            "annotator": (first + np.tile(np.arange(SET_OVERLAP) * 7, items)) % ASSESSORS,
            "label": pl.Series(sets).gather(given @ (1 << np.arange(SET_CLASSES))),
        }
    )


def _turn_by_turn(frame: pl.DataFrame, rounds: int) -> dict[str, float]:
    parts: dict[str, Callable[[], object]] = {
        "group_by": lambda: frame.group_by("item", "label").len(),
        "all_figures": lambda: agreement_report(frame, ordered=True, draws=0),
        "door": lambda: votes_frame(frame),
    }
    times: dict[str, list[float]] = {name: [] for name in parts}
    for _ in range(rounds):
        for name, act in parts.items():
            times[name].append(_seconds(act))
    middle = {name: statistics.median(seconds) for name, seconds in times.items()}
    ratio = {"all_figures_to_group_by": middle["all_figures"] / middle["group_by"]}
    return ratio | {f"{name}_ms": seconds * 1000 for name, seconds in middle.items()}


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    main("Agreement of a million annotations, beside one group-by", measure, TARGETS)
