"""The audit log: who did what, when, to what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from db import schema


def record(
    connection: Connection,
    verb: str,
    target: str,
    *,
    now: datetime,
    actor: int | None,
    project_id: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write one line of the audit log. ``actor`` is None where the command line or the system acted."""
    values = {"verb": verb, "target": target[:400], "person_id": actor, "project_id": project_id}
    connection.execute(
        insert(schema.audit_event).values(values | {"details": dict(details) if details else None, "created_at": now})
    )
