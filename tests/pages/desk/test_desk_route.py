"""The label card's route by itself, on its real verbs: what it takes, what it refuses, what it tells."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from db import schema
from db.engine import Database
from db.vocabulary import ChangeKind, PauseReason, Role, Standing
from labeling.class_changes.acting import change_classes
from labeling.class_changes.plans import Change
from labeling.desk import gates, golden
from labeling.desk.left import left_for
from labeling.desk.policy import is_pilot
from labeling.desk.upkeep import PILOT
from labeling.errors import LabelingError
from labeling.people.memberships import grant, set_standing
from labeling.people.people import get_person
from labeling.people.sign_in import check_session, end_all_sessions, open_session
from labeling.projects import wanted as queueing
from labeling.projects.projects import change_settings, get_project
from pages.desk import route as desk
from pages.ui.card_calls import MAX_BODY
from pages.ui.session import now
from tests.labeling.worlds import add_items, places_of

Post = Callable[..., httpx.Response]


@pytest.fixture
def post(house: Database) -> Post:
    """Send one request of the card as "assessor"; keyword arguments change its body."""
    with house.transaction() as connection:
        project = get_project(connection, "demo")
        add_items(connection, project, [f"text {n}" for n in range(20)])
        change_settings(connection, project.id, {"golden_per_chunk": 0, "chunk_size": 3}, now=now(), actor=None)
        token = open_session(connection, get_person(connection, "assessor").id, now=now())

    def send(
        raw: bytes | None = None, login_token: str = token, header: str = "card", **changes: Any
    ) -> httpx.Response:
        person = changes.pop("person", None)
        body = {"project": "demo", "want": 3, "holding": [], "answers": [], "close_chunk": None} | changes

        async def app(scope: Scope, receive: Receive, send_: Send) -> None:
            with house.snapshot() as connection:
                scope["reader"] = check_session(connection, login_token, now=now())
            await Starlette(routes=desk.ROUTES)(scope, receive, send_)

        async def request() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://t") as client:
                headers = {"X-Sverka": header} | ({"X-Sverka-Person": person} if person else {})
                content = {"content": raw} if raw is not None else {"json": body}
                return await client.post("/desk/answers", headers=headers, **content)  # type: ignore[arg-type]

        return asyncio.run(request())

    return send


def answer(token: str, **changes: Any) -> dict[str, Any]:
    sent = {"token": token, "revision": 1, "kind": "label", "label": "neutral", "reason": None, "comment": None}
    return sent | {"flagged": False, "seconds": 1.5} | changes


def test_an_answer_is_acknowledged_and_the_next_items_come(post: Post) -> None:
    first = post().json()
    token = first["items"][0]["token"]
    second = post(answers=[answer(token, comment="hm", flagged=True)]).json()
    assert second["acknowledged"] == [{"token": token, "revision": 1, "status": "stored", "error": None}]
    assert token not in [entry["token"] for entry in second["items"]]
    assert (second["day"], second["chunk"]["answered"], second["state"]) == (1, 1, "working")


def test_the_chunk_is_closed_by_the_card_and_its_result_is_said(post: Post, house: Database) -> None:
    held = post().json()["items"]
    done = post(answers=[answer(entry["token"]) for entry in held]).json()
    assert done["state"] == "chunk_done"
    assert "remaining" not in done
    closed = post(close_chunk=done["chunk"]["id"]).json()
    with house.snapshot() as connection:
        project, me = get_project(connection, "demo"), get_person(connection, "assessor").id
        assert closed["remaining"] == left_for(connection, project, me) > 0
    nothing = "Контрольных заданий с ответом в ней не было."
    assert closed["result"] == {"title": "Пачка 1 закрыта", "message": nothing, "mistakes": False, "stops": False}
    assert closed["chunk"]["ordinal"] == 2


def test_a_closed_chunk_has_the_project_tended_soon(post: Post, house: Database) -> None:
    """Three items that are sure at once want no more than the answer they have, but for pilots, which want all five."""
    with house.transaction() as connection:
        project = get_project(connection, "demo")
        adaptive = {"overlap": 1, "max_overlap": 5, "target_probability": 0.6}
        change_settings(connection, project.id, adaptive, now=now(), actor=None)
        queueing.want(connection, dict.fromkeys(range(1, 4), 3))
    held = post().json()["items"]
    done = post(answers=[answer(entry["token"]) for entry in held]).json()
    post(close_chunk=done["chunk"]["id"])
    wanted = [4 if is_pilot(project.seed, str(item), PILOT) else 0 for item in range(1, 4)]
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with house.snapshot() as connection:
            places = [places_of(connection, item) for item in range(1, 4)]
        if places == wanted:
            break
        time.sleep(0.1)
    assert places == wanted


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"{",
        b'{"project": "demo"}',
        b'{"project":"demo","want":"x","answers":[]}',
        b'{"answers":[{}],"want":1}',
    ],
)
def test_what_is_no_request_is_said_to_be_none(post: Post, raw: bytes) -> None:
    refused = post(raw)
    assert refused.status_code == 400
    assert refused.json()["error"] == "bad_request"
    assert "сохранены в браузере" in refused.json()["message"]


def test_wrong_fields_are_refused_and_nothing_is_stored(post: Post) -> None:
    token = post().json()["items"][0]["token"]
    for change in ({"kind": "sing"}, {"revision": "x"}, {"reason": "because"}):
        assert post(answers=[answer(token, **change)]).status_code == 400
    refused = post(answers=[answer(token, label="joy")]).json()
    (receipt,) = refused["acknowledged"]
    assert "«joy»" in receipt.pop("message")
    assert receipt == {"token": token, "revision": 1, "status": "refused", "error": "unknown_label"}
    assert post().json()["day"] == 0


def test_a_press_of_a_class_that_was_split_is_answered_with_a_sentence(post: Post, house: Database) -> None:
    token = post().json()["items"][0]["token"]
    with house.transaction() as connection:
        asked = Change(ChangeKind.SPLIT, ("neutral",), ("plain", "polite"))
        change_classes(connection, get_project(connection, "demo"), asked, now=now(), actor=None)
    seen = post(answers=[answer(token, label="neutral")]).json()
    assert "«neutral» разделён" in seen["acknowledged"][0]["message"]
    assert token in {item["token"] for item in seen["items"]}
    assert post(answers=[answer(token, label="polite")]).json()["acknowledged"][0]["status"] == "stored"


def test_too_long_a_body_and_a_foreign_header(post: Post) -> None:
    assert post(b'"' + b"x" * (MAX_BODY + 1) + b'"').status_code == 400
    assert post(header="form").status_code == 400


def test_seconds_and_comments_are_kept_in_bounds(post: Post) -> None:
    token = post().json()["items"][0]["token"]
    sent = answer(token, seconds=10**9, comment="x" * 10_000)
    assert post(answers=[sent]).json()["acknowledged"][0]["status"] == "stored"


def test_who_is_no_member_or_asks_for_another_project(post: Post, house: Database) -> None:
    with house.transaction() as connection:
        lead = open_session(connection, get_person(connection, "lead").id, now=now())
    assert post(login_token=lead).status_code == 403
    assert post(project="nowhere").status_code == 403
    assert post(close_chunk=10_000).json()["error"] == "unknown_chunk"


def test_the_notice_says_why_one_is_paused(post: Post, house: Database) -> None:
    with house.transaction() as connection:
        project, person = get_project(connection, "demo"), get_person(connection, "assessor")
        gates.pause(connection, project.id, person.id, PauseReason.GOLDEN_FLOOR, now=now(), actor=None)
    paused = post().json()
    assert (paused["state"], paused["items"]) == ("paused", [])
    assert "отложена" in paused["notice"]
    with house.transaction() as connection:
        set_standing(connection, project.id, person.id, Standing.ACTIVE, now=now(), actor=None)
    assert post().json()["notice"] is None
    with house.transaction() as connection:
        set_standing(connection, project.id, person.id, Standing.PAUSED, now=now(), actor=None)
    assert "Лид" in post().json()["notice"]


def test_without_golden_items_to_qualify_on_the_card_says_so(post: Post, house: Database) -> None:
    with house.transaction() as connection:
        project = get_project(connection, "demo")
        change_settings(connection, project.id, {"qualification_size": 5}, now=now(), actor=None)
        grant(connection, project.id, get_person(connection, "stranger").id, Role.ASSESSOR, now=now(), actor=None)
    unprepared = post().json()
    assert (unprepared["state"], unprepared["chunk"]) == ("paused", None)
    assert "не хватает контрольных" in unprepared["notice"]


@pytest.mark.parametrize(("tries", "said"), [(1, "попыток больше нет"), (2, "попробуйте ещё раз")])
def test_who_does_not_qualify_is_sent_to_the_briefing(post: Post, house: Database, tries: int, said: str) -> None:
    with house.transaction() as connection:
        project = get_project(connection, "demo")
        for item_id in add_items(connection, project, [f"golden {n}" for n in range(4)], first=100):
            golden.appoint(connection, project, item_id, "gratitude", now=now(), actor=None)
        qualify = {"qualification_size": 2, "qualification_tries": tries}
        change_settings(connection, project.id, qualify, now=now(), actor=None)
    held = post().json()["items"]
    chunk = post(answers=[answer(entry["token"]) for entry in held]).json()["chunk"]["id"]
    result = post(close_chunk=chunk).json()["result"]
    assert (result["title"], result["mistakes"], result["stops"]) == ("Допуск не получен", True, True)
    assert result["message"].startswith("Верно 0 из 2") and said in result["message"]


def test_answers_of_whoever_sat_here_before_are_not_taken_for_the_readers(post: Post, house: Database) -> None:
    token = post().json()["items"][0]["token"]
    with house.snapshot() as connection:
        mine, other = (str(get_person(connection, login).id) for login in ("assessor", "lead"))
    assert post(answers=[answer(token)], person=other).status_code == 401
    assert post(answers=[answer(token)], person=mine).json()["acknowledged"][0]["status"] == "stored"


def test_a_chunk_closed_twice_tells_its_result_twice(post: Post) -> None:
    held = post().json()["items"]
    chunk = post(answers=[answer(entry["token"]) for entry in held]).json()["chunk"]["id"]
    first, second = post(close_chunk=chunk).json(), post(close_chunk=chunk).json()
    assert first["result"] == second["result"] and first["result"]


def test_an_answer_is_refused_whose_session_ended_after_the_gate_had_let_it_pass(house: Database, post: Post) -> None:
    token = post().json()["items"][0]["token"]
    with house.transaction() as connection:
        person = get_person(connection, "assessor")
        reader = check_session(connection, open_session(connection, person.id, now=now()), now=now())
        assert reader is not None
        end_all_sessions(connection, person.id, now=now())
    body = {"project": "demo", "want": 3, "answers": [answer(token)], "close_chunk": None}
    with pytest.raises(LabelingError, match="session_ended"):
        desk._respond(reader, json.dumps(body).encode())
    with house.snapshot() as connection:
        assert connection.execute(select(schema.annotation)).all() == []
