"""Yes or no, asked of many classes: hierarchical Dawid-Skene in which what an assessor does in one class tells of the others.

Each class is a question of its own, with its own share of yes and its own pool of assessors. How much more often than the pool an
assessor says yes where it is right, and where it is wrong, is found over all classes and moves the pool's shares on the logit
scale; that is the mean of a Dirichlet prior of the assessor's confusion in each class, of a strength learned as in
``hierarchical``. After B. Carpenter, Multilevel Bayesian models of categorical data annotation, 2008, with classes as one level
more.

The votes are one ``Incidence``: an item is a pair of (item, class), an annotator a pair of (annotator, class), numbered as
``item * classes + class``; classes are no and yes. A unit without a vote belongs to no question.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit

from labeling.quality.consensus.dawid_skene import e_step
from labeling.quality.consensus.hierarchical import FIRST_STRENGTH, MAX_ITERATIONS, TOLERANCE, next_strength, shrink
from labeling.quality.consensus.incidence import Fit, Floats, Incidence
from labeling.quality.consensus.one_coin import RIGHT, WRONG

YES = 1
# The pool's share in a class starts from this many votes at that of all classes, an assessor's from this many at the pool's.
_POOL_VOTES, _OWN_VOTES = 10.0, 4.0
_EDGE = 1e-3


def fit(incidence: Incidence, *, questions: int) -> Fit:
    """Empirical Bayes from the majority's shares."""
    question = question_of(incidence, questions)
    asked = question >= 0
    posterior, strength = incidence.shares(), FIRST_STRENGTH
    for _ in range(MAX_ITERATIONS):
        before = posterior
        yes = np.bincount(question[asked], posterior[asked, YES], minlength=questions) + 1.0
        share = yes / (np.bincount(question[asked], minlength=questions) + 2.0)
        channel, strength = m_step(incidence, posterior, strength, questions)
        posterior, _ = e_step(incidence, np.stack([1 - share, share], axis=1)[question], channel)
        if np.abs(posterior - before).mean() < TOLERANCE:
            break
    prior = posterior.mean(axis=0)
    return Fit(posterior, channel, prior)


def m_step(incidence: Incidence, posterior: Floats, strength: float, questions: int) -> tuple[Floats, float]:
    """Channel (annotators * questions, given, truths) shrunk by ``strength`` votes to its prior mean, and the next strength."""
    tally = incidence.tally(posterior)
    means = prior_means(tally.reshape(-1, questions, 2, 2)).reshape(tally.shape)
    strength = next_strength(tally, means, strength)
    return shrink(tally, means, strength), strength


def shrunk(incidence: Incidence, posterior: Floats, questions: int) -> Floats:
    """Channel (annotators * questions, given, truths) of posteriors that another model found."""
    strength = FIRST_STRENGTH
    for _ in range(20):
        channel, strength = m_step(incidence, posterior, strength, questions)
    return channel


def prior_means(tally: Floats) -> Floats:
    """Where each assessor's confusions are shrunk to, from expected votes; both (annotators, questions, given, truths)."""
    yes, votes = tally[:, :, YES], tally.sum(axis=2)
    everyone = (yes.sum(axis=(0, 1)) + np.array([WRONG, RIGHT])) / (votes.sum(axis=(0, 1)) + RIGHT + WRONG)
    pool = (yes.sum(axis=0) + _POOL_VOTES * everyone) / (votes.sum(axis=0) + _POOL_VOTES)
    pool = np.clip(pool, _EDGE, 1 - _EDGE)
    all_votes = votes.sum(axis=1)
    usual = np.tile(everyone, (len(tally), 1))
    np.divide((votes * pool).sum(axis=1), all_votes, out=usual, where=all_votes > 0)
    usual = np.clip(usual, _EDGE, 1 - _EDGE)
    own = np.clip((yes.sum(axis=1) + _OWN_VOTES * usual) / (all_votes + _OWN_VOTES), _EDGE, 1 - _EDGE)
    says_yes = expit(logit(pool) + (logit(own) - logit(usual))[:, None])
    return np.stack([1 - says_yes, says_yes], axis=2)


def question_of(incidence: Incidence, questions: int) -> npt.NDArray[np.int64]:
    """The question that each unit is about (items,), -1 without a vote."""
    starts, ends = incidence.by_item.indptr[:-1], incidence.by_item.indptr[1:]
    question = np.full(incidence.items, -1, dtype=np.int64)
    asked = ends > starts
    question[asked] = incidence.by_item.indices[starts[asked]] // incidence.classes % questions
    return question


def question_by_question(fit_one: Callable[[Incidence], Fit], incidence: Incidence, *, questions: int) -> Fit:
    """A model of one question fitted to each by itself; units without a vote keep even chances."""
    question, classes = question_of(incidence, questions), incidence.classes
    posterior = incidence.shares()
    channel = np.empty((incidence.annotators, classes, classes))
    columns = np.arange(incidence.annotators * classes).reshape(-1, questions, classes)
    for which in range(questions):
        rows = np.flatnonzero(question == which)
        votes = incidence.by_item[rows][:, columns[:, which].ravel()]
        fitted = fit_one(Incidence(votes, incidence.golden[rows], incidence.annotators // questions, classes))
        posterior[rows], channel[which::questions] = fitted.posterior, fitted.channel
    return Fit(posterior, channel, posterior.mean(axis=0))
