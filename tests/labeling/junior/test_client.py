"""Junior against a real server that misbehaves: nothing is lost, nothing is paid twice, every try is billed."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any

import pytest

from labeling.errors import LabelingError
from labeling.junior.client import Junior
from labeling.junior.completion import Bill, Labeled, Limits
from labeling.junior.request import ClassNote, Request, Settings, build
from tests.junior_server import Act, Decide, JuniorServer, served

CLASSES = [ClassNote("a", "A"), ClassNote("b", "B")]
QUICK = Limits(seconds=1.0, tries=3)


class Tin:
    """A budget that remembers everything."""

    def __init__(self) -> None:
        self.answers: dict[str, Mapping[str, Any]] = {}
        self.reserved: list[tuple[str, int, int]] = []
        self.sent: list[int] = []
        self.bills: list[Bill] = []

    async def remembered(self, request: str) -> Mapping[str, Any] | None:
        return self.answers.get(request)

    def remember(self, request: str, body: Mapping[str, Any]) -> None:
        self.answers[request] = body

    async def reserve(self, purpose: str, tokens_in: int, tokens_out: int) -> int:
        self.reserved.append((purpose, tokens_in, tokens_out))
        return len(self.reserved)

    def sending(self, call_id: int) -> None:
        self.sent.append(call_id)

    def settle(self, bill: Bill) -> None:
        self.bills.append(bill)

    @property
    def outcomes(self) -> list[str]:
        return [bill.outcome for bill in self.bills]


def request(text: str = "x", **settings: Any) -> Request:
    return build(text, model="m", classes=CLASSES, settings=Settings(**settings))


def always(act: Act) -> Decide:
    return lambda body, before: act


def at_first(*acts: Act) -> Decide:
    """These for the first tries, then good answers."""
    return lambda body, before: acts[before] if before < len(acts) else Act("b")


def ask(server: JuniorServer, asked: Request | None = None, tin: Tin | None = None, limits: Limits = QUICK) -> Labeled:
    async def run() -> Labeled:
        async with Junior(server.url, "secret-key", limits) as junior:
            return await junior.label(asked or request(), tin if tin is not None else Tin())

    return asyncio.run(run())


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


@pytest.mark.parametrize("content", ["It is b.", '{"label": "c"}', '{"class": "b"}', '["b"]', ""])
def test_what_cannot_be_read_is_asked_once_more(content: str) -> None:
    tin = Tin()
    with served(lambda body, before: Act("b") if len(body["messages"]) > 2 else Act(content=content)) as server:
        found = ask(server, tin=tin)
    assert (found.label, found.flags) == ("b", ("repaired",))
    assert [purpose for purpose, _, _ in tin.reserved] == ["label", "repair"]
    assert server.requests[1]["messages"][-2]["content"] == content


def test_still_unreadable_it_is_no_label() -> None:
    with served(always(Act(content="b, I think"))) as server:
        assert ask(server) == Labeled(None, flags=("repaired", "malformed"))
        assert len(server.requests) == 2


def test_fences_are_passed_over() -> None:
    with served(always(Act("b", content='```json\n{"label": "b", "confidence": 0.7}\n```', logprobs=False))) as server:
        assert ask(server) == Labeled("b", 0.7, "stated")


@pytest.mark.parametrize(
    ("act", "flag"),
    [
        (Act(refusal="I can't"), "refused"),
        (Act(finish="content_filter"), "refused"),
        (Act(finish="length"), "truncated"),
    ],
)
def test_a_refusal_or_a_cut_answer_is_paid_and_no_label(act: Act, flag: str) -> None:
    tin = Tin()
    with served(always(act)) as server:
        assert ask(server, tin=tin) == Labeled(None, flags=(flag,))
    assert [(bill.outcome, bill.tokens_in) for bill in tin.bills] == [(flag, 50)]


def test_without_log_probabilities_some_samples_vote() -> None:
    order = iter("aabbb")
    with served(lambda body, before: Act(next(order), logprobs=False)) as server:
        found = ask(server, request(samples=5))
    assert (found.label, found.confidence, found.source) == ("b", 0.6, "samples")
    assert [body["temperature"] for body in server.requests] == [0.0, 0.7, 0.7, 0.7, 0.7]


def test_without_usage_the_most_is_settled() -> None:
    tin = Tin()
    with served(always(Act("b", usage=False))) as server:
        ask(server, tin=tin)
    (bill,), ((_, tokens_in, tokens_out),) = tin.bills, tin.reserved
    assert (bill.tokens_in, bill.tokens_out) == (tokens_in, tokens_out)


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


def stream(server: JuniorServer, tin: Tin, stop_after: int | None = None) -> str:
    async def run() -> str:
        said = ""
        async with Junior(server.url, "", QUICK) as junior:
            pieces = junior.stream(request(), tin)
            async for piece in pieces:
                said += piece
                if stop_after is not None and len(said) >= stop_after:
                    break
            await pieces.aclose()  # type: ignore[attr-defined]
        return said

    return asyncio.run(run())


def test_streamed_piece_by_piece_and_billed() -> None:
    tin = Tin()
    with served(always(Act("b", pieces=5))) as server:
        assert stream(server, tin) == '{"label": "b", "confidence": 0.9}'
    assert [(bill.outcome, bill.tokens_in) for bill in tin.bills] == [("ok", 50)]


def test_a_stream_that_is_cut_may_have_been_paid() -> None:
    tin = Tin()
    with served(always(Act("b", pieces=6, cut="midway"))) as server, pytest.raises(LabelingError, match="unreachable"):
        stream(server, tin)
    assert [(bill.outcome, bill.is_known) for bill in tin.bills] == [("connection_lost", False)]


def test_a_reader_who_leaves_closes_the_stream() -> None:
    tin = Tin()
    with served(always(Act("b", pieces=30, headers={"pause": "0.2"}))) as server:
        assert stream(server, tin, stop_after=2).startswith("{")
        left = time.monotonic()
        while not server.left and time.monotonic() < left + 2:
            time.sleep(0.01)
        assert server.left
        assert server.sent_pieces < 30
    assert [bill.is_known for bill in tin.bills] == [False]


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


def test_what_databases_refuse_is_no_part_of_an_answer() -> None:
    said = '{"reason": "half \\ud83d of a pair, \\u0000 nothing", "label": "a", "confidence": 0.9}'
    tin = Tin()
    with served(always(Act(content=said))) as server:
        found = ask(server, request(reasoning=True), tin)
    assert found.reason == "half ? of a pair,  nothing"
    json.dumps(list(tin.answers.values()), ensure_ascii=False).encode()
