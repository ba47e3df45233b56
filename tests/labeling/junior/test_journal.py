"""The journal of a run that asks: what it tells after a kill, and that it never tells what is written down already."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from db import schema
from db.engine import Database
from db.vocabulary import CallPurpose, RunKind, RunState
from labeling.junior import journal, ledger
from labeling.junior.aftermath import clear_up
from labeling.junior.completion import Bill
from labeling.junior.journal import Journal
from labeling.junior.ledger import Planned, Price
from labeling.projects.projects import change_settings
from labeling.runs import runs
from tests.labeling.worlds import NOON, World, make_world

PAID = Bill(1, 50, 10, "ok", 0.2, True)
BODY = {"content": "{}", "tokens": [], "usage": [50, 10]}


def test_it_tells_what_was_sent_and_what_came_back(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    one = Journal(path)
    one.sending(1)
    one.sending(2)
    one.answered("a", BODY)
    one.settled(PAID)
    kept = journal.read(path)
    assert kept is not None
    assert (kept.sent, kept.bills, kept.answers) == ({1, 2}, [PAID], {"a": BODY})
    one.end()
    assert not path.exists()


def test_once_it_is_in_the_database_only_what_is_under_way_is_told(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    one = Journal(path)
    one.sending(1)
    one.sending(2)
    one.settled(PAID)
    one.written()
    assert journal.read(path) == journal.Record(sent={2})
    one.answered("b", BODY)
    assert journal.read(path) == journal.Record(sent={2}, answers={"b": BODY})


def test_a_line_that_was_cut_by_a_kill_is_none(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    one = Journal(path)
    one.answered("a", BODY)
    with path.open("ab") as file:
        file.write(b'["sent", 7\n["sent", 8]\n["answer", ["b", {"con')
    assert journal.read(path) == journal.Record(sent={8}, answers={"a": BODY})


def test_one_that_is_gone_tells_nothing(tmp_path: Path) -> None:
    assert journal.read(tmp_path / "run.jsonl") is None


def reserve(world: World, count: int, state: RunState) -> tuple[int, list[int]]:
    """A run with so many calls reserved at 70 each, and as if its holder had died."""
    with world.database.transaction() as connection:
        ledger.set_price(connection, Price("small", 1_000_000, 2_000_000), now=NOON, actor=None)
        project = change_settings(connection, world.project.id, {"budget_total": 10**6}, now=NOON, actor=None)
        run_id = runs.start_run(connection, project, RunKind.ASK, settings={}, now=NOON, actor=None)
        connection.execute(schema.run.update().where(schema.run.c.id == run_id).values(state=state.value))
        planned = [Planned(world.items[n], CallPurpose.LABEL, 50, 10) for n in range(count)]
        return run_id, ledger.reserve(connection, project, "small", planned, run_id=run_id, now=NOON)


def told(world: World) -> list[str]:
    table = schema.llm_call
    with world.database.snapshot() as connection:
        return list(connection.execute(select(table.c.state).order_by(table.c.id)).scalars())


def spent(world: World) -> int:
    with world.database.snapshot() as connection:
        return ledger.spent(connection, world.project.id, "total")


def test_what_is_left_is_settled_freed_or_taken_for_paid(database: Database) -> None:
    world = make_world(database)
    run_id, (first, second, _) = reserve(world, 3, RunState.CANCELLED)
    path = journal.path_of(database, run_id)
    one = Journal(path)
    one.sending(first)
    one.sending(second)
    one.answered("a", BODY)
    one.settled(Bill(first, 10, 5, "ok", 0.2, True))
    clear_up(database, clock=lambda: NOON)
    # Its process is still there.
    assert told(world) == ["reserved"] * 3
    os.close(one._file)
    clear_up(database, clock=lambda: NOON)
    assert told(world) == ["settled", "unknown", "free"]
    assert spent(world) == 20 + 70
    assert not path.exists()
    with database.snapshot() as connection:
        assert ledger.remembered(connection, world.project.id, ["a"]) == {"a": BODY}


def test_of_a_run_whose_journal_lies_elsewhere_everything_counts_as_paid(database: Database) -> None:
    world = make_world(database)
    reserve(world, 2, RunState.FAILED)
    clear_up(database, clock=lambda: NOON)
    assert told(world) == ["unknown", "unknown"]
    assert spent(world) == 140


def test_a_run_that_goes_on_is_left_alone_but_for_its_own_holder(database: Database) -> None:
    world = make_world(database)
    run_id, _ = reserve(world, 1, RunState.RUNNING)
    clear_up(database, clock=lambda: NOON)
    assert told(world) == ["reserved"]
    clear_up(database, clock=lambda: NOON, mine=run_id)
    assert told(world) == ["unknown"]


def test_a_run_that_was_stopped_a_moment_ago_may_be_at_work_elsewhere(database: Database) -> None:
    world = make_world(database)
    run_id, _ = reserve(world, 1, RunState.CANCELLED)
    with database.transaction() as connection:
        connection.execute(schema.run.update().where(schema.run.c.id == run_id).values(finished_at=NOON))
    clear_up(database, clock=lambda: NOON + timedelta(seconds=30))
    assert told(world) == ["reserved"]
    clear_up(database, clock=lambda: NOON + timedelta(seconds=90))
    assert told(world) == ["unknown"]


def test_a_question_of_a_page_that_nobody_waits_for_counts_as_paid(database: Database) -> None:
    world = make_world(database)
    reserve(world, 1, RunState.RUNNING)
    with database.transaction() as connection:
        connection.execute(schema.llm_call.update().values(run_id=None))
    clear_up(database, clock=lambda: NOON + timedelta(minutes=50))
    assert told(world) == ["reserved"]
    clear_up(database, clock=lambda: NOON + timedelta(minutes=70))
    assert told(world) == ["unknown"]
