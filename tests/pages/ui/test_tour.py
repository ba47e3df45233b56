"""The tour of each role: its five steps lead on, it can be left and begun again, and real projects have none."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest
from streamlit.testing.v1 import AppTest

from db.engine import Database
from db.vocabulary import Role
from labeling.people.memberships import grant
from labeling.people.people import get_person, reset_password
from labeling.people.sign_in import hash_password, new_password
from labeling.projects.classes import add_codes
from labeling.projects.projects import create_project
from pages.ui.navigation import PAGES
from pages.ui.tour import STEPS
from pages.ui.words import say
from tests.pages.conftest import OpenPage
from tests.pages.test_shell import shown

PATHS = {entry.url: entry.path for entry in PAGES}
ROLES = list(STEPS)
# Pages of each role that no step is about.
ASIDE = {Role.LEAD: "people/members.py", Role.EXPERT: "audit/gain.py", Role.ASSESSOR: "people/profile.py"}


@pytest.fixture(autouse=True)
def played(house: Database) -> None:
    """A project "played" beside the real one, whose people are simulated; "paused" leads it and is its expert."""
    moment = datetime.now(UTC)
    with house.transaction() as connection:
        project = create_project(connection, "played", now=moment, title_ru="Игра", is_simulated=True)
        add_codes(connection, project.id, ["neutral", "gratitude"], now=moment)
        held = [(role.value, role) for role in Role] + [("paused", Role.LEAD), ("paused", Role.EXPERT)]
        for login, role in held:
            grant(connection, project.id, get_person(connection, login).id, role, now=moment, actor=None)


def step(app: AppTest) -> str | None:
    """Which step's sentence stands on the page."""
    assert not app.exception
    told = [
        f"{role.value}-{n}"
        for role, pages in STEPS.items()
        for n in range(1, len(pages) + 1)
        if say("ru", f"tour.{role.value}.{n}") in shown(app)
    ]
    assert len(told) <= 1
    return told[0] if told else None


def ways(app: AppTest) -> dict[str, tuple[str, str]]:
    """The links of the strip by their words: the page's file and the step that they lead to."""
    found = {}
    for link in app.main.get("page_link"):
        asked = parse_qs(link.proto.query_string)
        if "tour" in asked:
            assert asked["project"] == ["played"]
            found[link.proto.label] = (PATHS[link.proto.page], asked["tour"][0])
    return found


def follow(app: AppTest, way: tuple[str, str]) -> AppTest:
    app.query_params["tour"] = way[1]
    return app.switch_page(way[0]).run()


def first(open_page: OpenPage, login: str, role: Role, **query: str) -> AppTest:
    return open_page(login, PATHS[STEPS[role][0]], project="played", **query)


def again(role: Role) -> str:
    return f"tour_{role.value}"


@pytest.mark.parametrize("role", ROLES)
def test_five_steps_lead_on_and_back(open_page: OpenPage, role: Role) -> None:
    app = first(open_page, role.value, role)
    for n, url in enumerate(STEPS[role], 1):
        assert step(app) == f"{role.value}-{n}"
        assert say("ru", "tour.step", step=n, steps=5) in shown(app)
        leading = ways(app)
        back = leading.pop(say("ru", "tour.back"), None)
        if n == 1:
            assert back is None
        else:
            assert back == (PATHS[STEPS[role][n - 2]], f"{role.value}-{n - 1}")
        if n == 5:
            assert leading == {}
            break
        [(label, onward)] = leading.items()
        after = STEPS[role][n]
        named = say("ru", "tour.next", page=say("ru", f"page.{after}"))
        assert label == (say("ru", "tour.on") if after == url else named)
        app = follow(app, onward)
    app.button(key="tour_leave").click().run()
    assert step(app) is None
    assert [button.key for button in app.sidebar.button] == [again(role)]


def test_without_an_address_a_page_tells_its_first_step_and_a_page_aside_none(open_page: OpenPage) -> None:
    app = open_page("assessor", "desk/results.py", project="played")
    assert step(app) == "assessor-4"
    assert step(app.switch_page("desk/label.py").run()) == "assessor-1"
    # A step of another page, or of another's tour.
    for asked in ("assessor-5", "lead-1", "assessor-99", "🙂"):
        app.query_params["tour"] = asked
        assert step(app.run()) == "assessor-1"
    for role, path in ASIDE.items():
        assert step(open_page(role.value, path, project="played")) is None


@pytest.mark.parametrize("role", ROLES)
def test_who_left_it_is_told_no_more_until_it_is_begun_again(open_page: OpenPage, role: Role) -> None:
    app = first(open_page, role.value, role)
    assert app.button(key="tour_leave").label == say("ru", "tour.skip")
    app.button(key="tour_leave").click().run()
    assert [toast.value for toast in app.toast] == [say("ru", "tour.over").replace(".", "\\.")]
    for url in STEPS[role]:
        assert step(open_page(role.value, PATHS[url], project="played", tour=f"{role.value}-1")) is None
    app = open_page(role.value, ASIDE[role], project="played")
    app.sidebar.button(key=again(role)).click().run()
    assert step(app) == f"{role.value}-1"
    assert app.sidebar.button == []
    assert step(first(open_page, role.value, role)) == f"{role.value}-1"


def test_each_role_of_one_person_has_a_tour_of_its_own(open_page: OpenPage) -> None:
    app = open_page("paused", "review/suspicions.py", project="played")
    assert step(app) == "lead-3"
    app.query_params["tour"] = "expert-2"
    assert step(app.run()) == "expert-2"
    app.button(key="tour_leave").click().run()
    assert step(app) == "lead-3"
    app.button(key="tour_leave").click().run()
    assert step(app) is None
    assert [button.key for button in app.sidebar.button] == [again(Role.LEAD), again(Role.EXPERT)]


def test_an_admin_is_shown_what_a_lead_is(open_page: OpenPage) -> None:
    assert step(open_page("boss", "overview/overview.py", project="played")) == "lead-1"


def test_who_has_a_one_time_password_changes_it_first(open_page: OpenPage, house: Database) -> None:
    with house.transaction() as connection:
        lead = get_person(connection, "lead").id
        issued = hash_password("lead", new_password())
        reset_password(connection, lead, issued, now=datetime.now(UTC), actor=None)
    assert step(open_page("lead", "overview/overview.py", project="played")) is None


@pytest.mark.parametrize("role", ROLES)
def test_a_project_of_real_people_has_none(open_page: OpenPage, role: Role) -> None:
    for url in STEPS[role]:
        app = open_page(role.value, PATHS[url], project="demo", tour=f"{role.value}-1")
        assert step(app) is None
        assert app.sidebar.button == []
        assert ways(app) == {}
