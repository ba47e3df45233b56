"""What the README tells a reader to type is run, in its order, on small files of the names it uses."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from db.engine import Database
from db.engine import database as process_database
from labeling.cli.main import main
from tests.labeling.review.worlds import films

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
# They install, serve, or take minutes: what they call is run by other tests, what they are called is looked up here.
LEFT_OUT = [
    "make demo",
    "make run",
    "make run ADDRESS=…",
    "make attack",
    "make test",
    "make coverage",
    "make bench",
    "python -m labeling serve --address … --port …",
    "python -m labeling work",
    "python -m benchmarks.NAME",
]
HELP = "python -m labeling --help"


def commands() -> list[str]:
    """Every command of the README, from its blocks and from its sentences, without the remarks."""
    blocks = re.findall(r"^ {4}((?:make|python|pip|git|npm|docker|\./|\.venv/)[^#\n]*)", README, re.MULTILINE)
    spoken = re.findall(r"`((?:make|python -m) [^`\[]+)", README)
    return [each.strip() for each in blocks + spoken]


def told() -> list[str]:
    """Those that are run."""
    return [each for each in commands() if each not in LEFT_OUT]


@pytest.fixture
def desk(tmp_path: Path, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with the README's files and a project "support" that three people labeled."""
    texts, truth = films(60)
    labels = np.array(["praise", "blame"])
    items = pl.DataFrame({"item": np.arange(60), "text": texts})
    said = labels[truth]
    votes = items.join(pl.DataFrame({"annotator": ["ann", "bob", "eve"]}), how="cross")
    wrong = np.arange(180) % 11 == 0
    votes = votes.with_columns(
        pl.Series("label", labels[np.where(wrong, 1 - np.repeat(truth, 3), np.repeat(truth, 3))])
    )
    items.with_columns(pl.Series("label", said)).write_csv(tmp_path / "texts.csv")
    items.with_columns(pl.Series("label", said)).write_csv(tmp_path / "labeled.csv")
    votes.drop("text").write_csv(tmp_path / "votes.csv")
    pl.DataFrame({"item": [0, 1, 2], "label": said[:3]}).write_csv(tmp_path / "golden.csv")
    votes.write_csv(tmp_path / "labeled_by_three.csv")
    judged = pl.DataFrame({"item": [0, 1], "annotator": "ann", "label": ["first", "second"]})
    judged.write_csv(tmp_path / "judged.csv")
    pairs = pl.DataFrame({"item": [0, 1], "prompt": "Was it good?", "first": texts[:2], "second": texts[2:4]})
    pairs.write_csv(tmp_path / "pairs.csv")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", sqlite_database.url.render_as_string(hide_password=False))
    process_database.cache_clear()
    assert main(["import", "labeled_by_three.csv", "--project", "support", "--annotator", "annotator"]) == 0
    yield tmp_path
    process_database().close()
    process_database.cache_clear()


def test_the_commands_of_the_readme_do_what_they_say(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [each for each in told() if each != HELP]
    assert len(asked) > 10 and all(each.startswith("python -m labeling ") for each in asked)
    for each in asked:
        arguments = shlex.split(each)[3:]
        assert main(arguments) == 0, f"{each}: {capsys.readouterr().err}"
        assert capsys.readouterr().out.strip(), each
        if "-o" in arguments:
            assert (desk / arguments[arguments.index("-o") + 1]).stat().st_size > 0, each


def test_help_lists_every_command_that_the_readme_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert HELP in commands()
    with pytest.raises(SystemExit) as done:
        main(["--help"])
    assert done.value.code == 0
    listed = capsys.readouterr().out
    named = {each.split()[3] for each in commands() if each.startswith("python -m labeling ") and each != HELP}
    assert {name for name in named if not re.search(rf"^ +{name}\b", listed, re.MULTILINE)} == set()


def test_what_is_left_out_stands_in_the_readme_and_is_there() -> None:
    assert set(LEFT_OUT) <= set(commands())
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {each.split()[1] for each in commands() if each.startswith("make ")} <= set(targets)
