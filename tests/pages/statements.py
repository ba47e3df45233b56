"""How many statements a request takes, from the gate to its response: what is waited for where the database is elsewhere."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from sqlalchemy import Engine, event
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from db.engine import Database
from labeling.people.people import get_person
from labeling.people.sign_in import open_session
from pages.ui.gate import Gate
from pages.ui.session import COOKIE, now


@contextmanager
def listening() -> Iterator[list[str]]:
    """Every statement that is sent to a database meanwhile. BEGIN is not one of them: one of the drivers says it unasked."""
    sent: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", hear)


@dataclass
class Counter:
    """Requests of a card through the gate, as the application gets them; ``last`` are the statements of the newest."""

    house: Database
    routes: Sequence[Route]
    path: str
    last: list[str] = field(default_factory=list)
    _tokens: dict[str, str] = field(default_factory=dict)

    def post(self, login: str, **body: Any) -> dict[str, Any]:
        """One request as ``login``; gives what was answered."""
        token = self._tokens.get(login) or self._sign_in(login)
        app = Starlette(routes=self.routes, middleware=[Middleware(Gate)])

        async def request() -> httpx.Response:
            transport, cookies = httpx.ASGITransport(app), {COOKIE: token}
            async with httpx.AsyncClient(transport=transport, base_url="http://t", cookies=cookies) as client:
                headers = {"X-Sverka": "card", "Sec-Fetch-Site": "same-origin"}
                return await client.post(self.path, headers=headers, json={"project": "demo"} | body)

        with listening() as sent:
            response = asyncio.run(request())
        assert response.status_code == 200, response.text
        self.last = sent
        return dict(response.json())

    def _sign_in(self, login: str) -> str:
        with self.house.transaction() as connection:
            self._tokens[login] = open_session(connection, get_person(connection, login).id, now=now())
        return self._tokens[login]


def beyond(counted: dict[str, int], most: dict[str, int]) -> dict[str, tuple[int, int]]:
    """The acts that took more statements than they may, with both numbers. Every act must have been tried."""
    assert counted.keys() == most.keys()
    return {act: (n, most[act]) for act, n in counted.items() if n > most[act]}
