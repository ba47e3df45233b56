"""The adjudication page around the card: who may see it, what it opens with, what the card is told, and the history."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Database
from db.vocabulary import Verdict
from labeling.adjudication import batches
from labeling.adjudication.bulk import rule_many
from labeling.adjudication.queue import Candidate, claim
from labeling.adjudication.rulings import Ruling, rule
from labeling.facts import settled
from labeling.people.people import get_person
from labeling.projects.classes import get_classes
from labeling.projects.projects import Project, change_settings, get_project, lock_project
from pages.adjudication.ruling_card import PARTS, RULING_WORDS, ruling_words
from pages.ui.card import SHARED_PARTS, joined
from pages.ui.words import say
from tests.labeling.worlds import add_items
from tests.pages.conftest import OpenPage
from tests.pages.review.reviewing import add_analysis
from tests.pages.working import answer_of, button, chart_of, publish, shown, speak

PAGE = "adjudication/adjudicate.py"
FOLDER = PARTS[-1].parent


@pytest.fixture
def items(house: Database) -> list[int]:
    """Ten suspected items of the small house."""
    moment = datetime.now(UTC)
    with house.transaction() as connection:
        project = get_project(connection, "demo")
        quiet = {"audit_share": 0.0, "second_share": 0.0}
        project = change_settings(connection, project.id, quiet, now=moment, actor=None)
        found = add_items(connection, project, [f"text *{n}* <b>" for n in range(10)])
    add_analysis(house, project, found, now=moment)
    return found


def rule_as(house: Database, login: str, items: Sequence[int], labels: Sequence[str | None], **said: Any) -> None:
    """Rule items by the card's verbs; no label says that the guide is unclear."""
    moment = datetime.now(UTC)
    with house.transaction() as connection:
        project, me = lock_project(connection, "demo"), get_person(connection, login).id
        for n, (item, label) in enumerate(zip(items, labels, strict=True)):
            score = 0.9 - 0.1 * n
            (one,) = claim(connection, project, me, [Candidate(item, "neutral", score)], want=1, now=moment)
            verdict = Verdict.LABEL if label else Verdict.UNCLEAR
            made = Ruling(one.token, 1, verdict, label, **said)
            rule(connection, project, me, made, now=moment + timedelta(seconds=n))


def card_of(app: AppTest) -> dict[str, Any]:
    """What the page told the card."""
    (found,) = [element.proto for element in app.main if getattr(element, "type", "") == "bidi_component"]
    return dict(json.loads(found.json))


def demo(house: Database) -> Project:
    with house.snapshot() as connection:
        return get_project(connection, "demo")


@pytest.mark.parametrize("login", ["expert", "lead", "boss"])
def test_who_may_sees_the_card(open_page: OpenPage, items: list[int], login: str) -> None:
    app = open_page(login, PAGE)
    assert not app.exception
    config = card_of(app)
    assert (config["url"], config["wanted"], config["blind"]) == ("/desk/rulings", {}, False)
    # By scores from 0.9 down in steps of 0.08 five are wrong. How many are worth it stands on the card alone.
    assert answer_of(app) == "Вероятно, ошибочны ещё 5 меток из 10."
    assert say("ru", "adjudicate.no_history") in shown(app)


@pytest.mark.parametrize(("locale", "word"), [("ru", "Вернуть асессорам"), ("en", "Send back")])
def test_the_card_is_told_what_it_needs(house: Database, open_page: OpenPage, locale: str, word: str) -> None:
    speak(house, "expert", locale)
    publish(house, "Инструкция")
    with house.transaction() as connection:
        project = get_project(connection, "demo")
        change_settings(connection, project.id, {"blind_rulings": True}, now=datetime.now(UTC), actor=None)
        retired = schema.label_class.c.code == "gratitude"
        connection.execute(schema.label_class.update().where(retired).values(retired=True))
    app = open_page("expert", PAGE)
    assert not app.exception
    config = card_of(app)
    assert [entry["code"] for entry in config["classes"]] == ["neutral"]
    assert sorted(config["known_classes"]) == ["gratitude", "neutral"]
    assert (config["lang"], config["blind"], config["guidelines_version"]) == (locale, True, 1)
    assert config["words"]["sent_back"] == word
    assert answer_of(app) == say(locale, "adjudicate.no_analysis")


def test_without_classes_there_is_nothing_to_rule_with(house: Database, open_page: OpenPage) -> None:
    with house.transaction() as connection:
        connection.execute(schema.label_class.update().values(retired=True))
        assert not get_classes(connection, get_project(connection, "demo").id)
    app = open_page("expert", PAGE)
    assert say("ru", "no_classes.reader") in shown(app)
    assert say("ru", "no_classes.lead") not in shown(app)
    app = open_page("lead", PAGE)
    assert say("ru", "no_classes.lead") in shown(app) and say("ru", "page.settings") in shown(app)


