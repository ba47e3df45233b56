"""Yes/no answers that slip: how probably each is wrong, by what is known of its text, at rates that the answers themselves tell.

A logistic curve with two asymptotes: where the text leaves no doubt of a no, a share ``added`` of the answers still is yes, and
where it leaves none of a yes a share ``removed`` is no. So the two kinds of slips have rates of their own: where classes are
forgotten and never made up, a given class isn't suspected for being rare. A label-noise robust logistic regression
(J. Bootkrajang, A. Kabán, ECML PKDD 2012), which psychometrics calls the four-parameter model (M. Barton, F. Lord, 1981).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, logit

from labeling.review.texts import Floats

# Rates of slips before any answer is seen: normal on the logit scale, with this mean and a deviation of 1 for all classes
# together, and of half that for a class beside the others.
RATE = 0.04
_APART = 0.5
_SLOPES = (-1.0, 8.0)
_CONSTANTS = (-12.0, 12.0)
_RATES = (-6.0, -0.2)


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
    >>> odds, true = np.tile([[4.0], [-4.0]], (500, 1))[:, :, None], np.tile([[True], [False]], (500, 1))
    >>> found = slips(odds, true & (random.random((1000, 1)) < 0.8))
    >>> bool(found.added[0] < 0.02), round(float(found.removed[0]), 1), bool(found.wrong[0, 0] < found.wrong[::2].max())
    (True, 0.2, True)
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
