"""How far a run has come, told in its row while it works; readers make of it what is left."""

from __future__ import annotations

import time
from collections.abc import Mapping

from db.engine import Database
from labeling.runs import claims
from labeling.runs.claims import Claim

# A reader looks once a second; more would be writes for nobody.
EVERY = 0.5


class Progress:
    """Tells of steps, each with its usual share of the time, and keeps the seconds that each took.

    ``shares`` in the order of the steps; they need no sum. Raises ClaimLostError where the run is no longer held, so a run
    that was cancelled ends at its next word at the latest.
    """

    def __init__(self, database: Database, held: Claim, shares: Mapping[str, int]) -> None:
        self._database, self._held, self._shares = database, held, shares
        self._step, self._began, self._written_at = "", time.perf_counter(), 0.0
        self.seconds: dict[str, float] = {}

    def begin(self, step: str) -> None:
        """The step before is done, and this one begins."""
        self.end()
        self._step, self._began = step, time.perf_counter()
        self._write(0.0)

    def part(self, done: int, total: int) -> None:
        """So much of the present step is done."""
        if time.perf_counter() - self._written_at >= EVERY:
            self._write(done / max(total, 1))

    def end(self) -> None:
        """The last step is done."""
        if self._step:
            took = time.perf_counter() - self._began
            self.seconds[self._step] = round(self.seconds.get(self._step, 0.0) + took, 3)

    def _write(self, part: float) -> None:
        before = 0
        for step, share in self._shares.items():
            if step == self._step:
                break
            before += share
        done = round(before + part * self._shares.get(self._step, 0))
        with self._database.transaction() as connection:
            claims.write(connection, self._held, step=self._step, done=done, total=sum(self._shares.values()))
        self._written_at = time.perf_counter()
