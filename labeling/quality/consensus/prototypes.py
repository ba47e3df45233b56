"""Prototypes: assessors share a few ways to err, and each is a mixture of them.

A prototype is a confusion matrix; an assessor draws, vote by vote, which of them speaks, by weights of their own. So a row that
one assessor has three votes for is learned from everybody who errs alike, which sparse votes and rare classes ask for. J. Chen,
J. Feng, S. Zhang, Understanding the essence: delving into annotator prototype learning for multi-class annotation aggregation,
arXiv:2508.02123, 2025 (PTBCC). Written from the idea: EM takes the place of mean field, prototypes begin at groups of assessors
of like accuracy instead of at random, so that the same votes give the same labels.

``lean`` holds each posterior to the votes: that part of it are the item's vote shares. Then no class can be explained away, and
what assessors share, hard items and habits, is less taken for proof.
"""

from __future__ import annotations

import numpy as np

from labeling.quality.consensus.dawid_skene import e_step
from labeling.quality.consensus.hierarchical import own_accuracy
from labeling.quality.consensus.incidence import TINY, Fit, Floats, Incidence
from labeling.quality.consensus.one_coin import RIGHT, WRONG, symmetric

PROTOTYPES = 8
TOLERANCE = 1e-6
MAX_ITERATIONS = 100

# A prototype's rows start from this many votes each, spread as its own accuracy has it.
_ROW_VOTES = 10.0
# An assessor's weights start from this many votes, spread as the pool's weights.
_OWN_VOTES = 8.0
# So much of the pool's weights is even: no prototype dies.
_EVEN = 0.1


def fit(incidence: Incidence, *, lean: float = 0.0) -> Fit:
    """Maximum a posteriori from the majority's shares, ``lean`` (0 to 1) of which stay in every posterior."""
    shares = incidence.shares()
    posterior, weights = shares, first_weights(incidence.tally(shares))
    prototypes = prototype_channels(np.einsum("agt,ap->pgt", incidence.tally(shares), weights))
    pool = weights.mean(axis=0)
    for _ in range(MAX_ITERATIONS):
        before = posterior
        tally = incidence.tally(posterior)
        weights, prototypes, pool = m_step(tally, weights, prototypes, pool)
        channel = np.tensordot(weights, prototypes, axes=1)
        prior = posterior.sum(axis=0) + 1.0
        posterior, _ = e_step(incidence, prior / prior.sum(), channel)
        if lean:
            posterior = incidence.clamp((1 - lean) * posterior + lean * shares)
        if np.abs(posterior - before).mean() < TOLERANCE:
            break
    return Fit(posterior, channel, prior / prior.sum())


def first_weights(tally: Floats) -> Floats:
    """Weights (assessors, PROTOTYPES) before the first step, from votes by the majority (assessors, given, truths).

    Half is even, half is with one of the groups that assessors fall into by their accuracy, of as many votes each.
    """
    votes = tally.sum(axis=(1, 2))
    order = np.argsort(own_accuracy(tally), kind="stable")
    middle = np.cumsum(votes[order]) - votes[order] / 2
    group = np.empty(len(votes), dtype=np.int64)
    group[order] = np.clip(middle / max(votes.sum(), TINY) * PROTOTYPES, 0, PROTOTYPES - 1).astype(np.int64)
    weights = np.full((len(votes), PROTOTYPES), 0.5 / PROTOTYPES)
    weights[np.arange(len(votes)), group] += 0.5
    return weights


def m_step(tally: Floats, weights: Floats, prototypes: Floats, pool: Floats) -> tuple[Floats, Floats, Floats]:
    """The next weights (assessors, PROTOTYPES), prototypes (PROTOTYPES, given, truths) and the pool's weights.

    ``tally`` are expected votes (assessors, given, truths); each is divided among prototypes by who is likely to have spoken.
    """
    ratio = tally / np.maximum(np.tensordot(weights, prototypes, axes=1), TINY)
    flat, count = ratio.reshape(len(tally), -1), len(prototypes)
    spoken = weights * (flat @ prototypes.reshape(count, -1).T)
    counts = prototypes * (weights.T @ flat).reshape(prototypes.shape)
    own = spoken + _OWN_VOTES * pool
    votes = spoken.sum(axis=1, keepdims=True)
    shares = np.divide(spoken, votes, out=np.tile(pool, (len(tally), 1)), where=votes > 0)
    next_pool = (1 - _EVEN) * shares.mean(axis=0) + _EVEN / count
    return own / own.sum(axis=1, keepdims=True), prototype_channels(counts), next_pool


def prototype_channels(counts: Floats) -> Floats:
    """Prototypes (PROTOTYPES, given, truths) of the votes that each spoke, shrunk to one accuracy and even errors."""
    right, votes = np.einsum("pkk->p", counts), counts.sum(axis=(1, 2))
    channels = counts + _ROW_VOTES * symmetric((right + RIGHT) / (votes + RIGHT + WRONG), counts.shape[1])
    shrunk: Floats = channels / channels.sum(axis=1, keepdims=True)
    return shrunk
