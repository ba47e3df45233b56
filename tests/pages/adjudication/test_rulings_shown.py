"""What a request of the ruling card tells an expert of an item, and what it never tells."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import select, update

from db import schema
from db.engine import Database
from db.vocabulary import ItemForm
from labeling.desk import card as desk
from labeling.people.people import get_person
from labeling.projects.projects import change_settings, get_project
from pages.ui.session import now
from tests.labeling.worlds import add_items, press
from tests.pages.adjudication.ruling import QUIET, Post, ruled, settings, texts
from tests.pages.review.reviewing import add_analysis, draw_audit


def test_two_experts_never_hold_the_same(post: Post) -> None:
    mine, theirs = post().json(), post("expert2").json()
    assert set(texts(mine)) & set(texts(theirs)) == set()
    assert texts(post().json()) == texts(mine), "a refresh brings the same"


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
    assert voted["votes"] == [{"label": "gratitude", "comment": None, "flagged": False, "evidence": None}]
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


def test_an_expert_sees_a_conversation_and_which_turn_decided_for_whom(post: Post, house: Database) -> None:
    with house.transaction() as connection:
        project = get_project(connection, "demo")
        change_settings(connection, project.id, {"unjudged_speakers": ["bot"]}, now=now(), actor=None)
        (item,) = add_items(connection, project, ["client: hi\nbot: hello"], first=100, form=ItemForm.TURNS)
        connection.execute(update(schema.queue).where(schema.queue.c.item_id != item).values(places=0))
        me = get_person(connection, "assessor").id
        seen = desk.work(connection, "demo", me, want=1, now=now(), day_start=now())
        said = replace(press(seen.items[0].token), evidence=1)
        desk.work(connection, "demo", me, answers=[said], want=0, now=now(), day_start=now())
    add_analysis(house, settings(house, **QUIET), [item], now=now())
    (entry,) = [entry for entry in post(want=8).json()["items"] if entry.get("turns")]
    assert entry["turns"] == [
        {"speaker": "client", "text": "hi"},
        {"speaker": "bot", "text": "hello", "muted": True},
    ]
    assert (entry["text"], entry["form"], entry["votes"][0]["evidence"]) == ("", "turns", 1)
