"""People, how they come in, and what they may do in a project."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    false,
    true,
)

from db.schema.base import metadata, one_of
from db.types import Code, Key, UtcTime
from db.vocabulary import Role, Standing

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

# Wrong passwords by where they came from, a row a count; small, and swept.
wrong_try = Table(
    "wrong_try",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("at", UtcTime, nullable=False, index=True),
    Column("closed_until", UtcTime),
)

# A browser in which somebody has signed in before.
device = Table(
    "device",
    metadata,
    Column("token_hash", String(64), nullable=False),
    Column("person_id", Key, ForeignKey("person.id"), nullable=False, index=True),
    Column("seen_at", UtcTime, nullable=False, index=True),
    PrimaryKeyConstraint("token_hash", "person_id"),
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

# Whose tour of the pages is over, and as which role.
skipped_tour = Table(
    "skipped_tour",
    metadata,
    Column("person_id", Key, ForeignKey("person.id"), nullable=False),
    Column("role", Code, nullable=False),
    PrimaryKeyConstraint("person_id", "role"),
    one_of("role", Role),
)
