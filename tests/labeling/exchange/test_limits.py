"""A file that is made to use up the machine is refused with a sentence, and this process feels nothing of it."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import func, select

from db import schema
from db.engine import Database
from labeling.errors import LabelingError
from labeling.exchange import guard
from labeling.exchange.guard import reading
from labeling.exchange.preview import preview
from labeling.exchange.tables import read_table
from tests.labeling.exchange.files import bring, named
from tests.labeling.exchange.hostile import FILES, SMALL, far_cell, parquet


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test reaches soon."""
    for name, most in SMALL.items():
        monkeypatch.setenv(f"SVERKA_FILE_{name}", str(most))


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_asks_for_too_much_is_refused_and_says_what_is_set_where(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    name, make, limit = FILES[kind]
    if kind == "one endless line":
        monkeypatch.setenv("SVERKA_FILE_UNPACKED_MB", "1000")
    with pytest.raises(LabelingError) as refused:
        bring(sqlite_database, named(make(), name))
    assert refused.value.code == f"file_too_large_{limit}"
    assert refused.value.details["name"] == name
    assert refused.value.details["setting"] == f"SVERKA_FILE_{limit.upper()}"
    assert refused.value.details["limit"] == int(os.environ[str(refused.value.details["setting"])])
    with sqlite_database.snapshot() as connection:
        assert int(connection.execute(select(func.count()).select_from(schema.item)).scalar_one()) <= 20_000


def test_a_far_cell_is_refused_by_the_limits_as_they_come() -> None:
    with pytest.raises(LabelingError, match="file_too_large_memory_mb"):
        preview(named(far_cell(), "far.xlsx"))


@pytest.mark.usefixtures("small")
def test_commands_read_within_the_same_limits(tmp_path: Path) -> None:
    path = tmp_path / "votes.parquet"
    path.write_bytes(parquet(20_000, "x" * 1_000_000))
    with pytest.raises(LabelingError, match="file_too_large_memory_mb"):
        read_table(str(path), ("item",), tmp_path)
    pl.DataFrame({"item": ["a"] * 30_000}).write_csv(tmp_path / "votes.csv")
    with pytest.raises(LabelingError, match="file_too_large_rows"):
        read_table(str(tmp_path / "votes.csv"), ("item",), tmp_path)


def test_a_file_that_takes_too_long_is_given_up(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SVERKA_FILE_SECONDS", "1")
    # Quotes that never close: each line is tried as the beginning of a row that ends nowhere.
    hard = b"text,label\n" + b'"a\n' * 200_000
    with pytest.raises(LabelingError, match="file_too_large_seconds"):
        bring(sqlite_database, named(hard))


def test_the_reader_holds_no_secret_writes_no_file_and_is_gone_afterwards(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SVERKA_JUNIOR_KEY", "sk-very-secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://somebody:secret@nowhere/db")
    with reading("portions", named(b"text\na\n"), "a.csv", {"options": {}, "mapping": None}) as opened:
        opened.receive()
        environment = Path(f"/proc/{opened.process.pid}/environ").read_bytes()
        held = Path(f"/proc/{opened.process.pid}/limits").read_text()
    assert b"secret" not in environment
    assert "Max file size             0" in held
    assert opened.process.returncode is not None


def test_a_reader_that_ends_of_itself_is_told_of_and_names_no_text(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        pytest.raises(LabelingError, match="reader_ended"),
        reading(
            "look", named("text\nИванов\n".encode()), "a.csv", {"options": {"header": True}, "mapping": None}
        ) as it,
    ):
        it.receive()
    assert "KeyError at reader.py" in caplog.text
    assert "Иванов" not in caplog.text
    monkeypatch.setattr(guard, "_PASSED_ON", ())
    monkeypatch.setattr(subprocess, "Popen", _killed(subprocess.Popen))
    with pytest.raises(LabelingError, match="reader_ended"):
        preview(named(b"text\na\n"))


def _killed(popen: Callable[..., subprocess.Popen[bytes]]) -> Callable[..., subprocess.Popen[bytes]]:
    def start(_command: list[str], **given: object) -> subprocess.Popen[bytes]:
        return popen(["false"], **given)

    return start


@pytest.mark.usefixtures("small")
def test_the_one_who_asks_stays_small() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, make, _ in (FILES["a long text, often"], FILES["one cell far away"]):
        content = make()
        with pytest.raises(LabelingError):
            preview(named(content, name))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000
