"""An analysis of the small house that is done."""

from __future__ import annotations

import pytest

from db.engine import Database
from tests.pages.review.reviewed import add_findings, add_run, finding, report_of
from tests.pages.review.suspected import SCORES, VOTES, Reviewed
from tests.pages.working import put_to_work


@pytest.fixture
def reviewed(house: Database) -> Reviewed:
    world = put_to_work(house)
    items = world.items[:10]
    rows = [
        finding(
            item_id, score, reasons=VOTES if n < 3 else [], is_issue=n == 0, outlier=0.01 * (n + 1) if n < 2 else 0.5,
            given="neutral" if n < 7 else "gratitude", probable="gratitude" if n < 7 else "neutral",
            confidence=0.1 if n < 2 else 0.9, variability=0.1 + 0.01 * n,
        )
        for n, (item_id, score) in enumerate(zip(items, SCORES, strict=True))
    ]  # fmt: skip
    confused = [{"given": "neutral", "probable": "gratitude", "count": 3, "share": 0.43, "examples": ["1", "2"]}]
    copies = [{"item": "3", "other": "9", "label": "neutral", "other_label": "gratitude", "distance": 0.0}]
    report = report_of(10, confused=confused, near_duplicates=copies, near_duplicates_n=1)
    with house.transaction() as connection:
        run_id = add_run(connection, world.project, report)
        add_findings(connection, run_id, rows)
    return Reviewed(house, world.project, items, run_id)
