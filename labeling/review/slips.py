"""Labels that slip: how probably each is wrong, by what is known of its text, at rates that the labels themselves tell.

Of yes/no answers a logistic curve with two asymptotes: where the text leaves no doubt of a no, a share ``added`` of the answers
still is yes, and where it leaves none of a yes a share ``removed`` is no. So the two kinds of slips have rates of their own:
where classes are forgotten and never made up, a given class isn't suspected for being rare. A label-noise robust logistic
regression (J. Bootkrajang, A. Kabán, ECML PKDD 2012), which psychometrics calls the four-parameter model (M. Barton,
F. Lord, 1981). Of one label out of several a softmax, and a share of labels that slip to any other, each as probably.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, logit, softmax

from labeling.quality.frames import Codes
from labeling.review.texts import Floats, Whole

# Rates of slips before any answer is seen: normal on the logit scale, with this mean and a deviation of 1 for all classes
# together, and of half that for a class beside the others.
RATE = 0.04
_APART = 0.5
_SLOPES = (-1.0, 8.0)
_CONSTANTS = (-12.0, 12.0)
_RATES = (-6.0, -0.2)
_FLOOR = 1e-4


@dataclass(frozen=True, eq=False, slots=True)
class Slips:
    """``truth`` float64 (n, classes): how probable a yes is by the text alone. ``wrong`` (n, classes): how probably the given
    answer is wrong. ``added`` (classes,): the share of true noes that were answered yes, ``removed`` of yeses answered no."""

    truth: Floats
    wrong: Floats
    added: Floats
    removed: Floats


class _Shape(NamedTuple):
    sources: int
    classes: int


def slips(signals: Floats, given: npt.NDArray[np.bool_]) -> Slips:
    """From ``signals`` (n, classes, sources), log-odds of yes that never saw the item's own answer, and ``given`` (n, classes).

    Slopes are shared by all classes, each class has a constant; they have priors, so that any number of answers has one fit.

    >>> random = np.random.default_rng(0)
    >>> odds = np.linspace(-9, 9, 1000)[:, None, None]
    >>> true = random.random((1000, 1)) < expit(odds[:, :, 0])
    >>> found = slips(odds, true & (random.random((1000, 1)) < 0.8))
    >>> bool(found.added[0] < 0.03), round(float(found.removed[0]), 1)
    (True, 0.2)
    """
    shape = _Shape(signals.shape[2], signals.shape[1])
    start = np.concatenate([np.full(shape.sources, 1 / max(shape.sources, 1)), np.zeros(shape.classes)])
    start = np.concatenate([start, np.full(2 + 2 * shape.classes, 0.0)])
    start[shape.sources + shape.classes : shape.sources + shape.classes + 2] = logit(RATE)
    bounds = [_SLOPES] * shape.sources + [_CONSTANTS] * shape.classes + [_RATES] * 2 + [(-3.0, 3.0)] * 2 * shape.classes
    answers = given.astype(np.float64)

    def loss(at: Floats) -> tuple[float, Floats]:
        return _loss(at, start, shape, signals, answers)

    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300}).x
    slope, constant, added, removed = _parts(found, shape)
    truth = expit(signals @ slope + constant)
    made_up, forgotten = added * (1 - truth), removed * truth
    wrong = np.where(
        given,
        made_up / np.maximum(made_up + (1 - removed) * truth, 1e-12),
        forgotten / np.maximum(forgotten + (1 - added) * (1 - truth), 1e-12),
    )
    return Slips(truth, wrong, added, removed)


def class_slips(sources: Sequence[Floats], given: Codes) -> Floats:
    """The chances of the true class, (n, classes), by the text and the ``given`` label (n,); of -1 by the text alone.

    ``sources`` are probabilities (n, classes) that never saw the item's own label. They are weighed as foretells the labels best;
    the weights begin alike and have a prior.

    >>> random = np.random.default_rng(0)
    >>> true = random.integers(0, 3, 400)
    >>> said = np.where(random.random(400) < 0.1, (true + 1) % 3, true).astype(np.int32)
    >>> found = class_slips([np.full((400, 3), 0.02) + 0.94 * np.eye(3)[true]], said)
    >>> own = found[np.arange(400), said]
    >>> bool(own[said != true].max() < own[said == true].min())
    True
    """
    logs = np.stack([np.log(np.maximum(source, _FLOOR)) for source in sources], axis=2)
    rows = np.flatnonzero(given >= 0)
    start = np.append(np.full(len(sources), 1 / len(sources)), logit(RATE))
    bounds = [_SLOPES] * len(sources) + [_RATES]
    label = given[rows].astype(np.int64)

    def loss(at: Floats) -> tuple[float, Floats]:
        return _class_loss(at, start, logs[rows], label)

    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    truth = _shares(logs @ found[:-1])
    rate = expit(found[-1])
    truth[rows] *= rate / max(truth.shape[1] - 1, 1)
    truth[rows, label] *= (1 - rate) / rate * max(truth.shape[1] - 1, 1)
    chances: Floats = truth / truth.sum(axis=1, keepdims=True)
    return chances


def _class_loss(at: Floats, start: Floats, logs: Floats, label: Whole) -> tuple[float, Floats]:
    """Minus the log posterior of weights and the log-odds of a slip, and its slope."""
    rows, others = np.arange(len(label)), max(logs.shape[1] - 1, 1)
    truth, rate = _shares(logs @ at[:-1]), expit(at[-1])
    own = truth[rows, label]
    straight = 1 - rate - rate / others
    said = np.maximum(own * straight + rate / others, 1e-12)
    own_logs = logs[rows, label]
    by_weights = own[:, None] * (own_logs - np.einsum("nk,nks->ns", truth, logs))
    by_rate = (1 / others - own * (1 + 1 / others)) * rate * (1 - rate)
    stray = at - start
    gradient = -np.append((straight * by_weights / said[:, None]).sum(axis=0), (by_rate / said).sum())
    return float(-np.log(said).sum() + (stray @ stray) / 2), gradient + stray


def _parts(at: Floats, shape: _Shape) -> tuple[Floats, Floats, Floats, Floats]:
    slope, constant, means, apart = np.split(at, np.cumsum([shape.sources, shape.classes, 2]))
    added, removed = means[:, None] + apart.reshape(2, shape.classes)
    return slope, constant, expit(added), expit(removed)


def _loss(at: Floats, start: Floats, shape: _Shape, signals: Floats, answers: Floats) -> tuple[float, Floats]:
    """Minus the log posterior and its slope."""
    slope, constant, added, removed = _parts(at, shape)
    truth = expit(signals @ slope + constant)
    yes = np.clip(added + (1 - added - removed) * truth, 1e-9, 1 - 1e-9)
    misfit = -(answers * np.log(yes) + (1 - answers) * np.log1p(-yes)).sum()
    by_yes = (yes - answers) / (yes * (1 - yes))
    by_odds = by_yes * (1 - added - removed) * truth * (1 - truth)
    by_added = (by_yes * (1 - truth)).sum(axis=0) * added * (1 - added)
    by_removed = -(by_yes * truth).sum(axis=0) * removed * (1 - removed)
    stray = at - start
    # Constants are free but for their bounds: how frequent a class is isn't for a prior to say.
    weight = np.ones(len(at))
    weight[shape.sources : shape.sources + shape.classes] = 1e-3
    weight[shape.sources + shape.classes + 2 :] = 1 / _APART**2
    gradient = np.concatenate(
        [
            np.tensordot(by_odds, signals, axes=([0, 1], [0, 1])),
            by_odds.sum(axis=0),
            [by_added.sum(), by_removed.sum()],
            by_added,
            by_removed,
        ]
    )
    return float(misfit + (weight * stray**2).sum() / 2), gradient + weight * stray


def _shares(logits: Floats) -> Floats:
    shares: Floats = softmax(logits, axis=1)
    return shares
