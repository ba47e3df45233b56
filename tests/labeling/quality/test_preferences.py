"""Pairs by hand, against a fit written out anew, and by counting: what is chosen, who ranks before whom, how sure it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.optimize import minimize

from labeling.errors import LabelingError
from labeling.quality.frames import votes_frame
from labeling.quality.intervals import wilson
from labeling.quality.kinds.consensus import pair_consensus
from labeling.quality.kinds.pair import coded_preferences
from labeling.quality.preferences.chosen import (
    Format,
    Left,
    preferences,
    training_rows,
    verdicts_of,
)
from labeling.quality.preferences.davidson import PRIOR_SD, rank_sources
from labeling.quality.preferences.shortcuts import misleading, shortcuts
from tests.labeling.quality.worlds import within

WORLDS = 300
PAIRS = pl.DataFrame(
    [
        ("1", "p1", "long text", "short"),
        ("2", "p2", "b", "a"),
        ("3", "p3", "c", "d"),
        ("4", "p4", "bad", "worse"),
        ("5", "p5", "e", "f"),
        ("6", "p6", "g", " "),
        ("7", "p7", "same", "same"),
        ("8", "p8", "h", "i"),
    ],
    schema=["item", "prompt", "first", "second"],
    orient="row",
)
ANSWERS = {
    "1": ["first", "first", "first", "second"],
    "2": ["second", "second", "second"],
    "3": ["tie", "tie", "first"],
    "4": ["both bad", "both_bad"],
    "5": ["first", "second"],
    "6": ["first"],
    "7": ["first"],
}


def voted(answers: dict[str, list[str]]) -> pl.DataFrame:
    rows = [(item, f"a{at}", label) for item, labels in answers.items() for at, label in enumerate(labels)]
    return pl.DataFrame(rows, schema=["item", "annotator", "label"], orient="row")


def found_of(sure: float = 0.0, **more: list[str]) -> pl.DataFrame:
    votes = coded_preferences(votes_frame(voted(ANSWERS | more)))
    return preferences(verdicts_of(pair_consensus(votes, method="majority")), PAIRS, sure=sure)


def compared(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["item", "first", "second", "label"], orient="row")


def made(rng: np.random.Generator, strength: np.ndarray, items: int, votes: int, *, own: float = 0.0) -> pl.DataFrame:
    """COMPARISONS of sources s0, s1, ... by Davidson's model with tie = 1/2; ``own`` is how far items differ by themselves."""
    first = rng.integers(0, len(strength), items)
    second = (first + rng.integers(1, len(strength), items)) % len(strength)
    half = np.repeat(strength[first] - strength[second] + own * rng.normal(size=items), votes) / 2
    weight = np.exp(np.stack([half, -half, np.full(len(half), np.log(0.5))]))
    drawn = (rng.random(len(half)) > np.cumsum(weight / weight.sum(axis=0), axis=0)).sum(axis=0)
    item, names = np.repeat(np.arange(items), votes), np.array([f"s{at}" for at in range(len(strength))])
    labels = np.array(["first", "second", "tie"])[np.minimum(drawn, 2)]
    return pl.DataFrame({"item": item, "first": names[first[item]], "second": names[second[item]], "label": labels})


def test_pairs_are_chosen_or_left_out_for_a_reason() -> None:
    found = found_of()
    assert found["left_out"].to_list() == [
        None,
        None,
        Left.TIE,
        Left.BOTH_BAD,
        Left.UNSURE,
        Left.NO_TEXT,
        Left.SAME_TEXT,
        Left.NO_VOTE,
    ]
    assert found["label"].to_list()[:2] == ["first", "second"]
    assert found["probability"].to_list()[:2] == [0.75, 1.0]
    assert found["margin"].to_list()[:3] == [0.5, 1.0, None]


def test_sure_keeps_what_is_just_as_sure() -> None:
    assert found_of(0.75)["left_out"].to_list()[0] is None
    assert found_of(0.76)["left_out"].to_list()[:2] == [Left.UNSURE, None]


def test_rows_of_each_format() -> None:
    found = found_of()
    first, second = ("p1", "long text", "short", 0.5, 0.75), ("p2", "a", "b", 1.0, 1.0)
    dpo = training_rows(found, Format.DPO)
    assert (dpo.columns, dpo.rows()) == (["prompt", "chosen", "rejected", "margin", "probability"], [first, second])
    assert training_rows(found, Format.REWARD).rows() == [first[:4], second[:4]]
    kto = training_rows(found, Format.KTO)
    assert kto.columns == ["prompt", "completion", "label"]
    assert kto.rows() == [
        ("p1", "long text", True),
        ("p2", "a", True),
        ("p1", "short", False),
        ("p2", "b", False),
        ("p4", "bad", False),
        ("p4", "worse", False),
    ]


