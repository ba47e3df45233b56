"""How right an answer is, by hand for each kind, and that intervals of such scores hold."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from labeling.quality import progress
from labeling.quality.assessor_skill import golden_accuracy, skill_posterior
from labeling.quality.exposure import exposure
from labeling.quality.intervals import wilson
from labeling.quality.kinds import Kind
from labeling.quality.kinds.score import EXACT, Scoring
from labeling.quality.leakage import leakage
from labeling.quality.signals import drift

STARS = Scoring(Kind.ORDERED, tuple("12345"))
CASES = [
    (Scoring(), "a", "a", 1.0),
    (Scoring(), "a", "b", 0.0),
    (Scoring(Kind.PAIR), "first", "tie", 0.0),
    (Scoring(Kind.PAIR), "tie", "tie", 1.0),
    (STARS, "1", "5", 0.0),
    (STARS, "4", "5", 3 / 4),
    (STARS, "3", "3", 1.0),
    (Scoring(Kind.SEVERAL, tuple("abcd")), "a|b|c", "a|b|c|d", 3 / 4),
    (Scoring(Kind.SEVERAL, tuple("abcd")), "a|b", "c|d", 0.0),
    (Scoring(Kind.SEVERAL, tuple("abcd")), "|", "|", 1.0),
    (Scoring(Kind.SEVERAL, tuple("abcd")), "a", "|", 0.0),
    (Scoring(Kind.TREE, ("a", "b", "c", "d"), {"b": "a", "c": "a"}), "b", "c", 1 / 2),
    (Scoring(Kind.TREE, ("a", "b", "c", "d"), {"b": "a", "c": "a"}), "a", "b", 2 / 3),
    (Scoring(Kind.TREE, ("a", "b", "c", "d"), {"b": "a", "c": "a"}), "b", "d", 0.0),
]


@pytest.mark.parametrize(("scoring", "given", "reference", "expected"), CASES)
def test_by_hand(scoring: Scoring, given: str, reference: str, expected: float) -> None:
    found = scoring.scores(pl.Series([given, None]), pl.Series([reference, reference]))
    assert found.to_list() == [pytest.approx(expected), None]
    names = sorted({given, reference})
    codes, truth = np.array([names.index(given)] * 2, np.int32), np.array([names.index(reference), -1], np.int32)
    assert scoring.of_codes(codes, truth, names).tolist() == pytest.approx([expected, 0.0])


def answered(labels: dict[str, str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Answers of each person, a digit an item, all of whose golden labels are 5."""
    rows = [(item, who, label) for who, said in labels.items() for item, label in enumerate(said)]
    votes = pl.DataFrame(rows, schema=["item", "annotator", "label"], orient="row")
    items = sorted(set(votes["item"]))
    return votes, pl.DataFrame({"item": items, "label": ["5"] * len(items)})


def test_neighbours_on_a_scale_are_no_strangers() -> None:
    votes, golden = answered({"near": "4445", "far": "1115"})
    exact = golden_accuracy(votes, golden)
    assert exact.select("annotator", "right", "accuracy").rows() == [("near", 1, 0.25), ("far", 1, 0.25)]
    found = golden_accuracy(votes, golden, scoring=STARS)
    # Three neighbours and one right of four: (3 × 3/4 + 1) / 4.
    assert found.select("annotator", "right", "accuracy").rows() == [("near", 1, 0.8125), ("far", 1, 0.25)]
    row, limits = found.row(0, named=True), wilson(3.25, 4)
    assert (row["low"], row["high"]) == pytest.approx((limits.low, limits.high))


def test_skill_is_how_right_an_answer_is_expected_to_be() -> None:
    votes, golden = answered({"near": "4" * 200, "far": "1" * 200})
    skill = dict(skill_posterior(votes, golden, scoring=STARS).table.select("annotator", "skill").iter_rows())
    assert skill["near"] == pytest.approx(0.75, abs=0.02) and skill["far"] == pytest.approx(0.0, abs=0.02)
    alike = dict(skill_posterior(votes, golden).table.select("annotator", "skill").iter_rows())
    assert alike["near"] == alike["far"] == pytest.approx(0.0, abs=0.02)


