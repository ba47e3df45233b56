"""Kinds of labels: the same figures from krippendorff, scikit-learn and statsmodels, and from the definitions spelled out."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from math import nan
from typing import Any

import krippendorff
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score, f1_score
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa
from statsmodels.stats.proportion import proportion_confint, proportions_ztest

from labeling.quality.figures import Figure
from labeling.quality.kinds.ordered import ordered_agreement
from labeling.quality.kinds.pair import Preference, pair_agreement
from labeling.quality.kinds.paths import STEP
from labeling.quality.kinds.several import several_agreement
from labeling.quality.kinds.tree import tree_agreement

ITEMS, ANNOTATORS = 6, 3
SETS = [frozenset(name for bit, name in enumerate("xyz") if code >> bit & 1) for code in range(8)]
PATHS = ["a", "a > b", "a > b > c", "a > b > d", "a > e", "f", "f > b"]
STEPS = ["low", "middling", "high", "highest"]

Row = tuple[int, int, Any]


def rows_of(labels: list[Any]) -> st.SearchStrategy[list[Row]]:
    """Votes of three on six items; some places are empty."""
    cell = st.one_of(st.none(), st.sampled_from(range(len(labels))))
    cells = st.lists(cell, min_size=ITEMS * ANNOTATORS, max_size=ITEMS * ANNOTATORS)
    return cells.map(
        lambda codes: [(*divmod(at, ANNOTATORS), labels[code]) for at, code in enumerate(codes) if code is not None]
    )


def frame_of(rows: list[Row], dtype: Any = pl.String) -> pl.DataFrame:
    cells = [sorted(label) if isinstance(label, frozenset) else label for _, _, label in rows]
    items, people = [item for item, _, _ in rows], [who for _, who, _ in rows]
    schema = {"item": pl.Int64, "annotator": pl.Int64, "label": dtype}
    return pl.DataFrame({"item": items, "annotator": people, "label": cells}, schema=schema)


def same(figure: Figure, value: float | Fraction) -> None:
    """The figure is the value, undefined where that is NaN."""
    assert (
        figure == Figure(None, None, None, figure.n) if value != value else figure.value == pytest.approx(float(value))
    )


def alpha_of(rows: list[Row], labels: list[Any], distance: Callable[[Any, Any], Fraction]) -> float:
    """krippendorff's alpha with a table of distances; NaN where it refuses or has nothing to divide."""
    table = np.array([[float(distance(one, other)) for other in labels] for one in labels])
    counts = np.zeros((ITEMS, len(labels)))
    for item, _, label in rows:
        counts[item, labels.index(label)] += 1
    used = counts[counts.sum(axis=1) >= 2].sum(axis=0)
    if not np.einsum("a,b,ab->", used, used, table):
        return nan
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement=lambda *_, **__: table))


def pairs_of(rows: list[Row]) -> list[tuple[int, list[tuple[Any, Any]]]]:
    """For each two annotators who share items: how many, and both labels on each."""
    by_place = {(item, who): label for item, who, label in rows}
    found = []
    for a, b in combinations(range(ANNOTATORS), 2):
        shared = [i for i in range(ITEMS) if (i, a) in by_place and (i, b) in by_place]
        if shared:
            found.append((len(shared), [(by_place[i, a], by_place[i, b]) for i in shared]))
    return found


def mean_over_pairs(rows: list[Row], figure: Callable[[list[Any], list[Any]], float]) -> float:
    """Weighted by the items of each pair, undefined pairs left out."""
    defined = [
        (n, value) for n, both in pairs_of(rows) if (value := figure(*map(list, zip(*both, strict=True)))) == value
    ]
    return sum(n * value for n, value in defined) / sum(n for n, _ in defined) if defined else nan


def mean_over_items(rows: list[Row], near: Callable[[Any, Any], Fraction]) -> float | Fraction:
    means = []
    for item in range(ITEMS):
        pairs = list(combinations([label for place, _, label in rows if place == item], 2))
        means += [sum((near(*pair) for pair in pairs), Fraction()) / len(pairs)] if pairs else []
    return sum(means, Fraction()) / len(means) if means else nan


def jaccard(one: frozenset[str], other: frozenset[str]) -> Fraction:
    return 1 - (Fraction(len(one & other), len(one | other)) if one | other else Fraction(1))


def masi(one: frozenset[str], other: frozenset[str]) -> Fraction:
    """Passonneau's four cases, as the paper tells them."""
    if one == other:
        monotony = Fraction(1)
    elif one < other or other < one:
        monotony = Fraction(2, 3)
    elif one & other:
        monotony = Fraction(1, 3)
    else:
        monotony = Fraction(0)
    return 1 - (1 - jaccard(one, other)) * monotony


def path_distance(one: str, other: str) -> Fraction:
    a, b = one.split(STEP), other.split(STEP)
    shared = next((at for at, pair in enumerate(zip(a, b, strict=False)) if pair[0] != pair[1]), min(len(a), len(b)))
    return 1 - Fraction(2 * shared, len(a) + len(b))


