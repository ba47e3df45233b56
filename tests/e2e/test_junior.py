"""One text asked live in a real browser: it streams as text, and who leaves stops the request at the model's server."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import select

from db import schema
from db.vocabulary import PromptKind, Role
from labeling.junior import ledger, prompts
from labeling.junior.ledger import Price
from labeling.projects.projects import change_settings
from tests.e2e.conftest import AppServer
from tests.junior_server import Act, JuniorServer, served
from tests.labeling.worlds import NOON, add_person, make_world

# Of ten pieces: long enough to leave in the middle of it on any machine.
ANSWER = json.dumps({"reason": "<b>bold</b> **stars**", "label": "gratitude", "confidence": 0.9})
SOON = 2.0


@dataclass
class Live:
    """A lead before the page, the model's server, and what that server does."""

    app: AppServer
    page: Page
    model: JuniorServer
    act: Act

    def open(self) -> None:
        """Go to the page and to its part for one text."""
        self.page.goto(f"{self.app.url}/junior")
        self.page.get_by_text("Один текст", exact=True).click()
        self.page.wait_for_selector(".ask textarea")

    def ask(self, text: str) -> None:
        """Type a text, press the button, wait for the first pieces of the answer."""
        self.page.fill(".ask textarea", text)
        self.page.click(".ask .main")
        self.page.wait_for_selector(".ask .answer:not([hidden])")

    def left_after(self, leave: Callable[[], Any]) -> float:
        """How many seconds after ``leave`` began the model's server saw its client go."""
        began = time.monotonic()
        leave()
        while not self.model.left and time.monotonic() - began < 15:
            time.sleep(0.02)
        assert self.model.left, "the request goes on although nobody reads the answer"
        return self.model.left[0] - began

    def settled(self) -> list[tuple[str, str]]:
        """(state, outcome) of every call, once none is under way."""
        call = schema.llm_call.c
        for _ in range(200):
            with self.app.database.snapshot() as connection:
                rows = [tuple(row) for row in connection.execute(select(call.state, call.outcome))]
            if rows and all(state != "reserved" for state, _ in rows):
                break
            time.sleep(0.05)
        return rows


@pytest.fixture
def act() -> Act:
    return Act(content=ANSWER, pieces=10, headers={"pause": "0.4"})


@pytest.fixture
def model(act: Act) -> Iterator[JuniorServer]:
    with served(lambda body, before: act) as server:
        yield server


@pytest.fixture
def live(
    model: JuniorServer, act: Act, app_server: AppServer, page: Page, signed_in: Callable[[Page, str], Page]
) -> Live:
    world = make_world(app_server.database, items=3)
    with app_server.database.transaction() as connection:
        add_person(connection, "lead", world.project, Role.LEAD)
        ledger.set_price(connection, Price("small", 1_000_000, 2_000_000), now=NOON, actor=None)
        settings = {"junior_url": model.url, "junior_model": "small", "budget_total": 10**9}
        project = change_settings(connection, world.project.id, settings, now=NOON, actor=None)
        said = {"settings": {"reasoning": True}}
        prompts.write_prompt(connection, project, PromptKind.LLM, now=NOON, actor=None, **said)
    signed_in(page, "lead")
    return Live(app_server, page, model, act)


def test_closing_the_tab_in_the_middle_of_a_stream_leaves_the_model(live: Live) -> None:
    live.open()
    live.ask("Спасибо, всё работает")
    assert live.left_after(live.page.close) < SOON
    assert live.settled() == [("unknown", "connection_lost")]
    assert live.model.sent_pieces < 10


def test_the_stop_button_and_another_page_leave_the_model_too(live: Live) -> None:
    live.open()
    live.ask("Спасибо, всё работает")
    assert live.left_after(lambda: live.page.click(".ask .main")) < SOON
    live.model.left.clear()
    live.ask("А теперь другой вопрос")
    assert live.left_after(lambda: live.page.get_by_role("link", name="Промпты").first.click()) < SOON
    assert live.settled() == [("unknown", "connection_lost")] * 2


def test_the_answer_is_shown_as_text_and_costs_nothing_the_second_time(live: Live) -> None:
    live.act.headers = {}
    live.open()
    for said in ("Стоимость", "из памяти"):
        live.ask("Мой номер 8 (999) 123-45-67, спасибо")
        live.page.wait_for_selector(f".ask .lines li:has-text('{said}')")
        assert live.page.inner_text(".ask .answer") == ANSWER
        assert "gratitude" in live.page.inner_text(".ask .lines")
        assert live.page.locator(".ask .answer *").count() == 0
    assert len(live.model.requests) == 1
    assert "123-45-67" not in json.dumps(live.model.requests, ensure_ascii=False)
    assert live.settled() == [("settled", "ok")]
