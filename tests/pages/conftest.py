"""A small house behind the pages, and a way to open a page as one of its people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from db.engine import Database
from db.engine import database as process_database
from db.vocabulary import Role, Standing
from labeling.jobs import tending
from labeling.people.memberships import grant, set_standing
from labeling.people.people import create_person, get_person
from labeling.people.sign_in import open_session
from labeling.projects.classes import add_codes
from labeling.projects.projects import create_project
from pages.ui import session
from pages.ui.card_calls import PACE
from pages.ui.navigation import FOLDER

ROLES = {
    "lead": (Role.LEAD,),
    "expert": (Role.EXPERT,),
    "assessor": (Role.ASSESSOR,),
    "paused": (Role.ASSESSOR, Role.LEAD),
    "stranger": (),
}

OpenPage = Callable[..., AppTest]


def links_of(app: AppTest) -> list[str]:
    """How the links of a page read, without those of the menu and of the pages beside it."""
    return [link.proto.label for link in app.main.get("page_link") if link.proto.icon]


@pytest.fixture(scope="session", autouse=True)
def _one_look_at_what_is_installed() -> Iterator[None]:
    """Streamlit reads every installed package for components anew for each AppTest, which takes longer than most pages."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def house(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The process's database: a project "demo" with the people of :data:`ROLES`, and an admin "boss"."""
    yield from _settled(sqlite_database, monkeypatch)


@pytest.fixture
def either_house(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The same house on SQLite and on PostgreSQL in turn."""
    yield from _settled(database, monkeypatch)


def _settled(database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    moment = datetime.now(UTC)
    with database.transaction() as connection:
        project = create_project(connection, "demo", now=moment, title_ru="Демо", title_en="Demo")
        add_codes(connection, project.id, ["neutral", "gratitude"], now=moment)
        create_person(connection, "boss", "Boss", None, now=moment, is_admin=True)
        for login, roles in ROLES.items():
            person = create_person(connection, login, login.title(), None, now=moment)
            for role in roles:
                grant(connection, project.id, person.id, role, now=moment, actor=None)
        paused = get_person(connection, "paused").id
        set_standing(connection, project.id, paused, Standing.PAUSED, now=moment, actor=None)
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    process_database.cache_clear()
    # Another house's person of the same number.
    PACE.forget()
    yield database
    tending.stop()
    process_database().close()
    process_database.cache_clear()


@pytest.fixture
def open_page(house: Database, monkeypatch: pytest.MonkeyPatch) -> OpenPage:
    """``open_page(login, "people/members.py")`` gives the page as that person sees it, through the router.

    A page that the router doesn't offer them is run by itself, as somebody who found its file would. None is nobody: signed out.
    """

    def open_as(login: str | None, path: str, *, alone: bool = False, **query: str) -> AppTest:
        with house.transaction() as connection:
            moment = datetime.now(UTC)
            token = open_session(connection, get_person(connection, login).id, now=moment) if login else None
        # AppTest can't send cookies: what the browser sent is the one thing that is put in by hand.
        monkeypatch.setattr(session, "cookie_token", lambda: token)
        app = AppTest.from_file(str(FOLDER / (path if alone else "main.py")), default_timeout=30)
        app.query_params.update(query)
        app.run()
        return app if alone else app.switch_page(path).run()

    return open_as
