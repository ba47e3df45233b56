"""The people of a project and of the house: chosen from lists, made and shut out, and forms that keep what was refused."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Database
from db.vocabulary import Role, Standing
from labeling.people.memberships import grant, members
from labeling.people.people import get_person
from labeling.people.sign_in import check_password
from labeling.projects.projects import get_project
from labeling.roles import roles_of
from pages.ui.widgets import plain
from pages.ui.words import say
from tests.pages.conftest import OpenPage


def test_a_lead_adds_pauses_and_reroles_members(open_page: OpenPage, house: Database) -> None:
    app = open_page("lead", "people/members.py")
    # Nobody has to know a login by heart; who is in the project, or shut out, isn't offered.
    assert app.selectbox(key="add_login").options == ["boss · Boss", "stranger · Stranger"]
    app.selectbox(key="add_login").set_value("stranger")
    app.selectbox(key="add_role").set_value(Role.ASSESSOR)
    press(app, "members.add")
    app.selectbox(key="member").set_value("stranger").run()
    stranger = _person(house, "stranger")
    app.checkbox(key=f"role_expert_{stranger}").check()
    app.checkbox(key=f"role_assessor_{stranger}").uncheck()
    press(app, "members.save")
    with house.snapshot() as connection:
        project = get_project(connection, "demo")
        assert roles_of(connection, project.id, stranger) == {Role.EXPERT}
    app.button(key="paused").click().run()
    assert not app.exception
    with house.snapshot() as connection:
        standing = {member.login: member.standing for member in members(connection, project.id)}
    assert standing["stranger"] is Standing.PAUSED
    with house.transaction() as connection:
        boss = get_person(connection, "boss").id
        grant(connection, project.id, boss, Role.EXPERT, now=datetime.now(UTC), actor=None)
    assert say("ru", "members.all_here") in [entry.value for entry in app.run().caption]


def test_an_admin_makes_a_person_whose_password_is_shown_once(open_page: OpenPage, house: Database) -> None:
    app = open_page("boss", "people/house.py")
    app.text_input(key="new_login").set_value("vera")
    app.text_input(key="new_name").set_value("Вера")
    press(app, "people.create")
    password = app.code[0].value
    with house.snapshot() as connection:
        assert check_password(connection, "vera", password).is_right
    app.run()
    assert not app.code
    assert password not in json.dumps(app.session_state.to_dict(), default=str)
    # What was taken is out of the form, what was refused stays in it, with the reason beside it.
    assert (app.text_input(key="new_login").value, app.text_input(key="new_name").value) == ("", "")
    app.text_input(key="new_login").set_value("vera")
    app.text_input(key="new_name").set_value("Вера")
    press(app, "people.create")
    assert [entry.value for entry in app.error] == [plain(say("ru", "error.login_taken", login="vera"))]
    assert [block.get("error")[0].value for block in app.main if block.type == "form" and block.get("error")]
    assert (app.text_input(key="new_login").value, app.text_input(key="new_name").value) == ("vera", "Вера")
    assert not app.code and not app.success


def test_an_admin_is_told_of_the_projects_that_are_open_to_them(open_page: OpenPage, house: Database) -> None:
    app = open_page("boss", "people/profile.py")
    told = [entry.value for entry in app.text]
    assert say("ru", "profile.admin_of", n=1) in told
    assert say("ru", "shell.no_roles") not in told
    assert say("ru", "shell.no_roles") in [entry.value for entry in open_page("stranger", "people/profile.py").text]


def test_an_admin_shuts_out_and_lets_in(open_page: OpenPage, house: Database) -> None:
    app = open_page("boss", "people/house.py")
    app.selectbox(key="person").set_value("lead").run()
    app.button(key="ban").click().run()
    assert not _active(house, "lead")
    app.button(key="readmit").click().run()
    assert _active(house, "lead")
    app.button(key="reset").click().run()
    with house.snapshot() as connection:
        assert check_password(connection, "lead", app.code[0].value).is_right
    app.selectbox(key="person").set_value("boss").run()
    app.button(key="ban").click().run()
    assert [entry.value for entry in app.error] == [plain(say("ru", "error.last_admin"))]
    assert _active(house, "boss")


def test_an_admin_makes_archives_and_restores_a_project(open_page: OpenPage, house: Database) -> None:
    app = open_page("boss", "project/projects.py")
    app.text_input(key="new_slug").set_value("calls")
    press(app, "projects.create")
    with house.snapshot() as connection:
        assert get_project(connection, "calls").title_ru == "calls"
    app.selectbox(key="shelf").set_value("demo").run()
    app.button(key="archive").click().run()
    archived = select(schema.project.c.archived_at).where(schema.project.c.slug == "demo")
    with house.snapshot() as connection:
        assert connection.execute(archived).scalar_one() is not None
    app.selectbox(key="shelf").set_value("demo").run()
    app.button(key="restore").click().run()
    with house.snapshot() as connection:
        assert connection.execute(archived).scalar_one() is None
    app.text_input(key="new_slug").set_value("Bad Slug")
    press(app, "projects.create")
    assert len(app.error) == 1


def press(app: AppTest, key: str) -> None:
    """Click the button that bears this word, and run."""
    next(button for button in app.button if button.label == say("ru", key)).click().run()
    assert not app.exception


def _person(house: Database, login: str) -> int:
    with house.snapshot() as connection:
        return get_person(connection, login).id


def _active(house: Database, login: str) -> bool:
    with house.snapshot() as connection:
        return get_person(connection, login).active
