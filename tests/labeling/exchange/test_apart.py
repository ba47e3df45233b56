"""An import by a process of its own: the same as in this one, and it ends with whoever waits for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from db import schema
from db.engine import Database
from db.vocabulary import Role
from labeling.errors import LabelingError
from labeling.exchange import apart, guard
from labeling.exchange.apart import import_apart
from labeling.exchange.intake import GENTLE_ROWS, ImportOptions
from labeling.exchange.mapping import Mapping
from labeling.exchange.report import ImportProgress, ImportReport, past_imports
from labeling.projects.projects import create_project, get_project
from tests.labeling.exchange.files import NOON, SLUG, bring, csv_of
from tests.labeling.worlds import add_person

ROWS = [(f"i{n}", f"текст {n}" if n % 7 else "") for n in range(3 * GENTLE_ROWS)]


@pytest.fixture
def house(database: Database) -> Database:
    """A project with a lead."""
    with database.transaction() as connection:
        project = create_project(connection, SLUG, now=NOON)
        add_person(connection, "lead", project, Role.LEAD)
        add_person(connection, "assessor", project, Role.ASSESSOR)
    return database


def run(
    database: Database, login: str = "lead", tell: Callable[[ImportProgress], None] = lambda _: None
) -> ImportReport:
    with database.snapshot() as connection:
        actor = int(connection.execute(select(schema.person.c.id).where(schema.person.c.login == login)).scalar_one())
    return import_apart(
        database, csv_of(["id", "text"], ROWS), project_slug=SLUG, mapping=Mapping(id="id", text="text"),
        options=ImportOptions(gentle=True), now=NOON, actor=actor, progress=tell,
    )  # fmt: skip


def items(database: Database) -> int:
    with database.snapshot() as connection:
        return int(connection.execute(select(func.count()).select_from(schema.item)).scalar_one())


def test_it_reports_what_an_import_in_this_process_would(house: Database) -> None:
    progress: list[ImportProgress] = []
    report = run(house, tell=progress.append)
    assert [told.read for told in progress] == [GENTLE_ROWS, 2 * GENTLE_ROWS, 3 * GENTLE_ROWS]
    again = bring(house, csv_of(["id", "text"], ROWS))
    for name in ("name", "format", "encoding", "separator", "read", "empty", "bad_rows", "reasons"):
        assert asdict(report)[name] == asdict(again)[name]
    assert (report.imported, again.imported) == (items(house), 0)


def test_a_refusal_comes_back_as_one(house: Database) -> None:
    with pytest.raises(LabelingError, match="not_allowed"):
        run(house, "assessor")
    assert items(house) == 0


def test_whoever_turns_away_ends_it_between_two_portions(house: Database) -> None:
    class TurnedAwayError(Exception):
        pass

    def turn_away(_progress: ImportProgress) -> None:
        raise TurnedAwayError

    with pytest.raises(TurnedAwayError):
        run(house, tell=turn_away)
    assert 0 < items(house) < len(ROWS)
    with house.snapshot() as connection:
        project = get_project(connection, SLUG)
    [line] = past_imports(house, project.id)
    assert line.finished_at is not None
    assert line.report is not None and line.report["cancelled"]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSEGV])
def test_a_process_that_is_killed_is_said_to_have_broken_off(
    house: Database, monkeypatch: pytest.MonkeyPatch, how: signal.Signals
) -> None:
    started: list[subprocess.Popen[bytes]] = []
    start = apart._start

    def noted(*given: Any) -> subprocess.Popen[bytes]:
        started.append(start(*given))
        return started[0]

    monkeypatch.setattr(apart, "_start", noted)
    with pytest.raises(LabelingError, match="import_broken_off"):
        run(house, tell=lambda _: os.kill(started[0].pid, how))
    assert 0 < items(house) < len(ROWS)


def test_it_ends_when_nobody_listens_any_more(sqlite_database: Database, tmp_path: Any) -> None:
    bring(sqlite_database, csv_of(["id", "text"], [("first", "a")]))
    path = tmp_path / "long.csv"
    path.write_text("id,text\n" + "".join(f"j{n},текст {n}\n" for n in range(100_000)), encoding="utf-8")
    with path.open("rb") as stream, guard.as_file(stream) as descriptor:
        process = apart._start(sqlite_database, descriptor)
        assert process.stdin is not None and process.stdout is not None
        wanted = {
            "file": descriptor, "name": "long.csv", "project": SLUG, "mapping": asdict(Mapping(id="id", text="text")),
            "options": asdict(ImportOptions(gentle=True)), "now": NOON.isoformat(), "actor": None, "session": None,
        }  # fmt: skip
        process.stdin.write(apart.json.dumps(wanted).encode() + b"\n")
        process.stdin.flush()
        process.stdout.readline()
        process.stdout.close()
        assert process.wait() == 0
        process.stdin.close()
    assert 1 < items(sqlite_database) < 100_000


def test_the_reading_process_loads_no_database_and_no_frames() -> None:
    asked = "import sys, labeling.exchange.reader; print({'sqlalchemy', 'polars'} & set(sys.modules))"
    root = Path(__file__).parents[3]
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, cwd=root).stdout
    # Each would be loaded again for every file, at half a second.
    assert said.strip() == "set()"
