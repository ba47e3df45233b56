"""What can't be written is said so: by the readiness route, and to the card, which keeps its answers and sends them again."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from sqlalchemy import event, func, select, update
from starlette.applications import Starlette
from starlette.types import ASGIApp

from db import readiness, schema
from db.engine import Database, open_database
from db.engine import database as process_database
from db.readiness import Trouble, trouble, trouble_of
from labeling.desk.answers import MAX_COMMENT
from labeling.people.people import get_person
from labeling.people.sign_in import open_session
from labeling.projects.projects import change_settings, get_project
from pages.adjudication import route as rulings
from pages.desk import route as desk
from pages.ui import health
from pages.ui.gate import Gate
from pages.ui.session import COOKIE, now
from tests.labeling.worlds import add_items

Ask = Callable[..., httpx.Response]
APP: ASGIApp = Gate(Starlette(routes=[*desk.ROUTES, *rulings.ROUTES, *health.ROUTES]))


class Disk:
    """A disk that can be filled and cleared."""

    def __init__(self, folder: Path, *, is_real: bool) -> None:
        self.folder, self.is_real = folder, is_real
        self.pages: int | None = None

    def fill(self, database: Database) -> None:
        """Leave no byte; where no small disk could be made, let SQLite's own limit say the same."""
        if self.is_real:
            with (self.folder / "filling").open("wb", buffering=0) as file, suppress(OSError):
                while True:
                    file.write(bytes(4096))
            return
        with database.snapshot() as connection:
            self.pages = int(connection.exec_driver_sql("PRAGMA page_count").scalar_one())

    def clear(self) -> None:
        """Room again."""
        (self.folder / "filling").unlink(missing_ok=True)
        self.pages = None


