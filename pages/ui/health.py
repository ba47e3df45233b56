"""Whether the server lives and its database takes writes; for watchdogs, so without sign-in and without news."""

from __future__ import annotations

from threading import Lock
from time import monotonic

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from db.engine import database
from db.readiness import Trouble, trouble
from pages.ui.session import now

# Strangers may ask too, and each look is a write: one in so many seconds, whoever asks.
BETWEEN_LOOKS = 2.0


async def health(_request: Request) -> JSONResponse:
    """Liveness. 200 ``{"status": "ok"}``, or 503 when the database doesn't answer; reads only."""
    if await run_in_threadpool(database().answers):
        return JSONResponse({"status": "ok"})
    return JSONResponse({"status": "database"}, status_code=503)


async def ready(_request: Request) -> JSONResponse:
    """Readiness: something was written and committed just now. 200 ``{"status": "ready"}``; else 503 with what is in the way:
    "disk_full", "read_only", "locked", "broken" or "unreachable" (:class:`db.readiness.Trouble`)."""
    found = await run_in_threadpool(_looks.trouble)
    if found is None:
        return JSONResponse({"status": "ready"})
    return JSONResponse({"status": found.value}, status_code=503)


class _Looks:
    """The last look at the database; who asks while one goes on waits for it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._at = float("-inf")
        self._found: Trouble | None = None

    def trouble(self) -> Trouble | None:
        with self._lock:
            if monotonic() - self._at >= BETWEEN_LOOKS:
                self._found = trouble(database(), now=now())
                self._at = monotonic()
            return self._found


_looks = _Looks()
ROUTES = [Route("/health", health), Route("/health/ready", ready)]
