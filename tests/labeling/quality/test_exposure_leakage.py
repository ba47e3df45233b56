"""Leakage: a leaked golden set is noticed, practice and chance are not, intervals are covered."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from labeling.quality.leakage import Leakage, leakage


def desk(
    rng: np.random.Generator, *, leaked: bool = False, practice: bool = False
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """30 annotators, one after the other, with 60 ordinary and 20 of 40 golden items each, in random order."""
    rows = []
    seen = np.zeros(40, dtype=int)
    easy = rng.normal(0, 0.12, 40)
    for who in range(30):
        golden = rng.permutation(40)[:20]
        for place, code in enumerate(rng.permutation(80)):
            seconds = np.exp(
                2 + rng.normal(0, 0.4) - (0.3 * np.log1p(place) if practice else 0) - 0.02 * who * practice
            )
            if code >= 20:
                rows.append((1000 + who * 100 + code, who, "x", seconds))
                continue
            item = golden[code]
            known = leaked and seen[item] >= 8 and rng.random() < 0.7
            right = known or rng.random() < 0.75 + easy[item]
            rows.append((item, who, "x" if right else "y", seconds * (0.5 if known else 1.0)))
        seen[golden] += 1
    votes = pl.DataFrame(rows, schema=["item", "annotator", "label", "seconds"], orient="row").with_row_index("at")
    return votes, pl.DataFrame({"item": np.arange(40), "label": ["x"] * 40})


def test_a_leak_is_seen_in_accuracy_and_pace() -> None:
    found = leakage(*desk(np.random.default_rng(1), leaked=True))
    assert found.leaking
    assert found.accuracy_new.n + found.accuracy_old.n == 600 == found.accuracy_gain.n
    assert found.accuracy_gain.value == pytest.approx(found.accuracy_old.value - found.accuracy_new.value)
    assert found.pace_ratio.value == pytest.approx(found.pace_old.value / found.pace_new.value)
    assert found.pace_new.value == pytest.approx(1.0, abs=0.1)
    assert found.pace_ratio.high < 0.9


def test_honest_desks_and_practice_seldom_look_like_a_leak() -> None:
    rng = np.random.default_rng(2)
    found = [leakage(*desk(rng, practice=world % 2 == 0)) for world in range(60)]
    assert sum(one.leaking for one in found) <= 1
    paces = [one.pace_ratio.value for one in found[::2]]
    assert np.mean(paces) == pytest.approx(1.0, abs=0.02)


def test_gain_and_ratio_are_covered() -> None:
    rng = np.random.default_rng(3)
    gain = ratio = 0
    for _ in range(1000):
        items, votes = 30, 240
        item = rng.integers(0, items, votes)
        hard = rng.normal(0, 0.1, items)
        order = rng.permutation(votes)
        frame = pl.DataFrame({"item": item, "order": order}).with_columns(
            age=pl.col("order").rank("ordinal").over("item") - 1
        )
        old = (frame["age"] >= 4).to_numpy()
        right = rng.random(votes) < 0.7 + hard[item] + 0.1 * old
        seconds = np.exp(1 + rng.normal(0, 0.3, items)[item] + rng.normal(0, 0.5, votes) - 0.2 * old)
        answers = pl.DataFrame(
            {
                "item": np.concatenate([item, np.arange(1000, 1000 + 5 * votes)]),
                "annotator": np.concatenate([np.arange(votes), np.repeat(np.arange(votes), 5)]),
                "label": np.concatenate([np.where(right, "x", "y"), np.full(5 * votes, "x")]),
                "seconds": np.concatenate([seconds, np.full(5 * votes, np.e)]),
                "at": np.concatenate([order * 10 + 3, np.repeat(order * 10, 5) + np.tile([0, 1, 2, 4, 5], votes)]),
            }
        )
        found = leakage(answers, pl.DataFrame({"item": np.arange(items), "label": ["x"] * items}), cut=4)
        gain += found.accuracy_gain.low <= 0.1 <= found.accuracy_gain.high
        ratio += found.pace_ratio.low <= np.exp(-0.2) <= found.pace_ratio.high
    assert 0.93 <= gain / 1000 <= 0.97
    assert 0.93 <= ratio / 1000 <= 0.97


def test_ages_and_pace_by_hand() -> None:
    """Item 1 is answered at 3, 20, 40; neighbours take 4, 4, 4, 4, 4 seconds, the golden answers 4, 2 and 1."""
    ordinary = [
        (100 + 10 * who + place, who, "x", 4.0, 20 * who + place) for who in range(3) for place in (0, 1, 2, 4, 5)
    ]
    golden = [(1, 0, "y", 4.0, 3), (1, 1, "x", 2.0, 23), (1, 2, "x", 1.0, 43)]
    votes = pl.DataFrame([*ordinary, *golden], schema=["item", "annotator", "label", "seconds", "at"], orient="row")
    found = leakage(votes, pl.DataFrame({"item": [1], "label": ["x"]}))
    assert found.cut == 1
    assert (found.accuracy_new.value, found.accuracy_new.n) == (0.0, 1)
    assert (found.accuracy_old.value, found.accuracy_old.n) == (1.0, 2)
    assert found.accuracy_gain.value == 1.0
    assert found.accuracy_gain.low is None
    assert found.pace_new.value == pytest.approx(1.0)
    assert found.pace_old.value == pytest.approx((0.5 * 0.25) ** 0.5)
    assert not found.leaking


def test_nothing_to_compare() -> None:
    votes, golden = desk(np.random.default_rng(4))
    for frame, truth in ((votes.clear(), golden), (votes, golden.clear()), (votes.filter(annotator=3), golden)):
        found = leakage(frame, truth)
        assert isinstance(found, Leakage)
        assert found.accuracy_gain.value is None
        assert found.pace_ratio.value is None
        assert not found.leaking
