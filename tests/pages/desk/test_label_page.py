"""The label page around the card: who may see it, and what the card is told."""

from __future__ import annotations

import json

import pytest

from db.engine import Database
from labeling.people.people import get_person, set_locale
from labeling.projects.projects import get_project
from tests.labeling.worlds import add_items
from tests.pages.conftest import OpenPage


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


def test_who_is_paused_sees_the_card_which_says_why(house: Database, open_page: OpenPage) -> None:
    assert not open_page("paused", "desk/label.py").exception
    assert not open_page("paused", "desk/results.py").info
