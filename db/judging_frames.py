"""What junior is judged by, as frames: golden items by both their names, what a version's calls came to, when policies held."""

from __future__ import annotations

from datetime import datetime

import polars as pl
from sqlalchemy import BigInteger, Connection, Float, and_, cast, func, select

from db import schema
from db.bulk import UTC_TIME, Schema, bulk
from db.frames import _rows, label_enum

ASKED: Schema = {
    "item": pl.String(),
    "item_id": pl.Int64(),
    "cost": pl.Int64(),
    "seconds": pl.Float64(),
}
PROMOTED: Schema = {"prompt": pl.Int64(), "at": UTC_TIME}
_annotation, _call, _golden, _item = schema.annotation, schema.llm_call, schema.golden, schema.item
_lease, _promotion, _event = schema.lease, schema.promotion, schema.audit_event


def golden(connection: Connection, project_id: int) -> pl.DataFrame:
    """GOLDEN(item, item_id, label Enum): the golden labels in force, in the order of items."""
    later = _golden.alias("later")
    newer = and_(later.c.item_id == _golden.c.item_id, later.c.revision > _golden.c.revision)
    query = (
        select(_item.c.external_id, _item.c.id, _golden.c.label)
        .join(_item, _item.c.id == _golden.c.item_id)
        .where(_golden.c.project_id == project_id, _golden.c.label.is_not(None))
        .where(~select(later.c.item_id).where(newer).exists())
        .order_by(_item.c.id)
    )
    wanted = {"item": pl.String(), "item_id": pl.Int64(), "label": label_enum(connection, project_id)}
    return _rows(connection, query, wanted)


def asked(connection: Connection, project_id: int, prompt_id: int) -> pl.DataFrame:
    """ASKED: what labeling each item came to with this version, all its calls together; cost in millionths.

    Items whose answer was remembered from an equal request have no call, and are not in it.
    """
    query = (
        select(
            _item.c.external_id.label("item"),
            _call.c.item_id,
            cast(func.sum(_call.c.cost), BigInteger).label("cost"),
            func.coalesce(cast(func.sum(_call.c.seconds), Float), 0.0).label("seconds"),
        )
        .join(_item, _item.c.id == _call.c.item_id)
        .where(_call.c.project_id == project_id, _call.c.prompt_id == prompt_id)
        .group_by(_item.c.external_id, _call.c.item_id)
        .order_by(_call.c.item_id)
    )
    return bulk(connection, query, ASKED)


def models(connection: Connection, project_id: int) -> dict[int, list[str]]:
    """The models that answered for each version, by the version's id."""
    query = select(_call.c.prompt_id, _call.c.model).distinct()
    query = query.where(_call.c.project_id == project_id, _call.c.prompt_id.is_not(None))
    found: dict[int, list[str]] = {}
    for prompt_id, model in connection.execute(query.order_by(_call.c.prompt_id, _call.c.model)):
        found.setdefault(prompt_id, []).append(model)
    return found


def unheard(connection: Connection, project_id: int) -> pl.DataFrame:
    """UNHEARD(item, item_id): items that nobody has labeled and no expert has settled."""
    settled = [schema.annotation, schema.golden, schema.adjudication]
    query = select(_item.c.external_id.label("item"), _item.c.id.label("item_id")).where(
        _item.c.project_id == project_id,
        *(~select(table.c.item_id).where(table.c.item_id == _item.c.id).exists() for table in settled),
    )
    return bulk(connection, query.order_by(_item.c.id), {"item": pl.String(), "item_id": pl.Int64()})


def opened(connection: Connection, project_id: int) -> pl.DataFrame:
    """OPENED(annotation, at): when the lease of each answer was taken, and its arm drawn with it."""
    query = (
        select(_annotation.c.id.label("annotation"), _lease.c.opened_at.label("at"))
        .join(
            _lease, and_(_lease.c.item_id == _annotation.c.item_id, _lease.c.assessor_id == _annotation.c.assessor_id)
        )
        .where(_annotation.c.project_id == project_id, _annotation.c.arm.is_not(None), ~_lease.c.repeat)
        .order_by(_annotation.c.id, _lease.c.opened_at)
    )
    found = bulk(connection, query, {"annotation": pl.Int64(), "at": UTC_TIME})
    return found.unique("annotation", keep="last", maintain_order=True)


def policy_changes(connection: Connection, project_id: int) -> list[tuple[datetime, str]]:
    """When somebody changed the policy of suggestions, and to what, in the order of time."""
    query = select(_event.c.created_at, _event.c.details).where(
        _event.c.project_id == project_id, _event.c.verb == "change_settings"
    )
    rows = connection.execute(query.order_by(_event.c.id))
    return [(row.created_at, row.details["suggestion_policy"]) for row in rows if "suggestion_policy" in row.details]


def promoted(connection: Connection, project_id: int) -> pl.DataFrame:
    """PROMOTED(prompt, at): which version spoke from when on, null for none, in the order of time."""
    query = select(_promotion.c.prompt_id, _promotion.c.created_at).where(_promotion.c.project_id == project_id)
    return _rows(connection, query.order_by(_promotion.c.id), PROMOTED)


def suggestion_mark(connection: Connection, prompt_id: int) -> int:
    """The newest suggestion of a version, 0 where it has none: they are append-only."""
    table = schema.suggestion
    query = select(func.coalesce(func.max(table.c.id), 0)).where(table.c.prompt_id == prompt_id)
    return int(connection.execute(query).scalar_one())
