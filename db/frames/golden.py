"""The care for golden items: why they have their label, which are paused, and where an expert spoke last."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from sqlalchemy import Connection, String, cast, func, select, union_all

from db import schema
from db.frames.reading import UTC_TIME, in_force, rows

_golden, _item = schema.golden, schema.item


def explanations(connection: Connection, project_id: int, items: Sequence[str]) -> pl.DataFrame:
    """EXPLANATIONS(item, explanation): why these golden items have the label in force, where somebody said so."""
    query = select(_item.c.external_id, _golden.c.explanation).join(_item, _item.c.id == _golden.c.item_id)
    query = query.where(_golden.c.project_id == project_id, _item.c.external_id.in_(items), _golden.c.explanation != "")
    return rows(connection, query.where(in_force(_golden)), {"item": pl.String(), "explanation": pl.String()})


def paused_golden(connection: Connection, project_id: int) -> pl.DataFrame:
    """PAUSED(item): the golden items that are served to nobody until an expert has ruled."""
    queue = schema.queue
    query = select(_item.c.external_id).join(queue, queue.c.item_id == _item.c.id)
    query = query.where(queue.c.project_id == project_id, queue.c.golden, queue.c.paused)
    return rows(connection, query.order_by(_item.c.id), {"item": pl.String()})


def last_ruled(connection: Connection, project_id: int) -> pl.DataFrame:
    """RULED_AT(item, at): when somebody last ruled on a golden item, or put it back into serving."""
    contest, event = schema.contest, schema.audit_event
    ruled = select(_golden.c.item_id, _golden.c.created_at.label("at")).where(_golden.c.project_id == project_id)
    settled = select(contest.c.item_id, contest.c.ruled_at).where(
        contest.c.project_id == project_id, contest.c.ruled_at.is_not(None)
    )
    resumed = (
        select(_item.c.id, event.c.created_at)
        .join(event, event.c.target == cast(_item.c.id, String))
        .where(event.c.project_id == project_id, event.c.verb == "resume_golden")
    )
    words = union_all(ruled, settled, resumed).subquery()
    latest = select(_item.c.external_id, func.max(words.c.at)).join(words, words.c.item_id == _item.c.id)
    return rows(connection, latest.group_by(_item.c.id, _item.c.external_id), {"item": pl.String(), "at": UTC_TIME})
