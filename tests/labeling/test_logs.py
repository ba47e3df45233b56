"""No parameter, no text and no secret in any log or on any page, however something fails."""

from __future__ import annotations

import ast
import asyncio
import io
import logging
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import orjson
import polars as pl
import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError
from streamlit.testing.v1 import AppTest

from db import schema
from db.engine import Connection, Database
from db.vocabulary import RunKind, RunState
from labeling import background, logs
from labeling.errors import LabelingError
from labeling.jobs.engine import Worker
from labeling.runs import claims, runs
from tests.labeling.jobs.analysed import make_films
from tests.labeling.worlds import NOON

ROOT = Path(__file__).parents[2]
# A name, a phone, a word that stands nowhere else.
MARKER = "Мария Ыжова +7 912 345-67-89"
MARKS = ("Ыжова", "345-67-89", "\\u042b\\u0436")


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Whatever this process logs, as another library's handler writes it, and what goes to stderr."""
    stream = io.StringIO()
    before = logging.getLogRecordFactory(), sys.excepthook, threading.excepthook, sys.unraisablehook
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    monkeypatch.setattr(sys, "stderr", stream)
    logs.install()
    yield stream
    logging.getLogger().removeHandler(handler)
    logging.setLogRecordFactory(before[0])
    sys.excepthook, threading.excepthook, sys.unraisablehook = before[1:]


def assert_silent(said: str) -> None:
    for mark in MARKS:
        assert mark not in said


def person(connection: Connection, **more: object) -> None:
    values = {"login": MARKER, "name": MARKER, "created_at": NOON} | more
    connection.execute(insert(schema.person), [values])


def twice(connection: Connection) -> None:
    person(connection)
    person(connection)


def bad_word(connection: Connection) -> None:
    """PostgreSQL says: Failing row contains (…)."""
    person(connection, locale="xx")


def not_a_number(connection: Connection) -> None:
    connection.execute(
        text("INSERT INTO queue (item_id, project_id, position, wanted, places) VALUES (1, 1, :n, 1, 1)"), {"n": MARKER}
    )


def without_zone(connection: Connection) -> None:
    connection.execute(update(schema.person).values(name=MARKER, created_at=datetime(2026, 1, 1)))  # noqa: DTZ001


def written_out(connection: Connection) -> None:
    connection.exec_driver_sql(f"INSERT INTO nothing VALUES ('{MARKER}', 79123456789)")


def unknown_column(connection: Connection) -> None:
    connection.exec_driver_sql(f"SELECT '{MARKER}' FROM annotation WHERE lable = '{MARKER}'")


STATEMENTS = [twice, bad_word, not_a_number, without_zone, written_out, unknown_column]


@pytest.mark.parametrize("fail", STATEMENTS)
def test_a_failing_statement(fail: Callable[[Connection], None], database: Database, log: io.StringIO) -> None:
    """Seen in a log: the parameters of an INSERT, a comment with a name and a phone among them."""
    failures = []
    try:
        with database.transaction() as connection:
            fail(connection)
    except Exception as error:
        failures.append(error)
        logging.getLogger("sverka.jobs").exception("the database didn't answer")
        logging.getLogger("other").error("failed: %s", error)
        logging.getLogger("other").error(error)
        sys.excepthook(type(error), error, error.__traceback__)
    if fail is not_a_number and database.is_sqlite:
        # SQLite takes it.
        return
    assert len(failures) == 1
    said = log.getvalue()
    assert_silent(said)
    assert said.count("Traceback") == 2
    assert "in test_a_failing_statement" in said and type(failures[0]).__name__ in said
    if isinstance(failures[0], DBAPIError):
        assert "[SQL: " in said and ("SQLITE_" in said or re.search(r"\w+, [0-9A-Z]{5}", said))


def test_what_a_statement_was_called_with_stands_in_no_text_of_its_error(database: Database) -> None:
    """Also where nobody logs: a text may be shown."""
    with pytest.raises(DBAPIError) as failed, database.transaction() as connection:
        connection.execute(text("INSERT INTO nothing VALUES (:name)"), {"name": MARKER})
    assert_silent(str(failed.value))


def parse_cell() -> None:
    pl.DataFrame({"a": [MARKER]}).select(pl.col("a").cast(pl.Int64))


def mixed_series() -> None:
    pl.Series([1, MARKER])


def parse_json() -> None:
    orjson.loads(f'{{"a": "{MARKER}"')


def in_a_group() -> None:
    raise ExceptionGroup(MARKER, [ValueError(MARKER), KeyError(MARKER)])


def from_another() -> None:
    try:
        int(MARKER)
    except ValueError as error:
        raise RuntimeError(MARKER) from error


def with_a_note() -> None:
    error = ValueError("x")
    error.add_note(MARKER)
    raise error


def no_file() -> None:
    Path(f"/{MARKER}").read_text(encoding="utf-8")


def refused() -> None:
    raise LabelingError("unknown_label", label=MARKER)


FAILURES = [parse_cell, mixed_series, parse_json, in_a_group, from_another, with_a_note, no_file, refused]


