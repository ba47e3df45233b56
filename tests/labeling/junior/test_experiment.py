"""The experiment as it is read from the record: whose arm was drawn by lot, which answer stands, how long it took."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from db.engine import Database
from db.vocabulary import Role, SuggestionPolicy
from labeling.junior.experiment import as_answers, experiment
from labeling.projects.classes import add_codes
from labeling.projects.projects import create_project, get_project
from labeling.quality.showing import HARMFUL, HIDE, UNDECIDED
from tests.labeling.junior.juniors import let_speak, write_version
from tests.labeling.shown import put_answers, put_experiment, set_policy
from tests.labeling.worlds import NOON, add_person


def house_of(database: Database, people: int = 4) -> list[int]:
    with database.transaction() as connection:
        project = create_project(connection, "shown", now=NOON, seed=11)
        add_codes(connection, project.id, ("neutral", "gratitude"), now=NOON)
        return [add_person(connection, f"assessor{n}", project, Role.ASSESSOR) for n in range(people)]


def test_the_effect_is_read_from_the_answers(database: Database) -> None:
    people = house_of(database)
    project = put_experiment(database, "shown", people)
    with database.snapshot() as connection:
        one = experiment(connection, project)
    assert (one.answers, one.left_out, len(one.versions)) == (48 * 4, 0, 1)
    # Of 48 items 12 have a wrong suggestion, four in each arm; one of them is a probe, in the hidden arm.
    arms = {each.arm: each for each in one.showing.arms}
    assert [(arm, each.answers) for arm, each in arms.items()] == [("hidden", 64), ("before", 64), ("after", 64)]
    assert [each.wrong.value for each in arms.values()] == [0.0, 1.0, 0.0]
    assert [each.wrong.n for each in arms.values()] == [16, 16, 16]
    assert [each.accuracy.value for each in arms.values()] == [1.0, 0.75, 1.0]
    # Probes never reach figures of accuracy.
    assert [each.accuracy.n for each in arms.values()] == [60, 64, 64]
    before, after = one.showing.effects
    assert (before.following.value, before.accuracy.value, before.seconds.value) == (1.0, -0.25, 0.5)
    assert (after.following.value, after.accuracy.value, after.seconds.value) == (0.0, 0.0, 1.25)
    assert before.verdict == HARMFUL
    assert one.showing.recommendation in (UNDECIDED, HIDE)
    assert one.showing.probes == 4


def test_answers_of_other_times_are_left_out(database: Database) -> None:
    people = house_of(database, 2)
    project = put_experiment(database, "shown", people)
    later = NOON + timedelta(days=1)
    project = set_policy(database, project, SuggestionPolicy.BEFORE, later)
    put_answers(database, project, people, items=10, first=7001, at=later + timedelta(hours=1), arms=("before",))
    with database.snapshot() as connection:
        one = experiment(connection, project)
    assert (one.answers, one.left_out) == (48 * 2, 10 * 2)
    # A lease that was taken while the lot was drawn counts, however late its answer came.
    put_answers(database, project, people, items=3, first=8001, at=later - timedelta(minutes=1))
    with database.snapshot() as connection:
        one = experiment(connection, project)
    assert (one.answers, one.left_out) == (51 * 2, 10 * 2)


def test_without_answers_there_is_nothing(database: Database) -> None:
    house_of(database)
    with database.snapshot() as connection:
        one = experiment(connection, get_project(connection, "shown"))
    assert (one.answers, one.left_out, one.versions, one.showing.arms) == (0, 0, (), ())


def test_versions_that_spoke_are_named_in_their_order(sqlite_database: Database) -> None:
    people = house_of(sqlite_database, 1)
    project = put_experiment(sqlite_database, "shown", people, items=6)
    silent = write_version(sqlite_database, project, name="never heard")
    second = write_version(sqlite_database, project, name="second")
    let_speak(sqlite_database, project, silent, now=NOON + timedelta(hours=2))
    let_speak(sqlite_database, project, second, now=NOON + timedelta(hours=2, minutes=1))
    put_answers(sqlite_database, project, people, items=3, first=7001, at=NOON + timedelta(hours=3))
    with sqlite_database.snapshot() as connection:
        one = experiment(connection, project)
    assert len(one.versions) == 2
    assert one.versions[-1] == second
    assert silent not in one.versions


def test_the_last_word_counts_and_both_times_are_taken() -> None:
    shown = pl.DataFrame(
        {
            "item": ["1", "1", "2"],
            "assessor": [7, 7, 7],
            "revision": [1, 2, 1],
            "arm": ["after", "after", "hidden"],
            "suggestion": ["x", "x", "y"],
            "probe": [False, False, False],
            "label": ["y", "x", None],
            "seconds": [3.0, 2.5, None],
        }
    )
    settled = pl.DataFrame({"item": ["1", "2"], "label": ["x", "y"]})
    rows = {row["item"]: row for row in as_answers(shown, settled).to_dicts()}
    assert (rows["1"]["label"], rows["1"]["seconds"], rows["1"]["truth"]) == ("x", pytest.approx(5.5), "x")
    # Nobody measured, so no time is known.
    assert (rows["2"]["label"], rows["2"]["seconds"], rows["2"]["truth"]) == (None, None, "y")
