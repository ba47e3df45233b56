"""The label card's route: answers in, receipts and the next items out, without a rerun."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from db.engine import database
from db.vocabulary import ChunkKind, ChunkOutcome, SkipReason
from labeling.desk import card as desk
from labeling.desk.answers import MAX_COMMENT, MAX_SECONDS, Answer, AnswerKind
from labeling.desk.card import DeskState
from labeling.desk.chunks import Chunk
from labeling.errors import LabelingError
from labeling.jobs.tending import tend_soon
from labeling.people.sign_in import Reader
from pages.ui.card_calls import midnight, refused
from pages.ui.session import now
from pages.ui.widgets import error_sentence
from pages.ui.words import say

MAX_BODY = 1_000_000
MAX_ANSWERS = 500
_FORBIDDEN = {"not_a_member", "unknown_project"}


async def answers(request: Request) -> JSONResponse:
    """POST: see :func:`labeling.desk.card.work`. 400 says what was wrong with the request, 401 and 403 who may."""
    refusal = refused(request)
    if refusal is not None:
        return refusal
    return await run_in_threadpool(_respond, request.scope["reader"], await request.body())


def _respond(reader: Reader, body: bytes) -> JSONResponse:
    try:
        call = _parse(body)
        moment = now()
        with database().transaction() as connection:
            seen = desk.work(connection, assessor_id=reader.person_id, now=moment, day_start=midnight(), **call)
        if seen.closed:
            tend_soon(database(), call["slug"])
    except LabelingError as error:
        status = 403 if error.code in _FORBIDDEN else 400
        return JSONResponse({"error": error.code, "message": error_sentence(error, reader.locale)}, status)
    return JSONResponse(_as_json(seen, reader, moment), headers={"Cache-Control": "no-store"})


def _parse(body: bytes) -> dict[str, Any]:
    if len(body) > MAX_BODY:
        raise LabelingError("bad_request", field="body")
    try:
        sent = json.loads(body)
        pressed = [_answer(entry) for entry in sent["answers"][:MAX_ANSWERS]]
        closing = sent.get("close_chunk")
        return {
            "slug": str(sent["project"]),
            "answers": pressed,
            "want": max(0, int(sent["want"])),
            "close_chunk": None if closing is None else int(closing),
        }
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LabelingError("bad_request", field=str(error)[:80]) from error


def _answer(sent: dict[str, Any]) -> Answer:
    seconds = sent.get("seconds")
    return Answer(
        token=str(sent["token"]),
        revision=int(sent["revision"]),
        kind=AnswerKind(sent["kind"]),
        label=sent.get("label"),
        reason=SkipReason(sent["reason"]) if sent.get("reason") else None,
        comment=(str(sent["comment"])[:MAX_COMMENT] or None) if sent.get("comment") else None,
        flagged=bool(sent.get("flagged")),
        seconds=None if seconds is None else min(max(float(seconds), 0.0), MAX_SECONDS),
    )


def _as_json(seen: desk.Desk, reader: Reader, moment: datetime) -> dict[str, Any]:
    chunk = seen.chunk
    waiting = None if seen.next_free is None else max(1, round((seen.next_free - moment).total_seconds()))
    return {
        "acknowledged": [
            {"token": done.token, "revision": done.revision, "status": done.status, "error": done.error}
            | ({"suggestion": asdict(done.suggestion)} if done.suggestion else {})
            for done in seen.acknowledged
        ],
        "items": [
            {"token": one.token, "text": one.text, "context": one.context, "metadata": one.metadata, "slot": one.slot}
            | ({"suggestion": asdict(one.suggestion)} if one.suggestion else {})
            for one in seen.items
        ],
        "chunk": chunk
        and {
            "id": chunk.id,
            "ordinal": chunk.ordinal,
            "size": chunk.size,
            "answered": seen.answered,
            "kind": chunk.kind,
        },
        "day": seen.day,
        # The card knows one way to stand still; the notice says why.
        "state": DeskState.PAUSED if seen.state is DeskState.UNPREPARED else seen.state,
        "notice": _notice(seen, reader.locale),
        "next_free_seconds": waiting,
        "result": _result(seen.closed, seen.state, reader.locale) if seen.closed else None,
    }


def _result(closed: Chunk, state: DeskState, locale: str) -> dict[str, Any]:
    """What came of the chunk; whether there are ``mistakes`` to read about, and whether they are what ``stops`` the work."""
    stops = False
    if closed.kind is ChunkKind.QUALIFICATION:
        stops = closed.outcome is not ChunkOutcome.PASSED
        title = "desk.title.not_qualified" if stops else "desk.title.qualified"
        again = "desk.no_more_tries" if state is DeskState.PAUSED else "desk.not_qualified"
        key = again if stops else "desk.qualified"
    elif closed.outcome is ChunkOutcome.SUSPENDED:
        stops, title, key = True, "desk.title.suspended", "desk.suspended"
    else:
        title, key = "desk.title.closed", "desk.closed" if closed.golden_n else "desk.closed_without_golden"
    right, n = closed.golden_right or 0, closed.golden_n or 0
    said = {"title": say(locale, title, ordinal=closed.ordinal), "message": say(locale, key, right=right, n=n)}
    return said | {"mistakes": right < n, "stops": stops}


def _notice(seen: desk.Desk, locale: str) -> str | None:
    if seen.state is DeskState.UNPREPARED:
        return say(locale, "desk.unprepared")
    return say(locale, f"desk.paused.{seen.paused_for.value}") if seen.paused_for else None


ROUTES = [Route("/desk/answers", answers, methods=["POST"])]
