"""What a classifier is worth where a label can be nearer or farther, or is a set: the same rule, with a credit for what is near.

It is heard where its mean credit is surely above that of the best constant: the interval of its accuracy is that constant's
credit plus the interval of what it gains on it, text by text. Of an order and of a tree the credit is one less the distance
between the label and the nearest one to all that the classifier says, and the constant the label that is nearest to all
others. Of sets it is one less the squared error of a class's probability (G. Brier, Monthly Weather Review 78 (1950), 1-3),
mean over classes, and the constant says of each class its share: a rare class would never be foretold with more than one
half. Of a preference it is 1 where the label is right, as of a class.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from labeling.quality.figures import Figure
from labeling.quality.frames import Codes
from labeling.quality.kinds import Kind
from labeling.review.scheme import Scheme
from labeling.review.texts import Floats, Whole
from labeling.review.worth import Weigh, Worth, worth

Bools = npt.NDArray[np.bool_]


def weigher(scheme: Scheme, labels: tuple[str, ...]) -> Weigh:
    """How classifiers of ``labels`` that are no sets are weighed; called as ``worth``."""
    distances = scheme.distances(labels)
    if distances is None:
        return worth
    tops = scheme.tops(labels) if scheme.kind is Kind.TREE else labels
    return partial(_near_worth, distances=distances, tops=tops, by_top=scheme.kind is Kind.TREE)


def worth_of_sets(given: Bools, probabilities: Floats, classes: tuple[str, ...], group: Whole) -> Worth:
    """What ``probabilities`` (n, classes), each class's own, say of the sets ``given`` (n, classes).

    A class is told apart where its own credit surely gains on its share. ``frequent`` is None: the constant is no label.

    >>> given = np.array([[True], [False]] * 30)
    >>> worth_of_sets(given, np.where(given, 0.8, 0.3), ("x",), np.arange(60)).apart
    ('x',)
    """
    if not given.size:
        return Worth(Figure(None, None, None, 0), None, None, ())
    answers = given.astype(np.float64)
    credit, constant = 1 - (probabilities - answers) ** 2, 1 - (answers.mean(axis=0) - answers) ** 2
    every = [gain(credit[:, at], constant[:, at], group) for at in range(len(classes))]
    always = [float(constant[:, at].mean()) for at in range(len(classes))]
    apart = tuple(
        name
        for name, found, other in zip(classes, every, always, strict=True)
        if found.low is not None and found.low > other
    )
    whole = gain(credit.mean(axis=1), constant.mean(axis=1), group)
    return Worth(whole, None, float(constant.mean()), apart, near=True)


def gain(credit: Floats, constant: Floats, group: Whole, level: float = 0.95) -> Figure:
    """The mean of ``credit`` (n,), its interval that of what it gains on the ``constant`` (n,), copies of a text one cluster.

    >>> found = gain(np.array([1.0, 1.0, 0.0, 1.0]), np.array([1.0, 0.0, 0.0, 0.0]), np.arange(4))
    >>> found.value, round(found.low, 2), round(found.high, 2)
    (0.75, -0.17, 1.67)
    """
    if not len(credit):
        return Figure(None, None, None, 0)
    more = credit - constant
    of_texts = np.bincount(group, more - more.mean())
    clusters = len(np.unique(group))
    if clusters < 2:
        return Figure(float(credit.mean()), None, None, len(credit))
    deviation = np.sqrt(clusters / (clusters - 1) * (of_texts**2).sum()) / len(credit)
    reach = float(stdtrit(clusters - 1, (1 + level) / 2)) * deviation
    middle = float(credit.mean())
    return Figure.of(middle, middle - reach, middle + reach, n=len(credit))


def _near_worth(
    label: Codes,
    probabilities: Floats,
    classes: tuple[str, ...],
    group: Whole,
    *,
    distances: Floats,
    tops: tuple[str, ...],
    by_top: bool,
) -> Worth:
    """As ``worth``, by distances. Where a label is heard at all, it is for what is said of its top; of an order always."""
    rows = np.flatnonzero(label >= 0)
    if not len(rows):
        return Worth(Figure(None, None, None, 0), None, None, ())
    given, said = label[rows], (probabilities[rows] @ distances).argmin(axis=1)
    most = int((np.bincount(given, minlength=len(classes)) @ distances).argmin())
    constant = 1 - distances[given, most]
    found = gain(1 - distances[given, said], constant, group[rows])
    apart = classes
    if by_top:
        names = tuple(dict.fromkeys(tops))
        top = np.array([names.index(name) for name in tops])
        summed = probabilities @ np.eye(len(names))[top]
        told = worth(np.where(label >= 0, top[label], -1).astype(np.int32), summed, names, group).apart
        apart = tuple(code for code, name in zip(classes, tops, strict=True) if name in told)
    return Worth(found, classes[most], float(constant.mean()), apart, near=True)
