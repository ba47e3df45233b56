"""Whether the server lives and its database answers; for a watchdog, so without sign-in and without news."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from db.engine import database


async def health(_request: Request) -> JSONResponse:
    """200 ``{"status": "ok"}``, or 503 when the database doesn't answer."""
    try:
        await run_in_threadpool(_ask)
    except SQLAlchemyError:
        return JSONResponse({"status": "database"}, status_code=503)
    return JSONResponse({"status": "ok"})


def _ask() -> None:
    with database().snapshot() as connection:
        connection.execute(text("SELECT 1"))


ROUTES = [Route("/health", health)]
