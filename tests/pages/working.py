"""The small house at work: items, golden items and some days of answers, and a way to read what a page shows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from db import schema
from db.engine import Database
from db.vocabulary import Role
from labeling.desk import golden
from labeling.people.memberships import grant
from labeling.people.people import get_person, set_locale
from labeling.projects.guidelines import publish_guideline
from labeling.projects.projects import change_settings, get_project
from pages.ui.words import say
from tests.labeling.worlds import World, add_items, add_person, press

GOLDEN_TEXT = "контрольный текст *{n}* <b>жирно</b>"


def put_to_work(house: Database, *, days: int = 3, items: int = 30, close: bool = True, repeats: int = 0) -> World:
    """Two assessors, ``days`` days up to yesterday: each works a chunk of five a day, one item of it golden.

    "assessor" answers "neutral" to everything, "assessor9" what is right on golden items. Ends at the present.
    """
    start = datetime.now(UTC) - timedelta(days=days)
    with house.transaction() as connection:
        # Which golden item comes when follows from the seed: the figures on the pages must not depend on the hour.
        connection.execute(update(schema.project).values(seed=11))
        project = get_project(connection, "demo")
        settings = {"overlap": 2, "chunk_size": 5, "golden_per_chunk": 1, "look_ahead": 2, "accuracy_floor": 0.6}
        settings["repeats_per_chunk"] = repeats
        project = change_settings(connection, project.id, settings, now=start, actor=None)
        ordinary = add_items(connection, project, [f"text {n}" for n in range(items)])
        texts = [GOLDEN_TEXT.format(n=n) for n in range(8)]
        gold = add_items(connection, project, texts, first=items + 1)
        for n, item in enumerate(gold):
            label = ("neutral", "gratitude")[n % 2]
            golden.appoint(connection, project, item, label, explanation=f"потому что {n}", now=start, actor=None)
        me = get_person(connection, "assessor").id
        other = add_person(connection, "assessor9")
        grant(connection, project.id, other, Role.ASSESSOR, now=start, actor=None)
    world = World(house, project, ordinary, gold, [me, other], start)
    for day in range(days):
        world = replace(world, now=start + timedelta(days=day))
        for assessor in world.assessors:
            work_a_chunk(world, assessor, close=close)
    return replace(world, now=datetime.now(UTC))


def work_a_chunk(world: World, assessor: int, *, close: bool = True) -> None:
    """Answer all of one chunk, and close it."""
    seen = world.work(assessor)
    while seen.items:
        seen = world.work(assessor, *[press(item.token, label_of(item.text, assessor, world)) for item in seen.items])
    if close and seen.chunk is not None:
        world.work(assessor, close=seen.chunk.id, want=0)


def label_of(text: str, assessor: int, world: World) -> str:
    """What this assessor answers to this text."""
    found = re.search(r"\*(\d+)\*", text)
    return ("neutral", "gratitude")[int(found.group(1)) % 2] if found and assessor == world.assessors[1] else "neutral"


def speak(house: Database, login: str, locale: str) -> None:
    """Let a person read in this language."""
    with house.transaction() as connection:
        set_locale(connection, get_person(connection, login).id, locale)


def shown(app: AppTest) -> str:
    """Everything on the page that is text; HTML without its tags."""
    kinds = (app.info, app.error, app.warning, app.success, app.text, app.markdown, app.caption, app.subheader)
    texts = [str(element.value) for elements in kinds for element in elements]
    html = [re.sub(r"<[^>]+>", "", element.proto.body).replace("&nbsp;", " ") for element in app.get("html")]
    links = [element.proto.label for element in app.get("page_link")]
    return "\n".join([*texts, *html, *links, *(f"{card.label}: {card.value}" for card in app.metric)])


def linked(links: Iterable[str]) -> list[str]:
    """The items that the links of a table's column lead to."""
    return [link.partition("#")[2] for link in links]


def answer_of(app: AppTest) -> str:
    """The page's opening sentence."""
    bodies = "".join(element.proto.body for element in app.get("html"))
    found = re.search(r'class="sv-answer">(.*?)</h2>', bodies)
    assert found is not None, shown(app)
    return re.sub(r"<[^>]+>", "", found.group(1))


def chart_of(app: AppTest, key: str) -> dict[str, Any]:
    """The Plotly figure with this key, as it goes to the browser."""
    for element in app.get("plotly_chart"):
        if f"-{key}" in element.proto.id or element.proto.id.endswith(key):
            return dict(json.loads(element.proto.spec))
    raise AssertionError([element.proto.id for element in app.get("plotly_chart")])


def button(app: AppTest, key: str, **facts: object) -> Button:
    """The button that reads so in Russian."""
    return next(found for found in app.button if found.label == say("ru", key, **facts))


def cards(app: AppTest) -> dict[str, str]:
    """The figure cards: what each reads, by what it is."""
    return {card.label: card.value for card in app.metric}


def publish(house: Database, ru: str, en: str = "", login: str = "boss") -> None:
    """Publish a version of the guide, as somebody else does."""
    with house.transaction() as connection:
        project, actor = get_project(connection, "demo"), get_person(connection, login).id
        publish_guideline(connection, project.id, body_ru=ru, body_en=en, now=datetime.now(UTC), actor=actor)
