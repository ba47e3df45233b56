"""One call through the client, against a server that does as it is told and a budget that remembers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from labeling.junior.client import Junior
from labeling.junior.completion import Bill, Labeled, Limits
from labeling.junior.request import ClassNote, Request, Settings, build
from tests.junior_server import Act, Decide, JuniorServer

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
    """For the label of a text, of two classes."""
    return build(text, model="m", classes=CLASSES, settings=Settings(**settings))


def always(act: Act) -> Decide:
    """The same for every try."""
    return lambda body, before: act


def at_first(*acts: Act) -> Decide:
    """These for the first tries, then good answers."""
    return lambda body, before: acts[before] if before < len(acts) else Act("b")


def ask(server: JuniorServer, asked: Request | None = None, tin: Tin | None = None, limits: Limits = QUICK) -> Labeled:
    """The label that the client gets, with all its tries."""

    async def run() -> Labeled:
        async with Junior(server.url, "secret-key", limits) as junior:
            return await junior.label(asked or request(), tin if tin is not None else Tin())

    return asyncio.run(run())
