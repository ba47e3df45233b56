"""The sign-in under many wrong tries, and that nobody hashes while others wait to write."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx
import pytest
from argon2 import PasswordHasher
from sqlalchemy import event
from starlette.applications import Starlette
from starlette.middleware import Middleware

from app import ROUTES
from db import schema
from db.engine import Database
from db.engine import database as process_database
from labeling import config
from labeling.demo.load import load_demo
from labeling.people import sign_in
from labeling.people.first_admin import first_admin
from labeling.people.people import create_person, get_person
from labeling.people.sign_in import hash_password
from pages.people.sign_in import DEVICE
from pages.ui.gate import Gate
from pages.ui.session import COOKIE
from pages.ui.words import say
from tests.pages.conftest import OpenPage

PASSWORD = "several quiet words"
Enter = Callable[..., httpx.Response]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sign_in, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def entering(either_house: Database) -> Callable[..., list[httpx.Response]]:
    """Send many sign-ins at once, each as (login, password, address, device)."""
    with either_house.transaction() as connection:
        for n in range(21):
            hashed = hash_password(f"person{n}", PASSWORD)
            create_person(connection, f"person{n}", "Somebody", hashed, now=datetime.now(UTC))
    app = Starlette(routes=ROUTES, middleware=[Middleware(Gate)])

    async def one(login: str, password: str, address: str, device: str = "", forwarded: str = "") -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(address, 7))
        headers = {"Sec-Fetch-Site": "same-origin"} | ({"X-Forwarded-For": forwarded} if forwarded else {})
        cookies = {DEVICE: device} if device else None
        async with httpx.AsyncClient(transport=transport, base_url="http://t", cookies=cookies) as client:
            return await client.post("/account/sign-in", headers=headers, data={"login": login, "password": password})

    def enter(*tries: tuple[str, ...]) -> list[httpx.Response]:
        async def all_of_them() -> list[httpx.Response]:
            return list(await asyncio.gather(*(one(*each) for each in tries)))

        return asyncio.run(all_of_them())

    return enter


def statuses(answers: list[httpx.Response]) -> list[int]:
    return [answer.status_code for answer in answers]


def test_forty_wrong_tries_at_once_refuse_nobody_who_is_right(
    entering: Callable[..., list[httpx.Response]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where they sit behind the same address, and each guesses at another login."""
    monkeypatch.setattr(config, "SLOWED_SECONDS", 0.001)
    wrong = [(f"guess{n}", "wrong wrong", "192.0.2.1") for n in range(40)]
    right = [(f"person{n}", PASSWORD, "192.0.2.1") for n in range(21)]
    for _ in range(2):
        answered = statuses(entering(*wrong, *right))
        assert answered[40:] == [303] * 21
        assert set(answered[:40]) == {401}


def test_strangers_do_not_lock_a_known_browser_out(entering: Callable[..., list[httpx.Response]]) -> None:
    (known,) = entering(("person1", PASSWORD, "192.0.2.1"))
    device = known.cookies[DEVICE]
    assert {"HttpOnly", "SameSite=lax"} <= {part.strip() for part in known.headers.get_list("set-cookie")[1].split(";")}
    for _ in range(3):
        entering(*[("person1", "wrong wrong", "192.0.2.1")] * 4, ("person1", "wrong wrong", "192.0.2.1", "made-up"))
    assert statuses(entering(("person1", PASSWORD, "192.0.2.1"))) == [429]
    assert statuses(entering(("person1", PASSWORD, "192.0.2.1", device))) == [303]
    assert statuses(entering(("person1", PASSWORD, "192.0.2.2"))) == [303]


def test_known_and_unknown_logins_are_answered_alike(entering: Callable[..., list[httpx.Response]]) -> None:
    known, unknown = (
        [answer for _ in range(7) for answer in entering((login, "wrong wrong", address))]
        for login, address in (("person1", "192.0.2.1"), ("nobody1", "192.0.2.2"))
    )
    assert statuses(known) == statuses(unknown) == [401] * 4 + [429] * 3
    assert [one.text.replace("person1", "nobody1") for one in known] == [one.text for one in unknown]
    assert [one.headers.keys() for one in known] == [one.headers.keys() for one in unknown]


