"""What accounts that work together can read off the label card's route and page, beside the items themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from db import schema
from db.engine import Database
from db.vocabulary import Role
from labeling.desk import golden
from labeling.desk.answers import Receipt
from labeling.people.memberships import grant
from labeling.people.people import create_person
from labeling.projects.projects import change_settings, get_project
from pages.desk import route
from pages.ui.session import now
from tests.labeling.desk.attackers.ring import auc
from tests.labeling.worlds import add_items
from tests.pages.desk.test_desk_route import answer
from tests.pages.desk.test_statements import kinds_of
from tests.pages.statements import Counter

SETTINGS = {"overlap": 1, "chunk_size": 12, "golden_per_chunk": 4, "look_ahead": 7, "accuracy_floor": 0.0}


class Clock:
    """The route's time, which only the test moves."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.moment = now()
        monkeypatch.setattr(route, "now", lambda: self.moment)
        monkeypatch.setattr(route, "tend_soon", lambda *_: None)

    def later(self, **delta: float) -> None:
        self.moment += timedelta(**delta)


def make_ring(house: Database, accounts: int, **settings: Any) -> Counter:
    with house.transaction() as connection:
        project = get_project(connection, "demo")
        project = change_settings(connection, project.id, SETTINGS | settings, now=now(), actor=None)
        add_items(connection, project, [f"text {n}" for n in range(300)])
        for item_id in add_items(connection, project, [f"golden {n}" for n in range(150)], first=301):
            golden.appoint(connection, project, item_id, "neutral", now=now(), actor=None)
        for n in range(accounts):
            person = create_person(connection, f"ring{n}", f"Ring {n}", None, now=now())
            grant(connection, project.id, person.id, Role.ASSESSOR, now=now(), actor=None)
    return Counter(house, route.ROUTES, "/desk/answers")


def send(
    desk: Counter, login: str, *answers: dict[str, Any], want: int = 8, close: int | None = None
) -> dict[str, Any]:
    return desk.post(login, answers=list(answers), want=want, close_chunk=close)


def work_on(desk: Counter, login: str, labels: int) -> None:
    """A colleague's work, chunk by chunk."""
    seen, done = send(desk, login), 0
    while done < labels:
        held = [answer(one["token"]) for one in seen["items"]]
        done += len(held)
        seen = send(desk, login, *held) if held else send(desk, login, close=seen["chunk"]["id"])


def test_a_receipt_does_not_say_whether_the_answer_still_counted(
    either_house: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hold a desk until its leases end, let a colleague answer what lay there, answer late: ordinary items said "surplus"."""
    clock, desk = Clock(monkeypatch), make_ring(either_house, 14)
    said: dict[str, dict[str, Any]] = {}
    for n in range(0, 14, 2):
        held = [one["token"] for one in send(desk, f"ring{n}")["items"]]
        clock.later(minutes=40)
        work_on(desk, f"ring{n + 1}", 18)
        receipts = send(desk, f"ring{n}", *[answer(token) for token in held], want=0)["acknowledged"]
        said |= {receipt.pop("token"): receipt for receipt in receipts}
    truth = kinds_of(either_house)
    by_kind = {kind: [said[token] for token in said if truth[token] == kind] for kind in ("golden", "ordinary")}
    assert min(len(receipts) for receipts in by_kind.values()) >= 10
    assert auc(*[[float(one["status"] == Receipt.SURPLUS) for one in receipts] for receipts in by_kind.values()]) == 0.5
    assert all(one == {"revision": 1, "status": "stored", "error": None} for one in said.values())
    with either_house.snapshot() as connection:
        surplus = select(schema.annotation.c.id).where(schema.annotation.c.surplus)
        assert len(connection.execute(surplus).all()) >= 10
