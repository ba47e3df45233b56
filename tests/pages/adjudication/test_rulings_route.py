"""The ruling card's route by itself, on its real verbs: who may, what it takes and what becomes of it."""

from __future__ import annotations

import json

import pytest

from db import schema
from db.engine import Database
from db.vocabulary import Role, Route
from labeling.adjudication import batches
from labeling.errors import LabelingError
from labeling.people.people import get_person
from labeling.people.sign_in import check_session, end_all_sessions, open_session
from labeling.projects.guidelines import publish_guideline
from labeling.projects.projects import create_project, get_project
from pages.adjudication import route
from pages.ui.card_calls import MAX_BODY
from pages.ui.session import now
from tests.labeling.worlds import add_items
from tests.pages.adjudication.ruling import Post, ruled, settings, stored, texts


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


def test_what_is_worth_it_counts_only_what_can_be_brought(post: Post) -> None:
    """Seven of eight lie above the floor; what is passed over, parked or before another is not worth anybody's wait."""
    first = post().json()
    assert first["remaining"] == 7
    passed, unclear, _ = (entry["token"] for entry in first["items"])
    assert post(rulings=[ruled(passed, None)]).json()["remaining"] == 6
    assert post(rulings=[ruled(unclear, None, verdict="unclear")]).json()["remaining"] == 5
    # The other expert may have what the first passed over, and not the three that lie before them.
    assert post("expert2", want=0).json()["remaining"] == 3


def test_when_nothing_is_left_nothing_is_worth_it(post: Post) -> None:
    """One count: the screen that says so stands beside no other number."""
    reply = post().json()
    while reply["items"]:
        reply = post(rulings=[ruled(reply["items"][0]["token"], None)]).json()
    assert (reply["state"], reply["remaining"]) == ("done", 0)


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


@pytest.mark.parametrize(
    ("login", "why"),
    # Who has no part in a project isn't told that there is one.
    [("assessor", "not_allowed"), ("stranger", "unknown_project"), ("paused", "not_allowed")],
)
def test_others_may_not(post: Post, login: str, why: str) -> None:
    refused = post(login)
    assert (refused.status_code, refused.json()["error"]) == (403, why)


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
        b'"' + b"x" * (MAX_BODY + 1) + b'"',
    ],
)
def test_what_is_no_request_is_said_to_be_none(post: Post, raw: bytes) -> None:
    refused = post(raw=raw)
    assert (refused.status_code, refused.json()["error"]) == (400, "bad_request")


def test_a_ruling_is_refused_whose_session_ended_after_the_gate_had_let_it_pass(house: Database, post: Post) -> None:
    token = post().json()["items"][0]["token"]
    with house.transaction() as connection:
        expert = get_person(connection, "expert").id
        reader = check_session(connection, open_session(connection, expert, now=now()), now=now())
        assert reader is not None
        end_all_sessions(connection, expert, now=now())
    body = {"project": "demo", "want": 3, "rulings": [ruled(token)]}
    with pytest.raises(LabelingError, match="session_ended"):
        route._respond(reader, json.dumps(body).encode())
    assert stored(house) == []
