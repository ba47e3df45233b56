"""Where votes part: the items listed are those that got different labels and are still open."""

from __future__ import annotations

import polars as pl

from pages.quality.consensus_table import parted


def test_a_lone_vote_an_unsure_one_and_a_settled_item_are_not_listed() -> None:
    items = ["alone", "alike", "unsure", "parted", "ruled", "golden", "mixed"]
    states = ["in_progress", "agreed", "in_progress", "disputed", "adjudicated", "golden", "agreed"]
    votes = {"alone": "x", "alike": "xx", "unsure": "x?", "parted": "xy", "ruled": "xy", "golden": "xy", "mixed": "xxy"}
    given = [(item, None if label == "?" else label) for item, labels in votes.items() for label in labels]
    rows = pl.DataFrame({"item": items, "state": states})
    labels = pl.DataFrame(given, schema={"item": pl.String, "label": pl.String}, orient="row")
    assert parted(rows, labels)["item"].to_list() == ["parted", "mixed"]