def test_what_rulings_brought_is_told(house: Database, open_page: OpenPage, items: list[int]) -> None:
    rule_as(house, "expert", items[:4], ["gratitude", "gratitude", "neutral", None], rationale="because *so*")
    app = open_page("expert", PAGE)
    assert not app.exception
    chart = chart_of(app, "yield")
    assert [line["y"] for line in chart["data"]][0] == [0, 1, 2, 2]
    assert [round(value, 2) for value in chart["data"][1]["y"]] == [0, 0.9, 1.7, 2.4]
    said = shown(app)
    assert "text *0* &lt;b&gt;" in said and "because *so*" in said
    assert "метка подтверждена" in said and "Инструкция неясна" in said
    assert "Ещё " in said and "окупятся" in said


def test_one_ruling_alone_does_not_move_what_is_worth_it(
    house: Database, open_page: OpenPage, items: list[int]
) -> None:
    """Nine wait, by scores of 0.82 down to 0.18; all but the last lie above the floor of 0.25."""
    rule_as(house, "expert", items[:1], ["neutral"])
    assert "Ещё 8 решений окупятся" in shown(open_page("expert", PAGE))


def test_only_my_own_rulings_stand_in_my_history(house: Database, open_page: OpenPage, items: list[int]) -> None:
    rule_as(house, "expert", items[:2], ["gratitude", "neutral"])
    app = open_page("lead", PAGE)
    assert say("ru", "adjudicate.no_history") in shown(app)


def test_a_ruling_is_undone_and_says_so(house: Database, open_page: OpenPage, items: list[int]) -> None:
    rule_as(house, "expert", items[:1], ["gratitude"])
    app = open_page("expert", PAGE)
    button(app, "adjudicate.undo").click().run()
    assert not app.exception
    assert say("ru", "adjudicate.replaced") in shown(app)
    assert [found for found in app.button if found.label == say("ru", "adjudicate.undo")] == []
    with house.snapshot() as connection:
        last = settled.in_force(settled.rulings(connection, demo(house).id))
    assert last["verdict"].to_list() == ["withdrawn"]


def test_many_at_once_are_one_line_and_one_undo(house: Database, open_page: OpenPage, items: list[int]) -> None:
    with house.transaction() as connection:
        project, me = lock_project(connection, "demo"), get_person(connection, "expert").id
        chosen = [Candidate(item, "neutral", 0.5) for item in items[:6]]
        labels = dict.fromkeys(items[:6], "gratitude")
        rule_many(connection, project, chosen, labels, now=datetime.now(UTC), actor=me)
    app = open_page("expert", PAGE)
    assert "6 объектов" in shown(app)
    button(app, "adjudicate.undo").click().run()
    with house.snapshot() as connection:
        last = settled.in_force(settled.rulings(connection, demo(house).id))
    assert last["verdict"].to_list() == ["withdrawn"] * 6


def test_filters_go_to_the_card_and_can_be_cleared(house: Database, open_page: OpenPage, items: list[int]) -> None:
    with house.transaction() as connection:
        project, me = get_project(connection, "demo"), get_person(connection, "expert").id
        batch = batches.make_batch(connection, project, "Сложные", items[:2], now=datetime.now(UTC), actor=me)
    app = open_page("expert", PAGE, alone=True, batch=str(batch))
    assert card_of(app)["wanted"] == {"batch": batch}
    assert "Подборка: Сложные (решено 0 из 2)" in shown(app)
    app.selectbox(key="wanted_demo_reason").select("classifier_disagrees").run()
    app.selectbox(key="wanted_demo_given").select("neutral").run()
    wanted = {"batch": batch, "reason": "classifier_disagrees", "given": "neutral"}
    assert card_of(app)["wanted"] == wanted
    button(app, "filters.clear").click().run()
    assert card_of(app)["wanted"] == {}


def test_a_batch_that_is_not_there_asks_for_nothing(open_page: OpenPage, items: list[int]) -> None:
    for asked in ("999", "x"):
        assert card_of(open_page("expert", PAGE, alone=True, batch=asked))["wanted"] == {}


def test_the_words_of_the_card() -> None:
    script = joined(PARTS)
    strings = set(re.findall(r'"([a-z_]+)"', script))
    assert set(RULING_WORDS) - strings == set()
    russian, english = ruling_words("ru"), ruling_words("en")
    assert set(re.findall(r'\bsay\("([a-z_]+)"', script)) - set(russian) == set()
    for word in RULING_WORDS:
        assert russian[word].strip() and english[word].strip()
        assert set(re.findall(r"{\w+}", russian[word])) == set(re.findall(r"{\w+}", english[word])), word


def test_every_script_is_part_of_the_card_and_takes_no_markup() -> None:
    assert sorted(PARTS) == sorted([*SHARED_PARTS, *FOLDER.glob("*.js")])
    for path in FOLDER.glob("*.js"):
        script = path.read_text(encoding="utf-8")
        for way in ("innerHTML", "insertAdjacentHTML", "outerHTML", "document.write", "eval("):
            assert way not in script, path.name
