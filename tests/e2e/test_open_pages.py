"""Pages that stand open in a real browser while their reader is sent away, and files that are somebody else's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from db import schema
from db.vocabulary import Role
from labeling.people.memberships import grant, revoke
from labeling.people.people import create_person, get_person
from labeling.people.sign_in import end_all_sessions, open_session
from labeling.projects.projects import create_project, get_project
from labeling.roles import roles_of
from pages.ui.session import COOKIE
from pages.ui.words import say
from tests.e2e.conftest import AppServer
from tests.labeling.worlds import add_items

SignedIn = Callable[[Page, str], Page]


@pytest.fixture(autouse=True)
def people(app_server: AppServer) -> None:
    """A project with two leads, and one who wants in again."""
    now = datetime.now(UTC)
    with app_server.database.transaction() as connection:
        project = create_project(connection, "demo", now=now, title_ru="Демо", title_en="Demo")
        add_items(connection, project, ["one", "two"])
        for login in ("anna", "berta", "carl"):
            person = create_person(connection, login, login.title(), None, now=now)
            if login != "carl":
                grant(connection, project.id, person.id, Role.LEAD, now=now, actor=None)


def test_a_lead_who_was_signed_out_elsewhere_grants_no_way_back_over_the_open_socket(
    app_server: AppServer, page: Page, signed_in: SignedIn
) -> None:
    signed_in(page, "anna").goto(f"{app_server.url}/members")
    chosen = page.locator("[class*=st-key-add_login] input")
    chosen.fill("carl")
    page.keyboard.press("Enter")
    expect(chosen).to_have_value("carl · Carl")
    with app_server.database.transaction() as connection:
        end_all_sessions(connection, get_person(connection, "anna").id, now=datetime.now(UTC))
    page.get_by_role("button", name=say("ru", "members.add")).click()
    expect(page.locator("#login")).to_be_visible()
    with app_server.database.snapshot() as connection:
        project, carl = get_project(connection, "demo"), get_person(connection, "carl")
        assert roles_of(connection, project.id, carl.id) == frozenset()


def test_what_is_drawn_anew_by_itself_ends_with_the_role(
    app_server: AppServer, page: Page, signed_in: SignedIn
) -> None:
    signed_in(page, "anna").goto(f"{app_server.url}/progress")
    page.get_by_text(say("ru", "progress.live")).click()
    expect(page.locator(".sv-title")).to_have_text(say("ru", "page.progress"))
    with app_server.database.transaction() as connection:
        project, anna = get_project(connection, "demo"), get_person(connection, "anna").id
        revoke(connection, project.id, anna, Role.LEAD, now=datetime.now(UTC), actor=None)
    expect(page.locator(".sv-title")).to_have_count(0)
    expect(page.get_by_text(say("ru", "shell.refused.no_project"))).to_be_visible()


def test_an_export_is_fetched_by_the_session_it_was_made_for_and_written_down(
    app_server: AppServer, page: Page, signed_in: SignedIn
) -> None:
    signed_in(page, "anna").goto(f"{app_server.url}/export?project=demo")
    with page.expect_download() as coming:
        page.get_by_role("button", name=say("ru", "export.download")).click()
    address = coming.value.url
    mine = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == COOKIE)
    with app_server.database.transaction() as connection:
        theirs = open_session(connection, get_person(connection, "berta").id, now=datetime.now(UTC))
        another = open_session(connection, get_person(connection, "anna").id, now=datetime.now(UTC))
    own = httpx.get(address, cookies={COOKIE: mine})
    assert (own.status_code, own.headers["cache-control"]) == (200, "no-store")
    assert b"one" in own.content
    for token in (theirs, another):
        answer = httpx.get(address, cookies={COOKIE: token})
        assert (answer.status_code, b"one" in answer.content) == (404, False)
        assert httpx.head(address, cookies={COOKIE: token}).status_code == 404
    with app_server.database.snapshot() as connection:
        event = schema.audit_event.c
        told = connection.execute(select(event.person_id, event.target).where(event.verb == "download")).all()
        assert [(row.person_id, row.target.partition("-")[0]) for row in told] == [
            (get_person(connection, "anna").id, "demo")
        ]
