"""What the tests of people and of sign-in share: a moment, a password, short ways to the verbs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, select

from db import schema
from labeling.errors import LabelingError
from labeling.people import changing, people, sign_in
from labeling.people.tries import Source

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


PASSWORD = "several quiet words"


HERE = Source("192.0.2.1")


def add(connection: Connection, login: str, password: str = PASSWORD, **facts: Any) -> people.Person:
    hashed = sign_in.hash_password(login, password)
    return people.create_person(connection, login, login.title(), hashed, now=NOW, **facts)


def try_in(
    connection: Connection, login: str, password: str, now: datetime = NOW, source: Source = HERE
) -> sign_in.SignedIn:
    return sign_in.authenticate(connection, sign_in.check_password(connection, login, password), source, now=now)


def change(connection: Connection, person_id: int, current: str, password: str, keep_token: str | None = None) -> None:
    """Change one's own password, as the profile does."""
    login, stored = changing.admit_change(connection, person_id, now=NOW)
    hashed = changing.renew_password(login, stored, current, password)
    changing.change_own_password(connection, person_id, stored, hashed, now=NOW, keep_token=keep_token)


def reset(connection: Connection, person_id: int) -> str:
    """Give a person a one-time password."""
    password = sign_in.new_password()
    hashed = sign_in.hash_password("", password)
    people.reset_password(connection, person_id, hashed, now=NOW, actor=None)
    return password


def verbs(connection: Connection) -> list[tuple[str, str]]:
    log = schema.audit_event.c
    return [(row.verb, row.target) for row in connection.execute(select(log.verb, log.target).order_by(log.id))]


def refused(code: str) -> Any:
    return pytest.raises(LabelingError, match=f"^{code}")
