"""Ordinal: who errs lands near the truth; how near, and on which side of it, is each assessor's own manner.

An assessor sees the place of the truth on a line, shifted by a bias and blurred by normal noise, and names the step that it
falls on; at times they name any step. B. Lakshminarayanan, Y. W. Teh, Inferring ground truth from multi-annotator ordinal
data: a probabilistic approach, arXiv:1305.0015, 2013; V. Johnson, On Bayesian analysis of multirater ordinal data, JASA 91
(1996), 42-51. Here shift, blur and lapses take the values of a grid, and how common each is among assessors is learned (N. Laird,
Nonparametric maximum likelihood estimation of a mixing distribution, JASA 73 (1978), 805-811), so that EM needs no search. A
crowd is held to have no bias as a whole: a shift that all share can't be told from truths that stand elsewhere. An assessor's
confusion is shrunk to what their manner foretells, as ``hierarchical`` shrinks it to the pool's: whoever has a thousand votes
may use the steps as no formula has them.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from labeling.quality.consensus.dawid_skene import e_step
from labeling.quality.consensus.hierarchical import next_strength, shrink
from labeling.quality.consensus.incidence import Fit, Floats, Incidence

TOLERANCE = 1e-5
MAX_ITERATIONS = 60

# The grid: biases in steps, an odd number so that none is among them, standard deviations of the noise, shares of lapses.
_SHIFTS, _BLURS = 9, 7
_LAPSES = np.array([0.02, 0.15, 0.5])
MANNERS = _SHIFTS * _BLURS * len(_LAPSES)
# What is common before anybody was seen, on a scale of five steps: no bias to speak of, noise of half a step, few lapses.
_USUAL_SHIFT, _USUAL_BLUR, _BLUR_SPREAD, _LAPSE_WEIGHT = 0.15, 0.6, 0.6, 2.0
# It counts as much as so many assessors.
_PRIOR_ASSESSORS = 10.0
_FIRST_STRENGTH = 20.0


def fit(incidence: Incidence) -> Fit:
    """Empirical Bayes from the majority's shares; classes stand in their order."""
    channels, first = manners(incidence.classes)
    posterior, population, strength = incidence.shares(), first, _FIRST_STRENGTH
    for _ in range(MAX_ITERATIONS):
        before = posterior
        prior, tally = posterior.sum(axis=0) + 1.0, incidence.tally(posterior)
        means, population = own_means(tally, channels, population, first)
        strength = next_strength(tally, means, strength)
        channel = shrink(tally, means, strength)
        posterior, _ = e_step(incidence, prior / prior.sum(), channel)
        if np.abs(posterior - before).mean() < TOLERANCE:
            break
    return Fit(posterior, channel, prior / prior.sum())


def manners(classes: int) -> tuple[Floats, Floats]:
    """The channel of each manner of the grid (MANNERS, given, truths), and how common each is held to be (MANNERS,)."""
    most = classes - 1
    scale = max(1.0, most / 4)
    shifts = np.linspace(-1, 1, _SHIFTS) * max(1.0, most / 3)
    blurs = np.geomspace(0.2, max(1.0, most / 1.5), _BLURS)
    shift, blur, lapse = (each.ravel() for each in np.meshgrid(shifts, blurs, _LAPSES, indexing="ij"))
    cuts = np.concatenate([[-np.inf], np.arange(most) + 0.5, [np.inf]])
    seen = np.arange(classes) + shift[:, None]
    below = ndtr((cuts[None, :, None] - seen[:, None, :]) / blur[:, None, None])
    channels = (1 - lapse)[:, None, None] * np.diff(below, axis=1) + (lapse / classes)[:, None, None]
    logs = -0.5 * (shift / (_USUAL_SHIFT * scale)) ** 2 - _LAPSE_WEIGHT * lapse
    logs -= 0.5 * (np.log(blur / (_USUAL_BLUR * scale)) / _BLUR_SPREAD) ** 2
    common = np.exp(logs - logs.max())
    return channels, common / common.sum()


def own_means(tally: Floats, channels: Floats, population: Floats, first: Floats) -> tuple[Floats, Floats]:
    """Each assessor's channel by their manner, (annotators, given, truths), and how common manners are, (MANNERS,).

    ``tally`` are expected votes (annotators, given, truths). A shift is held to be as common upwards as downwards.
    """
    logs = tally.reshape(len(tally), -1) @ np.log(channels).reshape(len(channels), -1).T + np.log(population)
    share = np.exp(logs - logs.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    by_shift = (share.sum(axis=0) + _PRIOR_ASSESSORS * first).reshape(_SHIFTS, -1)
    balanced = ((by_shift + by_shift[::-1]) / (2 * (len(tally) + _PRIOR_ASSESSORS))).ravel()
    means = (share @ channels.reshape(len(channels), -1)).reshape(tally.shape)
    return means, balanced
