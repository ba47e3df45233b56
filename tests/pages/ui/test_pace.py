"""One person's flood of requests: put off in time, and nothing of it lost."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from db.engine import Database
from db.vocabulary import Role
from labeling.errors import LabelingError
from labeling.people.memberships import grant
from labeling.people.people import get_person
from labeling.people.sign_in import open_session
from labeling.projects.projects import get_project
from pages.desk import route as desk
from pages.ui.card_calls import MAX_BODY, PACE
from pages.ui.gate import Gate
from pages.ui.pace import HELD_SECONDS, Pace
from pages.ui.session import COOKIE, now
from tests.labeling.worlds import add_items

EMPTY = {"project": "demo", "want": 1, "answers": [], "close_chunk": None}


def test_a_person_has_a_burst_and_then_a_rate_and_others_have_theirs() -> None:
    pace = Pace(at_once=1, rate=0.01, burst=2.5)
    for _ in range(3):
        with pace.request(1):
            pace.use(1, 1)
    with pytest.raises(LabelingError, match="too_fast"), pace.request(1):
        pytest.fail("beyond the burst")
    with pace.request(2):
        pass


def test_work_beyond_the_burst_is_waited_for_afterwards() -> None:
    pace = Pace(at_once=1, rate=10, burst=30)
    with pace.request(1):
        pace.use(1, 200)
    with pytest.raises(LabelingError) as refusal, pace.request(1):
        pytest.fail("in debt")
    assert 15 <= int(str(refusal.value.details["seconds"])) <= 17


def test_of_one_person_few_requests_are_answered_at_once() -> None:
    pace = Pace(at_once=2, rate=10, burst=30)
    with pace.request(1), pace.request(1):
        with pytest.raises(LabelingError, match="too_fast"), pace.request(1):
            pytest.fail("one too many")
        with pace.request(2):
            pass
    with pace.request(1):
        pass


@pytest.fixture
def flood(either_house: Database) -> Callable[..., list[httpx.Response]]:
    """Many requests of the card at once, each as (login, body)."""
    tokens = {}
    with either_house.transaction() as connection:
        project = get_project(connection, "demo")
        add_items(connection, project, [f"text {n}" for n in range(20)])
        grant(connection, project.id, get_person(connection, "expert").id, Role.ASSESSOR, now=now(), actor=None)
        for login in ("assessor", "expert"):
            tokens[login] = open_session(connection, get_person(connection, login).id, now=now())
    app = Starlette(routes=desk.ROUTES, middleware=[Middleware(Gate)])

    async def one(login: str, body: bytes) -> httpx.Response:
        transport, cookies = httpx.ASGITransport(app), {COOKIE: tokens[login]}
        headers = {"X-Sverka": "card", "Sec-Fetch-Site": "same-origin"}
        async with httpx.AsyncClient(transport=transport, base_url="http://t", cookies=cookies) as client:
            return await client.post("/desk/answers", headers=headers, content=body)

    def send(*requests: tuple[str, bytes]) -> list[httpx.Response]:
        async def all_of_them() -> list[httpx.Response]:
            tries: list[Awaitable[httpx.Response]] = [one(*each) for each in requests]
            return list(await asyncio.gather(*tries))

        return asyncio.run(all_of_them())

    return send


def test_a_flood_of_one_account_is_put_off_and_another_is_served(flood: Callable[..., list[httpx.Response]]) -> None:
    body = json.dumps(EMPTY).encode()
    began = time.monotonic()
    answered = flood(*[("assessor", body)] * 40, ("expert", body))
    assert answered[-1].status_code == 200
    statuses = [answer.status_code for answer in answered[:-1]]
    assert statuses.count(200) <= PACE.at_once
    put_off = next(answer for answer in answered if answer.status_code == 429)
    assert int(put_off.headers["retry-after"]) >= 1
    assert put_off.json()["error"] == "too_fast"
    assert time.monotonic() - began >= HELD_SECONDS


def test_much_at_once_is_taken_and_what_comes_next_has_to_wait(flood: Callable[..., list[httpx.Response]]) -> None:
    token = flood(("assessor", json.dumps(EMPTY).encode()))[0].json()["items"][0]["token"]
    answer = {"token": token, "revision": 1, "kind": "label", "label": "neutral"}
    parcel = json.dumps(EMPTY | {"answers": [answer], "x": "x" * (MAX_BODY - 1_000)}).encode()
    (taken,) = flood(("assessor", parcel))
    assert taken.json()["acknowledged"][0]["status"] == "stored"
    (later,) = flood(("assessor", json.dumps(EMPTY).encode()))
    assert (later.status_code, int(later.headers["retry-after"]) > 60) == (429, True)
