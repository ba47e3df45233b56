"""Suspected items, and the ruling card's route to send requests to."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from db.engine import Database
from db.vocabulary import Role
from labeling.people.memberships import grant
from labeling.people.people import create_person, get_person
from labeling.people.sign_in import check_session, open_session
from labeling.projects.projects import change_settings, get_project
from pages.adjudication import route as rulings
from pages.ui.session import now
from tests.labeling.worlds import add_items
from tests.pages.adjudication.ruling import QUIET, Post
from tests.pages.review.reviewing import add_analysis


@pytest.fixture
def items(house: Database) -> list[int]:
    """Twenty items, eight of them suspected; a second expert "expert2"."""
    moment = datetime.now(UTC)
    with house.transaction() as connection:
        project = get_project(connection, "demo")
        change_settings(connection, project.id, QUIET, now=moment, actor=None)
        found = add_items(connection, project, [f"text {n}" for n in range(20)])
        other = create_person(connection, "expert2", "Expert2", None, now=moment)
        grant(connection, project.id, other.id, Role.EXPERT, now=moment, actor=None)
    add_analysis(house, project, found[:8], now=moment)
    return found


@pytest.fixture
def post(house: Database, items: list[int]) -> Post:
    """Send one request of the card as ``login``; keyword arguments change its body."""

    def send(login: str = "expert", header: str = "card", raw: bytes | None = None, **changes: Any) -> httpx.Response:
        person = changes.pop("person", None)
        body = {"project": "demo", "want": 3, "wanted": {}, "rulings": []} | changes
        with house.transaction() as connection:
            token = open_session(connection, get_person(connection, login).id, now=now())

        async def app(scope: Scope, receive: Receive, send_: Send) -> None:
            with house.snapshot() as connection:
                scope["reader"] = check_session(connection, token, now=now())
            await Starlette(routes=rulings.ROUTES)(scope, receive, send_)

        async def request() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
                headers = {"X-Sverka": header} | ({"X-Sverka-Person": person} if person else {})
                content = {"content": raw} if raw is not None else {"json": body}
                return await client.post("/desk/rulings", headers=headers, **content)  # type: ignore[arg-type]

        return asyncio.run(request())

    return send
