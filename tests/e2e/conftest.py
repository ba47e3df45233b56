"""The real application as a process of its own, and a real browser before it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import select

from db import schema
from db.engine import Database, open_database
from db.migrate import migrate
from labeling.people.sign_in import open_session
from pages.ui.session import COOKIE

ROOT = Path(__file__).parents[2]
# A page is as slow as the machine that the tests share.
expect.set_options(timeout=20_000)
CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@cache
def _migrated() -> bytes:
    """An empty SQLite file at the newest schema; migrating each would take longer."""
    with TemporaryDirectory() as folder:
        opened = open_database(f"sqlite:///{folder}/app.db")
        migrate(opened)
        opened.close()
        return Path(folder, "app.db").read_bytes()


class AppServer:
    """``streamlit run app.py`` on a fresh SQLite file or an empty database; it can be killed and started on the same port."""

    def __init__(self, folder: Path, database_url: str | None = None) -> None:
        self.folder = folder
        self.database_url = database_url or f"sqlite:///{folder}/app.db"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        if database_url is None and not (folder / "app.db").exists():
            (folder / "app.db").write_bytes(_migrated())
        self.database: Database = open_database(self.database_url)
        migrate(self.database)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server and wait until it answers."""
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(self.port)]
        environment = os.environ | {"DATABASE_URL": self.database_url}
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )
        for _ in range(300):
            try:
                if httpx.get(f"{self.url}/health").status_code == 200:
                    return
            except httpx.TransportError:
                pass
            if self._process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError(f"the server did not start:\n{self.output()}")

    def kill(self) -> None:
        """End the server at once, as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask the server to end, and wait for it."""
        self._end(signal.SIGTERM)

    def restart(self) -> None:
        """Kill the server if it runs, and start it on the same port and the same file."""
        self.kill()
        self.start()

    def output(self) -> str:
        """Everything the server has printed."""
        return (self.folder / "server.log").read_text(encoding="utf-8")

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, how)
            self._process.wait(timeout=30)


@contextmanager
def running(folder: Path) -> Iterator[AppServer]:
    """The running application; its database is empty."""
    server = AppServer(folder)
    server.start()
    yield server
    server.kill()
    server.database.close()


@pytest.fixture
def app_server(tmp_path: Path) -> Iterator[AppServer]:
    """The running application; its database is empty but for the first admin."""
    with running(tmp_path) as server:
        yield server


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium; one for all of these tests, and none after them: Playwright's loop hinders other tests' own."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("NO BROWSER: what this test is for was not tried; install chromium")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A tab in a browser profile of its own; an uncaught error of a script in it, or one that is forbidden, fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="ru-RU")
    context.set_default_timeout(20_000)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    # What the policy of our own headers forbids a page to do, the page needs.
    opened.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    yield opened
    context.close()
    assert errors == []


@pytest.fixture
def signed_in(app_server: AppServer) -> Callable[[Page, str], Page]:
    """``signed_in(page, login)`` gives the page's profile a fresh session, without the sign-in page's second."""

    def sign_in(page: Page, login: str) -> Page:
        with app_server.database.transaction() as connection:
            query = select(schema.person.c.id).where(schema.person.c.login == login)
            token = open_session(connection, connection.execute(query).scalar_one(), now=datetime.now(UTC))
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": app_server.url, "httpOnly": True}])
        return page

    return sign_in


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here wants the browser, and one worker for all: two browsers on two cores only wait for each other."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
