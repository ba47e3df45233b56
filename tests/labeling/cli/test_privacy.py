"""Masking files and lines: every kind of file, nothing else touched, counts without values."""

from __future__ import annotations

import argparse
import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from labeling.cli import privacy as machine_cli

TEXTS = pl.DataFrame(
    {"item": ["1", "2", "3"], "text": ["Анна, тел. 89991234567", None, "кэшбэк 5 %"], "note": ["Пётр"] * 3}
)


def run(*arguments: str) -> int:
    """The command as the main one runs it, with no database at hand."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    machine_cli.add_commands(commands)
    asked = parser.parse_args(list(arguments))
    assert asked.on_files
    return int(asked.run(asked, None, datetime.now(UTC)))


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_a_file_is_masked_in_its_column_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    given, made = tmp_path / f"texts.{kind}", tmp_path / "masked.parquet"
    {"csv": TEXTS.write_csv, "jsonl": TEXTS.write_ndjson, "parquet": TEXTS.write_parquet}[kind](given)
    assert run("mask", str(given), "-o", str(made), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert [read["facts"]["kind"] for read in told.pop("read").values()] == [kind]
    assert told == {
        "output": str(made),
        "texts": 2,
        "with_personal_data": 1,
        "counts": {"NAME": 1, "PHONE": 1},
    }
    masked = pl.read_parquet(made)
    assert masked.get_column("text").to_list() == ["[NAME_1], тел. [PHONE_1]", None, "кэшбэк 5 %"]
    assert masked.drop("text").equals(TEXTS.drop("text"))


def test_names_stay_when_asked_and_another_column_is_masked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = tmp_path / "texts.csv"
    TEXTS.rename({"text": "query"}).write_csv(given)
    assert run("mask", str(given), "--column", "query", "--no-names") == 0
    out, said = capsys.readouterr()
    assert "Анна, тел. [PHONE_1]" in out
    told = ["-: 2 texts, 1 with personal data", "         1  PHONE", "  texts.csv: read as csv, utf-8, ,"]
    assert said.splitlines() == told


def test_a_missing_column_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = tmp_path / "texts.csv"
    TEXTS.write_csv(given)
    assert run("mask", str(given), "--column", "query") == 2
    assert "no column query (there are: query" not in (said := capsys.readouterr().err)
    assert "no column query" in said


def test_lines_are_masked_as_they_come(
    monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    lines = "Анна\nкарта 4276 1234 5678 9012\n\n".encode() + b"\xff broken, a@b.ru"
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(lines)))
    assert run("mask", "-") == 0
    out, said = capsysbinary.readouterr()
    assert out == "[NAME_1]\nкарта [CARD_1]\n\n".encode() + b"\xff broken, [EMAIL_1]"
    assert b"4 texts, 3 with personal data" in said


def test_lines_become_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO("Анна\nпусто\n".encode())))
    made = tmp_path / "masked.csv"
    assert run("mask", "-", "-o", str(made)) == 0
    assert made.read_text() == "text\n[NAME_1]\nпусто\n"
    assert "2 texts, 1 with personal data" in capsys.readouterr().out


def test_lines_of_stdin_are_rows_whatever_else_could_end_a_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [
        "ул. Мира 5, кв. 7",
        "да\u2028нет\x85",
        "12 Baker Street, London NW1 6XE",
        "",
        "тел. 8 912 345 67 89",
        "next",
    ]
    for end in ("\n", "\r\n"):
        source = io.TextIOWrapper(io.BytesIO((end.join(lines) + end).encode()))
        monkeypatch.setattr("sys.stdin", source)
        made = tmp_path / "masked.parquet"
        assert run("mask", "-", "-o", str(made), "--no-names") == 0
        masked = pl.read_parquet(made).get_column("text").to_list()
        assert masked == ["[ADDRESS_1]", lines[1], "[ADDRESS_1]", "", "тел. [PHONE_1]", "next"]
