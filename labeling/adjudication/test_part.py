"""The test part: audited items that no classifier learns from, so that labels can be judged by what they teach."""

from __future__ import annotations

import math

import polars as pl
from sqlalchemy import Connection

from db.frames import adjudication as adjudication_frames
from labeling.desk.policy import share_of
from labeling.facts import settled
from labeling.projects.projects import Project
from labeling.review.audited import audited, by_audit, population_of

# Of the audited items the share that is held out, and how many of them a measurement takes.
SHARE, LEAST = 0.3, 30


def held_out(connection: Connection, project: Project) -> pl.DataFrame:
    """TEST(item, label, weight): of the audited items those that a hash of theirs chose, with the label in force.

    Audits draw them at random; ``weight``, 1 in the mean of each audit, says for how many labels each speaks. An item that is
    in stays in, so that later measurements are of the same part and more.
    """
    rulings = settled.rulings(connection, project.id)
    spoken = pl.col("verdict").eq("label") & ~pl.col("in_bulk")
    labels = settled.in_force(rulings).filter(spoken).select("item", "label")
    parts = []
    for row, mine in by_audit(adjudication_frames.audits(connection, project.id), rulings):
        drawn = adjudication_frames.audit_population(connection, row["audit"])
        sample = audited(population_of(drawn, mine)).select("item", "weight")
        parts.append(sample.with_columns(pl.col("weight") / pl.col("weight").mean()))
    if not parts:
        return pl.DataFrame(schema={"item": pl.String, "label": pl.String, "weight": pl.Float64})
    chosen = pl.concat(parts).unique("item", keep="first", maintain_order=True).join(labels, on="item")
    is_held_out = [share_of("gain", project.seed, item) < SHARE for item in chosen["item"]]
    return chosen.filter(pl.Series(is_held_out, dtype=pl.Boolean)).select("item", "label", "weight").sort("item")


def missing(n: int) -> int:
    """About how many more audited items it takes until LEAST of them are the test part.

    >>> missing(30), missing(12)
    (0, 60)
    """
    return max(0, math.ceil((LEAST - n) / SHARE))
