"""How much of the server one person may use: far more than a hand can, far less than would keep others waiting.

Kept in each process by itself: the limit is on work that this process does, and a count in the database would make every
answer wait for one statement more. With several processes one person has as many times the pace.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from labeling.errors import LabelingError

# How long the refusal of what comes too fast is kept back.
HELD_SECONDS = 1.0


@dataclass
class Pace:
    """At most ``at_once`` requests of a person at a time, ``rate`` units a second on average and ``burst`` at once.

    For tasks of one event loop.
    """

    at_once: int
    rate: float
    burst: float
    _here: dict[int, int] = field(default_factory=dict, init=False, repr=False)
    # By person: what was used of the burst, and when that was so.
    _used: dict[int, tuple[float, float]] = field(default_factory=dict, init=False, repr=False)

    @contextmanager
    def request(self, person_id: int) -> Iterator[None]:
        """While a request of this person is answered. Raises LabelingError ``too_fast`` with the ``seconds`` to wait."""
        if self._here.get(person_id, 0) >= self.at_once:
            raise LabelingError("too_fast", seconds=1)
        beyond = self._level(person_id) - self.burst
        if beyond >= 0:
            raise LabelingError("too_fast", seconds=max(1, math.ceil(beyond / self.rate)))
        self._here[person_id] = self._here.get(person_id, 0) + 1
        try:
            yield
        finally:
            self._here[person_id] -= 1
            if not self._here[person_id]:
                del self._here[person_id]

    def use(self, person_id: int, units: float) -> None:
        """Count work that is about to be done; it may go beyond the burst, and what comes next waits for that."""
        if len(self._used) > 1_000:
            self._used = {person: used for person, used in self._used.items() if self._level(person) > 0}
        self._used[person_id] = (self._level(person_id) + units, time.monotonic())

    def forget(self) -> None:
        """Begin anew."""
        self._used.clear()

    def _level(self, person_id: int) -> float:
        used, at = self._used.get(person_id, (0.0, 0.0))
        return max(0.0, used - (time.monotonic() - at) * self.rate)
