"""The gain, measured on a project whose truth is known: what is tested, what is learned from, what is told."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import insert

from db import schema
from db.engine import Database, open_database
from db.vocabulary import Role, RunKind, RunState
from labeling.adjudication.audits import draw_audit
from labeling.desk import golden
from labeling.facts import settled
from labeling.jobs import gain as job
from labeling.jobs.child import carry_out
from labeling.projects.projects import Project, change_settings
from labeling.runs import claims, runs
from labeling.runs.runs import Run
from tests.labeling.adjudication.auditing import put_analysis, rule_by_truth
from tests.labeling.jobs.analysed import Films, make_films
from tests.labeling.worlds import NOON, add_person

COUNT = 240


def misread(database: Database, *, audited: int, rulings: int) -> Films:
    """Film reviews of which the assessors call a third of the good ones bad, an audit, and so many rulings."""
    world = make_films(database, count=COUNT)
    settings = {"audit_share": 0.9, "second_share": 0.0}
    with database.transaction() as connection:
        project = change_settings(connection, world.project.id, settings, now=NOON, actor=None)
        expert = add_person(connection, "expert", project, Role.EXPERT)
        good = [item for item, label in world.truth.items() if label == "neutral" and item not in world.golden]
        wrong = good[::3]
        rows = [
            {"project_id": project.id, "item_id": item, "assessor_id": person, "revision": 2}
            | {"label": "gratitude", "created_at": NOON}
            for item in wrong
            for person in world.assessors
        ]
        connection.execute(insert(schema.annotation), rows)
    given = {item: "gratitude" if item in wrong else label for item, label in world.truth.items()}
    scores = {item: 0.4 if item in wrong else 0.1 for item in given}
    run_id = put_analysis(database, project, given, scores, now=NOON)
    with database.transaction() as connection:
        draw_audit(connection, project, run_id, audited, now=NOON, actor=None)
    later = NOON + timedelta(hours=1)
    rule_by_truth(database, project, expert, run_id, world.truth, rulings, now=later)
    return Films(database, project, world.truth, wrong, [], world.golden, world.assessors)


@pytest.fixture(scope="module")
def template(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Films]:
    """The world that most tests begin with, made once: 120 items drawn, and 130 ruled."""
    path = tmp_path_factory.mktemp("gain") / "gain.db"
    shutil.copy(sqlite_template, path)
    opened = open_database(f"sqlite:///{path}")
    world = misread(opened, audited=120, rulings=130)
    opened.close()
    return path, world


@pytest.fixture
def world(template: tuple[Path, Films], tmp_path: Path) -> Iterator[Films]:
    """A copy of it."""
    path, made = template
    shutil.copy(path, tmp_path / "gain.db")
    opened = open_database(f"sqlite:///{tmp_path}/gain.db")
    yield replace(made, database=opened)
    opened.close()


def measured(world: Films, now: datetime) -> Run:
    """A measurement that was asked for and carried out."""
    with world.database.transaction() as connection:
        run_id = runs.start_run(connection, world.project, RunKind.GAIN, now=now, actor=None)
        held = claims.claim(connection, now=now, run_id=run_id)
    assert held is not None
    carry_out(world.database, held, clock=lambda: now)
    with world.database.snapshot() as connection:
        return runs.get_run(connection, world.project.id, run_id)


def part_of(database: Database, project: Project) -> pl.DataFrame:
    with database.snapshot() as connection:
        return job.held_out(connection, project)


def test_what_experts_put_right_is_what_the_classifier_gains(world: Films) -> None:
    found = measured(world, NOON + timedelta(days=1))
    assert (found.state, found.error) == (RunState.DONE, None)
    report = dict(found.report or {})
    test = part_of(world.database, world.project)
    assert report["test"] == test.height >= job.LEAST
    first, last = report["rounds"][0], report["rounds"][-1]
    assert (first["rulings"], first["golden"]) == (0, 0)
    assert last["golden"] == 4
    with world.database.snapshot() as connection:
        ruled = settled.rulings(connection, world.project.id)
    assert last["rulings"] == ruled.join(test, on="item", how="anti").height
    assert [each["rulings"] for each in report["rounds"]] == sorted(each["rulings"] for each in report["rounds"])
    assert report["whole"]["weighted_f1"]["value"] == pytest.approx(
        last["weighted_f1"]["value"] - first["weighted_f1"]["value"]
    )
    assert report["whole"]["weighted_f1"]["low"] > 0
    assert last["accuracy"]["n"] == test.height
    # The test part is labeled, too, but nothing learns from it.
    assert sum(report["labels"].values()) == COUNT
    assert last["trained_on"] == COUNT - test.height
    assert sum(each["changed"] for each in report["rounds"]) >= len(
        set(ruled.filter(pl.col("label") != pl.col("given"))["item"]) - set(test["item"])
    )


def test_the_test_part_is_of_the_audit_alone_and_keeps_what_it_has(sqlite_database: Database) -> None:
    world = misread(sqlite_database, audited=60, rulings=30)
    before = part_of(world.database, world.project)
    with world.database.snapshot() as connection:
        rulings = settled.rulings(connection, world.project.id)
        expert = connection.execute(schema.person.select().where(schema.person.c.login == "expert")).one().id
        run_id = runs.latest_run(connection, world.project.id)
    audited = set(rulings.filter(route="audit")["item"])
    assert set(before["item"]) < audited
    assert 0.1 < before.height / len(audited) < 0.6
    assert run_id is not None
    later = NOON + timedelta(days=2)
    rule_by_truth(sqlite_database, world.project, expert, run_id.id, world.truth, 20, now=later)
    after = part_of(world.database, world.project)
    assert set(before["item"]) <= set(after["item"])
    named = dict(rulings.select("item", "item_id").iter_rows())
    assert all(world.truth[named[item]] == label for item, label in before.select("item", "label").iter_rows())


def test_too_small_a_test_part_is_refused_with_what_it_takes(database: Database) -> None:
    world = misread(database, audited=20, rulings=10)
    found = measured(world, NOON + timedelta(days=1))
    assert found.state is RunState.FAILED
    assert found.error is not None
    assert found.error["code"] == "gain_few_tests"
    n = found.error["details"]["n"]
    assert n < 10
    assert found.error["details"] == {"n": n, "least": job.LEAST, "more": job.missing(n)}


def test_rounds_show_what_was_known_then(sqlite_database: Database) -> None:
    """A golden label that came after a round's end is not in it."""
    world = misread(sqlite_database, audited=130, rulings=120)
    late = NOON + timedelta(days=3)
    free = [item for item in world.truth if item not in world.golden][-1]
    with world.database.transaction() as connection:
        golden.appoint(connection, world.project, free, "confusion", now=late, actor=None)
    facts = job.read(world.database, world.project.id)
    name = dict(facts.items.select("item_id", "item").iter_rows())[free]

    class Silent:
        def part(self, done: int, total: int) -> None:
            """Nobody looks."""

    rounds = job.rounds_of(world.database, facts, late, Silent())  # type: ignore[arg-type]
    before, after = (dict(each.labels.iter_rows()) for each in rounds[-2:])
    assert (before[name], after[name]) == (world.truth[free], "confusion")
    assert rounds[-1].at == late
    assert not set(after) & set(facts.test["item"])


def test_moments_are_evenly_spaced_and_end_now() -> None:
    at = [NOON + timedelta(minutes=n) for n in range(400)]
    found = job.moments(pl.DataFrame({"item": range(400), "at": at}), NOON + timedelta(days=1))
    assert len(found) == job.ROUNDS
    steps = [round((end - NOON).total_seconds() / 60) for end in found[1:-1]]
    assert {round(each - (n + 1) * 400 / 7) for n, each in enumerate(steps)} <= {-1, 0, 1}
    assert found[-1] == NOON + timedelta(days=1)
    assert job.moments(pl.DataFrame(schema={"item": pl.String, "at": pl.Datetime("us", "UTC")}), NOON) == [NOON, NOON]


def test_rulings_of_one_act_make_one_round() -> None:
    rows = pl.DataFrame({"item": range(100), "at": [NOON] * 100})
    assert job.moments(rows, NOON + timedelta(days=1)) == [NOON, NOON + timedelta(days=1)]
