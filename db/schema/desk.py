"""Items and the work on them: what is served, what is answered, what is golden."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from db.schema.base import metadata, one_of, partial_index
from db.types import Code, Json, Key, Label, UtcTime
from db.vocabulary import ChunkKind, ChunkOutcome, ContestOutcome, ItemForm, LeaseState

item = Table(
    "item",
    metadata,
    Column("id", Key, primary_key=True),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("external_id", String(400), nullable=False),
    Column("text", Text, nullable=False),
    Column("context", Text),
    Column("metadata", Json),
    Column("reference", Label),
    # Exact duplicates after case folding and squeezing of white space share it.
    Column("fingerprint", BigInteger, nullable=False),
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("created_at", UtcTime, nullable=False),
    Column("form", Code, nullable=False, server_default=ItemForm.TEXT.value),
    UniqueConstraint("project_id", "external_id"),
    one_of("form", ItemForm),
)

# Work, not fact: what is still wanted of each item, so that the next one is found without counting a million.
queue = Table(
    "queue",
    metadata,
    Column("item_id", Key, ForeignKey("item.id"), primary_key=True, autoincrement=False),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("wanted", Integer, nullable=False),
    Column("places", Integer, nullable=False),
    Column("returned", Boolean, nullable=False, server_default=false()),
    Column("golden", Boolean, nullable=False, server_default=false()),
    # A golden item whose label is in doubt is served to nobody until an expert has ruled.
    Column("paused", Boolean, nullable=False, server_default=false()),
    Column("spin", BigInteger, nullable=False, server_default="0"),
    CheckConstraint("places >= 0", name="places"),
)
partial_index("ix_queue_open", queue.c.project_id, queue.c.position, where="places > 0")
partial_index("ix_queue_returned", queue.c.project_id, queue.c.position, where="returned AND places > 0")
partial_index("ix_queue_golden", queue.c.project_id, queue.c.spin, where="golden AND NOT paused")

golden = Table(
    "golden",
    metadata,
    Column("item_id", Key, ForeignKey("item.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("project_id", Key, nullable=False),
    Column("label", Label),
    Column("explanation", Text, nullable=False, server_default=""),
    Column("appointed_by", Key, ForeignKey("person.id")),
    Column("created_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("item_id", "revision"),
    ForeignKeyConstraint(["project_id", "label"], ["label_class.project_id", "label_class.code"]),
    Index("ix_golden_project_id", "project_id"),
)

chunk = Table(
    "chunk",
    metadata,
    Column("id", Key, primary_key=True),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("assessor_id", Key, ForeignKey("person.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("kind", Code, nullable=False),
    Column("size", Integer, nullable=False),
    Column("opened_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    Column("outcome", Code),
    Column("golden_right", Integer),
    Column("golden_n", Integer),
    # The sum of how right each of these is, each from 0 to 1.
    Column("golden_score", Float),
    UniqueConstraint("project_id", "assessor_id", "ordinal"),
    one_of("kind", ChunkKind),
    one_of("outcome", ChunkOutcome),
)
partial_index("uq_chunk_open", chunk.c.project_id, chunk.c.assessor_id, where="closed_at IS NULL", unique=True)

# How far an assessor has come in the project's order of items.
desk = Table(
    "desk",
    metadata,
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("assessor_id", Key, ForeignKey("person.id"), nullable=False),
    Column("cursor", BigInteger, nullable=False),
    PrimaryKeyConstraint("project_id", "assessor_id"),
)

lease = Table(
    "lease",
    metadata,
    Column("id", Key, primary_key=True),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("item_id", Key, ForeignKey("item.id"), nullable=False),
    Column("assessor_id", Key, ForeignKey("person.id"), nullable=False),
    Column("chunk_id", Key, ForeignKey("chunk.id"), nullable=False),
    Column("slot", Integer, nullable=False),
    Column("token", String(32), nullable=False, unique=True),
    Column("state", Code, nullable=False),
    # The last answer the browser sent for this token; one that comes again is known by it.
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("skip_reason", Code),
    Column("comment", Text),
    Column("opened_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    # The item lies here a second time: it takes no place of the overlap, and its answer is no annotation.
    Column("repeat", Boolean, nullable=False, server_default=false()),
    # Junior's suggestion as this lease shows it, and when; NULL arm: there was none to show.
    Column("arm", Code),
    Column("suggestion", Label),
    Column("probe", Boolean, nullable=False, server_default=false()),
    one_of("state", LeaseState),
    Index("ix_lease_assessor_id_item_id", "assessor_id", "item_id"),
    Index("ix_lease_chunk_id_slot", "chunk_id", "slot"),
)
partial_index("uq_lease_open", lease.c.item_id, lease.c.assessor_id, where="state = 'open'", unique=True)
# An item comes back to the same person once, whatever becomes of that lease.
partial_index("uq_lease_repeat", lease.c.assessor_id, lease.c.item_id, where="repeat", unique=True)
partial_index("ix_lease_expiring", lease.c.project_id, lease.c.expires_at, where="state = 'open'")

annotation = Table(
    "annotation",
    metadata,
    Column("id", Key, primary_key=True),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("item_id", Key, ForeignKey("item.id"), nullable=False),
    Column("assessor_id", Key, ForeignKey("person.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("chunk_id", Key, ForeignKey("chunk.id")),
    Column("lease_id", Key, ForeignKey("lease.id"), unique=True),
    # NULL says "unsure".
    Column("label", Label),
    Column("comment", Text),
    Column("flagged", Boolean, nullable=False, server_default=false()),
    Column("seconds", Float),
    Column("arm", Code),
    Column("suggestion", Label),
    # The suggestion was wrong on purpose: never in figures of accuracy.
    Column("probe", Boolean, nullable=False, server_default=false()),
    Column("guideline_version", Integer),
    # Given after the item had its answers: kept, never dropped, outside of the overlap.
    Column("surplus", Boolean, nullable=False, server_default=false()),
    Column("created_at", UtcTime, nullable=False),
    # The turn of a conversation that decided the answer, counted from 0; NULL: none was named.
    Column("evidence", Integer),
    UniqueConstraint("item_id", "assessor_id", "revision"),
    CheckConstraint("revision >= 1", name="revision"),
    CheckConstraint("evidence >= 0", name="evidence"),
    ForeignKeyConstraint(["project_id", "label"], ["label_class.project_id", "label_class.code"]),
    Index("ix_annotation_project_id", "project_id", "id"),
    Index("ix_annotation_assessor", "project_id", "assessor_id", "created_at", "revision"),
)

# The answer to one's own item that came back. A table of its own, and no flag on annotation: whatever counts votes,
# places, revisions or rows of an export reads annotation, and so can't count these by an oversight.
repeat = Table(
    "repeat",
    metadata,
    Column("lease_id", Key, ForeignKey("lease.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("assessor_id", Key, ForeignKey("person.id"), nullable=False),
    # The answer that stood when this one was given.
    Column("annotation_id", Key, ForeignKey("annotation.id"), nullable=False),
    # NULL says "unsure".
    Column("label", Label),
    Column("comment", Text),
    Column("flagged", Boolean, nullable=False, server_default=false()),
    Column("seconds", Float),
    Column("guideline_version", Integer),
    Column("created_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("lease_id", "revision"),
    CheckConstraint("revision >= 1", name="revision"),
    ForeignKeyConstraint(["project_id", "label"], ["label_class.project_id", "label_class.code"]),
    Index("ix_repeat_assessor", "project_id", "assessor_id", "created_at", "revision"),
)

contest = Table(
    "contest",
    metadata,
    Column("id", Key, primary_key=True),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("item_id", Key, ForeignKey("item.id"), nullable=False),
    Column("golden_revision", Integer, nullable=False),
    Column("assessor_id", Key, ForeignKey("person.id"), nullable=False),
    Column("chunk_id", Key, ForeignKey("chunk.id"), nullable=False),
    Column("argument", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Column("outcome", Code),
    Column("reply", Text, nullable=False, server_default=""),
    Column("ruled_by", Key, ForeignKey("person.id")),
    Column("ruled_at", UtcTime),
    UniqueConstraint("item_id", "golden_revision", "assessor_id"),
    ForeignKeyConstraint(["item_id", "golden_revision"], ["golden.item_id", "golden.revision"]),
    one_of("outcome", ContestOutcome),
    Index("ix_contest_project_id", "project_id"),
)

import_run = Table(
    "import_run",
    metadata,
    Column("id", Key, primary_key=True),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False, index=True),
    Column("name", String(400), nullable=False),
    Column("person_id", Key, ForeignKey("person.id")),
    Column("started_at", UtcTime, nullable=False),
    Column("finished_at", UtcTime),
    Column("report", Json),
)
