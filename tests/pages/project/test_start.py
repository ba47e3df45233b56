"""A new project by its page: the file is understood, merged and named, golden items are drawn, people invited."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from db import schema
from db.engine import Database
from db.vocabulary import LabelKind, Role
from labeling.facts import settled
from labeling.people.memberships import members
from labeling.people.people import get_person, set_locale
from labeling.projects.classes import get_classes
from labeling.projects.projects import all_projects, count_items, get_project
from pages.ui.widgets import plain
from pages.ui.words import say
from tests.pages.conftest import OpenPage
from tests.pages.project.test_exchange_pages import press, upload, words_of

START = "project/start.py"
ROWS = [(f"обращение {n}", ("карта", "Карта", "вход")[n % 3]) for n in range(30)]
FILE = "обращение,метка\n" + "".join(f"{text},{label}\n" for text, label in ROWS)


def begun(app: AppTest) -> str:
    (slug,) = app.query_params["begun"] if isinstance(app.query_params["begun"], list) else [app.query_params["begun"]]
    return slug


@pytest.mark.parametrize("locale", ["ru", "en"])
def test_from_a_file_to_people(house: Database, open_page: OpenPage, locale: str) -> None:
    with house.transaction() as connection:
        set_locale(connection, get_person(connection, "lead").id, locale)
    app = upload(open_page("lead", START), FILE, "Обращения_март.csv", "utf-8")
    assert not app.exception
    said = words_of(app)
    assert say(locale, "start.found.items", n=30, read="30") in said
    assert say(locale, "start.found.references", n=30) in said and say(locale, "start.found.classes", n=3) in said
    assert app.text_input[0].value == "Обращения март"
    app = press(app, say(locale, "start.make", n=30))
    assert not app.exception and not app.error
    slug = begun(app)
    with house.snapshot() as connection:
        project = get_project(connection, slug)
        assert (slug, project.title_ru, project.title_en) == ("obrashcheniya-mart", "Обращения март", "Обращения март")
        assert [entry.code for entry in get_classes(connection, project.id)] == ["карта", "Карта", "вход"]
    app = press(app, say(locale, "start.golden.draw", n=20))
    assert not app.exception
    with house.snapshot() as connection:
        assert settled.golden(connection, project.id).height == 20
    app.text_area[0].input("Анна Петрова\nassessor")
    app = press(app, say(locale, "invite.do"))
    assert not app.exception and not app.error
    handed = next(block.value for block in app.code).splitlines()
    assert handed[0].startswith("Анна Петрова\tanna.petrova\t") and "login=anna.petrova" in handed[0]
    assert handed[1].endswith(say(locale, "invite.has_account"))
    with house.snapshot() as connection:
        held = {each.login: each.roles for each in members(connection, project.id)}
    assert held == {"anna.petrova": (Role.ASSESSOR,), "assessor": (Role.ASSESSOR,), "lead": (Role.LEAD,)}
    app = press(app, say(locale, "start.people.me"))
    assert not app.exception and say(locale, "start.answer.begin") in words_of(app)


def test_a_file_goes_into_the_project_that_was_begun_empty(house: Database, open_page: OpenPage) -> None:
    app = open_page("lead", START)
    app.query_params["begun"] = "demo"
    app = upload(app.run(), FILE, "Обращения.csv", "utf-8")
    assert not app.exception and app.text_input[0].value == "Демо"
    app = press(app, say("ru", "start.fill", n=30))
    assert not app.exception and not app.error and begun(app) == "demo"
    assert say("ru", "start.answer.golden") in words_of(app)
    with house.snapshot() as connection:
        (project,) = all_projects(connection)
        assert (project.title_ru, project.title_en, count_items(connection, project.id)) == ("Демо", "Demo", 30)
        codes = [entry.code for entry in get_classes(connection, project.id)]
    assert codes == ["neutral", "gratitude", "карта", "Карта", "вход"]


def test_what_was_left_is_taken_up_where_it_was_left(house: Database, open_page: OpenPage) -> None:
    app = upload(open_page("lead", START), FILE, "x.csv", "utf-8")
    slug = begun(press(app, say("ru", "start.make", n=30)))
    later = open_page("lead", START, alone=True, begun=slug)
    assert not later.exception and say("ru", "start.answer.golden") in words_of(later)
    later = press(later, say("ru", "start.golden.without"))
    assert say("ru", "start.answer.people") in words_of(later)
    assert say("ru", "start.begin.nobody") in words_of(later)


def test_a_list_that_is_none_loses_nothing_that_was_typed(house: Database, open_page: OpenPage) -> None:
    app = press(upload(open_page("lead", START), FILE, "x.csv", "utf-8"), say("ru", "start.make", n=30))
    app.text_area[0].input("Анна, неверный логин!")
    app = press(app, say("ru", "invite.do"))
    assert plain(say("ru", "error.bad_login", login="неверный логин!")) in words_of(app)
    assert app.text_area[0].value == "Анна, неверный логин!"


def test_an_expert_begins_no_project(open_page: OpenPage) -> None:
    app = open_page("expert", START)
    assert [info.value for info in app.info] == [say("ru", "shell.refused.starter").replace(".", "\\.")]


def test_without_a_class_nothing_is_made(open_page: OpenPage) -> None:
    app = upload(open_page("lead", START), "text\nhello there\n", "t.csv", "utf-8")
    assert not app.exception and say("ru", "start.no_classes") in words_of(app)
    assert next(button for button in app.button if button.label == say("ru", "start.make", n=1)).disabled


def test_labels_that_are_spelled_alike_are_told(open_page: OpenPage) -> None:
    said = words_of(upload(open_page("lead", START), FILE, "t.csv", "utf-8"))
    assert say("ru", "start.found.alike", n=1, labels="карта \\= Карта").replace("\\=", "=") in said.replace("\\=", "=")


SETS = "text,label\n" + "".join(
    f'text {n},"[""joy"", ""fear""]"\n' if n % 2 else f'text {n},"[""joy""]"\n' for n in range(10)
)
SCALE = "text,label\n" + "".join(f"text {n},{n % 4 * 3}\n" for n in range(12))


def kind_of(app: AppTest) -> Selectbox[LabelKind]:
    return next(box for box in app.selectbox if box.label == say("ru", "settings.kind"))


def test_a_file_of_several_classes_suggests_their_kind(house: Database, open_page: OpenPage) -> None:
    app = upload(open_page("lead", START), SETS, "sets.csv", "utf-8")
    assert not app.exception and kind_of(app).value is LabelKind.SEVERAL
    assert say("ru", "start.found.references", n=10) in words_of(app)
    slug = begun(press(app, say("ru", "start.make", n=10)))
    with house.snapshot() as connection:
        project = get_project(connection, slug)
        assert project.kind is LabelKind.SEVERAL
        assert [entry.code for entry in get_classes(connection, project.id)] == ["joy", "fear"]
        given = connection.execute(select(schema.item.c.reference).where(schema.item.c.project_id == project.id))
        assert set(given.scalars()) == {"joy", "joy|fear"}


def test_the_steps_of_a_scale_stand_in_their_order(house: Database, open_page: OpenPage) -> None:
    app = upload(open_page("lead", START), SCALE, "scale.csv", "utf-8")
    assert kind_of(app).value is LabelKind.SINGLE
    app = kind_of(app).select(LabelKind.ORDERED).run()
    assert not app.exception
    slug = begun(press(app, say("ru", "start.make", n=12)))
    with house.snapshot() as connection:
        project = get_project(connection, slug)
        assert project.kind is LabelKind.ORDERED
        assert [entry.code for entry in get_classes(connection, project.id)] == ["0", "3", "6", "9"]
