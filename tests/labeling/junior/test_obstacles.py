"""What keeps a request from being sent or paid is known before anything starts, with who can mend it."""

from __future__ import annotations

import pytest

from db.engine import Database
from db.vocabulary import CallPurpose, PromptKind
from labeling import config
from labeling.errors import LabelingError
from labeling.junior import ledger
from labeling.junior.completion import Bill
from labeling.junior.ledger import Planned, Price
from labeling.junior.obstacles import Mender, check_askable, obstacles
from labeling.junior.prompts import write_prompt
from labeling.projects.projects import Project, change_settings
from tests.labeling.worlds import NOON, World, make_world

SERVER = "http://127.0.0.1:9/v1"


@pytest.fixture(autouse=True)
def _nothing_of_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "JUNIOR_URL", "")
    monkeypatch.setattr(config, "JUNIOR_MODEL", "")
    monkeypatch.setenv("SVERKA_JUNIOR_URLS", SERVER)


def changed(world: World, **settings: object) -> Project:
    with world.database.transaction() as connection:
        return change_settings(connection, world.project.id, settings, now=NOON, actor=None)


def met(world: World, project: Project, model: str | None = None) -> list[tuple[str, Mender]]:
    with world.database.snapshot() as connection:
        return [(one.refusal.code, one.mender) for one in obstacles(connection, project, model, now=NOON)]


def test_all_that_is_missing_is_named_at_once_each_with_who_can_mend_it(database: Database) -> None:
    world = make_world(database)
    assert met(world, world.project) == [("no_junior", Mender.LEAD), ("no_budget", Mender.LEAD)]
    project = changed(world, junior_url=SERVER, junior_model="small")
    assert met(world, project) == [("no_price", Mender.ADMIN), ("no_budget", Mender.LEAD)]
    with database.transaction() as connection:
        ledger.set_price(connection, Price("small", 1_000_000, 0), now=NOON, actor=None)
    assert met(world, project) == [("no_budget", Mender.LEAD)]
    project = changed(world, budget_month=100)
    assert met(world, project) == []
    # A version with a model of its own has that model's price.
    assert met(world, project, "large") == [("no_price", Mender.ADMIN)]


def test_an_address_is_the_operators_to_allow(sqlite_database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world(sqlite_database)
    project = changed(world, junior_url=SERVER, junior_model="small", budget_total=1)
    monkeypatch.setenv("SVERKA_JUNIOR_URLS", "")
    assert ("junior_url_not_allowed", Mender.OPERATOR) in met(world, project)
    project = changed(world, junior_url=None)
    assert ("no_junior", Mender.OPERATOR) in met(world, project)


def test_a_spent_budget_is_an_obstacle_but_to_what_costs_nothing(sqlite_database: Database) -> None:
    world = make_world(sqlite_database)
    project = changed(world, junior_url=SERVER, junior_model="small", budget_total=100)
    with sqlite_database.transaction() as connection:
        ledger.set_price(connection, Price("small", 1_000_000, 0), now=NOON, actor=None)
        ledger.set_price(connection, Price("free", 0, 0), now=NOON, actor=None)
        (call,) = ledger.reserve(connection, project, "small", [Planned(None, CallPurpose.LABEL, 99, 0)], now=NOON)
        ledger.settle(connection, project, [Bill(call, 99, 0)], now=NOON)
    assert met(world, project) == []
    with sqlite_database.transaction() as connection:
        ledger.reserve(connection, project, "small", [Planned(None, CallPurpose.LABEL, 1, 0)], now=NOON)
    assert met(world, project) == [("budget_spent", Mender.LEAD)]
    assert met(world, project, "free") == []


def test_a_run_that_cannot_be_paid_is_refused_the_local_junior_never(sqlite_database: Database) -> None:
    world = make_world(sqlite_database)
    project = changed(world, junior_url=SERVER, junior_model="small")
    with sqlite_database.transaction() as connection:
        llm = write_prompt(connection, project, PromptKind.LLM, now=NOON, actor=None)
        local = write_prompt(connection, project, PromptKind.LOCAL, now=NOON, actor=None)
        check_askable(connection, project, {"prompt_id": local}, now=NOON)
        with pytest.raises(LabelingError, match="no_price"):
            check_askable(connection, project, {"prompt_id": llm}, now=NOON)
