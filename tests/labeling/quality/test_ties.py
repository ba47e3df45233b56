"""Labels that are equally probable are drawn, by one rule wherever a label is named."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import polars as pl

from labeling.quality.consensus import consensus
from labeling.quality.consensus.ties import leading
from labeling.quality.frames import votes_frame
from labeling.quality.junior_voter import consensus_with_junior

CLASSES = ("a", "b", "c")


def lot(item: str, label: str, seed: int = 0) -> bytes:
    return blake2b(f"{seed}\x1f{item}\x1f{label}".encode(), digest_size=8).digest()


def evenly(items: int, labels: str = "ab") -> pl.DataFrame:
    """Each item once with every label, so all are tied."""
    rows = [(f"i{item}", who, label) for item in range(items) for who, label in enumerate(labels)]
    return pl.DataFrame(rows, schema=["item", "annotator", "label"], orient="row")


def test_the_rule_is_the_one_that_is_stated() -> None:
    items = pl.Series([f"i{n}" for n in range(50)])
    code, tied = leading(np.tile([0.4, 0.2, 0.4], (50, 1)), items, CLASSES, seed=3)
    assert tied.all()
    assert [CLASSES[at] for at in code] == [min("ac", key=lambda label: lot(item, label, 3)) for item in items]


def test_what_differs_by_rounding_is_a_tie_and_what_differs_by_more_is_none() -> None:
    close = np.array([[0.5, 0.5 + 1e-12], [0.5, 0.5 + 1e-6]])
    code, tied = leading(close, pl.Series(["i0", "i1"]), ("a", "b"))
    assert tied.tolist() == [True, False]
    assert code[1] == 1


def test_no_class_gains_by_its_name() -> None:
    for labels in ("ab", "abc"):
        found = consensus(evenly(1500, labels), method="majority")
        assert found.ties == 1500
        shares = found.frame["label"].value_counts()["count"] / 1500
        # Four standard deviations of a fair draw.
        assert ((shares - 1 / len(labels)).abs() < 4 * (0.25 / 1500) ** 0.5).all()


def test_whole_numbers_and_their_texts_draw_the_same() -> None:
    numbers = evenly(60).with_columns(pl.col("item").str.slice(1).cast(pl.Int64))
    texts = numbers.with_columns(pl.col("item").cast(pl.String))
    assert (
        consensus(numbers, method="majority").frame["label"].equals(consensus(texts, method="majority").frame["label"])
    )


def test_another_seed_draws_anew() -> None:
    one, two = (consensus(evenly(60), method="majority", seed=seed).frame["label"] for seed in (0, 1))
    assert not one.equals(two)


def test_items_without_a_vote_are_no_ties() -> None:
    votes = pl.DataFrame({"item": [1, 2, 2], "annotator": ["p", "p", "q"], "label": [None, "a", "a"]})
    found = consensus(votes, method="majority", classes=CLASSES)
    assert found.ties == 0
    assert found.frame["label"].to_list() == [None, "a"]


def test_a_junior_that_says_nothing_new_leaves_the_draw_as_it_is_and_one_that_does_ends_it() -> None:
    agreed = consensus(evenly(40), method="majority")
    nothing = pl.DataFrame(schema={"item": pl.String, "label": pl.String})
    silent = consensus_with_junior(agreed, nothing, nothing)
    assert silent.frame.equals(agreed.frame)
    assert silent.ties == 40
    golden = pl.DataFrame({"item": [f"g{n}" for n in range(30)], "label": ["a", "b"] * 15})
    heard = consensus_with_junior(
        agreed, pl.concat([golden, pl.DataFrame({"item": ["i0", "i1"], "label": ["a", "b"]})]), golden
    )
    assert heard.frame["label"].head(2).to_list() == ["a", "b"]
    assert heard.ties == 38


def test_votes_say_who_leads_in_any_order() -> None:
    shuffled = evenly(40, "abc").sample(fraction=1.0, shuffle=True, seed=7)
    for method in ("majority", "one_coin", "dawid_skene", "hierarchical", "auto"):
        one = consensus(votes_of(evenly(40, "abc")), method=method).frame.sort("item")
        two = consensus(votes_of(shuffled), method=method).frame.sort("item")
        assert one["label"].equals(two["label"]), method


def votes_of(frame: pl.DataFrame) -> pl.DataFrame:
    assert len(votes_frame(frame)) == frame.height
    return frame
