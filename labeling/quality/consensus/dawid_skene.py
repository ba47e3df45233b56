"""Dawid-Skene: every assessor has a confusion matrix of their own, found together with the truths by EM.

A. P. Dawid, A. M. Skene. Maximum likelihood estimation of observer error-rates using the EM algorithm.
Applied Statistics 28 (1979), 20-28.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from labeling.quality.consensus.incidence import TINY, Fit, Floats, Incidence

# In nats per vote: beyond it one label in ten thousand still moves.
TOLERANCE = 1e-6
MAX_ITERATIONS = 200


def fit(incidence: Incidence) -> Fit:
    """Maximum likelihood from the majority's shares."""
    return by_em(incidence, m_step)


def by_em(incidence: Incidence, m_step: Callable[[Incidence, Floats], tuple[Floats, Floats]]) -> Fit:
    """EM from the majority's shares; ``m_step`` gives the class shares and the channel of a posterior."""
    posterior, reached = incidence.shares(), -np.inf
    for _ in range(MAX_ITERATIONS):
        prior, channel = m_step(incidence, posterior)
        posterior, log_likelihood = e_step(incidence, prior, channel)
        if log_likelihood - reached <= TOLERANCE * incidence.votes:
            break
        reached = log_likelihood
    return Fit(posterior, channel, prior)


def e_step(incidence: Incidence, prior: Floats, channel: Floats) -> tuple[Floats, float]:
    """Posterior (items, classes), proportional to prior times the probability of all votes, and log-likelihood."""
    return incidence.infer(np.log(prior) + incidence.scores(np.log(channel)))


def m_step(incidence: Incidence, posterior: Floats) -> tuple[Floats, Floats]:
    """Class shares (classes,) and each assessor's label shares by truth (annotators, given, truths)."""
    prior = np.maximum(posterior.sum(axis=0), TINY)
    channel = np.maximum(incidence.tally(posterior), TINY)
    return prior / prior.sum(), channel / channel.sum(axis=1, keepdims=True)
