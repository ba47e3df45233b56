"""What the upkeep of serving is decided by: how often each item is asked for, and where an expert spoke last."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection, String, cast, func, select, union_all

from db import schema
from db.bulk import UTC_TIME, Schema, bulk
from db.frames import _rows
from db.vocabulary import Verdict

ASKED: Schema = {"item": pl.String(), "item_id": pl.Int64(), "wanted": pl.Int64()}


def asked(connection: Connection, project_id: int, *, otherwise: int | None = None) -> pl.DataFrame:
    """ASKED(item, item_id, wanted): how many answers each ordinary item wants; only others than ``otherwise``.

    Items that an expert has ruled or sent back are left out: what they want is the ruling's word.
    """
    item, queue = schema.item, schema.queue
    ruling, later = schema.adjudication, schema.adjudication.alias("later")
    newer = select(later.c.item_id).where(later.c.item_id == ruling.c.item_id, later.c.revision > ruling.c.revision)
    spoken = ruling.c.verdict.in_([Verdict.LABEL.value, Verdict.SENT_BACK.value])
    ruled = select(ruling.c.item_id).where(ruling.c.item_id == queue.c.item_id, spoken, ~newer.exists())
    query = select(item.c.external_id.label("item"), queue.c.item_id, queue.c.wanted)
    query = query.join(queue, queue.c.item_id == item.c.id)
    query = query.where(queue.c.project_id == project_id, ~queue.c.golden, ~ruled.exists())
    if otherwise is None:
        return bulk(connection, query, ASKED)
    return _rows(connection, query.where(queue.c.wanted != otherwise).order_by(item.c.id), ASKED)


def spoken(connection: Connection, project_id: int) -> pl.DataFrame:
    """SPOKEN(item, at): when somebody last ruled on a golden item, or put it back into serving."""
    item, golden, contest, event = schema.item, schema.golden, schema.contest, schema.audit_event
    ruled = select(golden.c.item_id, golden.c.created_at.label("at")).where(golden.c.project_id == project_id)
    settled = select(contest.c.item_id, contest.c.ruled_at).where(
        contest.c.project_id == project_id, contest.c.ruled_at.is_not(None)
    )
    resumed = (
        select(item.c.id, event.c.created_at)
        .join(event, event.c.target == cast(item.c.id, String))
        .where(event.c.project_id == project_id, event.c.verb == "resume_golden")
    )
    words = union_all(ruled, settled, resumed).subquery()
    latest = select(item.c.external_id, func.max(words.c.at)).join(words, words.c.item_id == item.c.id)
    return _rows(connection, latest.group_by(item.c.id, item.c.external_id), {"item": pl.String(), "at": UTC_TIME})
