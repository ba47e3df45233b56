"""Bring a database to the newest schema, or back to an older one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from db.engine import Database

MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade to ``revision``; runs under the writer's lock, so two processes that start at once don't collide."""
    _with_connection(database, lambda config: command.upgrade(config, revision))


def downgrade(database: Database, revision: str) -> None:
    """Go back to an older ``revision`` ("base" drops everything)."""
    _with_connection(database, lambda config: command.downgrade(config, revision))


def revision_of(database: Database) -> str | None:
    """The revision that a database says it has; None where it is empty."""
    with database.snapshot() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def revisions() -> list[str]:
    """The revisions that there are migrations to, the newest first."""
    return [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]


def config_for(connection: Connection) -> Config:
    """Alembic's configuration bound to an open connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _with_connection(database: Database, act: Callable[[Config], None]) -> None:
    with database.writer.connect() as connection:
        if database.is_sqlite:
            # A batch migration rebuilds tables: dropping the old one would cascade to the children.
            connection.connection.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                act(config_for(connection))
                if database.is_sqlite:
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                    if broken:
                        raise RuntimeError(f"the migration broke foreign keys: {broken[:5]}")
        finally:
            if database.is_sqlite:
                connection.connection.execute("PRAGMA foreign_keys=ON")
