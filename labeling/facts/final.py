"""The final label of each item: adjudication, else golden, else consensus. The same on every page, in every file and audit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl
from sqlalchemy import Connection

from db.vocabulary import LabelSource
from labeling.facts.aggregate import Aggregate
from labeling.facts.consensus import consensus
from labeling.facts.settled import settled
from labeling.facts.states import states_of
from labeling.facts.votes import votes
from labeling.projects.projects import Project


def final(connection: Connection, project: Project, *, as_of: datetime | None = None) -> pl.DataFrame:
    """FINAL(item_id, item, label Enum, source, method, probability, n, state) of every item, in their order, as of a moment.

    ``source`` is one of :class:`db.vocabulary.LabelSource`, null where there is no label; ``method`` and ``probability`` are
    those of the consensus, null where an expert's word stands; ``n`` is how many votes name a label, ``state`` one of
    :class:`db.vocabulary.ItemState`.
    """
    counted = votes(connection, project.id, as_of=as_of)
    return final_of(connection, project, counted, consensus(connection, project, as_of=as_of), as_of=as_of)


def final_of(
    connection: Connection,
    project: Project,
    counted: pl.DataFrame,
    agreed: Aggregate | None,
    *,
    as_of: datetime | None = None,
    item_ids: Sequence[int] | None = None,
) -> pl.DataFrame:
    """The same by these VOTES and their consensus alone, where somebody chose among them; of ``item_ids`` where asked for.

    ``agreed`` is None where no consensus is made yet: then a label is what experts said.
    """
    by_experts = settled(connection, project.id, as_of=as_of, item_ids=item_ids).select(
        "item_id", pl.col("label").alias("spoken"), "source"
    )
    voted = voted_of(agreed, by_experts.schema["spoken"]).select("item_id", "voted", "probability")
    joined = (
        states_of(connection, project, counted, as_of=as_of, item_ids=item_ids)
        .join(voted, on="item_id", how="left", maintain_order="left")
        .join(by_experts, on="item_id", how="left", maintain_order="left")
    )
    by_votes = pl.col("spoken").is_null() & pl.col("voted").is_not_null()
    return joined.select(
        "item_id",
        "item",
        pl.coalesce("spoken", "voted").alias("label"),
        pl.when(by_votes).then(pl.lit(LabelSource.CONSENSUS.value)).otherwise("source").alias("source"),
        pl.when(by_votes).then(pl.lit(agreed.named if agreed else None)).alias("method"),
        pl.when(by_votes).then("probability").alias("probability"),
        pl.col("n").cast(pl.Int64),
        "state",
    )


def voted_of(agreed: Aggregate | None, labels: pl.DataType) -> pl.DataFrame:
    """VOTED(item_id, voted, probability): what the votes add up to; no rows where no consensus is made yet."""
    if agreed is None:
        return pl.DataFrame(schema={"item_id": pl.Int64, "voted": labels, "probability": pl.Float64})
    return agreed.frame.select("item_id", pl.col("label").alias("voted"), "probability")
