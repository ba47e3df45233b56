"""What junior proposes for the items of a project, and what was shown of it to assessors, as frames."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection, Float, cast, func, select

from db import schema
from db.bulk import Schema, bulk
from db.frames import label_enum

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
_suggestion, _item, _annotation = schema.suggestion, schema.item, schema.annotation


def suggestions(connection: Connection, project_id: int, prompt_id: int) -> pl.DataFrame:
    """SUGGESTIONS(item, item_id, label Enum, confidence, source, rationale): what a version proposes, by item.

    ``label`` is null where it refused or could not be read, ``confidence`` where nothing is known of it.
    """
    labels = label_enum(connection, project_id)
    # SQLite's driver guesses a column's type from its first rows: none of them may be NULL.
    query = (
        select(
            _item.c.external_id.label("item"),
            _suggestion.c.item_id,
            func.coalesce(_suggestion.c.label, "").label("label"),
            func.coalesce(cast(_suggestion.c.confidence, Float), -1.0).label("confidence"),
            func.coalesce(_suggestion.c.source, "").label("source"),
            _suggestion.c.rationale,
        )
        .join(_item, _item.c.id == _suggestion.c.item_id)
        .where(_suggestion.c.project_id == project_id, _suggestion.c.prompt_id == prompt_id)
        .order_by(_suggestion.c.item_id)
    )
    wanted: Schema = {
        "item": pl.String(),
        "item_id": pl.Int64(),
        "label": pl.String(),
        "confidence": pl.Float64(),
        "source": pl.String(),
        "rationale": pl.String(),
    }
    found = bulk(connection, query, wanted)
    return found.with_columns(
        pl.col("label").replace("", None).cast(labels),
        pl.when(pl.col("confidence") >= 0).then("confidence").alias("confidence"),
        pl.col("source").replace("", None),
    )


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
            func.coalesce(_annotation.c.label, "").label("label"),
            func.coalesce(cast(_annotation.c.seconds, Float), -1.0).label("seconds"),
        )
        .join(_item, _item.c.id == _annotation.c.item_id)
        .where(_annotation.c.project_id == project_id, _annotation.c.arm.is_not(None), ~_annotation.c.surplus)
        .order_by(_annotation.c.id)
    )
    found = bulk(connection, query, SHOWN)
    return found.with_columns(
        pl.col("label").replace("", None), pl.when(pl.col("seconds") >= 0).then("seconds").alias("seconds")
    )
