"""Suspicion by kind of label: which share of wrong labels is among the most suspicious 5, 10, 20 and 30 % of the items.

brighter_rus: sets of six emotions. vader_amazon: mean ratings rounded to 5, 7 or 9 ordered steps, by seed. Labels are taken
for right, and a tenth or a fifth of the items gets a wrong one (``benchmarks.label_noise``). ``made_sets`` and ``made_steps``
are made up. Each item has its one label; no votes, no rulings.

CleanLab (2.9) scores the same out-of-fold probabilities as ours: sets by
``multilabel_classification.get_label_quality_scores`` (its default, softmin, and with adjusted probabilities), steps by
``rank.get_label_quality_scores`` (self-confidence, normalized margin) and by ``regression.rank`` on the expected step.
``*_own`` is its own chain as its tutorials have it: TF-IDF of words, logistic regression, one against the rest for sets,
cross-validated. ``best_fixed`` is the one of its ways that finds most of a world's wrong labels, ``best_each`` that of each
noise: both are chosen with the answer known. Figures are means over noises and seeds, the margin's interval Student's over
seeds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from cleanlab.internal.multilabel_scorer import get_cross_validated_multilabel_pred_probs
from cleanlab.multilabel_classification import get_label_quality_scores as set_quality
from cleanlab.rank import get_label_quality_scores as class_quality
from cleanlab.regression.rank import get_label_quality_scores as number_quality
from scipy.special import stdtrit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold
from sklearn.multiclass import OneVsRestClassifier

from benchmarks.baselines import plain_probabilities
from benchmarks.crowds import folder
from benchmarks.label_noise import ORDER_NOISE, SET_NOISE, noisy_sets, noisy_steps
from benchmarks.report import at_least, main
from labeling.quality.kinds import Kind
from labeling.quality.kinds.sets import set_code
from labeling.review.evidence import Evidence, gather
from labeling.review.scheme import Scheme
from labeling.review.suspicion import suspicion
from tests.labeling.review.worlds import feelings, graded

CUTS = (5, 10, 20, 30)
RATES = (0.1, 0.2)
SEEDS = 3
STEPS = (5, 7, 9)
EMOTIONS = ("anger", "disgust", "fear", "joy", "sadness", "surprise")
WORLDS = ("brighter_rus", "vader_amazon", "made_sets", "made_steps")
TARGETS = {f"{world}.over_{peer}.20": at_least(0) for world in WORLDS for peer in ("cleanlab", "best_fixed")}

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class World:
    """Texts and their true labels: ``sets`` (n, classes), or ``steps`` (n,) out of ``classes``."""

    name: str
    texts: list[str]
    classes: tuple[str, ...]
    sets: Bools | None = None
    steps: Whole | None = None


def measure(quick: bool) -> dict[str, float]:
    """Shares found by world, ranking and cut; what ours finds more than CleanLab's default and than its best way."""
    shares: dict[str, dict[int, list[dict[str, Floats]]]] = {}
    for seed in range(1 if quick else SEEDS):
        for world in worlds(folder().parent, seed):
            for told, row in _noises(world, quick, seed):
                shares.setdefault(world.name, {}).setdefault(seed, []).append(row)
                print(seed, told, " ".join(f"{name} {share[2]:.3f}" for name, share in row.items()), flush=True)
    figures: dict[str, float] = {}
    for name, by_seed in shares.items():
        figures |= _summed(name, list(by_seed.values()))
    return figures


def worlds(shared: Path, seed: int) -> Iterator[World]:
    """The made-up ones first; those of measuring data where that is at hand."""
    texts, sets = feelings(800, seed)
    yield World("made_sets", texts, tuple("abcde"), sets=sets)
    texts, steps = graded(800, 5, seed)
    yield World("made_steps", texts, tuple("12345"), steps=steps)
    if not (shared / "brighter_rus" / "items.csv").exists():
        print(f"Skipped: no data under {shared} (set SVERKA_SHARED).")
        return
    frame = pl.read_csv(shared / "brighter_rus" / "items.csv")
    yield World("brighter_rus", frame["text"].to_list(), EMOTIONS, sets=frame.select(EMOTIONS).to_numpy() > 0)
    frame = pl.read_csv(shared / "vader_amazon" / "ratings.csv")
    count = STEPS[seed % len(STEPS)]
    steps = np.rint((frame["mean"].to_numpy() / 4 + 1) / 2 * (count - 1)).astype(np.int64)
    yield World("vader_amazon", frame["text"].to_list(), tuple(map(str, range(count))), steps=steps)


def _noises(world: World, quick: bool, seed: int) -> Iterator[tuple[str, dict[str, Floats]]]:
    for at, rate in enumerate(RATES[:1] if quick else RATES):
        random = np.random.default_rng([seed, at])
        if world.sets is not None:
            for how in SET_NOISE[-1:] if quick else SET_NOISE:
                for confusable in (False, True):
                    given = noisy_sets(world.sets, rate, how, random, confusable=confusable)
                    yield (
                        f"{world.name} {rate} {how} {'confusable' if confusable else 'uniform'}",
                        of_sets(world, given),
                    )
        elif world.steps is not None:
            for how in ORDER_NOISE[:1] if quick else ORDER_NOISE:
                noisy = noisy_steps(world.steps, len(world.classes), rate, how, random)
                yield f"{world.name} {len(world.classes)} {rate} {how}", of_steps(world, noisy)


