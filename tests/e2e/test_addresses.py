"""What only a browser shows of filters and choices: they stand in the address, so that a page loaded anew has them still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from db.vocabulary import Role
from labeling.people.memberships import grant
from labeling.people.people import create_person
from labeling.projects.classes import add_codes
from labeling.projects.projects import create_project
from pages.ui.words import say
from tests.e2e.conftest import AppServer
from tests.pages.review.reviewed import add_findings, add_run, finding, report_of
from tests.pages.working import put_to_work

SignedIn = Callable[[Page, str], Page]


@pytest.fixture
def suspected(app_server: AppServer) -> AppServer:
    """The project "demo" with ten suspected labels, three of them hard to learn, and an expert."""
    now = datetime.now(UTC)
    with app_server.database.transaction() as connection:
        project = create_project(connection, "demo", now=now)
        add_codes(connection, project.id, ["neutral", "gratitude"], now=now)
        for login, role in (("expert", Role.EXPERT), ("assessor", Role.ASSESSOR)):
            person = create_person(connection, login, login.title(), None, now=now)
            grant(connection, project.id, person.id, role, now=now, actor=None)
    world = put_to_work(app_server.database, days=1)
    with app_server.database.transaction() as connection:
        run_id = add_run(connection, project, report_of(10))
        rows = [
            finding(item, 0.5, confidence=0.1 if n < 3 else 0.9, variability=0.1 + 0.01 * n)
            for n, item in enumerate(world.items[:10])
        ]
        add_findings(connection, run_id, rows)
    return app_server


def test_filters_and_choices_survive_a_reload(suspected: AppServer, page: Page, signed_in: SignedIn) -> None:
    signed_in(page, "expert").goto(f"{suspected.url}/review?project=demo")
    expect(page.get_by_text(say("ru", "review.found", n=10), exact=True)).to_be_visible()
    page.get_by_text(say("ru", "filters.title"), exact=True).click()
    page.get_by_label(say("ru", "adjudicate.region")).click()
    page.get_by_role("option", name=say("ru", "region.hard")).click()
    page.keyboard.press("Escape")
    expect(page.get_by_text(say("ru", "review.found", n=3), exact=True)).to_be_visible()
    page.get_by_text(say("ru", "review.scope.all"), exact=True).click()
    expect(page.locator(".st-key-review_acts_box")).to_be_visible()
    page.reload()
    expect(page.get_by_text(say("ru", "review.found", n=3), exact=True)).to_be_visible()
    expect(page.locator(".st-key-review_acts_box")).to_be_visible()


@pytest.mark.parametrize("address", ["/", "/review?project=demo", "/adjudicate/"])
def test_a_page_opened_by_its_address_asks_its_server_alone(
    suspected: AppServer, page: Page, signed_in: SignedIn, address: str
) -> None:
    signed_in(page, "expert")
    answers: list[tuple[int, str]] = []
    page.on("response", lambda response: answers.append((response.status, response.url)))
    page.goto(suspected.url + address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    asked = [url.removeprefix(suspected.url) for _, url in answers if "/_stcore/" in url]
    assert [url for url in asked if not url.startswith("/_stcore/")] == []
    assert "/_stcore/health" in asked
    assert [answer for answer in answers if answer[0] >= 400] == []