small = settings(max_examples=60, deadline=None, derandomize=True)


@small
@given(rows_of(SETS))
def test_sets_as_by_their_definitions(rows: list[Row]) -> None:
    found = several_agreement(frame_of(rows, pl.List(pl.String)), classes="xyz", draws=0)
    same(found.exact, mean_over_items(rows, lambda one, other: Fraction(one == other)))
    same(found.alpha_jaccard, alpha_of(rows, SETS, jaccard))
    same(found.alpha_masi, alpha_of(rows, SETS, masi))

    def f1(one: list[frozenset[str]], other: list[frozenset[str]]) -> float:
        tables = [np.array([[name in label for name in "xyz"] for label in labels]) for labels in (one, other)]
        return float(f1_score(*tables, average="micro", zero_division=nan))

    same(found.f1, mean_over_pairs(rows, f1))


@small
@given(rows_of(SETS))
def test_each_class_of_a_set_is_a_question_of_yes_or_no(rows: list[Row]) -> None:
    found = several_agreement(frame_of(rows, pl.List(pl.String)), classes="xyz", draws=0).classes
    for name, row in zip("xyz", found.iter_rows(named=True), strict=True):
        answers = [(item, who, name in label) for item, who, label in rows]
        assert row["votes"] == sum(answer for _, _, answer in answers)
        same(Figure(row["alpha"], None, None, 0), alpha_of(answers, [False, True], lambda a, b: Fraction(a != b)))
        matrix = np.full((ITEMS, ANNOTATORS), -1)
        for item, who, answer in answers:
            matrix[item, who] = answer
        whole = matrix[(matrix >= 0).all(axis=1)]
        if len(whole) == len(np.unique([item for item, _, _ in rows])) and len(np.unique(whole)) == 2:
            kappa = fleiss_kappa(aggregate_raters(whole)[0])
            assert row["kappa"] == pytest.approx(kappa)


@small
@given(rows_of(STEPS))
def test_ordered_classes_as_in_scikit_learn(rows: list[Row]) -> None:
    found = ordered_agreement(frame_of(rows), classes=STEPS, draws=0)
    for weights, figure in (("linear", found.kappa_linear), ("quadratic", found.kappa_quadratic)):

        def kappa(one: list[str], other: list[str], weights: str = weights) -> float:
            if len({*one, *other}) == 1:
                return nan
            return float(cohen_kappa_score(one, other, labels=STEPS, weights=weights))

        same(figure, mean_over_pairs(rows, kappa))
    same(found.distance, mean_over_items(rows, lambda a, b: Fraction(abs(STEPS.index(a) - STEPS.index(b)))))


@small
@given(rows_of(PATHS))
def test_paths_as_by_their_definitions(rows: list[Row]) -> None:
    found = tree_agreement(frame_of(rows), draws=0)
    same(found.alpha_path, alpha_of(rows, PATHS, path_distance))
    for depth, level in enumerate(found.levels, 1):
        cut = [(item, who, STEP.join(label.split(STEP)[:depth])) for item, who, label in rows]
        labels = sorted({label for _, _, label in cut})
        same(level.alpha, alpha_of(cut, labels, lambda a, b: Fraction(a != b)) if labels else nan)
        same(level.by_items, mean_over_items(cut, lambda a, b: Fraction(a == b)))
    assert len(found.levels) == max([len(label.split(STEP)) for _, _, label in rows], default=1)


@small
@given(rows_of(list(Preference)))
def test_preferences_as_four_classes_and_as_two(rows: list[Row]) -> None:
    found = pair_agreement(frame_of(rows), draws=0)
    decided = [row for row in rows if row[2] in ("first", "second")]
    for answers, labels, figures in (
        (rows, list(Preference), found.with_ties),
        (decided, ["first", "second"], found.decided),
    ):
        same(figures.alpha, alpha_of(answers, labels, lambda a, b: Fraction(a != b)))
        same(figures.by_items, mean_over_items(answers, lambda a, b: Fraction(a == b)))
        same(
            figures.kappa, mean_over_pairs(answers, lambda a, b: nan if len({*a, *b}) == 1 else cohen_kappa_score(a, b))
        )
    first = sum(label == "first" for _, _, label in rows)
    same(found.bias.first, Fraction(first, len(decided)) if decided else nan)


def test_independent_votes_have_wilsons_interval_and_the_test_of_one_half() -> None:
    labels = ["first"] * 560 + ["second"] * 440
    frame = pl.DataFrame({"item": range(1000), "annotator": range(1000), "label": labels})
    bias = pair_agreement(frame, draws=0).bias
    low, high = proportion_confint(560, 1000, method="wilson")
    assert (bias.first.low, bias.first.high) == pytest.approx((low, high), abs=2e-4)
    assert bias.p == pytest.approx(proportions_ztest(560, 1000, 0.5, prop_var=0.5)[1], rel=0.05)
