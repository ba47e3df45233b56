"""The figures of quality from files: by hand on tiny votes, from every kind of file, with refusals one can act on."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from labeling.cli import quality as quality_cli

ROOT = Path(__file__).parents[3]
# Two who agree on three items of four: by hand, Cohen's kappa is 1/2 and Fleiss' 7/15.
ROWS = [
    (item, who, label)
    for item, pair in enumerate(("xx", "xx", "yy", "xy"), 1)
    for who, label in zip("ab", pair, strict=True)
]
TRUTH = pl.DataFrame({"item": [1, 2, 3, 4], "label": ["x", "y", "y", "x"]})


def votes_of(rows: list[tuple[Any, Any, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["item", "annotator", "label"], orient="row")


def write(frame: pl.DataFrame, path: Path) -> str:
    writers = {".csv": frame.write_csv, ".jsonl": frame.write_ndjson, ".parquet": frame.write_parquet}
    writers[path.suffix](path)
    return str(path)


@pytest.fixture
def votes(tmp_path: Path) -> str:
    return write(votes_of(ROWS), tmp_path / "votes.csv")


@pytest.fixture
def golden(tmp_path: Path) -> str:
    return write(TRUTH, tmp_path / "golden.csv")


def run(*arguments: str) -> int:
    """The command as the main one runs it, with no database at hand."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    quality_cli.add_commands(commands)
    asked = parser.parse_args(list(arguments))
    assert asked.on_files
    return int(asked.run(asked, None, datetime.now(UTC)))


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    """The report as a program reads it; strict JSON has no NaN."""

    def refuse(word: str) -> None:
        raise AssertionError(word)

    assert run(*arguments, "--json") == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out, parse_constant=refuse)
    return found


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_agreement_by_hand_from_every_kind_of_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    found = told(capsys, "agreement", write(votes_of(ROWS), tmp_path / f"votes.{kind}"), "--draws", "50")
    figures = found["figures"]
    assert figures["by_items"]["value"] == pytest.approx(3 / 4)
    assert figures["kappa"]["value"] == pytest.approx(1 / 2)
    assert figures["fleiss"]["value"] == pytest.approx(7 / 15)
    assert (figures["by_items"]["n"], figures["kappa"]["n"]) == (4, 1)
    assert figures["by_items"]["low"] < 3 / 4 < figures["by_items"]["high"]
    assert [(pair["annotator_a"], pair["annotator_b"], pair["n"]) for pair in found["pairs"]] == [("a", "b", 4)]
    assert {entry["label"]: entry["votes"] for entry in found["classes"]} == {"x": 5, "y": 3}
    assert (found["votes"], found["items"], found["duplicates"], found["unsure"]) == (8, 4, 0, 0)


