"""Auto: no model of assessors is safe on every project, so their posteriors are averaged, weighted by evidence.

Without golden items the evidence is votes: the models are fitted to four fifths of the votes, foretell the rest, and
get the weights of the mixture that foretells best (stacking of predictive distributions; Y. Yao, A. Vehtari,
D. Simpson, A. Gelman, Bayesian Analysis 13 (2018), 917-1007). Golden items are evidence of a better kind: the models
foretell the label of each one while it is hidden from them, and the weights found from votes are the prior of the
mixture that foretells these labels, worth PRIOR_ITEMS golden items. So a handful of them moves the weights a little
and a hundred decide, and no weight rests on the toss of a few coins.

Each posterior is softened to the temperature that its hidden votes vouch for, and the average once more to the one
that golden items do. A model that loses a class which the votes clearly show is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from labeling.quality.consensus import dawid_skene, ebcc, hierarchical, majority, one_coin, ordinal
from labeling.quality.consensus.foretelling import FOLDS, best_temperature, foretell
from labeling.quality.consensus.incidence import Fit, Floats, Incidence, soften
from labeling.quality.frames import Votes

Models: TypeAlias = Mapping[str, Callable[[Incidence], Fit]]

MODELS = ("majority", "one_coin", "dawid_skene", "hierarchical", "ebcc")
# Where classes stand in an order. A model with free confusions can move the whole scale a step and explain the votes as well,
# so hidden votes can't tell that it did; these can't move it.
ORDERED_MODELS = ("majority", "one_coin", "ordinal")

# Fewer votes than this can't tell one model from another: then everybody is worth the same.
LEAST_VOTES = 30
# Weights settle on fewer votes than this; beyond it whole items are drawn at random, fewer where classes are many.
SAMPLE_VOTES, SAMPLE_CELLS, LEAST_SAMPLE = 50_000, 400_000, 5_000
PRIOR_ITEMS = 10.0
# A model that is sure and wrong about a golden item loses as much as one that gave it one chance in a hundred.
_FLOOR = 0.01
# A model with less weight can't change a label that the others agree on and is not worth fitting.
_LEAST_WEIGHT = 0.01
# The last temperature starts from 1, give or take a factor of about 1.6 (log-normal).
_LAST_TEMPERATURES, _LAST_SPREAD = np.geomspace(0.5, 8.0, 25), 0.5
# Channels of so many numbers (400 MB) are left to models that need fewer.
_MOST_CELLS = 50_000_000


@dataclass(frozen=True)
class Evidence:
    """What speaks for one model; scores are mean natural logs of its probability for a hidden vote or golden label."""

    weight: float
    temperature: float
    """Above one where its posteriors are too sure for the votes that were hidden from it."""
    vote_score: float | None
    golden_score: float | None
    golden_accuracy: float | None
    """Share of golden items it labeled right while they were hidden from it; of a tie, its part."""
    excluded: str | None
    """``collapsed``: it lost a class that the votes clearly show; ``too_large`` for so many classes and assessors."""


@dataclass(frozen=True)
class Choice:
    """How ``auto`` weighted the models.

    ``reason`` is ``golden_items``, ``held_out_votes``, ``only_majority_left``, ``too_few_votes`` or, where no item has two votes,
    ``no_overlap``; ``temperature`` softens the average, 1 without golden items.
    """

    reason: str
    models: dict[str, Evidence]
    temperature: float
    votes: int
    """Votes that were hidden and foretold, one time each."""
    golden: int
    """Golden items that were hidden and foretold, one time each; with ``no_overlap`` those that say how right annotators are."""

    @property
    def leading(self) -> str:
        """The model with the largest weight."""
        return max(self.models, key=lambda name: self.models[name].weight)


def model(name: str, seed: int) -> Callable[[Incidence], Fit]:
    """One of MODELS or ORDERED_MODELS by name; only models with random starts use the seed."""
    modules = {
        "majority": majority.fit,
        "one_coin": one_coin.fit,
        "dawid_skene": dawid_skene.fit,
        "hierarchical": hierarchical.fit,
        "ordinal": ordinal.fit,
    }
    return partial(ebcc.fit, seed=seed) if name == "ebcc" else modules[name]


def family(names: Sequence[str], seed: int) -> Models:
    """Models by name."""
    return {name: model(name, seed) for name in names}


def fit(
    votes: Votes, seed: int, choice: Choice | None = None, *, models: Models | None = None
) -> tuple[Floats, Choice]:
    """Averaged posterior (items, classes) and the choice behind it, which can be given if it is known.

    ``models``: what is weighed, *majority* among them; None: MODELS.
    """
    models = family(MODELS, seed) if models is None else models
    choice = choose(votes, seed, models) if choice is None else choice
    incidence = Incidence.of(votes)
    worth = {name: evidence for name, evidence in choice.models.items() if evidence.weight >= _LEAST_WEIGHT}
    total = sum(evidence.weight for evidence in worth.values())
    posterior = np.zeros((incidence.items, incidence.classes))
    for name, evidence in worth.items():
        posterior += evidence.weight / total * soften(models[name](incidence).posterior, evidence.temperature)
    return incidence.clamp(soften(posterior, choice.temperature)), choice


def choose(votes: Votes, seed: int, known: Models) -> Choice:
    """Weigh the models on (a sample of) the votes and the golden items among them."""
    if len(votes) and not Incidence.of(votes).has_overlap():
        return majority_alone("no_overlap", known, golden=int((votes.golden[votes.item] >= 0).sum()))
    if len(votes) < LEAST_VOTES:
        return majority_alone("too_few_votes", known)
    random = np.random.default_rng(seed)
    sample = _sample(votes, random)
    models, excluded = _affordable(sample, known)
    chances, collapsed = _hidden_votes(sample, models, random)
    excluded |= dict.fromkeys(collapsed, "collapsed")
    temperature = {name: best_temperature(by_temperature) for name, by_temperature in chances.items()}
    hidden = _hidden_golden(sample, models, random)
    truth = sample.golden[sample.golden >= 0]

    names = [name for name in models if name not in excluded]
    weight = weigh(names, chances, hidden, truth)
    last = 1.0
    if hidden:
        parts = [weight[name] * soften(hidden[name], temperature[name]) for name in names]
        last = last_temperature(np.sum(parts, axis=0), truth)
    evidence = {}
    for name in known:
        posterior = hidden.get(name)
        evidence[name] = Evidence(
            weight=weight.get(name, 0.0),
            temperature=temperature.get(name, 1.0),
            vote_score=float(np.log(chances[name][:, 0]).mean()) if name in chances and len(sample) else None,
            golden_score=None if posterior is None else float(np.log(_true_chances(posterior, truth)).mean()),
            golden_accuracy=None if posterior is None else _accuracy(posterior, truth),
            excluded=excluded.get(name),
        )
    reason = "only_majority_left" if names == ["majority"] else "golden_items" if hidden else "held_out_votes"
    return Choice(reason, evidence, last, votes=len(sample), golden=len(truth))


def majority_alone(reason: str, known: Iterable[str], golden: int = 0) -> Choice:
    """The choice where nothing tells one model from another."""
    nothing = Evidence(0.0, 1.0, None, None, None, None)
    models = dict.fromkeys(known, nothing) | {"majority": replace(nothing, weight=1.0)}
    return Choice(reason, models, 1.0, votes=0, golden=golden)


def weigh(
    names: list[str], chances: dict[str, Floats], hidden: dict[str, Floats], truth: npt.NDArray[np.int32]
) -> dict[str, float]:
    """Weights from hidden votes, which are the prior of those from hidden golden labels where there are any."""
    even = np.full(len(names), 1 / len(names))
    weights = stack(np.column_stack([chances[name][:, 0] for name in names]), even, 1.0)
    if hidden:
        golden_chances = np.column_stack([_true_chances(hidden[name], truth) for name in names])
        # A tenth stays even, so that golden items can call back a model that the votes gave up.
        weights = stack(golden_chances, 0.9 * weights + 0.1 * even, PRIOR_ITEMS)
    return dict(zip(names, weights.tolist(), strict=True))


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


def last_temperature(posterior: Floats, truth: npt.NDArray[np.int32]) -> float:
    """Maximum a posteriori temperature of hidden golden items' posteriors (golden items, classes)."""
    scores = [
        np.log(_true_chances(soften(posterior, float(temperature)), truth)).sum()
        - (np.log(temperature) / _LAST_SPREAD) ** 2 / 2
        for temperature in _LAST_TEMPERATURES
    ]
    return float(_LAST_TEMPERATURES[int(np.argmax(scores))])


