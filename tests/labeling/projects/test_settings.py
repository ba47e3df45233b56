"""Settings are declared once: the table, the checks, and what a change sets off follow from it."""

from __future__ import annotations

from typing import Any

import pytest

from db import schema
from db.engine import Database
from labeling.errors import LabelingError
from labeling.projects import projects
from labeling.projects.settings import SETTINGS, check_settings, with_defaults
from tests.labeling.worlds import NOON

TITLES = {"title_ru", "title_en"}
BOUNDED = [
    (name, value, is_good)
    for name, setting in SETTINGS.items()
    for bound, beyond in ((setting.least, -1), (setting.most, 1))
    if bound is not None
    for value, is_good in ((bound, True), (bound + beyond * setting.step, False))
]


def a_project(database: Database, **settings: Any) -> projects.Project:
    with database.transaction() as connection:
        return projects.create_project(connection, "films", now=NOON, **settings)


def test_the_table_has_the_declared_defaults(sqlite_database: Database) -> None:
    # None of these was asked for: they come from the table.
    made = a_project(sqlite_database)
    assert {name: getattr(made, name) for name in SETTINGS if name not in TITLES} == {
        name: setting.default for name, setting in SETTINGS.items() if name not in TITLES
    }
    known = {column.name for column in schema.project.columns}
    assert known - SETTINGS.keys() == {"id", "slug", "seed", "is_simulated", "archived_at", "created_at"}


@pytest.mark.parametrize(("name", "value", "is_good"), BOUNDED)
def test_a_number_is_good_up_to_its_bounds_and_not_beyond(name: str, value: float, is_good: bool) -> None:
    # Others that would refuse it for reasons of their own.
    small = {"golden_per_chunk": 0, "repeats_per_chunk": 0}
    wanted = with_defaults(small | {name: value})
    if is_good:
        check_settings(wanted)
        return
    with pytest.raises(LabelingError) as refused:
        check_settings(wanted)
    assert (refused.value.code, refused.value.details["name"], refused.value.details["value"]) == (
        "bad_setting", name, value,
    )  # fmt: skip


def test_what_is_read_back_has_its_declared_type(sqlite_database: Database) -> None:
    made = a_project(sqlite_database, shown_metadata=["channel"], suggestion_policy="after", pii_policy="mask")
    for name, setting in SETTINGS.items():
        if setting.default is not None:
            assert type(getattr(made, name)) is type(setting.default), name
    assert made.shown_metadata == ("channel",)


def test_a_change_of_what_is_wanted_reaches_the_queue_and_no_other_does(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, reached = a_project(sqlite_database), []
    monkeypatch.setattr("labeling.projects.projects.set_wanted", lambda *_: reached.append(name))
    changes = {"lease_minutes": 7, "overlap": 2, "max_overlap": 9, "target_probability": 0.9, "audit_share": 0.5}
    for name, value in changes.items():
        with sqlite_database.transaction() as connection:
            projects.change_settings(connection, made.id, {name: value}, now=NOON, actor=None)
    assert reached == ["overlap", "max_overlap", "target_probability"]
