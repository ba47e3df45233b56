"""Projects, what each is set to, its classes and its guide; the audit log."""

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
    true,
)

from db.schema.base import metadata, one_of
from db.types import Code, Json, Key, Label, UtcTime
from db.vocabulary import ChangeKind, Gone, LabelKind, PiiPolicy, SuggestionPolicy

project = Table(
    "project",
    metadata,
    Column("id", Key, primary_key=True),
    Column("slug", Code, nullable=False, unique=True),
    Column("title_ru", String(200), nullable=False),
    Column("title_en", String(200), nullable=False),
    Column("kind", Code, nullable=False, server_default=LabelKind.SINGLE.value),
    # Of several: whether none of the classes is an answer. Of a tree: whether a class that has others below it is one.
    Column("allows_none", Boolean, nullable=False, server_default=true()),
    Column("allows_inner", Boolean, nullable=False, server_default=true()),
    Column("overlap", Integer, nullable=False, server_default="3"),
    Column("chunk_size", Integer, nullable=False, server_default="50"),
    Column("golden_per_chunk", Integer, nullable=False, server_default="5"),
    # Items of one's own that come back, blind; 0 turns it off.
    Column("repeats_per_chunk", Integer, nullable=False, server_default="1"),
    Column("qualification_size", Integer, nullable=False, server_default="0"),
    Column("qualification_tries", Integer, nullable=False, server_default="3"),
    Column("accuracy_floor", Float, nullable=False, server_default="0.7"),
    # The share of wrong labels that may be handed over; NULL = nobody has said.
    Column("error_target", Float),
    # Adaptive overlap: stop asking about an item at this consensus probability, ask up to so many; NULL = fixed.
    Column("target_probability", Float),
    Column("max_overlap", Integer),
    Column("lease_minutes", Integer, nullable=False, server_default="30"),
    Column("look_ahead", Integer, nullable=False, server_default="6"),
    Column("suggestion_policy", Code, nullable=False, server_default=SuggestionPolicy.HIDDEN.value),
    Column("pii_policy", Code, nullable=False, server_default=PiiPolicy.KEEP.value),
    # Only these keys of an item's metadata reach assessors: a column of a file may give the answer away.
    Column("shown_metadata", Json),
    # Turns of these speakers are no reason for a label.
    Column("unjudged_speakers", Json),
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
    CheckConstraint("error_target >= 0 AND error_target <= 1", name="error_target"),
    CheckConstraint("target_probability > 0 AND target_probability < 1", name="target_probability"),
    CheckConstraint("max_overlap >= overlap", name="max_overlap"),
    CheckConstraint("lease_minutes >= 1", name="lease_minutes"),
    CheckConstraint("look_ahead >= 0 AND look_ahead <= 20", name="look_ahead"),
    CheckConstraint("audit_share >= 0 AND audit_share <= 1", name="audit_share"),
    CheckConstraint("second_share >= 0 AND second_share <= 1", name="second_share"),
    CheckConstraint("probe_share >= 0 AND probe_share <= 1", name="probe_share"),
    CheckConstraint("budget_total >= 0 AND budget_month >= 0 AND budget_run >= 0", name="budgets"),
    one_of("kind", LabelKind),
    one_of("suggestion_policy", SuggestionPolicy),
    one_of("pii_policy", PiiPolicy),
)

label_class = Table(
    "label_class",
    metadata,
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("code", Label, nullable=False),
    Column("title_ru", String(200), nullable=False),
    Column("title_en", String(200), nullable=False),
    Column("hotkey", String(1)),
    Column("colour", String(7), nullable=False),
    Column("description_ru", Text, nullable=False, server_default=""),
    Column("description_en", Text, nullable=False, server_default=""),
    Column("class_group", Code),
    # The code of the class that this one is a part of.
    Column("parent", Label),
    # Not a class but a set of them that somebody has given as one label; its code is theirs.
    Column("is_set", Boolean, nullable=False, server_default=false()),
    Column("position", Integer, nullable=False),
    Column("retired", Boolean, nullable=False, server_default=false()),
    # Not a class any more, kept for the facts that name it. What they stand for now is in class_change; of it only this is
    # written here, for statements that can't read that.
    Column("gone", Code),
    PrimaryKeyConstraint("project_id", "code"),
    UniqueConstraint("project_id", "hotkey"),
    ForeignKeyConstraint(["project_id", "parent"], ["label_class.project_id", "label_class.code"]),
    CheckConstraint("parent <> code", name="parent"),
    one_of("gone", Gone),
)

# An act on the classes. Facts keep the codes that they were given with: what these stand for is read by all acts in turn.
class_change = Table(
    "class_change",
    metadata,
    Column("id", Key, primary_key=True),
    Column("project_id", Key, ForeignKey("project.id"), nullable=False),
    Column("kind", Code, nullable=False),
    # The classes that were named, what they were to become, and under which one.
    Column("asked", Json, nullable=False),
    # What a label of a code stands for from now on: another code, or null where it doesn't say which of several.
    Column("mapping", Json, nullable=False),
    # Codes of the classes that it made.
    Column("created", Json, nullable=False),
    # The classes as they stood before, and the work that it moved; what labels given meanwhile stand for once it is taken back.
    Column("before", Json, nullable=False),
    Column("note", Text, nullable=False, server_default=""),
    # The act that this one takes back.
    Column("undoes", Key, ForeignKey("class_change.id"), unique=True),
    Column("person_id", Key, ForeignKey("person.id")),
    Column("created_at", UtcTime, nullable=False),
    one_of("kind", ChangeKind),
    CheckConstraint("(kind = 'undo') = (undoes IS NOT NULL)", name="undoes"),
    Index("ix_class_change_project_id", "project_id", "id"),
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
