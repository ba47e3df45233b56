"""The running application with one person in it, and a browser without scripts before its gate."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import delete, update

from db import schema
from labeling.people.people import create_person
from labeling.people.sign_in import hash_password
from tests.e2e.conftest import AppServer
from tests.e2e.gate.entering import PASSWORD


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """One server for all of these tests, with a person "anna"."""
    started = AppServer(tmp_path_factory.mktemp("gate"))
    started.start()
    with started.database.transaction() as connection:
        create_person(connection, "anna", "Анна", hash_password("anna", PASSWORD), now=datetime.now(UTC))
    yield started
    started.kill()
    started.database.close()


@pytest.fixture
def client(server: AppServer) -> Iterator[httpx.Client]:
    """A browser without scripts: it sends the origin with what it posts, and follows nothing by itself."""
    with server.database.transaction() as connection:
        connection.execute(delete(schema.wrong_try))
        fresh = {"active": True, "locale": "ru"}
        connection.execute(update(schema.person).where(schema.person.c.login == "anna").values(fresh))
    with httpx.Client(base_url=server.url, headers={"origin": server.url}) as opened:
        yield opened
