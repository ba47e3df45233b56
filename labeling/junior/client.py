"""Junior: an LLM behind any server that speaks OpenAI's Chat Completions. The only module that knows the package.

Each request that leaves is told to a budget beforehand and settled afterwards, whatever becomes of it; one that was sent and
not answered may have been paid, and is settled so. Cancelled, a request's connection is closed at once.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any

import httpx2
from aiohttp import ClientConnectorError, ClientError, ConnectionTimeoutError
from openai import APIConnectionError, APIError, APIStatusError, AsyncOpenAI, DefaultAioHttpClient

from labeling.errors import LabelingError
from labeling.junior.completion import (
    Bill,
    Budget,
    Completion,
    Labeled,
    Limits,
    most_tokens,
    read_completion,
    tokens_spent,
)
from labeling.junior.rejection import reason_of
from labeling.junior.reply import Reply, Token, label_probability, read_reply, voted
from labeling.junior.request import Request, repaired
from labeling.junior.wire import TICKET, Ticket, Wire, back_off

_WARM = 0.7
_OPTIONAL = ("response_format", "logprobs", "top_logprobs", "max_tokens", "temperature")


class _GarbledError(Exception):
    """An answer that is none of the protocol's."""


@dataclass
class Junior:
    """A server and how it is asked; an asynchronous context manager.

    Raises LabelingError ``junior_rejected`` (the server takes no such request, or not from us), ``junior_unreachable`` (no
    answer after all tries), and what the budget raises.
    """

    url: str
    key: str = field(repr=False)
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        self._client = AsyncOpenAI(
            api_key=self.key or "none",
            base_url=self.url,
            max_retries=0,
            timeout=self.limits.seconds,
            # Half the work of the package's other client, and an answer is heard of at once while others are made.
            http_client=Wire(self.limits, DefaultAioHttpClient(timeout=self.limits.seconds)),
        )
        # Requests that are made while others are on the wire. More of them would be made in one go, and keep the answers waiting.
        self._making = asyncio.Semaphore(2 * self.limits.in_flight)
        self._draw = random.Random(0)
        # What this server has refused to take; asked without it from then on.
        self._without: set[str] = set()

    async def __aenter__(self) -> Junior:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.close()

    async def label(self, request: Request, budget: Budget) -> Labeled:
        """Label one text: strictly read, asked once more where it can't be read, with a confidence."""
        flags: list[str] = []
        try:
            completion, reply = await self._read(request, budget, "label", 0, flags)
        except LabelingError as error:
            if not error.code.startswith("reply_"):
                raise
            return Labeled(None, flags=(*flags, error.code.removeprefix("reply_")))
        chance = (
            label_probability(completion.tokens, reply.label, several=request.several) if completion.tokens else None
        )
        if chance is not None:
            return Labeled(reply.label, chance, "logprobs", reply.reason, tuple(flags))
        if request.settings.samples > 1:
            return await self._sampled(request, budget, reply, flags)
        source = None if reply.stated is None else "stated"
        return Labeled(reply.label, reply.stated, source, reply.reason, tuple(flags))

    async def complete(self, request: Request, budget: Budget, purpose: str = "label", sample: int = 0) -> Completion:
        """One answer, from memory where the same was asked before.

        Raises LabelingError ``reply_refused`` or ``reply_truncated`` beside the class's.
        """
        key = request.key(sample=sample)
        remembered = await budget.remembered(key)
        if remembered is not None:
            return Completion.of(remembered)
        return await self._try(request, budget, purpose, key)

    async def stream(self, request: Request, budget: Budget, purpose: str = "live") -> AsyncIterator[str]:
        """The answer as it is written, piece by piece; closed early, the server is left at once.

        One that is remembered comes whole, and costs nothing; one that came to its end is remembered.
        """
        key = request.key()
        remembered = await budget.remembered(key)
        if remembered is not None:
            yield Completion.of(remembered).content
            return
        size = most_tokens(request)
        call_id = await budget.reserve(purpose, *size)
        began = time.monotonic()
        bill = Bill(call_id, 0, 0, "connection_lost", 0.0, False)
        content, tokens, ends = "", list[Token](), set[str | None]()
        try:
            arguments = self._arguments(request) | {"stream": True, "stream_options": {"include_usage": True}}
            async with await self._client.chat.completions.create(**arguments) as pieces:
                async for piece in pieces:
                    if piece.usage is not None:
                        used = piece.usage
                        bill = Bill(call_id, used.prompt_tokens, used.completion_tokens, "ok", 0.0)
                    for choice in piece.choices:
                        logprobs = choice.logprobs.content if choice.logprobs else None
                        tokens += [Token(token.token, token.logprob) for token in logprobs or ()]
                        ends.add(choice.finish_reason)
                        if choice.delta.content:
                            content += choice.delta.content
                            yield choice.delta.content
            # Some servers give no reason for an end, and tell the usage last of all.
            if not ends & {"length", "content_filter"} and ("stop" in ends or bill.is_known):
                budget.remember(key, Completion(content, tuple(tokens), bill.tokens_in, bill.tokens_out).as_body())
        except APIStatusError as error:
            bill = Bill(call_id, 0, 0, f"status_{error.status_code}", 0.0)
            said = reason_of(str(error.message), request, self.key)
            raise LabelingError("junior_rejected", status=error.status_code, said=said) from error
        except APIError as error:
            raise LabelingError("junior_unreachable", tries=1) from error
        finally:
            budget.settle(replace(bill, seconds=time.monotonic() - began))

    async def _read(
        self, request: Request, budget: Budget, purpose: str, sample: int, flags: list[str]
    ) -> tuple[Completion, Reply]:
        completion = await self.complete(request, budget, purpose, sample)
        try:
            return completion, read_reply(completion.content, request)
        except LabelingError as error:
            flags.append("repaired")
            again = repaired(request, completion.content, str(error.details.get("problem")))
            completion = await self.complete(again, budget, "repair", sample)
            return completion, read_reply(completion.content, request)

    async def _sampled(self, request: Request, budget: Budget, first: Reply, flags: list[str]) -> Labeled:
        """Confidence by the share of some warm samples that say the same (X. Wang et al., Self-consistency, ICLR 2023)."""
        warm = replace(request.settings, temperature=max(request.settings.temperature, _WARM))
        warmed = replace(request, settings=warm)
        samples = await asyncio.gather(
            *(self._read(warmed, budget, "sample", sample, []) for sample in range(1, request.settings.samples)),
            return_exceptions=True,
        )
        for failure in samples:
            if isinstance(failure, BaseException) and not _is_unreadable(failure):
                raise failure
        replies = [first, *(answer[1] for answer in samples if not isinstance(answer, BaseException))]
        label, share = voted([reply.label for reply in replies])
        reason = next(reply.reason for reply in replies if reply.label == label)
        return Labeled(label, share, "samples", reason, tuple(flags))

    async def _try(self, request: Request, budget: Budget, purpose: str, key: str) -> Completion:
        tokens_in, tokens_out = most_tokens(request)
        tried = 0
        while True:
            without = frozenset(self._without)
            try:
                call_id = await budget.reserve(purpose, tokens_in, tokens_out)
                async with self._making:
                    return await self._once(request, budget, call_id, key, tokens_in / 4 + tokens_out)
            except APIStatusError as error:
                if self._can_do_without(error, without):
                    continue
                if error.status_code not in (408, 409, 429) and error.status_code < 500:
                    said = reason_of(str(error.message), request, self.key)
                    raise LabelingError("junior_rejected", status=error.status_code, said=said) from error
                pause = _retry_after(error)
            except (APIConnectionError, _GarbledError):
                pause = None
            tried += 1
            if tried >= self.limits.tries:
                raise LabelingError("junior_unreachable", tries=tried)
            await asyncio.sleep(back_off(tried, pause, self._draw))

    # Long: a bill for each way in which a request can end, in one list to be read at once.
    async def _once(self, request: Request, budget: Budget, call_id: int, key: str, tokens: float) -> Completion:
        """One request over the wire; its bill is settled whatever happens, a cancellation included."""
        ticket = Ticket(tokens, lambda: budget.sending(call_id))
        TICKET.set(ticket)
        bill = Bill(call_id, 0, 0, "connection_lost", 0.0, False)
        try:
            # A server that knows the header answers a repeated request from its memory.
            headers = {"Idempotency-Key": key}
            # Not by the package's models: to build them takes longer than all else here.
            answered = await self._client.post(
                "/chat/completions",
                cast_to=httpx2.Response,
                body=self._arguments(request),
                options={"headers": headers},
            )
            # A page of a proxy, say, is none of these.
            body: Any = answered.json()
            spent = tokens_spent(body.get("usage"), request)
            bill = Bill(call_id, spent[0], spent[1], "ok", 0.0)
            completion = read_completion(body, spent)
            # Before the bill: what is paid and not kept would be asked and paid for again.
            budget.remember(key, completion.as_body())
            return completion
        except APIStatusError as error:
            bill = Bill(call_id, 0, 0, f"status_{error.status_code}", 0.0)
            raise
        except APIConnectionError as error:
            under = error.__cause__.__cause__ if error.__cause__ else None
            never_sent = isinstance(under, (ClientConnectorError, ConnectionTimeoutError))
            outcome = "timeout" if isinstance(under, TimeoutError) else "connection_lost"
            bill = replace(bill, outcome=outcome, is_known=never_sent)
            raise
        except (ValueError, TypeError, KeyError, AttributeError, ClientError) as error:
            bill = replace(bill, outcome="garbled")
            raise _GarbledError from error
        except LabelingError as error:
            bill = replace(bill, outcome=error.code.removeprefix("reply_"))
            raise
        finally:
            if not ticket.has_left:
                bill = Bill(call_id, 0, 0, "not_sent", 0.0)
            budget.settle(replace(bill, seconds=ticket.seconds))

    def _arguments(self, request: Request) -> dict[str, Any]:
        settings = request.settings
        schema = {"name": "label", "strict": True, "schema": dict(request.schema)}
        arguments: dict[str, Any] = {
            "model": request.model,
            "messages": list(request.messages),
            "temperature": settings.temperature,
            "max_tokens": settings.most_tokens,
            "response_format": {"type": "json_schema", "json_schema": schema},
            "logprobs": True,
            "top_logprobs": settings.top_logprobs,
        }
        for name in self._without:
            value = arguments.pop(name, None)
            if name == "max_tokens" and value is not None:
                arguments["max_completion_tokens"] = value
        return arguments

    def _can_do_without(self, error: APIStatusError, without: frozenset[str]) -> bool:
        """Whether the server only balks at an extra that we can leave out; it is left out from now on.

        ``without`` is what this request left out already: another one may have learned it meanwhile.
        """
        if error.status_code not in (400, 422, 501):
            return False
        message = str(error.message)[:500]
        named = [name for name in _OPTIONAL if name in message and name not in without]
        if "json_schema" in message and "response_format" not in without:
            named.append("response_format")
        if "logprobs" in named:
            named.append("top_logprobs")
        self._without.update(named)
        return bool(named)


def _retry_after(error: APIStatusError) -> float | None:
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        try:
            return max(0.0, float(error.response.headers[name]) / unit)
        except (KeyError, ValueError):
            continue
    return None


def _is_unreadable(failure: BaseException) -> bool:
    return isinstance(failure, LabelingError) and failure.code.startswith("reply_")
