"""What the routes of the cards have in common."""

from __future__ import annotations

from datetime import datetime

from starlette.requests import Request
from starlette.responses import JSONResponse

from pages.ui.session import now


def refused(request: Request) -> JSONResponse | None:
    """The answer to a request that no card of this reader has sent; None where one has."""
    if request.headers.get("x-sverka") != "card":
        return JSONResponse({"error": "bad_request", "message": "X-Sverka"}, 400)
    me = str(request.scope["reader"].person_id)
    # Somebody else may have signed in from another tab: this card's answers are not theirs.
    if request.headers.get("x-sverka-person", me) != me:
        return JSONResponse({"error": "another_person"}, 401)
    return None


def midnight() -> datetime:
    """When the day began where the server stands: people and server of one project share a time zone mostly."""
    return now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
