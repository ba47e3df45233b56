"""Thresholds by hand, promises kept where the truth is known, and what a right label costs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from scipy.special import expit, logit
from scipy.stats import binom

from labeling.errors import LabelingError
from labeling.quality.drafting import cost_per_correct, threshold_for, wages
from labeling.quality.figures import Figure
from labeling.quality.intervals import wilson

Floats = npt.NDArray[np.float64]


def told(confidence: list[float | None], right: list[bool]) -> pl.DataFrame:
    return pl.DataFrame(
        {"confidence": confidence, "right": right}, schema={"confidence": pl.Float64, "right": pl.Boolean}
    )


def test_by_hand() -> None:
    """A hundred sure and right, a hundred half sure and half right, fifty refused: two fifths are drafted."""
    found = threshold_for(
        0.9, told([0.95] * 100 + [0.4] * 100 + [None] * 50, [True] * 100 + [True, False] * 50 + [False] * 50)
    )
    assert found is not None
    assert (found.confidence, found.n, found.precision.value) == (0.95, 100, 1.0)
    # The exact test's limit with a quarter of five per cent: no error in a hundred has this chance.
    assert found.precision.low == pytest.approx(0.0125 ** (1 / 100)) and found.precision.high == 1.0
    assert found.coverage == wilson(100, 250)


def test_lower_limits_are_those_of_the_exact_test() -> None:
    found = threshold_for(0.85, told([0.9] * 200, [True] * 185 + [False] * 15))
    assert found is not None and found.precision.low is not None and found.precision.high is not None
    assert binom.sf(184, 200, found.precision.low) == pytest.approx(0.0125)
    assert binom.cdf(185, 200, found.precision.high) == pytest.approx(0.0125)


@pytest.mark.parametrize(
    "frame",
    [told([], []), told([None], [False]), told([0.99] * 41, [True] * 41), told([0.99] * 300, [True, False] * 150)],
    ids=["nothing", "refused", "too few", "half right"],
)
def test_no_promise_where_there_is_no_proof(frame: pl.DataFrame) -> None:
    assert threshold_for(0.9, frame) is None


def test_the_fewest_that_prove_it() -> None:
    assert threshold_for(0.9, told([0.99] * 42, [True] * 42)) is not None
    assert threshold_for(0.95, told([0.99] * 85, [True] * 85)) is None
    assert threshold_for(0.95, told([0.99] * 86, [True] * 86)) is not None


@pytest.mark.parametrize("target", [0.0, 1.0, 1.2])
def test_a_promise_nobody_can_keep_is_refused(target: float) -> None:
    with pytest.raises(LabelingError, match="bad_target"):
        threshold_for(target, told([0.9], [True]))


WORLDS: dict[str, Callable[[Floats], Floats]] = {
    "just below everywhere": lambda said: np.full(len(said), 0.899),
    "calibrated": lambda said: said,
    "worst where surest": lambda said: np.where(said > 0.9, 0.85, 0.91),
    "steep": lambda said: expit(1.5 * logit(said) + 0.3),
}


@pytest.mark.parametrize("world", WORLDS)
def test_promises_are_kept(world: str) -> None:
    """Of three hundred projects no more than one in twenty drafts below 0.9; where junior is steep most find a threshold."""
    rng, times = np.random.default_rng(9), 300
    everybody = np.sort(rng.beta(5, 1.5, 200_000))[::-1]
    kept = np.cumsum(WORLDS[world](everybody)) / np.arange(1, len(everybody) + 1)
    broken = found = 0
    for _ in range(times):
        said = rng.beta(5, 1.5, 250)
        threshold = threshold_for(0.9, told(said.tolist(), (rng.random(250) < WORLDS[world](said)).tolist()))
        if threshold is not None:
            found += 1
            drafted = int((everybody >= threshold.confidence).sum())
            broken += kept[max(drafted, 1) - 1] < 0.9
    assert broken / times <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / times), broken / times
    if world == "steep":
        assert found / times > 0.8


def test_cost_of_a_right_label() -> None:
    assert cost_per_correct(20.0, 1000, Figure(0.8, 0.5, 0.9, 400)) == Figure(
        pytest.approx(1 / 40), pytest.approx(1 / 45), 0.04, 400
    )
    assert cost_per_correct(20.0, 1000, Figure(0.0, 0.0, 0.1, 30)) == Figure(None, None, None, 30)
    assert cost_per_correct(20.0, 0, Figure(0.8, 0.5, 0.9, 4)).value is None
    assert cost_per_correct(0.0, 1000, Figure(0.5, None, None, 2)) == Figure(0.0, None, None, 2)
    with pytest.raises(LabelingError, match="counts_out_of_range"):
        cost_per_correct(-1.0, 10, Figure(0.8, 0.5, 0.9, 4))
    assert wages(90, 400) == 10.0