def test_both_bad_must_be_as_sure_as_the_others() -> None:
    doubted = {"4": ["both bad", "both bad", "tie"]}
    for sure, rows in ((0.6, 6), (0.7, 4)):
        assert len(training_rows(found_of(sure, **doubted), Format.KTO, sure=sure)) == rows


def test_shortcuts_by_hand() -> None:
    votes = coded_preferences(votes_frame(voted(ANSWERS)))
    found = preferences(verdicts_of(pair_consensus(votes, method="majority")), PAIRS)
    assert shortcuts(found, votes) == {"longer": wilson(1, 1), "first": wilson(1, 2)}
    # Of the three votes for the first of item 1 one was given while it stood second; of item 2 nothing is known but of one vote.
    swapped = pl.Series([False, False, True, True, None, True, None] + [None] * (len(votes) - 7), dtype=pl.Boolean)
    shown = shortcuts(found, votes, swapped)["shown_first"]
    assert (shown.value, shown.n) == (pytest.approx((2 / 3 + 1) / 2), 2)


@pytest.mark.parametrize("method", ["hierarchical", "dawid_skene"])
def test_turning_some_of_the_pairs_round_turns_them_alone(method: str) -> None:
    rng = np.random.default_rng(2)
    labels = rng.choice(["first", "second", "tie"], 240, p=[0.5, 0.3, 0.2])
    rows = pl.DataFrame({"item": np.repeat(np.arange(80), 3), "annotator": np.tile(list("abc"), 80), "label": labels})
    other = pl.col("label").replace({"first": "second", "second": "first"})
    some = rows.with_columns(pl.when(pl.col("item") % 2 == 1).then(other).otherwise("label").alias("label"))
    a, b = (
        pair_consensus(coded_preferences(votes_frame(each)), method=method).posterior.copy() for each in (rows, some)
    )
    b[1::2] = b[1::2][:, [1, 0, 2, 3]]
    assert a == pytest.approx(b, abs=1e-4)


def test_a_warning_only_where_the_interval_lies_off_one_half() -> None:
    assert [misleading(wilson(right, 100)) for right in (41, 35, 65, 59, 50)] == [False, True, True, False, False]
    assert not misleading(wilson(0, 0))


def test_the_mode_of_two_sources_by_hand() -> None:
    # With strengths ±d/2 and no tie the slope is zero where 3 - 4 p = d / (2 PRIOR_SD²), and likewise for ties.
    rows = [(at, "x", "y", label) for at, label in enumerate(["first"] * 3 + ["second"] + ["tie"] * 2)]
    found = rank_sources(compared(rows))
    d, tie = 2 * found.frame["strength"][0], found.tie
    assert tie is not None
    weights = np.array([np.exp(d / 2), np.exp(-d / 2), tie])
    win, loss, tied = 6 * weights / weights.sum()
    assert ((3 - 1) - (win - loss)) / 2 == pytest.approx(d / 2 / PRIOR_SD**2)
    assert 2 - tied == pytest.approx(np.log(tie) / PRIOR_SD**2)


def test_an_independent_fit_of_the_stated_posterior_agrees() -> None:
    rows = made(np.random.default_rng(3), np.array([1.0, 0.3, -0.2, -1.1]), 50, 3)
    found = rank_sources(rows)
    names = found.frame["source"].sort().to_list()

    def surprise(x: np.ndarray) -> float:
        total = (x**2).sum() / (2 * PRIOR_SD**2)
        for _, first, second, label in rows.iter_rows():
            a, b = x[names.index(first)], x[names.index(second)]
            logs = {"first": a, "second": b, "tie": x[-1] + (a + b) / 2}
            total -= logs[label] - np.log(sum(np.exp(each) for each in logs.values()))
        return float(total)

    other = minimize(surprise, np.zeros(5), method="BFGS", options={"gtol": 1e-6}).x
    assert found.frame.sort("source")["strength"].to_list() == pytest.approx(other[:4] - other[:4].mean(), abs=1e-4)
    assert found.tie == pytest.approx(np.exp(other[4]), abs=1e-4)


