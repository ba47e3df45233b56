"""One-coin Dawid-Skene: an assessor is right with one probability, whatever the truth, and errs evenly.

Y. Zhang, X. Chen, D. Zhou, M. I. Jordan. Spectral methods meet EM. Journal of Machine Learning Research 17
(2016), 1-44.
"""

from __future__ import annotations

import numpy as np

from labeling.quality.consensus.dawid_skene import by_em
from labeling.quality.consensus.incidence import TINY, Fit, Floats, Incidence

# Two right answers and one wrong before the first vote: whoever voted once is not taken for infallible.
RIGHT, WRONG = 2.0, 1.0


def fit(incidence: Incidence) -> Fit:
    """Maximum a posteriori from the majority's shares."""

    def step(incidence: Incidence, posterior: Floats) -> tuple[Floats, Floats]:
        prior, accuracy = m_step(incidence, posterior)
        return prior, symmetric(accuracy, incidence.classes)

    return by_em(incidence, step)


def m_step(incidence: Incidence, posterior: Floats) -> tuple[Floats, Floats]:
    """Class shares (classes,) and each assessor's accuracy (annotators,)."""
    prior = np.maximum(posterior.sum(axis=0), TINY)
    tally = incidence.tally(posterior)
    right = np.einsum("akk->a", tally)
    return prior / prior.sum(), (right + RIGHT) / (tally.sum(axis=(1, 2)) + RIGHT + WRONG)


def symmetric(accuracy: Floats, classes: int) -> Floats:
    """Channel (annotators, classes, classes): ``accuracy`` on the diagonal, the rest spread evenly."""
    if classes == 1:
        return np.ones((len(accuracy), 1, 1))
    channel = np.repeat((1 - accuracy) / (classes - 1), classes * classes).reshape(-1, classes, classes)
    diagonal = np.arange(classes)
    channel[:, diagonal, diagonal] = accuracy[:, None]
    return channel
