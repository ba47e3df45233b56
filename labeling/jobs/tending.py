"""What follows from answers, rulings and imports, soon after and outside of anybody's request: upkeep, scores, words."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock, Timer

from db.engine import Database
from labeling import background
from labeling.clock import utc_now

# Two at once would write each over the other's scores.
_learning = Lock()
# Each kind may take a twentieth of a core, however large the project is.
REST = 20


class Soon:
    """One kind of work on a project: at once when it is asked for, or when the last time is long enough ago."""

    def __init__(self, act: Callable[[Database, str], None]) -> None:
        self._act = act
        self._due: dict[str, Timer] = {}
        self._rested: dict[str, float] = {}
        self._lock = Lock()

    def ask(self, database: Database, slug: str) -> None:
        """Have it done in the background; asked for often, it is done once."""
        with self._lock:
            if slug in self._due:
                return
            wait = max(0.0, self._rested.get(slug, 0.0) - time.monotonic())
            timer = Timer(wait, background.soon, [lambda: self._do(database, slug)])
            timer.daemon = True
            self._due[slug] = timer
        timer.start()

    def forget(self) -> None:
        """Forget what is due."""
        with self._lock:
            for timer in self._due.values():
                timer.cancel()
            self._due.clear()
            self._rested.clear()

    def _do(self, database: Database, slug: str) -> None:
        with self._lock:
            if self._due.pop(slug, None) is None:
                return
        if time.monotonic() < self._rested.get(slug, 0.0):
            # Asked for while it was being done already.
            self.ask(database, slug)
            return
        began = time.monotonic()
        try:
            self._act(database, slug)
        finally:
            # What goes wrong stands in the log; the next time it is asked for tries again.
            self._rested[slug] = time.monotonic() + REST * (time.monotonic() - began)


# Imported only there: the server would start half a second later for it.
def _tend(database: Database, slug: str) -> None:
    from labeling.desk.upkeep import tend
    from labeling.jobs.consensus import ask

    tend(database, slug, now=utc_now())
    ask(database, slug, now=utc_now())


def _rescore(database: Database, slug: str) -> None:
    from labeling.jobs.rescoring import rescore

    with _learning:
        rescore(database, slug, now=utc_now())


def rescore_now(database: Database, slug: str) -> None:
    """Have the scores learn of every ruling before this returns, about a second in a large project; for acts on many items
    and for what is taken back, whose page would else be drawn by scores that know better."""
    from labeling.jobs.rescoring import rescore

    with _learning:
        rescore(database, slug, now=utc_now(), enough=1)


def consensus_now(database: Database, slug: str) -> None:
    """Have the project's consensus made anew by a worker, where it is of older votes."""
    from labeling.jobs.consensus import ask

    ask(database, slug, now=utc_now(), at_once=True)


_upkeep, _scores = Soon(_tend), Soon(_rescore)
# After a chunk was closed, and after a ruling.
tend_soon, rescore_soon = _upkeep.ask, _scores.ask


def stop() -> None:
    """Forget what is due, and wait for what runs."""
    for kind in (_upkeep, _scores):
        kind.forget()
    background.wait()
    for kind in (_upkeep, _scores):
        kind.forget()


def index_words(database: Database) -> None:
    """Have the words of items that came in indexed, where that isn't done yet."""
    from labeling.items.indexing import catch_up_soon

    catch_up_soon(database)
