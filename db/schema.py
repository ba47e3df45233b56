"""Every table, each with the rule that keeps it honest. Facts are append-only: triggers refuse changes."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    event,
    false,
    text,
    true,
)

from db.types import Code, Json, Key, UtcTime
from db.vocabulary import (
    CallPurpose,
    CallState,
    ChunkKind,
    ChunkOutcome,
    ConfidenceSource,
    ContestOutcome,
    LeaseState,
    Part,
    PiiPolicy,
    PromptKind,
    Role,
    Route,
    RunKind,
    RunState,
    Standing,
    SuggestionPolicy,
    Verdict,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def one_of(column: str, words: Iterable[StrEnum]) -> CheckConstraint:
    """A CHECK that lets a column hold only the words of one vocabulary."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


person = Table(
    "person",
    metadata,
    Column("id", Key, primary_key=True),
    Column("login", Code, nullable=False, unique=True),
    Column("name", String(200), nullable=False),
    Column("password_hash", String(200)),
    Column("issuer", String(300)),
    Column("subject", String(300)),
    Column("locale", String(2), nullable=False, server_default="ru"),
    Column("active", Boolean, nullable=False, server_default=true()),
    Column("is_admin", Boolean, nullable=False, server_default=false()),
    Column("is_simulated", Boolean, nullable=False, server_default=false()),
    Column("failed_sign_ins", Integer, nullable=False, server_default="0"),
    Column("locked_until", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("issuer", "subject"),
    CheckConstraint("locale IN ('ru', 'en')", name="locale"),
)

sign_in = Table(
    "sign_in",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("person_id", Key, ForeignKey("person.id"), nullable=False, index=True),
    Column("created_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime),
)

project = Table(
    "project",
    metadata,
    Column("id", Key, primary_key=True),
    Column("slug", Code, nullable=False, unique=True),
    Column("title_ru", String(200), nullable=False),
    Column("title_en", String(200), nullable=False),
    Column("overlap", Integer, nullable=False, server_default="3"),
    Column("chunk_size", Integer, nullable=False, server_default="50"),
    Column("golden_per_chunk", Integer, nullable=False, server_default="5"),
    # Items of one's own that come back, blind; 0 turns it off.
    Column("repeats_per_chunk", Integer, nullable=False, server_default="1"),
    Column("qualification_size", Integer, nullable=False, server_default="0"),
    Column("qualification_tries", Integer, nullable=False, server_default="3"),
    Column("accuracy_floor", Float, nullable=False, server_default="0.7"),
    # Adaptive overlap: stop asking about an item at this consensus probability, ask up to so many; NULL = fixed.
    Column("target_probability", Float),
    Column("max_overlap", Integer),
    Column("lease_minutes", Integer, nullable=False, server_default="30"),
    Column("look_ahead", Integer, nullable=False, server_default="6"),
    Column("suggestion_policy", Code, nullable=False, server_default=SuggestionPolicy.HIDDEN.value),
    Column("pii_policy", Code, nullable=False, server_default=PiiPolicy.KEEP.value),
    # Only these keys of an item's metadata reach assessors: a column of a file may give the answer away.
    Column("shown_metadata", Json),
    # Of an expert's queue: the share drawn at random, the share that another expert rules as well, blind to the first.
    Column("audit_share", Float, nullable=False, server_default="0.2"),
    Column("second_share", Float, nullable=False, server_default="0.1"),
    # Votes and reasons are shown to an expert only when asked for.
    Column("blind_rulings", Boolean, nullable=False, server_default=false()),
    # Junior. Where it is asked and which model answers (NULL: as the environment says); the key stands nowhere here.
    Column("junior_url", String(400)),
    Column("junior_model", String(200)),
    # Money in millionths of the price table's unit; NULL sets no limit here, without any limit nothing is spent.
    Column("budget_total", BigInteger),
    Column("budget_month", BigInteger),
    Column("budget_run", BigInteger),
    # Of golden items shown with a suggestion: the share whose suggestion is wrong on purpose.
    Column("probe_share", Float, nullable=False, server_default="0.1"),
    # Whether junior votes in consensus, weighted by its measured confusions.
    Column("junior_votes", Boolean, nullable=False, server_default=false()),
    Column("seed", BigInteger, nullable=False),
    Column("is_simulated", Boolean, nullable=False, server_default=false()),
    Column("archived_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    CheckConstraint("overlap >= 1", name="overlap"),
    CheckConstraint("chunk_size >= 1", name="chunk_size"),
    CheckConstraint("golden_per_chunk >= 0 AND golden_per_chunk <= chunk_size", name="golden_per_chunk"),
    CheckConstraint("repeats_per_chunk >= 0", name="repeats_per_chunk"),
    CheckConstraint("qualification_size >= 0", name="qualification_size"),
    CheckConstraint("qualification_tries >= 1", name="qualification_tries"),
    CheckConstraint("accuracy_floor >= 0 AND accuracy_floor <= 1", name="accuracy_floor"),
    CheckConstraint("target_probability > 0 AND target_probability < 1", name="target_probability"),
    CheckConstraint("max_overlap >= overlap", name="max_overlap"),
    CheckConstraint("lease_minutes >= 1", name="lease_minutes"),
    CheckConstraint("look_ahead >= 0 AND look_ahead <= 20", name="look_ahead"),
    CheckConstraint("audit_share >= 0 AND audit_share <= 1", name="audit_share"),
    CheckConstraint("second_share >= 0 AND second_share <= 1", name="second_share"),
    CheckConstraint("probe_share >= 0 AND probe_share <= 1", name="probe_share"),
    CheckConstraint("budget_total >= 0 AND budget_month >= 0 AND budget_run >= 0", name="budgets"),
    one_of("suggestion_policy", SuggestionPolicy),
    one_of("pii_policy", PiiPolicy),
)

membership = Table(
    "membership",
    metadata,
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("person_id", Key, ForeignKey("person.id"), nullable=False, index=True),
    Column("role", Code, nullable=False),
    Column("standing", Code, nullable=False, server_default=Standing.ACTIVE.value),
    Column("reason", Code),
    Column("created_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("project_id", "person_id", "role"),
    one_of("role", Role),
    one_of("standing", Standing),
)

label_class = Table(
    "label_class",
    metadata,
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("code", Code, nullable=False),
    Column("title_ru", String(200), nullable=False),
    Column("title_en", String(200), nullable=False),
    Column("hotkey", String(1)),
    Column("colour", String(7), nullable=False),
    Column("description_ru", Text, nullable=False, server_default=""),
    Column("description_en", Text, nullable=False, server_default=""),
    Column("class_group", Code),
    Column("position", Integer, nullable=False),
    Column("retired", Boolean, nullable=False, server_default=false()),
    PrimaryKeyConstraint("project_id", "code"),
    UniqueConstraint("project_id", "hotkey"),
)

guideline = Table(
    "guideline",
    metadata,
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("body_ru", Text, nullable=False, server_default=""),
    Column("body_en", Text, nullable=False, server_default=""),
    Column("author_id", Key, ForeignKey("person.id")),
    Column("created_at", UtcTime, nullable=False),
    PrimaryKeyConstraint("project_id", "version"),
)

item = Table(
    "item",
    metadata,
    Column("id", Key, primary_key=True),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("external_id", String(400), nullable=False),
    Column("text", Text, nullable=False),
    Column("context", Text),
    Column("metadata", Json),
    Column("reference", Code),
    # Exact duplicates after case folding and squeezing of white space share it.
    Column("fingerprint", BigInteger, nullable=False),
    Column("priority", Integer, nullable=False, server_default="0"),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("project_id", "external_id"),
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
    CheckConstraint("NOT (golden AND places > 0)", name="golden_has_no_places"),
)
Index(
    "ix_queue_open",
    queue.c.project_id,
    queue.c.position,
    sqlite_where=text("places > 0"),
    postgresql_where=text("places > 0"),
)
Index(
    "ix_queue_returned",
    queue.c.project_id,
    queue.c.position,
    sqlite_where=text("returned AND places > 0"),
    postgresql_where=text("returned AND places > 0"),
)
Index(
    "ix_queue_golden",
    queue.c.project_id,
    queue.c.spin,
    sqlite_where=text("golden AND NOT paused"),
    postgresql_where=text("golden AND NOT paused"),
)

golden = Table(
    "golden",
    metadata,
    Column("item_id", Key, ForeignKey("item.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("project_id", Key, nullable=False),
    Column("label", Code),
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
    UniqueConstraint("project_id", "assessor_id", "ordinal"),
    one_of("kind", ChunkKind),
    one_of("outcome", ChunkOutcome),
)
Index(
    "uq_chunk_open",
    chunk.c.project_id,
    chunk.c.assessor_id,
    unique=True,
    sqlite_where=text("closed_at IS NULL"),
    postgresql_where=text("closed_at IS NULL"),
)

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
    Column("suggestion", Code),
    Column("probe", Boolean, nullable=False, server_default=false()),
    one_of("state", LeaseState),
    Index("ix_lease_assessor_id_item_id", "assessor_id", "item_id"),
    Index("ix_lease_chunk_id_slot", "chunk_id", "slot"),
)
Index(
    "uq_lease_open",
    lease.c.item_id,
    lease.c.assessor_id,
    unique=True,
    sqlite_where=text("state = 'open'"),
    postgresql_where=text("state = 'open'"),
)
# An item comes back to the same person once, whatever becomes of that lease.
Index(
    "uq_lease_repeat",
    lease.c.assessor_id,
    lease.c.item_id,
    unique=True,
    sqlite_where=text("repeat"),
    postgresql_where=text("repeat"),
)
Index(
    "ix_lease_expiring",
    lease.c.project_id,
    lease.c.expires_at,
    sqlite_where=text("state = 'open'"),
    postgresql_where=text("state = 'open'"),
)

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
    Column("label", Code),
    Column("comment", Text),
    Column("flagged", Boolean, nullable=False, server_default=false()),
    Column("seconds", Float),
    Column("arm", Code),
    Column("suggestion", Code),
    # The suggestion was wrong on purpose: never in figures of accuracy.
    Column("probe", Boolean, nullable=False, server_default=false()),
    Column("guideline_version", Integer),
    # Given after the item had its answers: kept, never dropped, outside of the overlap.
    Column("surplus", Boolean, nullable=False, server_default=false()),
    Column("created_at", UtcTime, nullable=False),
    UniqueConstraint("item_id", "assessor_id", "revision"),
    CheckConstraint("revision >= 1", name="revision"),
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
    Column("label", Code),
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
    Column("given", Code, nullable=False),
    Column("probable", Code, nullable=False),
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
    Column("given", Code, nullable=False),
    Column("stratum", Integer, nullable=False),
    Column("position", Integer),
    PrimaryKeyConstraint("audit_id", "item_id"),
)
Index(
    "ix_audit_item_sample",
    audit_item.c.audit_id,
    audit_item.c.position,
    sqlite_where=text("position IS NOT NULL"),
    postgresql_where=text("position IS NOT NULL"),
)

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
    Column("given", Code),
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
Index(
    "uq_expert_lease_open",
    expert_lease.c.item_id,
    unique=True,
    sqlite_where=text("state = 'open'"),
    postgresql_where=text("state = 'open'"),
)

adjudication = Table(
    "adjudication",
    metadata,
    Column("item_id", Key, ForeignKey("item.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("verdict", Code, nullable=False, server_default=Verdict.LABEL.value),
    Column("label", Code),
    Column("rationale", Text, nullable=False, server_default=""),
    Column("blind", Boolean, nullable=False, server_default=false()),
    Column("suspicion", Code),
    Column("route", Code, nullable=False, server_default=Route.HAND.value),
    # The item's label before any ruling, and the chance that it was wrong, as they stood when the expert ruled.
    Column("given", Code),
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
    Column("label", Code, nullable=False),
    Column("rationale", Text, nullable=False, server_default=""),
    Column("person_id", Key, ForeignKey("person.id")),
    Column("created_at", UtcTime, nullable=False),
    Column("removed_at", UtcTime),
    UniqueConstraint("item_id"),
    ForeignKeyConstraint(["project_id", "label"], ["label_class.project_id", "label_class.code"]),
)

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
    Column("label", Code),
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

audit_event = Table(
    "event",
    metadata,
    Column("id", Key, primary_key=True),
    Column("project_id", Key, ForeignKey("project.id"), index=True),
    Column("person_id", Key, ForeignKey("person.id")),
    Column("verb", Code, nullable=False),
    Column("target", String(400), nullable=False, server_default=""),
    Column("details", Json),
    Column("created_at", UtcTime, nullable=False),
)

FACTS = (guideline, item, golden, annotation, repeat, adjudication, prompt, promotion, look, suggestion, audit_event)


def append_only_ddl(table: str, dialect: str) -> list[str]:
    """The statements that make a table of facts refuse UPDATE and DELETE."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            for verb in ("UPDATE", "DELETE")
        ]
    function = (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    trigger = (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    return [function, trigger]


def _attach_triggers() -> None:
    for table in FACTS:
        for dialect in ("sqlite", "postgresql"):
            for statement in append_only_ddl(table.name, dialect):
                ddl = DDL(statement.replace("%", "%%")).execute_if(dialect=dialect)  # type: ignore[no-untyped-call]
                event.listen(table, "after_create", ddl)


_attach_triggers()
