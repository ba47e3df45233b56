"""What the votes can't show: the chance that all who labeled an item misread it alike.

The text speaks for a class by the classifier and the neighbours; an item's assessors together count as one voice, since
whoever shares a misreading adds nothing by repeating it. Confusions are learned by EM against the text's probabilities,
each assessor's shrunk to the pool's (hierarchical Dawid-Skene), so a group that reads one class as another stands out. How
common shared misreadings are can't be learned from votes and texts: it starts at PRIOR, and rulings move it.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit

from labeling.quality.consensus.hierarchical import FIRST_STRENGTH, m_step
from labeling.quality.consensus.incidence import Incidence
from labeling.quality.frames import Codes, Votes
from labeling.review.texts import Floats

PRIOR = 0.03
_ROUNDS = 15
_FLOOR = 1e-4
_TINY = 1e-10


def misreading(votes: Votes, posterior: Floats, texts: Floats, given: Codes) -> tuple[Floats, Floats]:
    """Chance (items,) that the ``given`` label is a misreading shared by all, and the true class's chances (items, classes).

    ``posterior`` of consensus and ``texts``, both (items, classes). Chances are moved on the logit scale so that their
    mean is PRIOR: their order comes from the data, their level doesn't. Items without a given label get 0.
    """
    incidence = Incidence.of(votes)
    voices = np.maximum(np.bincount(votes.item, minlength=len(votes.items)), 1)[:, None]
    text_logs = np.log(np.maximum(texts, _FLOOR))
    strength = FIRST_STRENGTH
    for _ in range(_ROUNDS):
        _, channel, strength = m_step(incidence, posterior, strength)
        logs = incidence.scores(np.log(channel + _TINY)) / voices + text_logs
        logs -= logs.max(axis=1, keepdims=True)
        posterior = np.exp(logs)
        posterior /= posterior.sum(axis=1, keepdims=True)
    labeled = given >= 0
    chance = np.zeros(len(given))
    chance[labeled] = at_level(1 - posterior[labeled, given[labeled]], PRIOR)
    return chance, posterior


def at_least(chances: Floats, level: float) -> Floats:
    """The same chances, moved so where their mean is below ``level``.

    >>> at_least(np.array([0.5, 0.5, 0.8]), 0.1).round(3).tolist()
    [0.5, 0.5, 0.8]
    """
    return chances if not len(chances) or chances.mean() >= level else at_level(chances, level)


def at_level(chances: Floats, level: float) -> Floats:
    """The same chances, moved on the logit scale until their mean is ``level``.

    >>> at_level(np.array([0.5, 0.5, 0.8]), 0.1).round(3).tolist()
    [0.055, 0.055, 0.19]
    """
    if not len(chances):
        return chances
    odds = logit(np.clip(chances, 1e-9, 1 - 1e-9))
    moved = brentq(lambda shift: float(expit(odds + shift).mean()) - level, -50.0, 50.0)
    shifted: Floats = expit(odds + moved)
    return shifted
