"""``consensus --kind``: labels of every kind from files, with refusals one can act on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.labeling.cli.test_agreement_kinds import csv_of
from tests.labeling.cli.test_quality import run, told, write


def labels(
    capsys: pytest.CaptureFixture[str], path: Path, votes: str, *more: str
) -> tuple[dict[Any, tuple[Any, ...]], dict[str, Any]]:
    """What was written, by item, and what was told."""
    out = path / "out.parquet"
    found = told(capsys, "consensus", votes, "-o", str(out), *more)
    return {row[0]: row[1:] for row in pl.read_parquet(out).iter_rows()}, found


def test_ordered_classes_get_the_one_in_the_middle(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    votes = csv_of(tmp_path, [("i", "a", "bad"), ("i", "b", "fair"), ("i", "c", "good"), ("j", "a", "good")])
    how = ["--kind", "ordered", "--classes", "bad,fair,good", "--method", "majority"]
    written, found = labels(capsys, tmp_path, votes, *how)
    assert written["i"] == ("fair", pytest.approx(1 / 3), 3)
    assert (found["kind"], found["labels"], found["items"]) == ("ordered", ["bad", "fair", "good"], 2)
    golden = write(pl.DataFrame({"item": ["i"], "label": ["bad"]}), tmp_path / "golden.csv")
    assert labels(capsys, tmp_path, votes, *how, "--golden", golden)[0]["i"][:2] == ("bad", 1.0)


def test_whole_numbers_stand_as_they_count_those_of_golden_items_among_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    votes = csv_of(tmp_path, [("i", "a", "2"), ("i", "b", "9"), ("i", "c", "10")])
    golden = write(pl.DataFrame({"item": ["k"], "label": ["1"]}), tmp_path / "golden.csv")
    written, found = labels(capsys, tmp_path, votes, "--kind", "ordered", "--method", "majority", "--golden", golden)
    assert (found["labels"], written["i"][0]) == (["1", "2", "9", "10"], "9")


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_sets_from_every_kind_of_file(tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    rows = [(1, "a", ["y", "x"]), (1, "b", ["x", "y"]), (1, "c", ["x"]), (2, "a", []), (2, "b", []), (2, "c", ["x"])]
    frame = pl.DataFrame(rows, schema=["item", "annotator", "label"], orient="row")
    if kind == "csv":
        frame = frame.with_columns(label=pl.Series(str(label).replace("'", '"') for _, _, label in rows))
    votes = write(frame, tmp_path / f"votes.{kind}")
    how = ["--kind", "several", "--method", "majority"]
    written, found = labels(capsys, tmp_path, votes, *how)
    assert {item: row[0] for item, row in written.items()} == {"1": "x|y", "2": "|"}
    assert [row[1] for row in written.values()] == pytest.approx([2 / 3, 2 / 3])
    assert (found["kind"], found["labels"]) == ("several", ["x", "y"])
    assert labels(capsys, tmp_path, votes, *how, "--no-empty")[0]["2"][0] == "x"
    assert labels(capsys, tmp_path, votes, *how, "--classes", "y,x,z")[0]["1"][0] == "y|x"
    golden = write(pl.DataFrame({"item": ["1"], "label": ["[]"]}), tmp_path / "golden.csv")
    assert labels(capsys, tmp_path, votes, *how, "--golden", golden)[0]["1"][:2] == ("|", 1.0)
    assert run("consensus", votes, "-o", str(tmp_path / "o.csv"), "--kind", "several", "--decoding", "f1") == 0
    assert "too few votes to tell one model from another" in capsys.readouterr().out


def test_pairs_have_no_side(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [(at, who, ("first", "both bad")[at % 2]) for at in range(12) for who in "abc"]
    written, found = labels(capsys, tmp_path, csv_of(tmp_path, rows), "--kind", "pair")
    assert [row[0] for row in written.values()] == ["first", "both_bad"] * 6
    assert found["labels"] == ["first", "second", "tie", "both_bad"]


def test_paths_and_how_far_down_they_are_sure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    votes = csv_of(tmp_path, [("i", "a", "a > b"), ("i", "b", "a>b"), ("i", "c", "a > c"), ("j", "a", "d")])
    how = ["--kind", "tree", "--method", "majority"]
    assert labels(capsys, tmp_path, votes, *how)[0]["i"] == ("a > b", pytest.approx(2 / 3), 3)
    assert labels(capsys, tmp_path, votes, *how, "--sure", "0.8")[0]["i"] == ("a", pytest.approx(1), 3)
    assert run("consensus", votes, "-o", str(tmp_path / "o.csv"), *how, "--sure", "0.8") == 0
    assert "1 items have another node than the likeliest class" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("kind", "label", "more", "said"),
    [
        ("ordered", "good", [], "--classes"),
        ("several", '["x|y"]', [], "'x|y' can't stand in a set of classes"),
        ("several", "x", ["--classes", "y"], "label"),
        ("pair", "left", [], "left can't be said of a pair"),
        ("tree", "a > ", [], "has an empty part"),
        ("tree", "a", ["--sure", "2"], "--sure is 2.0; it should lie between 0 and 1"),
        ("single", "a", ["--sure", "0.8"], "--sure goes up a tree; labels of --kind single stand in none"),
        ("single", "a", ["--method", "ordinal"], "there is no method ordinal; take one of auto, majority"),
    ],
)
def test_refusals(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, label: str, more: list[str], said: str
) -> None:
    votes = csv_of(tmp_path, [("i", "a", label)])
    assert run("consensus", votes, "-o", str(tmp_path / "out.csv"), "--kind", kind, *more) == 2
    found = capsys.readouterr()
    assert (found.out, said in found.err) == ("", True), found.err
