"""A page that is open still when its session ends, or its role is taken: whatever is pressed there, nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from db import schema
from db.engine import Database
from labeling.people.memberships import revoke
from labeling.people.people import get_person, set_active
from labeling.people.sign_in import end_all_sessions, open_session
from labeling.projects.archive import archive_project
from labeling.projects.projects import get_project
from pages.ui import session
from pages.ui.navigation import PAGES
from pages.ui.words import say
from tests.pages.conftest import OpenPage
from tests.pages.test_who_may import MAY
from tests.pages.working import put_to_work

ENDED = say("ru", "shell.session_ended")
Act = Callable[[Database, str], None]


def state_of(house: Database) -> dict[str, list[str]]:
    """Everything that is stored, but sign-ins."""
    kept = [table for table in schema.metadata.sorted_tables if table.name != "sign_in"]
    with house.snapshot() as connection:
        return {table.name: sorted(repr(tuple(row)) for row in connection.execute(select(table))) for table in kept}


def who_opens(path: str) -> str:
    return next(login for login in ("lead", "expert", "assessor", "boss") if login in MAY[path])


@pytest.fixture
def busy(house: Database) -> Database:
    put_to_work(house, days=1)
    return house


def buttons(app: AppTest) -> list[Button]:
    return [button for button in app.button if not button.disabled]


def end_sessions(house: Database, login: str) -> None:
    with house.transaction() as connection:
        end_all_sessions(connection, get_person(connection, login).id, now=datetime.now(UTC))


def take_every_role(house: Database, login: str) -> None:
    with house.transaction() as connection:
        person, project = get_person(connection, login), get_project(connection, "demo")
        for held in person.memberships:
            revoke(connection, project.id, person.id, held.role, now=datetime.now(UTC), actor=None)


def shut_out(house: Database, login: str) -> None:
    with house.transaction() as connection:
        set_active(connection, get_person(connection, login).id, False, now=datetime.now(UTC), actor=None)


def put_away(house: Database, _login: str) -> None:
    with house.transaction() as connection:
        archive_project(connection, "demo", now=datetime.now(UTC), actor=None)


@pytest.mark.parametrize("path", [entry.path for entry in PAGES])
def test_no_button_of_any_page_writes_once_the_session_has_ended(
    busy: Database, open_page: OpenPage, path: str
) -> None:
    login = who_opens(path)
    for at in range(len(buttons(open_page(login, path, project="demo")))):
        app = open_page(login, path, project="demo")
        end_sessions(busy, login)
        before = state_of(busy)
        app = buttons(app)[at].click().run()
        assert state_of(busy) == before, f"{path}: button {at}"
        assert [entry.value for entry in app.info] == [ENDED], f"{path}: button {at}"
        assert any("/account/sign-in" in element.proto.body for element in app.get("html"))


@pytest.mark.parametrize("act", [end_sessions, take_every_role, shut_out, put_away])
def test_a_lead_who_was_sent_away_grants_no_way_back(busy: Database, open_page: OpenPage, act: Act) -> None:
    app = open_page("lead", "people/members.py", project="demo")
    app.selectbox(key="add_login").set_value("stranger")
    act(busy, "lead")
    before = state_of(busy)
    app = next(each for each in app.button if each.label == say("ru", "members.add")).click().run()
    assert state_of(busy) == before
    assert len(app.info) == 1 and not app.dataframe and not app.exception


def test_who_is_let_in_by_another_persons_cookie_writes_nothing(
    busy: Database, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page was drawn for one, its connection came again as another."""
    app = open_page("lead", "people/members.py", project="demo")
    app.selectbox(key="add_login").set_value("stranger")
    with busy.transaction() as connection:
        token = open_session(connection, get_person(connection, "boss").id, now=datetime.now(UTC))
    monkeypatch.setattr(session, "cookie_token", lambda: token)
    before = state_of(busy)
    next(each for each in app.button if each.label == say("ru", "members.add")).click().run()
    assert state_of(busy) == before


def test_the_language_is_nobodys_once_the_session_has_ended(busy: Database, open_page: OpenPage) -> None:
    app = open_page("lead", "people/members.py", project="demo")
    end_sessions(busy, "lead")
    before = state_of(busy)
    app.button_group(key="language_choice").set_value("en").run()
    assert state_of(busy) == before


def test_the_language_is_changed_on_a_page_that_was_refused_too(busy: Database, open_page: OpenPage) -> None:
    app = open_page("assessor", "people/members.py", project="demo")
    app.button_group(key="language_choice").set_value("en").run()
    with busy.snapshot() as connection:
        assert get_person(connection, "assessor").locale == "en"
