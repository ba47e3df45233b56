"""Which items a run asks a version of junior about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, func, or_, select

from db import schema


def count_wanted(connection: Connection, project_id: int, prompt_id: int, settings: Mapping[str, Any]) -> int:
    """How many items a run with these settings would ask a version about."""
    wanted = limited(project_id, prompt_id, settings).subquery()
    return int(connection.execute(select(func.count()).select_from(wanted)).scalar_one())


def limited(project_id: int, prompt_id: int, settings: Mapping[str, Any]) -> Select[Any]:
    """The query of their ids and texts, in the order of ids."""
    query = _wanted(project_id, prompt_id, settings)
    if "only" in settings:
        return query.where(schema.item.c.id.in_(settings["only"]))
    return query if settings.get("limit") is None else query.limit(int(settings["limit"]))


def _wanted(project_id: int, prompt_id: int, settings: Mapping[str, Any]) -> Select[Any]:
    """The items that this version has no suggestion for yet, of those that are asked about."""
    item, table, queue, annotation = schema.item, schema.suggestion, schema.queue, schema.annotation
    answered = select(table.c.id).where(table.c.item_id == item.c.id, table.c.prompt_id == prompt_id)
    query = select(item.c.id, item.c.text).where(item.c.project_id == project_id, ~answered.exists())
    golden = select(queue.c.item_id).where(queue.c.item_id == item.c.id, queue.c.golden).exists()
    if settings.get("items") == "golden":
        query = query.where(golden)
    elif settings.get("items") == "unlabeled":
        # Golden items always: without them junior could not be judged, and would tell them by its silence.
        labeled = select(annotation.c.id).where(annotation.c.item_id == item.c.id)
        query = query.where(or_(golden, ~labeled.exists()))
    return query.order_by(item.c.id)
