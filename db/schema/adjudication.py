"""Experts' leases and rulings; batches, audits, corner cases."""

from __future__ import annotations

from sqlalchemy import (
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
from db.vocabulary import LeaseState, Route, Verdict

# Items that somebody put together for the expert, under a name.
batch = Table(
    "batch",
    metadata,
    Column("id", Key, primary_key=True),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("name", String(200), nullable=False),
    Column("person_id", Key, ForeignKey("person.id")),
    Column("source", Json),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("project_id", "name"),
)

batch_item = Table(
    "batch_item",
    metadata,
    Column("batch_id", Key, ForeignKey("batch.id"), nullable=False),
    Column("item_id", Key, ForeignKey("item.id"), nullable=False),
    Column("position", Integer, nullable=False),
    PrimaryKeyConstraint("batch_id", "item_id"),
)

# An audit is drawn from the labels as they stood then: every item of the population is written down, for that is what
# its estimates are of; those with a position are the sample.
audit = Table(
    "audit",
    metadata,
    Column("id", Key, primary_key=True),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False, index=True),
    Column("run_id", Key, ForeignKey("run.id")),
    Column("person_id", Key, ForeignKey("person.id")),
    Column("size", Integer, nullable=False),
    Column("population", Integer, nullable=False),
    Column("created_at", UtcTime, nullable=False),
)

audit_item = Table(
    "audit_item",
    metadata,
    Column("audit_id", Key, ForeignKey("audit.id"), nullable=False),
    Column("item_id", Key, ForeignKey("item.id"), nullable=False),
    Column("given", Label, nullable=False),
    Column("stratum", Integer, nullable=False),
    Column("position", Integer),
    PrimaryKeyConstraint("audit_id", "item_id"),
)
partial_index("ix_audit_item_sample", audit_item.c.audit_id, audit_item.c.position, where="position IS NOT NULL")

# An expert's time-limited right to rule on one item: no two experts hold the same.
expert_lease = Table(
    "expert_lease",
    metadata,
    Column("id", Key, primary_key=True),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("item_id", Key, ForeignKey("item.id"), nullable=False, index=True),
    Column("expert_id", Key, ForeignKey("person.id"), nullable=False),
    Column("token", String(32), nullable=False, unique=True),
    Column("state", Code, nullable=False),
    # The last ruling the browser sent for this token; one that comes again is known by it.
    Column("revision", Integer, nullable=False, server_default="0"),
    Column("route", Code, nullable=False),
    # What led to it, as it stood then.
    Column("given", Label),
    Column("score", Float),
    Column("suspicion", Code),
    Column("run_id", Key),
    Column("batch_id", Key),
    Column("opened_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("closed_at", UtcTime),
    one_of("state", LeaseState),
    one_of("route", Route),
    Index("ix_expert_lease_expert_id", "project_id", "expert_id", "state"),
)
partial_index("uq_expert_lease_open", expert_lease.c.item_id, where="state = 'open'", unique=True)

adjudication = Table(
    "adjudication",
    metadata,
    Column("item_id", Key, ForeignKey("item.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("verdict", Code, nullable=False, server_default=Verdict.LABEL.value),
    Column("label", Label),
    Column("rationale", Text, nullable=False, server_default=""),
    Column("blind", Boolean, nullable=False, server_default=false()),
    Column("suspicion", Code),
    Column("route", Code, nullable=False, server_default=Route.HAND.value),
    # The item's label before any ruling, and the chance that it was wrong, as they stood when the expert ruled.
    Column("given", Label),
    Column("score", Float),
    # No reference: runs and batches may be deleted, what was ruled stays.
    Column("run_id", Key),
    Column("batch_id", Key),
    Column("seconds", Float),
    Column("guideline_version", Integer),
    # Rulings of one act (a bulk ruling, its undoing) share it.
    Column("act", String(32)),
    # One ruling a lease, however often it is sent.
    Column("lease_id", Key, ForeignKey("expert_lease.id"), unique=True),
    Column("expert_id", Key, ForeignKey("person.id")),
    Column("created_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("item_id", "revision"),
    one_of("verdict", Verdict),
    one_of("route", Route),
    CheckConstraint("(verdict = 'label') = (label IS NOT NULL)", name="settles"),
    ForeignKeyConstraint(["project_id", "label"], ["label_class.project_id", "label_class.code"]),
    Index("ix_adjudication_project_id", "project_id", "created_at"),
    Index("ix_adjudication_act", "project_id", "act"),
)

# An example with its ruling, shown under the guide. A fact of its own: it is added and taken out as the guide grows.
corner_case = Table(
    "corner_case",
    metadata,
    Column("id", Key, primary_key=True),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False, index=True),
    Column("item_id", Key, ForeignKey("item.id"), nullable=False),
    Column("label", Label, nullable=False),
    Column("rationale", Text, nullable=False, server_default=""),
    Column("person_id", Key, ForeignKey("person.id")),
    Column("created_at", UtcTime, nullable=False),
    Column("removed_at", UtcTime),
    UniqueConstraint("item_id"),
    ForeignKeyConstraint(["project_id", "label"], ["label_class.project_id", "label_class.code"]),
)