def test_agreement_for_people(votes: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("agreement", votes, "--draws", "0") == 0
    text = capsys.readouterr().out
    assert "0.750, n = 4" in text
    assert "0.500, n = 1" in text
    assert "mean Cohen's kappa is poor" in text
    assert "ordinal" not in text


def test_the_last_of_repeated_rows_counts_and_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = write(votes_of([(4, "b", "x"), *ROWS, (4, "b", "x"), (3, "a", "x")]), tmp_path / "votes.csv")
    found = told(capsys, "agreement", name, "--draws", "0")
    # The last rows mend item 4 and break item 3: 3 of 4 again, but other labels.
    assert found["figures"]["by_items"]["value"] == pytest.approx(3 / 4)
    assert {entry["label"]: entry["votes"] for entry in found["classes"]} == {"x": 7, "y": 1}
    assert found["duplicates"] == 3
    assert run("agreement", name, "--draws", "0") == 0
    assert "duplicated (item, annotator) rows: 3; the last one counts" in capsys.readouterr().out


def test_an_empty_label_is_unsure_and_what_is_undefined_is_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = write(votes_of([(1, "a", "x"), (1, "b", ""), (2, "b", "y")]), tmp_path / "votes.csv")
    found = told(capsys, "agreement", name)
    assert (found["unsure"], found["votes"], found["band"]) == (1, 2, None)
    assert found["figures"]["kappa"] == {"value": None, "low": None, "high": None, "n": 0}
    assert run("agreement", name) == 0
    assert "undefined, n = 0" in capsys.readouterr().out


def test_classes_nobody_chose_count_where_they_are_named(votes: str, capsys: pytest.CaptureFixture[str]) -> None:
    without = told(capsys, "agreement", votes, "--draws", "0")["figures"]["ac1"]["value"]
    with_more = told(capsys, "agreement", votes, "--draws", "0", "--classes", "z,y,x")["figures"]["ac1"]["value"]
    # Chance agreement of AC1 is 2 p q over two classes, half of that over three.
    chance = 2 * 5 / 8 * 3 / 8
    assert without == pytest.approx((3 / 4 - chance) / (1 - chance))
    assert with_more == pytest.approx((3 / 4 - chance / 2) / (1 - chance / 2))


def test_classes_in_their_order_have_an_ordinal_alpha(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    near = write(votes_of([*ROWS, (5, "a", "low"), (5, "b", "low")]), tmp_path / "near.csv")
    alpha = {
        order: told(capsys, "agreement", near, "--draws", "0", "--ordered", "--classes", order)["figures"]
        for order in ("low,x,y", "x,low,y")
    }
    assert alpha["low,x,y"]["alpha_ordinal"]["value"] > alpha["x,low,y"]["alpha_ordinal"]["value"]
    assert alpha["low,x,y"]["alpha"] == alpha["x,low,y"]["alpha"]


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_consensus_writes_what_its_name_asks_for(
    tmp_path: Path, votes: str, golden: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / f"out.{kind}"
    assert run("consensus", votes, "--golden", golden, "--method", "majority", "-o", str(out)) == 0
    frame = {"csv": pl.read_csv, "jsonl": pl.read_ndjson, "parquet": pl.read_parquet}[kind](out)
    assert frame.columns == ["item", "label", "probability", "n"]
    assert frame.select(pl.col("item").cast(pl.Int64), pl.col("label").cast(pl.String), "probability", "n").rows() == [
        (1, "x", 1.0, 2),
        (2, "y", 1.0, 2),  # golden, against both votes
        (3, "y", 1.0, 2),
        (4, "x", 1.0, 2),
    ]
    assert list(tmp_path.glob("*.part")) == []
    assert "4 items, 4 with a label" in capsys.readouterr().out


def test_consensus_on_stdout_is_csv_and_nothing_else(votes: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("consensus", votes, "--method", "majority", "-o", "-") == 0
    found = capfd.readouterr()
    assert found.out.splitlines()[:3] == ["item,label,probability,n", "1,x,1.0,2", "2,x,1.0,2"]
    assert len(found.out.splitlines()) == 5
    assert "8 votes of 2 annotators" in found.err


def test_auto_says_what_it_chose_and_why(
    tmp_path: Path, votes: str, golden: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out.csv")
    found = told(capsys, "consensus", votes, "--golden", golden, "-o", out)
    assert (found["choice"]["reason"], found["leading"]) == ("too_few_votes", "majority")
    # Ten times the same: as many items, and enough to weigh models by.
    many = tmp_path / "many.csv"
    rows = [line.split(",") for line in Path(votes).read_text().splitlines()]
    again = [[f"{row[0]}.{n}", *row[1:]] for n in range(10) for row in rows[1:]]
    many.write_text("\n".join(",".join(row) for row in [rows[0], *again]))
    truth = tmp_path / "many_golden.csv"
    known = [line.split(",") for line in Path(golden).read_text().splitlines()]
    truth.write_text("\n".join(",".join(row) for row in [known[0], *([f"{row[0]}.0", *row[1:]] for row in known[1:])]))
    found = told(capsys, "consensus", str(many), "--golden", str(truth), "-o", out)
    assert found["choice"]["reason"] in ("golden_items", "only_majority_left")
    assert sum(model["weight"] for model in found["choice"]["models"].values()) == pytest.approx(1)
    assert found["leading"] in found["choice"]["models"]
    assert run("consensus", str(many), "-o", out) == 0
    assert "no golden items: weighed by" in capsys.readouterr().out


def test_assessors_by_hand(votes: str, golden: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "assessors", votes, "--golden", golden)
    by_name = {row["annotator"]: row for row in found["assessors"]}
    # a is right on items 1, 3 and 4; b on 1 and 3.
    assert (by_name["a"]["accuracy"], by_name["a"]["accuracy_n"]) == (3 / 4, 4)
    assert (by_name["b"]["accuracy"], by_name["b"]["accuracy_n"]) == (2 / 4, 4)
    assert by_name["a"]["agreement"] == by_name["b"]["agreement"] == 3 / 4
    assert by_name["a"]["rank"] == 1
    assert by_name["a"]["skill_low"] < by_name["a"]["skill"] < by_name["a"]["skill_high"]
    assert found["anchored"]
    assert run("assessors", votes, "--golden", golden) == 0
    assert "0.750 [0.301, 0.954], n = 4" in capsys.readouterr().out


def test_assessors_without_golden_items_say_what_that_means(votes: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("assessors", votes) == 0
    text = capsys.readouterr().out
    assert "no golden answers" in text
    assert "golden accuracy" not in text


def test_seconds_give_the_pace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    timed = votes_of(ROWS).with_columns(seconds=pl.Series([1.0, 2.0] * 4))
    found = told(capsys, "assessors", write(timed, tmp_path / "votes.csv"))
    assert {row["annotator"]: row["seconds"] for row in found["assessors"]} == {"a": 1.0, "b": 2.0}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("none.csv", None, ("none.csv", "No such file")),
        ("votes.xlsx", b"PK\x03\x04 none", ("votes.xlsx", "broken")),
        ("votes.csv", b"", ("votes.csv", "nothing in the file")),
        ("votes.csv", b"item,annotator,label\n", ("votes.csv", "no rows in it")),
        ("votes.csv", b"item,who,label\n1,a,x\n", ("votes.csv", "no column annotator", "who")),
        ("votes.csv", b"item,annotator,label\n1,a,x\n,b,y\n", ("votes.csv", "column item", "row 2")),
        ("votes.csv", b"item,annotator,label\n1,a,x,y,z\n", ("votes.csv", "line 2", "cells")),
        ("votes.parquet", b"PAR1 none", ("votes.parquet", "broken")),
        ("votes.jsonl", b"no json\n", ("votes.jsonl", "annotator", "no json")),
    ],
)
def test_a_refusal_is_one_line_that_names_file_and_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, content: bytes | None, said: tuple[str, ...]
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    for command in (["agreement"], ["assessors"], ["consensus", "-o", str(tmp_path / "out.csv")]):
        assert run(command[0], str(path), *command[1:]) == 2
        found = capsys.readouterr()
        assert found.out == ""
        assert len(found.err.splitlines()) == 1
        assert found.err.startswith(f"{command[0]}: ")
        assert all(word in found.err for word in said), found.err
    assert not (tmp_path / "out.csv").exists()


def test_refusals_of_other_things(tmp_path: Path, votes: str, golden: str, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = write(TRUTH.rename({"label": "truth"}), tmp_path / "wrong.csv")
    cases = [
        (("agreement", votes, "--classes", "x,z"), ("labels y", "votes.csv")),
        (("agreement", votes, "--draws", "-1"), ("--draws is -1",)),
        (("agreement", votes, "--level", "95"), ("--level is 95",)),
        (("assessors", votes, "--golden", wrong), ("wrong.csv", "no column label")),
        (("consensus", votes, "-o", str(tmp_path / "out.txt")), ("out.txt", ".jsonl")),
        (("consensus", votes, "-o", str(tmp_path / "no" / "out.csv")), ("out.csv", "choose another place")),
    ]
    for arguments, said in cases:
        assert run(*arguments) == 2, arguments
        err = capsys.readouterr().err
        assert len(err.splitlines()) == 1
        assert all(word in err for word in said), err


def test_semicolons_and_a_byte_order_mark_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "votes.csv"
    path.write_text("\ufeffitem;annotator;label\n1;a;x\n1;b;x\n", encoding="utf-8")
    assert told(capsys, "agreement", str(path), "--draws", "0")["figures"]["by_items"]["value"] == 1.0


def test_as_a_program_of_its_own_and_without_a_database(tmp_path: Path, votes: str) -> None:
    never = tmp_path / "never"
    environment = os.environ | {"DATABASE_URL": f"sqlite:///{never}/x.db", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "labeling", "agreement", votes, "--draws", "0", "--json"]
    found = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["figures"]["by_items"]["value"] == 0.75
    assert not never.exists()