def test_an_address_is_taken_from_a_header_only_where_the_operator_says_so(
    entering: Callable[..., list[httpx.Response]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(6):
        entering(("person1", "wrong wrong", "192.0.2.1", "", f"203.0.113.{n}"))
    assert statuses(entering(("person1", PASSWORD, "192.0.2.1", "", "203.0.113.99"))) == [429]
    monkeypatch.setattr(config, "PROXY_HEADER", "x-forwarded-for")
    for n in range(6):
        # Whoever asks the proxy may send the header too: what the proxy adds comes last.
        entering(("person2", "wrong wrong", "192.0.2.1", "", f"203.0.113.{n}, 198.51.100.7"))
    assert statuses(entering(("person2", PASSWORD, "192.0.2.1", "", "203.0.113.99, 198.51.100.7"))) == [429]
    assert statuses(entering(("person2", PASSWORD, "192.0.2.1", "", "198.51.100.7, 198.51.100.8"))) == [303]


@contextmanager
def hashing_watched(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """For each hash made or compared meanwhile, how many transactions that write were open."""
    begun, found = [0], []

    class Watching(PasswordHasher):
        def hash(self, *given: object, **named: object) -> str:
            found.append(begun[0])
            return super().hash(*given, **named)  # type: ignore[arg-type]

        def verify(self, *given: object, **named: object) -> bool:  # type: ignore[override]
            found.append(begun[0])
            return super().verify(*given, **named)  # type: ignore[arg-type]

    def begin(*_: object) -> None:
        begun[0] += 1

    def end(*_: object) -> None:
        begun[0] -= 1

    writers = {id(each.writer): each.writer for each in (database, process_database())}.values()
    monkeypatch.setattr(sign_in, "HASHER", Watching(time_cost=1, memory_cost=8, parallelism=1))
    for writer in writers:
        event.listen(writer, "begin", begin)
        event.listen(writer, "commit", end)
        event.listen(writer, "rollback", end)
    yield found
    for writer in writers:
        event.remove(writer, "begin", begin)
        event.remove(writer, "commit", end)
        event.remove(writer, "rollback", end)


def test_nobody_hashes_while_a_transaction_is_open(
    house: Database, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sign-in, one's own change, a person made, a password given anew, the first admin."""
    with house.transaction() as connection:
        connection.execute(schema.person.update().values(password_hash=hash_password("", PASSWORD).value))
    app = Starlette(routes=ROUTES, middleware=[Middleware(Gate)])

    async def enter() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
            data = {"login": "lead", "password": PASSWORD}
            return await client.post("/account/sign-in", headers={"Sec-Fetch-Site": "same-origin"}, data=data)

    with hashing_watched(house, monkeypatch) as watched:
        assert COOKIE in asyncio.run(enter()).cookies
        page = open_page("lead", "people/profile.py")
        for field, typed in (("current", PASSWORD), ("new", "other quiet words"), ("repeated", "other quiet words")):
            page.text_input(key=f"password_{field}").set_value(typed)
        next(one for one in page.button if one.label == say("ru", "profile.password_save")).click().run()
        page = open_page("boss", "people/house.py")
        page.text_input(key="new_login").set_value("vera")
        page.text_input(key="new_name").set_value("Vera")
        next(one for one in page.button if one.label == say("ru", "people.create")).click().run()
        assert not page.exception
        with house.transaction() as connection:
            connection.execute(schema.person.update().values(is_admin=False))
        assert first_admin(house, now=datetime.now(UTC))
    with house.snapshot() as connection:
        assert get_person(connection, "vera").has_one_time_password
    assert len(watched) == 5
    assert set(watched) == {0}


def test_the_demo_is_loaded_without_hashing_in_a_transaction(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with hashing_watched(sqlite_database, monkeypatch) as watched:
        load_demo(sqlite_database, now=datetime.now(UTC))
    assert set(watched) == {0}
