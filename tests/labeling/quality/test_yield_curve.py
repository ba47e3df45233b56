"""Errors found by ruling, by hand; where it pays to stop, by hand and against a simulated queue."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy.special import expit, logit

from labeling.errors import LabelingError
from labeling.quality.figures import Figure
from labeling.quality.intervals import beta
from labeling.quality.yield_curve import moved, yield_curve


def rulings(score: list[float], wrong: list[bool], seconds: list[float | None] | None = None) -> pl.DataFrame:
    times = pl.Series(seconds or [None] * len(score), dtype=pl.Float64)
    schema = {"position": pl.Int64, "score": pl.Float64, "wrong": pl.Boolean}
    frame = pl.DataFrame({"position": range(len(score)), "score": score, "wrong": wrong}, schema=schema)
    return frame.with_columns(seconds=times)


def queue(*score: float) -> pl.DataFrame:
    return pl.DataFrame({"score": score}, schema={"score": pl.Float64})


def test_the_curve_by_hand() -> None:
    frame = rulings([0.75, 0.5, 0.25], [True, False, True], [3, None, 5])
    found = yield_curve(frame.reverse(), queue(0.9, 0.001), base_rate=0.1, window=2)
    assert found.curve.rows() == [(0, 1, 0.75, 0.1), (1, 1, 1.25, 0.2), (2, 2, 1.5, pytest.approx(0.3))]
    assert found.current == beta(1, 2)
    assert (found.stop.floor, found.stop.more, found.stop.queue, found.stop.seconds) == (0.2, 1, 2, 4.0)


def test_rulings_as_foretold_leave_the_scores() -> None:
    """Half of twenty at 0.5: no shift; 0.6 + 0.5 + 0.4 expected, 0.2 and 0.1 are under the floor."""
    frame = rulings([0.5] * 20, [True, False] * 10)
    stop = yield_curve(frame, queue(0.6, 0.5, 0.4, 0.2, 0.1), base_rate=0.15).stop
    assert (stop.floor, stop.more, stop.queue, stop.seconds) == (0.3, 3, 5, None)
    assert stop.expected == pytest.approx(1.5)
    assert (stop.low, stop.high) == (0, 3)


def test_a_dry_run_ends_the_queue_sooner() -> None:
    waiting = queue(*np.linspace(0.6, 0.1, 30))
    as_told = yield_curve(rulings([0.6] * 50, [True] * 30 + [False] * 20), waiting, base_rate=0.1).stop
    dry = yield_curve(rulings([0.6] * 50, [True] * 5 + [False] * 45), waiting, base_rate=0.1).stop
    assert dry.more < as_told.more
    assert as_told.expected == pytest.approx(sum(s for s in waiting["score"] if s > 0.2))


def test_a_floor_that_is_given_stands() -> None:
    frame, waiting = rulings([0.5] * 2, [True, False]), queue(0.5, 0.3, 0.05)
    more = {floor: yield_curve(frame, waiting, base_rate=0.1, floor=floor).stop.more for floor in (0.1, 0.01, 0.4)}
    assert more == {0.1: 2, 0.01: 3, 0.4: 1}


def test_before_the_first_ruling_the_scores_are_taken_at_their_word() -> None:
    found = yield_curve(rulings([], []), queue(0.5, 0.25), base_rate=0.0)
    assert found.curve.shape == (0, 4)
    assert found.current == Figure(None, None, None, 0)
    assert (found.stop.more, found.stop.expected) == (2, pytest.approx(0.75))
    empty = yield_curve(rulings([1.0], [False]), queue(), base_rate=0.5)
    assert (empty.stop.more, empty.stop.expected, empty.stop.low, empty.stop.high) == (0, 0.0, 0, 0)
    with pytest.raises(LabelingError, match="counts_out_of_range"):
        yield_curve(rulings([], []), queue(), base_rate=1.5)


def test_the_shift_is_found_again() -> None:
    rng = np.random.default_rng(3)
    score = rng.uniform(0.1, 0.9, 20_000)
    wrong = (rng.random(20_000) < expit(logit(score) - 0.8)).astype(float)
    shift, variance = moved(score, wrong)
    assert abs(shift + 0.8) < 4 * variance**0.5 < 0.1


def test_the_errors_to_come_lie_in_their_interval() -> None:
    """Scores off by a shift nobody knows, fifty rulings to learn it from: the number found in the queue is held."""
    rng = np.random.default_rng(4)
    held = 0
    for _ in range(1000):
        score = np.sort(rng.beta(1, 3, 400))[::-1]
        wrong = rng.random(400) < expit(logit(score) + rng.normal() * 0.7)
        frame = rulings(list(score[:50]), list(wrong[:50]))
        stop = yield_curve(frame, queue(*score[50:]), base_rate=0.1).stop
        held += stop.low <= wrong[50 : 50 + stop.more].sum() <= stop.high
    assert 930 <= held <= 985, held
