"""The frame around the pages: who is offered what, who may open what, and how it speaks."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Database
from db.vocabulary import Role
from labeling.errors import LabelingError
from labeling.people.memberships import grant
from labeling.people.people import get_person, reset_password
from labeling.people.sign_in import check_password, hash_password, new_password
from labeling.people.turns import Turns
from labeling.projects.projects import create_project
from pages.people import sign_in as form_of_sign_in
from pages.people.sign_in import ROUTES, safe_next
from pages.ui import session
from pages.ui.navigation import FOLDER, PAGES
from pages.ui.widgets import error_sentence, plain
from pages.ui.words import say
from tests.pages.conftest import OpenPage


def shown(app: AppTest) -> str:
    """Everything on the page that is text."""
    texts = [element.value for element in (*app.info, *app.error, *app.success, *app.text, *app.markdown, *app.caption)]
    return "\n".join([*map(str, texts), *(element.proto.body for element in app.get("html"))])


def answer_of(app: AppTest) -> str:
    """The page's opening sentence."""
    found = re.search(r'class="sv-answer">(.*?)</h2>', shown(app))
    assert found is not None, shown(app)
    return found.group(1)


def test_without_a_session_a_page_says_so_and_shows_nothing(
    open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("boss", "people/house.py")
    monkeypatch.setattr(session, "cookie_token", lambda: "another-token")
    app.run()
    assert [entry.value for entry in app.info] == [say("ru", "shell.session_ended")]
    assert "/account/sign-in" in shown(app)
    assert not app.dataframe


def test_a_ban_acts_at_the_next_run(open_page: OpenPage, house: Database) -> None:
    app = open_page("lead", "people/members.py")
    with house.transaction() as connection:
        connection.execute(update(schema.person).where(schema.person.c.login == "lead").values(active=False))
    app.run()
    assert [entry.value for entry in app.info] == [say("ru", "shell.session_ended")]


def test_a_role_taken_back_is_gone_at_the_next_run(open_page: OpenPage, house: Database) -> None:
    app = open_page("lead", "people/members.py", alone=True)
    with house.transaction() as connection:
        connection.execute(schema.membership.delete().where(schema.membership.c.role == Role.LEAD))
    app.run()
    assert 'class="sv-answer"' not in shown(app)
    assert len(app.info) == 1


def test_a_one_time_password_opens_the_profile_only(open_page: OpenPage, house: Database) -> None:
    with house.transaction() as connection:
        boss = get_person(connection, "boss").id
        issued = new_password()
        reset_password(connection, boss, hash_password("boss", issued), now=datetime.now(UTC), actor=None)
    assert len(open_page("boss", "people/house.py", alone=True).info) == 1
    app = open_page("boss", "people/profile.py")
    assert answer_of(app) == say("ru", "profile.one_time")
    for field, typed in (("current", issued), ("new", "several quiet words"), ("repeated", "several quiet words")):
        app.text_input(key=f"password_{field}").set_value(typed)
    app.button[0].click().run()
    assert not app.error
    assert not app.exception
    assert answer_of(app) != say("ru", "profile.one_time")
    with house.snapshot() as connection:
        assert check_password(connection, "boss", "several quiet words").is_right


def test_a_wrong_repetition_changes_nothing_and_says_so(open_page: OpenPage, house: Database) -> None:
    app = open_page("stranger", "people/profile.py")
    app.text_input(key="password_new").set_value("several quiet words")
    app.text_input(key="password_repeated").set_value("several loud words")
    next(button for button in app.button if button.label == say("ru", "profile.password_save")).click().run()
    assert [entry.value for entry in app.error] == [plain(say("ru", "error.passwords_differ"))]
    with house.snapshot() as connection:
        hashed = schema.person.c.password_hash
        assert list(connection.execute(select(hashed).where(hashed.is_not(None)))) == []


def test_the_bare_address_goes_on_to_the_first_work_or_says_what_to_wait_for(open_page: OpenPage) -> None:
    assert say("ru", "shell.no_roles") in shown(start_as(open_page, "stranger"))
    assert answer_of(start_as(open_page, "boss"))


def start_as(open_page: OpenPage, login: str) -> AppTest:
    """The bare address, as that person sees it."""
    open_page(login, "people/profile.py")
    return AppTest.from_file(str(FOLDER / "main.py"), default_timeout=30).run()


def test_another_project_than_mine_is_refused_not_replaced(open_page: OpenPage, house: Database) -> None:
    with house.transaction() as connection:
        create_project(connection, "secret", now=datetime.now(UTC))
    for slug in ("secret", "no-such"):
        app = open_page("lead", "people/members.py", alone=True, project=slug)
        assert [entry.value for entry in app.info] == [plain(say("ru", "shell.refused.no_project"))]
    assert answer_of(open_page("boss", "people/members.py", alone=True, project="secret"))


def test_from_a_foreign_project_the_sidebar_leads_back_to_mine(open_page: OpenPage) -> None:
    app = open_page("lead", "people/members.py", project="secret")
    assert [entry.value for entry in app.info] == [plain(say("ru", "shell.refused.no_project"))]
    app.sidebar.selectbox(key="project_choice").set_value("demo").run()
    assert not app.exception
    assert answer_of(app)
    assert app.query_params["project"] == "demo"


def test_the_chosen_project_stays_in_the_address(open_page: OpenPage, house: Database) -> None:
    with house.transaction() as connection:
        second = create_project(connection, "second", now=datetime.now(UTC), title_ru="Второй")
        lead = get_person(connection, "lead").id
        grant(connection, second.id, lead, Role.LEAD, now=datetime.now(UTC), actor=None)
    app = open_page("lead", "people/members.py")
    assert app.query_params["project"] == "demo"
    app.sidebar.selectbox(key="project_choice").set_value("second").run()
    assert app.query_params["project"] == "second"
    assert answer_of(app) == say("ru", "members.answer", n=1, working="1", assessors="0")
    app.switch_page("people/profile.py").run()
    app.query_params.clear()
    app.switch_page("people/members.py").run()
    assert answer_of(app) == say("ru", "members.answer", n=1, working="1", assessors="0")


def test_the_language_is_kept_with_the_person(open_page: OpenPage, house: Database) -> None:
    app = open_page("lead", "people/members.py")
    app.sidebar.segmented_control(key="language_choice").set_value("en").run()
    assert answer_of(app) == say("en", "members.answer", n=4, working="3", assessors="1")
    with house.snapshot() as connection:
        assert get_person(connection, "lead").locale == "en"


def test_what_people_write_is_shown_as_it_is_written(open_page: OpenPage, house: Database) -> None:
    """No name becomes HTML or Markdown, wherever it is shown."""
    evil = "<img src=x onerror=alert(1)> **bold** [go](https://evil.example)"
    with house.transaction() as connection:
        connection.execute(update(schema.person).where(schema.person.c.login == "boss").values(name=evil))
    app = open_page("boss", "people/profile.py")
    drawn = "\n".join(element.proto.body for element in app.get("html"))
    assert "<img" not in drawn
    assert "&lt;img src=x" in drawn
    assert not any(evil in str(entry.value) for entry in (*app.markdown, *app.info, *app.success))


@pytest.mark.parametrize(
    "asked",
    [
        None, "", "progress", "//evil.example", "///evil.example", "https://evil.example", "/\\evil.example",
        "\\\\evil.example", "/\t/evil.example", "/ok\r\nSet-Cookie: a=b", "javascript:alert(1)",
        "/account/sign-in?next=/",
    ],
)  # fmt: skip
def test_no_next_leads_out_of_the_house(asked: str | None) -> None:
    assert safe_next(asked) == "/"


@pytest.mark.parametrize("asked", ["/", "/progress", "/label?project=a&x=%2F%2Fevil.example"])
def test_our_own_pages_are_gone_on_to(asked: str) -> None:
    assert safe_next(asked) == asked


def test_more_sign_ins_than_the_server_can_hash_are_put_off(house: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    form = {"login": "boss", "password": "wrong wrong", "lang": "ru"}
    with TestClient(Starlette(routes=ROUTES)) as client:
        assert client.post("/account/sign-in", data=form).status_code == 401
        monkeypatch.setattr(form_of_sign_in, "HASHING", Turns(0, 0))
        put_off = client.post("/account/sign-in", data=form)
    assert put_off.status_code == 429
    assert say("ru", "sign_in.too_many") in put_off.text


def test_every_page_has_an_address_of_its_own() -> None:
    assert len({entry.url for entry in PAGES}) == len(PAGES)
    assert len({entry.path for entry in PAGES}) == len(PAGES)


def test_an_unknown_refusal_still_becomes_a_sentence() -> None:
    assert "no_such_code" in error_sentence(LabelingError("no_such_code"), "en")
