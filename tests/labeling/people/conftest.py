"""A database with nobody in it, and hashing that takes no time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Connection

from db.engine import Database
from labeling.people import sign_in
from labeling.projects.projects import Project, create_project
from tests.labeling.people.counter import NOW


@pytest.fixture(autouse=True)
def quick_hashing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Argon2 with little work: what is tested here isn't its strength."""
    monkeypatch.setattr(sign_in, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    sign_in._decoy.cache_clear()
    yield
    sign_in._decoy.cache_clear()


@pytest.fixture
def connection(database: Database) -> Iterator[Connection]:
    with database.transaction() as opened:
        yield opened


@pytest.fixture
def project(connection: Connection) -> Project:
    return create_project(connection, "p", now=NOW)
