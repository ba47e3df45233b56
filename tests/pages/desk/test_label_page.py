"""The label page around the card: who may see it, and what the card is told."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from db.engine import Database
from db.vocabulary import PauseReason, Standing
from labeling.desk import gates
from labeling.people.memberships import set_standing
from labeling.people.people import get_person, set_locale
from labeling.projects.projects import get_project
from pages.ui.session import now
from pages.ui.words import say
from tests.labeling.worlds import add_items, press
from tests.pages.conftest import OpenPage
from tests.pages.working import answer_of, button, publish, put_to_work, shown

PAGE = "desk/label.py"


def get_person_id(house: Database, login: str) -> int:
    with house.snapshot() as connection:
        return get_person(connection, login).id


def card_of(app: object) -> dict[str, object]:
    """The configuration that the page handed to the card."""
    found = [element.proto for element in app.main if getattr(element, "type", "") == "bidi_component"]  # type: ignore[attr-defined]
    assert len(found) == 1
    return dict(json.loads(found[0].json))


@pytest.mark.parametrize(("locale", "title"), [("ru", "Не текст или обрывок"), ("en", "Not a text, or a fragment")])
def test_the_card_is_told_what_it_needs(house: Database, open_page: OpenPage, locale: str, title: str) -> None:
    with house.transaction() as connection:
        add_items(connection, get_project(connection, "demo"), [f"text {n}" for n in range(40)])
        set_locale(connection, get_person(connection, "assessor").id, locale)
    app = open_page("assessor", "desk/label.py")
    assert not app.exception
    config = card_of(app)
    assert [entry["code"] for entry in config["classes"]] == ["neutral", "gratitude"]  # type: ignore[attr-defined]
    # 40 items, of which each is answered once by one person, in chunks of 50: an exact count would tell what is golden.
    assert config["remaining"] == 50
    assert config["lang"] == locale
    assert config["skip_reasons"][0]["title"] == title  # type: ignore[index]
    assert "golden" not in json.dumps(config)
    assert config["is_empty"] is False


def test_a_project_without_items_is_not_said_to_be_done(open_page: OpenPage) -> None:
    assert card_of(open_page("assessor", "desk/label.py"))["is_empty"] is True


def cards_on(app: AppTest) -> int:
    return sum(getattr(element, "type", "") == "bidi_component" for element in app.main)


def test_the_guide_comes_before_the_first_item_and_not_again(house: Database, open_page: OpenPage) -> None:
    world = put_to_work(house, days=0)
    publish(house, "# Правило\n\nЧитать целиком.")
    app = open_page("assessor", PAGE)
    assert cards_on(app) == 0
    assert answer_of(app) == say("ru", "label.guide_first") and "Читать целиком." in shown(app)
    button(app, "label.begin").click().run()
    assert cards_on(app) == 1 and "Читать целиком." not in shown(app)
    # Until an item was handed out a reload shows it once more, then never.
    assert cards_on(open_page("assessor", PAGE)) == 0
    world.work(get_person_id(house, "assessor"))
    assert cards_on(open_page("assessor", PAGE)) == 1


def test_without_a_guide_or_items_the_card_comes_at_once(house: Database, open_page: OpenPage) -> None:
    publish(house, "правило")
    assert cards_on(open_page("assessor", PAGE)) == 1


@pytest.mark.parametrize("path", [PAGE, "desk/results.py"])
def test_who_is_let_in_again_is_told_until_they_go_on(house: Database, open_page: OpenPage, path: str) -> None:
    """By either page of a lead's: both begin the count of golden answers anew."""
    world = put_to_work(house)
    me = world.assessors[0]
    assert not open_page("assessor", path).success
    with house.transaction() as connection:
        gates.pause(connection, world.project.id, me, PauseReason.GOLDEN_FLOOR, now=now(), actor=None)
    assert not open_page("assessor", path).success
    with house.transaction() as connection:
        set_standing(connection, world.project.id, me, Standing.ACTIVE, now=now(), actor=None)
        assert gates.since_briefing(connection, world.project.id, me) == (0, 0)
    (told,) = open_page("assessor", path).success
    assert told.value.startswith("Лид вернул вас к работе (")
    back = replace(world, now=now())
    back.work(me, press(back.work(me).items[0].token))
    assert not open_page("assessor", path).success


def test_who_is_paused_sees_the_card_which_says_why(house: Database, open_page: OpenPage) -> None:
    assert not open_page("paused", "desk/label.py").exception
    assert not open_page("paused", "desk/results.py").info
