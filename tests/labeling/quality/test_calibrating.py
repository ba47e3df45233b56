"""Calibration by hand; its error's interval and the calibrator where the truth is known."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from scipy.optimize import minimize
from scipy.special import expit, logit

from labeling.errors import LabelingError
from labeling.quality.calibrating import Calibrator, Reliability, answers, calibrate, learn, mend, reliability
from labeling.quality.intervals import wilson
from tests.labeling.quality.worlds import within


def told(confidence: list[float], right: list[bool]) -> pl.DataFrame:
    return pl.DataFrame(
        {"confidence": confidence, "right": right}, schema={"confidence": pl.Float64, "right": pl.Boolean}
    )


def stated(frame: pl.DataFrame, draws: int) -> Reliability:
    return reliability(frame["confidence"].to_numpy(), frame["right"].cast(pl.Float64).to_numpy(), draws)


def test_the_curve_by_hand() -> None:
    """Twenty at 0.6 with 15 right, 0.15 too low; forty at 0.9 with 30 right, 0.15 too high: 0.15 on the whole."""
    frame = told([0.6] * 20 + [0.9] * 40, [True] * 15 + [False] * 5 + [True] * 30 + [False] * 10)
    found = stated(frame.sample(fraction=1.0, shuffle=True, seed=1), 200)
    assert found.curve["n"].to_list() == [20, 40]
    assert found.curve["accuracy"].to_list() == [0.75, 0.75]
    assert found.curve["low"].to_list() == pytest.approx([wilson(15, 20).low, wilson(30, 40).low])
    assert found.error.value == pytest.approx(0.15) and found.error.n == 60
    assert found.error.low is not None and 0 < found.error.low < 0.15


def test_bins_are_about_equal_and_equal_confidences_share_one() -> None:
    smooth = stated(told(np.linspace(0.3, 0.99, 200).tolist(), [True] * 200), 10).curve
    assert smooth["n"].to_list() == [20] * 10
    assert smooth["confidence"].is_sorted()
    tied = stated(told([0.5] * 3 + [0.95] * 94 + [1.0] * 3, [True] * 100), 10).curve
    assert sum(tied["n"]) == 100 and 94 in [n - 3 for n in tied["n"]] + tied["n"].to_list()
    assert len(stated(told([0.2, 0.9], [True, False]), 10).curve) == 1


def test_no_answers_no_figures() -> None:
    found = calibrate(told([], []))
    assert (found.stated.error.value, found.stated.by_chance, len(found.stated.curve)) == (None, None, 0)
    assert (found.held_out.stated, found.helps) == (None, False)
    assert mend(told([], [])) == Calibrator(0.0, 1.0, 0)
    calibrator = learn(told([], []))
    assert calibrator == Calibrator(0.0, 1.0, 0)
    assert calibrator.apply(pl.Series("c", [0.3, 0.9])).to_list() == pytest.approx([0.3, 0.9])


def test_answers_are_matched_with_the_expert() -> None:
    said = pl.DataFrame(
        {
            "item": [1, 1, 2, 3, 4, 5],
            "label": ["x", "y", "x", None, "x", "x"],
            "confidence": [0.1, 0.2, 0.3, 0.4, None, 0.6],
        }
    )
    golden = pl.DataFrame({"item": [1, 2, 3, 4, 5], "label": ["y", "y", "x", "x", None]})
    assert answers(said, golden).rows() == [(1, 0.2, True), (2, 0.3, False)]


def test_the_fit_is_the_maximum_of_the_posterior() -> None:
    rng = np.random.default_rng(4)
    said = rng.beta(6, 1.5, 80)
    right = rng.random(80) < expit(-0.3 + 0.5 * logit(said))
    found = learn(told(said.tolist(), right.tolist()))

    def loss(at: np.ndarray) -> float:
        odds = at[0] + np.exp(at[1]) * logit(said)
        return float(np.logaddexp(0, odds).sum() - odds[right].sum() + (at[0] / 1.5) ** 2 / 2 + (at[1] / 0.75) ** 2 / 2)

    best = minimize(loss, np.zeros(2), tol=1e-10).x
    assert (found.shift, np.log(found.slope)) == pytest.approx(best, abs=1e-4)


def test_mended_confidence_of_an_answer_leaves_that_answer_out() -> None:
    """Forty at 0.7, of which ten are right: each is mended by the thirty-nine others."""
    right = [True] * 10 + [False] * 30
    found = calibrate(told([0.7] * 40, right), draws=10)
    alone = [learn(told([0.7] * 39, right[:at] + right[at + 1 :])) for at in range(40)]
    mended = [one.apply(pl.Series([0.7]))[0] for one in alone]
    assert found.mended.curve["confidence"].to_list() == pytest.approx([np.mean(mended)], abs=1e-3)


def test_tied_confidences_are_mended_together() -> None:
    """Sixty at 0.95, of which 39 are right: left out, a right answer looks worse than a wrong one beside it.

    Bins of the mended confidence would part the right from the wrong: an error of 0.46 where 0.30 was stated.
    """
    found = calibrate(told([0.95] * 60, [True] * 39 + [False] * 21), draws=200)
    assert found.stated.error.value == pytest.approx(0.3)
    assert found.mended.curve["n"].to_list() == [60]
    assert found.mended.curve["accuracy"].to_list() == pytest.approx([39 / 60])
    assert found.mended.error.value == pytest.approx(0.0, abs=0.02)
    assert found.helps
    assert found.held_out.stated == pytest.approx(0.3, abs=0.02)
    assert found.held_out.mended is not None and found.held_out.mended < 0.15


def test_what_mending_does_not_help_is_left_as_it_is() -> None:
    """As often right as it says: any calibrator is only noise."""
    frame = told([0.6] * 40 + [0.9] * 40, [True] * 24 + [False] * 16 + [True] * 36 + [False] * 4)
    found = calibrate(frame, draws=200)
    assert not found.helps
    assert found.mended is found.stated
    assert mend(frame) == Calibrator(0.0, 1.0, 80)


TIED = {"too sure": (0.6, 0.55), "calibrated": (0.95, 0.8), "too modest": (0.99, 0.95), "only one": (0.6, 0.6)}


@pytest.mark.parametrize("world", TIED)
def test_on_fresh_answers_tied_confidences_are_never_worse_than_before(world: str) -> None:
    """Junior says 0.95 or 0.8, or 0.95 alone; how often it is right then is known, so that no fresh answers need be drawn."""
    said = np.repeat([0.95] if world == "only one" else [0.95, 0.8], 40)
    true = np.repeat(TIED[world], 40)[: len(said)]
    rng, before, after = np.random.default_rng(3), 0.0, 0.0
    for _ in range(60):
        frame = told(said.tolist(), (rng.random(len(said)) < true).tolist())
        found = calibrate(frame, draws=200)
        assert found.held_out.stated is not None and found.held_out.mended is not None
        assert not found.helps or found.held_out.mended < found.held_out.stated
        mended = mend(frame).apply(pl.Series(said)).to_numpy()
        before, after = before + np.abs(said - true).mean(), after + np.abs(mended - true).mean()
    # Where nothing was to mend, noise is taken for something one time in forty.
    assert after <= before + (60 * 0.005 if world == "calibrated" else 0.0), (before / 60, after / 60)
    if world in ("too sure", "only one"):
        assert after < before / 3, (before / 60, after / 60)


@pytest.mark.parametrize("right", [[True] * 30, [False] * 30, [True, False] * 15])
def test_the_calibrator_is_monotone_and_stays_inside(right: list[bool]) -> None:
    found = learn(told([1.0, 0.0, 0.5] * 10, right))
    mended = found.apply(pl.Series("c", np.linspace(0, 1, 50)))
    assert mended.is_sorted() and mended.min() > 0 and mended.max() < 1 and mended.name == "c"
    assert found.apply(pl.Series([0.4, None, float("nan")])).null_count() == 2


def test_confidence_outside_its_range_is_refused() -> None:
    with pytest.raises(LabelingError, match="counts_out_of_range"):
        calibrate(told([1.2], [True]))
    with pytest.raises(LabelingError, match="draws_out_of_range"):
        stated(told([0.2], [True]), 0)


WORLDS = {"calibrated": (0.0, 1.0), "slightly off": (-0.15, 0.85), "too sure": (-0.3, 0.5), "too modest": (0.5, 1.3)}


@pytest.mark.parametrize("n", [40, 300])
@pytest.mark.parametrize("world", WORLDS)
def test_the_errors_interval_holds_the_truth_and_mending_mends(world: str, n: int) -> None:
    """The truth is the error of these bins, were each answer asked again and again."""
    shift, slope = WORLDS[world]
    rng, times = np.random.default_rng(6), 200
    held, before, after = 0, 0.0, 0.0
    for _ in range(times):
        said = rng.beta(6, 1.5, n)
        true = expit(shift + slope * logit(said))
        frame = told(said.tolist(), (rng.random(n) < true).tolist())
        curve = stated(frame, 200)
        ends = np.append(0, np.cumsum(curve.curve["n"].to_numpy()))
        gap = (true - said)[np.argsort(said)]
        truth = sum(abs(gap[a:b].sum()) for a, b in pairwise(ends)) / n
        held += within(curve.error.low, truth, curve.error.high)
        if n < 100:
            mended = learn(frame).apply(pl.Series(said)).to_numpy()
            before, after = before + np.abs(said - true).mean(), after + np.abs(mended - true).mean()
    assert held / times >= 0.925, held / times
    if n < 100 and world in ("too sure", "too modest"):
        assert after < 0.8 * before, (before / times, after / times)
    # What learning costs where there was nothing to learn.
    assert after / times < 0.1, after / times
