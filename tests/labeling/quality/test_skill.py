"""Skill by hand, by its formula, by simulation: accuracy, confusion, posterior, ranking."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import stats

from labeling.errors import LabelingError
from labeling.quality.assessor_skill import confusion, golden_accuracy, ranking, skill_posterior
from labeling.quality.intervals import wilson
from labeling.quality.pool import posteriors

VOTES = pl.DataFrame(
    {
        "item": [1, 2, 3, 4, 1, 2, 3, 9, 1, 2],
        "annotator": list("aaaabbbbcc"),
        "label": ["x", "y", "y", "x", "x", "x", None, "y", "y", None],
        "chunk": [1, 1, 2, 2, 3, 3, 3, 3, 4, 4],
    }
)
GOLDEN = pl.DataFrame({"item": [1, 2, 3, 5], "label": ["x", "y", "x", "y"]})


def answers(right: np.ndarray, n: np.ndarray, base: int = 0) -> tuple[pl.DataFrame, pl.DataFrame]:
    """VOTES in which annotator a has right[a] of n[a] golden answers right, and their GOLDEN."""
    annotator = np.repeat(np.arange(len(n)), n)
    place = np.concatenate([np.arange(count) for count in n])
    item = base + np.arange(len(annotator))
    votes = pl.DataFrame({"item": item, "annotator": annotator, "label": np.where(place < right[annotator], "x", "y")})
    return votes, pl.DataFrame({"item": item, "label": "x"}, schema_overrides={"label": pl.String})


def test_golden_accuracy_by_hand() -> None:
    found = golden_accuracy(VOTES, GOLDEN)
    assert found.select("annotator", "n", "right").rows() == [("a", 3, 2), ("b", 2, 1), ("c", 1, 0)]
    assert found["accuracy"].to_list() == [2 / 3, 0.5, 0.0]
    assert found["low"].to_list() == pytest.approx([wilson(2, 3).low, wilson(1, 2).low, 0.0])


def test_a_retired_golden_label_scores_nobody() -> None:
    retired = pl.concat([GOLDEN, pl.DataFrame({"item": [2], "label": [None]}, schema=GOLDEN.schema)])
    assert golden_accuracy(VOTES, retired).select("n", "right").rows() == [(2, 1), (1, 1), (1, 0)]


def test_other_frames_and_empty_ones() -> None:
    expected = golden_accuracy(VOTES, GOLDEN)
    table = VOTES.to_dict(as_series=False), GOLDEN.to_dict(as_series=False)
    assert golden_accuracy(pd.DataFrame(table[0]), pd.DataFrame(table[1])).equals(expected)
    assert golden_accuracy(pa.table(table[0]), pa.table(table[1])).equals(expected)
    assert len(golden_accuracy(VOTES.clear(), GOLDEN)) == 0
    assert golden_accuracy(VOTES, GOLDEN.clear())["accuracy"].to_list() == [None, None, None]
    assert len(confusion(VOTES, GOLDEN.clear())) == 0
    assert len(skill_posterior(VOTES.clear(), GOLDEN).table) == 0
    assert len(ranking(skill_posterior(VOTES.clear(), GOLDEN).table)) == 0


def test_confusion_by_hand() -> None:
    found = confusion(VOTES, GOLDEN)
    assert found.select("annotator", "truth", "given", "count", "n", "share").rows() == [
        ("a", "x", "x", 1, 2, 0.5),
        ("a", "x", "y", 1, 2, 0.5),
        ("a", "y", "y", 1, 1, 1.0),
        ("b", "x", "x", 1, 1, 1.0),
        ("b", "y", "x", 1, 1, 1.0),
        ("c", "x", "y", 1, 1, 1.0),
    ]
    assert found["low"][0] == pytest.approx(wilson(1, 2).low)


def test_the_posterior_is_the_conjugate_one_around_the_pool() -> None:
    """Many alike annotators make the pool known: then alpha and beta are strength times mean plus the counts."""
    rng = np.random.default_rng(1)
    n = np.full(400, 40)
    right = rng.binomial(n, rng.beta(16, 4, 400))
    found = skill_posterior(*answers(right, n))
    assert (found.pool.n, found.pool.anchored, found.pool.slope) == (400, True, 0.0)
    assert found.pool.mean == pytest.approx(0.8, abs=0.02)
    assert found.pool.strength == pytest.approx(20, rel=0.35)
    alpha = found.pool.strength * found.pool.mean + right
    beta = found.pool.strength * (1 - found.pool.mean) + n - right
    assert found.table["skill"].to_numpy() == pytest.approx(alpha / (alpha + beta), abs=0.002)
    assert found.table["low"].to_numpy() == pytest.approx(stats.beta(alpha, beta).ppf(0.025), abs=0.006)
    assert found.table["high"].to_numpy() == pytest.approx(stats.beta(alpha, beta).ppf(0.975), abs=0.006)


def test_few_golden_answers_are_drawn_to_the_pool_and_many_are_not() -> None:
    right, n = np.array([45, 46, 44, 47, 1, 60]), np.array([50, 50, 50, 50, 3, 200])
    table = skill_posterior(*answers(right, n)).table
    few, many = table.row(4, named=True), table.row(5, named=True)
    assert few["skill"] > 0.5 > 0.4 > many["skill"] > 0.29
    assert few["high"] - few["low"] > 3 * (many["high"] - many["low"])
    assert (few["n"], few["right"], few["compared"]) == (3, 1, 0)


def with_consensus(rng: np.random.Generator, skill: np.ndarray, items: int = 200) -> tuple[pl.DataFrame, pl.DataFrame]:
    """More items that all annotators label, on which agreement with CONSENSUS follows skill."""
    pool = len(skill)
    truth = np.zeros(items, dtype=int)
    label = np.where(rng.random((pool, items)) < skill[:, None], truth, 1)
    votes = pl.DataFrame(
        {
            "item": np.tile(np.arange(items) + 1_000_000, pool),
            "annotator": np.repeat(np.arange(pool), items),
            "label": np.where(label == 0, "x", "y").ravel(),
        }
    )
    consensus = pl.DataFrame({"item": np.arange(items) + 1_000_000, "label": ["x"] * items})
    return votes, consensus


def test_consensus_sharpens_what_golden_answers_confirm_and_nothing_else() -> None:
    rng = np.random.default_rng(2)
    skill = rng.beta(8, 3, 30)
    n = np.full(30, 12)
    votes, golden = answers(rng.binomial(n, skill), n)
    more, consensus = with_consensus(rng, skill)
    both = pl.concat([votes, more])
    alone = skill_posterior(both, golden)
    pooled = skill_posterior(both, golden, consensus)
    misled = skill_posterior(pl.concat([votes, with_consensus(rng, rng.permutation(skill))[0]]), golden, consensus)
    error = {
        name: float(np.abs(found.table["skill"].to_numpy() - skill).mean())
        for name, found in (("alone", alone), ("pooled", pooled), ("misled", misled))
    }
    assert pooled.pool.slope > 0.5
    assert error["pooled"] < 0.75 * error["alone"]
    assert misled.pool.slope < 0.35
    assert error["misled"] < 1.25 * error["alone"]
    assert (pooled.table["high"] - pooled.table["low"]).mean() < 0.8 * (alone.table["high"] - alone.table["low"]).mean()
    assert pooled.table["compared"].to_list() == [200] * 30


def test_a_pool_that_errs_alike_is_held_to_the_golden_answers() -> None:
    """All agree with consensus at 0.95, and golden answers say 0.6: skill is 0.6."""
    rng = np.random.default_rng(3)
    n = np.full(20, 30)
    votes, golden = answers(rng.binomial(n, 0.6), n)
    more, consensus = with_consensus(rng, np.full(20, 0.95))
    found = skill_posterior(pl.concat([votes, more]), golden, consensus)
    assert found.pool.mean == pytest.approx(0.6, abs=0.05)
    assert found.table["high"].max() < 0.8


def test_without_golden_answers_consensus_stands_in_and_says_so() -> None:
    rng = np.random.default_rng(4)
    votes, consensus = with_consensus(rng, np.linspace(0.5, 0.95, 10))
    found = skill_posterior(votes, consensus=consensus)
    assert not found.pool.anchored
    assert found.table["skill"].to_numpy() == pytest.approx(np.linspace(0.5, 0.95, 10), abs=0.08)
    assert found.table["n"].to_list() == [0] * 10
    with pytest.raises(LabelingError, match="reference_missing"):
        skill_posterior(votes)


def test_golden_items_and_lone_votes_are_no_evidence_of_consensus() -> None:
    votes = pl.DataFrame({"item": [1, 1, 2, 3, 3], "annotator": list("ababa"), "label": list("xxyxx")})
    golden = pl.DataFrame({"item": [1], "label": ["x"]})
    consensus = pl.DataFrame({"item": [1, 2, 3], "label": ["x", "y", "x"]})
    table = skill_posterior(votes, golden, consensus).table
    assert table.select("annotator", "n", "right", "compared", "agreed").rows() == [
        ("a", 1, 1, 1, 1),
        ("b", 1, 1, 1, 1),
    ]


@pytest.mark.parametrize(
    ("right", "n"),
    [
        ([0], [1]),
        ([5000], [5000]),
        ([0, 3000], [3000, 3000]),
        ([0, 0], [0, 0]),
        ([1, 0, 7], [1, 0, 7]),
        ([0] * 40, [90] * 40),
    ],
)
def test_extreme_pools_keep_their_figures_in_order(right: list[int], n: list[int]) -> None:
    found = posteriors(np.array(right), np.array(n), np.linspace(-3, 3, len(n)))
    alpha, beta = found.matched()
    low, high = found.quantile(0.025), found.quantile(0.975)
    assert np.isfinite([alpha, beta, low, high]).all()
    assert ((low >= 0) & (low < alpha / (alpha + beta)) & (alpha / (alpha + beta) < high) & (high <= 1)).all()
    # The quantile is the mixture's own.
    below = found.weights @ stats.beta(found.alpha, found.beta).cdf(low)
    assert ((np.abs(below - 0.025) < 1e-5) | (low < 1e-10)).all()


@pytest.mark.parametrize("informed", [False, True])
def test_posteriors_are_covered(informed: bool) -> None:
    rng = np.random.default_rng(5)
    held = 0
    for _ in range(1000):
        skill, n = rng.beta(17, 3, 10), rng.integers(4, 41, 10)
        votes, golden = answers(rng.binomial(n, skill), n)
        consensus = None
        if informed:
            # Agreement with consensus tells of skill, but not all: the log odds scatter by 0.6.
            seen = 1 / (1 + np.exp(-np.log(skill / (1 - skill)) - 0.3 - rng.normal(0, 0.6, 10)))
            more, consensus = with_consensus(rng, seen, 60)
            votes = pl.concat([votes, more])
        row = skill_posterior(votes, golden, consensus).table.row(3, named=True)
        held += row["low"] <= skill[3] <= row["high"]
    assert 0.93 <= held / 1000 <= 0.97


def test_ranking_by_hand_and_with_ties() -> None:
    table = pl.DataFrame(
        {
            "annotator": ["a", "b", "c", "d"],
            "skill": [0.5, 0.9, 0.8, 0.8],
            "low": [0.4] * 4,
            "high": [0.9] * 4,
            "n": [1000] * 4,
            "alpha": [5000.0, 9000, 80, 80],
            "beta": [5000.0, 1000, 20, 20],
        }
    )
    found = ranking(table)
    assert found.select("annotator", "rank", "rank_low", "rank_high").rows() == [
        ("b", 1, 1, 1),
        ("c", 2, 2, 3),
        ("d", 2, 2, 3),
        ("a", 4, 4, 4),
    ]
    assert found.equals(ranking(table))


def test_rank_intervals_hold_the_true_rank() -> None:
    rng = np.random.default_rng(6)
    held = total = 0
    for _ in range(60):
        skill, n = rng.beta(16, 4, 12), np.full(12, 30)
        found = ranking(skill_posterior(*answers(rng.binomial(n, skill), n)).table, draws=1000).sort("annotator")
        true = (-skill).argsort().argsort() + 1
        held += int(((found["rank_low"].to_numpy() <= true) & (true <= found["rank_high"].to_numpy())).sum())
        total += 12
    assert held / total >= 0.93
