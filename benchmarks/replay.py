"""Replay: a crowd that shares a misreading, and what expert time for a tenth of the items makes of it.

Who the assessors are and how a briefing works stands in ``replay_world``. ``before``: majority of the first answers.

Ours, as the product advises: a sixteenth of the items, drawn at random, are golden, five a chunk. A chunk fails where the
upper limit (95 % Wilson) of its golden accuracy, or of all its assessor's golden answers, lies under the floor of 70 %; failed
chunks are done again once, briefed. Rulings follow the suspicions' order, 50 at a time, each batch teaching the next order.
The rest of the time goes to bulk rulings. Of each group that ``propagate`` proposes, the largest first, LOOKED items drawn at
random are looked at and ruled, which is what a group costs; where none of them bears the proposal out, the others stay as they
are. Final labels are rulings, single and in bulk, else golden labels, else the consensus that learned from golden labels.
``random``: as many items drawn and ruled. ``cleanlab``: as many in the order of CleanLab's self-confidence on 5-fold
probabilities of word TF-IDF and scikit-learn's LogisticRegression. Neither has golden items, so no briefing: their curve is flat.

Weighted F1 is that of our classifier trained on the labels, on the set's test part: true labels, no items of the project.
``put_right``: wrong labels before minus wrong labels after. ``alike``: half removed, by the same share for all assessors.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl
from sklearn.metrics import f1_score

from benchmarks.baselines import plain_probabilities
from benchmarks.crowds import folder
from benchmarks.replay_world import Whole, World, world
from benchmarks.report import Target, at_least, at_most, main
from labeling.review.classifier import features
from labeling.review.evidence import gather
from labeling.review.linear import train
from labeling.review.propagate import propagate
from labeling.review.scoring import ReviewState, scored, taught

SETS, SEEDS = ("clinc_banking", "brighter_rus"), 3
REMOVED = (0.0, 0.25, 0.5, 0.75, 1.0)
BUDGET, BATCH, LOOKED = 0.1, 50, 2


def _targets() -> dict[str, Target]:
    targets: dict[str, Target] = {}
    for name in SETS:
        targets[f"{name}.ours.0.5.divergence"] = at_most(0.09)
        targets[f"{name}.ours.0.5.f1_gain"] = at_least(0.18)
        targets[f"{name}.put_right_over_cleanlab"] = at_least(2)
    return targets


def measure(quick: bool) -> dict[str, float]:
    """Divergence, labels put right and F1 by set, way and share of the misreading that a briefing removes."""
    shared = folder().parent
    if not all((shared / name / "items.csv").exists() for name in SETS):
        print(f"Skipped: no data under {shared} (set SVERKA_SHARED).")
        return {}
    seeds = range(1 if quick else SEEDS)
    tasks = [(shared, name, seed, quick) for seed, name in product(seeds, SETS[1:] if quick else SETS)]
    with ProcessPoolExecutor(2) as pool:
        results = list(pool.map(_replayed, tasks))
    figures: dict[str, float] = {}
    for name in SETS:
        rows = [row for task, row in zip(tasks, results, strict=True) if task[1] == name]
        if not rows:
            continue
        means = {way: np.mean([row[way] for row in rows], axis=0) for way in rows[0]}
        print(_curve(name, means))
        before = means["before"]
        for way, (divergence, right, f1) in means.items():
            figures[f"{name}.{way}.divergence"] = divergence
            figures[f"{name}.{way}.put_right"] = right
            figures[f"{name}.{way}.f1_gain"] = f1 - before[2]
        figures[f"{name}.put_right_over_cleanlab"] = means["ours.0.0"][1] / means["cleanlab"][1]
    return figures


def _replayed(task: tuple[Path, str, int, bool]) -> dict[str, tuple[float, float, float]]:
    """(divergence, labels put right, F1) of every way on one set and seed."""
    shared, name, seed, quick = task
    people = world(shared, name, seed)
    before, budget = people.majority(people.answers), int(BUDGET * len(people.texts))
    matrix = features([*people.texts, *people.test_texts])
    wrong = int((before != people.truth).sum())

    def judged(label: Whole) -> tuple[float, float, float]:
        shares = np.eye(people.classes, dtype=np.float32)[label]
        model = train(matrix[: len(label)], shares)
        predicted = model.probabilities(matrix[len(label) :]).argmax(axis=1)
        left = int((label != people.truth).sum())
        return left / len(label), wrong - left, float(f1_score(people.test_truth, predicted, average="weighted"))

    by_way: dict[str, tuple[float, float, float]] = {}

    def note(way: str, label: Whole) -> None:
        by_way[way] = judged(label)
        print(f"{name} {seed} {way}: {by_way[way][0]:.3f}, {by_way[way][1]:.0f}, {by_way[way][2]:.3f}", flush=True)

    note("before", before)
    drawn = np.random.default_rng(seed).permutation(len(before))
    for way, order in {"random": drawn, "cleanlab": _cleanlab(people, before)}.items():
        note(way, _ruled(before, order[:budget], people.truth))
    for removed in (0.0, 0.5) if quick else REMOVED:
        note(f"ours.{removed}", _ours(people, removed, False, budget, seed))
    if not quick:
        note("alike.0.5", _ours(people, 0.5, True, budget, seed))
    return by_way


def _ruled(before: Whole, rows: Whole, truth: Whole) -> Whole:
    label = before.copy()
    label[rows] = truth[rows]
    return label


def _cleanlab(people: World, before: Whole) -> Whole:
    """Items, the least self-confident first."""
    probabilities = plain_probabilities(people.texts, before.astype(np.int32), people.classes)
    return np.argsort(probabilities[np.arange(len(before)), before], kind="stable")


def _ours(people: World, removed: float, alike: bool, budget: int, seed: int) -> Whole:
    """Final labels after golden items, work done again, rulings and bulk rulings."""
    labels = np.where(people.failed(seed), people.again(removed, alike, seed), people.answers)
    state, truth, codes = _reviewed(people, labels)
    settled = np.full(len(truth), -1, dtype=np.int32)
    settled[people.golden] = truth[people.golden]
    while True:
        propagated = propagate(state, settled)
        left = budget - int((settled >= 0).sum())
        free = left - LOOKED * len(propagated.frame)
        if free <= 0:
            break
        scores = scored(state, settled, taught(state, settled))
        scores[settled >= 0] = -1
        ruled = np.argsort(-scores, kind="stable")[: min(BATCH, free)]
        settled[ruled] = truth[ruled]
    random = np.random.default_rng(seed)
    final = np.where(settled >= 0, settled, state.given)
    for group in range(len(propagated.frame)):
        rows = np.flatnonzero(propagated.group == group)
        looked = random.permutation(rows)[:LOOKED]
        if len(looked) > left:
            break
        left -= len(looked)
        if (truth[looked] == propagated.label[looked]).any():
            final[rows] = propagated.label[rows]
        final[looked] = truth[looked]
    return codes[final]


def _reviewed(people: World, labels: Whole) -> tuple[ReviewState, Whole, Whole]:
    """The review's state, the truth in its codes, and the world's codes of its classes."""
    row, person = np.nonzero(people.assigned)
    # Names that sort as the numbers do.
    name = np.array([f"{code:03d}" for code in range(people.classes)])
    votes = pl.DataFrame({"item": row, "annotator": person, "label": name[labels[row, person]]})
    golden = pl.DataFrame({"item": people.golden, "label": name[people.truth[people.golden]]})
    items = pl.DataFrame({"item": np.arange(len(people.texts)), "text": people.texts})
    state = ReviewState.of(gather(items, votes, settled=golden))
    codes = np.array([int(code) for code in state.classes])
    return state, np.searchsorted(codes, people.truth), codes


def _curve(name: str, means: dict[str, np.ndarray]) -> str:
    lines = [f"{name:16}{'divergence':>12}{'put right':>12}{'F1':>8}"]
    lines += [f"{way:16}{row[0]:12.3f}{row[1]:12.0f}{row[2]:8.3f}" for way, row in means.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main("Replay: a shared misreading, put right", measure, _targets())
