"""What the client makes of a reply: read, asked for once more, put to the vote, or no label; paid in any case."""

from __future__ import annotations

import json

import pytest

from labeling.junior.completion import Labeled
from tests.junior_server import Act, served
from tests.labeling.junior.asking import Tin, always, ask, request


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


def test_what_databases_refuse_is_no_part_of_an_answer() -> None:
    said = '{"reason": "half \\ud83d of a pair, \\u0000 nothing", "label": "a", "confidence": 0.9}'
    tin = Tin()
    with served(always(Act(content=said))) as server:
        found = ask(server, request(reasoning=True), tin)
    assert found.reason == "half ? of a pair,  nothing"
    json.dumps(list(tin.answers.values()), ensure_ascii=False).encode()
