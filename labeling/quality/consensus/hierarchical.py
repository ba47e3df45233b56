"""Hierarchical Dawid-Skene: each assessor's confusion is shrunk to the pool's, at the assessor's own accuracy.

A row of an assessor's confusion matrix has a Dirichlet prior. Its mean is the pool's row, moved on the logit
scale by how much more or less accurate the assessor is than the pool; its strength is one number, learned from how
far assessors stray from their means (maximum likelihood of the Dirichlet-multinomial, T. Minka, Estimating a
Dirichlet distribution, 2000). So someone with three votes speaks with the pool's voice, and someone with a
thousand with their own. After B. Carpenter, Multilevel Bayesian models of categorical data annotation, 2008.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.special import digamma, expit, logit

from labeling.quality.consensus.dawid_skene import e_step
from labeling.quality.consensus.incidence import Fit, Floats, Incidence
from labeling.quality.consensus.one_coin import RIGHT, WRONG, symmetric

# Mean change of a posterior at which it stands still.
TOLERANCE = 1e-6
MAX_ITERATIONS = 100

# The pool's row of a class starts from this many votes, spread as the pool's overall accuracy has it.
_POOL_VOTES = 10.0
# An assessor's own accuracy starts from this many votes at the pool's.
_OWN_VOTES = 4.0
FIRST_STRENGTH = 4.0
_STRENGTHS = (0.5, 1000.0)
_EDGE = 1e-3


class Means(NamedTuple):
    """Prior means: the pool's channel (given, truths), the assessors' (annotators, given, truths), own accuracy."""

    pool: Floats
    own: Floats
    accuracy: Floats


def fit(incidence: Incidence) -> Fit:
    """Empirical Bayes from the majority's shares."""
    posterior, strength = incidence.shares(), FIRST_STRENGTH
    for _ in range(MAX_ITERATIONS):
        before = posterior
        prior, channel, strength = m_step(incidence, posterior, strength)
        posterior, _ = e_step(incidence, prior, channel)
        if np.abs(posterior - before).mean() < TOLERANCE:
            break
    return Fit(posterior, channel, prior)


def m_step(incidence: Incidence, posterior: Floats, strength: float) -> tuple[Floats, Floats, float]:
    """Class shares (one pseudo-item each), channel shrunk by ``strength`` votes to its prior mean, next strength."""
    prior = posterior.sum(axis=0) + 1.0
    tally = incidence.tally(posterior)
    means = prior_means(tally).own
    strength = next_strength(tally, means, strength)
    return prior / prior.sum(), shrink(tally, means, strength), strength


def shrink(tally: Floats, means: Floats, strength: float) -> Floats:
    """Posterior mean of a channel: its tally, and ``strength`` votes by truth spread as its prior mean has them."""
    channel = tally + strength * means
    shrunk_to: Floats = channel / channel.sum(axis=1, keepdims=True)
    return shrunk_to


def shrunk(incidence: Incidence, posterior: Floats) -> Floats:
    """Channel (annotators, given, truths) of posteriors that another model found."""
    strength = FIRST_STRENGTH
    for _ in range(20):
        _, channel, strength = m_step(incidence, posterior, strength)
    return channel


def prior_means(tally: Floats) -> Means:
    """Where each assessor's rows are shrunk to, from expected votes (annotators, given, truths)."""
    classes = tally.shape[1]
    pool, correct, usual, accuracy = _accuracies(tally)
    if classes == 1:
        return Means(pool, np.ones_like(tally), accuracy)

    own_correct = expit(logit(correct) + (logit(accuracy) - logit(usual))[:, None])
    errors = pool * (1 - np.eye(classes))
    errors /= errors.sum(axis=0)
    own = errors * (1 - own_correct)[:, None, :]
    diagonal = np.arange(classes)
    own[:, diagonal, diagonal] = own_correct
    return Means(pool, own, accuracy)


def own_accuracy(tally: Floats) -> Floats:
    """Each assessor's own accuracy (annotators,) alone, as :func:`prior_means` has it."""
    return _accuracies(tally)[3]


def _accuracies(tally: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """The pool's channel, how right it is by truth, and of each assessor how right they should be and are."""
    classes = tally.shape[1]
    right = np.einsum("akk->a", tally)
    total = tally.sum(axis=0)
    everyone = (right.sum() + RIGHT) / (total.sum() + RIGHT + WRONG)
    pool = total + _POOL_VOTES * symmetric(np.array([everyone]), classes)[0]
    pool /= pool.sum(axis=0)
    if classes == 1:
        sure = np.ones(len(tally))
        return pool, np.ones(1), sure, sure

    correct = np.clip(np.diagonal(pool), _EDGE, 1 - _EDGE)
    truths = tally.sum(axis=1)
    votes = truths.sum(axis=1)
    usual = np.divide(truths @ correct, votes, out=np.full(len(votes), everyone), where=votes > 0)
    usual = np.clip(usual, _EDGE, 1 - _EDGE)
    return pool, correct, usual, np.clip((right + _OWN_VOTES * usual) / (votes + _OWN_VOTES), _EDGE, 1 - _EDGE)


def next_strength(tally: Floats, means: Floats, strength: float) -> float:
    """One step of Minka's fixed point for the Dirichlet's strength, shared by all rows that have votes."""
    votes = tally.sum(axis=1)
    some = votes > 0
    stray = (means * (digamma(tally + strength * means) - digamma(strength * means))).sum(axis=1)[some].sum()
    spread = (digamma(votes + strength) - digamma(strength))[some].sum()
    if not spread > 0:
        return strength
    return float(np.clip(strength * stray / spread, *_STRENGTHS))
