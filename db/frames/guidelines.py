"""The versions of a project's guide."""

from __future__ import annotations

import polars as pl
from sqlalchemy import Connection, func, select

from db import schema
from db.frames.reading import UTC_TIME, Schema, rows

GUIDELINES: Schema = {
    "version": pl.Int64(),
    "author": pl.String(),
    "published_at": UTC_TIME,
    "letters_ru": pl.Int64(),
    "letters_en": pl.Int64(),
}


def guidelines(connection: Connection, project_id: int) -> pl.DataFrame:
    """GUIDELINES: every version of the guide, the newest first; ``author`` is null where the command line published."""
    table, person = schema.guideline, schema.person
    query = (
        select(
            table.c.version,
            person.c.name,
            table.c.created_at,
            func.length(table.c.body_ru),
            func.length(table.c.body_en),
        )
        .outerjoin(person, person.c.id == table.c.author_id)
        .where(table.c.project_id == project_id)
        .order_by(table.c.version.desc())
    )
    return rows(connection, query, GUIDELINES)
