"""Junior in the consensus page: silent unless the project says so, named where it is heard."""

from __future__ import annotations

from sqlalchemy import insert

from db import schema
from db.engine import Database
from labeling.desk import golden
from labeling.people.people import get_person
from labeling.projects.projects import Project, change_settings, get_project
from pages.ui.words import say
from tests.labeling.junior.juniors import let_speak, suggest, write_version
from tests.labeling.worlds import NOON, add_items
from tests.pages.conftest import OpenPage
from tests.pages.working import shown

CONSENSUS = "quality/consensus.py"


def put_tie(house: Database) -> Project:
    """One vote each for two classes on the first item; junior, right on 40 golden items, says the first of them."""
    with house.transaction() as connection:
        project = get_project(connection, "demo")
        ids = add_items(connection, project, [f"text {n}" for n in range(41)])
        people = [get_person(connection, login).id for login in ("assessor", "expert")]
        truth = {item: ("neutral", "gratitude")[n % 2] for n, item in enumerate(ids)}
        shared = {"project_id": project.id, "revision": 1, "created_at": NOON}
        said = [(item, person, truth[item]) for item in ids[1:21] for person in people]
        said += [(ids[0], people[0], "neutral"), (ids[0], people[1], "gratitude")]
        rows = [shared | {"item_id": item, "assessor_id": person, "label": label} for item, person, label in said]
        connection.execute(insert(schema.annotation), rows)
        for item in ids[1:]:
            golden.appoint(connection, project, item, truth[item], now=NOON, actor=None)
    prompt_id = write_version(house, project, model="small-1")
    suggest(house, project, prompt_id, {item: (label, 0.9) for item, label in truth.items()})
    let_speak(house, project, prompt_id)
    return project


def first_item(open_page: OpenPage) -> tuple[str, str, str]:
    app = open_page("lead", CONSENSUS)
    assert not app.exception
    table = next(found.value for found in app.dataframe if say("ru", "consensus.probability") in found.value.columns)
    row = table[table[say("ru", "item.id")].str.endswith("#1")].iloc[0]
    return row[say("ru", "consensus.label")], row[say("ru", "consensus.probability")], shown(app)


def test_junior_is_heard_where_the_project_says_so(house: Database, open_page: OpenPage) -> None:
    project = put_tie(house)
    _, sure, said = first_item(open_page)
    assert sure == "0,50"
    assert "small-1" not in said
    with house.transaction() as connection:
        change_settings(connection, project.id, {"junior_votes": True}, now=NOON, actor=None)
    label, sure, said = first_item(open_page)
    assert label == "neutral"
    # A row of its confusion: 20 right ones, and ten more of 41 right in 42.
    right = (20 + 10 * 41 / 42) / 30
    assert sure == f"{right:.2f}".replace(".", ",")
    assert say("ru", "consensus.junior", who="v1 · small-1") in said
