"""What experts have settled: golden labels, rulings, and the one that speaks where an item has both."""

from __future__ import annotations

from datetime import datetime

import polars as pl
from sqlalchemy import Connection

from db.frames import settled as frames
from db.vocabulary import LabelSource


def golden(connection: Connection, project_id: int, *, as_of: datetime | None = None) -> pl.DataFrame:
    """GOLDEN(item_id, item, label Enum): the golden labels in force at ``as_of``, a retired one gone, in the order of items."""
    return frames.golden(connection, project_id, as_of)


def ruled(connection: Connection, project_id: int, *, as_of: datetime | None = None) -> pl.DataFrame:
    """RULED(item_id, item, label Enum): the experts' rulings in force at ``as_of`` that give a label, in the order of items."""
    return frames.ruled(connection, project_id, as_of)


def settled(connection: Connection, project_id: int, *, as_of: datetime | None = None) -> pl.DataFrame:
    """SETTLED(item_id, item, label Enum, source): the labels that nobody votes on any more; a ruling goes before a golden label.

    ``source`` is one of :class:`db.vocabulary.LabelSource`.
    """
    by_golden = golden(connection, project_id, as_of=as_of).with_columns(source=pl.lit(LabelSource.GOLDEN.value))
    by_ruling = ruled(connection, project_id, as_of=as_of).with_columns(source=pl.lit(LabelSource.ADJUDICATION.value))
    return pl.concat([by_golden, by_ruling]).unique("item_id", keep="last", maintain_order=True)


def rulings(connection: Connection, project_id: int) -> pl.DataFrame:
    """RULINGS of :mod:`db.frames.settled`: every revision of every ruling, in the order they were made."""
    return frames.rulings(connection, project_id)


def in_force(rulings: pl.DataFrame) -> pl.DataFrame:
    """Of RULINGS the newest revision of each item, whatever its verdict."""
    return rulings.filter(pl.col("revision") == pl.col("revision").max().over("item_id"))


def times_spoken(connection: Connection, project_id: int) -> int:
    """How often somebody settled a label, or unsettled one; two equal numbers: nothing new to learn."""
    return frames.times_spoken(connection, project_id)
