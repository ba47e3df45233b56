"""What junior proposes, what was shown of it to assessors, and when policies held."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import BindParameter, Connection, Float, Select, and_, cast, func, select

from db import schema
from db.frames.reading import UTC_TIME, Schema, bulk, label_type, rows
from db.frames.recoding import recoding

SHOWN: Schema = {
    "annotation": pl.Int64(),
    "item": pl.String(),
    "assessor": pl.Int64(),
    "revision": pl.Int64(),
    "arm": pl.String(),
    "suggestion": pl.String(),
    "probe": pl.Boolean(),
    "label": pl.String(),
    "seconds": pl.Float64(),
}
PROMOTED: Schema = {"prompt": pl.Int64(), "at": UTC_TIME}
_suggestion, _item, _annotation = schema.suggestion, schema.item, schema.annotation
_lease, _promotion, _event = schema.lease, schema.promotion, schema.audit_event


def speaking(connection: Connection, project_id: int, as_of: datetime | None = None) -> int | None:
    """The version that speaks, or spoke at ``as_of``; None where none was promoted, or the last was withdrawn."""
    prompt_id = connection.execute(which_speaks(project_id, as_of)).scalar()
    return None if prompt_id is None else int(prompt_id)


def which_speaks(project_id: int | BindParameter[int], as_of: datetime | None = None) -> Select[Any]:
    """What :func:`speaking` asks, for a statement that needs the version only to look something up by it."""
    query = select(_promotion.c.prompt_id).where(_promotion.c.project_id == project_id).order_by(_promotion.c.id.desc())
    if as_of is not None:
        query = query.where(_promotion.c.created_at <= as_of)
    return query.limit(1)


def suggestions(
    connection: Connection, project_id: int, prompt_id: int, *, as_of: datetime | None = None
) -> pl.DataFrame:
    """SUGGESTIONS(item, item_id, label Enum, confidence, source, rationale): what a version proposes, or had by ``as_of``.

    ``label`` is null where it refused or could not be read, ``confidence`` where nothing is known of it.
    """
    query = (
        select(
            _item.c.external_id.label("item"),
            _suggestion.c.item_id,
            _suggestion.c.label,
            cast(_suggestion.c.confidence, Float).label("confidence"),
            _suggestion.c.source,
            _suggestion.c.rationale,
        )
        .join(_item, _item.c.id == _suggestion.c.item_id)
        .where(_suggestion.c.project_id == project_id, _suggestion.c.prompt_id == prompt_id)
        .order_by(_suggestion.c.item_id)
    )
    if as_of is not None:
        query = query.where(_suggestion.c.created_at <= as_of)
    dtypes: Schema = {
        "item": pl.String(),
        "item_id": pl.Int64(),
        "label": pl.String(),
        "confidence": pl.Float64(),
        "source": pl.String(),
        "rationale": pl.String(),
    }
    said = recoding(connection, project_id).labels(bulk(connection, query, dtypes), "label")
    return said.cast({"label": label_type(connection, project_id)})


def shown(connection: Connection, project_id: int) -> pl.DataFrame:
    """SHOWN: every answer to an item that had a suggestion, each revision, with the arm that its lease was in.

    ``label`` is null for "unsure", ``seconds`` where nobody measured; ``probe``: the suggestion was wrong on purpose.
    """
    query = (
        select(
            _annotation.c.id.label("annotation"),
            _item.c.external_id.label("item"),
            _annotation.c.assessor_id.label("assessor"),
            _annotation.c.revision,
            _annotation.c.arm,
            _annotation.c.suggestion,
            _annotation.c.probe,
            _annotation.c.label,
            cast(_annotation.c.seconds, Float).label("seconds"),
        )
        .join(_item, _item.c.id == _annotation.c.item_id)
        .where(_annotation.c.project_id == project_id, _annotation.c.arm.is_not(None), ~_annotation.c.surplus)
        .order_by(_annotation.c.id)
    )
    given = bulk(connection, query, SHOWN)
    by = recoding(connection, project_id)
    # What doesn't say which class any more tells nothing of what a suggestion does.
    told = given.filter(~by.lost(given["label"]) & ~by.lost(given["suggestion"])) if by else given
    return by.labels(told, "label", "suggestion")


def leased_at(connection: Connection, project_id: int) -> pl.DataFrame:
    """LEASED_AT(annotation, at): when the lease of each answer was taken, and its arm drawn with it."""
    query = (
        select(_annotation.c.id.label("annotation"), _lease.c.opened_at.label("at"))
        .join(
            _lease, and_(_lease.c.item_id == _annotation.c.item_id, _lease.c.assessor_id == _annotation.c.assessor_id)
        )
        .where(_annotation.c.project_id == project_id, _annotation.c.arm.is_not(None), ~_lease.c.repeat)
        .order_by(_annotation.c.id, _lease.c.opened_at)
    )
    taken = bulk(connection, query, {"annotation": pl.Int64(), "at": UTC_TIME})
    return taken.unique("annotation", keep="last", maintain_order=True)


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
    return rows(connection, query.order_by(_promotion.c.id), PROMOTED)


def suggestion_mark(connection: Connection, prompt_id: int, as_of: datetime | None = None) -> int:
    """The newest suggestion of a version, 0 where it has none: they are append-only."""
    query = select(func.coalesce(func.max(_suggestion.c.id), 0)).where(_suggestion.c.prompt_id == prompt_id)
    if as_of is not None:
        query = query.where(_suggestion.c.created_at <= as_of)
    return int(connection.execute(query).scalar_one())
