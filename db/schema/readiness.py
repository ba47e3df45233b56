"""What is written to see whether anything can be."""

from __future__ import annotations

from sqlalchemy import Column, Integer, LargeBinary, Table

from db.schema.base import metadata
from db.types import UtcTime

# One row, written over and over.
readiness = Table(
    "readiness",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("written_at", UtcTime, nullable=False),
    Column("padding", LargeBinary, nullable=False),
)
