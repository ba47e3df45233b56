"""``preferences``: a ranking and rows to train on out of two files, with refusals one can act on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from labeling.cli.main import main
from tests.labeling.cli.test_quality import write

VOTES = [
    *[(1, who, "first") for who in "abc"],
    *[(2, who, "second") for who in "abc"],
    *[(3, who, "both bad") for who in "abc"],
    *[(4, who, "tie") for who in "abc"],
]
PAIRS = [
    (1, "p", "best", "poor", "x", "y"),
    (2, "p", "other", "best", "y", "x"),
    (3, "q", "a", "b", "x", "y"),
    (4, "q", "c", "d", "x", "z"),
    (5, "q", "e", "f", "y", "z"),
]
COLUMNS = ["item", "prompt", "first", "second", "first_source", "second_source"]


def votes_file(path: Path, rows: list[tuple[Any, ...]] | None = None, *more: str) -> str:
    table = pl.DataFrame(rows or VOTES, schema=["item", "annotator", "label", *more], orient="row")
    return write(table, path / "votes.csv")


def pairs_file(path: Path, *, columns: int = 6, kind: str = "csv") -> str:
    table = pl.DataFrame(PAIRS, schema=COLUMNS, orient="row")
    return write(table.select(COLUMNS[:columns]), path / f"pairs.{kind}")


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["preferences", *arguments]) == 0
    return capsys.readouterr().out


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(said(capsys, *arguments, "--json"))
    return found


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_the_report_from_every_kind_of_file(tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    found = told(capsys, votes_file(tmp_path), "--items", pairs_file(tmp_path, kind=kind), "--method", "majority")
    assert (found["pairs"], found["kept"], found["unknown_items"], found["margin"]) == (5, 2, 0, 1.0)
    assert found["left_out"] == {"no_vote": 1, "tie": 1, "both_bad": 1, "unsure": 0, "no_text": 0, "same_text": 0}
    assert (found["shortcuts"]["first"]["value"], found["shortcuts"]["first"]["n"]) == (0.5, 2)
    assert (found["shortcuts"]["longer"]["value"], found["shortcuts"]["longer"]["n"]) == (0.0, 1)
    ranked = [(row["source"], row["wins"], row["ties"], row["losses"], row["n"]) for row in found["ranking"]["sources"]]
    assert sorted(ranked) == [("x", 2, 2, 0, 4), ("y", 0, 1, 2, 3), ("z", 0, 1, 0, 1)]
    assert found["ranking"]["groups"] == 1


@pytest.mark.parametrize(("ending", "kind"), [("csv", "dpo"), ("parquet", "reward"), ("jsonl", "kto")])
def test_rows_are_written_in_each_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], ending: str, kind: str
) -> None:
    out = tmp_path / f"out.{ending}"
    files = [votes_file(tmp_path), "--items", pairs_file(tmp_path), "--method", "majority"]
    found = told(capsys, *files, "-o", str(out), "--format", kind)
    rows = {"csv": pl.read_csv, "jsonl": pl.read_ndjson, "parquet": pl.read_parquet}[ending](out).rows()
    assert (found["rows"], found["format"]) == (len(rows), kind)
    best = [("p", "best", "poor", 1.0, 1.0), ("p", "best", "other", 1.0, 1.0)]
    if kind == "kto":
        assert (found["label_true"], found["label_false"], found["both_labels"]) == (2, 4, 0)
        assert rows[0] == ("p", "best", True) and rows[-1] == ("q", "b", False)
    else:
        assert rows == (best if kind == "dpo" else [row[:4] for row in best])


def test_people_are_told_what_a_model_could_win_by(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [(item, who, "first", "yes") for item in range(1, 21) for who in "ab"]
    pairs = [
        (item, "p", "the longer", "short", "x" if item < 11 else "u", "y" if item < 11 else "v")
        for item in range(1, 21)
    ]
    name = write(pl.DataFrame(pairs, schema=COLUMNS, orient="row"), tmp_path / "pairs.csv")
    text = said(
        capsys, votes_file(tmp_path, [*rows, (99, "a", "tie", "")], "swapped"), "--items", name, "--method", "majority"
    )
    assert "by length alone a model would do better than by chance" in text
    assert "stood first on screen, as votes for it were given: 0.000" in text
    assert "2 groups of sources were never compared" in text
    assert "1 items of the votes are not among the pairs" in text
    assert "20 of 20 pairs" in text and "left out" not in text


def test_without_sources_there_is_no_ranking(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs = pairs_file(tmp_path, columns=4)
    text = said(capsys, votes_file(tmp_path, VOTES[::3]), "--items", pairs)
    assert "warning: one vote an item" in text
    assert "no ranking: the pairs have no columns first_source and second_source" in text


def test_votes_that_are_all_unsure_leave_all_pairs_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.jsonl"
    found = told(
        capsys,
        votes_file(tmp_path, [(1, "a", ""), (2, "a", "")]),
        "--items",
        pairs_file(tmp_path, columns=4),
        "-o",
        str(out),
    )
    assert (found["kept"], found["left_out"]["no_vote"], found["margin"], found["rows"]) == (0, 5, None, 0)
    assert found["ranking"] is None


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--sure", "1.5"], "--sure is 1.5; it should lie between 0 and 1"),
        (["--level", "95"], "--level is 95"),
        (["-o", "out.docx"], "the ending should be one of"),
    ],
)
def test_options_that_cannot_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    assert main(["preferences", votes_file(tmp_path), "--items", pairs_file(tmp_path), *arguments]) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("file", "content", "sentence"),
    [
        ("votes.csv", "item,annotator,label\n77,a,first\n", "nobody voted on any of its items, such as 1"),
        ("votes.csv", "item,annotator,label\n1,a,left\n", "left can't be said of a pair"),
        ("votes.csv", "item,annotator,label,swapped\n1,a,first,maybe\n", "in column swapped is neither yes nor no"),
        ("votes.csv", "item,annotator\n1,a\n", "votes.csv: no column label"),
        ("votes.csv", "", "there is nothing in the file"),
        ("pairs.csv", "", "there is nothing in the file"),
        ("pairs.csv", "item,prompt,first,second\n", "no rows in it"),
        ("pairs.csv", "item,prompt,first\n1,p,a\n", "pairs.csv: no column second"),
        ("pairs.csv", "item,prompt,first,second\n,p,a,b\n1,p,a,b\n", "pairs.csv: column item is empty in 1 rows"),
    ],
)
def test_files_that_cannot_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, content: str, sentence: str
) -> None:
    votes, pairs = votes_file(tmp_path), pairs_file(tmp_path)
    (tmp_path / file).write_text(content, encoding="utf-8")
    assert main(["preferences", votes, "--items", pairs]) == 2
    found = capsys.readouterr()
    assert sentence in found.err and found.out == "" and len(found.err.splitlines()) == 1