def test_the_side_says_nothing_and_both_bad_is_a_tie() -> None:
    rows = made(np.random.default_rng(4), np.array([0.5, 0.0, -0.5]), 40, 2)
    turned = rows.select(
        "item",
        first="second",
        second="first",
        label=pl.col("label").replace({"first": "second", "second": "first", "tie": "both bad"}),
    )
    a, b = rank_sources(rows), rank_sources(turned)
    assert a.tie == pytest.approx(b.tie)
    assert b.frame["both_bad"].to_list() == b.frame["ties"].to_list()
    assert a.frame["both_bad"].sum() == 0
    for name in a.frame.columns[1:-1]:
        assert a.frame[name].to_list() == pytest.approx(b.frame[name].to_list(), abs=1e-9), name


def test_groups_that_were_never_compared_are_ranked_apart() -> None:
    rows = [(1, "x", "y", "first"), (2, "x", "y", "first"), (3, "u", "v", "second"), (4, "u", "v", "tie")]
    found = rank_sources(compared([*rows, (5, "x", None, "first"), (6, "y", "y", "first")]))
    assert (found.groups, found.unsourced, found.own) == (2, 1, 1)
    assert {row[:3] for row in found.frame.rows()} == {("v", 1, 1), ("u", 1, 2), ("x", 2, 1), ("y", 2, 2)}
    sums = found.frame.group_by("group").agg(pl.col("strength").sum())["strength"].to_list()
    assert sums == pytest.approx([0.0, 0.0])


def test_a_source_that_always_wins_has_a_finite_strength_and_a_wide_interval() -> None:
    best = rank_sources(compared([(at, "x", "y", "first") for at in range(4)])).frame.row(0, named=True)
    assert (best["source"], best["wins"], best["losses"], best["n"]) == ("x", 4, 0, 4)
    assert 0 < best["strength"] < PRIOR_SD
    assert best["low"] < 0 and best["high"] - best["low"] > 2
    assert (best["rank_low"], best["rank_high"]) == (1, 2)


@pytest.mark.parametrize(
    ("strength", "items", "votes"), [((1.0, 0.5, 0.0, -0.5, -1.0), 60, 3), ((0.0, 0.0, 0.0), 30, 1)]
)
def test_strengths_and_ranks_are_covered(strength: tuple[float, ...], items: int, votes: int) -> None:
    true, rng = np.array(strength), np.random.default_rng(5)
    rank = 1 + (true > true[:, None]).sum(axis=1)
    held = ranked = 0.0
    for _ in range(WORLDS):
        frame = rank_sources(made(rng, true, items, votes)).frame.sort("source")
        for at, row in enumerate(frame.iter_rows(named=True)):
            held += within(row["low"], true[at], row["high"]) / WORLDS / len(true)
            ranked += within(row["rank_low"], rank[at], row["rank_high"]) / WORLDS / len(true)
    assert 0.93 <= held <= 0.99, held
    assert ranked >= 0.93, ranked


def test_votes_that_hang_together_by_item_are_covered() -> None:
    true, rng = np.array([1.0, 0.0, -1.0]), np.random.default_rng(6)
    truth = rank_sources(made(rng, true, 100_000, 5, own=1.5)).frame.sort("source")["strength"]
    held = 0.0
    for _ in range(WORLDS):
        frame = rank_sources(made(rng, true, 60, 5, own=1.5)).frame.sort("source")
        for middle, row in zip(truth, frame.iter_rows(named=True), strict=True):
            held += within(row["low"], middle, row["high"]) / WORLDS / 3
    assert 0.92 <= held <= 0.98, held


def test_nothing_compared_is_a_ranking_of_nobody() -> None:
    found = rank_sources(compared([(1, None, "x", "first")]))
    assert (len(found.frame), found.groups, found.tie, found.unsourced) == (0, 0, None, 1)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: rank_sources(compared([(1, "x", "y", "third")])), "not_a_preference"),
        (lambda: rank_sources(compared([(1, "x", "y", "first")]), level=1.0), "level_out_of_range"),
        (lambda: rank_sources(pl.DataFrame({"item": [1]})), "column_missing"),
        (lambda: found_of(1.1), "sure_out_of_range"),
        (lambda: found_of(float("nan")), "sure_out_of_range"),
    ],
)
def test_refusals(call: Callable[[], object], code: str) -> None:
    with pytest.raises(LabelingError) as caught:
        call()
    assert caught.value.code == code
