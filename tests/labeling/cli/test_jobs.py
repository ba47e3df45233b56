"""Analyses from the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from db.engine import Database
from db.engine import database as process_database
from db.vocabulary import RunState
from labeling.cli.main import main
from labeling.projects.projects import create_project
from labeling.runs import runs
from tests.labeling.jobs.analysed import make_films
from tests.labeling.review.worlds import blind
from tests.labeling.worlds import NOON


@pytest.fixture
def opened(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The process's database, as commands open it."""
    monkeypatch.setenv("DATABASE_URL", sqlite_database.url.render_as_string(hide_password=False))
    process_database.cache_clear()
    yield sqlite_database
    process_database().close()
    process_database.cache_clear()


def test_an_analysis_and_a_worker_for_what_waits(opened: Database, capsys: pytest.CaptureFixture[str]) -> None:
    films = make_films(opened, count=24)
    assert main(["analyse", "--project", "films", "--name", "by hand", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["items"], told["settled"]) == (24, 4)
    with opened.transaction() as connection:
        first = runs.get_run(connection, films.project.id, told["run"])
        assert (first.state, first.name) == (RunState.DONE, "by hand")
        waiting = runs.start_run(connection, films.project, now=NOON, actor=None)
    assert main(["analyse", "--project", "films"]) == 2
    assert "the same is being computed already" in capsys.readouterr().err
    assert main(["work", "--once"]) == 0
    with opened.snapshot() as connection:
        assert runs.get_run(connection, films.project.id, waiting).state is RunState.DONE


def test_a_project_without_labels_is_refused_in_one_line(opened: Database, capsys: pytest.CaptureFixture[str]) -> None:
    with opened.transaction() as connection:
        create_project(connection, "empty", now=NOON)
    assert main(["analyse", "--project", "empty"]) == 2
    assert "there is nothing to analyse" in capsys.readouterr().err


def test_an_analysis_whose_classifier_is_not_heard_says_so(
    opened: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    make_films(opened, count=24, written=blind)
    assert main(["analyse", "--project", "films"]) == 0
    assert (
        "no label issues: the classifier is no better than always saying the most frequent label"
        in capsys.readouterr().out
    )
