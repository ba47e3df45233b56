"""How far evidence lets a consensus leave the majority."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from labeling.quality.consensus import consensus
from labeling.quality.consensus.weighing import advantage, lean_of, narrowed, weigh
from tests.labeling.quality.crowds import accuracy, crowd, even


def test_an_advantage_is_counted_in_standard_errors_over_items() -> None:
    # Log scores of two items: one gains log 2 twice, one loses log 2 once. Their mean is log 2 / 2, their deviation 1.5 log 2.
    ours, heads = np.array([0.8, 0.6, 0.2]), np.array([0.4, 0.3, 0.4])
    found = advantage(ours, heads, np.array([0, 0, 1], dtype=np.int32))
    assert found == pytest.approx((1 / 2) / (1.5 / np.sqrt(2)))
    assert advantage(heads, heads, np.array([0, 0, 1], dtype=np.int32)) == 0


def test_the_majority_gets_back_most_of_the_weights_where_evidence_is_weak() -> None:
    random = np.random.default_rng(0)
    item = np.arange(400, dtype=np.int32)
    heads = np.full((400, 1), 0.6)
    truth = np.empty(0, dtype=np.int32)
    for gain, least, most in ((0.0, 0.85, 1.0), (0.1, 0.09, 0.12)):
        ours = np.clip(heads + gain + random.normal(0, 0.1, (400, 1)), 0.05, 0.95)
        weights, lean = weigh(["majority", "ebcc"], {"majority": heads, "ebcc": ours}, {}, truth, item=item)
        assert least <= lean <= most
        assert weights["majority"] >= lean
        assert sum(weights.values()) == pytest.approx(1)
    assert weigh(["majority", "ebcc"], {"majority": heads, "ebcc": heads}, {}, truth)[1] == 0
    assert [lean_of(each) for each in (2.9, 5.1)] == [0.9, 0.1]


def test_shares_that_crowd_into_one_class_are_narrowed_and_rare_classes_are_not() -> None:
    even_votes = np.tile([[2.0, 1.0], [1.0, 2.0]], (50, 1))
    assert narrowed(np.tile([0.97, 0.03], (100, 1)), even_votes)
    assert not narrowed(np.tile([0.8, 0.2], (100, 1)), even_votes)
    rare = np.array([[3.0, 0.0]] * 80 + [[1.0, 2.0]] * 20)
    assert not narrowed(np.tile([0.9, 0.1], (100, 1)), rare)
    assert not narrowed(np.ones((3, 2)), np.zeros((3, 2)))


def test_where_hidden_votes_tell_nothing_the_majority_stays_and_the_models_break_ties() -> None:
    """Fifty assessors of one skill, but for two who are always right, two votes an item."""
    confusions = even([0.75] * 48 + [0.99] * 2, 2)
    votes, _ = crowd(confusions, items=150, overlap=2, seed=1)
    found, heads = consensus(votes), consensus(votes, method="majority")
    assert found.choice is not None
    assert found.choice.reason == "weak_evidence"
    assert found.choice.lean == 0.9
    agreed = heads.frame["probability"] == 1
    assert found.frame.filter(agreed)["label"].to_list() == heads.frame.filter(agreed)["label"].to_list()
    assert heads.ties > 20
    assert found.ties < heads.ties / 2


@pytest.mark.parametrize("shares", [[0.9, 0.07, 0.03], [0.96, 0.02, 0.02]])
@pytest.mark.parametrize("seed", range(3))
def test_skewed_sparse_crowds_stay_by_the_majority(shares: list[float], seed: int) -> None:
    """Everybody takes a tenth of the largest class for another one: a model may find the rare classes everywhere."""
    random = np.random.default_rng(seed)
    skill = random.uniform(0.5, 0.9, (60, 1))
    rows = np.stack([np.full((60, 3), 1 / 3) * (1 - skill) + skill * np.eye(3)[each] for each in range(3)], axis=1)
    votes, truth = crowd(rows, items=400, overlap=3, seed=seed, prior=shares)
    heads = accuracy(consensus(votes, method="majority").frame, truth)
    assert accuracy(consensus(votes).frame, truth) >= heads - 0.01


def test_slow_models_are_left_out_of_large_projects_and_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    votes, truth = crowd(even([0.9, 0.8, 0.7, 0.6], 2), items=100, overlap=3, seed=9)
    monkeypatch.setattr("labeling.quality.consensus.auto.MOST_WORK", 599)
    found = consensus(votes)
    assert found.choice is not None
    left_out = {name for name, each in found.choice.models.items() if each.excluded == "too_many_votes"}
    assert left_out == {"ebcc", "leaning_ebcc", "prototypes", "leaning_prototypes"}
    assert accuracy(found.frame, truth) > 0.75
    monkeypatch.setattr("labeling.quality.consensus.auto.MOST_WORK", 600)
    again = consensus(votes).choice
    assert again is not None
    assert "too_many_votes" not in {each.excluded for each in again.models.values()}


def test_the_same_votes_in_any_order_give_the_same_choice() -> None:
    votes, _ = crowd(even([0.9, 0.8, 0.7, 0.6, 0.6], 3), items=60, overlap=3, seed=2)
    shuffled = votes.sample(fraction=1, shuffle=True, seed=4)
    first, second = consensus(votes), consensus(shuffled)
    assert first.choice == second.choice
    order = ["item", "label", "probability"]
    assert first.frame.sort("item").select(order).equals(second.frame.sort("item").select(order))
    assert isinstance(first.frame, pl.DataFrame)