@pytest.mark.parametrize("fail", FAILURES)
def test_texts_of_parsers_and_of_refusals(fail: Callable[[], None], log: io.StringIO) -> None:
    with pytest.raises(Exception) as failed:
        fail()
    logging.getLogger("any").error("it failed: %r", failed.value, exc_info=failed.value)
    sys.unraisablehook(Unraised(failed.value))
    assert_silent(log.getvalue())
    assert fail.__name__ in log.getvalue()


class Unraised:
    """What Python hands to ``sys.unraisablehook``."""

    def __init__(self, error: BaseException) -> None:
        self.exc_value, self.exc_type, self.exc_traceback = error, type(error), error.__traceback__
        self.err_msg, self.object = None, None


def test_threads_and_tasks_that_nobody_waits_for(log: io.StringIO) -> None:
    thread = threading.Thread(target=from_another)
    thread.start()
    thread.join()
    background.soon(from_another)
    background.wait()

    async def forget() -> None:
        async def fail() -> None:
            from_another()

        asyncio.get_running_loop().create_task(fail())
        await asyncio.sleep(0.01)

    asyncio.run(forget())
    said = log.getvalue()
    assert_silent(said)
    assert said.count("in from_another") >= 3


def test_errors_of_code_are_told_as_they_are(log: io.StringIO) -> None:
    try:
        log.nothing  # type: ignore[attr-defined]  # noqa: B018
    except AttributeError:
        logging.getLogger("any").exception("x")
    assert "has no attribute 'nothing'" in log.getvalue()


def failing_page() -> None:
    import streamlit as st

    from pages.ui.widgets import show_failure

    try:
        raise ValueError(st.session_state["marker"])
    except ValueError as error:
        show_failure(error)


def test_a_failing_page(log: io.StringIO) -> None:
    page = AppTest.from_function(failing_page)
    page.session_state["marker"] = MARKER
    page.run()
    assert not page.exception and len(page.error) == 1
    reference = re.search(r"[0-9a-f]{6}", page.error[0].value)
    assert reference is not None and reference[0] in log.getvalue()
    assert_silent(page.error[0].value)
    assert_silent(log.getvalue())


def test_a_failing_job(database: Database, capfd: pytest.CaptureFixture[str]) -> None:
    """The database refuses what the run's own process writes, and quotes it."""
    films = make_films(database, count=24)
    with database.transaction() as connection:
        connection.exec_driver_sql(
            f"CREATE TRIGGER finding_refused BEFORE INSERT ON finding BEGIN SELECT RAISE(ABORT, '{MARKER}'); END"
            if database.is_sqlite
            else f"ALTER TABLE finding ADD CONSTRAINT refused CHECK (given = '{MARKER}')"
        ).close()
        run_id = runs.start_run(connection, films.project, RunKind.ANALYSIS, name=MARKER, now=NOON, actor=None)
        held = claims.claim(connection, now=datetime.now(UTC), run_id=run_id)
    assert held is not None
    Worker(database).carry_out(held)
    said = "".join(capfd.readouterr())
    assert "Traceback" in said and "withheld" not in said.splitlines()[-1]
    assert_silent(said)
    with database.snapshot() as connection:
        run = runs.get_run(connection, films.project.id, run_id)
        assert connection.execute(select(schema.run.c.name).where(schema.run.c.id == run_id)).scalar_one() == MARKER
    assert (run.state, run.error) == (RunState.FAILED, {"code": "run_failed", "details": {}})


def test_a_failing_command_and_a_failing_start(tmp_path: Path) -> None:
    """A file that is no database; its path has a name in it."""
    folder = tmp_path / MARKER
    folder.mkdir()
    (folder / "a.db").write_bytes(b"no database at all" * 1000)
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{folder}/a.db", "PYTHONPATH": str(ROOT)}
    starting = "import asyncio, app\nasyncio.run(app.lifespan(app.app).__aenter__())"
    for command, code in ((["-m", "labeling", "prepare"], 2), (["-c", starting], 1)):
        ended = subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True)
        assert ended.returncode == code
        assert "SQLITE_NOTADB" in ended.stderr
        assert_silent(ended.stdout + ended.stderr)


def test_every_process_of_ours_begins_by_it() -> None:
    """What runs as a program: whoever adds one has its errors told in full otherwise. The one that reads files is mute."""
    exchange = ROOT / "labeling" / "exchange"
    assert "stderr=subprocess.DEVNULL" in (exchange / "guard.py").read_text(encoding="utf-8")
    programs = [
        path
        for path in (ROOT / "labeling").rglob("*.py")
        if '__name__ == "__main__"' in path.read_text(encoding="utf-8")
        and path not in (ROOT / "labeling" / "__main__.py", exchange / "reader.py")
    ]
    programs += [ROOT / "labeling" / "cli" / "main.py", ROOT / "app.py"]
    assert len(programs) >= 4
    for path in programs:
        calls = {
            ast.unparse(node.func)
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.Call)
        }
        assert "logs.install" in calls, path
