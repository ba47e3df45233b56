"""What evidence is worth: weights of models, how far they may leave the majority, and which of them lost their way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.special import entr

from labeling.quality.consensus.incidence import Floats, soften
from labeling.quality.frames import Codes

MAJORITY = "majority"

# Weights found from votes count as much as so many golden items.
PRIOR_ITEMS = 10.0
# A model that is sure and wrong about a golden item loses as much as one that gave it one chance in a hundred.
_FLOOR = 0.01
# The last temperature starts from 1, give or take a factor of about 1.6 (log-normal).
_LAST_TEMPERATURES, _LAST_SPREAD = np.geomspace(0.5, 8.0, 25), 0.5

# The majority keeps so much whatever the votes say, and all but ties where the models' advantage in foretelling them is within
# so many standard errors; from as many as the second number on they are believed.
LEAST_LEAN, MOST_LEAN = 0.1, 0.9
NO_EVIDENCE, EVIDENCE = 3.0, 5.0
# In nats: noise makes class shares more even, so truths are less even than votes; but hardly by more than this.
_MOST_NARROWED = 0.3


def weigh(
    names: list[str],
    chances: dict[str, Floats],
    hidden: dict[str, Floats],
    truth: Codes,
    *,
    item: Codes | None = None,
) -> tuple[dict[str, float], float]:
    """Weights from hidden votes, which are the prior of those from hidden golden labels where there are any; and the lean.

    ``chances`` (votes, temperatures) and ``hidden`` (golden items, classes) by model. With the votes' ``item`` (votes,) the
    majority gets back ``lean`` of the weights that votes gave; without, the lean is 0.
    """
    even = np.full(len(names), 1 / len(names))
    columns = np.column_stack([chances[name][:, 0] for name in names])
    weights, lean = stack(columns, even, 1.0), 0.0
    if item is not None and MAJORITY in names:
        at = names.index(MAJORITY)
        lean = lean_of(advantage(columns @ weights, columns[:, at], item))
        weights = (1 - lean) * weights
        weights[at] += lean
    if hidden:
        golden_chances = np.column_stack([true_chances(hidden[name], truth) for name in names])
        # A tenth stays even, so that golden items can call back a model that the votes gave up.
        weights = stack(golden_chances, 0.9 * weights + 0.1 * even, PRIOR_ITEMS)
    return dict(zip(names, weights.tolist(), strict=True)), lean


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


def advantage(chances: Floats, majority: Floats, item: Codes) -> float:
    """By how many standard errors ``chances`` (votes,) foretell hidden votes better than ``majority`` (votes,); 0 without any.

    In log scores, whose sums by ``item`` (votes,) are taken for independent.
    """
    gains = np.bincount(item, np.log(chances) - np.log(majority))
    gains = gains[np.bincount(item) > 0]
    error = gains.std() * np.sqrt(len(gains))
    return float(gains.sum() / error) if error > 0 else 0.0


def lean_of(advantage: float) -> float:
    """The part of the weights that the majority gets back for such an advantage of the models.

    >>> [round(lean_of(each), 2) for each in (-1.0, 3.0, 4.0, 5.0, 20.0)]
    [0.9, 0.9, 0.5, 0.1, 0.1]
    """
    weak = np.clip((EVIDENCE - advantage) / (EVIDENCE - NO_EVIDENCE), 0, 1)
    return float(LEAST_LEAN + (MOST_LEAN - LEAST_LEAN) * weak)


def last_temperature(posterior: Floats, truth: Codes) -> float:
    """Maximum a posteriori temperature of hidden golden items' posteriors (golden items, classes)."""
    scores = [
        np.log(true_chances(soften(posterior, float(temperature)), truth)).sum()
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


def narrowed(posterior: Floats, counts: Floats) -> bool:
    """Whether truths crowd into few classes as votes don't: the entropy of class shares falls by more than 0.3 nats.

    ``posterior`` and ``counts`` of votes are (items, classes); items without a vote don't count. With few votes an item EM can
    take a class for everybody's noise without losing it where it is clearly named.

    >>> even = np.tile([[2.0, 1.0], [1.0, 2.0]], (50, 1))
    >>> narrowed(even / 3, even), narrowed(np.tile([0.99, 0.01], (100, 1)), even)
    (False, True)
    """
    voted = counts.sum(axis=1) > 0
    if not voted.any():
        return False
    votes, truths = counts[voted].sum(axis=0), posterior[voted].mean(axis=0)
    return bool(entr(votes / votes.sum()).sum() - entr(truths).sum() > _MOST_NARROWED)


def true_chances(posterior: Floats, truth: Codes) -> Floats:
    """Probability of each golden label (golden items,), at least one in a hundred."""
    return np.maximum(posterior[np.arange(len(truth)), truth], _FLOOR)


def accuracy(posterior: Floats, truth: npt.NDArray[np.int32] | Sequence[int]) -> float:
    """Share of golden items labeled right; of a tie, its part."""
    top = posterior >= posterior.max(axis=1, keepdims=True) - 1e-9
    return float((top[np.arange(len(truth)), truth] / top.sum(axis=1)).mean())
