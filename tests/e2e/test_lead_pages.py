"""What only a browser shows of the lead's pages: the live view keeps its place, and what was just typed is saved."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from db import schema
from db.vocabulary import Role
from labeling.people.memberships import grant
from labeling.people.people import create_person
from labeling.projects.classes import add_codes
from labeling.projects.guidelines import get_guideline
from labeling.projects.projects import create_project, get_project
from pages.ui.words import say
from tests.e2e.conftest import AppServer
from tests.labeling.worlds import World
from tests.pages.working import publish, put_to_work, work_a_chunk

SignedIn = Callable[[Page, str], Page]
SCROLLED = "document.querySelector('[data-testid=stMain]').scrollTop"
# The live view refreshes every ten seconds; a busy machine may be late.
REFRESHED = 30_000


@pytest.fixture
def world(app_server: AppServer) -> World:
    """The project "demo" after three days of work, with a lead."""
    now = datetime.now(UTC)
    with app_server.database.transaction() as connection:
        project = create_project(connection, "demo", now=now)
        add_codes(connection, project.id, ["neutral", "gratitude"], now=now)
        for login, role in (("lead", Role.LEAD), ("assessor", Role.ASSESSOR)):
            person = create_person(connection, login, login.title(), None, now=now)
            grant(connection, project.id, person.id, role, now=now, actor=None)
    return put_to_work(app_server.database)


def open_page(page: Page, app_server: AppServer, url: str) -> None:
    """Open a page, and wait until it is drawn."""
    page.goto(f"{app_server.url}/{url}")
    expect(page.locator(".sv-answer")).to_be_visible()


# The longest that a card has to say, put into every one of them.
CUT = """() => [...document.querySelectorAll('[data-testid=stMetricValue] p')].flatMap((said) => {
    said.textContent = "7 дек. – 11 февр. 2027 (ожидается)";
    const boxes = [said, said.closest('[data-testid=stMetric]'), said.closest('[data-testid=stMetricValue] > div')];
    const out = boxes.some((box) => box.getBoundingClientRect().right > innerWidth || box.scrollWidth > box.clientWidth);
    return out ? [said.closest('[data-testid=stMetric]').textContent] : [];
})"""


def test_on_a_phone_no_card_cuts_its_figure(
    app_server: AppServer, page: Page, signed_in: SignedIn, world: World
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_page(signed_in(page, "lead"), app_server, "progress")
    expect(page.get_by_test_id("stMetricValue").filter(has_text="из 60")).to_be_visible()
    assert page.locator('[data-testid="stMetricValue"] p').count() > 3
    assert page.evaluate(CUT) == []


def test_the_live_view_follows_the_work_and_stays_where_the_reader_is(
    app_server: AppServer, page: Page, signed_in: SignedIn, world: World
) -> None:
    open_page(signed_in(page, "lead"), app_server, "progress")
    answers_in = page.get_by_test_id("stMetricValue").filter(has_text="из 60")
    expect(answers_in).to_have_text("24 из 60")
    page.get_by_text(say("ru", "progress.live"), exact=True).click()
    expect(page.get_by_test_id("stDataFrame")).to_have_count(2)
    page.wait_for_function(f"document.querySelector('[data-testid=stMain]').scrollTo(0, 700) || {SCROLLED} > 500")
    place = page.evaluate(SCROLLED)
    work_a_chunk(world, world.assessors[0])
    expect(answers_in).to_have_text("28 из 60", timeout=REFRESHED)
    assert page.evaluate(SCROLLED) == place
    with app_server.database.transaction() as connection:
        connection.execute(schema.membership.delete().where(schema.membership.c.role == Role.LEAD))
    expect(page.get_by_test_id("stMetricValue")).to_have_count(0, timeout=REFRESHED)
    expect(page.get_by_test_id("stAlert")).to_have_count(1)


def test_what_was_typed_a_moment_ago_is_saved_by_the_first_click(
    app_server: AppServer, page: Page, signed_in: SignedIn, world: World
) -> None:
    """The field still has the focus: its text and the click reach the server together."""
    publish(app_server.database, "первая", login="lead")
    open_page(signed_in(page, "lead"), app_server, "settings")
    page.get_by_label(say("ru", "settings.overlap"), exact=True).fill("4")
    page.get_by_role("button", name=say("ru", "settings.save")).click()
    expect(page.locator(".sv-answer")).to_have_text(
        say("ru", "settings.answer", overlap=4, size=5, golden=1, classes=2)
    )
    open_page(page, app_server, "guidelines")
    page.get_by_role("tab", name=say("ru", "guidelines.tab.write")).click()
    page.get_by_label(say("ru", "guidelines.text"), exact=True).fill("вторая")
    page.get_by_role("button", name=say("ru", "guidelines.publish")).click()
    expect(page.locator(".sv-answer")).to_contain_text("версия 2")
    with app_server.database.snapshot() as connection:
        project = get_project(connection, "demo")
        guide = get_guideline(connection, project.id)
    assert project.overlap == 4
    assert guide is not None
    assert guide.body_ru == "вторая"


def test_a_link_in_the_guide_leads_to_a_new_tab(
    app_server: AppServer, page: Page, signed_in: SignedIn, world: World
) -> None:
    """In this one the link would throw away what is open."""
    publish(app_server.database, f"[сюда]({app_server.url}/health)", login="lead")
    open_page(signed_in(page, "lead"), app_server, "guidelines")
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="сюда").first.click()
    assert opened.value.url.endswith("/health")
    assert page.url.endswith("/guidelines")
