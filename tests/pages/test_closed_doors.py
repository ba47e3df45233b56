"""Projects that are put away or another's, roles that are taken, addresses that texts may go to: what is refused, and how."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from db import schema
from db.engine import Database
from db.vocabulary import LeaseState, Role
from labeling import config
from labeling.desk import card as desk
from labeling.errors import LabelingError
from labeling.junior.asking import client_of
from labeling.people.memberships import revoke
from labeling.people.people import get_person
from labeling.people.sign_in import open_session
from labeling.projects.archive import archive_project
from labeling.projects.projects import change_settings, create_project, get_project
from pages.adjudication import route as rulings
from pages.desk import guide_route, route
from pages.ui.gate import Gate
from pages.ui.session import COOKIE
from tests.labeling.worlds import add_items

HEADERS = {"X-Sverka": "card", "Sec-Fetch-Site": "same-origin"}
CARDS = {
    "/desk/answers": {"answers": [], "want": 1, "close_chunk": None},
    "/desk/rulings": {"rulings": [], "want": 1},
}


def as_person(house: Database, login: str) -> TestClient:
    with house.transaction() as connection:
        token = open_session(connection, get_person(connection, login).id, now=datetime.now(UTC))
    app = Starlette(routes=[*route.ROUTES, *rulings.ROUTES, *guide_route.ROUTES], middleware=[Middleware(Gate)])
    return TestClient(app, cookies={COOKIE: token}, headers=HEADERS)


def asked(client: TestClient, path: str, slug: str) -> tuple[int, str]:
    if path == "/desk/guidelines":
        answer: httpx.Response = client.get(path, params={"project": slug})
    else:
        answer = client.post(path, json=CARDS[path] | {"project": slug})
    return answer.status_code, answer.text.replace(slug, "SLUG")


@pytest.mark.parametrize("path", [*CARDS, "/desk/guidelines"])
@pytest.mark.parametrize("login", ["assessor", "lead", "stranger"])
def test_what_is_not_mine_is_answered_like_what_is_not_there(house: Database, path: str, login: str) -> None:
    with house.transaction() as connection:
        create_project(connection, "secret", now=datetime.now(UTC))
        create_project(connection, "buried", now=datetime.now(UTC))
        archive_project(connection, "buried", now=datetime.now(UTC), actor=None)
    client = as_person(house, login)
    answers = {asked(client, path, slug) for slug in ("secret", "buried", "nowhere")}
    assert len(answers) == 1
    assert answers.pop()[0] == 403


@pytest.mark.parametrize("path", CARDS)
@pytest.mark.parametrize("login", ["assessor", "expert", "boss"])
def test_nobody_works_in_a_project_that_is_put_away(house: Database, path: str, login: str) -> None:
    with house.transaction() as connection:
        add_items(connection, get_project(connection, "demo"), ["one", "two"])
        archive_project(connection, "demo", now=datetime.now(UTC), actor=None)
    status, told = asked(as_person(house, login), path, "demo")
    assert (status, "message" in told) == (403, True)
    with house.snapshot() as connection:
        assert (
            connection.execute(select(schema.lease)).all()
            == connection.execute(select(schema.expert_lease)).all()
            == []
        )


def test_the_verb_itself_refuses_a_project_that_was_put_away_meanwhile(either_house: Database) -> None:
    now = datetime.now(UTC)
    with either_house.transaction() as connection:
        person = get_person(connection, "assessor").id
        archive_project(connection, "demo", now=now, actor=None)
        with pytest.raises(LabelingError, match="project_archived"):
            desk.work(connection, "demo", person, want=1, now=now, day_start=now)


def test_a_role_that_is_taken_leaves_nothing_on_the_desk(either_house: Database) -> None:
    now = datetime.now(UTC)
    with either_house.transaction() as connection:
        project, person = get_project(connection, "demo"), get_person(connection, "assessor").id
        add_items(connection, project, ["one", "two", "three"])
        change_settings(connection, project.id, {"golden_per_chunk": 0, "overlap": 1}, now=now, actor=None)
        places = sum(connection.execute(select(schema.queue.c.places)).scalars())
        served = desk.work(connection, "demo", person, want=3, now=now, day_start=now - timedelta(hours=1))
        assert served.items
        revoke(connection, project.id, person, Role.ASSESSOR, now=now, actor=None)
        states = connection.execute(select(schema.lease.c.state)).scalars().all()
        assert set(states) == {LeaseState.RELEASED}
        assert sum(connection.execute(select(schema.queue.c.places)).scalars()) == places


def test_a_lead_has_texts_sent_nowhere_but_where_the_operator_lets_them(
    house: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(config, "JUNIOR_URL", "https://own.example/v1")
    monkeypatch.setenv("SVERKA_JUNIOR_URLS", "https://listed.example/v1, http://10.0.0.7:8080/v1")
    now = datetime.now(UTC)
    with house.transaction() as connection:
        project, lead = get_project(connection, "demo"), get_person(connection, "lead").id
        for url in ("https://own.example/v1/", "https://listed.example/v1", "http://10.0.0.7:8080/v1", None):
            change_settings(connection, project.id, {"junior_url": url}, now=now, actor=lead)
        for url in (
            "https://elsewhere.example/v1", "https://own.example/v1/../x", "https://own.example.evil/v1",
            "http://169.254.169.254/latest", "http://own.example/v1", "https://own.example@evil.example/v1",
        ):  # fmt: skip
            with pytest.raises(LabelingError, match="junior_url_not_allowed"):
                change_settings(connection, project.id, {"junior_url": url}, now=now, actor=lead)


@pytest.mark.parametrize("url", ["https://listed.example/v1", "http://169.254.169.254/v1"])
def test_an_address_that_is_listed_no_more_is_asked_no_more(
    house: Database, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("SVERKA_JUNIOR_URLS", url)
    with house.transaction() as connection:
        demo = get_project(connection, "demo").id
        project = change_settings(connection, demo, {"junior_url": url}, now=datetime.now(UTC), actor=None)
    client_of(project)
    monkeypatch.setenv("SVERKA_JUNIOR_URLS", "https://other.example/v1")
    with pytest.raises(LabelingError, match="junior_url_not_allowed"):
        client_of(project)
