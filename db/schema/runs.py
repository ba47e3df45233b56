"""Runs, what they keep, and what an analysis says of every item."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
)

from db.schema.base import metadata, one_of
from db.types import Code, Json, Key, Label, UtcTime
from db.vocabulary import RunKind, RunState

# What was computed from the facts: a run and its rows are derived, and may be deleted. Keeps its own state and progress,
# so that a page can tell them without asking whoever runs it.
run = Table(
    "run",
    metadata,
    Column("id", Key, primary_key=True),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("kind", Code, nullable=False),
    Column("state", Code, nullable=False),
    Column("name", String(200), nullable=False, server_default=""),
    Column("person_id", Key, ForeignKey("person.id")),
    Column("settings", Json),
    # The last facts that it saw (db.frames.watermark).
    Column("watermark", Json),
    Column("step", Code, nullable=False, server_default=""),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer, nullable=False, server_default="0"),
    Column("report", Json),
    Column("error", Json),
    Column("created_at", UtcTime, nullable=False),
    Column("started_at", UtcTime),
    # When its worker was last heard of.
    Column("seen_at", UtcTime),
    Column("finished_at", UtcTime),
    # The rulings that its scores have learned from so far, and when they last did.
    Column("rulings", Integer, nullable=False, server_default="0"),
    Column("rescored_at", UtcTime),
    one_of("kind", RunKind),
    one_of("state", RunState),
    Index("ix_run_project_id", "project_id", "kind", "id"),
)

# What scores are made anew of after each ruling, packed.
run_evidence = Table(
    "run_evidence",
    metadata,
    Column("run_id", Key, ForeignKey("run.id"), primary_key=True, autoincrement=False),
    Column("body", LargeBinary, nullable=False),
)

# All that one analysis says of one item; pages and filters want it together.
finding = Table(
    "finding",
    metadata,
    Column("run_id", Key, ForeignKey("run.id"), nullable=False),
    Column("item_id", Key, ForeignKey("item.id"), nullable=False),
    Column("given", Label, nullable=False),
    Column("probable", Label, nullable=False),
    # The probability that the given label is wrong: before rulings, and after those the run has learned from.
    Column("prior", Float, nullable=False),
    Column("score", Float, nullable=False),
    Column("probability", Float),
    Column("disagreement", Float),
    Column("self_confidence", Float),
    Column("is_issue", Boolean, nullable=False),
    Column("outlier", Float),
    # The data map by training epochs, and by epochs that were held out.
    Column("confidence", Float),
    Column("variability", Float),
    Column("correctness", Float),
    Column("heldout_confidence", Float),
    Column("heldout_variability", Float),
    Column("heldout_correctness", Float),
    Column("reasons", Json),
    PrimaryKeyConstraint("run_id", "item_id"),
    Index("ix_finding_score", "run_id", "score"),
)
