"""A label is chosen on pages as its kind asks: one class by its path in the tree, or several classes at once."""

from __future__ import annotations

from sqlalchemy import select

from db import schema
from db.engine import Database
from db.vocabulary import LabelKind
from labeling.projects.classes import add_codes
from labeling.projects.projects import Project, change_settings, get_project
from pages.ui.items import titled_classes
from pages.ui.label_choice import offered
from pages.ui.words import say
from tests.labeling.worlds import NOON, add_items
from tests.pages.conftest import OpenPage


def project_of(house: Database, codes: tuple[str, ...], **settings: object) -> Project:
    """The house's project with these classes, and items 1, 2 and 3."""
    with house.transaction() as connection:
        project = get_project(connection, "demo")
        add_codes(connection, project.id, codes, now=NOON)
        change_settings(connection, project.id, settings, now=NOON, actor=None)
        project = get_project(connection, "demo")
        add_items(connection, project, ["one", "two", "three"])
    return project


def golden_labels(house: Database) -> list[str | None]:
    golden = schema.golden.c
    with house.snapshot() as connection:
        return list(connection.execute(select(golden.label).order_by(golden.item_id, golden.revision)).scalars())


def test_a_golden_label_may_be_a_set(house: Database, open_page: OpenPage) -> None:
    project_of(house, ("joy", "fear", "anger"), kind=LabelKind.SEVERAL)
    app = open_page("lead", "quality/golden.py")
    for item, chosen in (("1", ["anger", "joy"]), ("2", [])):
        app.text_input(key="appoint_item").set_value(item)
        app.multiselect(key="appoint_label").set_value(chosen)
        next(button for button in app.button if button.label == say("ru", "golden.appoint")).click().run()
        assert not app.error
    assert golden_labels(house) == ["joy|anger", "|"]


def test_a_leaf_is_chosen_by_its_path(house: Database, open_page: OpenPage) -> None:
    project = project_of(house, ("card > other", "loan > other"), allows_inner=False)
    assert offered(project, titled_classes(project)) == ["neutral", "gratitude", "card > other", "loan > other"]
    app = open_page("lead", "quality/golden.py")
    assert app.selectbox(key="appoint_label").options[-2:] == ["card › other", "loan › other"]
