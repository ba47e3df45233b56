"""The estimate before a run: from real tokens of a sample, kept as suggestions, right about what the run then costs."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from db import schema
from db.engine import Database
from db.frames import ledger as ledger_frames
from db.vocabulary import CallPurpose, RunState
from labeling import config
from labeling.junior import ledger
from labeling.junior.estimate import Estimate
from labeling.quality.weighting import total_by_regression
from tests.junior_server import Act, served
from tests.labeling.jobs.asking import COST, prepare, spent, start, suggestions, work
from tests.labeling.worlds import NOON, add_items, make_world


@pytest.fixture(autouse=True)
def _no_address_of_the_house(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "JUNIOR_URL", "")


def by_length(body: dict[str, Any], before: int) -> Act:
    """A server whose tokens grow with the text, as a real one's do: 40, and one for each sign."""
    text = json.loads(body["messages"][-1]["content"])
    content = json.dumps({"label": "neutral", "confidence": 0.9})
    usage = {"prompt_tokens": 40 + len(text), "completion_tokens": 10, "total_tokens": 50 + len(text)}
    choice = {"index": 0, "message": {"role": "assistant", "content": content}, "finish_reason": "stop"}
    return Act(body=json.dumps({"id": "c", "object": "chat.completion", "created": 1, "model": "m",
                                "choices": [choice], "usage": usage}))  # fmt: skip


def test_a_sample_foretells_the_run_and_nothing_is_paid_twice(database: Database) -> None:
    world = make_world(database, items=0, golden_items=0)
    with database.transaction() as connection:
        add_items(connection, world.project, ["x" * n for n in range(1, 81)])
    with served(by_length) as server:
        prompt_id = prepare(world, server)
        sampled = work(world, start(world, prompt_id, sample=12))
        assert sampled.state is RunState.DONE and sampled.report is not None
        found = Estimate.of(sampled.report["estimate"])
        assert len(suggestions(world)) == len(server.requests) == 12
        assert (found.items, found.sample, found.paid) == (68, 12, spent(world))
        done = work(world, start(world, prompt_id))
        assert len(server.requests) == 80
    assert done.report is not None
    # Tokens are a straight line in the length here: the estimate is the truth, and its interval knows.
    assert found.cost.value == pytest.approx(done.report["cost"])
    assert found.cost.low == pytest.approx(found.cost.high)
    assert found.tokens_out.value == pytest.approx(680)
    with database.snapshot() as connection:
        call = schema.llm_call.c
        purposes = dict(connection.execute(select(call.purpose, func.count()).group_by(call.purpose)).all())
        read = connection.execute(select(func.sum(call.tokens_in)).where(call.purpose == "label")).scalar_one()
    assert purposes == {CallPurpose.ESTIMATE: 12, CallPurpose.LABEL: 68}
    assert found.tokens_in.value == pytest.approx(read)


def test_a_limit_and_the_servers_pace_are_reckoned_with(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(sqlite_database, items=60, golden_items=0)
    with served(lambda body, before: Act("neutral")) as server:
        prompt_id = prepare(world, server)
        monkeypatch.setattr(config, "JUNIOR_REQUESTS_A_MINUTE", 6_000.0)
        report = work(world, start(world, prompt_id, sample=5, limit=30)).report
    assert report is not None
    found = Estimate.of(report["estimate"])
    assert (found.items, found.cost.value) == (30, 30 * COST)
    # 30 requests at 100 a second.
    assert found.seconds.value is not None and found.seconds.value >= 0.3


def test_a_budget_that_is_too_small_for_the_sample_ends_it(sqlite_database: Database) -> None:
    world = make_world(sqlite_database)
    with served(lambda body, before: Act("neutral")) as server:
        run = work(world, start(world, prepare(world, server, budget=10), sample=5))
    assert run.error is not None
    assert run.error["code"] == "budget_spent"
    assert spent(world) == 0


def test_a_server_that_cannot_be_reached_gives_no_estimate(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made of no answer it would read as nothing to pay, in no time."""
    monkeypatch.setattr("labeling.junior.wire._FIRST", 0.001)
    world = make_world(sqlite_database, items=30, golden_items=0)
    with served(lambda body, before: Act(status=503, body="{}")) as server:
        run = work(world, start(world, prepare(world, server), sample=5))
    assert run.error is not None
    assert (run.state, run.error["code"], run.report) == (RunState.FAILED, "junior_unreachable", None)


def test_what_no_answer_came_to_is_left_out_of_the_estimate(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labeling.junior.wire._FIRST", 0.001)
    world = make_world(sqlite_database, items=20, golden_items=0)
    dead = {f'"text {n}"' for n in range(0, 20, 2)}

    def decide(body: dict[str, Any], before: int) -> Act:
        return Act(status=503, body="{}") if body["messages"][-1]["content"] in dead else Act("neutral")

    with served(decide) as server:
        run = work(world, start(world, prepare(world, server), sample=10))
    assert run.report is not None
    found, answered = Estimate.of(run.report["estimate"]), run.report["answered"]
    assert 2 <= answered < 10
    assert (found.sample, found.unanswered) == (answered, 10 - answered)
    # Those that were asked in vain are still to be asked about, at what an answer costs.
    assert (found.items, found.cost.value) == (20 - answered, (20 - answered) * COST)


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    import numpy as np

    draw = np.random.default_rng(1)
    x = draw.gamma(2.0, 50.0, 2_000)
    y = 40 + 0.3 * x + draw.normal(0, 8, 2_000)
    held = 0
    for _ in range(400):
        at = draw.choice(2_000, 12, replace=False)
        rest = np.delete(np.arange(2_000), at)
        found = total_by_regression(x[at].tolist(), y[at].tolist(), mean=float(x[rest].mean()), size=len(rest))
        assert found.low is not None and found.high is not None
        held += found.low <= y[rest].sum() <= found.high
    assert 0.91 <= held / 400 <= 0.985


def test_the_ledger_is_read_as_it_was_written(database: Database) -> None:
    world = make_world(database, items=3, golden_items=0)
    with database.transaction() as connection:
        add_items(connection, world.project, ["Мой номер 8 (999) 123-45-67"], first=50)
    with served(lambda body, before: Act("neutral")) as server:
        work(world, start(world, prepare(world, server)))
    with database.snapshot() as connection:
        if connection.dialect.name == "postgresql":
            # Half a day ahead: a month is told in UTC all the same.
            connection.exec_driver_sql("SET TIME ZONE 'Pacific/Kiritimati'")
        calls = ledger_frames.calls(connection, world.project.id)
        last = ledger_frames.calls(connection, world.project.id, 2)
        months = ledger_frames.months(connection, world.project.id)
        month = ledger.month_of(calls["created_at"][0])
    assert calls.schema == ledger_frames.CALLS
    assert calls.height == 4 and last["call"].to_list() == calls["call"].to_list()[:2]
    assert set(calls.select("purpose", "state", "outcome", "cost", "version").rows()) == {
        ("label", "settled", "ok", COST, 1)
    }
    by_item = dict(calls.select("item", "masked").iter_rows())
    assert json.loads(by_item["50"]) == {"PHONE": 1}
    assert by_item["1"] is None
    assert months.rows() == [(month.removeprefix("month:"), "small", 4, 200, 40, 4 * COST)]
    assert calls["created_at"][0] > NOON
