"""A lead and junior in a real browser: asked, judged, promoted, shown in an experiment, and weighed against people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import select

from db import schema
from db.frames import suggestions
from db.vocabulary import PromptKind, Role, SuggestionPolicy
from labeling.desk import golden
from labeling.junior import ledger, prompts
from labeling.people.memberships import grant
from labeling.people.people import create_person
from labeling.projects.projects import change_settings, get_project
from pages.ui.words import say
from tests.e2e.conftest import AppServer
from tests.junior_server import Act, JuniorServer, served
from tests.labeling.jobs.compared import Compared, make_compared
from tests.labeling.review.worlds import GOOD
from tests.labeling.shown import put_answers
from tests.labeling.worlds import NOON, add_person

# A run is a process of its own that has much to load.
CARRIED_OUT = 60_000


def reads(body: dict[str, Any], _before: int) -> Act:
    """A junior who reads well, but for every text whose number ends with 7."""
    text = json.loads(body["messages"][-1]["content"])
    label = "neutral" if set(text.split()) & set(GOOD) else "gratitude"
    return Act(label="confusion" if text.endswith("7") else label)


@dataclass
class Walk:
    """The lead's tab, the project, and the second version, which nobody has asked yet."""

    app: AppServer
    page: Page
    films: Compared
    model: JuniorServer
    version: int

    def open(self, url: str) -> None:
        self.page.goto(f"{self.app.url}/{url}")
        expect(self.answer).to_be_visible()

    @property
    def answer(self) -> Locator:
        return self.page.locator(".sv-answer")

    def press(self, key: str, *, sure: bool = False, **facts: object) -> None:
        """Press the button that reads so, and its question's yes."""
        self.page.get_by_role("button", name=say("ru", key, **facts)).click()
        if sure:
            self.page.get_by_role("button", name=say("ru", "widget.confirm")).click()

    def choose(self, label: str, option: str) -> None:
        """Choose in a list."""
        self.page.get_by_role("combobox", name=say("ru", label)).click()
        self.page.get_by_role("option", name=option).click()


@pytest.fixture
def model() -> Iterator[JuniorServer]:
    with served(reads) as server:
        yield server


@pytest.fixture
def walk(model: JuniorServer, app_server: AppServer, page: Page, signed_in: Callable[[Page, str], Page]) -> Walk:
    films = make_compared(app_server.database)
    with app_server.database.transaction() as connection:
        lead = create_person(connection, "lead", "Lead", None, now=NOON)
        grant(connection, films.project.id, lead.id, Role.LEAD, now=NOON, actor=None)
        ledger.set_price(connection, ledger.Price("small", 1_000_000, 2_000_000), now=NOON, actor=None)
        settings = {"junior_url": model.url, "junior_model": "small", "budget_total": 10**9}
        project = change_settings(connection, films.project.id, settings, now=NOON, actor=None)
        for item in list(films.truth)[len(films.voted) :]:
            golden.appoint(connection, project, item, films.truth[item], now=NOON, actor=None)
        version = prompts.write_prompt(connection, project, PromptKind.LLM, name="second", now=NOON, actor=None)
    signed_in(page, "lead")
    return Walk(app_server, page, films, model, version)


def test_asked_judged_promoted_shown_and_compared(walk: Walk) -> None:
    page, database = walk.page, walk.app.database
    walk.open("junior")
    walk.choose("junior.ask.items", say("ru", "junior.items.golden"))
    walk.press("junior.ask.start", n=64)
    expect(page.get_by_text(say("ru", "junior.ask.nothing"))).to_be_visible(timeout=CARRIED_OUT)
    assert len(walk.model.requests) == 64

    walk.open("judging")
    walk.choose("judging.version", "second")
    expect(walk.answer).to_contain_text("second")
    expect(page.get_by_role("button", name=say("ru", "promotion.act"))).to_have_count(0)
    page.get_by_text(say("ru", "judging.part.test"), exact=True).click()
    walk.press("judging.look", sure=True)
    expect(page.get_by_text(say("ru", "judging.confusion"))).to_be_visible()
    walk.press("promotion.act", sure=True)
    expect(page.get_by_text(say("ru", "judging.speaks"))).to_be_visible()
    with database.snapshot() as connection:
        assert suggestions.speaking(connection, walk.films.project.id) == walk.version

    walk.open("showing")
    expect(walk.answer).to_have_text(say("ru", "showing.answer.none"))
    walk.press("showing.set.experiment", sure=True)
    expect(page.get_by_text(say("ru", "showing.empty.waiting"))).to_be_visible()
    with database.transaction() as connection:
        project = get_project(connection, walk.films.project.slug)
        assert project.suggestion_policy is SuggestionPolicy.EXPERIMENT
        readers = [add_person(connection, f"reader{n}", project, Role.ASSESSOR) for n in range(2)]
    put_answers(database, project, readers, at=datetime.now(UTC) + timedelta(minutes=1))
    walk.open("showing")
    expect(walk.answer).to_have_text(say("ru", "showing.answer.harmful.before", n=96))

    walk.open("machine")
    walk.choose("machine.version", "first")
    walk.press("machine.start")
    expect(page.get_by_text(say("ru", "machine.sources"), exact=True)).to_be_visible(timeout=CARRIED_OUT)
    with database.snapshot() as connection:
        states = connection.execute(select(schema.run.c.kind, schema.run.c.state)).all()
    assert ("comparison", "done") in [tuple(row) for row in states]
