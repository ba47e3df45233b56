"""How fast a server may be asked: requests and tokens a minute, spread evenly; and how long to wait before another try."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable

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
