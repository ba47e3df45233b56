"""Enhanced Bayesian classifier combination: items of one class come in subtypes, some easy and some treacherous.

Assessors who err together on the same items look like independent witnesses to Dawid-Skene; here an item's subtype
explains what they have in common. Y. Li, B. Rubinstein, T. Cohn. Exploiting worker correlation for label aggregation
in crowdsourcing. ICML 2019. There each assessor's rows are shrunk to four right votes and one wrong; here to as
many votes at the assessor's own accuracy, spread evenly over errors, and EM takes the place of mean field.

``lean`` as in ``prototypes``: so much of every posterior are the item's vote shares, within a class divided as the model has it.
"""

from __future__ import annotations

import numpy as np

from labeling.quality.consensus.hierarchical import own_accuracy
from labeling.quality.consensus.incidence import TINY, Fit, Floats, Incidence, by_class
from labeling.quality.consensus.one_coin import symmetric

SUBTYPES = 3
# The paper's four and one.
STRENGTH = 5.0
# Subtypes start at random and end in different places; their average is steadier than any of them.
STARTS = 3
TOLERANCE = 1e-5
MAX_ITERATIONS = 100


def fit(incidence: Incidence, *, seed: int = 0, lean: float = 0.0) -> Fit:
    """The even mixture of the starts: its truths are classes * (starts * subtypes)."""
    starts = [_fit_once(incidence, np.random.default_rng([seed, start]), lean) for start in range(STARTS)]
    return Fit(
        latent=_side_by_side([start.latent for start in starts], incidence.classes) / STARTS,
        channel=_side_by_side([start.channel for start in starts], incidence.classes),
        prior=_side_by_side([start.prior for start in starts], incidence.classes) / STARTS,
    )


def e_step(incidence: Incidence, prior: Floats, channel: Floats) -> Floats:
    """Posterior (items, classes * subtypes)."""
    return incidence.infer(np.log(prior) + incidence.scores(np.log(channel)))[0]


def m_step(incidence: Incidence, latent: Floats) -> tuple[Floats, Floats]:
    """Shares of the classes and, in each class, of its subtypes; the channel (annotators, given, truths)."""
    classes = incidence.classes
    sizes = latent.sum(axis=0).reshape(classes, SUBTYPES) + 1.0
    by_class_first = sizes.sum(axis=1) - SUBTYPES + 1.0
    prior = by_class_first[:, None] / by_class_first.sum() * sizes / sizes.sum(axis=1, keepdims=True)

    tally = incidence.tally(latent)
    accuracy = own_accuracy(tally.reshape(-1, classes, classes, SUBTYPES).sum(axis=3))
    channel = tally + STRENGTH * np.repeat(symmetric(accuracy, classes), SUBTYPES, axis=2)
    return prior.ravel(), channel / channel.sum(axis=1, keepdims=True)


def leaning(incidence: Incidence, latent: Floats, prior: Floats, shares: Floats, lean: float) -> Floats:
    """``latent`` (items, classes * subtypes) with ``lean`` of the ``shares`` (items, classes), golden items as they are."""
    subtypes = (latent + TINY * prior).reshape(incidence.items, incidence.classes, SUBTYPES)
    within = subtypes / subtypes.sum(axis=2, keepdims=True)
    held = (1 - lean) * by_class(latent, incidence.classes) + lean * shares
    leant = (held[:, :, None] * within).reshape(latent.shape)
    return np.where(incidence.golden[:, None] >= 0, latent, leant)


def _fit_once(incidence: Incidence, random: np.random.Generator, lean: float) -> Fit:
    split = random.dirichlet(np.ones(SUBTYPES), size=incidence.items)
    shares = incidence.shares()
    latent = (shares[:, :, None] * split[:, None, :]).reshape(incidence.items, -1)
    posterior = by_class(latent, incidence.classes)
    for _ in range(MAX_ITERATIONS):
        before = posterior
        prior, channel = m_step(incidence, latent)
        latent = e_step(incidence, prior, channel)
        if lean:
            latent = leaning(incidence, latent, prior, shares, lean)
        posterior = by_class(latent, incidence.classes)
        if np.abs(posterior - before).mean() < TOLERANCE:
            break
    return Fit(latent, channel, prior)


def _side_by_side(parts: list[Floats], classes: int) -> Floats:
    """Subtypes of one class stay neighbours when starts are joined on the last axis."""
    split = [part.reshape(*part.shape[:-1], classes, SUBTYPES) for part in parts]
    return np.concatenate(split, axis=-1).reshape(*parts[0].shape[:-1], -1)
