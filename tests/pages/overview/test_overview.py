"""The loop on one screen: every stage says what its own page says, one of them is due, and what waits is told."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import insert

from db import schema
from db.engine import Database
from db.vocabulary import RunKind, RunState
from labeling.projects.guidelines import publish_guideline
from labeling.projects.projects import change_settings, get_project
from pages.overview.stages import PAGES_OF
from pages.ui.words import say
from tests.pages.conftest import OpenPage, links_of
from tests.pages.working import answer_of, put_to_work, shown

OVERVIEW, PROGRESS, AGREEMENT = "overview/overview.py", "overview/progress.py", "quality/agreement.py"


def test_an_empty_project_is_led_to_its_file(house: Database, open_page: OpenPage) -> None:
    app = open_page("lead", OVERVIEW)
    assert not app.exception
    assert links_of(app) == [say("ru", "overview.begin"), say("ru", "progress.next.import.go")]


def test_every_stage_stands_there_and_one_is_due(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=1)
    app = open_page("lead", OVERVIEW)
    assert not app.exception
    links = links_of(app)
    for name in PAGES_OF:
        assert say("ru", f"overview.stage.{name}") in links
    due = [
        element.value
        for element in app.markdown
        if element.value.startswith("**") and "Что дальше" not in element.value
    ]
    assert len(due) == 1
    for name in ("suspicions", "adjudication", "audit", "gain", "export"):
        assert say("ru", f"overview.{name}.none") in shown(app)


def test_it_says_what_the_pages_behind_it_say(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=1)
    overview, progress = open_page("lead", OVERVIEW), open_page("lead", PROGRESS)
    advice = [each.value for each in overview.markdown if "Что дальше" in each.value]
    assert advice == [each.value for each in progress.markdown if "Что дальше" in each.value] != []
    assert answer_of(overview) == answer_of(progress)
    golden = next(
        card.value for card in open_page("lead", AGREEMENT).metric if card.label == say("ru", "agreement.golden")
    )
    assert say("ru", "overview.golden", figure=golden) in shown(overview).replace("**", "")


def test_a_guide_is_a_stage_that_is_reached(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=1)
    assert say("ru", "overview.guide.none") in shown(open_page("lead", OVERVIEW))
    with house.transaction() as connection:
        project = get_project(connection, "demo")
        publish_guideline(connection, project.id, body_ru="Как", body_en="How", now=datetime.now(UTC), actor=None)
    assert say("ru", "overview.guide", version=1) in shown(open_page("lead", OVERVIEW))


def test_what_waits_is_told_with_its_way(house: Database, open_page: OpenPage) -> None:
    put_to_work(house, days=1)
    moment = datetime.now(UTC)
    with house.transaction() as connection:
        project = change_settings(
            connection, get_project(connection, "demo").id, {"budget_total": 100}, now=moment, actor=None
        )
        run = {
            "project_id": project.id,
            "kind": RunKind.ANALYSIS,
            "state": RunState.FAILED,
            "created_at": moment,
            "name": "",
        }
        connection.execute(insert(schema.run).values(run))
        spent = {"project_id": project.id, "scope": "total", "amount": 90}
        connection.execute(insert(schema.spending).values(spent))
    said = shown(open_page("lead", OVERVIEW))
    assert say("ru", "overview.paused", n=1, names="Paused") in said
    assert say("ru", "overview.failed.analysis") in said
    assert say("ru", "overview.budget", share="90%") in said
    assert say("ru", "overview.inbox.empty") not in said