def test_a_golden_item_and_its_age_are_scored_alike() -> None:
    votes, golden = answered({"a": "45", "b": "45"})
    assert exposure(votes, golden, scoring=STARS).select("right", "accuracy").rows() == [(0, 0.75), (2, 1.0)]
    timed = votes.with_columns(seconds=pl.lit(3.0), at=pl.Series([1, 2, 3, 4]))
    found = leakage(timed, golden, cut=1, scoring=STARS)
    assert (found.accuracy_new.value, found.accuracy_old.value) == (0.875, 0.875)


@pytest.mark.parametrize(("late", "raised"), [("4", False), ("1", True)])
def test_a_drift_to_the_far_end_is_seen_and_one_to_a_neighbour_is_less(late: str, raised: bool) -> None:
    said = "55545" * 12 + (late + "5" + late) * 6
    rows = [(item, "a", label, item // 3, item) for item, label in enumerate(said)]
    votes = pl.DataFrame(rows, schema=["item", "annotator", "label", "chunk", "at"], orient="row")
    golden = pl.DataFrame({"item": range(len(said)), "label": ["5"] * len(said)})
    found = drift(votes, golden, scoring=STARS, resamples=2_000)
    assert found["raised"].to_list() == [raised]


def test_whole_scores_give_the_figures_of_right_and_wrong() -> None:
    rng = np.random.default_rng(3)
    right = rng.random(300) < 0.7
    frame = pl.DataFrame({"item": rng.integers(0, 60, 300), "right": right, "score": right.astype(float)})
    assert progress.clustered_share(frame) == progress.clustered_share(frame, of="score")
    assert progress.scores(frame, "item").equals(progress.scores(frame, "item", "score"))


def test_the_order_of_answers_changes_no_digit_of_a_mean_score() -> None:
    rng = np.random.default_rng(2)
    items = np.repeat(np.arange(30), rng.integers(1, 7, size=30))
    frame = pl.DataFrame({"item": items, "right": False, "score": rng.integers(0, 4, len(items)) / 3})
    shuffled = [frame.sample(fraction=1.0, shuffle=True, seed=seed) for seed in range(30)]
    assert len({progress.clustered_share(each, of="score") for each in shuffled}) == 1
    assert all(
        progress.scores(each, "item", "score").equals(progress.scores(frame, "item", "score")) for each in shuffled
    )


@pytest.mark.parametrize(
    "chances", [(0.0, 0.1, 0.2, 0.3, 0.4), (0.3, 0.0, 0.0, 0.0, 0.7), (0.02, 0.02, 0.06, 0.3, 0.6)]
)
def test_wilsons_interval_of_scores_holds_at_least_as_often_as_it_says(chances: tuple[float, ...]) -> None:
    """Scores of a scale of five, independent and of five people on an item that is easy or hard to all of them."""
    rng, worlds, scores = np.random.default_rng(11), 1_000, np.arange(5) / 4
    truth, plain, clustered = float(scores @ chances), 0, 0
    for _ in range(worlds):
        alone = wilson(float(rng.choice(scores, 40, p=chances).sum()), 40)
        plain += (alone.low or 0.0) <= truth <= (alone.high or 1.0)
        common = np.where(
            rng.random((40, 5)) < 0.5, rng.choice(scores, (40, 1), p=chances), rng.choice(scores, (40, 5), p=chances)
        )
        frame = pl.DataFrame(
            {"item": np.repeat(np.arange(40), 5), "right": common.ravel() == 1, "score": common.ravel()}
        )
        found = progress.clustered_share(frame, of="score")
        clustered += (found.low or 0.0) <= truth <= (found.high or 1.0)
    assert plain / worlds >= 0.93 and clustered / worlds >= 0.93


def test_nothing_is_graded_but_sets_scales_and_trees() -> None:
    assert [kind for kind in Kind if Scoring(kind).is_graded] == [Kind.SEVERAL, Kind.ORDERED, Kind.TREE]
    assert not EXACT.is_graded
