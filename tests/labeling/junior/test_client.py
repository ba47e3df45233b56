"""Junior against a real server that misbehaves: nothing is lost, nothing is paid twice, every try is billed."""

from __future__ import annotations

import asyncio
import json
import time
from typing import Any

import pytest

from labeling.errors import LabelingError
from labeling.junior.client import Junior
from labeling.junior.completion import Labeled, Limits
from tests.junior_server import Act, JuniorServer, served
from tests.labeling.junior.asking import QUICK, Tin, always, ask, at_first, request


def test_asked_with_the_classes_as_an_enum_and_sure_by_its_tokens() -> None:
    tin = Tin()
    with served(always(Act("b"))) as server:
        found = ask(server, tin=tin)
    assert (found.label, found.source, found.flags) == ("b", "logprobs", ())
    assert found.confidence == pytest.approx(0.8)
    (body,) = server.requests
    schema = body["response_format"]["json_schema"]
    assert schema["strict"] is True
    assert schema["schema"]["properties"]["label"]["enum"] == ["a", "b"]
    assert server.headers[0]["authorization"] == "Bearer secret-key"
    ((purpose, tokens_in, tokens_out),) = tin.reserved
    assert (purpose, tokens_out) == ("label", 200)
    assert tokens_in >= 50
    (bill,) = tin.bills
    assert (bill.tokens_in, bill.tokens_out, bill.outcome, bill.is_known) == (50, 10, "ok", True)


def test_the_key_is_in_no_repr() -> None:
    async def run() -> str:
        async with Junior("http://127.0.0.1:9/v1", "secret-key") as junior:
            return repr(junior)

    assert "secret-key" not in asyncio.run(run())


@pytest.mark.parametrize(
    ("act", "outcome", "known"),
    [
        (Act(status=429, headers={"Retry-After": "0"}, body="{}"), "status_429", True),
        (Act(status=500, body="{}"), "status_500", True),
        (Act(status=503, body="<html>"), "status_503", True),
        (Act(delay=3.0), "timeout", False),
        (Act(cut="before"), "connection_lost", False),
        (Act(cut="midway"), "connection_lost", False),
        (Act(body='{"choices": [{'), "garbled", False),
        (Act(body="<html>busy</html>"), "garbled", False),
    ],
    ids=["429", "500", "503", "slow", "cut", "cut midway", "half JSON", "a page"],
)
def test_what_passes_is_tried_again_and_billed(act: Act, outcome: str, known: bool) -> None:
    tin = Tin()
    with served(at_first(act)) as server:
        found = ask(server, tin=tin)
    assert found.label == "b"
    assert tin.outcomes == [outcome, "ok"]
    assert tin.bills[0].is_known is known
    assert sum(server.paid.values()) == (2 if outcome == "garbled" else 1)


def test_the_server_says_how_long_to_wait() -> None:
    with served(at_first(Act(status=429, headers={"Retry-After": "1"}, body="{}"))) as server:
        began = time.monotonic()
        ask(server)
    assert time.monotonic() - began >= 1.0


def test_after_all_tries_it_gives_up() -> None:
    tin = Tin()
    with served(always(Act(status=500, body="{}"))) as server, pytest.raises(LabelingError, match="junior_unreachable"):
        ask(server, tin=tin)
    assert tin.outcomes == ["status_500"] * 3


def test_what_was_never_sent_costs_nothing() -> None:
    with served(always(Act())) as server:
        url = server.url
    tin = Tin()

    async def run() -> None:
        async with Junior(url, "", QUICK) as junior:
            await junior.label(request(), tin)

    with pytest.raises(LabelingError, match="junior_unreachable"):
        asyncio.run(run())
    assert [(bill.is_known, bill.tokens_in) for bill in tin.bills] == [(True, 0)] * 3


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_refusal_of_the_server_is_not_tried_again(status: int) -> None:
    with served(always(Act(status=status, body='{"error": {"message": "no"}}'))) as server:
        with pytest.raises(LabelingError, match="junior_rejected"):
            ask(server)
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("named", "gone", "instead"),
    [
        ("response_format json_schema is not supported", "response_format", None),
        ("unknown field: logprobs", "logprobs", None),
        ("use max_completion_tokens instead of max_tokens", "max_tokens", "max_completion_tokens"),
    ],
)
def test_what_the_server_balks_at_is_left_out(named: str, gone: str, instead: str | None) -> None:
    def decide(body: dict[str, Any], before: int) -> Act:
        return Act(status=400, body=json.dumps({"error": {"message": named}})) if gone in body else Act("b")

    with served(decide) as server:
        assert ask(server).label == "b"
    assert gone not in server.requests[-1]
    assert {name for name in server.requests[-1] if name.startswith("max_")} == {instead or "max_tokens"}


def test_the_same_is_not_asked_twice() -> None:
    tin = Tin()
    with served(always(Act("b"))) as server:
        assert ask(server, tin=tin) == ask(server, tin=tin)
        ask(server, request("y"), tin)
        assert [body["messages"][-1]["content"] for body in server.requests] == ['"x"', '"y"']


def test_no_more_at_once_than_allowed() -> None:
    async def run(server: JuniorServer) -> None:
        async with Junior(server.url, "", Limits(in_flight=4)) as junior:
            await asyncio.gather(*(junior.label(request(str(n)), Tin()) for n in range(20)))

    with served(always(Act("b", delay=0.02))) as server:
        asyncio.run(run(server))
    assert server.most_in_flight == 4
    assert len(server.requests) == 20


def test_cancelled_it_leaves_the_server_at_once_and_bills_what_may_be_paid() -> None:
    tin = Tin()

    async def run(server: JuniorServer) -> float:
        async with Junior(server.url, "", Limits()) as junior:
            task = asyncio.create_task(junior.label(request(), tin))
            while not server.in_flight:
                await asyncio.sleep(0.01)
            task.cancel()
            left = time.monotonic()
            with pytest.raises(asyncio.CancelledError):
                await task
        return left

    with served(always(Act(delay=30.0))) as server:
        left = asyncio.run(run(server))
        while not server.left:
            assert time.monotonic() < left + 2
            time.sleep(0.01)
    assert [(bill.outcome, bill.is_known) for bill in tin.bills] == [("connection_lost", False)]


def test_many_at_once_learn_what_a_server_balks_at() -> None:
    def decide(body: dict[str, Any], before: int) -> Act:
        return (
            Act(status=400, body='{"error": {"message": "logprobs is not supported"}}')
            if "logprobs" in body
            else Act("b")
        )

    async def run(server: JuniorServer) -> list[Labeled]:
        async with Junior(server.url, "", QUICK) as junior:
            return await asyncio.gather(*(junior.label(request(str(n)), Tin()) for n in range(12)))

    with served(decide) as server:
        assert [found.label for found in asyncio.run(run(server))] == ["b"] * 12
