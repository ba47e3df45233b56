"""In which state each item is: what the votes, the golden labels and the rulings make of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl
from sqlalchemy import Connection

from db.frames import items
from labeling.facts import settled
from labeling.projects.projects import Project, count_items
from labeling.quality import progress


def touched_states(connection: Connection, project: Project, counted: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """ITEM_STATES of the items that somebody has labeled, settled or asked otherwise about, and how many others there are.

    The others are all unlabeled and want the overlap: a million of them needn't be named to be counted.
    """
    golden, ruled = (read(connection, project.id)["item_id"] for read in (settled.golden, settled.ruled))
    wanted = items.wanted(connection, project.id, overlap=project.overlap)
    touched = pl.concat([counted["item_id"].unique(), golden, ruled, wanted["item_id"]]).unique()
    states = progress.item_states(counted, touched, wanted=wanted, overlap=project.overlap, golden=golden, ruled=ruled)
    return states, count_items(connection, project.id) - states.height


def states_of(
    connection: Connection,
    project: Project,
    counted: pl.DataFrame,
    *,
    as_of: datetime | None = None,
    item_ids: Sequence[int] | None = None,
) -> pl.DataFrame:
    """ITEM_STATES of :func:`labeling.quality.progress.item_states`, with ``item``, of every item there was ``as_of``.

    With ``item_ids`` of a few items only, as they are now, in no order.

    ``counted`` are the VOTES that make them: all of them, or those that somebody chose.
    """
    if item_ids is None:
        named = items.names(connection, project.id)
    else:
        named = items.texts_of(connection, item_ids).rename({"item_id": "id"})
    if as_of is not None:
        named = named.filter(pl.col("at") <= as_of)
    states = progress.item_states(
        counted,
        named["id"].alias("item_id"),
        wanted=items.wanted(connection, project.id, overlap=project.overlap, as_of=as_of, item_ids=item_ids),
        overlap=project.overlap,
        golden=settled.golden(connection, project.id, as_of=as_of, item_ids=item_ids)["item_id"],
        ruled=settled.ruled(connection, project.id, as_of=as_of, item_ids=item_ids)["item_id"],
    )
    return states.with_columns(named["item"])
