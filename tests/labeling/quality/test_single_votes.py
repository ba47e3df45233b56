"""One vote an item: as sure as right where golden items tell, and a warning; crowds whose truth is known."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from labeling.quality.consensus import METHODS, consensus

PRIOR = 2 / 3


def crowd(classes: int, accuracy: list[float], items: int, seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """VOTES with one vote an item, of annotators as accurate as told, and the TRUTH."""
    random = np.random.default_rng(seed)
    shares = random.dirichlet(np.full(classes, 2.0))
    truth = random.choice(classes, items, p=shares)
    who = random.integers(0, len(accuracy), items)
    wrong = (truth + random.integers(1, classes, items)) % classes
    label = np.where(random.random(items) < np.array(accuracy)[who], truth, wrong)
    frame = pl.DataFrame({"item": np.arange(items), "annotator": [f"w{n}" for n in who], "label": named(label)})
    return frame, pl.DataFrame({"item": np.arange(items), "label": named(truth)})


def named(codes: np.ndarray) -> list[str]:
    return [f"c{code:03}" for code in codes]


def right(found: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    told = found.with_columns(pl.col("label").cast(pl.String))
    return told.join(truth, on="item").with_columns(right=pl.col("label") == pl.col("label_right"))


@pytest.mark.parametrize("classes", [5, 77, 150])
@pytest.mark.parametrize("accuracy", [[0.6] * 6, [0.93] * 4])
def test_golden_items_make_it_as_sure_as_right(classes: int, accuracy: list[float]) -> None:
    votes, truth = crowd(classes, accuracy, 3000, seed=classes)
    golden = truth.sample(200, seed=1)
    found = consensus(votes, golden=golden)
    rest = right(found.frame, truth.join(golden, on="item", how="anti"))
    # 200 golden items know an accuracy to a standard deviation of 0.035 at most, and the prior draws a little.
    assert rest["probability"].mean() == pytest.approx(rest["right"].mean(), abs=0.09)
    assert found.warning == "no_overlap"
    assert found.choice is not None
    assert (found.choice.reason, found.choice.golden) == ("no_overlap", 200)
    assert found.single == 2800


def test_annotators_are_told_apart_by_their_golden_items() -> None:
    votes, truth = crowd(77, [0.95, 0.95, 0.5, 0.5], 4000, seed=2)
    golden = truth.sample(400, seed=1)
    rest = truth.join(golden, on="item", how="anti")
    met = right(consensus(votes, golden=golden).frame, rest).join(votes.select("item", "annotator"), on="item")
    for _, part in met.group_by("annotator"):
        assert part["probability"].mean() == pytest.approx(part["right"].mean(), abs=0.1)
    sure = met.group_by("annotator").agg(pl.col("probability").mean()).sort("annotator")["probability"]
    assert sure[:2].min() > sure[2:].max() + 0.3  # type: ignore[operator]


@pytest.mark.parametrize("classes", [5, 77, 150])
@pytest.mark.parametrize("method", METHODS)
def test_without_golden_items_nothing_is_claimed_and_it_is_said(classes: int, method: str) -> None:
    votes, _ = crowd(classes, [0.4, 0.7, 0.9], 600, seed=3)
    found = consensus(votes, method=method)
    assert found.warning == "no_evidence"
    assert found.frame["probability"].to_list() == pytest.approx([PRIOR] * 600)
    # The vote stays the label, and the rest is spread over the other classes.
    assert found.frame["label"].cast(pl.String).equals(votes["label"])
    np.testing.assert_allclose(found.posterior.sum(axis=1), 1)


def test_a_few_votes_are_no_surer_than_many() -> None:
    votes, _ = crowd(5, [0.7], 7, seed=4)
    found = consensus(votes)
    assert found.warning == "no_evidence"
    assert found.frame["probability"].to_list() == pytest.approx([PRIOR] * 7)


def test_a_little_overlap_is_evidence_and_does_not_make_sure_at_once() -> None:
    votes, truth = crowd(40, [0.7] * 5, 1500, seed=5)
    random = np.random.default_rng(6)
    again = truth.head(150).with_columns(annotator=pl.lit("w9"))
    slips = random.random(150) > 0.7
    other = pl.Series("label", np.where(slips, "c000", again["label"]))
    doubled = pl.concat([votes, again.with_columns(other).select(votes.columns)])
    found = consensus(doubled)
    assert found.warning is None
    single = right(found.frame.filter(pl.col("n") == 1), truth)
    assert single["probability"].mean() == pytest.approx(single["right"].mean(), abs=0.15)
    assert found.single == 1350


def test_an_annotator_who_is_always_wrong_still_names_the_label_of_the_vote() -> None:
    rows = [(f"i{n}", "w", "x" if n % 2 else "y") for n in range(60)]
    votes = pl.DataFrame(rows, schema=["item", "annotator", "label"], orient="row")
    golden = pl.DataFrame({"item": [f"i{n}" for n in range(30)], "label": ["y" if n % 2 else "x" for n in range(30)]})
    found = consensus(votes, golden=golden)
    rest = found.frame.slice(30)
    assert rest["label"].cast(pl.String).equals(votes.slice(30)["label"])
    assert rest["probability"].max() == pytest.approx(0.5, abs=1e-3)


def test_two_votes_an_item_are_no_case_of_this() -> None:
    votes, truth = crowd(5, [0.9], 200, seed=7)
    doubled = pl.concat([votes, truth.with_columns(annotator=pl.lit("b")).select(votes.columns)])
    found = consensus(doubled)
    assert (found.warning, found.single) == (None, 0)


def test_one_class_alone_is_certain() -> None:
    votes = pl.DataFrame({"item": [1, 2], "annotator": ["a", "b"], "label": ["x", "x"]})
    assert consensus(votes).frame["probability"].to_list() == [1.0, 1.0]
