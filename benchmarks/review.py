"""Review: which share of all wrong labels is found by looking at 5, 10, 20 and 30 % of the items.

vader_amazon: three of the twenty rating columns are the assessors (ten draws), a rating's sign is the label, majority (the
first class of a tie) the label under suspicion; the mean of the other 17 ratings, cut at 0.4, is the expert.
``with_rulings``: the expert rules 50 items at a time, in the order that the rulings before them gave.
banking77, clinc_banking: nine assessors in three groups of three; an item goes to one group, three votes. One group moves
60 % of its items (20 % of all) to the class most like theirs (cosine of TF-IDF centroids), all three alike; one vote in
thirty slips. ``mixed``: the same, but an item's three assessors are drawn from all nine.

Rankings: random; ``cleanlab``: self-confidence on 5-fold probabilities of word TF-IDF and scikit-learn's LogisticRegression;
``cleanlab_ours``: on our classifier's; entropy of the votes, ties at random; ``crowdlab``, ``crowdlab_ours``: likewise
(H. W. Goh, U. Tkachenko, J. Mueller, CROWDLAB, 2022); ours.
A ratio to ``cleanlab`` can't exceed what is printed as ``best_possible``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from sklearn.feature_extraction.text import TfidfVectorizer

from benchmarks.baselines import crowdlab, plain_probabilities
from benchmarks.crowds import folder
from benchmarks.report import at_least, main
from labeling.quality.frames import Votes
from labeling.review.evidence import Evidence, gather
from labeling.review.suspicion import suspicion

CUTS = (5, 10, 20, 30)
DRAWS, BATCH = 10, 50
GROUPS, SIZE, MOVED, SLIP = 3, 3, 0.6, 1 / 30
RANKINGS = ("random", "cleanlab", "cleanlab_ours", "entropy", "crowdlab", "crowdlab_ours", "ours")
TARGETS = {
    "vader_amazon.ours.20": at_least(0.72),
    "vader_amazon.with_rulings.20": at_least(0.75),
    "banking77.over_cleanlab.5": at_least(1.3),
    "banking77.over_cleanlab.10": at_least(1.3),
    "clinc_banking.over_cleanlab.5": at_least(1.3),
    "clinc_banking.over_cleanlab.10": at_least(1.3),
    "ours_minus_best_worst": at_least(-0.01),
}

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class World:
    """Texts, who labeled them (n, 3), their votes (n, 3), what is true (n,); labels are 0 .. classes - 1."""

    name: str
    texts: list[str]
    annotators: Whole
    votes: Whole
    truth: Whole
    classes: int


def measure(quick: bool) -> dict[str, float]:
    """Shares found by world, ranking and cut, and what the targets ask of them."""
    shared = folder().parent
    if not (shared / "vader_amazon" / "ratings.csv").exists():
        print(f"Skipped: no data under {shared} (set SVERKA_SHARED).")
        return {}
    shares: dict[str, list[dict[str, Floats]]] = {}
    for world in _worlds(shared, quick):
        rulings = world.name == "vader_amazon"
        row = _shares(world, rulings)
        shares.setdefault(world.name, []).append(row)
        print(world.name, " ".join(f"{name} {np.round(share, 3)}" for name, share in row.items()), flush=True)
    figures: dict[str, float] = {}
    margins: list[float] = []
    for name, rows in shares.items():
        means = {ranking: np.mean([row[ranking] for row in rows], axis=0) for ranking in rows[0]}
        print(_matrix(name, means))
        figures |= {
            f"{name}.{ranking}.{cut}": share
            for ranking, row in means.items()
            for cut, share in zip(CUTS, row, strict=True)
        }
        for at, cut in enumerate(CUTS):
            figures[f"{name}.over_cleanlab.{cut}"] = means["ours"][at] / means["cleanlab"][at]
            peers = [means[ranking][at] for ranking in RANKINGS if ranking != "ours"]
            margins.append(float(means["ours"][at] - max(peers)))
    return figures | {"ours_minus_best_worst": min(margins)}


def _worlds(shared: Path, quick: bool) -> Iterator[World]:
    for draw in range(1 if quick else DRAWS):
        yield _vader(shared, draw)
    clinc = pl.read_csv(shared / "clinc_banking" / "items.csv")
    yield _noisy("clinc_banking", clinc["text"], clinc["label"], mixed=False)
    if not quick:
        yield _noisy("clinc_banking", clinc["text"], clinc["label"], mixed=True)
        banking = pl.read_csv(shared / "banking77" / "train.csv")
        yield _noisy("banking77", banking["text"], banking["category"], mixed=False)
        yield _noisy("banking77", banking["text"], banking["category"], mixed=True)


def _vader(shared: Path, draw: int) -> World:
    frame = pl.read_csv(shared / "vader_amazon" / "ratings.csv")
    ratings = np.array([json.loads(cell) for cell in frame["ratings"]])
    chosen = np.random.default_rng(draw).choice(ratings.shape[1], 3, replace=False)
    expert = np.delete(ratings, chosen, axis=1).mean(axis=1)
    truth = np.where(expert > 0.4, 2, np.where(expert < -0.4, 0, 1))
    annotators = np.tile(np.arange(3), (len(ratings), 1))
    return World("vader_amazon", frame["text"].to_list(), annotators, np.sign(ratings[:, chosen]) + 1, truth, 3)


def _noisy(name: str, texts: pl.Series, labels: pl.Series, *, mixed: bool) -> World:
    names = labels.unique().sort()
    truth = labels.cast(pl.Enum(names)).to_physical().to_numpy().astype(np.int64)
    random = np.random.default_rng(0)
    n, everyone = len(truth), GROUPS * SIZE
    if mixed:
        annotators = np.argsort(random.random((n, everyone)), axis=1)[:, :3]
    else:
        annotators = random.integers(0, GROUPS, n)[:, None] * SIZE + np.arange(SIZE)
    misread = random.random(n) < MOVED
    like = _most_like(texts.to_list(), truth, len(names))
    label = np.where((annotators < SIZE) & misread[:, None], like[truth][:, None], truth[:, None])
    label = np.where(random.random(label.shape) < SLIP, random.integers(0, len(names), label.shape), label)
    return World(f"{name}_mixed" if mixed else name, texts.to_list(), annotators, label, truth, len(names))


def _most_like(texts: list[str], truth: Whole, classes: int) -> Whole:
    """For every class the one whose mean TF-IDF vector is nearest by cosine."""
    matrix = TfidfVectorizer(sublinear_tf=True).fit_transform(texts)
    centres = np.vstack([np.asarray(matrix[truth == code].mean(axis=0)) for code in range(classes)])
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    likeness = centres @ centres.T
    np.fill_diagonal(likeness, -1)
    return likeness.argmax(axis=1).astype(np.int64)


def _shares(world: World, rulings: bool) -> dict[str, Floats]:
    """Shares found at CUTS by every ranking."""
    n = len(world.truth)
    # Names that sort as the numbers do.
    code = np.array([f"{number:03d}" for number in range(world.classes)])
    votes = pl.DataFrame(
        {"item": np.repeat(np.arange(n), 3), "annotator": world.annotators.ravel(), "label": code[world.votes.ravel()]}
    )
    counts = (world.votes[:, :, None] == np.arange(world.classes)).sum(axis=1)
    given = counts.argmax(axis=1)
    labels = pl.DataFrame({"item": np.arange(n), "label": code[given]})
    items = pl.DataFrame({"item": np.arange(n), "text": world.texts})
    evidence = gather(items, votes, labels=labels)
    place = {name: at for at, name in enumerate(evidence.classes)}
    column = np.array([place.get(name, -1) for name in code])
    plain = plain_probabilities(world.texts, given.astype(np.int32), world.classes)
    random = np.random.default_rng(1)
    share = counts / 3
    entropy = -(share * np.log(np.maximum(share, 1e-12))).sum(axis=1)
    own = evidence.trained.probabilities
    full = np.full((n, world.classes), 1e-9)
    full[:, column >= 0] = own[:, column[column >= 0]]
    scores = {
        "random": random.random(n),
        "cleanlab": 1 - plain[np.arange(n), given],
        "cleanlab_ours": 1 - full[np.arange(n), given],
        "entropy": entropy + 1e-6 * random.random(n),
        "crowdlab": _crowdlab(evidence.votes, plain[:, np.argsort(column)[-len(place) :]], evidence.given),
        "crowdlab_ours": _crowdlab(evidence.votes, own, evidence.given),
        "ours": suspicion(evidence).scores,
    }
    wrong = given != world.truth
    shares = {name: _found_at(np.argsort(-score, kind="stable"), wrong) for name, score in scores.items()}
    if rulings:
        shares["with_rulings"] = _found_at(_ruled(evidence, code[world.truth], CUTS[-2]), wrong)
    return shares | {"best_possible": np.minimum(1, np.array(CUTS) / 100 / wrong.mean())}


def _crowdlab(votes: Votes, probabilities: Floats, given: npt.NDArray[np.int32]) -> Floats:
    consensus = crowdlab(votes, probabilities)
    if consensus is None:
        raise RuntimeError("CROWDLAB took none of these votes")
    label, quality = consensus
    # Where CROWDLAB itself holds another label to be right, its quality speaks against the given one.
    return np.where(label == given, 1 - quality, 1 + quality)


def _ruled(evidence: Evidence, truth: npt.NDArray[np.str_], percent: int) -> Whole:
    """Items in the order of ruling, until ``percent`` of them are ruled; the rest by the last ranking."""
    n = len(truth)
    ruled = np.empty(0, dtype=np.int64)
    while True:
        ranking = suspicion(evidence, pl.DataFrame({"item": ruled, "label": truth[ruled]}))
        score = ranking.scores.copy()
        score[ruled] = -1
        order = np.argsort(-score, kind="stable")[: n - len(ruled)]
        if 100 * len(ruled) >= percent * n:
            return np.concatenate([ruled, order])
        ruled = np.concatenate([ruled, order[:BATCH]])


def _found_at(order: Whole, wrong: npt.NDArray[np.bool_]) -> Floats:
    """Share of all wrong labels among the first of ``order``, at CUTS."""
    gained = np.cumsum(wrong[order]) / wrong.sum()
    return np.array([gained[max(round(cut / 100 * len(order)), 1) - 1] for cut in CUTS])


def _matrix(name: str, means: dict[str, Floats]) -> str:
    lines = [f"{name:22}" + "".join(f"{f'{cut} %':>8}" for cut in CUTS)]
    lines += [f"{ranking:22}" + "".join(f"{share:8.3f}" for share in row) for ranking, row in means.items()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main("Review: wrong labels found", measure, TARGETS)
