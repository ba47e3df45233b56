"""Answers and chunks put in at any moment, and the votes that come of them."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
from sqlalchemy import insert, select

from db import schema
from labeling.facts import votes as facts_votes
from tests.labeling.worlds import NOON, World


def say(
    world: World, assessor: int, item: int, label: str | None, *, hours: float = 0, revision: int = 1, **facts: object
) -> None:
    """One annotation, ``hours`` after noon."""
    row = {"project_id": world.project.id, "item_id": item, "assessor_id": assessor, "revision": revision}
    said = {"label": label, "seconds": 2.5, "created_at": NOON + timedelta(hours=hours)}
    with world.database.transaction() as connection:
        connection.execute(insert(schema.annotation), row | said | facts)


def chunk(world: World, assessor: int, ordinal: int = 1, *, closed: float | None = None, kind: str = "work") -> int:
    """A chunk opened at noon and closed ``closed`` hours later."""
    values = {"project_id": world.project.id, "assessor_id": assessor, "ordinal": ordinal, "kind": kind, "size": 5}
    ended = None if closed is None else NOON + timedelta(hours=closed)
    outcome = None if closed is None else "accepted"
    with world.database.transaction() as connection:
        made = insert(schema.chunk).values(**values, opened_at=NOON, closed_at=ended, outcome=outcome)
        connection.execute(made)
        mine = select(schema.chunk.c.id).where(schema.chunk.c.assessor_id == assessor)
        return int(connection.execute(mine.where(schema.chunk.c.ordinal == ordinal)).scalar_one())


def votes(world: World, **asked: object) -> pl.DataFrame:
    """The project's votes as facts have them."""
    with world.database.snapshot() as connection:
        return facts_votes.votes(connection, world.project.id, **asked)  # type: ignore[arg-type]


def answers(world: World, **asked: object) -> pl.DataFrame:
    """The project's answers as facts have them."""
    with world.database.snapshot() as connection:
        return facts_votes.answers(connection, world.project.id, **asked)  # type: ignore[arg-type]


def labels(world: World, **asked: object) -> dict[tuple[str, str], str | None]:
    """The votes' labels by item and annotator."""
    found = votes(world, **asked).select("item", "annotator", pl.col("label").cast(pl.String)).rows()
    return {(item, annotator): label for item, annotator, label in found}


def at(hours: float) -> datetime:
    """So many hours after noon."""
    return NOON + timedelta(hours=hours)
