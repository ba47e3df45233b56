"""``agreement --kind``: labels of every kind from files, by hand, with refusals one can act on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from labeling.quality.kinds import Kind
from tests.labeling.cli.test_quality import run, told, votes_of, write

# Of the two who vote a says {x, y}, {x}, nothing, and b {x}, {x}, nothing.
LISTS = [(1, "a", ["x", "y"]), (1, "b", ["x"]), (2, "a", ["x"]), (2, "b", ["x"]), (3, "a", []), (3, "b", [])]
STEPS = [
    (1, "a", "low"),
    (1, "b", "high"),
    (2, "a", "middling"),
    (2, "b", "middling"),
    (3, "a", "high"),
    (3, "b", "middling"),
]
PATHS = [(1, "a", "a > b"), (1, "b", "a>c"), (2, "a", "d"), (2, "b", "d")]
PAIRS = [
    (1, "a", "first"),
    (1, "b", "first"),
    (2, "a", "tie"),
    (2, "b", "second"),
    (3, "a", "both bad"),
    (3, "b", "both bad"),
]


def csv_of(path: Path, rows: list[tuple[Any, ...]], *more: str) -> str:
    table = pl.DataFrame(rows, schema=["item", "annotator", "label", *more], orient="row")
    return write(table, path / "votes.csv")


def listed(path: Path, kind: str) -> str:
    """The lists as such a file has them: as they are, as JSON, as Python shows them, as our own exports write them."""
    frame = pl.DataFrame(LISTS, schema=["item", "annotator", "label"], orient="row")
    if kind.startswith("csv"):
        spell = {"csv, Python": str, "csv, bars": lambda label: "|".join(label) or "|"}.get(kind, json.dumps)
        spelt = [spell(label) for _, _, label in LISTS]
        frame = frame.with_columns(label=pl.Series(spelt))
    return write(frame, path / f"votes.{kind.split(',')[0]}")


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run("agreement", *arguments) == 2
    found = capsys.readouterr()
    assert found.out == ""
    return found.err.strip()


@pytest.mark.parametrize("kind", ["csv", "csv, Python", "csv, bars", "jsonl", "parquet"])
def test_several_classes_from_every_kind_of_file(tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    found = told(capsys, "agreement", listed(tmp_path, kind), "--kind", "several", "--draws", "50")
    assert (found["kind"], found["labels"], found["votes"], found["items_used"]) == ("several", ["x", "y"], 6, 3)
    figures = found["figures"]
    assert figures["exact"]["value"] == pytest.approx(2 / 3)
    assert figures["alpha_jaccard"]["value"] == pytest.approx(1 - (1 / 6) / (2 * 9.5 / 30))
    assert figures["f1"] == {
        "value": pytest.approx(4 / 5),
        "low": figures["f1"]["low"],
        "high": figures["f1"]["high"],
        "n": 1,
    }
    assert figures["f1"]["low"] < 4 / 5 < figures["f1"]["high"]
    assert [(row["label"], row["votes"], row["kappa"], row["alpha"]) for row in found["classes"]] == [
        ("x", 4, 1.0, 1.0),
        ("y", 1, pytest.approx(-0.2), 0.0),
    ]


def test_several_classes_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("agreement", listed(tmp_path, "csv"), "--kind", "several", "--draws", "0") == 0
    text = capsys.readouterr().out
    assert "Krippendorff's alpha, MASI distance" in text and "3 items with two votes or more" in text
    assert "2 classes" in text and "kappa of yes or no" in text


def test_an_empty_cell_is_unsure_and_a_word_is_one_class(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = csv_of(tmp_path, [(1, "a", "[]"), (1, "b", ""), (2, "a", "x"), (2, "b", '["x"]')])
    found = told(capsys, "agreement", name, "--kind", "several")
    assert (found["unsure"], found["votes"], found["items_single"]) == (1, 3, 1)
    assert found["figures"]["exact"]["value"] == 1.0


def test_ordered_classes_in_the_order_they_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = csv_of(tmp_path, STEPS)
    order = ["--classes", "low,middling,high,highest", "--draws", "50"]
    found = told(capsys, "agreement", name, "--kind", "ordered", *order)
    assert found["figures"]["distance"]["value"] == pytest.approx(1.0)
    assert found["figures"]["kappa_linear"]["value"] == pytest.approx(1 - 1 / (7 / 9))
    assert found["figures"]["alpha_ordinal"]["value"] is not None
    assert found == told(capsys, "agreement", name, "--ordered", *order)
    single = told(capsys, "agreement", name, *order)
    assert "distance" not in single["figures"]
    assert single["figures"]["kappa"] == found["figures"]["kappa"]
    assert run("agreement", name, "--ordered", *order) == 0
    assert "mean weighted kappa, quadratic" in capsys.readouterr().out


def test_whole_numbers_stand_in_their_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = csv_of(tmp_path, [(1, "a", 2), (1, "b", 10), (2, "a", 1), (2, "b", 1)])
    found = told(capsys, "agreement", name, "--kind", "ordered", "--draws", "0")
    assert found["labels"] == ["1", "2", "10"]
    assert found["figures"]["distance"]["value"] == pytest.approx(1 / 2)


def test_a_tree_level_by_level(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = csv_of(tmp_path, PATHS)
    found = told(capsys, "agreement", name, "--kind", "tree", "--draws", "50")
    assert found["labels"] == ["a > b", "a > c", "d"]
    assert [(each["level"], each["figures"]["by_items"]["value"]) for each in found["levels"]] == [(1, 1.0), (2, 0.5)]
    assert found["figures"]["alpha_path"]["value"] == pytest.approx(1 - (1 / 4) / (2 * (1 / 2 + 4) / 12))
    more = told(capsys, "agreement", name, "--kind", "tree", "--draws", "0", "--classes", "a>b,a > c,d,e")
    assert more["labels"] == ["a > b", "a > c", "d", "e"]
    assert run("agreement", name, "--kind", "tree", "--draws", "0") == 0
    assert "labels cut to level" in capsys.readouterr().out


def test_a_pair_with_ties_and_without(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = csv_of(tmp_path, PAIRS)
    found = told(capsys, "agreement", name, "--kind", "pair", "--draws", "50")
    assert found["labels"] == ["first", "second", "tie", "both_bad"]
    assert (found["figures"]["by_items"]["value"], found["figures"]["by_items"]["n"]) == (pytest.approx(2 / 3), 3)
    assert (found["decided"]["by_items"]["value"], found["decided"]["by_items"]["n"]) == (1.0, 1)
    position = found["position"]
    assert (position["first"]["value"], position["first"]["n"], position["place"]) == (
        pytest.approx(2 / 3),
        3,
        "stored",
    )
    assert run("agreement", name, "--kind", "pair", "--draws", "0") == 0
    assert "as the pairs are stored" in capsys.readouterr().out


def test_how_a_pair_was_shown_is_read_in_words_of_yes_and_no(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [(*row, swapped) for row, swapped in zip(PAIRS, ["yes", "Да", "", "", "1", "0"], strict=True)]
    name = csv_of(tmp_path, rows, "swapped")
    position = told(capsys, "agreement", name, "--kind", "pair")["position"]
    assert (position["first"]["value"], position["first"]["n"]) == (0.0, 2)
    assert (position["place"], position["unplaced"]) == ("shown", 1)
    assert run("agreement", name, "--kind", "pair") == 0
    assert "as the pairs were shown; not known of 1 votes" in capsys.readouterr().out


def test_flags_follow_their_votes_where_times_put_them_in_order(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [
        (1, "a", "first", "no", "2026-03-02T10:00:00"),
        (1, "a", "first", "yes", "2026-03-01T10:00:00"),
        (2, "b", "second", "yes", "2026-03-01T10:00:00"),
    ]
    name = csv_of(tmp_path, rows, "swapped", "created_at")
    position = told(capsys, "agreement", name, "--kind", "pair")["position"]
    assert (position["first"]["value"], position["first"]["n"]) == (1.0, 2)


@pytest.mark.parametrize(
    ("rows", "arguments", "said"),
    [
        (STEPS, ["--kind", "ordered"], "name them all from lowest to highest with --classes"),
        (STEPS, ["--kind", "ordered", "--classes", "low,high"], "labels middling are not among the classes low, high"),
        (STEPS, ["--kind", "pair"], "high, low, middling can't be said of a pair"),
        ([(1, "a", "a > > b")], ["--kind", "tree"], "the path 'a > > b' has an empty part"),
        (PATHS, ["--kind", "tree", "--classes", "a > b,a > c"], "labels d are not among the classes a > b, a > c"),
        (PATHS, ["--kind", "tree", "--classes", "a > b,a>b"], "--classes names a class twice"),
        ([(1, "a", '["x", "y"]')], ["--kind", "several", "--classes", "x"], "labels y are not among the classes x"),
        ([(1, "a", '[{"start": 0}]')], ["--kind", "several"], "is no list of classes"),
        ([(1, "a", "first", "maybe")], ["--kind", "pair"], "'maybe' in column swapped is neither yes nor no"),
        (PATHS, ["--kind", "tree", "--level", "95"], "--level is 95"),
    ],
)
def test_refusals_say_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: list[Any], arguments: list[str], said: str
) -> None:
    name = csv_of(tmp_path, rows, *["swapped"][: len(rows[0]) - 3])
    assert said in refused(capsys, name, *arguments)


def test_every_kind_has_a_report_of_no_vote_at_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = write(votes_of([(1, "a", ""), (2, "a", "")]), tmp_path / "votes.csv")
    for kind in Kind:
        found = told(capsys, "agreement", name, "--kind", kind.value)
        assert (found["kind"], found["votes"], found["unsure"]) == (kind.value, 0, 2)
        assert all(figure["value"] is None for figure in found["figures"].values())
        assert run("agreement", name, "--kind", kind.value) == 0
        assert "undefined, n = 0" in capsys.readouterr().out
