"""Whether the server lives and its database answers; for a watchdog, so without sign-in and without news."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from db.engine import database


async def health(_request: Request) -> JSONResponse:
    """200 ``{"status": "ok"}``, or 503 when the database doesn't answer."""
    if await run_in_threadpool(database().answers):
        return JSONResponse({"status": "ok"})
    return JSONResponse({"status": "database"}, status_code=503)


ROUTES = [Route("/health", health)]
