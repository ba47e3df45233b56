"""``classes list | rename | merge | split | move | retire | undo``: what would be done, done and taken back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from db.engine import Database
from db.engine import database as process_database
from labeling.cli.main import main

Run = Callable[..., str]
VOTES = "id,text,label,annotator\n" + "".join(
    f"i{n},text {n},{label},{who}\n"
    for n, both in enumerate(["xx", "xy", "yy", "zz"])
    for who, label in zip(("ann", "bob"), both, strict=True)
)


@pytest.fixture
def run(either: Database, capsys: pytest.CaptureFixture[str]) -> Run:
    """One command, with the exit code that it should have; gives stdout, of a refusal stderr."""

    def command(*arguments: str, code: int = 0) -> str:
        assert main([*arguments, "--project", "p"]) == code, capsys.readouterr()
        said = capsys.readouterr()
        return said.err if code == 2 else said.out

    return command


@pytest.fixture
def either(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The process's database with a project "p" of four items: x and x, x and y, y and y, z and z."""
    (tmp_path / "votes.csv").write_text(VOTES, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", database.url.render_as_string(hide_password=False))
    process_database.cache_clear()
    assert main(["import", "votes.csv", "--project", "p", "--annotator", "annotator"]) == 0
    yield database
    process_database().close()
    process_database.cache_clear()


def exported(run: Run, what: str) -> list[dict[str, object]]:
    run("export", "--what", what, "-o", f"{what}.jsonl")
    return [json.loads(line) for line in Path(f"{what}.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_dry_run_says_what_a_merge_would_do_and_does_nothing(run: Run) -> None:
    before = exported(run, "annotations")
    told = json.loads(run("classes", "merge", "x", "y", "--into", "w", "--dry-run", "--json"))
    assert told["mapping"] == {"x": "w", "y": "w"}
    assert [(each["code"], each["becomes"], each["votes"]) for each in told["effects"]] == [
        ("x", "w", 3),
        ("y", "w", 3),
    ]
    # Three of four items agree; of the two that are left all do.
    assert (told["agreement"]["before"]["value"], told["agreement"]["after"]["value"]) == (0.75, 1.0)
    assert (told["labelled"], told["changed"], told["unlabelled"], told["votes_lost"]) == (4, 0, 0, 0)
    assert exported(run, "annotations") == before
    assert "merge" not in run("classes", "list")


def test_exports_have_the_new_code_and_what_was_pressed_and_an_undo_writes_the_file_of_before(run: Run) -> None:
    before = exported(run, "annotations"), exported(run, "final")
    said = run("classes", "merge", "x", "y", "--into", "w", "--note", "one question")
    assert "count no more" not in said
    rows = [(row["label"], row["pressed"], row["counts"]) for row in exported(run, "annotations")]
    assert rows[:2] + rows[-1:] == [("w", "x", True), ("w", "x", True), ("z", None, True)]
    assert {row["label"] for row in exported(run, "final")} == {"w", "z"}
    (act,) = json.loads(run("classes", "list", "--json"))["changes"]
    assert (act["kind"], act["codes"], act["into"], act["note"]) == ("merge", ["x", "y"], ["w"], "one question")
    run("classes", "undo", str(act["number"]))
    after = [{name: row[name] for name in row if name != "pressed"} for row in exported(run, "annotations")]
    assert (after, exported(run, "final")) == before


def test_a_file_of_before_adds_nothing_after_a_change(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run("classes", "rename", "x", "--into", "ex")
    again = ["import", "votes.csv", "--project", "p", "--annotator", "annotator", "--json"]
    assert main(again) == 0
    assert json.loads(capsys.readouterr().out)["votes"] == 0
    run("export", "--what", "annotations", "-o", "own.csv")
    assert main(["import", "own.csv", "--project", "p", "--annotator", "annotator", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["votes"] == 0


def test_every_act_has_its_word_and_its_refusal(run: Run) -> None:
    assert "there is nothing to change" in run("classes", "rename", "x", "--into", "x", code=2)
    assert "is taken" in run("classes", "rename", "x", "--into", "y", code=2)
    assert "no class q" in run("classes", "retire", "q", code=2)
    assert "fewer than 2" in run("classes", "merge", "x", "y", "z", "--into", "w", code=2)
    assert "|" in run("classes", "rename", "x", "--into", "a|b", code=2)
    run("classes", "move", "y", "--under", "x")
    assert "part of it" in run("classes", "move", "x", "--under", "y", code=2)
    split = run("classes", "split", "z", "--into", "z1", "z2")
    assert "count no more" not in split
    run("classes", "retire", "z1")
    listed = run("classes", "list")
    assert "retired" in listed
    assert "in force" in listed
    assert "take back" in run("classes", "undo", "1", code=2)
