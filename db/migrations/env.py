"""Alembic's environment: it runs on the connection that db.migrate hands over."""

from __future__ import annotations

from alembic import context

from db.schema import metadata
from db.schema.search import is_compared

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    compare_server_default=False,
    include_name=is_compared,
    transaction_per_migration=False,
)
context.run_migrations()
