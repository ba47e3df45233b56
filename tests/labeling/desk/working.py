"""Work to the end of a chunk, and what that leaves in the database."""

from __future__ import annotations

from sqlalchemy import func, select

from db import schema
from labeling.desk import card as desk
from labeling.desk.card import DeskState
from tests.labeling.worlds import World, press


def count_annotations(world: World) -> int:
    """Of the whole database."""
    with world.database.snapshot() as connection:
        return connection.execute(select(func.count()).select_from(schema.annotation)).scalar_one()


def finish_chunk(world: World, assessor: int, label: str = "neutral") -> desk.Desk:
    """Answer all that comes until nothing does; the chunk stays open."""
    seen = world.work(assessor)
    while seen.state is DeskState.WORKING:
        seen = world.work(assessor, *[press(item.token, label) for item in seen.items])
    return seen
