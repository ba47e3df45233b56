"""The LLM as a junior assessor: prompts, suggestions, their evaluations, the ledger."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
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
)

from db.schema.base import metadata, one_of
from db.types import Code, Json, Key, Label, UtcTime
from db.vocabulary import CallPurpose, CallState, ConfidenceSource, Part, PromptKind

# A version of what junior is asked, append-only; the newest promotion says which one speaks.
prompt = Table(
    "prompt",
    metadata,
    Column("id", Key, primary_key=True),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("kind", Code, nullable=False),
    Column("name", String(200), nullable=False, server_default=""),
    Column("model", String(200)),
    Column("instructions", Text, nullable=False, server_default=""),
    Column("settings", Json),
    # Few-shot examples as they were: {item_id, text, label, rationale}.
    Column("examples", Json),
    Column("guideline_version", Integer),
    Column("author_id", Key, ForeignKey("person.id")),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("project_id", "version"),
    one_of("kind", PromptKind),
)

promotion = Table(
    "promotion",
    metadata,
    Column("id", Key, primary_key=True),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False, index=True),
    # NULL: junior is silent from now on.
    Column("prompt_id", Key, ForeignKey("prompt.id")),
    Column("look_id", Key),
    Column("person_id", Key, ForeignKey("person.id")),
    Column("created_at", UtcTime, nullable=False),
)

# Every evaluation of a version on golden items; looks at the locked part are counted by it.
look = Table(
    "look",
    metadata,
    Column("id", Key, primary_key=True),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False, index=True),
    Column("prompt_id", Key, ForeignKey("prompt.id"), nullable=False),
    Column("part", Code, nullable=False),
    Column("n", Integer, nullable=False),
    Column("report", Json, nullable=False),
    Column("person_id", Key, ForeignKey("person.id")),
    Column("created_at", UtcTime, nullable=False),
    one_of("part", Part),
)

suggestion = Table(
    "suggestion",
    metadata,
    Column("id", Key, primary_key=True),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("item_id", Key, ForeignKey("item.id"), nullable=False),
    Column("prompt_id", Key, ForeignKey("prompt.id"), nullable=False),
    # NULL: it refused, or nothing that it said could be read.
    Column("label", Label),
    Column("confidence", Float),
    Column("source", Code),
    Column("rationale", Text, nullable=False, server_default=""),
    # Codes of what was noticed: an instruction in the text, a repaired answer, a refusal.
    Column("flags", Json),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("item_id", "prompt_id"),
    one_of("source", ConfidenceSource),
    ForeignKeyConstraint(["project_id", "label"], ["label_class.project_id", "label_class.code"]),
    Index("ix_suggestion_prompt_id", "prompt_id", "id"),
)

# The ledger: every call, with the money reserved for it and what it came to. Work, not fact: a call is settled once.
llm_call = Table(
    "llm_call",
    metadata,
    Column("id", Key, primary_key=True),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("run_id", Key),
    Column("prompt_id", Key, ForeignKey("prompt.id")),
    Column("item_id", Key, ForeignKey("item.id")),
    Column("purpose", Code, nullable=False),
    Column("model", String(200), nullable=False),
    Column("state", Code, nullable=False),
    Column("reserved", BigInteger, nullable=False),
    Column("cost", BigInteger, nullable=False, server_default="0"),
    Column("tokens_in", Integer),
    Column("tokens_out", Integer),
    # Counts by kind of what was masked, never the values.
    Column("masked", Json),
    # "ok", or the code of what went wrong.
    Column("outcome", Code),
    Column("seconds", Float),
    Column("created_at", UtcTime, nullable=False),
    Column("settled_at", UtcTime),
    one_of("purpose", CallPurpose),
    one_of("state", CallState),
    CheckConstraint("reserved >= 0 AND cost >= 0", name="money"),
    Index("ix_llm_call_project_id", "project_id", "created_at"),
    Index("ix_llm_call_run_id", "run_id"),
)

# What is spent or reserved in all, in a month ("month:2026-11"), in a run ("run:12"): counted with every call, so that a
# budget is asked of one row.
spending = Table(
    "spending",
    metadata,
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("scope", String(40), nullable=False),
    Column("amount", BigInteger, nullable=False),
    PrimaryKeyConstraint("project_id", "scope"),
    CheckConstraint("amount >= 0", name="amount"),
)

# What was answered to the same request before, by a hash of all of it: nothing is paid twice.
llm_answer = Table(
    "llm_answer",
    metadata,
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("request", String(64), nullable=False),
    Column("body", Json, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("project_id", "request"),
)

# Prices of a million tokens, in millionths; the newest of a model speaks.
price = Table(
    "price",
    metadata,
    Column("id", Key, primary_key=True),
    Column("model", String(200), nullable=False),
    Column("input", BigInteger, nullable=False),
    Column("output", BigInteger, nullable=False),
    Column("person_id", Key, ForeignKey("person.id")),
    Column("created_at", UtcTime, nullable=False),
    CheckConstraint("input >= 0 AND output >= 0", name="money"),
    Index("ix_price_model", "model", "id"),
)
