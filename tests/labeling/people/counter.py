"""What the tests of people and of sign-in share: a moment, a password, short ways to the verbs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, select

from db import schema
from labeling.errors import LabelingError
from labeling.people import people, sign_in

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


PASSWORD = "several quiet words"


def add(connection: Connection, login: str, **facts: Any) -> people.Person:
    return people.create_person(connection, login, login.title(), PASSWORD, now=NOW, **facts)


def try_in(connection: Connection, login: str, password: str, now: datetime = NOW) -> sign_in.SignedIn:
    return sign_in.authenticate(connection, sign_in.check_password(connection, login, password), now=now)


def verbs(connection: Connection) -> list[tuple[str, str]]:
    log = schema.audit_event.c
    return [(row.verb, row.target) for row in connection.execute(select(log.verb, log.target).order_by(log.id))]


def refused(code: str) -> Any:
    return pytest.raises(LabelingError, match=f"^{code}")
