"""The tour's strip beside the label card, in a real browser: its links lead on, and every key still is the card's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from db import schema
from db.vocabulary import Role
from labeling.people.tours import skipped_tours
from labeling.projects.guidelines import publish_guideline
from pages.ui.words import say
from tests.e2e.conftest import AppServer
from tests.e2e.waiting import press, unguarded
from tests.labeling.worlds import NOON, World, make_world

STRIP, CARD = ".st-key-tour", '.card[data-screen="item"]'


@pytest.fixture
def world(app_server: AppServer) -> World:
    """A project of simulated people, with a guide."""
    world = make_world(app_server.database, items=20, is_simulated=True)
    with app_server.database.transaction() as connection:
        publish_guideline(
            connection, world.project.id, body_ru="Кратко\n\n" * 80, body_en="Brief", now=NOON, actor=None
        )
    return world


def at_step(page: Page, n: int) -> None:
    expect(page.locator(STRIP)).to_contain_text(say("ru", f"tour.assessor.{n}"))


def go_on(page: Page, page_of: str) -> None:
    page.get_by_role("link", name=say("ru", "tour.next", page=say("ru", f"page.{page_of}"))).click()


def labels(world: World) -> list[str]:
    query = select(schema.annotation.c.label).order_by(schema.annotation.c.id)
    with world.database.snapshot() as connection:
        return list(connection.execute(query).scalars())


def test_the_keys_are_the_cards_and_the_links_lead_on(
    app_server: AppServer, world: World, signed_in: Callable[[Page, str], Page], page: Page
) -> None:
    signed_in(page, "assessor0").goto(f"{app_server.url}/label?project=test")
    at_step(page, 1)
    go_on(page, "guidelines")
    at_step(page, 2)
    go_on(page, "label")
    at_step(page, 3)
    begin = page.get_by_role("button", name=say("ru", "label.begin"))
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        expect(begin).to_be_in_viewport(ratio=1)
    begin.focus()
    press(page, "Enter")
    expect(page.locator(CARD)).to_be_visible()
    for key in ("Digit1", "Digit2"):
        unguarded(page)
        press(page, key)
    page.wait_for_selector('.card[data-queue-length="0"]')
    assert labels(world) == ["neutral", "gratitude"]
    at_step(page, 3)
    page.reload()
    at_step(page, 3)
    go_on(page, "results")
    at_step(page, 4)
    page.get_by_role("link", name=say("ru", "tour.on"), exact=True).click()
    at_step(page, 5)
    page.get_by_role("button", name=say("ru", "tour.finish")).click()
    expect(page.locator(STRIP)).to_have_count(0)
    with world.database.snapshot() as connection:
        assert skipped_tours(connection, world.assessors[0]) == {Role.ASSESSOR}


def test_a_link_that_led_to_the_card_keeps_no_key_from_it(
    app_server: AppServer, world: World, signed_in: Callable[[Page, str], Page], page: Page
) -> None:
    """Enter closes a chunk: it must not press the tour's link that happens to stand where another was clicked."""
    signed_in(page, "assessor0").goto(f"{app_server.url}/label?project=test")
    page.get_by_role("button", name=say("ru", "label.begin")).click()
    for _ in range(5):
        page.wait_for_selector(CARD)
        unguarded(page)
        press(page, "Digit1")
    page.wait_for_selector('.card[data-screen="chunk_done"]')
    go_on(page, "guidelines")
    at_step(page, 2)
    go_on(page, "label")
    at_step(page, 3)
    page.wait_for_selector('.card[data-screen="chunk_done"]')
    unguarded(page)
    press(page, "Enter")
    page.wait_for_selector('.card[data-screen="result"]')
    at_step(page, 3)
