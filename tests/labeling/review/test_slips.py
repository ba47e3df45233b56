"""Rates at which labels slip are learned from the labels; by them a given answer is suspected."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import approx_fprime
from scipy.special import expit

from labeling.review.slips import _class_loss, _loss, _Shape, class_slips, slips

COUNT = 4000


def answers(added: float, removed: float, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log-odds that are right about themselves, what is true by them, and what was answered."""
    random = np.random.default_rng(seed)
    odds = random.normal(-1, 4, (COUNT, 2))
    true = random.random((COUNT, 2)) < expit(odds)
    slipped = random.random((COUNT, 2)) < np.where(true, removed, added)
    return odds[:, :, None], true, true ^ slipped


@pytest.mark.parametrize(("added", "removed"), [(0.1, 0.02), (0.02, 0.15), (0.1, 0.1)])
def test_both_rates_are_learned(added: float, removed: float) -> None:
    odds, _, given = answers(added, removed)
    found = slips(odds, given)
    assert found.added == pytest.approx([added, added], abs=0.03)
    assert found.removed == pytest.approx([removed, removed], abs=0.03)


def test_chances_are_as_frequent_as_they_say() -> None:
    odds, true, given = answers(0.08, 0.08)
    wrong = slips(odds, given).wrong
    for low, high in ((0.0, 0.1), (0.1, 0.5), (0.5, 1.0)):
        inside = (wrong >= low) & (wrong <= high)
        assert inside.sum() > 50
        assert (true != given)[inside].mean() == pytest.approx(wrong[inside].mean(), abs=0.1)


def test_where_nothing_is_made_up_a_given_class_is_not_suspected() -> None:
    """Classes are forgotten and never added: a yes to a rare class is right, however little its text says for it."""
    odds, true, given = answers(0.0, 0.2)
    wrong = slips(odds, given).wrong
    doubtful = np.abs(odds[:, :, 0]) < 1
    assert wrong[given & doubtful].mean() < 0.05 < wrong[~given & doubtful].mean()
    assert true[given].all()


def test_slips_of_a_class_are_found_at_their_rate() -> None:
    random = np.random.default_rng(0)
    shares = random.dirichlet(np.full(4, 0.2), COUNT)
    true = np.array([random.choice(4, p=row) for row in shares])
    said = np.where(random.random(COUNT) < 0.12, (true + random.integers(1, 4, COUNT)) % 4, true).astype(np.int32)
    chances = class_slips([shares, np.full((COUNT, 4), 0.25)], said)
    own = chances[np.arange(COUNT), said]
    assert chances.sum(axis=1) == pytest.approx(np.ones(COUNT))
    assert 1 - own.mean() == pytest.approx(0.12, abs=0.03)
    # A text without a label is told by its text alone.
    assert class_slips([shares], np.full(COUNT, -1, dtype=np.int32)) == pytest.approx(shares, abs=1e-3)


def test_slopes_of_both_losses_are_those_of_differences() -> None:
    random = np.random.default_rng(0)
    signals, given = random.normal(size=(60, 3, 2)), (random.random((60, 3)) < 0.4).astype(float)
    start, at = np.zeros(13), random.normal(size=13) * 0.3
    of_sets = approx_fprime(at, lambda x: _loss(x, start, _Shape(2, 3), signals, given)[0])
    assert _loss(at, start, _Shape(2, 3), signals, given)[1] == pytest.approx(of_sets, abs=1e-4)
    logs, label = np.log(random.dirichlet(np.ones(4), (50, 2))).transpose(0, 2, 1), random.integers(0, 4, 50)
    start, at = np.array([0.5, 0.5, -3.0]), np.array([0.7, 0.3, -2.0])
    of_class = approx_fprime(at, lambda x: _class_loss(x, start, logs, label)[0])
    assert _class_loss(at, start, logs, label)[1] == pytest.approx(of_class, abs=1e-4)
