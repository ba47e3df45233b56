"""Consensus as a caller sees it: frames in, CONSENSUS out, on edges and in worlds whose truth is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labeling.errors import LabelingError
from labeling.quality.consensus import METHODS, consensus
from tests.labeling.quality.crowds import accuracy, crowd, even

NAMED = [method for method in METHODS if method != "auto"]
SCHEMA = {"label": pl.Enum, "probability": pl.Float64, "n": pl.UInt32}


def frame(rows: list[tuple[object, object, object]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["item", "annotator", "label"], orient="row")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("make", [pl.DataFrame, pd.DataFrame, pa.table])
def test_every_method_takes_any_eager_frame_and_gives_the_same_shape(method: str, make: type) -> None:
    rows = {"item": np.repeat(range(6), 3), "annotator": [1, 2, 3] * 6, "label": list("aaabbbaabbbbaaabba")}
    found = consensus(make(rows), golden=make({"item": [5], "label": ["b"]}), method=method)
    assert found.frame["item"].to_list() == [0, 1, 2, 3, 4, 5]
    assert found.frame["label"].to_list() == list("ababab")
    assert found.frame["n"].to_list() == [3] * 6
    assert found.frame["probability"][5] == 1.0
    assert all(found.frame.schema[name] == dtype for name, dtype in SCHEMA.items())
    np.testing.assert_allclose(found.posterior.sum(axis=1), 1)
    assert found.confusion.shape == (3, 2, 2)
    np.testing.assert_allclose(found.confusion.sum(axis=2), 1)


def test_a_tie_is_split_and_drawn_whatever_the_order_of_votes_and_classes() -> None:
    tied = frame(
        [(1, 1, "y"), (1, 2, "x"), (2, 1, "z"), (2, 2, "x"), (3, 1, "z"), (3, 2, "y"), (4, 1, "z"), (4, 2, "z")]
    )
    found = consensus(tied, method="majority")
    assert found.frame["probability"].to_list() == [0.5, 0.5, 0.5, 1.0]
    assert found.ties == 3
    for votes, classes in (
        (tied.reverse(), None),
        (tied, ["z", "y", "x"]),
        (tied.sample(fraction=1, shuffle=True, seed=1), None),
    ):
        turned = consensus(votes, method="majority", classes=classes)
        assert dict(turned.frame.select("item", "label").iter_rows()) == dict(
            found.frame.select("item", "label").iter_rows()
        )
        assert turned.ties == 3


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("golden", [None, pl.DataFrame({"item": [1], "label": ["x"]})])
def test_an_empty_frame_gives_an_empty_consensus(method: str, golden: pl.DataFrame | None) -> None:
    empty = pl.DataFrame(schema={"item": pl.Int64, "annotator": pl.Int64, "label": pl.String})
    found = consensus(empty, golden=golden, method=method).frame
    assert found.is_empty()
    assert found.columns == ["item", "label", "probability", "n"]
    assert found.schema["item"] == pl.Int64
    assert all(found.schema[name] == dtype for name, dtype in SCHEMA.items())


@pytest.mark.parametrize("method", METHODS)
def test_items_without_votes_have_no_label_unless_they_are_golden(method: str) -> None:
    votes = frame([(1, 1, "x"), (1, 2, "x"), (2, 1, None), (3, 1, None), (4, 1, "y"), (4, 2, "y")])
    golden = pl.DataFrame({"item": [3, 99], "label": ["y", "x"]})
    found = consensus(votes, golden=golden, method=method)
    rows = {row[0]: row[1:] for row in found.frame.rows()}
    assert rows[2] == (None, None, 0)
    assert rows[3] == ("y", 1.0, 0)
    assert (rows[1][0], rows[4][0]) == ("x", "y")
    assert (found.votes.golden_unknown, found.votes.abstained) == (1, 2)


@pytest.mark.parametrize("method", METHODS)
def test_only_abstentions_are_no_classes_and_no_labels(method: str) -> None:
    found = consensus(frame([(1, 1, None), (2, 1, None)]), method=method)
    assert found.frame.select("label", "probability", "n").rows() == [(None, None, 0)] * 2


@pytest.mark.parametrize("method", METHODS)
def test_one_annotator_is_believed(method: str) -> None:
    votes = frame([(item, "only", "abc"[item % 3]) for item in range(12)])
    found = consensus(votes, method=method).frame
    assert found["label"].to_list() == ["abc"[item % 3] for item in range(12)]


@pytest.mark.parametrize("method", METHODS)
def test_one_class_is_certain(method: str) -> None:
    found = consensus(frame([(item, who, "x") for item in range(4) for who in range(2)]), method=method)
    assert set(found.frame.select("label", "n").rows()) == {("x", 2)}
    np.testing.assert_allclose(found.frame["probability"], 1)
    np.testing.assert_allclose(found.confusion, np.ones((2, 1, 1)))


@pytest.mark.parametrize("method", METHODS)
def test_a_golden_label_nobody_gave_is_a_class(method: str) -> None:
    clear = [(item, who, "xy"[item % 2]) for item in range(10) for who in range(3)]
    votes = frame([*clear, (10, 0, "x"), (10, 1, "y"), (10, 2, "y")])
    found = consensus(votes, golden=pl.DataFrame({"item": [10], "label": ["other"]}), method=method)
    assert found.frame["label"].to_list() == [*"xyxyxyxyxy", "other"]
    assert found.votes.classes == ("other", "x", "y")


@pytest.mark.parametrize("method", METHODS)
def test_repeated_rows_count_once(method: str) -> None:
    votes = frame([(1, 1, "x"), (1, 2, "x"), (1, 3, "y"), (2, 1, "y"), (2, 2, "y"), (2, 3, "y")])
    again = pl.concat([frame([(1, 1, "y"), (2, 2, "x")]), votes])
    first, second = consensus(votes, method=method), consensus(again, method=method)
    assert second.votes.duplicates == 2
    np.testing.assert_allclose(second.frame.sort("item")["probability"], first.frame.sort("item")["probability"])
    assert second.frame.sort("item")["n"].to_list() == [3, 3]


def test_an_unknown_method_is_refused_with_the_known_ones() -> None:
    with pytest.raises(LabelingError) as raised:
        consensus(frame([(1, 1, "x")]), method="mode")
    assert raised.value.code == "unknown_method"
    assert raised.value.details["methods"] == list(METHODS)


@given(
    cells=st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 3), st.sampled_from("abc")),
        min_size=1,
        max_size=30,
        unique_by=lambda cell: cell[:2],
    ),
    seed=st.integers(0, 1000),
    method=st.sampled_from(["majority", "one_coin", "dawid_skene", "hierarchical"]),
)
@settings(max_examples=30, deadline=None)
def test_the_order_of_rows_does_not_matter(cells: list[tuple[int, int, str]], seed: int, method: str) -> None:
    votes = frame([*cells])
    shuffled = votes.sample(fraction=1, shuffle=True, seed=seed)
    first = consensus(votes, method=method, classes="abc").frame.sort("item")
    second = consensus(shuffled, method=method, classes="abc").frame.sort("item")
    np.testing.assert_allclose(first["probability"], second["probability"], atol=1e-6)


@pytest.mark.parametrize("method", ["dawid_skene", "hierarchical", "ebcc", "auto"])
def test_confusions_are_used_where_majority_counts_heads(method: str) -> None:
    """Four assessors answer at random, two know: heads are wrong often, confusions seldom."""
    votes, truth = crowd(even([0.95, 0.95, 0.34, 0.34, 0.34, 0.34], 3), items=400, overlap=6, seed=4)
    heads = accuracy(consensus(votes, method="majority").frame, truth)
    assert heads < 0.86
    assert accuracy(consensus(votes, method=method).frame, truth) > heads + 0.08


@pytest.mark.parametrize("method", NAMED)
def test_golden_items_turn_a_pool_that_swaps_two_classes(method: str) -> None:
    """Everyone calls a "b" and b "a": nothing in the votes tells, thirty golden items do."""
    swapped = even([0.1, 0.15, 0.2, 0.1, 0.2, 0.15], 2)
    votes, truth = crowd(swapped, items=300, overlap=5, seed=2)
    assert accuracy(consensus(votes, method=method).frame, truth) < 0.1
    found = consensus(votes, golden=truth.head(150), method=method).frame
    rest = accuracy(found, truth.tail(150))
    assert rest < 0.1 if method == "majority" else rest > 0.9


@pytest.mark.parametrize("method", METHODS)
def test_estimated_confusions_are_near_the_true_ones(method: str) -> None:
    biased = np.array([[[0.9, 0.1], [0.4, 0.6]]] * 3 + [[[0.95, 0.05], [0.05, 0.95]]] * 4)
    votes, _ = crowd(biased, items=600, overlap=7, seed=8)
    found = consensus(votes, method=method).confusion
    if method in ("majority", "one_coin"):
        assert np.abs(found - biased).max() < 0.25
    else:
        assert np.abs(found - biased).max() < 0.09


def test_few_votes_are_shrunk_to_the_pool() -> None:
    """An assessor with two votes, both wrong, is no adversary to the hierarchical model; to Dawid-Skene it is."""
    votes, truth = crowd(even([0.9] * 6, 3), items=300, overlap=5, seed=3)
    names = truth["label"].to_list()
    newcomer = frame([(item, 99, "abc"["bca".index(names[item])]) for item in (0, 1)]).cast(votes.schema)
    both = pl.concat([votes, newcomer])
    shrunk = consensus(both, method="hierarchical")
    who = shrunk.votes.annotators.to_list().index(99)
    diagonal = np.diagonal(shrunk.confusion[who])
    assert diagonal.min() > 0.5 and diagonal.max() < 0.9
    assert np.diagonal(consensus(both, method="dawid_skene").confusion[who]).min() < 0.01
