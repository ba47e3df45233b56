"""What is settled in a project: golden labels and rulings, and how many of them were ever spoken."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection, func, select

from db import quality_frames, schema


def settled_labels(connection: Connection, project_id: int) -> pl.DataFrame:
    """SETTLED(item, label Enum): the labels that nobody votes on any more; a ruling goes before a golden label."""
    golden = quality_frames.golden(connection, project_id)
    ruled = quality_frames.adjudications(connection, project_id)
    return pl.concat([golden, ruled]).unique("item", keep="last", maintain_order=True)


def rulings_told(connection: Connection, project_id: int) -> int:
    """How often somebody settled a label, or unsettled one; two equal numbers: nothing new to learn."""
    told = 0
    for table in (schema.golden, schema.adjudication):
        query = select(func.count()).select_from(table).where(table.c.project_id == project_id)
        told += int(connection.execute(query).scalar_one())
    return told
