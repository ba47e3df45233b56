"""Two analyses of one project side by side: what became of its labels and of what was suspected."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection

from db.frames import runs as run_frames

SUSPECTED = 0.5


@dataclass(frozen=True)
class Comparison:
    """Of ``both`` items that either analysis knows: labels that changed; flags and suspicions that came and went.

    ``flagged`` by CleanLab, ``suspected``: more likely wrong than right; each as (in both, only later, only earlier).
    """

    both: int
    relabeled: int
    flagged: tuple[int, int, int]
    suspected: tuple[int, int, int]


def compare(connection: Connection, earlier_id: int, later_id: int) -> Comparison:
    """What changed from one analysis to another; both must have their findings still."""
    columns = ("item_id", pl.col("given").cast(pl.String), "is_issue", (pl.col("score") > SUSPECTED).alias("suspected"))
    earlier, later = (
        run_frames.findings(connection, run_id, reasons=False).select(*columns) for run_id in (earlier_id, later_id)
    )
    common = later.join(earlier, on="item_id", suffix="_before")
    relabeled = common.filter(pl.col("given") != pl.col("given_before")).height
    return Comparison(common.height, relabeled, _came_and_went(common, "is_issue"), _came_and_went(common, "suspected"))


def _came_and_went(common: pl.DataFrame, name: str) -> tuple[int, int, int]:
    now, before = common[name], common[f"{name}_before"]
    return int((now & before).sum()), int((now & ~before).sum()), int((~now & before).sum())
