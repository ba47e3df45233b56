"""Auto: no model of assessors is safe on every project, so their posteriors are averaged, weighted by evidence.

Without golden items the evidence is votes: the models are fitted to four fifths of the votes, foretell the rest, and
get the weights of the mixture that foretells best (stacking of predictive distributions; Y. Yao, A. Vehtari,
D. Simpson, A. Gelman, Bayesian Analysis 13 (2018), 917-1007). Golden items are evidence of a better kind: the models
foretell the label of each one while it is hidden from them, and the weights found from votes serve as the prior of
the mixture that foretells these labels, worth ``PRIOR_ITEMS`` golden items. So a handful of them moves the weights a
little and a hundred decide, and no weight rests on the toss of a few coins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from labeling.quality.consensus import dawid_skene, ebcc, hierarchical, majority, one_coin
from labeling.quality.consensus.incidence import Fit, Floats, Incidence
from labeling.quality.frames import Votes

FITS: dict[str, Callable[[Incidence], Fit]] = {
    "majority": majority.fit,
    "one_coin": one_coin.fit,
    "dawid_skene": dawid_skene.fit,
    "hierarchical": hierarchical.fit,
}
MODELS = (*FITS, "ebcc")

FOLDS = 5
# Weights settle on far fewer votes than this; beyond it whole items are drawn at random.
SAMPLE_VOTES = 50_000
PRIOR_ITEMS = 10.0
# A model that is sure and wrong about a golden item loses as much as one that gave it one chance in a hundred.
_FLOOR = 0.01
# Below it a model can't change a label that the others agree on and is not worth fitting.
_LEAST_WEIGHT = 0.01


@dataclass(frozen=True)
class Evidence:
    """What speaks for one model; scores are mean natural logs of its probability for a hidden vote or golden label."""

    weight: float
    vote_score: float
    golden_score: float | None
    golden_accuracy: float | None
    """Share of golden items it labeled right while they were hidden from it; a tie counts its part."""
    collapsed: bool
    """It lost a class that the votes clearly show; its weight is zero."""


@dataclass(frozen=True)
class Choice:
    """How ``auto`` weighted the models.

    ``reason`` is ``golden_items``, ``held_out_votes`` or ``only_majority_left``.
    """

    reason: str
    models: dict[str, Evidence]
    votes: int
    """Votes that were hidden and foretold, one time each."""
    golden: int
    """Golden items that were hidden and foretold, one time each."""

    @property
    def leading(self) -> str:
        """The model with the largest weight."""
        return max(self.models, key=lambda name: self.models[name].weight)

    @property
    def weights(self) -> dict[str, float]:
        return {name: evidence.weight for name, evidence in self.models.items()}


def fit_model(name: str, incidence: Incidence, seed: int) -> Fit:
    """One of MODELS by name; only models with random starts use the seed."""
    return ebcc.fit(incidence, seed=seed) if name == "ebcc" else FITS[name](incidence)


def fit(votes: Votes, seed: int) -> tuple[Floats, Choice]:
    """Averaged posterior (items, classes) and the choice behind it."""
    choice = choose(votes, seed)
    incidence = Incidence.of(votes)
    worth = {name: weight for name, weight in choice.weights.items() if weight >= _LEAST_WEIGHT}
    total = sum(worth.values())
    posterior = np.zeros((incidence.items, incidence.classes))
    for name, weight in worth.items():
        posterior += weight / total * fit_model(name, incidence, seed).posterior
    return posterior, choice


def choose(votes: Votes, seed: int) -> Choice:
    """Weigh the models on (a sample of) the votes and the golden items among them."""
    random = np.random.default_rng(seed)
    sample = _sample(votes, random)
    foretold, collapsed = _hidden_votes(sample, random, seed)
    names = [name for name in MODELS if not collapsed[name]]
    weights = dict.fromkeys(MODELS, 0.0)
    even = np.full(len(names), 1 / len(names))
    found = stack(np.column_stack([foretold[name] for name in names]), even, 1.0)

    golden = np.flatnonzero(sample.golden >= 0)
    hidden = _hidden_golden(sample, golden, random, seed) if len(golden) else {}
    if hidden:
        truth = sample.golden[golden]
        chances = np.column_stack([hidden[name][np.arange(len(golden)), truth] for name in names])
        found = stack(np.maximum(chances, _FLOOR), 0.9 * found + 0.1 * even, PRIOR_ITEMS)
    weights.update(zip(names, found.tolist(), strict=True))
    reason = "only_majority_left" if names == ["majority"] else "golden_items" if hidden else "held_out_votes"
    models = {
        name: Evidence(
            weight=weights[name],
            vote_score=float(np.log(foretold[name]).mean()),
            collapsed=collapsed[name],
            **(_golden_figures(hidden[name], sample.golden[golden]) if hidden else _NO_GOLDEN),
        )
        for name in MODELS
    }
    return Choice(reason, models, votes=len(sample), golden=len(golden))


def stack(chances: Floats, prior: Floats, strength: float) -> Floats:
    """Weights (models,) of the mixture that foretells best, from each model's chances (cases, models).

    EM for mixture weights; ``prior`` (models,) counts as much as ``strength`` cases.
    """
    weights = prior
    for _ in range(500):
        credit = weights * (chances.T @ (1 / (chances @ weights)))
        before, weights = weights, (strength * prior + credit) / (strength + len(chances))
        if np.abs(weights - before).max() < 1e-5:
            break
    return weights


_NO_GOLDEN: dict[str, float | None] = {"golden_score": None, "golden_accuracy": None}


def _golden_figures(posterior: Floats, truth: npt.NDArray[np.int32]) -> dict[str, float | None]:
    rows = np.arange(len(truth))
    top = posterior >= posterior.max(axis=1, keepdims=True) - 1e-12
    return {
        "golden_score": float(np.log(np.maximum(posterior[rows, truth], _FLOOR)).mean()),
        "golden_accuracy": float((top[rows, truth] / top.sum(axis=1)).mean()),
    }


def _sample(votes: Votes, random: np.random.Generator) -> Votes:
    """Whole items, golden ones first, up to SAMPLE_VOTES votes."""
    if len(votes) <= SAMPLE_VOTES:
        return votes
    order = random.permutation(len(votes.items))
    order = order[np.argsort(votes.golden[order] < 0, kind="stable")]
    sizes = np.bincount(votes.item, minlength=len(votes.items))
    return votes.of_items(np.sort(order[np.cumsum(sizes[order]) <= SAMPLE_VOTES]))


def _hidden_votes(
    votes: Votes, random: np.random.Generator, seed: int
) -> tuple[dict[str, Floats], dict[str, bool]]:
    """By model: chances (votes,) given to each vote while it was hidden; whether the model lost a class."""
    fold = random.permutation(len(votes)) % FOLDS
    chances = {name: np.ones(len(votes)) for name in MODELS}
    losses = dict.fromkeys(MODELS, 0)
    for each in range(FOLDS):
        hidden = fold == each
        incidence = Incidence.of(votes, ~hidden)
        for name in MODELS:
            fitted = fit_model(name, incidence, seed)
            chances[name][hidden] = fitted.predict(
                votes.item[hidden], votes.annotator[hidden], votes.label[hidden]
            )
            losses[name] += lost_class(fitted.posterior, incidence.counts())
    return chances, {name: 2 * count > FOLDS for name, count in losses.items()}


def _hidden_golden(
    votes: Votes, golden: npt.NDArray[np.int64], random: np.random.Generator, seed: int
) -> dict[str, Floats]:
    """By model: posterior (golden items, classes) of each golden item while its label was hidden."""
    fold = random.permutation(len(golden)) % FOLDS
    incidence = Incidence.of(votes)
    posterior = {name: np.empty((len(golden), incidence.classes)) for name in MODELS}
    for each in range(min(FOLDS, len(golden))):
        known = votes.golden.copy()
        known[golden[fold == each]] = -1
        for name in MODELS:
            fitted = fit_model(name, incidence.anchored(known), seed)
            posterior[name][fold == each] = fitted.posterior[golden[fold == each]]
    return posterior


def lost_class(posterior: Floats, counts: Floats) -> bool:
    """Whether hardly any item is left to a class that two thirds of an item's voters name time and again.

    ``posterior`` and ``counts`` of votes are (items, classes). EM can explain all votes for a class as noise of
    the assessors who gave them; that is what collapse looks like from outside.
    """
    total = counts.sum(axis=1, keepdims=True)
    clear = ((total >= 2) & (3 * counts >= 2 * total)).sum(axis=0)
    shown = clear >= max(5, 0.01 * len(counts))
    return bool((shown & (posterior.sum(axis=0) < 0.05 * clear)).any())
