"""Coming in, staying in and going out, in a real browser on the running application."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, update

from db import schema
from db.vocabulary import Role, Standing
from labeling import config
from labeling.people.memberships import grant
from labeling.people.people import create_person, get_person, set_active
from labeling.people.sign_in import hash_password
from labeling.projects.projects import create_project
from pages.ui.words import say
from tests.e2e.conftest import AppServer, running
from tests.e2e.waiting import drawn

PASSWORD = "several quiet words"
SignedIn = Callable[[Page, str], Page]


@pytest.fixture(scope="module")
def app_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """One for all of these tests, with an admin "anna" and a project with her in it."""
    now = datetime.now(UTC)
    with running(tmp_path_factory.mktemp("sign_in")) as server:
        with server.database.transaction() as connection:
            anna = create_person(connection, "anna", "Анна", hash_password("anna", PASSWORD), now=now, is_admin=True)
            project = create_project(connection, "demo", now=now, title_ru="Демо", title_en="Demo")
            grant(connection, project.id, anna.id, Role.LEAD, now=now, actor=None)
        yield server


@pytest.fixture(autouse=True)
def anna(app_server: AppServer) -> None:
    """Whatever a test before did to her."""
    with app_server.database.transaction() as connection:
        connection.execute(delete(schema.wrong_try))
        connection.execute(update(schema.person).values(active=True, locale="ru"))
        connection.execute(update(schema.membership).values(standing=Standing.ACTIVE))


def fill_in(page: Page, password: str = PASSWORD) -> None:
    """Fill in the sign-in page and send it."""
    page.fill("#login", "anna")
    page.fill("#password", password)
    page.keyboard.press("Enter")


def expect_page(page: Page, app_server: AppServer, name: str) -> None:
    """The page with this address is open and drawn."""
    expect(page).to_have_url(f"{app_server.url}/{name}")
    expect(page.locator(".sv-title")).to_have_text(say("ru", f"page.{name}"))


def test_a_deep_link_on_a_fresh_server_meets_the_sign_in_and_then_opens(app_server: AppServer, page: Page) -> None:
    page.goto(f"{app_server.url}/members")
    expect(page.locator("#login")).to_be_focused()
    assert page.locator("[data-testid=stApp]").count() == 0
    fill_in(page, "wrong wrong")
    expect(page.get_by_role("alert")).to_have_text(say("ru", "sign_in.wrong_sign_in"))
    expect(page.locator("#password")).to_be_focused()
    fill_in(page)
    expect_page(page, app_server, "members")


def test_a_session_survives_reload_new_tab_and_restart(app_server: AppServer, page: Page, signed_in: SignedIn) -> None:
    signed_in(page, "anna").goto(f"{app_server.url}/members")
    expect_page(page, app_server, "members")
    page.reload()
    expect_page(page, app_server, "members")
    tab = page.context.new_page()
    tab.goto(f"{app_server.url}/profile")
    expect_page(tab, app_server, "profile")
    app_server.restart()
    # The tab connects again by itself, and a click in it is answered; until it is drawn anew its links are grey and lead nowhere.
    drawn(tab)
    tab.get_by_role("link", name=say("ru", "door.house"), exact=True).click()
    expect_page(tab, app_server, "people")
    page.reload()
    expect_page(page, app_server, "members")


def test_signing_out_ends_the_other_tab_at_its_next_click(
    app_server: AppServer, page: Page, signed_in: SignedIn
) -> None:
    signed_in(page, "anna").goto(f"{app_server.url}/members")
    tab = page.context.new_page()
    tab.goto(f"{app_server.url}/people")
    expect_page(tab, app_server, "people")
    expect_page(page, app_server, "members")
    page.get_by_role("button", name=say("ru", "shell.sign_out")).click()
    expect(page.get_by_role("status")).to_have_text(say("ru", "sign_in.signed_out"))
    tab.get_by_role("link", name=say("ru", "page.projects"), exact=True).click()
    expect(tab.get_by_role("status")).to_have_text(say("ru", "sign_in.ended"))
    fill_in(tab)
    expect_page(tab, app_server, "people")
    page.goto(f"{app_server.url}/members")
    expect_page(page, app_server, "members")


def test_a_ban_acts_at_the_next_click(app_server: AppServer, page: Page, signed_in: SignedIn) -> None:
    signed_in(page, "anna").goto(f"{app_server.url}/members")
    expect_page(page, app_server, "members")
    with app_server.database.transaction() as connection:
        create_person(connection, "other", "Other", None, now=datetime.now(UTC), is_admin=True)
        anna = get_person(connection, "anna").id
        set_active(connection, anna, False, now=datetime.now(UTC), actor=None)
    page.get_by_role("link", name=say("ru", "door.house"), exact=True).click()
    expect(page.get_by_role("status")).to_have_text(say("ru", "sign_in.ended"))
    fill_in(page)
    expect(page.get_by_role("alert")).to_have_text(say("ru", "sign_in.person_inactive"))


def test_signing_out_everywhere_takes_this_tab_along(app_server: AppServer, page: Page, signed_in: SignedIn) -> None:
    signed_in(page, "anna").goto(f"{app_server.url}/profile")
    page.get_by_role("button", name=say("ru", "profile.end_everywhere")).click()
    page.get_by_role("button", name=say("ru", "widget.confirm")).click()
    expect(page.locator("#login")).to_be_visible()


def test_the_sign_in_works_without_scripts(app_server: AppServer, page: Page) -> None:
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    plain = context.new_page()
    plain.goto(f"{app_server.url}/members")
    expect(plain.locator(".go")).to_have_text(say("en", "sign_in.submit"))
    plain.get_by_role("button", name="Русский").click()
    expect(plain.locator(".go")).to_have_text(say("ru", "sign_in.submit"))
    fill_in(plain)
    expect(plain).to_have_url(f"{app_server.url}/members")
    context.close()


def test_the_language_switch_speaks_at_once_and_tells_the_screen_reader(
    app_server: AppServer, page: Page, signed_in: SignedIn
) -> None:
    signed_in(page, "anna").goto(f"{app_server.url}/members")
    expect_page(page, app_server, "members")
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    page.get_by_role("radio", name="English").or_(page.get_by_role("button", name="English")).first.click()
    expect(page.locator(".sv-title")).to_have_text(say("en", "page.members"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page).to_have_title(f"{say('en', 'page.members')} · {say('en', 'shell.name')}")


def test_a_defect_is_a_calm_sentence_with_a_number_that_the_log_explains(
    app_server: AppServer, page: Page, signed_in: SignedIn
) -> None:
    """A page meets something nobody expected: here, a project with a setting that no code of today writes."""
    signed_in(page, "anna").goto(f"{app_server.url}/members")
    expect_page(page, app_server, "members")
    with app_server.database.transaction() as connection:
        connection.exec_driver_sql("PRAGMA ignore_check_constraints=ON")
        connection.execute(update(schema.membership).values(standing="gone"))
        connection.exec_driver_sql("PRAGMA ignore_check_constraints=OFF")
    page.get_by_role("link", name=say("ru", "door.house"), exact=True).click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("это наша ошибка")
    assert "Traceback" not in page.content()
    assert "ValueError" not in page.content()
    reference = alert.inner_text().rstrip(".").split()[-1]
    log = app_server.output()
    assert f"failure {reference}" in log
    # Where it arose and of what kind it is: never what a text quotes.
    assert "ValueError" in log


def test_the_demo_is_one_press_away(app_server: AppServer, page: Page) -> None:
    with app_server.database.transaction() as connection:
        project = create_project(connection, "shown", now=datetime.now(UTC), is_simulated=True)
        lead = create_person(
            connection,
            "demo-lead",
            "Лид",
            hash_password("demo-lead", config.DEMO_PASSWORD),
            now=datetime.now(UTC),
            is_simulated=True,
        )
        grant(connection, project.id, lead.id, Role.LEAD, now=datetime.now(UTC), actor=None)
    page.goto(f"{app_server.url}/members")
    page.locator("details form", has_text="demo-lead").get_by_role("button").click()
    expect_page(page, app_server, "members")
    expect(page.locator(".sv-here")).to_contain_text("demo-lead")
