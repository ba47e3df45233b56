"""The effect of showing by hand, probes kept apart, and intervals over a thousand experiments whose effect was planted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from labeling.errors import LabelingError
from labeling.quality.clustered import Clusters, change, median, median_ratio, share
from labeling.quality.figures import Figure
from labeling.quality.intervals import difference, wilson
from labeling.quality.showing import Effect, Showing, recommended, showing, verdict
from tests.labeling.quality.worlds import within

SCHEMA = {
    "assessor": pl.Int64,
    "item": pl.Int64,
    "arm": pl.String,
    "suggestion": pl.String,
    "label": pl.String,
    "seconds": pl.Float64,
    "truth": pl.String,
    "probe": pl.Boolean,
}
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def rows(*given: tuple[object, ...]) -> pl.DataFrame:
    return pl.DataFrame(given, schema=SCHEMA, orient="row")


HAND = rows(
    (1, 1, "hidden", "y", "x", 4.0, "x", False),
    (1, 2, "before", "y", "y", 2.0, "x", False),
    (1, 3, "before", "x", "x", 3.0, "x", False),
    (1, 4, "after", "z", "y", 5.0, "y", True),
    (2, 1, "before", "y", "x", 1.0, "x", False),
    (2, 2, "hidden", "y", "y", 8.0, "x", False),
    (2, 3, "hidden", "x", "x", 6.0, "x", False),
    (2, 4, "before", "z", "z", 9.0, "y", True),
    (2, 5, "after", "y", None, 7.0, None, False),
    (3, 4, "hidden", "z", "y", 99.0, "y", True),
)


def test_by_hand() -> None:
    """Wrong suggestions: 2 of 3 followed before the answer, 1 of 3 given unseen; right: 2 of 3 before, 2 of 3 hidden."""
    found = showing(HAND)
    hidden, before, after = found.arms
    assert (hidden.answers, hidden.wrong.value, hidden.wrong.n) == (4, pytest.approx(1 / 3), 3)
    assert (hidden.accuracy.value, hidden.accuracy.n, hidden.seconds.value) == (pytest.approx(2 / 3), 3, 6.0)
    assert (before.wrong.value, before.accuracy.value, before.seconds.value) == (
        pytest.approx(2 / 3),
        pytest.approx(2 / 3),
        2.0,
    )
    assert (after.wrong.value, after.accuracy.n, after.seconds.value) == (0.0, 0, 7.0)
    shown = found.effects[0]
    assert (shown.arm, shown.following.value, shown.following.n) == ("before", pytest.approx(1 / 3), 6)
    assert (shown.accuracy.value, shown.seconds.value) == (0.0, pytest.approx(2 / 6))
    assert found.effects[1].following.value == pytest.approx(-1 / 3)
    assert (found.recommendation, found.probes) == ("undecided", 3)


def test_by_assessor_by_hand() -> None:
    found = showing(HAND).assessors
    assert found.select("assessor", "arm", "answers", "accuracy", "seconds", "following", "following_n").rows() == [
        (1, "hidden", 1, 1.0, 4.0, None, 0),
        (1, "before", 2, 0.5, 2.5, 1.0, 2),
        (1, "after", 1, None, None, 0.0, 2),
        (2, "hidden", 2, 0.5, 7.0, None, 0),
        (2, "before", 2, 1.0, 1.0, -0.5, 3),
        (2, "after", 1, None, 7.0, None, 1),
        (3, "hidden", 1, None, None, None, 0),
    ]
    low, high = found.row(4, named=True)["following_low"], found.row(4, named=True)["following_high"]
    assert (low, high) == pytest.approx((difference(1, 2, 1, 1).low, difference(1, 2, 1, 1).high))


def test_an_empty_experiment_and_one_without_a_hidden_arm() -> None:
    nothing = showing(rows())
    assert (nothing.arms, nothing.effects, nothing.recommendation, nothing.assessors.height) == ((), (), "undecided", 0)
    shown = showing(HAND.filter(pl.col("arm") == "before"))
    assert (shown.effects[0].following.value, shown.effects[0].verdict) == (None, "unclear")
    with pytest.raises(LabelingError, match="unknown_label"):
        showing(HAND.with_columns(arm=pl.lit("beside")))


def test_verdicts_and_what_they_recommend() -> None:
    unknown, same = Figure(None, None, None, 0), Figure(0.0, -0.005, 0.005, 9000)
    fast, slow = Figure(0.8, 0.7, 0.9, 9000), Figure(1.2, 1.1, 1.3, 9000)
    assert verdict(Figure(0.2, 0.11, 0.3, 50), same, fast) == "harmful"
    assert verdict(Figure(0.2, 0.09, 0.3, 50), same, fast) == "good"
    assert verdict(unknown, Figure(-0.05, -0.08, -0.001, 900), fast) == "harmful"
    assert verdict(unknown, Figure(0.0, -0.02, 0.02, 900), fast) == "unclear"
    assert verdict(unknown, same, slow) == "unclear"
    assert verdict(unknown, Figure(0.02, 0.001, 0.04, 900), slow) == "good"
    assert verdict(unknown, unknown, fast) == "unclear"
    arms: dict[str, Effect] = {effect.arm: effect for effect in showing(HAND).effects}

    def advice(**told: str) -> str:
        return recommended([replace(arms[arm], verdict=each) for arm, each in told.items()])

    assert advice(before="good", after="good") == "show_before"
    assert advice(before="harmful", after="good") == "show_after"
    assert advice(before="harmful", after="unclear") == "undecided"
    assert advice(before="harmful", after="harmful") == advice(before="harmful") == "hide"


def test_probes_never_reach_accuracy_or_time() -> None:
    """Whatever is answered on probes, and however slowly, accuracy and seconds stay as they are without them."""
    frame = experiment(np.random.default_rng(1), following=0.5)
    probes, others = frame.filter("probe"), frame.filter(~pl.col("probe"))
    assert len(probes) > 50
    alone = showing(others)
    for answered in ("truth", "suggestion"):
        changed = probes.with_columns(label=pl.col(answered), seconds=pl.lit(1e6))
        found = showing(pl.concat([changed, others]))
        assert numbers(found) == pytest.approx(numbers(alone), rel=1e-9)
        names = ["assessor", "arm", "accuracy", "accuracy_low", "accuracy_high", "accuracy_n", "seconds"]
        assert found.assessors.select(names).equals(alone.assessors.select(names))
        assert found.effects[0].following.n > alone.effects[0].following.n


def numbers(found: Showing) -> list[float | None]:
    figures = [figure for each in (*found.arms, *found.effects) for figure in (each.accuracy, each.seconds)]
    return [number for figure in figures for number in (figure.value, figure.low, figure.high, figure.n)]


def test_independent_answers_have_the_usual_intervals() -> None:
    """One answer an item and an assessor: design effects are near one."""
    rng = np.random.default_rng(2)
    n = 2000
    alone, hit, shown = Clusters(np.arange(n), np.arange(n)), rng.random(n) < 0.3, rng.random(n) < 0.5
    plain, ours = wilson(int(hit.sum()), n), share(hit, alone)
    assert (ours.low, ours.high) == pytest.approx((plain.low, plain.high), abs=2e-4)
    apart = difference(int(hit[shown].sum()), int(shown.sum()), int(hit[~shown].sum()), int((~shown).sum()))
    found = change(hit, shown, alone)
    assert (found.low, found.high) == pytest.approx((apart.low, apart.high), abs=5e-4)


def test_answers_that_repeat_one_another_count_once() -> None:
    """Two hundred items, each answered alike by five: worth two hundred answers, not a thousand."""
    rng = np.random.default_rng(3)
    hit, item = np.repeat(rng.random(200) < 0.4, 5), np.repeat(np.arange(200), 5)
    found = share(hit, Clusters(np.arange(1000), item))
    plain = wilson(hit.sum() / 5, 200)
    assert (found.low, found.high) == pytest.approx((plain.low, plain.high), abs=2e-3)
    sure = share(np.ones(1000, dtype=bool), Clusters(np.arange(1000), item))
    assert sure.low == pytest.approx(wilson(200, 200).low)


def test_medians_by_hand() -> None:
    each = Clusters(np.arange(6), np.arange(6))
    found = median_ratio(np.array([1.0, 2, 3, 4, 8, 12]), np.array([True] * 3 + [False] * 3), each)
    assert (found.value, found.n) == (pytest.approx(2 / 8), 6)
    assert median(np.array([1.0, 2, 9]), Clusters(np.arange(3), np.arange(3))).value == 2.0
    assert median(np.empty(0), Clusters(np.arange(0), np.arange(0))) == Figure(None, None, None, 0)


def pairs(rng: np.random.Generator, assessors: int, items: int, overlap: int) -> Clusters:
    who = np.argsort(rng.random((items, assessors)), axis=1)[:, :overlap].ravel()
    return Clusters(who, np.repeat(np.arange(items), overlap))


def spread(rng: np.random.Generator, codes: npt.NDArray[np.int64], width: float) -> Floats:
    """A factor with mean 1 for each assessor or item."""
    return rng.uniform(1 - width, 1 + width, int(codes.max()) + 1)[codes]


def follows(rng: np.random.Generator, who: Clusters, shown: Bools, planted: float, usual: float = 0.15) -> Bools:
    """Whether each answer is the wrong label: by oneself, or by following, each person and each item in their own measure.

    By oneself with a chance of ``usual`` on average, else by following; the planted effect is the mean of both differences.
    """
    alone = rng.random(len(shown)) < usual * spread(rng, who.assessor, 0.5) * spread(rng, who.item, 0.9)
    pull = planted / (1 - usual) * spread(rng, who.assessor, 0.6) * spread(rng, who.item, 0.5)
    return alone | (shown & (rng.random(len(shown)) < pull))


@pytest.mark.parametrize("planted", [0.0, 0.1, 0.3])
@pytest.mark.parametrize("shape", [(5, 80, 3), (8, 120, 3), (12, 100, 4), (25, 300, 3)], ids=str)
def test_the_planted_effect_is_recovered(planted: float, shape: tuple[int, int, int]) -> None:
    """A thousand experiments: intervals hold the effect that was planted, and estimates have it on average."""
    held, found = experiments(planted, shape)
    assert np.mean(found) == pytest.approx(planted, abs=4 * np.std(found) / np.sqrt(len(found)))
    assert 0.93 <= np.mean(held) <= 0.97, np.mean(held)


@pytest.mark.parametrize("planted", [0.0, 0.3])
@pytest.mark.parametrize("shape", [(3, 60, 3), (4, 200, 2), (12, 40, 8)], ids=str)
def test_very_few_people_and_many_answers_an_item(planted: float, shape: tuple[int, int, int]) -> None:
    """Of people who differ strongly three say little of the next one: nine times in ten. With many an item it is too wide."""
    assert 0.88 <= np.mean(experiments(planted, shape)[0]) <= 0.985


def experiments(planted: float, shape: tuple[int, int, int]) -> tuple[list[bool], list[float]]:
    rng = np.random.default_rng(int(planted * 10) + shape[0])
    held, found = [], []
    for _ in range(1000):
        who = pairs(rng, *shape)
        shown = rng.random(len(who.item)) < 0.5
        figure = change(follows(rng, who, shown, planted), shown, who)
        held.append(within(figure.low, planted, figure.high))
        found.append(figure.value)
    return held, found


def experiment(rng: np.random.Generator, following: float, faster: float = 1.0) -> pl.DataFrame:
    """A whole one: three arms, junior wrong on a fifth, one item in five golden and of these a third probes."""
    who = pairs(rng, 10, 200, 4)
    n = len(who.item)
    golden, wrong = who.item % 5 == 0, who.item % 5 == 1
    probe = golden & (rng.random(n) < 0.33)
    arm = rng.choice(["hidden", "before", "after"], n)
    other = follows(rng, who, (arm != "hidden") & (wrong | probe), following)
    took = np.exp(rng.normal(2, 0.4, n)) * spread(rng, who.assessor, 0.5) * spread(rng, who.item, 0.3)
    return pl.DataFrame(
        {
            "assessor": who.assessor,
            "item": who.item,
            "arm": arm,
            "suggestion": np.where(wrong | probe, "y", "x"),
            "label": np.where(other, "y", "x"),
            "seconds": took * np.where(arm == "before", faster, 1.0),
            "truth": pl.Series(np.where(golden | wrong, "x", None), dtype=pl.String),
            "probe": probe,
        }
    ).cast({"assessor": pl.Int64, "item": pl.Int64})


def test_following_and_time_of_whole_experiments() -> None:
    """Through the door: effects on followed answers, on time, and each arm's accuracy, two hundred times."""
    rng, times = np.random.default_rng(12), 200
    held = np.zeros(4)
    for _ in range(times):
        found = showing(experiment(rng, 0.2, faster=0.8))
        before = found.effects[0]
        held += [
            within(before.following.low, 0.2, before.following.high),
            within(before.seconds.low, 0.8, before.seconds.high),
            within(found.arms[0].accuracy.low, 0.85, found.arms[0].accuracy.high),
            within(found.arms[0].wrong.low, 0.15, found.arms[0].wrong.high),
        ]
    assert (held / times >= 0.91).all(), held / times
