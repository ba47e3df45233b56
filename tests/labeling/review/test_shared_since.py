"""Of which items the errors that no vote shows are counted, since a day."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from labeling.review.scoring import shared_since

OLD, NEW = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 5, tzinfo=UTC)


def test_only_settled_items_that_new_votes_agree_on_count() -> None:
    votes = {
        1: [("x", NEW), ("x", NEW)],
        2: [("x", NEW), ("x", NEW)],
        3: [("x", OLD), ("x", NEW)],
        4: [("x", NEW), ("y", NEW)],
        5: [("x", NEW), (None, NEW)],
        6: [("x", NEW), ("x", NEW)],
    }
    rows = [(item, label, at) for item, given in votes.items() for label, at in given]
    frame = pl.DataFrame(rows, schema=["item_id", "label", "at"], orient="row")
    findings = pl.DataFrame({"item_id": list(votes), "given": ["x"] * 6, "prior": [0.1, 0.3, 0.9, 0.9, 0.9, 0.9]})
    settled = pl.DataFrame({"item_id": [1, 2, 3, 4, 5], "label": ["y", "x", "y", "y", "y"]})
    found = shared_since(findings, settled, frame, NEW)
    assert (found.errors.n, found.errors.value) == (2, 0.5)
    assert found.expected == pytest.approx(0.2)
    assert not found.leaning
    assert shared_since(findings, settled.filter(pl.col("item_id") == 6), frame, NEW).errors.n == 0
