"""Consensus of pairs and of trees, by hand and in made crowds."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from labeling.errors import LabelingError
from labeling.quality.consensus import Consensus, consensus, consensus_of
from labeling.quality.frames import votes_frame
from labeling.quality.kinds import Kind
from labeling.quality.kinds.consensus import consensus_of_kind
from labeling.quality.kinds.lineage import ancestors, deepest
from labeling.quality.kinds.pair import Preference, coded_preferences

ANSWERS = [answer.value for answer in Preference]


def pairs(rows: pl.DataFrame, golden: dict[int, str] | None = None, method: str = "auto") -> Consensus:
    known = None if golden is None else pl.DataFrame({"item": list(golden), "label": list(golden.values())})
    return consensus_of_kind(coded_preferences(votes_frame(rows, golden=known)), Kind.PAIR, method=method)


def made_pairs(seed: int) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    labels = random.choice(ANSWERS, 360, p=[0.45, 0.3, 0.15, 0.1])
    return pl.DataFrame({"item": np.repeat(np.arange(120), 3), "annotator": np.tile(list("abc"), 120), "label": labels})


@pytest.mark.parametrize("method", ["majority", "hierarchical", "ebcc"])
def test_which_candidate_stands_first_is_all_the_same(method: str) -> None:
    rows = made_pairs(4)
    turned = rows.with_columns(pl.col("label").replace({"first": "second", "second": "first"}))
    golden, other = {3: "first", 5: "tie"}, {3: "second", 5: "tie"}
    a, b = pairs(rows, golden, method), pairs(turned, other, method)
    np.testing.assert_allclose(a.posterior, b.posterior[:, [1, 0, 2, 3]], atol=0.02 if method == "ebcc" else 1e-6)
    assert (a.kind, a.classes) == (Kind.PAIR, tuple(ANSWERS))
    # What is to be mended: as it comes, Dawid and Skene's model tips to a side.
    plain = consensus_of(coded_preferences(votes_frame(rows)), method="dawid_skene").posterior
    assert np.abs(plain.mean(axis=0)[:2] - pairs(rows, method="dawid_skene").posterior.mean(axis=0)[:2]).max() > 0.01


def test_golden_labels_of_pairs_are_anchors() -> None:
    found = pairs(made_pairs(1), {0: "both bad", 7: "second"})
    assert found.frame["label"].cast(pl.String).gather([0, 7]).to_list() == ["both_bad", "second"]
    assert found.frame["probability"].gather([0, 7]).to_list() == [1.0, 1.0]
    assert found.choice is not None and (found.choice.votes, found.choice.golden) == (360, 2)


def test_few_votes_on_pairs_are_few_though_each_pair_is_given_twice() -> None:
    labels = ["first", "first", "tie", "tie"] * 5
    rows = pl.DataFrame({"item": np.repeat(np.arange(10), 2), "annotator": list("ab") * 10, "label": labels})
    found = pairs(rows)
    assert found.choice is not None and found.choice.reason == "too_few_votes"
    assert found.posterior.tolist() == [[1, 0, 0, 0], [0, 0, 1, 0]] * 5


def test_other_answers_are_no_preferences() -> None:
    votes = votes_frame(pl.DataFrame({"item": [1], "annotator": ["a"], "label": ["left"]}))
    with pytest.raises(LabelingError) as raised:
        consensus_of_kind(votes, Kind.PAIR)
    assert (raised.value.code, raised.value.details["labels"]) == ("not_a_preference", ["left"])


PARENTS = {"cat": "mammal", "dog": "mammal", "mammal": "animal", "hen": "animal"}
TREE = [
    *((1, who, label) for who, label in zip("abcde", ["cat", "cat", "dog", "mammal", "hen"], strict=True)),
    *((2, who, label) for who, label in zip("abcde", ["hen", "hen", "cat", "dog", "rock"], strict=True)),
    *((3, who, label) for who, label in zip("abcde", ["rock"] * 5, strict=True)),
]


def tree() -> Consensus:
    rows = pl.DataFrame(TREE, schema=["item", "annotator", "label"], orient="row")
    return consensus_of_kind(votes_frame(rows), Kind.TREE, method="majority")


def test_the_nodes_above_a_label_are_as_probable_as_all_below_them() -> None:
    found = tree()
    assert found.frame["label"].to_list()[::2] == ["cat", "rock"]
    rows = {(row[0], row[1]): row[2:] for row in ancestors(found, PARENTS).iter_rows()}
    assert [rows[1, node][0] for node in ("animal", "mammal", "cat")] == [1, 2, 3]
    assert [rows[1, node][1] for node in ("animal", "mammal", "cat")] == pytest.approx([1, 0.8, 0.4])
    assert rows[3, "rock"] == (1, pytest.approx(1))
    assert {key for key in rows if key[0] == 3} == {(3, "rock")}


def test_up_the_tree_until_it_is_sure() -> None:
    found = tree()
    at = {level: deepest(found, level, PARENTS)["label"].to_list() for level in (0.4, 0.6, 0.8, 0.9)}
    assert at[0.4][0] == "cat"
    # Of item 2 hen has 2/5, as have mammals; animals 4/5.
    assert at[0.6] == ["mammal", "animal", "rock"]
    assert at[0.8] == ["mammal", "animal", "rock"]
    assert at[0.9] == ["animal", None, "rock"]
    frame = deepest(found, 0.6, PARENTS)
    assert frame["probability"].to_list() == pytest.approx([0.8, 0.8, 1.0])
    assert frame["n"].to_list() == [5, 5, 5]


def test_paths_are_trees_by_how_they_are_written() -> None:
    rows = [(1, "a", "a > b > c"), (1, "b", "a > b > d"), (1, "c", "a > e"), (2, "a", None)]
    found = consensus(pl.DataFrame(rows, schema=["item", "annotator", "label"], orient="row"), method="majority")
    frame = deepest(found, 0.6)
    assert frame["label"].to_list() == ["a > b", None]
    assert ancestors(found)["item"].unique().to_list() == [1]
    empty = consensus(pl.DataFrame(schema={"item": pl.Int64, "annotator": pl.Int64, "label": pl.String}))
    assert deepest(empty, 0.5).is_empty() and ancestors(empty).is_empty()


@pytest.mark.parametrize("level", [0, 1.1, -1])
def test_a_level_is_a_probability(level: float) -> None:
    with pytest.raises(LabelingError, match="sure_out_of_range"):
        deepest(tree(), level, PARENTS)
