"""Kinds of labels: examples by hand, what is undefined, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import astuple
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from labeling.errors import LabelingError
from labeling.quality.frames import votes_frame
from labeling.quality.kinds.distances import dice, jaccard, masi, multisets
from labeling.quality.kinds.ordered import ordered_agreement
from labeling.quality.kinds.pair import Place, coded_preferences, pair_agreement
from labeling.quality.kinds.several import set_votes, several_agreement
from labeling.quality.kinds.tree import path_of, tree_agreement

LISTS = pl.List(pl.String)


def by_two(*labels: tuple[Any, Any], dtype: Any = None) -> pl.DataFrame:
    """An item for each two labels, which a and b gave it."""
    cells = pl.Series("label", [label for both in labels for label in both], dtype=dtype, strict=False)
    return pl.DataFrame(
        {"item": np.repeat(np.arange(len(labels)), 2), "annotator": list("ab") * len(labels), "label": cells}
    )


@pytest.mark.parametrize(
    ("shared", "one", "other", "expected"),
    [
        (2, 2, 2, (0, 0, 0)),
        (0, 0, 0, (0, 0, 0)),
        (0, 0, 1, (1, 1, 1)),
        (0, 2, 1, (1, 1, 1)),
        (1, 1, 2, (1 / 2, 2 / 3, 1 / 3)),
        (1, 2, 2, (2 / 3, 8 / 9, 1 / 2)),
        (2, 3, 3, (1 / 2, 5 / 6, 1 / 3)),
    ],
)
def test_distances_of_sets_by_hand(shared: int, one: int, other: int, expected: tuple[float, ...]) -> None:
    sizes = np.array([shared], float), np.array([one], float), np.array([other], float)
    assert [float(distance(*sizes)[0]) for distance in (jaccard, masi, dice)] == pytest.approx(list(expected))


def test_sets_by_hand() -> None:
    frame = by_two((["x", "y"], ["x"]), (["x"], ["x"]), ([], []), dtype=LISTS)
    found = several_agreement(frame, draws=0)
    assert found.exact.value == pytest.approx(2 / 3)
    # Of 30 ordered pairs of the six votes {x, y}, {x} three times, {} twice: with {x, y} 3 at 1/2 and 2 at 1, {x} with {} 6 at 1.
    assert found.alpha_jaccard.value == pytest.approx(1 - (1 / 2 / 3) / (2 * (3 / 2 + 2 + 6) / 30))
    assert found.alpha_masi.value == pytest.approx(1 - (2 / 3 / 3) / (2 * (3 * 2 / 3 + 2 + 6) / 30))
    # 2 of the three classes that a gave and the two of b.
    assert (found.f1.value, found.f1.n) == (pytest.approx(2 * 2 / 5), 1)
    rows = found.classes.select("label", "votes", "n", "agreement", "kappa", "alpha").rows()
    # y: one vote of six, on an item where the other says no. Two of six ordered pairs differ; by chance 2 * 1/6 * 5/6 (kappa)
    # and 2 * 1 * 5 / 30 (alpha).
    assert rows[0] == ("x", 4, 2, 1.0, 1.0, 1.0)
    assert rows[1] == ("y", 1, 1, 0.0, pytest.approx(1 - (1 / 3) / (10 / 36)), pytest.approx(1 - (1 / 3) / (1 / 3)))


def test_an_empty_list_is_a_vote_and_null_is_none() -> None:
    found = several_agreement(by_two(([], ["x"]), (None, ["x"]), (None, None), dtype=LISTS), draws=20)
    assert (found.items_used, found.items_single, found.items_empty) == (1, 1, 1)
    assert (found.exact.value, found.exact.n) == (0.0, 1)


def test_the_order_of_classes_and_of_rows_makes_no_difference() -> None:
    rng = np.random.default_rng(0)
    given = [[name for name in "xyz" if rng.random() < 0.5] for _ in range(120)]
    frame = pl.DataFrame({"item": np.repeat(np.arange(40), 3), "annotator": list(range(3)) * 40, "label": given})
    turned = frame.with_columns(pl.col("label").list.reverse().list.concat(pl.col("label"))).sample(
        fraction=1, shuffle=True, seed=1
    )
    one, other = several_agreement(frame, draws=50), several_agreement(turned, draws=50)
    assert astuple(one)[:4] == astuple(other)[:4]
    assert one.classes.equals(other.classes)


def test_sets_come_from_pandas_and_as_whole_numbers() -> None:
    labels = [["x"], ["x", "y"]]
    of_pandas = pd.DataFrame({"item": [1, 1], "annotator": ["a", "b"], "label": labels})
    assert set_votes(of_pandas).classes == ("x", "y")
    assert set_votes(by_two(([2], [10, 2]))).classes == ("10", "2")
    assert set_votes(by_two((None, None))).classes == ()


def test_many_distinct_labels_give_the_same_figures_by_another_road(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    truth = rng.random((300, 6)) < 0.3
    given = np.repeat(truth, 3, axis=0) ^ (rng.random((900, 6)) < 0.1)
    labels = [[f"c{at}" for at in np.flatnonzero(row)] for row in given]
    frame = pl.DataFrame({"item": np.repeat(np.arange(300), 3), "annotator": list(range(3)) * 300, "label": labels})
    whole = several_agreement(frame, draws=500)
    monkeypatch.setattr("labeling.quality.kinds.distances._WHOLE", 0)
    linear = several_agreement(frame, draws=500)
    for name in ("alpha_jaccard", "alpha_masi"):
        one, other = getattr(whole, name), getattr(linear, name)
        assert other.value == pytest.approx(one.value, abs=1e-12)
        assert (other.low, other.high) == pytest.approx((one.low, one.high), abs=2e-3)
        assert (other.low, other.high) != (one.low, one.high)


def test_items_with_the_same_labels_are_one_however_many_have_voted() -> None:
    rows = [(0, "xyy"), (1, "yxy"), (2, "xy"), (3, "x"), (4, "yyx"), (5, "yx"), (6, "xyyy")]
    votes = votes_frame(
        pl.DataFrame(
            [(item, who, label) for item, labels in rows for who, label in enumerate(labels)],
            schema=["item", "annotator", "label"],
            orient="row",
        )
    )
    found = multisets(votes)
    counted = {tuple(row): n for row, n in zip(found.counts.toarray().tolist(), found.items.tolist(), strict=True)}
    assert counted == {(1, 2): 3, (1, 1): 2, (1, 0): 1, (1, 3): 1}
    assert found.used == 6


def test_steps_by_hand() -> None:
    frame = by_two((1, 3), (2, 2), (3, 2))
    found = ordered_agreement(frame, classes=[1, 2, 3, 4], draws=50)
    assert found.distance.value == pytest.approx(1.0)
    assert found.distance.low is not None and found.distance.high is not None
    assert 0 <= found.distance.low < 1 < found.distance.high <= 3
    # a: 1, 2, 3; b: 3, 2, 2. By chance 1 - 2: 2/9, 1 - 3: 1/9 of 2 steps, 2 - 3: 1/9, 3 - 2: 2/9.
    assert found.kappa_linear.value == pytest.approx(1 - (3 / 3) / (7 / 9))
    assert found.kappa_quadratic.value == pytest.approx(1 - (5 / 3) / (9 / 9))


def test_many_annotators_take_the_other_road_to_the_same_weighted_kappas(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = by_two((1, 3), (2, 2), (3, 2), (4, 4), (1, 2))
    dense = ordered_agreement(frame, draws=100)
    monkeypatch.setattr("labeling.quality.kappas._DENSE_CELLS", 0)
    sparse = ordered_agreement(frame, draws=100)
    for one, other in zip(astuple(sparse), astuple(dense), strict=True):
        assert one == pytest.approx(other)


def test_a_tree_by_hand() -> None:
    found = tree_agreement(by_two(("a > b > c", "a > b"), ("a>b", "a > d"), ("e", "e")), draws=0)
    assert [level.by_items.value for level in found.levels] == pytest.approx([1, 2 / 3, 1 / 3])
    # 1/5 and 1/2 apart. Of all: abc - ab twice 1/5, abc - ad 3/5, ab - ad twice 1/2, and e twice 1 to each of the four.
    expected = 2 * (2 / 5 + 3 / 5 + 2 / 2 + 2 * 4) / 30
    assert found.alpha_path.value == pytest.approx(1 - (1 / 5 + 1 / 2) / 3 / expected)


def test_two_places_by_hand() -> None:
    frame = by_two(("first", "first"), ("second", "tie"), ("both bad", "both_bad"), ("first", "second"))
    stored = pair_agreement(frame, draws=0)
    assert stored.with_ties.by_items.value == 1 / 2
    assert (stored.decided.by_items.value, stored.decided.by_items.n) == (1 / 2, 2)
    assert (stored.bias.first.value, stored.bias.first.n, stored.bias.place) == (3 / 5, 5, Place.STORED)
    swapped = pl.Series("swapped", [True, True, True, None, None, None, None, False])
    shown = pair_agreement(frame.with_columns(swapped), draws=0).bias
    # Chosen where they stood on screen: second, second, first, and the last one second.
    assert (shown.first.value, shown.first.n, shown.place, shown.unplaced) == (1 / 4, 4, Place.SHOWN, 1)
    assert pair_agreement(votes_frame(frame), swapped=swapped, draws=0).bias == shown


def test_swapped_rows_stay_with_their_votes_where_rows_are_dropped() -> None:
    frame = pl.DataFrame(
        {
            "item": [1, 1, 2, 1],
            "annotator": list("abaa"),
            "label": ["first", None, "second", "second"],
            "swapped": [False, False, True, True],
        }
    )
    # The first row is repeated by the last: two votes for the second, both shown first.
    bias = pair_agreement(frame, draws=0).bias
    assert (bias.first.value, bias.first.n) == (1.0, 2)
    assert pair_agreement(votes_frame(frame), swapped=frame["swapped"], draws=0).bias == bias


def test_the_test_of_one_half_says_what_the_interval_says() -> None:
    said = set()
    for first in range(10, 41):
        labels = ["first"] * first + ["second"] * (50 - first)
        frame = pl.DataFrame({"item": [at % 25 for at in range(50)], "annotator": range(50)})
        bias = pair_agreement(frame.with_columns(label=pl.Series(labels)), draws=0).bias
        assert bias.p is not None and bias.first.low is not None and bias.first.high is not None
        assert (bias.p < 0.05) == (not bias.first.low <= 0.5 <= bias.first.high)
        said.add(bias.p < 0.05)
    assert said == {True, False}


def test_votes_that_hang_together_by_item_are_fewer() -> None:
    alone = pl.DataFrame({"item": range(60), "annotator": range(60), "label": ["first"] * 40 + ["second"] * 20})
    together = alone.with_columns(item=pl.col("item") // 10)
    apart, near = (pair_agreement(frame, draws=0).bias.first for frame in (alone, together))
    assert apart.low is not None and near.low is not None and near.low < apart.low - 0.1


KINDS: dict[str, Callable[[pl.DataFrame], object]] = {
    "several": lambda frame: several_agreement(
        frame.with_columns(pl.col("label").cast(pl.String).reshape((-1, 1)).arr.to_list()), draws=30
    ),
    "ordered": lambda frame: ordered_agreement(frame, draws=30),
    "tree": lambda frame: tree_agreement(frame, draws=30).alpha_path,
    "pair": lambda frame: pair_agreement(frame, draws=30).bias,
}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_told_of_nothing(kind: str) -> None:
    empty = by_two(dtype=pl.String)
    assert "nan" not in str(KINDS[kind](empty)) and "value=None" in str(KINDS[kind](empty))


@pytest.mark.parametrize("kind", ["several", "ordered", "tree"])
def test_of_one_item_there_is_no_nan(kind: str) -> None:
    assert "nan" not in str(KINDS[kind](by_two(("x", "x")))) + str(KINDS[kind](by_two(("x", "y"))))


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda: several_agreement(by_two((["x"], ["y"])), classes="x"), "unknown_label"),
        (lambda: several_agreement(by_two((["x"], ["y"])), classes="xyx"), "classes_repeated"),
        (lambda: several_agreement(by_two(("x", "y"))), "column_type"),
        (lambda: several_agreement(by_two(([0.5], [0.25]))), "column_type"),
        (lambda: ordered_agreement(by_two(("low", "high")), classes=["low"]), "unknown_label"),
        (lambda: tree_agreement(by_two(("a > b", "a > "))), "empty_path_part"),
        (lambda: tree_agreement(by_two(("a", "a > b")), classes=["a>b"]), "unknown_label"),
        (lambda: tree_agreement(by_two(("a", "b")), classes=["a", "b", "a"]), "classes_repeated"),
        (lambda: path_of(""), "empty_path_part"),
        (lambda: pair_agreement(by_two(("first", "left"))), "not_a_preference"),
        (lambda: coded_preferences(votes_frame(by_two(("first", "neither")))), "not_a_preference"),
        (lambda: pair_agreement(by_two(("first", "tie")).with_columns(swapped=pl.lit("no"))), "column_type"),
        (lambda: several_agreement(by_two((["x"], ["y"])), draws=-1), "draws_out_of_range"),
    ],
)
def test_refusals(act: Callable[[], object], code: str) -> None:
    with pytest.raises(LabelingError) as refused:
        act()
    assert refused.value.code == code
