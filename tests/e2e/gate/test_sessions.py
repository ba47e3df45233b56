"""A session: its cookie, how long it lives, and what ends it."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie

import httpx
import pytest
from sqlalchemy import select, update

from db import schema
from labeling import config
from labeling.people.people import get_person, set_active
from labeling.people.sign_in import open_session
from pages.ui.session import COOKIE
from tests.e2e.conftest import AppServer
from tests.e2e.gate.entering import HTML, PASSWORD, SIGN_IN, sign_in


def age(server: AppServer, **values: datetime) -> None:
    """Set the times of every session."""
    with server.database.transaction() as connection:
        connection.execute(update(schema.sign_in).values(values))


def test_the_cookie_is_out_of_reach_and_the_database_holds_its_hash_only(
    server: AppServer, client: httpx.Client
) -> None:
    cookie: SimpleCookie = SimpleCookie(sign_in(client).headers.get_list("set-cookie")[0])
    flags = cookie[COOKIE]
    assert (flags["httponly"], flags["samesite"], flags["path"], flags["secure"]) == (True, "lax", "/", "")
    assert int(flags["max-age"]) == config.SESSION_LONGEST.total_seconds()
    with server.database.snapshot() as connection:
        kept = set(connection.execute(select(schema.sign_in.c.token_hash)).scalars())
    assert hashlib.sha256(flags.value.encode()).hexdigest() in kept
    stored = b"".join(path.read_bytes() for path in server.folder.glob("app.db*"))
    assert flags.value.encode() not in stored
    assert PASSWORD.encode() not in stored
    assert flags.value not in server.output()


def test_the_cookie_is_secure_where_the_request_came_by_https(client: httpx.Client) -> None:
    """The proxy before us speaks http to us; the browser's origin says what it spoke to the proxy."""
    form = {"login": "anna", "password": PASSWORD}
    response = client.post(SIGN_IN, data=form, headers={"origin": str(client.base_url.copy_with(scheme="https"))})
    assert "; Secure" in response.headers["set-cookie"]


def test_each_sign_in_has_a_token_of_its_own_and_ends_the_one_before(server: AppServer, client: httpx.Client) -> None:
    sign_in(client)
    first = client.cookies[COOKIE]
    sign_in(client)
    assert client.cookies[COOKIE] != first
    assert client.get("/", headers=HTML | {"cookie": f"{COOKIE}={first}"}).status_code == 303


def test_signing_out_ends_the_session_on_the_server_too(client: httpx.Client) -> None:
    sign_in(client)
    token = client.cookies[COOKIE]
    response = client.post("/account/sign-out")
    assert (response.status_code, response.headers["location"]) == (303, f"{SIGN_IN}?out=1")
    assert COOKIE not in client.cookies
    assert client.get("/", headers=HTML | {"cookie": f"{COOKIE}={token}"}).status_code == 303
    assert "Вы вышли" in client.get(f"{SIGN_IN}?out=1&lang=ru").text


@pytest.mark.parametrize(
    ("column", "longest"), [("seen_at", config.SESSION_IDLE), ("created_at", config.SESSION_LONGEST)]
)
def test_a_session_expires(server: AppServer, client: httpx.Client, column: str, longest: timedelta) -> None:
    sign_in(client)
    age(server, **{column: datetime.now(UTC) - longest + timedelta(minutes=5)})
    assert client.get("/", headers=HTML).status_code == 200
    age(server, **{column: datetime.now(UTC) - longest})
    response = client.get("/progress", headers=HTML)
    assert response.status_code == 303
    assert "Сеанс закончился" in client.get(response.headers["location"], params=None).text


def test_clicks_keep_a_session_alive_but_are_written_once_a_minute(server: AppServer, client: httpx.Client) -> None:
    sign_in(client)
    before = datetime.now(UTC) - timedelta(hours=1)
    age(server, seen_at=before)
    seen: list[datetime] = []
    for _ in range(3):
        client.get("/", headers=HTML)
        with server.database.snapshot() as connection:
            token_hash = hashlib.sha256(client.cookies[COOKIE].encode()).hexdigest()
            mine = select(schema.sign_in.c.seen_at).where(schema.sign_in.c.token_hash == token_hash)
            seen.append(connection.execute(mine).scalar_one())
    assert seen[0] > before
    assert seen[1:] == seen[:1] * 2


def test_a_ban_acts_at_the_next_request(server: AppServer, client: httpx.Client) -> None:
    sign_in(client)
    assert client.get("/", headers=HTML).status_code == 200
    with server.database.transaction() as connection:
        anna = get_person(connection, "anna").id
        set_active(connection, anna, False, now=datetime.now(UTC), actor=None)
    assert client.get("/", headers=HTML).status_code == 303
    assert client.post("/desk/answers", content=b"{}").status_code == 401
    assert "Доступ для этого логина закрыт" in sign_in(client, lang="ru").text


def test_sessions_survive_a_restart(server: AppServer, client: httpx.Client) -> None:
    with server.database.transaction() as connection:
        token = open_session(connection, get_person(connection, "anna").id, now=datetime.now(UTC))
    server.restart()
    assert client.get("/", headers=HTML | {"cookie": f"{COOKIE}={token}"}).status_code == 200
