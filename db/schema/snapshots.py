"""Snapshots: the final labels of a project as they stood, with the figures of that moment."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, PrimaryKeyConstraint, String, Table, UniqueConstraint

from db.schema.base import metadata
from db.types import Json, Key, UtcTime

snapshot = Table(
    "snapshot",
    metadata,
    Column("id", Key, primary_key=True),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("name", String(80), nullable=False),
    # SHA-256 of the canonical rows (docs/decisions/snapshots.md), in hexadecimal.
    Column("sha256", String(64), nullable=False),
    Column("items", Integer, nullable=False),
    Column("figures", Json, nullable=False),
    # The newest answer and the newest event that it saw: what came in between two snapshots is known by them.
    Column("watermark", Json, nullable=False),
    Column("person_id", Key, ForeignKey("person.id")),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("project_id", "name"),
)

# Its rows in the order of external ids, some thousands a part, as Parquet: of one item one part is read.
snapshot_part = Table(
    "snapshot_part",
    metadata,
    Column("snapshot_id", Key, ForeignKey("snapshot.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("first_item", String(400), nullable=False),
    Column("body", LargeBinary, nullable=False),
    PrimaryKeyConstraint("snapshot_id", "ordinal"),
)
