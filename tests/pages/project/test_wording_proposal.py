"""Junior's proposal for the guide on its page: asked of a real server, shown as text, taken into the draft by hand."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from db.engine import Database
from labeling import config
from labeling.adjudication import bulk
from labeling.adjudication.queue import Candidate
from labeling.junior import ledger
from labeling.junior.ledger import Price
from labeling.projects.guidelines import get_guideline
from labeling.projects.projects import Project, change_settings, get_project
from pages.ui.words import say
from tests.junior_server import Act, JuniorServer, served
from tests.labeling.worlds import NOON, add_items
from tests.pages.conftest import OpenPage
from tests.pages.working import button, publish, shown

GUIDE = "project/guidelines.py"
PROPOSED = "Благодарность — это <b>спасибо</b> за *дело*."


@pytest.fixture(autouse=True)
def _no_address_of_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("JUNIOR_URL", "JUNIOR_MODEL"):
        monkeypatch.setattr(config, name, "")


def let_ask(house: Database, server: JuniorServer, *, budget: int = 10**9) -> Project:
    """The project may ask this server."""
    with house.transaction() as connection:
        ledger.set_price(connection, Price("small", 1_000_000, 2_000_000), now=NOON, actor=None)
        settings = {"junior_url": server.url, "junior_model": "small", "budget_total": budget}
        return change_settings(connection, get_project(connection, "demo").id, settings, now=NOON, actor=None)


def put_right(house: Database, project: Project, texts: int = 3) -> None:
    """An expert calls ``texts`` items "gratitude" that were "neutral"."""
    with house.transaction() as connection:
        ids = add_items(connection, project, [f"спасибо {n}" for n in range(texts)])
        given, said = [Candidate(item_id, "neutral") for item_id in ids], dict.fromkeys(ids, "gratitude")
        bulk.rule_many(connection, project, given, said, now=NOON, actor=None)


def titles(app: AppTest) -> list[str]:
    return [each.label for each in app.expander]


def well(_body: object, _before: int) -> Act:
    return Act(content=json.dumps({"paragraph": PROPOSED}, ensure_ascii=False))


def test_without_a_server_nothing_is_offered(house: Database, open_page: OpenPage) -> None:
    assert say("ru", "wording.title") not in titles(open_page("lead", GUIDE))


def test_without_mistakes_it_says_what_it_takes(house: Database, open_page: OpenPage) -> None:
    with served(well) as server:
        put_right(house, let_ask(house, server), texts=1)
        app = open_page("lead", GUIDE)
    assert say("ru", "wording.title") in titles(app)
    assert say("ru", "wording.no_mistakes") in shown(app)
    assert not server.requests


def test_a_proposal_is_shown_as_text_and_published_only_by_hand(house: Database, open_page: OpenPage) -> None:
    publish(house, "Вот инструкция.")
    with served(well) as server:
        put_right(house, let_ask(house, server))
        app = open_page("lead", GUIDE)
        button(app, "wording.ask").click().run()
    assert not app.exception
    assert len(server.requests) == 1
    bodies = "".join(element.proto.body for element in app.get("html"))
    assert "&lt;b&gt;спасибо&lt;/b&gt; за *дело*." in bodies
    button(app, "wording.take").click().run()
    assert app.text_area(key="guide:demo:ru").value == f"Вот инструкция.\n\n{PROPOSED}\n"
    with house.snapshot() as connection:
        guide = get_guideline(connection, get_project(connection, "demo").id)
    assert guide is not None
    assert guide.body_ru == "Вот инструкция."
    # What was taken isn't offered twice.
    assert say("ru", "wording.take") not in [each.label for each in app.button]


def test_a_budget_that_is_spent_is_told(house: Database, open_page: OpenPage) -> None:
    with served(well) as server:
        put_right(house, let_ask(house, server, budget=1))
        app = open_page("lead", GUIDE)
        button(app, "wording.ask").click().run()
    assert not app.exception
    assert app.error
    assert not server.requests
