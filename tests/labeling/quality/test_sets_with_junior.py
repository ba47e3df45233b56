"""Junior heard in a consensus of sets: by hand, and on a crowd whose truth is known."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from labeling.quality.frames import votes_frame
from labeling.quality.kinds.several_consensus import several_consensus
from labeling.quality.kinds.several_junior import channels, sets_with_junior

NOTHING = pl.DataFrame(schema={"item": pl.String, "label": pl.String})


def said(labels: dict[str, str | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {"item": list(labels), "label": list(labels.values())}, schema={"item": pl.String, "label": pl.String}
    )


def test_what_junior_says_of_a_class_where_it_is_due_and_where_not() -> None:
    golden, told = said({"1": "x", "2": "x", "3": "y"}), said({"1": "x", "2": "x|y", "3": "y"})
    # Of x: yes, yes where it is due, no where it isn't. Of y: yes where due; no and yes where it isn't.
    pooled_due, pooled_not = np.array([0 + 1, 3 + 1]) / 5, np.array([2 + 1, 1 + 1]) / 5
    x_due, y_not = (np.array([0, 2]) + 10 * pooled_due) / 12, (np.array([1, 1]) + 10 * pooled_not) / 12
    found = channels(told, golden, ("x", "y"))
    assert found[0, 1].tolist() == pytest.approx(x_due.tolist())
    assert found[1, 0].tolist() == pytest.approx(y_not.tolist())


def test_without_golden_items_nothing_changes() -> None:
    votes = pl.DataFrame({"item": ["i"] * 3, "annotator": list("abc"), "label": ["x", "x|y", "x"]})
    found = several_consensus(votes_frame(votes), classes=["x", "y"], method="majority")
    heard = sets_with_junior(found, said({"i": "y"}), NOTHING)
    assert heard.posterior == pytest.approx(found.posterior)
    assert heard.frame["label"].to_list() == ["x"] and heard.frame["n"].to_list() == [4]


def test_golden_items_and_items_without_a_vote_stay_as_they_are() -> None:
    votes = pl.DataFrame({"item": ["i", "j", "k"], "annotator": ["a", "a", "a"], "label": ["x", "y", None]})
    golden = said({"j": "x|y"})
    found = several_consensus(votes_frame(votes, golden=golden), classes=["x", "y"], method="majority")
    heard = sets_with_junior(found, said({"i": None, "j": "|", "k": "x"}), golden)
    assert heard.frame.sort("item")["label"].to_list() == found.frame.sort("item")["label"].to_list()
    assert dict(heard.frame.select("item", "label").iter_rows())["j"] == "x|y"


def test_a_set_with_a_class_that_is_none_says_nothing() -> None:
    votes = pl.DataFrame({"item": ["i", "i"], "annotator": ["a", "b"], "label": ["x", "x"]})
    found = several_consensus(votes_frame(votes), classes=["x", "y"], method="majority")
    assert sets_with_junior(found, said({"i": "z|y"}), said({"i": "x"})).frame["n"].to_list() == [2]


def test_a_good_junior_mends_a_consensus_of_careless_people_and_a_random_one_does_no_harm() -> None:
    rng, classes = np.random.default_rng(2), ("a", "b", "c")
    truth = rng.random((400, 3)) < 0.4

    def code(row: np.ndarray) -> str:
        return "|".join(name for name, there in zip(classes, row, strict=True) if there) or "|"

    def told(right: float) -> list[str]:
        return [code(row) for row in np.where(rng.random(truth.shape) < right, truth, ~truth)]

    items = [f"i{n}" for n in range(400)]
    rows = {"item": items * 2, "annotator": ["p"] * 400 + ["q"] * 400, "label": told(0.8) + told(0.8)}
    golden = said({item: code(truth[n]) for n, item in enumerate(items[:60])})
    found = several_consensus(votes_frame(pl.DataFrame(rows), golden=golden), classes=classes, method="majority")

    def right(frame: pl.DataFrame) -> float:
        labels = dict(frame.select("item", "label").iter_rows())
        return float(np.mean([labels[item] == code(truth[n]) for n, item in enumerate(items) if n >= 60]))

    good, chance = (
        sets_with_junior(found, said(dict(zip(items, told(share), strict=True))), golden) for share in (0.95, 0.5)
    )
    assert right(good.frame) > right(found.frame) + 0.1
    assert right(chance.frame) > right(found.frame) - 0.05