def of_sets(world: World, given: Bools) -> dict[str, Floats]:
    """Shares found at CUTS by every ranking of the sets ``given`` (n, classes)."""
    names = [set_code([world.classes[at] for at in np.flatnonzero(row)], world.classes) for row in given]
    evidence, scores = _ours(world, names, Kind.SEVERAL)
    lists = [np.flatnonzero(row).tolist() for row in given]
    own, chain = evidence.trained.probabilities, _one_against_the_rest(world.texts, given)
    soft = {"method": "softmin", "temperature": 0.1}
    quality = {
        "cleanlab": set_quality(lists, own),
        "cleanlab_softmin": set_quality(lists, own, aggregator_kwargs=soft),
        "cleanlab_adjusted": set_quality(lists, own, adjust_pred_probs=True),
        "cleanlab_own": set_quality(lists, chain),
        "cleanlab_own_adjusted": set_quality(lists, chain, adjust_pred_probs=True),
    }
    return _rows(scores, quality, (given != world.sets).any(axis=1))


def of_steps(world: World, given: Whole) -> dict[str, Floats]:
    """Shares found at CUTS by every ranking of the steps ``given`` (n,)."""
    evidence, scores = _ours(world, [world.classes[step] for step in given], Kind.ORDERED)
    own = np.maximum(evidence.trained.probabilities, 1e-6)
    own /= own.sum(axis=1, keepdims=True)
    # Classes that no item has are none of CleanLab's, nor of the plain model's.
    present, label = np.unique(given, return_inverse=True)
    within = own[:, present] / own[:, present].sum(axis=1, keepdims=True)
    chain = np.maximum(plain_probabilities(world.texts, label.astype(np.int32), len(present)), 1e-6)
    chain /= chain.sum(axis=1, keepdims=True)
    expected = own @ np.arange(len(world.classes))
    quality = {
        "cleanlab": class_quality(label, within),
        "cleanlab_margin": class_quality(label, within, method="normalized_margin"),
        "cleanlab_number": number_quality(given.astype(float), expected),
        "cleanlab_residual": number_quality(given.astype(float), expected, method="residual"),
        "cleanlab_own": class_quality(label, chain),
        "cleanlab_own_margin": class_quality(label, chain, method="normalized_margin"),
    }
    return _rows(scores, quality, given != world.steps)


def _ours(world: World, labels: list[str], kind: Kind) -> tuple[Evidence, Floats]:
    items = pl.DataFrame({"item": range(len(labels)), "text": world.texts})
    votes = items.select("item", pl.lit("file").alias("annotator"), pl.Series("label", labels))
    evidence = gather(items, votes, scheme=Scheme(kind, world.classes))
    return evidence, suspicion(evidence).scores


def _one_against_the_rest(texts: list[str], given: Bools) -> Floats:
    matrix = TfidfVectorizer(sublinear_tf=True).fit_transform(texts)
    model = OneVsRestClassifier(LogisticRegression(max_iter=200))
    found: Floats = get_cross_validated_multilabel_pred_probs(
        matrix, given.astype(int), clf=model, cv=KFold(5, shuffle=True, random_state=0)
    )
    return found


def _rows(scores: Floats, quality: dict[str, Floats], wrong: Bools) -> dict[str, Floats]:
    rows = {"ours": _found(scores, wrong)} | {name: _found(1 - each, wrong) for name, each in quality.items()}
    return rows | {"best_possible": np.minimum(1, np.array(CUTS) / 100 / wrong.mean())}


def _found(scores: Floats, wrong: Bools) -> Floats:
    gained = np.cumsum(wrong[np.argsort(-scores, kind="stable")]) / wrong.sum()
    return np.array([gained[round(cut / 100 * len(wrong)) - 1] for cut in CUTS])


def _summed(name: str, seeds: list[list[dict[str, Floats]]]) -> dict[str, float]:
    """Means over noises and seeds; and over CleanLab's default, its one best way for this world, its best for each noise."""
    rankings = list(seeds[0][0])
    means = {
        ranking: np.array([np.mean([row[ranking] for row in rows], axis=0) for rows in seeds]) for ranking in rankings
    }
    peers = [ranking for ranking in rankings if ranking.startswith("cleanlab")]
    fixed = max(peers, key=lambda ranking: float(means[ranking][:, 2].mean()))
    each = np.array(
        [np.mean([np.max([row[peer] for peer in peers], axis=0) for row in rows], axis=0) for rows in seeds]
    )
    lines = [f"{name:24}" + "".join(f"{f'{cut} %':>8}" for cut in CUTS)]
    lines += [
        f"{ranking:24}" + "".join(f"{share:8.3f}" for share in means[ranking].mean(axis=0)) for ranking in rankings
    ]
    print("\n".join([*lines, f"best fixed: {fixed}", ""]))
    figures = {
        f"{name}.{ranking}.{cut}": float(share)
        for ranking in rankings
        for cut, share in zip(CUTS, means[ranking].mean(axis=0), strict=True)
    }
    for peer, other in (("cleanlab", means["cleanlab"]), ("best_fixed", means[fixed]), ("best_each", each)):
        more = (means["ours"] - other)[:, 2]
        figures[f"{name}.over_{peer}.20"] = float(more.mean())
        if len(more) > 1:
            reach = float(stdtrit(len(more) - 1, 0.975)) * float(more.std(ddof=1)) / np.sqrt(len(more))
            figures |= {
                f"{name}.over_{peer}.20.low": float(more.mean()) - reach,
                f"{name}.over_{peer}.20.high": float(more.mean()) + reach,
            }
    return figures


if __name__ == "__main__":
    main("Suspicion by kind of label: wrong labels found", measure, TARGETS)
