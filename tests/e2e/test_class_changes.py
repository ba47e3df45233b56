"""A merge and its undo in a browser, while somebody labels: their press by the old card counts, and the card follows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from db.vocabulary import Role
from labeling.facts.votes import votes
from labeling.people.memberships import grant
from labeling.people.people import create_person
from labeling.projects.classes import add_codes
from labeling.projects.projects import change_settings, create_project, get_project
from pages.ui.words import say
from tests.e2e.conftest import AppServer
from tests.labeling.worlds import add_items

SignedIn = Callable[[Page, str], Page]
# The card looks for other classes every twenty seconds; a busy machine may be late.
FOLLOWED = 60_000


@pytest.fixture
def project_id(app_server: AppServer) -> int:
    """The project "demo" with three classes, items, a lead and an assessor."""
    now = datetime.now(UTC)
    with app_server.database.transaction() as connection:
        project = create_project(connection, "demo", now=now)
        project = change_settings(connection, project.id, {"golden_per_chunk": 0, "overlap": 1}, now=now, actor=None)
        add_codes(connection, project.id, ["neutral", "gratitude", "anger"], now=now)
        add_items(connection, project, [f"text {n}" for n in range(20)])
        for login, role in (("lead", Role.LEAD), ("assessor", Role.ASSESSOR)):
            person = create_person(connection, login, login.title(), None, now=now)
            grant(connection, project.id, person.id, role, now=now, actor=None)
    return project.id


def said(app_server: AppServer) -> list[str]:
    with app_server.database.snapshot() as connection:
        project = get_project(connection, "demo")
        return votes(connection, project.id)["label"].cast(str).to_list()


def test_a_merge_is_seen_first_done_and_taken_back_while_somebody_labels(
    app_server: AppServer, page: Page, browser: Browser, signed_in: SignedIn, project_id: int
) -> None:
    theirs = browser.new_context(locale="ru-RU").new_page()
    signed_in(theirs, "assessor").goto(f"{app_server.url}/label")
    expect(theirs.get_by_role("button", name="neutral")).to_be_visible()
    theirs.keyboard.press("2")
    signed_in(page, "lead").goto(f"{app_server.url}/classes")
    page.get_by_role("radio", name=say("ru", "class_changes.kind.merge")).click()
    page.get_by_label(say("ru", "class_changes.classes")).click()
    for name in ("neutral", "gratitude"):
        page.get_by_role("option", name=f"{name} · {name}").click()
    page.keyboard.press("Escape")
    field = page.get_by_label(say("ru", "class_changes.new_code"))
    field.fill("calm")
    field.press("Enter")
    page.get_by_role("button", name=say("ru", "class_changes.preview")).click()
    expect(page.get_by_text("значит то же, что прежде")).to_be_visible()
    page.get_by_role("button", name=say("ru", "class_changes.act_now")).click()
    page.get_by_role("button", name=say("ru", "widget.confirm")).click()
    expect(page.locator(".sv-answer")).to_have_text(say("ru", "class_changes.answer", n=1))
    # Their card still has the old classes: the press is kept as it was made, and counts for the new one.
    theirs.keyboard.press("1")
    expect(theirs.get_by_role("button", name="calm")).to_be_visible(timeout=FOLLOWED)
    assert said(app_server) == ["calm", "calm"]
    page.get_by_role("button", name=say("ru", "class_changes.undo")).click()
    page.get_by_role("button", name=say("ru", "widget.confirm")).click()
    expect(page.locator(".sv-answer")).to_have_text(say("ru", "class_changes.answer.none"))
    assert said(app_server) == ["gratitude", "neutral"]
    theirs.context.close()
