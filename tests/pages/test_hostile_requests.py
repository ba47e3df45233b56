"""Requests that no page of ours sends: whatever they hold, a route refuses them in words and takes what can be taken."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import quote_from_bytes

import httpx
import pytest
from argon2 import PasswordHasher
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Route

from app import ROUTES
from db import schema
from db.engine import Database
from db.vocabulary import Role
from labeling import config
from labeling.people import sign_in
from labeling.people.memberships import grant
from labeling.people.people import get_person
from labeling.people.sign_in import open_session
from labeling.projects.projects import change_settings, get_project
from pages.junior import route as junior
from pages.ui import card_calls
from pages.ui.gate import Gate
from pages.ui.session import COOKIE, now
from tests.labeling.worlds import add_items

Send = Callable[..., httpx.Response]

EVIL: list[Any] = [
    None, True, False, 0, -1, 1.5, 2**31, 2**63, 2**70, -(2**70), float("nan"), float("inf"), -float("inf"), 1e400, "", "a",
    "\0", "a\0b", "\ud800", "\udfff a", "neutral", "LONG", [], ["neutral"], [[]], {}, {"a": 1}, [None, 7, "x", {}],
]  # fmt: skip
# What would fill the screen where a test fails is named here and made when it is sent.
LONG = {b"LONG": b"x" * 70_000, b"DEEP": b"[" * 100_000, b"DEEPER": b'{"project":' * 50_000, b"DIGITS": b"9" * 10_000}
EVIL_BODIES = [
    b"", b"\xff\xfe\xfa", b"DEEP", b"DEEPER", b'{"want":DIGITS}', b"null", b"NaN", b'"a"',
    b"\xef\xbb\xbf{}", '{"project": "демо"}'.encode("utf-16"), b'{"project":"demo","project":["demo"],"want":1,"answers":[]}',
]  # fmt: skip
TYPES = ["application/json", "text/plain", "multipart/form-data", "application/x-www-form-urlencoded", "\xff", ""]


@pytest.fixture
def send(either_house: Database, monkeypatch: pytest.MonkeyPatch) -> Send:
    """One request through the gate as somebody who is assessor and expert, to whichever route of the application."""
    monkeypatch.setattr(sign_in, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    monkeypatch.setattr(config, "JUNIOR_URL", "")
    with either_house.transaction() as connection:
        project, person = get_project(connection, "demo"), get_person(connection, "assessor").id
        add_items(connection, project, [f"text {n}" for n in range(30)])
        change_settings(connection, project.id, {"golden_per_chunk": 0, "chunk_size": 20}, now=now(), actor=None)
        grant(connection, project.id, person, Role.EXPERT, now=now(), actor=None)
        token = open_session(connection, person, now=now())
    app = Starlette(routes=ROUTES, middleware=[Middleware(Gate)])
    ours = {"X-Sverka": "card", "Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}

    def sent(method: str, path: str, content: bytes, headers: dict[str, str] | None = None) -> httpx.Response:
        async def request() -> httpx.Response:
            card_calls.PACE.forget()
            junior.PACE.forget()
            transport, cookies = httpx.ASGITransport(app), {COOKIE: token}
            async with httpx.AsyncClient(transport=transport, base_url="http://t", cookies=cookies) as client:
                raw = {name: value.encode("latin-1") for name, value in (ours | (headers or {})).items()}
                return await client.request(method, path, headers=raw, content=content)

        return asyncio.run(request())

    return sent


def desk_call(*answers: Any, **changes: Any) -> bytes:
    return json.dumps({"project": "demo", "want": 5, "answers": list(answers), "close_chunk": None} | changes).encode()


def press(token: str, **changes: Any) -> dict[str, Any]:
    return {"token": token, "revision": 1, "kind": "label", "label": "neutral", "seconds": 1.0} | changes


_TEXTS: list[Any] = [7, True, ["neutral"], {"a": 1}, "a\0b", "\ud800"]
_NUMBERS: list[Any] = ["1", True, [1], {}, float("nan"), float("inf")]
# What stands in a part of an answer that no card puts there.
FIELDS: dict[str, list[Any]] = {
    "token": [*_TEXTS, None, "x" * 1_000],
    "revision": [*_NUMBERS, None, 2**70, -1, 1.5],
    "kind": [*_TEXTS, None, "sing"],
    "label": _TEXTS,
    "reason": [*_TEXTS, "because"],
    "comment": _TEXTS,
    "flagged": [1, "yes", [], {}],
    "seconds": [*_NUMBERS, -float("inf")],
}


@pytest.mark.parametrize("field", FIELDS)
def test_what_can_not_be_read_is_named_and_the_rest_of_the_parcel_is_stored(
    send: Send, either_house: Database, field: str
) -> None:
    held = [item["token"] for item in send("POST", "/desk/answers", desk_call()).json()["items"]]
    for n, evil in enumerate(FIELDS[field], start=1):
        bad = press(held[1]) | {field: evil}
        refused = send("POST", "/desk/answers", desk_call(press(held[0], revision=n), bad, press(held[2], revision=n)))
        told = refused.json()
        assert (refused.status_code, told["error"]) == (400, "bad_request"), evil
        assert field in told["message"]
        receipts = told["acknowledged"]
        assert [receipt["status"] for receipt in receipts] == ["stored", "stored", "refused"], evil
        named = None if field == "token" else held[1]
        assert (receipts[2]["at"], receipts[2]["token"], receipts[2]["error"]) == (1, named, "bad_answer")
    with either_house.snapshot() as connection:
        annotation = schema.annotation.c
        stored = connection.execute(select(func.count(annotation.item_id.distinct()))).scalar_one()
    assert stored == 2


def test_a_ruling_that_can_not_be_read_is_named(send: Send) -> None:
    bad = {"token": "t", "revision": 1, "verdict": "label", "label": ["neutral"]}
    body = {"project": "demo", "want": 1, "rulings": [bad, {"token": "u", "revision": 1, "verdict": None}]}
    refused = send("POST", "/desk/rulings", json.dumps(body).encode())
    assert refused.status_code == 400
    receipts = [(done["token"], done["status"]) for done in refused.json()["acknowledged"]]
    assert receipts == [("u", "refused"), ("t", "refused")]


def test_a_token_that_is_sent_twice_in_a_parcel_counts_once(send: Send) -> None:
    (token, *_) = [item["token"] for item in send("POST", "/desk/answers", desk_call()).json()["items"]]
    told = send("POST", "/desk/answers", desk_call(press(token), press(token, label="gratitude"))).json()
    assert [receipt["status"] for receipt in told["acknowledged"]] == ["stored", "kept_first"]


def test_what_is_not_sent_as_json_is_refused(send: Send) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        assert send("POST", "/desk/answers", desk_call(), {"Content-Type": kind}).status_code == 400


def test_no_more_of_a_body_is_read_than_may_be_sent(either_house: Database) -> None:
    """Of a body without an end: it is refused as soon as it is too long."""
    read = 0

    async def endless() -> dict[str, Any]:
        nonlocal read
        read += 100_000
        assert read < 3_000_000, "it goes on reading"
        return {"type": "http.request", "body": b"[" * 100_000, "more_body": True}

    async def request(path: str) -> int:
        statuses: list[int] = []

        async def keep(message: Any) -> None:
            statuses.append(message.get("status", 0))

        scope = {"type": "http", "method": "POST", "path": path, "query_string": b"", "root_path": ""}
        scope["headers"] = [(b"x-sverka", b"card"), (b"sec-fetch-site", b"same-origin"), (b"cookie", cookie)]
        await Starlette(routes=ROUTES, middleware=[Middleware(Gate)])(scope, endless, keep)
        return statuses[0]

    with either_house.transaction() as connection:
        cookie = f"{COOKIE}={open_session(connection, get_person(connection, 'assessor').id, now=now())}".encode()
    for route in ROUTES:
        if route.methods is not None and "POST" in route.methods:
            read = 0
            assert asyncio.run(request(route.path)) < 500


def evil_json(tokens: list[str]) -> st.SearchStrategy[bytes]:
    """A body of which every route finds the names it asks for, with anything in some of them."""
    entry = press("t") | {"reason": None, "comment": "", "flagged": False, "verdict": "label", "rationale": ""}
    entry |= {"blind": False, "make_golden": False, "corner_case": False}
    wanted = dict.fromkeys(("reason", "given", "probable", "region", "assessor", "batch"))
    frame = {
        "project": "demo",
        "want": 3,
        "close_chunk": None,
        "release": False,
        "prompt": 1,
        "item": None,
        "text": "a",
    }

    def some(of: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
        changes = st.dictionaries(st.sampled_from(sorted(of)), st.sampled_from(EVIL), max_size=2)
        return changes.map(lambda changed: of | changed)

    one = st.tuples(some(entry), st.sampled_from(tokens)).map(
        lambda two: {**two[0], "token": two[0]["token"] and two[1]}
    )
    anything = st.recursive(
        st.sampled_from(EVIL),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    )
    many = st.lists(one | some(entry) | anything, max_size=4)
    whole = st.tuples(some(frame), many, many, some(wanted) | anything).map(
        lambda parts: {"answers": parts[1], "rulings": parts[2], "wanted": parts[3]} | parts[0]
    )
    return (whole | anything).map(lambda body: json.dumps(body).encode()) | st.sampled_from(EVIL_BODIES)


NAMES = ["next", "lang", "locale", "login", "password", "project", "ended", "out", "item"]
RAW = st.sampled_from(
    [b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"/\\x", b"//[::1", b"demo", b"ru", b"assessor", b"x" * 2_000]
)
QUERIES = st.dictionaries(st.sampled_from(NAMES), RAW | st.binary(max_size=20), max_size=4).map(
    lambda fields: "&".join(f"{name}={quote_from_bytes(value)}" for name, value in fields.items())
)
HEADERS = st.fixed_dictionaries(
    {"Content-Type": st.sampled_from(TYPES)},
    optional={
        "Accept-Language": st.sampled_from(["ru", "\xff", "-", ",;,", "en_US@euro", "x" * 900, "a-b-c-d-e-f"]),
        "Cookie": st.sampled_from(["sverka=\xff", "sverka", "=", "sverka=a; sverka=b"]),
        "Origin": st.sampled_from(["http://[::1", "null", "\xff", "http://t"]),
        "Sec-Fetch-Site": st.sampled_from(["none", "\xff"]),
        "X-Sverka-Person": st.sampled_from(["\xff", "1", "-"]),
        "Accept": st.just("text/html"),
        "Content-Length": st.sampled_from(["-1", "x", "99999999999999999999"]),
    },
)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: f"{'-'.join(sorted(route.methods))}{route.path}")
def test_no_route_fails_whatever_it_is_sent(
    send: Send, either_house: Database, route: Route, caplog: pytest.LogCaptureFixture
) -> None:
    held = [item["token"] for item in send("POST", "/desk/answers", desk_call()).json()["items"]]
    methods = [*sorted(route.methods or {"GET"}), "PUT"]

    @settings(max_examples=80, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(methods), evil_json(held) | QUERIES.map(str.encode), QUERIES, HEADERS, st.booleans())
    def attack(method: str, body: bytes, query: str, headers: dict[str, str], strange: bool) -> None:
        for name in sorted(LONG, key=len, reverse=True):
            body = body.replace(name, LONG[name])
        # An error that a route lets through is raised here, as a server would log it and answer 500.
        answered = send(method, f"{route.path}?{query}", body, headers if strange else None)
        assert answered.status_code < 500
        assert not any(record.exc_text or record.exc_info for record in caplog.records)
        assert not any(record.levelno >= logging.ERROR for record in caplog.records)

    attack()
