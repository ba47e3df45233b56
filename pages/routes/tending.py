"""The upkeep of a project, soon after a chunk was closed and outside of anybody's request."""

from __future__ import annotations

import time
from threading import Lock, Timer

from db.engine import Database
from pages.ui.session import now

# It may take a twentieth of a core, however large the project is.
REST = 20
_due: dict[str, Timer] = {}
_rested: dict[str, float] = {}
_lock, _one_at_a_time = Lock(), Lock()


def tend_soon(database: Database, slug: str) -> None:
    """Have the project tended in a thread of its own: at once, or when the last time is long enough ago."""
    with _lock:
        if slug in _due:
            return
        timer = Timer(max(0.0, _rested.get(slug, 0.0) - time.monotonic()), _tend, [database, slug])
        timer.daemon = True
        _due[slug] = timer
    timer.start()


def _tend(database: Database, slug: str) -> None:
    # Only here: the server would start half a second later for it.
    from labeling.upkeep import tend

    with _one_at_a_time:
        with _lock:
            if _due.pop(slug, None) is None:
                return
        if time.monotonic() < _rested.get(slug, 0.0):
            # Asked for while it was being done already.
            tend_soon(database, slug)
            return
        began = time.monotonic()
        try:
            tend(database, slug, now=now())
        finally:
            # What goes wrong ends this thread and stands in the log; the next closed chunk tries again.
            _rested[slug] = time.monotonic() + REST * (time.monotonic() - began)


def stop() -> None:
    """Forget what is due, and wait for what runs."""
    with _lock:
        for timer in _due.values():
            timer.cancel()
        _due.clear()
    with _one_at_a_time:
        _rested.clear()
