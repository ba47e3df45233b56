"""What a living session is, for every statement that asks: signed in, neither ended nor outlived."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists

from db import schema
from db.types import UtcTime
from labeling import config

_SIGN_IN = schema.sign_in.c

# By the parameters of :func:`session_parameters`.
LIVING = and_(
    _SIGN_IN.token_hash == bindparam("token"),
    _SIGN_IN.ended_at.is_(None),
    _SIGN_IN.seen_at > bindparam("seen", type_=UtcTime),
    _SIGN_IN.created_at > bindparam("begun", type_=UtcTime),
)


def lives_for(person_id: ColumnElement[int]) -> ColumnElement[bool]:
    """In SQL: whether the session is a living one of this person. For statements that are asked anyway."""
    return exists().where(LIVING, _SIGN_IN.person_id == person_id)


def session_parameters(token: str, now: datetime) -> dict[str, Any]:
    """What :data:`LIVING` asks by; an empty token is nobody's."""
    return {"token": token_hash(token), "seen": now - config.SESSION_IDLE, "begun": now - config.SESSION_LONGEST}


def token_hash(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
