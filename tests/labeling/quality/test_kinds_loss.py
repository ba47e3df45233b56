"""Losses of labels of every kind, by hand and beside scikit-learn."""

from __future__ import annotations

from itertools import product

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import jaccard_score

from labeling.errors import LabelingError
from labeling.quality.kinds import Kind
from labeling.quality.kinds.loss import losses
from labeling.quality.kinds.membership import membership
from labeling.quality.kinds.sets import set_code

PARENTS = {"cat": "mammal", "dog": "mammal", "mammal": "animal", "hen": "animal"}
CASES = [
    (Kind.SINGLE, ["x", "y"], [("x", "x", 0), ("x", "y", 1)]),
    (Kind.ORDERED, ["bad", "fair", "good"], [("bad", "good", 1), ("bad", "fair", 1 / 2), ("good", "good", 0)]),
    (Kind.ORDERED, ["only"], [("only", "only", 0)]),
    (Kind.SEVERAL, ["a", "b", "c"], [("a|b", "a", 1 / 2), ("a|b", "b|c", 2 / 3), ("|", "|", 0), ("|", "a", 1)]),
    (Kind.SEVERAL, ["a", "b"], [("a|b", "b|a", 0)]),
    (Kind.TREE, ["a > b", "a > c", "d"], [("a > b", "a > c", 1 / 2), ("a > b", "a", 1 / 3), ("a > b", "d", 1)]),
    (Kind.PAIR, [], [("first", "second", 1), ("first", "tie", 1 / 2), ("both bad", "both_bad", 0)]),
    (Kind.PAIR, [], [("tie", "both_bad", 1 / 2), ("second", "both_bad", 1 / 2), ("tie", "tie", 0)]),
]


@pytest.mark.parametrize(("kind", "classes", "rows"), CASES)
def test_by_hand_both_ways_round(kind: Kind, classes: list[str], rows: list[tuple[str, str, float]]) -> None:
    one, other, expected = (list(column) for column in zip(*rows, strict=True))
    for a, b in ((one, other), (other, one)):
        found = losses(pl.Series(a), pl.Series(b), kind, classes=classes)
        assert found.dtype == pl.Float64
        assert found.to_list() == pytest.approx(expected)


def test_a_tree_told_by_parents() -> None:
    # animal > mammal > cat and animal > hen share one node of five.
    one, other = pl.Series(["cat", "cat", "mammal"]), pl.Series(["dog", "hen", "cat"])
    found = losses(one, other, Kind.TREE, classes=["cat", "dog", "hen", "mammal"], parents=PARENTS)
    assert found.to_list() == pytest.approx([1 - 4 / 6, 1 - 2 / 5, 1 - 4 / 5])


def test_nothing_is_lost_or_won_where_a_label_is_missing() -> None:
    kinds = {Kind.SINGLE: "x", Kind.ORDERED: "x", Kind.SEVERAL: "x|y", Kind.TREE: "x", Kind.PAIR: "tie"}
    for kind, label in kinds.items():
        one, other = pl.Series([label, None, None, label]), pl.Series([None, label, None, label])
        assert losses(one, other, kind, classes=["x", "y"]).to_list() == [None, None, None, 0.0]
        nothing = pl.Series([], dtype=pl.String)
        assert losses(nothing, nothing, kind, classes=["x", "y"]).to_list() == []
        blank = pl.Series([None], dtype=pl.String)
        assert losses(blank, blank, kind, classes=["x", "y"]).to_list() == [None]


def test_enums_are_labels_too() -> None:
    enum = pl.Enum(["bad", "fair", "good"])
    column = pl.Series(["bad", "good"], dtype=enum)
    assert losses(column, column.reverse(), Kind.ORDERED, classes=enum.categories.to_list()).to_list() == [1.0, 1.0]


def test_of_sets_as_scikit_learn_has_it() -> None:
    random, names = np.random.default_rng(3), list("abcde")
    sets = random.random((2, 60, 5)) < 0.4
    codes = [
        pl.Series([set_code([n for n, t in zip(names, r, strict=True) if t], names) for r in each]) for each in sets
    ]
    expected = [1 - jaccard_score(a, b, zero_division=1.0) for a, b in zip(*sets, strict=True)]
    assert losses(*codes, Kind.SEVERAL, classes=names).to_list() == pytest.approx(expected)
    assert membership(codes[0].to_list(), names).tolist() == sets[0].tolist()


def test_a_way_over_a_third_label_is_never_shorter() -> None:
    kinds = {
        Kind.ORDERED: ["x", "y", "z"],
        Kind.SEVERAL: ["|", "x", "x|y", "y|z", "x|y|z"],
        Kind.PAIR: ["first", "second", "tie", "both_bad"],
    }
    for kind, labels in kinds.items():
        a, b, c = (pl.Series(each) for each in zip(*product(labels, repeat=3), strict=True))
        scheme = ["x", "y", "z"]
        ab, bc, ac = (losses(*two, kind, classes=scheme).to_numpy() for two in ((a, b), (b, c), (a, c)))
        assert (ac <= ab + bc + 1e-12).all()
        assert ((ac >= 0) & (ac <= 1)).all()
        assert ((ac == 0) == (a == c).to_numpy()).all()


@pytest.mark.parametrize(
    ("kind", "label", "code"),
    [
        (Kind.SINGLE, "z", "unknown_label"),
        (Kind.ORDERED, "z", "unknown_label"),
        (Kind.SEVERAL, "x|z", "unknown_label"),
        (Kind.TREE, "z", "unknown_label"),
        (Kind.TREE, "x > ", "empty_path_part"),
        (Kind.PAIR, "x", "unknown_label"),
    ],
)
def test_what_is_no_label_of_the_scheme_is_refused(kind: Kind, label: str, code: str) -> None:
    with pytest.raises(LabelingError) as raised:
        losses(pl.Series([label]), pl.Series([label]), kind, classes=["x", "y"])
    assert raised.value.code == code


def test_a_tree_that_bites_its_tail_is_refused() -> None:
    with pytest.raises(LabelingError) as raised:
        losses(pl.Series(["x"]), pl.Series(["x"]), Kind.TREE, classes=["x"], parents={"x": "y", "y": "x"})
    assert raised.value.code == "tree_cycle"
