"""The first week of the demo, loaded once and copied for each test, and a way to open its pages."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from db.engine import Database, open_database
from db.engine import database as process_database
from db.vocabulary import Role
from labeling.demo.week import load_week
from labeling.people.memberships import grant
from labeling.people.people import create_person, get_person
from labeling.people.sign_in import open_session
from labeling.projects.projects import create_project
from pages.ui import session
from pages.ui.navigation import FOLDER


@pytest.fixture(scope="session")
def demo_template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The first week of the demo project, an empty one beside it, and their people."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    shutil.copy(sqlite_template, path)
    opened = open_database(f"sqlite:///{path}")
    moment = datetime.now(UTC).replace(microsecond=0)
    load_week(opened, now=moment)
    with opened.transaction() as connection:
        create_person(connection, "boss", "Boss", None, now=moment, is_admin=True)
        create_person(connection, "stranger", "Stranger", None, now=moment)
        empty = create_project(connection, "empty", now=moment, title_ru="Пустой", title_en="Empty")
        for login, role in (("lead", Role.LEAD), ("expert", Role.EXPERT), ("assessor", Role.ASSESSOR)):
            grant(connection, empty.id, get_person(connection, login).id, role, now=moment, actor=None)
    opened.close()
    return path


@pytest.fixture
def demo(demo_template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A copy of it as the process's database."""
    shutil.copy(demo_template, tmp_path / "demo.db")
    opened = open_database(f"sqlite:///{tmp_path}/demo.db")
    monkeypatch.setenv("DATABASE_URL", opened.url.render_as_string(hide_password=False))
    process_database.cache_clear()
    yield opened
    process_database().close()
    process_database.cache_clear()
    opened.close()


@pytest.fixture
def open_demo(demo: Database, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """``open_demo(login, path, slug)`` gives the page as that person sees it."""

    def open_as(login: str, path: str, slug: str = "demo", *, alone: bool = False) -> AppTest:
        with demo.transaction() as connection:
            token = open_session(connection, get_person(connection, login).id, now=datetime.now(UTC))
        monkeypatch.setattr(session, "cookie_token", lambda: token)
        app = AppTest.from_file(str(FOLDER / (path if alone else "main.py")), default_timeout=60)
        app.query_params["project"] = slug
        app.run()
        return app if alone else app.switch_page(path).run()

    return open_as