@pytest.fixture(params=["limit", "disk"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """SQLite's limit of pages, and a real disk of 16 MB where one may be mounted (else the limit again)."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(folder)]
    is_real = request.param == "disk" and subprocess.run(mounting, capture_output=True, check=False).returncode == 0
    yield Disk(folder, is_real=is_real)
    if is_real:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def ask(either_house: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """Send a request as "assessor" through gate and routes; a dict is posted to the label card's route."""
    yield _asking(either_house, monkeypatch)
    process_database().close()


@pytest.fixture
def ask_on_disk(disk: Disk, house: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ask]:
    """The same, the database on a disk that can be full."""
    asking = _asking(house, monkeypatch)
    path = disk.folder / "full.db"
    with house.writer.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        raw: Any = connection.connection.driver_connection
        raw.execute(f"VACUUM INTO '{path}'")
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{path}")
    process_database.cache_clear()

    @event.listens_for(process_database().writer, "checkout")
    def _on_checkout(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={disk.pages or 1_000_000}")

    yield asking
    process_database().close()
    process_database.cache_clear()


def _asking(house: Database, monkeypatch: pytest.MonkeyPatch) -> Ask:
    monkeypatch.setattr(health, "BETWEEN_LOOKS", 0.0)
    with house.transaction() as connection:
        project = get_project(connection, "demo")
        add_items(connection, project, [f"text {n}" for n in range(40)])
        change_settings(connection, project.id, {"golden_per_chunk": 0, "chunk_size": 30}, now=now(), actor=None)
        token = open_session(connection, get_person(connection, "assessor").id, now=now())

    def send(what: str | dict[str, Any]) -> httpx.Response:
        async def request() -> httpx.Response:
            headers = {"cookie": f"{COOKIE}={token}", "sec-fetch-site": "same-origin", "x-sverka": "card"}
            async with httpx.AsyncClient(transport=httpx.ASGITransport(APP), base_url="http://t") as client:
                if isinstance(what, str):
                    return await client.get(what)
                body = {"project": "demo", "want": 0, "holding": [], "answers": [], "close_chunk": None} | what
                return await client.post("/desk/answers", headers=headers, json=body)

        return asyncio.run(request())

    return send


def said(token: str) -> dict[str, Any]:
    return {
        "token": token,
        "revision": 1,
        "kind": "label",
        "label": "neutral",
        "comment": "ы" * MAX_COMMENT,
        "seconds": 1,
    }


def test_a_full_disk_is_said_and_nothing_is_lost(disk: Disk, ask_on_disk: Ask) -> None:
    held = [one["token"] for one in ask_on_disk({"want": 20}).json()["items"]]
    assert ask_on_disk("/health/ready").json() == {"status": "ready"}
    disk.fill(process_database())
    refused = []
    for token in held:
        answered = ask_on_disk({"answers": [said(token)]})
        if answered.status_code != 200:
            assert (answered.status_code, answered.json()) == (503, {"error": "not_saved", "trouble": "disk_full"})
            refused.append(token)
    # Some room may have been left in pages that were there.
    assert len(refused) >= len(held) // 2
    # Alive, and not ready. Where pages are limited, the row is written over those that it has.
    assert ask_on_disk("/health").json() == {"status": "ok"}
    ready = ask_on_disk("/health/ready")
    assert (ready.status_code, ready.json()["status"]) == ((503, "disk_full") if disk.is_real else (200, "ready"))
    disk.clear()
    again = ask_on_disk({"answers": [said(token) for token in refused]}).json()["acknowledged"]
    assert [one["status"] for one in again] == ["stored"] * len(refused)
    with process_database().snapshot() as connection:
        assert connection.execute(select(func.count()).select_from(schema.annotation)).scalar_one() == len(held)
    assert ask_on_disk("/health/ready").json() == {"status": "ready"}


def test_readiness_grows_the_file_where_it_never_wrote(disk: Disk, ask_on_disk: Ask) -> None:
    # A server that runs has its connections; to make the first one takes room beside the file.
    assert ask_on_disk("/health").status_code == 200
    disk.fill(process_database())
    ready = ask_on_disk("/health/ready")
    assert (ready.status_code, ready.json()) == (503, {"status": "disk_full"})
    assert ask_on_disk("/health").status_code == 200


def test_a_database_that_may_only_be_read(ask: Ask) -> None:
    held = ask({"want": 1}).json()["items"][0]["token"]
    writer = process_database().writer
    if process_database().is_sqlite:
        event.listen(writer, "checkout", lambda raw, *_: raw.execute("PRAGMA query_only=ON"))
    else:
        event.listen(writer, "begin", lambda connection: connection.exec_driver_sql("SET TRANSACTION READ ONLY"))
    answered = ask({"answers": [said(held)]})
    assert (answered.status_code, answered.json()) == (503, {"error": "not_saved", "trouble": "read_only"})
    assert ask("/health/ready").json() == {"status": "read_only"}
    assert ask("/health").status_code == 200


def test_a_lock_that_is_held_too_long(ask: Ask, either_house: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "PATIENCE", 0.05)
    assert ask("/health/ready").status_code == 200
    with either_house.transaction() as connection:
        connection.execute(update(schema.readiness).values(padding=b""))
        assert ask("/health/ready").json() == {"status": "locked"}
        assert ask("/health").status_code == 200
    assert ask("/health/ready").status_code == 200


def test_a_reader_whose_sign_of_life_cannot_be_written_comes_in(disk: Disk, ask_on_disk: Ask) -> None:
    with process_database().transaction() as connection:
        connection.execute(update(schema.sign_in).values(seen_at=schema.sign_in.c.created_at))
    disk.fill(process_database())
    assert ask_on_disk({"want": 0}).status_code in (200, 503)


def test_no_database(tmp_path: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "broken.db").write_bytes(b"nothing of the kind" * 1000)
    for url, found in (
        (f"sqlite:///{tmp_path}", Trouble.UNREACHABLE),
        (f"sqlite:///{tmp_path}/broken.db", Trouble.BROKEN),
        ("postgresql://127.0.0.1:1/none", Trouble.UNREACHABLE),
    ):
        opened = open_database(url)
        assert trouble(opened, now=now()) is found
        opened.close()
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/none")
    process_database().close()
    process_database.cache_clear()
    for what in ({"want": 1}, "/health/ready", "/health"):
        answered = ask(what)
        assert answered.status_code == 503
    assert ask({"want": 1}).json() == {"error": "not_saved", "trouble": "unreachable"}


def test_one_look_in_a_while_whoever_asks(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Strangers may ask: they must not be able to order writes."""
    monkeypatch.setattr(health, "BETWEEN_LOOKS", 60.0)
    looks: list[object] = []
    monkeypatch.setattr(health, "trouble", lambda *_given, **_named: looks.append(1))
    monkeypatch.setattr(health, "_looks", health._Looks())
    for _ in range(5):
        assert ask("/health/ready").status_code == 200
    assert looks == [1]


def test_what_is_wrong_with_a_statement_says_nothing_of_the_database() -> None:
    assert trouble_of(psycopg.errors.UniqueViolation()) is None
    assert trouble_of(ValueError()) is None
    assert trouble_of(psycopg.errors.DiskFull()) is Trouble.DISK_FULL
