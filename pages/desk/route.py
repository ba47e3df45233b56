"""The label card's route: answers in, receipts and the next items out, without a rerun."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from db.engine import database
from db.vocabulary import ChunkKind, ChunkOutcome, SkipReason
from labeling.desk import card as desk
from labeling.desk.answers import MAX_COMMENT, MAX_SECONDS, Answer, AnswerKind
from labeling.desk.card import DeskState
from labeling.desk.chunks import Chunk
from labeling.jobs.tending import tend_soon
from labeling.people.sign_in import Reader
from pages.ui.card_calls import answer_card, day_start, read_call
from pages.ui.session import now
from pages.ui.words import say

MAX_ANSWERS = 500


async def answers(request: Request) -> JSONResponse:
    """POST: see :func:`labeling.desk.card.work`."""
    return await answer_card(request, _respond)


def _respond(reader: Reader, body: bytes) -> dict[str, Any]:
    call = read_call(body, _call)
    moment = now()
    with database().transaction() as connection:
        served = desk.work(connection, assessor_id=reader.person_id, now=moment, day_start=day_start(), **call)
    if served.closed:
        tend_soon(database(), call["slug"])
    return _as_json(served, reader, moment)


def _call(sent: dict[str, Any]) -> dict[str, Any]:
    closing = sent.get("close_chunk")
    return {
        "slug": str(sent["project"]),
        "answers": [_answer(entry) for entry in sent["answers"][:MAX_ANSWERS]],
        "want": max(0, int(sent["want"])),
        "close_chunk": None if closing is None else int(closing),
    }


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


def _as_json(served: desk.Desk, reader: Reader, moment: datetime) -> dict[str, Any]:
    chunk = served.chunk
    waiting = None if served.next_free is None else max(1, round((served.next_free - moment).total_seconds()))
    return {
        "acknowledged": [
            {"token": receipt.token, "revision": receipt.revision, "status": receipt.status, "error": receipt.error}
            | ({"suggestion": asdict(receipt.suggestion)} if receipt.suggestion else {})
            for receipt in served.acknowledged
        ],
        "items": [
            {
                "token": item.token,
                "text": item.text,
                "context": item.context,
                "metadata": item.metadata,
                "slot": item.slot,
            }
            | ({"suggestion": asdict(item.suggestion)} if item.suggestion else {})
            for item in served.items
        ],
        "chunk": chunk
        and {
            "id": chunk.id,
            "ordinal": chunk.ordinal,
            "size": chunk.size,
            "answered": served.answered,
            "kind": chunk.kind,
        },
        "day": served.day,
        # The card knows one way to stand still; the notice says why.
        "state": DeskState.PAUSED if served.state is DeskState.UNPREPARED else served.state,
        "notice": _notice(served, reader.locale),
        "next_free_seconds": waiting,
        "result": _result(served.closed, served.state, reader.locale) if served.closed else None,
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
    words = {"title": say(locale, title, ordinal=closed.ordinal), "message": say(locale, key, right=right, n=n)}
    return words | {"mistakes": right < n, "stops": stops}


def _notice(served: desk.Desk, locale: str) -> str | None:
    if served.state is DeskState.UNPREPARED:
        return say(locale, "desk.unprepared")
    return say(locale, f"desk.paused.{served.paused_for.value}") if served.paused_for else None


ROUTES = [Route("/desk/answers", answers, methods=["POST"])]
