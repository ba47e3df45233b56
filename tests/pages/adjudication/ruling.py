"""What the ruling card sends, and what its requests leave behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
from sqlalchemy import select

from db import schema
from db.engine import Database
from labeling.projects.projects import Project, change_settings, get_project
from pages.ui.session import now

Post = Callable[..., httpx.Response]
QUIET = {"audit_share": 0.0, "second_share": 0.0}


def ruled(token: str, label: str | None = "gratitude", **changes: Any) -> dict[str, Any]:
    """A ruling as the card sends it; without a label it is passed over."""
    said = {"token": token, "revision": 1, "verdict": "label" if label else None, "label": label, "rationale": ""}
    return said | {"blind": False, "make_golden": False, "corner_case": False, "seconds": 2.5} | changes


def texts(reply: dict[str, Any]) -> list[str]:
    """Of the items that lie before the expert."""
    return [entry["text"] for entry in reply["items"]]


def settings(house: Database, **values: object) -> Project:
    """Change the settings of "demo"."""
    with house.transaction() as connection:
        project = get_project(connection, "demo")
        return change_settings(connection, project.id, values, now=now(), actor=None)


def stored(house: Database) -> list[dict[str, Any]]:
    """All rulings, the oldest first."""
    with house.snapshot() as connection:
        rows = connection.execute(select(schema.adjudication).order_by(schema.adjudication.c.created_at)).mappings()
        return [dict(row) for row in rows]
