"""Money: reserved, settled, within every budget, whoever dies in between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from db import schema
from db.engine import Database
from db.vocabulary import CallPurpose
from labeling.errors import LabelingError
from labeling.junior import ledger
from labeling.junior.completion import Bill
from labeling.junior.ledger import Planned, Price
from labeling.projects.projects import change_settings, lock_project
from tests.labeling.worlds import World, make_world

# One token costs one millionth read, two written: a call of (100, 50) costs 200 at most.
PRICE = Price("small", 1_000_000, 2_000_000)
CALL = Planned(None, CallPurpose.LABEL, 100, 50, {"phone": 1})


def world_with(database: Database, **budgets: int | None) -> World:
    world = make_world(database, items=2, golden_items=0, **budgets)
    with database.transaction() as connection:
        ledger.set_price(connection, PRICE, now=world.now, actor=None)
    return world


def reserve(world: World, n: int = 1, run_id: int | None = None) -> list[int]:
    with world.database.transaction() as connection:
        project = lock_project(connection, world.project.slug)
        return ledger.reserve(connection, project, "small", [CALL] * n, run_id=run_id, now=world.now)


def settle(world: World, *bills: Bill) -> int:
    with world.database.transaction() as connection:
        return ledger.settle(connection, world.project, bills, now=world.now)


def spent(world: World, scope: str = "total") -> int:
    with world.database.snapshot() as connection:
        return ledger.spent(connection, world.project.id, scope)


def test_reserved_at_the_most_and_settled_at_what_it_cost(database: Database) -> None:
    world = world_with(database, budget_total=1_000)
    first, second = reserve(world, 2)
    assert spent(world) == 400
    assert settle(world, Bill(first, 80, 5, seconds=0.5)) == 90
    assert settle(world, Bill(first, 80, 5)) == 0
    assert settle(world, Bill(second, 0, 0, outcome="refused")) == 0
    assert spent(world) == 90
    with database.snapshot() as connection:
        names = ("state", "cost", "outcome", "masked")
        rows = connection.execute(select(*(schema.llm_call.c[name] for name in names))).all()
    assert [tuple(row) for row in rows] == [("settled", 90, "ok", {"phone": 1}), ("free", 0, "refused", {"phone": 1})]


def test_sent_without_an_answer_it_may_have_been_paid(database: Database) -> None:
    world = world_with(database, budget_total=1_000)
    (one,) = reserve(world)
    assert settle(world, Bill(one, 0, 0, outcome="connection_lost", is_known=False)) == 200
    assert spent(world) == 200


@pytest.mark.parametrize(
    ("budgets", "scope"),
    [({"budget_total": 500}, "total"), ({"budget_month": 500}, "month"), ({"budget_run": 500}, "run")],
)
def test_no_budget_is_exceeded(database: Database, budgets: dict[str, int], scope: str) -> None:
    world = world_with(database, **budgets)
    reserve(world, 2, run_id=7)
    with pytest.raises(LabelingError) as refused:
        reserve(world, run_id=7)
    assert refused.value.code == "budget_spent"
    assert (refused.value.details["scope"], refused.value.details["left"]) == (scope, 100)
    # All or none: what one scope refused was taken from no other.
    assert (spent(world), spent(world, "run:7")) == (400, 400)


def test_a_new_month_and_another_run_begin_anew(database: Database) -> None:
    world = world_with(database, budget_month=200, budget_run=200)
    reserve(world, run_id=1)
    world.later(days=31)
    reserve(world, run_id=2)
    with pytest.raises(LabelingError, match="budget_spent"):
        reserve(world, run_id=3)
    assert (spent(world, "month:2026-03"), spent(world, "month:2026-04"), spent(world)) == (200, 200, 400)


def test_without_a_budget_or_a_price_nothing_is_bought(sqlite_database: Database) -> None:
    world = world_with(sqlite_database)
    with pytest.raises(LabelingError, match="no_budget"):
        reserve(world)
    with sqlite_database.transaction() as connection, pytest.raises(LabelingError, match="no_price"):
        ledger.reserve(connection, world.project, "large", [CALL], now=world.now)


def test_what_a_dead_worker_reserved_stays_spent(database: Database) -> None:
    world = world_with(database, budget_total=1_000)
    one, _ = reserve(world, 2, run_id=7)
    settle(world, Bill(one, 80, 5))
    with database.transaction() as connection:
        assert ledger.abandon(connection, 7, now=world.now) == 1
        assert ledger.abandon(connection, 7, now=world.now) == 0
    assert (spent(world), spent(world, "run:7")) == (290, 290)


def test_many_at_once_take_no_more_than_there_is(database: Database) -> None:
    world = world_with(database, budget_total=2_000)

    def take(_: int) -> bool:
        try:
            reserve(world)
        except LabelingError:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(take, range(24)))
    assert sum(taken) == 10
    assert spent(world) == 2_000


def test_prices_change_and_settled_calls_stay(database: Database) -> None:
    world = world_with(database, budget_total=1_000)
    (one,) = reserve(world)
    settle(world, Bill(one, 80, 5))
    with database.transaction() as connection:
        ledger.set_price(connection, Price("small", 10_000_000, 0), now=world.now, actor=None)
        assert ledger.prices(connection) == [Price("small", 10_000_000, 0)]
        with pytest.raises(LabelingError, match="bad_price"):
            ledger.set_price(connection, Price(" ", 1, 1), now=world.now, actor=None)
    assert spent(world) == 90


def test_the_same_request_is_answered_from_memory(database: Database) -> None:
    world = world_with(database)
    with database.transaction() as connection:
        ledger.remember(connection, world.project.id, {"a": {"label": "x"}}, now=world.now)
        ledger.remember(connection, world.project.id, {"a": {"label": "y"}, "b": {"label": "z"}}, now=world.now)
        found = ledger.remembered(connection, world.project.id, ["a", "b", "c"])
    assert found == {"a": {"label": "x"}, "b": {"label": "z"}}


def test_the_lead_sets_budgets(database: Database) -> None:
    world = world_with(database)
    with database.transaction() as connection:
        project = change_settings(connection, world.project.id, {"budget_month": 5}, now=world.now, actor=None)
        assert project.budget_month == 5
        with pytest.raises(LabelingError, match="bad_setting"):
            change_settings(connection, world.project.id, {"budget_run": -1}, now=world.now, actor=None)
