"""What is known of every labeled item, whatever kind of label it has, and what follows for its label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from labeling.quality.frames import Codes, Votes
from labeling.review.classifier import Trained
from labeling.review.issues import Issues
from labeling.review.misreading import at_level
from labeling.review.neighbours import Neighbours
from labeling.review.texts import Floats, Small
from labeling.review.worth import Worth


@dataclass(frozen=True, eq=False, slots=True)
class Parts:
    """Of each class of sets: ``given`` bool (n, classes) whether it is in the label under suspicion, ``self_confidence``
    float64 (n, classes) what the classifier gives to that, NaN where nothing can be said, ``wrong`` float64 (n, classes) the
    chance that it is wrong, all known: that the class is to be removed where it was given, else to be added."""

    classes: tuple[str, ...]
    given: npt.NDArray[np.bool_]
    self_confidence: Floats
    wrong: Floats


@dataclass(frozen=True, eq=False)
class Evidence:
    """By item, in the order of ``items``; arrays are (n,).

    ``classes`` are the codes of all labels: of single labels the classes, of sets each set that occurs (and no more of them are
    among the classes of ``votes``).

    ``given`` is the label under suspicion (-1 for none): the one of the votes, also where a golden label or ruling is known.
    ``probability`` is its consensus probability; ``disagree`` the share of votes against it; ``next_wrong`` the chance that
    one more assessor wouldn't give it, ``misread`` that all misread alike; ``self_confidence`` and ``neighbours`` what
    classifier and neighbours give it; ``confidence`` and ``variability`` are the data map's (NaN without epochs).
    ``foretold`` is the classifier's label, ``other`` the most probable one but the given, ``prior`` the chance that the given is
    wrong, before any ruling; ``suggestion`` the junior's label, -1 for none. ``issues`` is all that CleanLab says, ``near`` the
    nearest texts by ``vectors``. ``worth`` is the classifier's: where it doesn't speak, nothing
    here rests on it, and ``neighbours`` are NaN where the neighbours' labels foretell no better than the most frequent one.
    ``parts`` has what is known of each class of a set, None for other kinds.
    """

    items: pl.Series
    classes: tuple[str, ...]
    votes: Votes
    given: Codes
    probability: Floats
    disagree: Floats
    next_wrong: Floats
    misread: Floats
    self_confidence: Floats
    neighbours: Floats
    issues: Issues
    confidence: Floats
    variability: Floats
    foretold: Codes
    other: Codes
    prior: Floats
    suggestion: Codes
    vectors: Small
    near: Neighbours
    trained: Trained
    worth: Worth
    parts: Parts | None = None

    @property
    def is_issue(self) -> npt.NDArray[np.bool_]:
        """Whether confident learning flags the label, (n,)."""
        return self.issues.frame["is_issue"].to_numpy()


def most_probable(chances: Floats, distances: Floats | None) -> Codes:
    """The label (n,) that is nearest to the truth by ``chances`` (n, classes): of an order that is the median.

    >>> most_probable(np.array([[0.4, 0.3, 0.3]]), None).tolist()
    [0]
    >>> most_probable(np.array([[0.4, 0.3, 0.3]]), np.abs(np.subtract.outer(np.arange(3), np.arange(3))) / 2).tolist()
    [1]
    """
    best = chances.argmax(axis=1) if distances is None else (chances @ distances).argmin(axis=1)
    return np.asarray(best, dtype=np.int32)


def other_label(chances: Floats, given: Codes, distances: Floats | None) -> Codes:
    """The most probable label but the ``given`` one (n,)."""
    good = chances.copy() if distances is None else -(chances @ distances)
    good[np.arange(len(good)), np.maximum(given, 0)] = -np.inf
    return np.asarray(good.argmax(axis=1), dtype=np.int32)


def prior_score(next_wrong: Floats, misread: Floats) -> Floats:
    """1 - (1 - next_wrong)(1 - misread): the label stands if one more assessor would give it and not all misread alike."""
    score: Floats = 1 - (1 - next_wrong) * (1 - misread)
    return score


def by_distance(score: Floats, chances: Floats, given: Codes, distances: Floats) -> Floats:
    """The scores (n,) where a label that is farther off is worse: their mean stays, the order is the expected distance's.

    >>> chances, steps = np.array([[0.5, 0.5, 0.0], [0.6, 0.0, 0.4]]), np.abs(np.subtract.outer(np.arange(3), np.arange(3))) / 2
    >>> by_distance(np.array([0.5, 0.4]), chances, np.array([0, 0]), steps).round(2).tolist()
    [0.37, 0.53]
    """
    found = score.copy()
    rows = np.flatnonzero(given >= 0)
    if len(rows):
        level = float(np.clip(score[rows].mean(), 1e-6, 1 - 1e-6))
        found[rows] = at_level((chances @ distances)[rows, given[rows]], level)
    return found
