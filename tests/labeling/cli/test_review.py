"""Review from files: the commands find the labels that were moved, and refuse in a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from labeling.cli.main import main
from tests.labeling.review.worlds import blind, films

WRONG = 6


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """``items.csv`` with a label column of which the first six are wrong, and ``votes.csv`` of three for each."""
    texts, truth = films(120)
    label = truth.copy()
    label[:WRONG] = 1 - label[:WRONG]
    names = np.array(["praise", "blame"])
    pl.DataFrame({"item": np.arange(120), "text": texts, "label": names[label]}).write_csv(tmp_path / "items.csv")
    said = np.repeat(label, 3)
    said[: 3 * WRONG : 3] = truth[:WRONG]
    who = [f"a{n % 3}" for n in range(360)]
    votes = pl.DataFrame({"item": np.repeat(np.arange(120), 3), "annotator": who, "label": names[said]})
    votes.write_csv(tmp_path / "votes.csv")
    return tmp_path


def test_suspicions_come_worst_first_with_their_reasons(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = files / "out.jsonl"
    assert main(["suspicions", str(files / "items.csv"), str(files / "votes.csv"), "-o", str(out), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    found = pl.read_ndjson(out)
    assert found.columns == ["item", "given", "probable", "score", "reasons"]
    assert set(found["item"].cast(pl.Int64).head(WRONG)) == set(range(WRONG))
    assert found["score"].to_list() == sorted(found["score"], reverse=True)
    assert (found["given"].head(WRONG) != found["probable"].head(WRONG)).all()
    assert all(json.loads(reasons) for reasons in found["reasons"].head(WRONG))
    assert (told["items"], told["settled"]) == (120, 0)


def test_rulings_settle_their_items(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pl.DataFrame({"item": [0, 1], "label": ["praise", "blame"]}).write_csv(files / "golden.csv")
    arguments = [str(files / "items.csv"), str(files / "votes.csv"), "--golden", str(files / "golden.csv")]
    assert main(["suspicions", *arguments, "-o", str(files / "out.csv"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["settled"] == 2


def test_the_data_map_and_label_issues_show_the_moved_labels(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    items = str(files / "items.csv")
    assert main(["data-map", items, "-o", str(files / "map.csv"), "--dynamics", "heldout"]) == 0
    mapped = pl.read_csv(files / "map.csv").sort("confidence")
    assert set(mapped["item"].head(WRONG)) == set(range(WRONG))
    assert main(["label-issues", items, "-o", str(files / "issues.csv")]) == 0
    found = pl.read_csv(files / "issues.csv")
    assert set(range(WRONG)) <= set(found["item"].head(WRONG + 2))
    assert "120" in capsys.readouterr().out


def test_refusals_are_one_sentence(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["label-issues", str(files / "none.csv"), "-o", str(files / "out.csv")]) == 2
    assert main(["data-map", str(files / "votes.csv"), "-o", str(files / "out.csv")]) == 2
    assert main(["data-map", str(files / "items.csv"), "-o", str(files / "out.csv"), "--hard", "7"]) == 2
    told = capsys.readouterr().err.strip().splitlines()
    assert len([line for line in told if line.startswith(("label-issues:", "data-map:"))]) == 3
    assert not (files / "out.csv").exists()


@pytest.fixture
def deaf(tmp_path: Path) -> Path:
    """``items.csv`` whose texts say nothing of the label, three in four of them "praise", and ``votes.csv``."""
    texts, label = blind(120)
    names = np.array(["praise", "blame"])[label]
    pl.DataFrame({"item": np.arange(120), "text": texts, "label": names}).write_csv(tmp_path / "items.csv")
    who = [f"a{n % 2}" for n in range(240)]
    votes = pl.DataFrame({"item": np.repeat(np.arange(120), 2), "annotator": who, "label": np.repeat(names, 2)})
    votes.write_csv(tmp_path / "votes.csv")
    return tmp_path


@pytest.mark.parametrize("command", ["label-issues", "data-map"])
def test_a_classifier_no_better_than_the_frequent_class_is_refused(
    deaf: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    assert main([command, str(deaf / "items.csv"), "-o", str(deaf / "out.csv")]) == 2
    told = capsys.readouterr().err
    assert "always saying praise on 75.0%: nothing can be said from it, and nothing was written; more labels" in told
    assert "of 120 held-out items" in told
    assert not (deaf / "out.csv").exists()


def test_suspicions_say_what_their_classifier_is_worth(files: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = suspicions_told(files, capsys)
    assert told["classifier"]["speaks"]
    assert told["classifier"]["accuracy"]["low"] > told["classifier"]["always"] == 0.5
    assert main(["suspicions", str(files / "items.csv"), str(files / "votes.csv"), "-o", str(files / "out.csv")]) == 0
    assert "of 120 held-out items, always saying" in capsys.readouterr().out


def test_suspicions_without_a_classifier_say_so(deaf: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = suspicions_told(deaf, capsys)
    assert not told["classifier"]["speaks"]
    assert told["classifier"]["frequent"] == "praise"
    assert main(["suspicions", str(deaf / "items.csv"), str(deaf / "votes.csv"), "-o", str(deaf / "out.csv")]) == 0
    assert "on 75.0% and nothing here rests on it; more labels" in capsys.readouterr().out


def suspicions_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The report of the command on the folder's files."""
    arguments = [str(folder / "items.csv"), str(folder / "votes.csv"), "-o", str(folder / "out.jsonl"), "--json"]
    assert main(["suspicions", *arguments]) == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    return told


def test_suspicions_of_other_kinds_have_the_same_columns(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Sets as a|b, steps in the order that is named, and pairs, whose report tells what length alone would have told."""
    texts, truth = films(120)
    whole = pl.DataFrame({"item": range(120), "text": texts, "first": texts, "second": texts[::-1]})
    whole.write_csv(tmp_path / "items.csv")
    answers = {
        "several": ["|" if at % 5 == 0 else "x|y" if each else "x" for at, each in enumerate(truth)],
        "ordered": ["top" if each else "low" for each in truth],
        "pair": ["first" if each else "second" for each in truth],
    }
    classes = {"several": "x,y", "ordered": "low,mid,top"}
    for kind, labels in answers.items():
        pl.DataFrame({"item": range(120), "annotator": "a", "label": labels}).write_csv(tmp_path / "votes.csv")
        named = ["--classes", classes[kind]] if kind in classes else []
        arguments = [str(tmp_path / "items.csv"), str(tmp_path / "votes.csv"), "--kind", kind, *named]
        assert main(["suspicions", *arguments, "-o", str(tmp_path / "out.jsonl"), "--json"]) == 0
        facts = json.loads(capsys.readouterr().out)
        assert pl.read_ndjson(tmp_path / "out.jsonl").columns == ["item", "given", "probable", "score", "reasons"]
        assert ("longer" in facts["classifier"]) == (kind == "pair")
        assert main(["suspicions", *arguments, "-o", str(tmp_path / "out.jsonl")]) == 0
        told = capsys.readouterr().out
        assert ("the longer text is preferred in" in told) == (kind == "pair")
        assert ("mean credit for what is near" in told) == (kind != "pair")
    pl.DataFrame({"item": range(120), "annotator": "a", "label": answers["ordered"]}).write_csv(tmp_path / "votes.csv")
    assert main(["suspicions", *arguments[:2], "--kind", "ordered", "-o", str(tmp_path / "out.jsonl")]) == 2
    assert "name them all from lowest to highest with --classes" in capsys.readouterr().err
