"""What the routes of the cards have in common: who may call, how a call is read, and how a refusal is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse

from db.readiness import DATABASE_ERRORS
from labeling.errors import LabelingError
from labeling.people.sign_in import Reader
from pages.ui.gate import unavailable
from pages.ui.pace import HELD_SECONDS, Pace
from pages.ui.sent import Unread, UnreadableError, json_of
from pages.ui.session import now
from pages.ui.widgets import error_sentence

MAX_BODY = 1_000_000
# An answer takes some 200 bytes, so this is twenty a second, and six hundred at once after a day without a net.
BYTES_OF_AN_ANSWER = 200
PACE = Pace(at_once=2, rate=20, burst=600)
_FORBIDDEN = {"not_allowed", "not_a_member", "unknown_project", "project_archived"}

Call = TypeVar("Call")


async def answer_card(request: Request, respond: Callable[[Reader, bytes], dict[str, Any]]) -> JSONResponse:
    """What ``respond`` makes of a card's request; 400 says what was wrong with it, 401 and 403 who may, 429 when, 503 that
    nothing was saved because the database can't be written.

    Of a parcel with entries that can't be read the others are taken: 400, and receipts for all of them.
    """
    refusal = refused(request)
    if refusal is not None:
        return refusal
    reader: Reader = request.scope["reader"]
    try:
        with PACE.request(reader.person_id):
            body = await read_body(request)
            PACE.use(reader.person_id, max(1, len(body) / BYTES_OF_AN_ANSWER))
            answer = await run_in_threadpool(respond, reader, body)
    except LabelingError as error:
        return await refusal_of(error, reader)
    except DATABASE_ERRORS as error:
        return unavailable(error)
    return JSONResponse(answer, 400 if "error" in answer else 200, headers={"Cache-Control": "no-store"})


def refused(request: Request) -> JSONResponse | None:
    """The answer to a request that no card of this reader has sent; None where one has."""
    if request.headers.get("x-sverka") != "card":
        return JSONResponse({"error": "bad_request", "message": "X-Sverka"}, 400)
    if request.headers.get("content-type", "application/json").split(";")[0].strip().lower() != "application/json":
        return JSONResponse({"error": "bad_request", "message": "Content-Type"}, 400)
    me = str(request.scope["reader"].person_id)
    # Somebody else may have signed in from another tab: this card's answers are not theirs.
    if request.headers.get("x-sverka-person", me) != me:
        return JSONResponse({"error": "another_person"}, 401)
    return None


async def read_body(request: Request, most: int = MAX_BODY) -> bytes:
    """The body, of which no more is read than may be sent. Raises LabelingError ``bad_request``."""
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > most:
                raise LabelingError("bad_request", field="body")
    except ClientDisconnect:
        raise LabelingError("bad_request", field="body") from None
    return bytes(body)


def check_theirs(reader: Reader, slug: str) -> None:
    """Raise LabelingError ``unknown_project`` for one that isn't theirs: that it is there is not told."""
    if not reader.is_admin and slug not in {held.slug for held in reader.memberships}:
        raise LabelingError("unknown_project", slug=slug)


async def refusal_of(error: LabelingError, reader: Reader) -> JSONResponse:
    """A refusal as its code and its sentence in the reader's language; one for haste comes after a while."""
    status = 401 if error.code == "session_ended" else 403 if error.code in _FORBIDDEN else 400
    headers = {}
    if error.code == "too_fast":
        status, headers = 429, {"Retry-After": str(error.details["seconds"])}
        # Who doesn't wait as told would ask again at once: each connection of a flood is held for so long.
        await asyncio.sleep(HELD_SECONDS)
    return JSONResponse({"error": error.code, "message": error_sentence(error, reader.locale)}, status, headers)


def read_call(body: bytes, read: Callable[[Mapping[str, Any]], Call]) -> Call:
    """What ``read`` makes of a JSON object. Raises LabelingError ``bad_request`` where it can't, with the field's name."""
    try:
        return read(json_of(body))
    except UnreadableError as error:
        raise LabelingError("bad_request", field=error.field) from None


def with_unread(answer: dict[str, Any], unread: Sequence[Unread], reader: Reader) -> dict[str, Any]:
    """The answer to a parcel, with a receipt for each of its entries that could not be read and ``error`` for them all."""
    if not unread:
        return answer
    receipts = [
        {
            "token": entry.token,
            "revision": entry.revision,
            "at": entry.at,
            "status": "refused",
            "error": "bad_answer",
            "message": error_sentence(LabelingError("bad_answer", field=entry.field), reader.locale),
        }
        for entry in unread
    ]
    told = {"acknowledged": [*answer["acknowledged"], *receipts], "error": "bad_request"}
    return answer | told | {"message": receipts[0]["message"]}


def day_start() -> datetime:
    """When the day began where the server stands: people and server of one project share a time zone mostly."""
    return now().astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
