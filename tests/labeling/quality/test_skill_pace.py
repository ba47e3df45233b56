"""Pace, abstentions and consistency, by hand and by simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from labeling.errors import LabelingError
from labeling.quality.intervals import wilson
from labeling.quality.pace import abstentions, consistency, pace


def timed(seconds: list[float | None], annotator: str = "a") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "item": range(len(seconds)),
            "annotator": [annotator] * len(seconds),
            "label": ["x"] * len(seconds),
            "seconds": pl.Series(seconds, dtype=pl.Float64),
        }
    )


def test_pace_by_hand() -> None:
    votes = pl.concat([timed([4, 2, 6, 8, 10]), timed([3.0] * 9, "b"), timed([None, -1, 0, float("inf")], "c")])
    found = pace(votes)
    assert found.select("annotator", "n", "median_seconds", "items_per_hour").rows() == [
        ("a", 5, 6.0, 600.0),
        ("b", 9, 3.0, 1200.0),
    ]
    assert found["low"].to_list() == [None, 3.0]
    assert (found["per_hour_low"][1], found["per_hour_high"][1]) == (1200.0, 1200.0)
    # Mean 6, standard deviation sqrt(10), t with 4 degrees 2.776445.
    assert found["per_hour_low"][0] == pytest.approx(3600 / (6 + 2.776445 * 2**0.5), rel=1e-6)


def test_a_lunch_break_counts_as_ten_medians() -> None:
    found = pace(timed([2.0] * 9 + [3600]))
    assert found["items_per_hour"][0] == pytest.approx(3600 / ((9 * 2 + 20) / 10))
    assert found["median_seconds"][0] == 2.0


def test_one_answer_has_a_pace_and_no_interval() -> None:
    row = pace(timed([4])).row(0, named=True)
    assert (row["items_per_hour"], row["low"], row["per_hour_low"], row["per_hour_high"]) == (900.0, None, None, None)
    assert len(pace(timed([]))) == 0


def test_unsure_answers_and_answers_of_pandas_have_a_pace_or_not() -> None:
    frame = timed([4, 6, 8]).with_columns(label=pl.Series(["x", None, "y"]))
    assert pace(frame)["n"].to_list() == [2]
    assert pace(pd.DataFrame(frame.to_dict(as_series=False))).equals(pace(frame))


def test_the_median_s_interval_is_covered() -> None:
    """Order statistics are discrete: never under 95 %, and near it at 100 answers."""
    rng = np.random.default_rng(1)
    seconds = rng.lognormal(1.5, 0.8, (1000, 100))
    votes = pl.DataFrame(
        {
            "item": np.tile(np.arange(100), 1000),
            "annotator": np.repeat(np.arange(1000), 100),
            "label": ["x"] * 100_000,
            "seconds": seconds.ravel(),
        }
    )
    found = pace(votes)
    held = ((found["low"] <= np.exp(1.5)) & (found["high"] >= np.exp(1.5))).mean()
    assert held is not None
    assert 0.95 <= held <= 0.975


def test_abstentions_by_hand() -> None:
    votes = pl.DataFrame(
        {
            "item": [1, 2, 3, 3, 1],
            "annotator": ["a", "a", "a", "a", "b"],
            "label": ["x", None, None, "y", "x"],
        }
    )
    skips = pl.DataFrame({"item": [8, 9, 9], "annotator": ["b", "b", "c"]})
    found = abstentions(votes, skips)
    assert found.select("annotator", "n", "unsure", "unsure_share", "skipped", "skip_share").rows() == [
        ("a", 3, 1, 1 / 3, 0, 0.0),
        ("b", 3, 0, 0.0, 2, 2 / 3),
        ("c", 1, 0, None, 1, 1.0),
    ]
    assert found["unsure_low"][0] == pytest.approx(wilson(1, 3).low)
    assert found["skip_high"][1] == pytest.approx(wilson(2, 3).high)
    assert abstentions(votes)["skipped"].to_list() == [0, 0]
    assert len(abstentions(votes.clear())) == 0


def test_skips_of_numbered_annotators() -> None:
    votes = pl.DataFrame({"item": [1], "annotator": [7], "label": ["x"]})
    assert abstentions(votes, pl.DataFrame({"annotator": ["7", "8"]}))["annotator"].to_list() == [7, 8]
    with pytest.raises(LabelingError, match="column_type"):
        abstentions(votes, pl.DataFrame({"annotator": ["seven"]}))
    with pytest.raises(LabelingError, match="column_missing"):
        abstentions(votes, pl.DataFrame({"who": ["seven"]}))


def repeats_of(*rows: tuple[str, int, str | None, str | None]) -> pl.DataFrame:
    columns = {"annotator": pl.String, "item": pl.Int64, "first": pl.String, "second": pl.String}
    return pl.DataFrame(rows, schema=columns, orient="row")


def test_consistency_by_hand() -> None:
    frame = repeats_of(
        *[("a", n, "x", "x") for n in range(4)],
        *[("a", n, "y", "y") for n in range(4, 7)],
        *[("a", 7, "x", "y"), ("a", 8, "y", "x"), ("a", 9, "y", "z")],
        # Without a label both times there is nothing to compare.
        *[("a", 10, None, "x"), ("a", 11, "x", None), ("c", 12, None, None)],
        # One class is all there is: chance alone explains it.
        *[("b", 1, "x", "x"), ("b", 2, "x", "x")],
    )
    found = consistency(frame)
    assert found.select("annotator", "n", "same", "consistency").rows() == [("a", 10, 7, 0.7), ("b", 2, 2, 1.0)]
    # 5 and 5 of x and y before, 5, 4 and 1 of x, y and z after.
    chance = (5 * 5 + 5 * 4) / 100
    assert found["kappa"].to_list() == [pytest.approx((0.7 - chance) / (1 - chance)), None]
    bounds = wilson(7, 10)
    assert (found["low"][0], found["high"][0]) == (pytest.approx(bounds.low), pytest.approx(bounds.high))
    assert found["kappa_high"][0] == pytest.approx((bounds.high - chance) / (1 - chance))
    assert found["kappa_low"][0] == pytest.approx((bounds.low - chance) / (1 - chance))
    assert found["kappa_low"][1] is None


def test_consistency_of_nothing_and_of_what_is_no_frame_of_repeats() -> None:
    assert consistency(repeats_of()).is_empty()
    with pytest.raises(LabelingError, match="column_missing"):
        consistency(repeats_of().drop("second"))


def test_opposite_answers_have_a_kappa_below_zero() -> None:
    found = consistency(repeats_of(("a", 1, "x", "y"), ("a", 2, "y", "x")))
    assert found.select("consistency", "kappa", "kappa_low").row(0) == (0.0, -1.0, -1.0)
