"""What is known of each item now: its state, its final label and what the votes make of it, from the kept facts."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlalchemy import Connection

from db.frames.reading import label_type
from labeling.facts import consensus, settled
from labeling.facts.aggregate import Aggregate
from labeling.facts.final import final_of, voted_of
from labeling.facts.votes import COUNTS, bare_answers, votes_on
from labeling.projects.projects import Project


@dataclass(frozen=True, eq=False)
class Standing:
    """ITEMS and the votes that count.

    ``items`` is FINAL of :mod:`labeling.facts.final` with ``golden``, the golden label, ``voted`` and ``chance``, what the votes
    add up to and how probable that is, and ``disagreement``, the share of votes with a label that are against it: null where
    nobody voted. ``votes`` is (item_id, assessor, label Enum) in no order. ``waits``: no consensus is made yet, so nothing
    rests on one.
    """

    items: pl.DataFrame
    votes: pl.DataFrame
    waits: bool


def standing_of(connection: Connection, project: Project) -> Standing:
    """Read and join it all: some seconds for a million items, so whoever asks keeps it by the facts' watermark."""
    votes = bare_answers(connection, project.id).filter(COUNTS).select("item_id", "assessor", "label")
    agreed = _agreed(connection, project)
    final = final_of(connection, project, votes, agreed)
    return Standing(_joined(connection, project, final, votes, agreed), votes, agreed is None)


def standing_of_some(connection: Connection, project: Project, item_ids: list[int]) -> Standing:
    """The same of a few items, in no order, without what all the others would cost."""
    labels = label_type(connection, project.id)
    votes = votes_on(connection, project.id, item_ids).select("item_id", "assessor", pl.col("label").cast(labels))
    agreed = _agreed(connection, project)
    final = final_of(connection, project, votes, agreed, item_ids=item_ids)
    return Standing(_joined(connection, project, final, votes, agreed, item_ids), votes, agreed is None)


def _agreed(connection: Connection, project: Project) -> Aggregate | None:
    """The consensus in force, where nobody need wait for it long."""
    kept = consensus.kept(connection, project)
    if kept is None and consensus.is_small(connection, project):
        return consensus.consensus(connection, project)
    return kept


def _joined(
    connection: Connection,
    project: Project,
    final: pl.DataFrame,
    votes: pl.DataFrame,
    agreed: Aggregate | None,
    item_ids: list[int] | None = None,
) -> pl.DataFrame:
    golden = settled.golden(connection, project.id, item_ids=item_ids).select(
        "item_id", pl.col("label").alias("golden")
    )
    voted = voted_of(agreed, golden.schema["golden"]).rename({"probability": "chance"})
    named = votes.filter(pl.col("label").is_not_null()).join(voted, on="item_id", how="inner")
    against = named.group_by("item_id").agg((pl.col("label") != pl.col("voted")).mean().alias("disagreement"))
    joined = final
    for known in (golden, voted, against):
        joined = joined.join(known, on="item_id", how="left", maintain_order="left")
    return joined
