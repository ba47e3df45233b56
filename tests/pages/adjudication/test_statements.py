"""How many statements the ruling card's requests take, and rulings on many items."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from db import schema
from db.engine import Database
from db.vocabulary import Role, Route
from labeling.adjudication.bulk import rule_many
from labeling.adjudication.queue import Candidate
from labeling.adjudication.undoing import undo
from labeling.people.memberships import grant
from labeling.people.people import create_person, get_person
from labeling.projects.projects import change_settings, get_project, lock_project
from pages.adjudication import route
from pages.ui.session import now
from tests.labeling.worlds import add_items
from tests.pages.adjudication.ruling import QUIET, ruled
from tests.pages.review.reviewing import add_analysis
from tests.pages.statements import Counter, beyond, listening

# Each: who it is (1); project, classes and analysis, before anybody has to wait (3); the project's lock (1), and the roles (1);
# leases that are over, and one's own to go on (2); what lies there (1), what was done to the classes since (1), the votes on it
# (1), why it is suspected (1); the figures under it (1), and what is set aside (1).
ALWAYS = 14
# Counted anew where something was set aside, or for another expert: the analysis (1), all rulings (1), classes, golden labels
# and rulings in force (3), what was done to the classes since (1), what is set aside (1), audits (2).
COUNT = 9
# How many one has had (1), disputes (1), which candidates may be served (1), their leases (1): for one item and for ten.
SERVE = 4
# What the token names (1), the ruling (1), the end of its lease (1).
RULE = 3
MOST = {
    "lies there already": ALWAYS,
    "given back, and brought anew": ALWAYS + 1 + SERVE,
    # What its item wants now (1).
    "label": ALWAYS + RULE + 1 + SERVE,
    # The golden item and the corner case of the first press (2).
    "correction": ALWAYS + RULE + 1 + 2,
    "sent again": ALWAYS + 1,
    # Who is left to answer (1), and that it is wanted (1).
    "send back": ALWAYS + RULE + 2 + SERVE + COUNT,
    "unclear": ALWAYS + RULE + SERVE + COUNT,
    # No ruling.
    "passed over": ALWAYS + RULE - 1 + SERVE + COUNT,
    # Tried, and taken back if it can't be (2): roles, item, golden label, its place, the audit log (5).
    "label, made golden": ALWAYS + RULE + 2 + 5 + SERVE,
    # The same; what the item wants (1), roles, golden or not, the case of before and this one, the audit log (5).
    "label, a corner case": ALWAYS + RULE + 1 + 2 + 5 + SERVE,
    # Of the candidates none is looked at: what another has ruled comes first.
    "second opinion": ALWAYS + RULE + 1 + SERVE,
    # Both rulings are shown.
    "claim of a dispute": ALWAYS + SERVE + 1 - 1 + COUNT,
}
BULK = {
    # Classes, earlier rulings, which may be ruled, the guide's version, the rulings, what items want, the audit log.
    "many at once": 7,
    # Roles, the act, all rulings on its items, the guide's version, the rulings, golden items, corner cases, what items want,
    # the audit log.
    "undone": 9,
}


@pytest.fixture
def card(either_house: Database, monkeypatch: pytest.MonkeyPatch) -> Counter:
    """Sixty items, thirty of them suspected, and a second expert "expert2"."""
    # What follows in the background is nobody's request.
    monkeypatch.setattr(route, "rescore_soon", lambda *_: None)
    with either_house.transaction() as connection:
        # By which lots a slot is filled follows from it: an audit's item and a second opinion are asked for by one more each.
        connection.execute(update(schema.project).values(seed=11))
        project = get_project(connection, "demo")
        change_settings(connection, project.id, QUIET, now=now(), actor=None)
        items = add_items(connection, project, [f"text {n}" for n in range(60)])
        other = create_person(connection, "expert2", "Expert2", None, now=now())
        grant(connection, project.id, other.id, Role.EXPERT, now=now(), actor=None)
    add_analysis(either_house, project, items[:30], now=now())
    return Counter(either_house, route.ROUTES, "/desk/rulings")


def sit(card: Counter, *rulings: dict[str, Any], login: str = "expert", want: int = 3, **body: Any) -> dict[str, Any]:
    return card.post(login, **{"want": want, "wanted": {}, "rulings": list(rulings)} | body)


def until_a_second_opinion(card: Counter) -> str:
    """Pass over what comes until it is an item that another expert has ruled; its token."""
    lease = schema.expert_lease
    for _ in range(30):
        token = sit(card, login="expert2", want=1)["items"][0]["token"]
        with card.house.snapshot() as connection:
            found = connection.execute(select(lease.c.route).where(lease.c.token == token)).scalar_one()
        if found == Route.SECOND:
            return str(token)
        sit(card, ruled(token, None), login="expert2", want=0)
    raise AssertionError("none came")


def test_no_act_takes_more_than_it_needs(card: Counter) -> None:
    counted: dict[str, int] = {}

    def did(act: str, *rulings: dict[str, Any], **changes: Any) -> dict[str, Any]:
        reply = sit(card, *rulings, **changes)
        assert all(one["status"] in ("stored", "kept_first", "second") for one in reply["acknowledged"]), reply
        counted[act] = len(card.last)
        return reply

    sit(card)
    did("lies there already")
    seen = did("given back, and brought anew", release=True)
    first = seen["items"][0]["token"]
    seen = did("label", ruled(first))
    did("correction", ruled(first, "neutral", revision=2))
    did("sent again", ruled(first, "neutral", revision=2))
    seen = did("send back", ruled(seen["items"][0]["token"], None, verdict="sent_back"))
    seen = did("unclear", ruled(seen["items"][0]["token"], None, verdict="unclear"))
    seen = did("passed over", ruled(seen["items"][0]["token"], None))
    seen = did("label, made golden", ruled(seen["items"][0]["token"], make_golden=True))
    did("label, a corner case", ruled(seen["items"][0]["token"], corner_case=True))
    with card.house.transaction() as connection:
        project = get_project(connection, "demo")
        change_settings(connection, project.id, {"second_share": 1.0}, now=now(), actor=None)
    other = until_a_second_opinion(card)
    seen = did("second opinion", ruled(other, "gratitude"), login="expert2", want=1)
    assert seen["acknowledged"][0]["status"] == "second"
    seen = did("claim of a dispute", login="lead", want=1)
    assert len(seen["items"][0]["rulings"]) == 2
    assert beyond(counted, MOST) == {}


@pytest.mark.parametrize("n", [1, 30])
def test_many_items_take_no_more_than_one(card: Counter, n: int) -> None:
    counted: dict[str, int] = {}
    with card.house.transaction() as connection:
        actor = get_person(connection, "expert").id
        project = lock_project(connection, "demo")
        items = list(connection.execute(select(schema.item.c.id).order_by(schema.item.c.id)).scalars())[30 : 30 + n]
        candidates = [Candidate(item_id, "neutral", 0.5) for item_id in items]
        with listening() as sent:
            labels = dict.fromkeys(items, "gratitude")
            done = rule_many(connection, project, candidates, labels, now=now(), actor=None)
        counted["many at once"] = len(sent)
        with listening() as sent:
            assert undo(connection, project, done.act, now=now(), actor=actor).undone == n
        counted["undone"] = len(sent)
    assert beyond(counted, BULK) == {}
