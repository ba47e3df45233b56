"""The wire to a server: so many requests at once, no more a minute than allowed; and how long to wait before another try."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpx2

from labeling.junior.completion import Limits

_FIRST, _LONGEST = 0.5, 30.0


class Pace:
    """So much of something a minute, and a burst of a few seconds' worth; None is no limit."""

    def __init__(self, a_minute: float | None, *, burst: float = 5.0, clock: Callable[[], float] = time.monotonic):
        self._each = 60.0 / a_minute if a_minute else 0.0
        self._burst = burst
        self._clock = clock
        self._due = clock()

    def wait(self, amount: float = 1.0) -> float:
        """Take ``amount`` and say how many seconds to wait until it is due.

        >>> now = 0.0
        >>> pace = Pace(60, burst=2.0, clock=lambda: now)
        >>> [pace.wait() for _ in range(4)]
        [0.0, 0.0, 0.0, 1.0]
        """
        if not self._each:
            return 0.0
        now = self._clock()
        start = max(self._due, now)
        self._due = start + amount * self._each
        return max(0.0, start - now - self._burst)

    async def turn(self, amount: float = 1.0) -> None:
        """Wait until ``amount`` is due."""
        pause = self.wait(amount)
        if pause > 0:
            await asyncio.sleep(pause)


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
        await self._under.aclose()
        await super().aclose()


def back_off(tried: int, asked_for: float | None, draw: random.Random) -> float:
    """Seconds before the next try: what the server asked for and a little, else a random part of a doubling span.

    The random part is "full jitter" (M. Brooker, Exponential backoff and jitter, AWS Architecture Blog, 2015): clients that
    failed together don't come back together.

    >>> back_off(3, 2.0, random.Random(0)) >= 2.0, back_off(3, None, random.Random(0)) <= 4.0
    (True, True)
    """
    if asked_for is not None:
        return min(asked_for, 10 * _LONGEST) + draw.random()
    return draw.random() * min(_LONGEST, _FIRST * float(2**tried))
