"""People or machine: what each source teaches, what is kept from it, and what it cost, where the truth is known."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from db.engine import Database, open_database
from db.vocabulary import RunKind, RunState, Teacher
from labeling.facts.settled import settled
from labeling.jobs import comparing_sources as job
from labeling.jobs.child import carry_out
from labeling.jobs.gain import held_out
from labeling.runs import claims, runs
from labeling.runs.runs import Run
from tests.labeling.jobs.compared import Compared, make_compared
from tests.labeling.junior.juniors import write_version
from tests.labeling.worlds import NOON

LATER = NOON + timedelta(days=1)


def measured(world: Compared, prompt_id: int) -> Run:
    """A comparison that was asked for and carried out."""
    with world.database.transaction() as connection:
        settings = {"prompt_id": prompt_id}
        run_id = runs.start_run(connection, world.project, RunKind.COMPARISON, settings=settings, now=LATER, actor=None)
        held = claims.claim(connection, now=LATER, run_id=run_id)
    assert held is not None
    carry_out(world.database, held, clock=lambda: LATER)
    with world.database.snapshot() as connection:
        return runs.get_run(connection, world.project.id, run_id)


@pytest.fixture(scope="module")
def template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Compared]:
    path = tmp_path_factory.mktemp("compared") / "compared.db"
    shutil.copy(sqlite_template, path)
    opened = open_database(f"sqlite:///{path}")
    world = make_compared(opened)
    opened.close()
    return path, world


@pytest.fixture
def world(template: tuple[Path, Compared], tmp_path: Path) -> Iterator[Compared]:
    path, made = template
    shutil.copy(path, tmp_path / "compared.db")
    opened = open_database(f"sqlite:///{tmp_path}/compared.db")
    yield replace(made, database=opened)
    opened.close()


def test_the_better_labels_teach_better_and_each_says_what_it_cost(world: Compared) -> None:
    found = measured(world, world.prompt_id)
    assert (found.state, found.error) == (RunState.DONE, None)
    report: dict[str, Any] = dict(found.report or {})
    with world.database.snapshot() as connection:
        test = held_out(connection, world.project).height
    sources = {each["name"]: each for each in report["sources"]}
    assert list(sources) == [Teacher.JUNIOR, Teacher.VOTES, Teacher.FINAL, Teacher.JUNIOR_ALL]
    assert report["test"] == test >= 30
    # The test part teaches nobody; what all have is what has votes.
    common = len(world.voted) - test
    assert [each["labels"] for each in report["sources"]] == [common, common, common, len(world.truth) - test]
    assert [each["trained_on"] for each in report["sources"]] == [common, common, common, len(world.truth) - test]
    steps = {(each["before"], each["after"]): each for each in report["steps"]}
    assert list(steps) == list(job.PAIRS)
    people = steps[Teacher.JUNIOR, Teacher.VOTES]["weighted_f1"]
    assert people["high"] < 0
    for (before, after), step in steps.items():
        gap = sources[after]["weighted_f1"]["value"] - sources[before]["weighted_f1"]["value"]
        assert step["weighted_f1"]["value"] == pytest.approx(gap)
    assert sources[Teacher.JUNIOR]["cost"] == 1_000 * common
    assert sources[Teacher.JUNIOR_ALL]["paid"] == len(world.truth) - test
    assert sources[Teacher.VOTES]["votes"] == {"n": 2 * common, "timed": 2 * common, "seconds": 8.0 * common}
    assert "rulings" not in sources[Teacher.VOTES]
    rulings = sources[Teacher.FINAL]["rulings"]
    assert rulings["seconds"] == 5.0 * rulings["n"] > 0
    assert (report["version"], report["kind"], report["models"]) == (1, "llm", ["small-1"])


def test_how_right_the_labels_are_is_told_of_the_test_part(world: Compared) -> None:
    with world.database.snapshot() as connection:
        facts = job.read(connection, world.project, world.prompt_id)
        spoken = settled(connection, world.project.id).select("item", pl.col("label").cast(pl.String))
    labels = job.labels_of(facts)
    by_item = dict(facts.items.select("item", "item_id").rows())
    for name in (Teacher.JUNIOR, Teacher.VOTES):
        said = dict(labels[name].rows())
        rows = facts.test.rows(named=True)
        hits = [each["weight"] * (said[each["item"]] == each["label"]) for each in rows]
        found = job.right_of(facts, labels[name])
        assert found.value == pytest.approx(sum(hits) / sum(each["weight"] for each in rows))
        assert found.n == len(rows)
        assert found.low < found.value < found.high
        assert all(each["label"] == world.truth[by_item[each["item"]]] for each in rows)
    # Where experts spoke, theirs is the final label.
    final = dict(labels[Teacher.FINAL].rows())
    assert spoken.height > len(facts.test)
    assert {item: final[item] for item in spoken["item"]} == dict(spoken.rows())


def test_an_example_of_the_version_says_nothing_of_it(world: Compared) -> None:
    with world.database.snapshot() as connection:
        facts = job.read(connection, world.project, world.prompt_id)
    first = facts.test["item"][0]
    item_id = dict(facts.items.select("item", "item_id").rows())[first]
    shown = job.prompts.Example(item_id, "", facts.test["label"][0])
    told = replace(facts, prompt=replace(facts.prompt, examples=(shown,)))
    labels = job.labels_of(facts)[Teacher.JUNIOR]
    assert job.right_of(told, labels).n == job.right_of(facts, labels).n - 1


def test_a_version_that_said_nothing_is_refused(world: Compared) -> None:
    silent = write_version(world.database, world.project, name="silent")
    found = measured(world, silent)
    assert found.error == {"code": "comparison_few", "details": {"n": 0, "least": job.LEAST_COMMON}}


def test_without_a_test_part_nothing_is_compared(database: Database) -> None:
    world = make_compared(database, voted=60, more=0, audited=20)
    found = measured(world, world.prompt_id)
    assert found.state is RunState.FAILED
    assert found.error is not None
    assert found.error["code"] == "gain_few_tests"
