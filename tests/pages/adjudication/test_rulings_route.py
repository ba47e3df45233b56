"""The ruling card's route by itself, on its real verbs: who may, what it takes, what it tells and what it never tells."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from db import schema
from db.engine import Database
from db.vocabulary import Role, Route
from labeling.adjudication import batches
from labeling.desk import card as desk
from labeling.people.memberships import grant
from labeling.people.people import create_person, get_person
from labeling.people.sign_in import check_session, open_session
from labeling.projects.guidelines import publish_guideline
from labeling.projects.projects import Project, change_settings, create_project, get_project
from pages.adjudication import route as rulings
from pages.ui.session import now
from tests.labeling.worlds import add_items, press
from tests.pages.review.reviewing import add_analysis, draw_audit

Post = Callable[..., httpx.Response]
QUIET = {"audit_share": 0.0, "second_share": 0.0}


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


def ruled(token: str, label: str | None = "gratitude", **changes: Any) -> dict[str, Any]:
    """A ruling as the card sends it; without a label it is passed over."""
    said = {"token": token, "revision": 1, "verdict": "label" if label else None, "label": label, "rationale": ""}
    return said | {"blind": False, "make_golden": False, "corner_case": False, "seconds": 2.5} | changes


def texts(reply: dict[str, Any]) -> list[str]:
    return [entry["text"] for entry in reply["items"]]


def settings(house: Database, **values: object) -> Project:
    with house.transaction() as connection:
        project = get_project(connection, "demo")
        return change_settings(connection, project.id, values, now=now(), actor=None)


def stored(house: Database) -> list[dict[str, Any]]:
    with house.snapshot() as connection:
        rows = connection.execute(select(schema.adjudication).order_by(schema.adjudication.c.created_at)).mappings()
        return [dict(row) for row in rows]


def test_the_most_suspicious_come_first_and_a_ruling_brings_the_next(post: Post, house: Database) -> None:
    first = post().json()
    assert (texts(first), first["state"], first["day"]) == (["text 0", "text 1", "text 2"], "working", 0)
    token = first["items"][0]["token"]
    second = post(rulings=[ruled(token, rationale=" because ")]).json()
    assert (first["remaining"], second["remaining"]) == (7, 6)
    told = {"token": token, "revision": 1, "status": "stored", "error": None, "message": None}
    assert second["acknowledged"] == [told]
    assert texts(second) == ["text 1", "text 2", "text 3"]
    assert (second["day"], second["found"]) == (1, {"ruled": 1, "changed": 1, "share": "100%"})
    (row,) = stored(house)
    assert (row["label"], row["given"], row["rationale"], row["seconds"]) == ("gratitude", "neutral", "because", 2.5)
    assert (row["score"], row["suspicion"], row["route"]) == (0.9, "votes_disagree", Route.SUSPICION)


def test_sent_again_it_changes_nothing_and_a_correction_is_a_revision(post: Post, house: Database) -> None:
    token = post().json()["items"][0]["token"]
    post(rulings=[ruled(token)])
    again = post(rulings=[ruled(token, "neutral")]).json()
    assert again["acknowledged"][0]["status"] == "kept_first"
    corrected = post(rulings=[ruled(token, "neutral", revision=2)]).json()
    assert corrected["acknowledged"][0]["status"] == "stored"
    assert [(row["revision"], row["label"]) for row in stored(house)] == [(1, "gratitude"), (2, "neutral")]
    assert (corrected["day"], corrected["found"]) == (1, {"ruled": 1, "changed": 0, "share": "0%"})


def test_a_refused_ruling_says_why_leaves_nothing_and_holds_up_no_other(post: Post, house: Database) -> None:
    held = [entry["token"] for entry in post().json()["items"]]
    both = {"make_golden": True, "corner_case": True}
    reply = post(rulings=[ruled(held[0], "joy"), ruled(held[1], **both), ruled(held[2])]).json()
    told = [(done["status"], done["error"]) for done in reply["acknowledged"]]
    assert told == [("refused", "unknown_label"), ("refused", "golden_in_guide"), ("stored", None)]
    assert "joy" in reply["acknowledged"][0]["message"]
    assert [row["label"] for row in stored(house)] == ["gratitude"]
    assert [entry["token"] for entry in reply["items"]][:2] == held[:2]


def test_what_a_refused_ruling_had_written_is_taken_back(post: Post, house: Database) -> None:
    """Nobody is left to send it to: that shows only after the ruling was written."""
    token = post().json()["items"][0]["token"]
    with house.transaction() as connection:
        connection.execute(schema.membership.delete().where(schema.membership.c.role == Role.ASSESSOR))
    reply = post(rulings=[ruled(token, None, verdict="sent_back")]).json()
    assert reply["acknowledged"][0]["error"] == "nobody_left"
    assert stored(house) == []
    assert reply["items"][0]["token"] == token


def test_passed_over_it_goes_to_another_expert(post: Post, house: Database) -> None:
    token = post().json()["items"][0]["token"]
    after = post(rulings=[ruled(token, None)]).json()
    assert "text 0" not in texts(after) and after["day"] == 0
    assert texts(post("expert2").json())[:1] == ["text 0"]
    assert stored(house) == []


def test_two_experts_never_hold_the_same(post: Post) -> None:
    mine, theirs = post().json(), post("expert2").json()
    assert set(texts(mine)) & set(texts(theirs)) == set()
    assert texts(post().json()) == texts(mine), "a refresh brings the same"


def test_another_filter_gives_back_what_lies_here(post: Post, house: Database, items: list[int]) -> None:
    post()
    with house.transaction() as connection:
        project, me = get_project(connection, "demo"), get_person(connection, "expert").id
        batch = batches.make_batch(connection, project, "b", [items[15], items[5]], now=now(), actor=me)
    kept = post(wanted={"batch": batch}).json()
    assert texts(kept) == ["text 0", "text 1", "text 2"]
    narrowed = post(wanted={"batch": batch}, release=True).json()
    assert texts(narrowed) == ["text 15", "text 5"]
    # What no analysis knows has no label in doubt; what it knows has.
    assert [entry["given"] for entry in narrowed["items"]] == [None, "neutral"]
    assert texts(post("expert2").json()) == ["text 0", "text 1", "text 2"]
    nothing = post(wanted={"given": "gratitude"}, release=True).json()
    assert (nothing["items"], nothing["state"]) == ([], "filtered")
    assert texts(post(wanted={"reason": "votes_disagree", "probable": "gratitude"}, want=1).json()) == ["text 3"]


def test_a_batch_of_another_project_brings_nothing(post: Post, house: Database) -> None:
    with house.transaction() as connection:
        other = create_project(connection, "other", now=now())
        foreign = add_items(connection, other, ["foreign"])
        boss = get_person(connection, "boss").id
        batch = batches.make_batch(connection, other, "b", foreign, now=now(), actor=boss)
    assert post(wanted={"batch": batch}).json()["items"] == []


def test_the_states_of_standing_still(post: Post, house: Database) -> None:
    while held := post().json()["items"]:
        post(rulings=[ruled(entry["token"]) for entry in held])
    assert post().json()["state"] == "done"
    assert post().json()["found"] == {"ruled": 8, "changed": 8, "share": "100%"}
    with house.transaction() as connection:
        for table in (schema.finding, schema.run_evidence, schema.run):
            connection.execute(table.delete())
    assert post().json()["state"] == "unprepared"


def test_votes_are_shown_without_names_and_reasons_as_sentences(post: Post, house: Database, items: list[int]) -> None:
    with house.transaction() as connection:
        change_settings(connection, get_project(connection, "demo").id, {"golden_per_chunk": 0}, now=now(), actor=None)
        me = get_person(connection, "assessor").id
        seen = desk.work(connection, "demo", me, want=1, now=now(), day_start=now())
        said = press(seen.items[0].token, "gratitude")
        desk.work(connection, "demo", me, answers=[said], want=0, now=now(), day_start=now())
        item = connection.execute(select(schema.annotation.c.item_id)).scalar_one()
    if item not in items[:8]:
        add_analysis(house, settings(house, **QUIET), [item], now=now())
    reply = post(want=8).json()
    voted = next(entry for entry in reply["items"] if entry["votes"])
    assert voted["votes"] == [{"label": "gratitude", "comment": None, "flagged": False}]
    assert voted["reasons"] == [
        "50% голосов не за эту метку, чаще других\u00a0— «gratitude»",
        "Классификатор видит здесь «gratitude», а этой метке даёт 4%",
    ]
    assert voted["junior"] is None and voted["chance"] is not None
    assert "assessor" not in json.dumps(reply)


def test_what_the_junior_says_stands_apart(post: Post, house: Database, items: list[int]) -> None:
    reasons = [{"code": "junior_disagrees", "value": 1.0, "label": "gratitude", "strength": 1.0}]
    add_analysis(house, settings(house, **QUIET), items[:1], now=now(), reasons=reasons)
    (entry,) = post().json()["items"]
    assert (entry["junior"], entry["reasons"]) == ("gratitude", [])


def test_audit_and_second_opinion_look_like_all_others(post: Post, house: Database, items: list[int]) -> None:
    """The route is never told, and nothing else tells it: an audited item has its score and reasons, too."""
    project = settings(house, audit_share=1.0, second_share=1.0)
    with house.transaction() as connection:
        draw_audit(connection, project, [items[6]], now=now())
    first = post(want=2).json()["items"]
    assert [entry["text"] for entry in first] == ["text 6", "text 0"]
    assert {tuple(sorted(entry)) for entry in first} == {
        ("chance", "context", "given", "junior", "metadata", "reasons", "rulings", "text", "token", "votes")
    }
    assert [(entry["given"], entry["chance"], len(entry["reasons"])) for entry in first] == [
        ("neutral", "30%", 2),
        ("neutral", "90%", 2),
    ]
    post(rulings=[ruled(first[1]["token"], "gratitude", rationale="a secret")])
    # Scored again after the ruling, the finding itself would give it away.
    with house.transaction() as connection:
        here = schema.finding.c.item_id == items[0]
        own = {"code": "rulings_text", "value": 2.0, "label": None, "strength": 0.9}
        values = {"score": 1.0, "probable": "gratitude", "reasons": [own]}
        connection.execute(schema.finding.update().where(here).values(values))
    seen: list[dict[str, Any]] = []
    for _ in range(8):
        held = post("expert2").json()["items"]
        seen += held
        post("expert2", rulings=[ruled(entry["token"], None) for entry in held])
    second = next(entry for entry in seen if entry["text"] == "text 0")
    assert (second["given"], second["chance"], second["reasons"], second["rulings"]) == ("neutral", "90%", [], [])
    assert "a secret" not in json.dumps(seen) and "route" not in json.dumps(seen)


def test_two_who_differ_are_shown_to_a_third_without_names(post: Post, house: Database) -> None:
    settings(house, second_share=1.0)
    token = post(want=1).json()["items"][0]["token"]
    post(want=0, rulings=[ruled(token, "gratitude", rationale="first")])
    for _ in range(12):
        held = post("expert2", want=1).json()["items"]
        if held[0]["text"] == "text 0":
            break
        post("expert2", want=0, rulings=[ruled(held[0]["token"], None)])
    done = post("expert2", want=0, rulings=[ruled(held[0]["token"], "neutral", rationale="second")]).json()
    assert done["acknowledged"][0]["status"] == "second"
    (entry,) = post("lead", want=1).json()["items"]
    assert entry["rulings"] == [
        {"label": "gratitude", "rationale": "first"},
        {"label": "neutral", "rationale": "second"},
    ]
    assert "xpert" not in json.dumps(entry)
    assert post("lead", rulings=[ruled(entry["token"])]).json()["acknowledged"][0]["status"] == "stored"


def test_whether_it_was_looked_at_is_kept(post: Post, house: Database) -> None:
    settings(house, blind_rulings=True)
    held = [entry["token"] for entry in post().json()["items"]]
    post(rulings=[ruled(held[0], blind=True), ruled(held[1], blind=False)])
    assert [row["blind"] for row in stored(house)] == [True, False]


def test_the_guide_is_unclear_until_there_is_another(post: Post, house: Database) -> None:
    token = post().json()["items"][0]["token"]
    assert "text 0" not in texts(post(rulings=[ruled(token, None, verdict="unclear")]).json())
    with house.transaction() as connection:
        project, boss = get_project(connection, "demo"), get_person(connection, "boss").id
        publish_guideline(connection, project.id, body_ru="да", body_en="", now=now(), actor=boss)
    assert texts(post("expert2").json())[:1] == ["text 0"]


@pytest.mark.parametrize("login", ["assessor", "stranger", "paused"])
def test_others_may_not(post: Post, login: str) -> None:
    refused = post(login)
    assert (refused.status_code, refused.json()["error"]) == (403, "not_allowed")


def test_a_lead_and_an_admin_may(post: Post) -> None:
    assert post("lead").status_code == 200
    assert post("boss").status_code == 200
    assert post(project="nowhere").status_code == 403


def test_a_foreign_header_and_another_person(post: Post, house: Database) -> None:
    assert post(header="form").status_code == 400
    with house.snapshot() as connection:
        other = str(get_person(connection, "lead").id)
    assert post(person=other).status_code == 401


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b'{"project": "demo"}',
        b'{"project":"demo","want":"x","rulings":[]}',
        b'{"project":"demo","want":1,"rulings":[{}]}',
        b'{"project":"demo","want":1,"rulings":[{"token":"a","revision":1,"verdict":"sing"}]}',
        b'{"project":"demo","want":1,"rulings":[],"wanted":{"reason":".*"}}',
        b'{"project":"demo","want":1,"rulings":[],"wanted":{"batch":"x"}}',
        b'"' + b"x" * (rulings.MAX_BODY + 1) + b'"',
    ],
)
def test_what_is_no_request_is_said_to_be_none(post: Post, raw: bytes) -> None:
    refused = post(raw=raw)
    assert (refused.status_code, refused.json()["error"]) == (400, "bad_request")
