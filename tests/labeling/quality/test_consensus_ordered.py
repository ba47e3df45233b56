"""Consensus where classes stand in an order: by hand, on edges, and in made crowds whose truth is known."""

from __future__ import annotations

import json
from itertools import product

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from scipy.stats import norm

from labeling.errors import LabelingError
from labeling.quality.consensus import METHODS, ORDERED_METHODS, Consensus, consensus_of, ordinal
from labeling.quality.consensus.ties import nearest
from labeling.quality.frames import votes_frame
from labeling.quality.kinds import Kind
from labeling.quality.kinds.consensus import consensus_of_kind
from tests.labeling.quality.kind_crowds import Habit, Truth, ordered_crowd
from tests.shared import shared_file

STEPS = ["bad", "poor", "fair", "good", "best"]


def ordered(rows: list[tuple[int, str, str]], method: str = "majority", **how: object) -> Consensus:
    frame = pl.DataFrame(rows, schema={"item": pl.Int64, "annotator": pl.String, "label": pl.String}, orient="row")
    votes = votes_frame(frame, classes=STEPS, golden=how.get("golden"))
    return consensus_of_kind(votes, Kind.ORDERED, method=method)


def wrong(found: Consensus, truth: Truth) -> tuple[float, float]:
    """Mean distance from the truth in steps, and the share of right labels."""
    apart = np.abs(
        found.frame["label"].to_physical().to_numpy().astype(np.int64) - truth[found.frame["item"].to_numpy()]
    )
    return float(apart.mean()), float((apart == 0).mean())


def test_the_label_is_the_one_fewest_steps_away_in_expectation() -> None:
    votes = [(1, "a", "bad"), (1, "b", "fair"), (1, "c", "best"), (2, "a", "bad"), (2, "b", "bad"), (2, "c", "best")]
    found = ordered(votes)
    assert found.frame["label"].to_list() == ["fair", "bad"]
    assert found.frame["probability"].to_list() == pytest.approx([1 / 3, 2 / 3])
    assert (found.kind, found.ties, found.classes) == (Kind.ORDERED, 0, tuple(STEPS))


def test_of_labels_that_are_as_near_the_most_probable_and_then_the_lot() -> None:
    # All five lie two steps from the truth in expectation; poor, fair and good are not even possible.
    two = [(item, who, label) for item in range(20) for who, label in (("a", "bad"), ("b", "best"))]
    found = ordered(two)
    assert set(found.frame["label"]) == {"bad", "best"}
    assert found.ties == 20
    codes, tied = nearest(np.array([[0.3, 0.2, 0.1, 0.2, 0.2]]), pl.Series(["i"]), STEPS)
    assert (codes.tolist(), tied.tolist()) == ([1], [False])


def test_the_ordinal_channel_is_a_normal_cut_at_the_middle_between_steps() -> None:
    channels, common = ordinal.manners(5)
    assert channels.shape == (ordinal.MANNERS, 5, 5)
    np.testing.assert_allclose(channels.sum(axis=1), 1)
    assert common.sum() == pytest.approx(1)
    # The first of the grid: shifted down by 4/3 of a step, blurred by 0.2, lapsing in 2 of 100.
    expected = 0.98 * np.diff(norm.cdf([-np.inf, 0.5, 1.5, 2.5, 3.5, np.inf], loc=3 - 4 / 3, scale=0.2)) + 0.02 / 5
    np.testing.assert_allclose(channels[0, :, 3], expected)
    # As likely upwards as downwards, and most likely neither.
    by_shift = common.reshape(9, -1).sum(axis=1)
    np.testing.assert_allclose(by_shift, by_shift[::-1])
    assert by_shift.argmax() == 4


def test_manners_are_found_and_hold_no_bias_of_the_whole_crowd() -> None:
    channels, first = ordinal.manners(5)
    truths = np.array([100.0, 100, 100, 100, 100])
    up = int(np.flatnonzero(first.reshape(9, -1).sum(axis=1))[6]) * 21 + 3
    tally = np.stack([channels[up] * truths, channels[up] * truths])
    means, common = ordinal.own_means(tally, channels, first, first)
    np.testing.assert_allclose(means[0], channels[up], atol=0.02)
    by_shift = common.reshape(9, -1).sum(axis=1)
    np.testing.assert_allclose(by_shift, by_shift[::-1])


def test_an_annotator_who_is_always_a_step_too_high_is_read_so() -> None:
    random = np.random.default_rng(0)
    truth = random.integers(0, 5, 300)
    noise = np.round(random.normal(0, 0.35, (300, 4)))
    noise[:, 3] += 1
    given = (truth[:, None] + noise).clip(0, 4).astype(np.int64)
    # Each item has the high one and one of the others; and the others meet.
    rows = [(item, who, STEPS[given[item, who]]) for item in range(300) for who in (item % 3, 3)]
    rows += [(item, who, STEPS[given[item, who]]) for item in range(300) for who in ((item + 1) % 3,) if item % 2]
    found = ordered([(item, str(who), label) for item, who, label in rows], "ordinal")
    plain = ordered([(item, str(who), label) for item, who, label in rows], "majority")
    assert wrong(found, truth)[0] < 0.75 * wrong(plain, truth)[0]
    high = found.votes.annotators.to_list().index("3")
    assert found.confusion[high, 1, 2] > 0.6 > found.confusion[high, 1, 1]


