"""The wire to a server: so many requests at once, no more a minute than allowed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpx2

from labeling.junior.completion import Limits
from labeling.junior.pacing import Pace


@dataclass
class Ticket:
    """One request's: how many tokens it may take, and who is told that it leaves; then, whether it did and how long it took."""

    tokens: float
    leaves: Callable[[], None]
    has_left: bool = False
    seconds: float = 0.0


# Whose request it is that the client below sends: between the two stands a library that hands nothing through.
TICKET: ContextVar[Ticket] = ContextVar("ticket")


class Wire(httpx2.AsyncClient):
    """An HTTP client with places. A request holds one from its first byte to the last of its answer and no longer: what is
    made of it before and after is not the server's time. ``under`` sends; but for streams, which hold no place either: they
    are asked for one by one.
    """

    def __init__(self, limits: Limits, under: httpx2.AsyncClient) -> None:
        super().__init__(timeout=limits.seconds, follow_redirects=True)
        self._under = under
        self._free = asyncio.Semaphore(limits.in_flight)
        self._requests, self._tokens = Pace(limits.requests_a_minute), Pace(limits.tokens_a_minute)

    async def send(self, request: httpx2.Request, *, stream: bool = False, **options: Any) -> httpx2.Response:
        """The answer to a request, read whole but for streams."""
        if stream:
            return await super().send(request, stream=True, **options)
        ticket = TICKET.get()
        async with self._free:
            await self._requests.turn()
            await self._tokens.turn(ticket.tokens)
            ticket.leaves()
            ticket.has_left, began = True, time.monotonic()
            try:
                return await self._under.send(request, **options)
            finally:
                ticket.seconds = time.monotonic() - began

    async def aclose(self) -> None:
        """Close every connection."""
        await self._under.aclose()
        await super().aclose()