def lost_class(posterior: Floats, counts: Floats) -> bool:
    """Whether a class that two thirds of an item's voters name, time and again, is lost on the model.

    ``posterior`` and ``counts`` of votes are (items, classes). EM can explain all votes for a class as noise of the
    assessors who gave them. From outside that looks like a class with hardly any item left to it, or like one
    whose probability is the same where it is clearly named as everywhere.
    """
    total = counts.sum(axis=1, keepdims=True)
    clear = (total >= 2) & (3 * counts >= 2 * total)
    named = clear.sum(axis=0)
    common = named >= max(5, 0.01 * len(counts))
    expected, share = posterior.sum(axis=0), posterior.mean(axis=0)
    where_named = (posterior * clear).sum(axis=0) / np.maximum(named, 1)
    lost = (expected < 0.05 * named) | ((share <= 0.5) & (where_named < 1.2 * share))
    return bool((common & lost).any())


def _true_chances(posterior: Floats, truth: npt.NDArray[np.int32]) -> Floats:
    return np.maximum(posterior[np.arange(len(truth)), truth], _FLOOR)


def _accuracy(posterior: Floats, truth: npt.NDArray[np.int32]) -> float:
    top = posterior >= posterior.max(axis=1, keepdims=True) - 1e-9
    return float((top[np.arange(len(truth)), truth] / top.sum(axis=1)).mean())