@pytest.mark.parametrize("method", ORDERED_METHODS)
def test_every_method_stands_edges(method: str) -> None:
    assert ordered([], method).frame.is_empty()
    assert ordered([(1, "a", "good"), (2, "a", "bad")], method).frame["label"].to_list() == ["good", "bad"]
    golden = pl.DataFrame({"item": [1], "label": ["poor"]})
    rows = [(item, who, STEPS[item % 4]) for item in range(24) for who in "abc"]
    found = ordered(rows, method, golden=golden)
    assert found.frame["label"].to_list() == [STEPS[item % 4] for item in range(24)]
    assert found.frame["probability"][1] == 1.0
    np.testing.assert_allclose(found.posterior.sum(axis=1), 1)
    one = pl.DataFrame({"item": [1, 1, 2, 2], "annotator": list("abab"), "label": ["x"] * 4})
    assert consensus_of(votes_frame(one), method=method, ordered=True).posterior.tolist() == [[pytest.approx(1)]] * 2


def test_a_lone_vote_is_the_label_however_bad_its_annotator() -> None:
    # Right on 2 of 12 golden items: the rest of the probability is spread evenly, and its middle says nothing.
    golden = pl.DataFrame({"item": range(12), "label": ["best", "best"] + ["bad"] * 10})
    found = ordered([(item, "a", "best") for item in range(14)], "auto", golden=golden)
    assert found.frame["label"].to_list() == ["best", "best"] + ["bad"] * 10 + ["best"] * 2
    assert found.frame["probability"][13] < 0.5


def test_the_order_of_rows_changes_nothing() -> None:
    votes, _ = ordered_crowd(Habit.PROBIT, classes=5, overlap=3, items=80, people=10, seed=1)
    for method in ("ordinal", "auto"):
        one, other = (
            consensus_of_kind(votes_frame(each, classes=range(5)), Kind.ORDERED, method=method).frame.sort("item")
            for each in (votes, votes.sample(fraction=1, shuffle=True, seed=2))
        )
        assert one["label"].to_list() == other["label"].to_list()
        np.testing.assert_allclose(one["probability"], other["probability"], atol=1e-6)


def test_only_ordered_classes_have_the_ordinal_model() -> None:
    votes = votes_frame(pl.DataFrame({"item": [1], "annotator": [1], "label": ["x"]}))
    for kind in (Kind.SINGLE, Kind.TREE):
        with pytest.raises(LabelingError) as raised:
            consensus_of_kind(votes, kind, method="ordinal")
        assert (raised.value.code, raised.value.details["methods"]) == ("unknown_method", list(METHODS))
    crowd, _ = ordered_crowd(Habit.GOOD, classes=5, overlap=3, items=60, people=5, seed=0)
    coded = votes_frame(crowd, classes=range(5))
    plain, by_order = consensus_of(coded).choice, consensus_of(coded, ordered=True).choice
    assert plain is not None and by_order is not None
    assert set(by_order.models) - set(plain.models) == {"ordinal"}


def crowds_of(seed: int) -> list[tuple[pl.DataFrame, Truth, int]]:
    shapes = [(5, 3, 200, 15), (7, 10, 100, 20), (9, 2, 150, 10)]
    return [
        (
            *ordered_crowd(habit, classes=k, overlap=overlap, items=items, people=people, skewed=skewed, seed=seed),
            k,
        )
        for habit, skewed, (k, overlap, items, people) in product(Habit, (False, True), shapes)
    ]


@pytest.mark.parametrize("method", ["ordinal", "auto"])
def test_made_crowds_are_read_better_than_by_the_majority_and_dawid_skene_and_never_much_worse(method: str) -> None:
    gaps: dict[str, list[tuple[float, float]]] = {"majority": [], "dawid_skene": []}
    for votes, truth, classes in crowds_of(7):
        coded = votes_frame(votes, classes=range(classes))
        ours = wrong(consensus_of_kind(coded, Kind.ORDERED, method=method), truth)
        for other, rows in gaps.items():
            theirs = wrong(consensus_of(coded, method=other), truth)
            rows.append((ours[0] - theirs[0], ours[1] - theirs[1]))
    mean = {other: np.mean(rows, axis=0) for other, rows in gaps.items()}
    assert mean["majority"][0] < -0.1 and mean["majority"][1] > 0.05
    assert mean["dawid_skene"][0] < -0.15 and mean["dawid_skene"][1] > 0.06
    worst: npt.NDArray[np.float64] = np.array(gaps["majority"])
    assert worst[:, 0].max() <= 0.1 and worst[:, 1].min() >= -0.1


def test_ratings_of_reviews_lie_nearer_to_what_the_other_raters_say() -> None:
    given = np.array([json.loads(row) for row in pl.read_csv(shared_file("vader_amazon/ratings.csv"))["ratings"]]) + 4
    who = np.argsort(np.random.default_rng(0).random(given.shape), axis=1)
    truth = np.floor(np.take_along_axis(given, who[:, 3:], axis=1).mean(axis=1) + 0.5).astype(np.int64)
    rows = pl.DataFrame(
        {
            "item": np.repeat(np.arange(len(given)), 3),
            "annotator": who[:, :3].ravel(),
            "label": np.take_along_axis(given, who[:, :3], axis=1).ravel(),
        }
    )
    votes = votes_frame(rows, classes=range(9))
    ours = wrong(consensus_of_kind(votes, Kind.ORDERED), truth)
    for other in ("majority", "dawid_skene"):
        theirs = wrong(consensus_of(votes, method=other), truth)
        assert ours[0] < theirs[0] - 0.02 and ours[1] > theirs[1] + 0.01
