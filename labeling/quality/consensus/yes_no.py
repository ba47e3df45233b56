"""Yes or no, of many classes at once: hierarchical Dawid-Skene in which what an assessor does in one class tells of the others.

Each class is a question of its own, with its own share of yes and its own pool of assessors. How much more often than the pool an
assessor says yes where it is right, and where it is wrong, is found over all classes and moves the pool's shares on the logit
scale; that is the mean of a Dirichlet prior of the assessor's confusion in each class, of a strength learned as in
``hierarchical``. After B. Carpenter, Multilevel Bayesian models of categorical data annotation, 2008, with classes as a level more.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import expit, logit

from labeling.quality.consensus.dawid_skene import e_step
from labeling.quality.consensus.hierarchical import FIRST_STRENGTH, MAX_ITERATIONS, TOLERANCE, next_strength, shrink
from labeling.quality.consensus.incidence import Fit, Floats, Incidence
from labeling.quality.consensus.one_coin import RIGHT, WRONG

YES = 1
# The pool's share in a class starts from this many votes at that of all classes, an assessor's from this many at the pool's.
_POOL_VOTES, _OWN_VOTES = 10.0, 4.0
_EDGE = 1e-3


def fit(questions: Sequence[Incidence]) -> list[Fit]:
    """A fit a class, from the majority's shares; ``questions`` have the same items and assessors, and two classes: no, yes."""
    posteriors, strength = [each.shares() for each in questions], FIRST_STRENGTH
    for _ in range(MAX_ITERATIONS):
        before = posteriors
        priors = [(each.sum(axis=0) + 1.0) / (len(each) + 2.0) for each in posteriors]
        tally = np.stack([each.tally(now) for each, now in zip(questions, posteriors, strict=True)])
        flat, means = tally.reshape(-1, 2, 2), prior_means(tally).reshape(-1, 2, 2)
        strength = next_strength(flat, means, strength)
        channels = shrink(flat, means, strength).reshape(tally.shape)
        posteriors = [e_step(*each)[0] for each in zip(questions, priors, channels, strict=True)]
        if max(np.abs(now - old).mean() for now, old in zip(posteriors, before, strict=True)) < TOLERANCE:
            break
    return [Fit(*each) for each in zip(posteriors, channels, priors, strict=True)]


def prior_means(tally: Floats) -> Floats:
    """Where each assessor's confusions are shrunk to, from expected votes; both (classes, annotators, given, truths)."""
    yes, votes = tally[:, :, YES], tally.sum(axis=2)
    first = np.array([WRONG, RIGHT])
    everyone = (yes.sum(axis=(0, 1)) + first) / (votes.sum(axis=(0, 1)) + RIGHT + WRONG)
    pool = (yes.sum(axis=1) + _POOL_VOTES * everyone) / (votes.sum(axis=1) + _POOL_VOTES)
    pool = np.clip(pool, _EDGE, 1 - _EDGE)
    all_votes = votes.sum(axis=0)
    usual = np.divide((votes * pool[:, None]).sum(axis=0), all_votes, out=np.tile(everyone, (len(all_votes), 1)), where=all_votes > 0)
    usual = np.clip(usual, _EDGE, 1 - _EDGE)
    own = np.clip((yes.sum(axis=0) + _OWN_VOTES * usual) / (all_votes + _OWN_VOTES), _EDGE, 1 - _EDGE)
    says_yes = expit(logit(pool)[:, None] + logit(own) - logit(usual))
    return np.stack([1 - says_yes, says_yes], axis=2)
