"""The audit by hand, and its intervals counted over a thousand projects a world."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from labeling.errors import LabelingError
from labeling.quality.audit import Audit, plan, residual, strata
from labeling.quality.figures import Figure
from labeling.quality.intervals import beta
from tests.labeling.quality.audits import World, populations

PROJECTS = 1000


def ruled(rows: list[tuple[str, int, bool, str | None, bool | None, int]]) -> pl.DataFrame:
    """POPULATION from (given, stratum, sampled, route, wrong, how many such items)."""
    names = ["given", "stratum", "sampled", "route", "wrong"]
    frame = pl.DataFrame(rows, schema=[*names, "times"], orient="row")
    frame = frame.select(pl.col(names).repeat_by("times").explode(empty_as_null=False))
    return frame.with_columns(
        pl.col("route").cast(pl.String), pl.col("wrong").cast(pl.Boolean), item=pl.int_range(pl.len())
    )


def test_strata_deserve_equal_parts_of_the_sample() -> None:
    # Half by number (each item 1/400), half by spread: sqrt(0.25) = 0.5 for a hundred, 0 for the rest, 1/100 each.
    # Due are 1.25 for the hundred and 0.75 for the rest: with four bands, 2.5 and 1.5 of them.
    frame = pl.DataFrame({"item": range(400), "score": [0.0] * 300 + [0.5] * 100})
    found = strata(frame, 40)
    sizes = found["stratum"].value_counts().sort("stratum")["count"].to_list()
    assert sizes[:2] == [40, 40] and sizes[3] == 200 and sum(sizes) == 400
    assert (found.filter(pl.col("stratum") == 0)["item"] >= 300).all()
    assert strata(frame, 9)["stratum"].n_unique() == 1
    assert strata(frame, 5000)["stratum"].n_unique() == 10
    assert strata(frame.clear(), 50).shape == (0, 2)


def test_no_prefix_of_the_sample_leaves_a_stratum_behind() -> None:
    frame = pl.DataFrame({"item": range(1000), "score": np.random.default_rng(1).random(1000)})
    found = plan(frame, 100, seed=5)
    assert found["position"].to_list() == list(range(100))
    assert found["item"].n_unique() == 100
    for end in (7, 10, 35, 100):
        counts = np.bincount(found["stratum"].head(end), minlength=10)
        assert counts.max() - counts.min() <= 1
    assert found.join(strata(frame, 100, seed=5), on=["item", "stratum"]).height == 100
    assert plan(frame.reverse(), 100, seed=5).equals(found)
    assert not plan(frame, 100, seed=6)["item"].equals(found["item"])
    assert plan(frame.head(30), 100).height == 30
    assert plan(frame, 0).height == 0
    assert plan(frame.clear(), 10).height == 0


def test_every_item_of_a_stratum_is_as_likely_as_the_next() -> None:
    frame = pl.DataFrame({"item": range(30), "score": [0.5] * 10 + [0.1] * 20})
    drawn = np.zeros(30)
    for seed in range(600):
        drawn[plan(frame, 6, seed=seed)["item"].to_numpy()] += 1
    # One stratum, six of thirty: 120 each, give or take 4 standard deviations of 10.
    assert np.abs(drawn - 120).max() < 4 * np.sqrt(600 * 0.2 * 0.8)


def test_one_stratum_by_hand() -> None:
    """A million labels and 100 audited: Jeffreys's interval, only just wider for Student's t with 99 degrees."""
    rows = [("x", 0, True, "audit", True, 8), ("x", 0, True, "audit", False, 92), *unruled(10**6 - 100)]
    found = residual(ruled(rows))
    plain = beta(8, 100)
    assert found.overall.before.value == pytest.approx(0.08)
    assert found.overall.before.low == pytest.approx(plain.low, abs=0.001)
    assert found.overall.before.high == pytest.approx(plain.high, abs=0.002)
    assert found.overall.after.value == pytest.approx(0.08 - 8e-6)
    assert found.overall.after.n == 100
    assert found.classes == {"x": found.overall}


def unruled(times: int, stratum: int = 0, given: str = "x") -> list[tuple[str, int, bool, None, None, int]]:
    return [(given, stratum, False, None, None, times)]


def test_strata_are_weighed_by_their_size() -> None:
    """Half of 100 and a tenth of 900: 50 + 90 wrong of 1000, 7 of them found."""
    rows = [("x", 0, True, "audit", True, 5), ("x", 0, True, "audit", False, 5)]
    rows += [("x", 1, True, "audit", True, 2), ("x", 1, True, "audit", False, 18)]
    found = residual(ruled([*rows, *unruled(90), *unruled(880, 1)])).overall
    assert found.before.value == pytest.approx(0.14)
    assert found.after.value == pytest.approx(0.133)
    assert (found.items, found.audited, found.ruled_wrong, found.audited_wrong) == (1000, 30, 7, 7)


def test_what_is_ruled_is_known() -> None:
    """Everything ruled, by whatever route: a count, no estimate, and nothing is left."""
    rows = [("x", 0, True, "audit", True, 3), ("x", 0, False, "targeted", True, 5), ("x", 0, False, "other", False, 12)]
    found = residual(ruled(rows)).overall
    assert found.before == Figure(0.4, 0.4, 0.4, 3)
    assert found.after == Figure(0.0, 0.0, 0.0, 3)
    assert (found.audited, found.targeted, found.other, found.ruled_wrong) == (3, 5, 12, 8)


def test_a_stratum_ruled_outside_the_sample_leaves_the_sample_s_rest_to_estimate() -> None:
    """40 of 80 outside were wrong, known; 10 of 20 sampled are audited, 3 wrong, so 6 of the 20: 46 in all."""
    rows = [("x", 0, False, "targeted", True, 40), ("x", 0, False, "targeted", False, 40)]
    rows += [("x", 0, True, "audit", True, 3), ("x", 0, True, "audit", False, 7)]
    found = residual(ruled([*rows, ("x", 0, True, None, None, 10)])).overall
    assert found.before.value == pytest.approx(0.46)
    assert found.after.value == pytest.approx(0.03)
    assert found.after.low is not None and found.after.high is not None
    # Seven to ten labels can't be wrong any more than the ten that nobody ruled.
    assert 0 <= found.after.low < 0.03 < found.after.high <= 0.1


def test_rulings_by_hand_are_set_aside_and_known() -> None:
    """10 by hand, all wrong; of the other 90 ten audited, one wrong: 10 + 9, of which 11 are put right."""
    rows = [("x", 0, True, "other", True, 2), ("x", 0, False, "other", True, 8)]
    rows += [("x", 0, True, "audit", True, 1), ("x", 0, True, "audit", False, 9)]
    found = residual(ruled([*rows, *unruled(80)])).overall
    assert found.before.value == pytest.approx(0.19)
    assert found.after.value == pytest.approx(0.08)


def test_more_found_than_the_sample_foretells_is_no_negative_share() -> None:
    rows = [("x", 0, True, "audit", False, 20), ("x", 0, False, "targeted", True, 30)]
    found = residual(ruled([*rows, *unruled(150)])).overall
    assert found.after.value == 0.0 and found.after.low == 0.0
    # Nothing in the sample and 30 outside: a bound of zero would be a lie.
    assert found.after.high is not None and found.after.high > 0.0
    assert found.before.value == found.before.low == 0.15


def test_without_an_audit_nothing_is_said() -> None:
    found = residual(ruled([("x", 0, False, "targeted", True, 5), *unruled(10)])).overall
    assert found.before == found.after == Figure(None, None, None, 0)
    assert residual(ruled([("x", 0, False, "targeted", True, 5)]).clear()).classes == {}


def test_one_audited_item_tells_next_to_nothing_of_a_class() -> None:
    rows = [("x", 0, True, "audit", True, 1), *unruled(99), ("y", 0, True, "audit", False, 50), *unruled(50, 0, "y")]
    found = residual(ruled(rows))
    first = found.classes["x"].before
    assert first.value == 1.0 and first.low is not None and first.low < 0.2 and first.high == 1.0
    assert found.classes["y"].before.high == pytest.approx(beta(0, 50).high, abs=0.03)


def test_an_unsure_ruling_is_none_and_a_targeted_one_inside_the_sample_is_an_audit_s() -> None:
    rows = [("x", 0, True, "audit", None, 5), ("x", 0, True, "targeted", True, 2), ("x", 0, True, "audit", False, 8)]
    found = residual(ruled([*rows, ("x", 0, False, "audit", True, 1), *unruled(50)])).overall
    assert (found.audited, found.targeted, found.other) == (10, 0, 1)


def test_frames_of_pandas_and_refusals() -> None:
    frame = ruled([("x", 0, True, "audit", True, 5), ("x", 0, True, "audit", False, 15), *unruled(80)])
    assert residual(pd.DataFrame(frame.to_dict(as_series=False))) == residual(frame)
    with pytest.raises(LabelingError, match="unknown_label"):
        residual(frame.with_columns(route=pl.lit("guess")))
    with pytest.raises(LabelingError, match="column_missing"):
        residual(frame.drop("wrong"))
    with pytest.raises(LabelingError, match="column_null"):
        plan(pl.DataFrame({"item": [1], "score": [None]}), 1)


def counted(world: World, seed: int) -> dict[str, float]:
    """How often the intervals hold the truth: a thousand projects in one frame, each standing as a class of its own."""
    everything = populations(world, PROJECTS, np.random.default_rng(seed))
    everything = everything.with_columns(given=pl.concat_str("project", "given", separator=" "))
    left = (pl.col("truth") & pl.col("route").is_null()).mean()
    truth = everything.group_by("given").agg(pl.col("truth").mean().alias("before"), left.alias("after"))
    big = truth.filter(pl.col("given").str.ends_with(" 0"))
    audit = residual(everything)
    return {when: held(audit, big, when) for when in ("before", "after")}


def held(audit: Audit, truth: pl.DataFrame, when: str) -> float:
    inside = []
    for name, value in truth.select("given", when).rows():
        figure: Figure = getattr(audit.classes[name], when)
        assert figure.low is not None and figure.high is not None
        inside.append(figure.low - 1e-9 <= value <= figure.high + 1e-9)
    return float(np.mean(inside))


@pytest.mark.parametrize(
    "world",
    [
        World(1200, 0.02, "useless", 400, done=0.7),
        World(1200, 0.02, "useless", 150),
        World(1200, 0.10, "useless", 60, targeted=0.1),
        World(1200, 0.10, "calibrated", 400, targeted=0.1, other=0.05),
        World(1200, 0.10, "sharp", 400),
        World(1200, 0.10, "upside down", 150, targeted=0.2),
        World(1200, 0.44, "useless", 60, other=0.1),
        World(1200, 0.44, "calibrated", 150, targeted=0.3, wander=0.0),
        World(1200, 0.44, "sharp", 150, targeted=0.2, other=0.05),
        World(1200, 0.10, "calibrated", 400, classes=(0.5, 0.3, 0.2), targeted=0.05),
        World(1200, 0.44, "useless", 150, classes=(0.5, 0.3, 0.2)),
    ],
    ids=lambda world: f"{world.scores}-{world.rate}-{world.audit}-{world.targeted}-{len(world.classes)}",
)
def test_the_interval_holds_the_truth(world: World) -> None:
    found = counted(world, seed=11)
    assert 0.93 <= found["before"] <= 0.97, found
    assert 0.93 <= found["after"] <= 0.97, found


@pytest.mark.parametrize(
    "world",
    [
        World(1200, 0.02, "useless", 60),
        World(1200, 0.02, "calibrated", 150, targeted=0.1),
        World(1200, 0.10, "sharp", 60),
        World(1200, 0.10, "calibrated", 150, targeted=0.6),
    ],
    ids=lambda world: f"{world.scores}-{world.rate}-{world.audit}-{world.targeted}",
)
def test_with_next_to_nothing_to_see_the_interval_is_wide_rather_than_wrong(world: World) -> None:
    """One or two errors in the sample, or almost all found already: no upper limit of 95 % can fall short of the truth
    (at 2 % of 60 even no error seen gives 4 %), so the share held lies between 95 and 100."""
    found = counted(world, seed=12)
    assert 0.95 <= found["before"] <= 0.995, found
    assert 0.95 <= found["after"] <= 0.995, found
