"""Precision and recall of flags and divergence over time, by hand; their intervals over a thousand projects a world."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest
from scipy.special import logit

from labeling.errors import LabelingError
from labeling.quality.flags import divergence, flag_quality
from labeling.quality.intervals import beta
from labeling.quality.weighting import domain_share
from tests.labeling.quality.audits import World, populations

PROJECTS = 1000


def sample(weight: list[float], wrong: list[bool], **flags: list[bool | None]) -> pl.DataFrame:
    return pl.DataFrame({"item": range(len(weight)), "weight": weight, "wrong": wrong, **flags})


def test_weights_by_hand() -> None:
    """Flagged weigh 10, 10 and 40, of which 10 and 40 are wrong; wrong are 10, 40 and 50, of which 50 are flagged."""
    frame = sample([10, 10, 40, 40, 50], [True, False, True, False, True], junior=[True, True, True, False, None])
    row = flag_quality(frame).row(0, named=True)
    assert row["precision"] == pytest.approx(50 / 60)
    assert row["recall"] == pytest.approx(50 / 100)
    assert row["flagged"] == pytest.approx(60 / 150)
    assert (row["precision_n"], row["recall_n"]) == (3, 3)
    assert 0 < row["precision_low"] < 50 / 60 < row["precision_high"] <= 1


def test_alike_weights_are_a_plain_share() -> None:
    """Sixty of a hundred flagged are wrong, from a large population: Jeffreys's interval, but for the trace."""
    flagged, wrong = np.arange(200) < 100, np.arange(200) % 5 < 3
    row = flag_quality(sample([1e6] * 200, wrong.tolist(), old=flagged.tolist())).row(0, named=True)
    plain = beta(60, 100)
    assert (row["precision"], row["precision_n"]) == (pytest.approx(0.6), 100)
    assert row["precision_low"] == pytest.approx(plain.low, abs=0.003)
    assert row["precision_high"] == pytest.approx(plain.high, abs=0.003)


def test_who_audits_everything_knows() -> None:
    row = flag_quality(sample([1.0] * 4, [True, True, False, False], a=[True, False, False, False])).row(0, named=True)
    assert (row["precision"], row["precision_low"], row["precision_high"]) == pytest.approx((1.0, 1.0, 1.0))
    assert (row["recall_low"], row["recall_high"]) == (pytest.approx(0.5, abs=1e-4), pytest.approx(0.5, abs=1e-4))


def test_a_flag_never_raised_and_no_error_seen() -> None:
    found = flag_quality(sample([5.0] * 3, [False] * 3, never=[False] * 3, always=[True] * 3))
    never, always = found.rows(named=True)
    assert (never["precision"], never["precision_low"], never["precision_n"], never["flagged"]) == (None, None, 0, 0.0)
    assert never["recall"] is None and always["recall"] is None
    assert (always["precision"], always["precision_low"], always["flagged"]) == (0.0, 0.0, 1.0)
    assert 0.3 < always["precision_high"] < 0.9


def test_flags_are_named_or_all_that_are_boolean() -> None:
    frame = sample([1.0, 2.0], [True, False], a=[True, False], b=[False, None]).with_columns(other=pl.lit("x"))
    assert flag_quality(frame)["flag"].to_list() == ["a", "b"]
    assert flag_quality(frame, ["b"])["flag"].to_list() == ["b"]
    assert flag_quality(frame.select("item", "weight", "wrong")).shape == (0, 10)
    assert flag_quality(frame.clear())["recall"].to_list() == [None, None]
    with pytest.raises(LabelingError, match="column_type"):
        flag_quality(frame, ["other"])
    with pytest.raises(LabelingError, match="counts_out_of_range"):
        flag_quality(frame.with_columns(weight=0.0))


def test_weights_of_their_own_are_no_strata() -> None:
    """A hundred different weights near one another: the sample is worth about as much as with equal ones."""
    weight = np.linspace(900, 1100, 100)
    share, n = domain_share(weight, np.ones(100, dtype=bool), np.arange(100) % 2 == 0)
    assert share == pytest.approx(0.5, abs=0.01)
    assert n == pytest.approx(100, rel=0.12)


def test_divergence_by_hand() -> None:
    frame = pl.DataFrame(
        {
            "item": [1, 2, 3, 4, 1],
            "given": ["x", "x", "y", "y", "x"],
            "label": ["y", "x", "x", "y", "x"],
            "at": [datetime(2026, 1, day, 9, tzinfo=UTC) for day in (5, 6, 13, 14, 15)],
            "weight": [1.0, 2.0, 3.0, None, 1.0],
        }
    )
    found = divergence(frame)
    # Item 1 was ruled twice: its last ruling stands, in the second week.
    assert found.select("at", "value", "n", "running", "running_n").rows() == [
        (datetime(2026, 1, 5, tzinfo=UTC), 0.0, 1, 0.0, 1),
        (datetime(2026, 1, 12, tzinfo=UTC), pytest.approx(3 / 5), 3, pytest.approx(3 / 7), 4),
    ]
    assert (found["low"] <= found["value"]).all() and (found["running_high"] >= found["running"]).all()
    assert divergence(frame, "1mo")["n"].to_list() == [4]
    assert divergence(frame.clear()).shape == (0, 9)
    with pytest.raises(LabelingError, match="column_type"):
        divergence(frame.with_columns(at=pl.lit("today")))
    assert divergence(frame.with_columns(pl.col("at").cast(pl.Date)))["at"].to_list()[0] == date(2026, 1, 5)


def raised(frame: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    """A flag that sees three of five errors and one of ten right labels, and one that follows the score from afar."""
    odds = logit(frame["score"].to_numpy()) + 1.5 * rng.normal(size=len(frame))
    seen = rng.random(len(frame)) < np.where(frame["truth"].to_numpy(), 0.6, 0.1)
    return frame.with_columns(pl.Series("eye", seen), pl.Series("near", odds > np.quantile(odds, 0.8)))


@pytest.mark.parametrize(
    "world",
    [
        World(800, 0.10, "useless", 300),
        World(800, 0.25, "calibrated", 150),
        World(800, 0.44, "useless", 100),
        World(800, 0.10, "sharp", 100),
    ],
    ids=lambda world: f"{world.scores}-{world.rate}-{world.audit}",
)
def test_intervals_hold_the_truth(world: World) -> None:
    rng = np.random.default_rng(21)
    everything = raised(populations(world, PROJECTS, rng), rng)
    of_all = pl.len() / (pl.col("route") == "audit").sum()
    everything = everything.with_columns(weight=of_all.over("project", "stratum"))
    held: dict[str, list[bool]] = {}
    for project in everything.partition_by("project"):
        found = flag_quality(project.filter(pl.col("route") == "audit"), ["eye", "near"])
        for row in found.rows(named=True):
            flagged, wrong = project[row["flag"]], project["truth"]
            shares = {"precision": wrong.filter(flagged).mean(), "recall": flagged.filter(wrong).mean()}
            for name, share in shares.items():
                if row[name] is not None:
                    inside = row[f"{name}_low"] - 1e-9 <= share <= row[f"{name}_high"] + 1e-9
                    held.setdefault(f"{row['flag']} {name}", []).append(inside)
    found = {name: float(np.mean(each)) for name, each in held.items()}
    assert all(0.93 <= each <= 0.97 for each in found.values()), found
