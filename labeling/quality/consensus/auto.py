"""Auto: no model of assessors is safe on every project, so their posteriors are averaged, weighted by evidence.

Without golden items the evidence is votes: the models are fitted to four fifths of the votes, foretell the rest, and
get the weights of the mixture that foretells best (stacking of predictive distributions; Y. Yao, A. Vehtari,
D. Simpson, A. Gelman, Bayesian Analysis 13 (2018), 917-1007). Golden items are evidence of a better kind: the models
foretell the label of each one while it is hidden from them, and the weights found from votes are the prior of the
mixture that foretells these labels, worth PRIOR_ITEMS golden items. So a handful of them moves the weights a little
and a hundred decide, and no weight rests on the toss of a few coins.

What foretells votes need not be the truth, so some of the weight always goes back to the majority, and nearly all of it
where the models foretell votes hardly better than the majority does.

Each posterior is softened to the temperature that its hidden votes vouch for, and the average once more to the one
that golden items do. A model that loses a class which the votes clearly show is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

import numpy as np

from labeling.quality.consensus import dawid_skene, ebcc, hierarchical, majority, one_coin, ordinal, prototypes
from labeling.quality.consensus.foretelling import FOLDS, best_temperature, foretell
from labeling.quality.consensus.incidence import Fit, Floats, Incidence, soften
from labeling.quality.consensus.weighing import (
    MAJORITY,
    MOST_LEAN,
    accuracy,
    last_temperature,
    lost_class,
    narrowed,
    true_chances,
    weigh,
)
from labeling.quality.frames import Votes

Models: TypeAlias = Mapping[str, Callable[[Incidence], Fit]]

MODELS = (
    "majority",
    "one_coin",
    "dawid_skene",
    "hierarchical",
    "ebcc",
    "prototypes",
    "leaning_ebcc",
    "leaning_prototypes",
)
# Where classes stand in an order. A model with free confusions can move the whole scale a step and explain the votes as well,
# so hidden votes can't tell that it did; these can't move it.
ORDERED_MODELS = ("majority", "one_coin", "ordinal")

# Fewer votes than this can't tell one model from another: then everybody is worth the same.
LEAST_VOTES = 30
# Weights settle on fewer votes than this; beyond it whole items are drawn at random, fewer where classes are many.
SAMPLE_VOTES, SAMPLE_CELLS, LEAST_SAMPLE = 50_000, 400_000, 5_000
# Of what the majority leaves. A model with less can't change a label that the others agree on and is not worth fitting.
_LEAST_WEIGHT = 0.01
# So much of a leaning model's posteriors are vote shares.
LEAN = 0.15
# Channels of so many numbers (400 MB) are left to models that need fewer.
_MOST_CELLS = 50_000_000
# Models that take ten times as long as Dawid-Skene are fitted to so many votes times classes at most.
DEAR = frozenset({"ebcc", "leaning_ebcc", "prototypes", "leaning_prototypes"})
MOST_WORK = 4_000_000


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
    """``collapsed``: it lost a class that the votes clearly show; ``too_large`` for so many classes and assessors, or
    ``too_many_votes``."""


@dataclass(frozen=True)
class Choice:
    """How ``auto`` weighted the models.

    ``reason`` is ``golden_items``, ``held_out_votes``, ``weak_evidence`` where these hardly speak against the majority,
    ``only_majority_left``, ``too_few_votes`` or, where no item has two votes, ``no_overlap``; ``temperature`` softens the
    average, 1 without golden items.
    """

    reason: str
    models: dict[str, Evidence]
    temperature: float
    votes: int
    """Votes that were hidden and foretold, one time each."""
    golden: int
    """Golden items that were hidden and foretold, one time each; with ``no_overlap`` those that say how right annotators are."""
    lean: float = 0.0
    """The part of the weights from votes that went back to the majority."""

    @property
    def leading(self) -> str:
        """The model with the largest weight."""
        return max(self.models, key=lambda name: self.models[name].weight)


def model(name: str, seed: int) -> Callable[[Incidence], Fit]:
    """One of MODELS or ORDERED_MODELS by name; only models with random starts use the seed."""
    modules: dict[str, Callable[[Incidence], Fit]] = {
        "majority": majority.fit,
        "one_coin": one_coin.fit,
        "dawid_skene": dawid_skene.fit,
        "hierarchical": hierarchical.fit,
        "ordinal": ordinal.fit,
        "ebcc": partial(ebcc.fit, seed=seed),
        "leaning_ebcc": partial(ebcc.fit, seed=seed, lean=LEAN),
        "prototypes": prototypes.fit,
        "leaning_prototypes": partial(prototypes.fit, lean=LEAN),
    }
    return modules[name]


def family(names: Sequence[str], seed: int) -> Models:
    """Models by name."""
    return {name: model(name, seed) for name in names}


def fit(
    votes: Votes, seed: int, choice: Choice | None = None, *, models: Models | None = None, leans: bool = False
) -> tuple[Floats, Choice]:
    """Averaged posterior (items, classes) and the choice behind it, which can be given if it is known.

    ``models``: what is weighed, *majority* among them; None: MODELS. ``leans``: the majority gets back some of the weights.
    """
    models = family(MODELS, seed) if models is None else models
    choice = choose(votes, seed, models, leans=leans) if choice is None else choice
    incidence = Incidence.of(votes)
    rest = 1 - choice.models[MAJORITY].weight
    worth = {name: evidence for name, evidence in choice.models.items() if evidence.weight >= _LEAST_WEIGHT * rest}
    total = sum(evidence.weight for evidence in worth.values())
    posterior = np.zeros((incidence.items, incidence.classes))
    for name, evidence in worth.items():
        posterior += evidence.weight / total * soften(models[name](incidence).posterior, evidence.temperature)
    return incidence.clamp(soften(posterior, choice.temperature)), choice


def choose(votes: Votes, seed: int, known: Models, *, leans: bool = False) -> Choice:
    """Weigh the models on (a sample of) the votes and the golden items among them."""
    if len(votes) and not Incidence.of(votes).has_overlap():
        return majority_alone("no_overlap", known, golden=int((votes.golden[votes.item] >= 0).sum()))
    if len(votes) < LEAST_VOTES:
        return majority_alone("too_few_votes", known)
    random = np.random.default_rng(seed)
    sample = _sample(votes, random)
    models, excluded = _affordable(votes, known)
    chances, collapsed = _hidden_votes(sample, models, random, leans)
    excluded |= dict.fromkeys(collapsed, "collapsed")
    temperature = {name: best_temperature(by_temperature) for name, by_temperature in chances.items()}
    hidden = _hidden_golden(sample, models, random)
    truth = sample.golden[sample.golden >= 0]

    names = [name for name in models if name not in excluded]
    weight, lean = weigh(names, chances, hidden, truth, item=sample.item if leans else None)
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
            golden_score=None if posterior is None else float(np.log(true_chances(posterior, truth)).mean()),
            golden_accuracy=None if posterior is None else accuracy(posterior, truth),
            excluded=excluded.get(name),
        )
    reason = "only_majority_left" if names == [MAJORITY] else "golden_items" if hidden else "held_out_votes"
    if reason == "held_out_votes" and lean == MOST_LEAN:
        reason = "weak_evidence"
    return Choice(reason, evidence, last, votes=len(sample), golden=len(truth), lean=lean)


def majority_alone(reason: str, known: Iterable[str], golden: int = 0) -> Choice:
    """The choice where nothing tells one model from another."""
    nothing = Evidence(0.0, 1.0, None, None, None, None)
    models = dict.fromkeys(known, nothing) | {"majority": replace(nothing, weight=1.0)}
    return Choice(reason, models, 1.0, votes=0, golden=golden)


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
    """Models by name, and the reason for each that is left out because of the votes' size."""
    people, square = len(votes.annotators), len(votes.classes) ** 2
    subtypes = people * square * ebcc.SUBTYPES * ebcc.STARTS
    cells = {
        "ebcc": subtypes,
        "leaning_ebcc": subtypes,
        "prototypes": 3 * people * square,
        "leaning_prototypes": 3 * people * square,
        "ordinal": (people + square) * ordinal.MANNERS,
    }
    excluded = dict.fromkeys((name for name in known if cells.get(name, 0) > _MOST_CELLS), "too_large")
    if len(votes) * len(votes.classes) > MOST_WORK:
        excluded |= dict.fromkeys((name for name in known if name in DEAR), "too_many_votes")
    return {name: fit_one for name, fit_one in known.items() if name not in excluded}, excluded


def _hidden_votes(
    votes: Votes, models: Models, random: np.random.Generator, leans: bool
) -> tuple[dict[str, Floats], list[str]]:
    """What ``foretell`` returns, and the models that lost a class in most folds."""
    lost = dict.fromkeys(models, 0)

    def watch(name: str, fitted: Fit, incidence: Incidence) -> None:
        counts = incidence.counts()
        lost[name] += lost_class(fitted.posterior, counts) or (leans and narrowed(fitted.posterior, counts))

    chances = foretell(votes, models, random, watch=watch)
    return chances, [name for name, count in lost.items() if 2 * count > FOLDS and name != MAJORITY]


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
