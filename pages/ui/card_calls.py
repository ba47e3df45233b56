"""What the routes of the cards have in common: who may call, how a call is read, and how a refusal is answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse

from labeling.errors import LabelingError
from labeling.people.sign_in import Reader
from pages.ui.session import now
from pages.ui.widgets import error_sentence

MAX_BODY = 1_000_000
_FORBIDDEN = {"not_allowed", "not_a_member", "unknown_project"}

Call = TypeVar("Call")


async def answer_card(request: Request, respond: Callable[[Reader, bytes], dict[str, Any]]) -> JSONResponse:
    """What ``respond`` makes of a card's request; 400 says what was wrong with it, 401 and 403 who may."""
    refusal = refused(request)
    if refusal is not None:
        return refusal
    reader: Reader = request.scope["reader"]
    try:
        answer = await run_in_threadpool(respond, reader, await request.body())
    except LabelingError as error:
        return refusal_of(error, reader)
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def refused(request: Request) -> JSONResponse | None:
    """The answer to a request that no card of this reader has sent; None where one has."""
    if request.headers.get("x-sverka") != "card":
        return JSONResponse({"error": "bad_request", "message": "X-Sverka"}, 400)
    me = str(request.scope["reader"].person_id)
    # Somebody else may have signed in from another tab: this card's answers are not theirs.
    if request.headers.get("x-sverka-person", me) != me:
        return JSONResponse({"error": "another_person"}, 401)
    return None


def refusal_of(error: LabelingError, reader: Reader) -> JSONResponse:
    """A refusal as its code and its sentence in the reader's language."""
    status = 403 if error.code in _FORBIDDEN else 400
    return JSONResponse({"error": error.code, "message": error_sentence(error, reader.locale)}, status)


def read_call(body: bytes, read: Callable[[Any], Call], most: int = MAX_BODY) -> Call:
    """What ``read`` makes of a JSON body of at most ``most`` bytes. Raises LabelingError ``bad_request`` where it can't."""
    if len(body) > most:
        raise LabelingError("bad_request", field="body")
    try:
        return read(json.loads(body))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LabelingError("bad_request", field=str(error)[:80]) from error


def day_start() -> datetime:
    """When the day began where the server stands: people and server of one project share a time zone mostly."""
    return now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