def _sample(votes: Votes, random: np.random.Generator) -> Votes:
    """Whole items, golden ones first."""
    most = max(LEAST_SAMPLE, min(SAMPLE_VOTES, SAMPLE_CELLS // len(votes.classes)))
    if len(votes) <= most:
        return votes
    order = random.permutation(len(votes.items))
    order = order[np.argsort(votes.golden[order] < 0, kind="stable")]
    sizes = np.bincount(votes.item, minlength=len(votes.items))
    return votes.of_items(np.sort(order[np.cumsum(sizes[order]) <= most]))


def _affordable(votes: Votes, known: Models) -> tuple[Models, dict[str, str]]:
    """Models by name, and the reason for each that is left out because of its size."""
    people, square = len(votes.annotators), len(votes.classes) ** 2
    cells = {
        "ebcc": people * square * ebcc.SUBTYPES * ebcc.STARTS,
        "ordinal": (people + square) * ordinal.MANNERS,
    }
    excluded = dict.fromkeys((name for name in known if cells.get(name, 0) > _MOST_CELLS), "too_large")
    return {name: fit_one for name, fit_one in known.items() if name not in excluded}, excluded


def _hidden_votes(votes: Votes, models: Models, random: np.random.Generator) -> tuple[dict[str, Floats], list[str]]:
    """What ``foretell`` returns, and the models that lost a class in most folds."""
    lost = dict.fromkeys(models, 0)

    def watch(name: str, fitted: Fit, incidence: Incidence) -> None:
        lost[name] += lost_class(fitted.posterior, incidence.counts())

    chances = foretell(votes, models, random, watch=watch)
    return chances, [name for name, count in lost.items() if 2 * count > FOLDS and name != "majority"]


def _hidden_golden(votes: Votes, models: Models, random: np.random.Generator) -> dict[str, Floats]:
    """By model: posterior (golden items, classes) of each golden item while its label was hidden; {} without any."""
    golden = np.flatnonzero(votes.golden >= 0)
    if not len(golden):
        return {}
    fold = random.permutation(len(golden)) % FOLDS
    incidence = Incidence.of(votes)
    posterior = {name: np.empty((len(golden), incidence.classes)) for name in models}
    for turn in range(min(FOLDS, len(golden))):
        anchors = votes.golden.copy()
        anchors[golden[fold == turn]] = -1
        for name, fit_one in models.items():
            posterior[name][fold == turn] = fit_one(incidence.anchored(anchors)).posterior[golden[fold == turn]]
    return posterior
