"""The label card's route: answers in, receipts and the next items out, without a rerun."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from db.engine import database
from db.vocabulary import ChunkKind, ChunkOutcome, SkipReason
from labeling.desk import card as desk
from labeling.desk.answers import MAX_COMMENT, MAX_SECONDS, Answer, AnswerKind, Receipt
from labeling.desk.card import DeskState
from labeling.desk.chunks import Chunk
from labeling.desk.left import left_for
from labeling.jobs.tending import tend_soon
from labeling.people.sign_in import Reader
from labeling.projects.projects import get_project
from pages.ui.card_calls import answer_card, check_theirs, day_start, read_call, with_unread
from pages.ui.card_items import shown_text
from pages.ui.figures import number
from pages.ui.sent import (
    MOST_REVISION,
    MOST_TOKEN,
    Parcel,
    UnreadableError,
    flag_of,
    parcel_of,
    seconds_of,
    text_of,
    text_or_none,
    whole_of,
    whole_or_none,
    word_or_none,
)
from pages.ui.session import now
from pages.ui.widgets import error_sentence
from pages.ui.words import say

MAX_ANSWERS = 500
MAX_WANT = 1_000
# Golden items are wanted from everybody: to hear that an answer came too late to count would tell that its item is none.
_SAID = {receipt: receipt for receipt in Receipt} | {Receipt.SURPLUS: Receipt.STORED}


@dataclass(frozen=True)
class _Call:
    """One request of the card."""

    slug: str
    parcel: Parcel[Answer]
    want: int
    close_chunk: int | None


async def answers(request: Request) -> JSONResponse:
    """POST: see :func:`labeling.desk.card.work`."""
    return await answer_card(request, _respond)


def _respond(reader: Reader, body: bytes) -> dict[str, Any]:
    call = read_call(body, _call)
    check_theirs(reader, call.slug)
    moment = now()
    with database().transaction() as connection:
        served = desk.work(
            connection, call.slug, reader.person_id, answers=call.parcel.entries, close_chunk=call.close_chunk,
            want=call.want, now=moment, day_start=day_start(), session=reader.token,
        )  # fmt: skip
    said = _as_json(served, reader, moment)
    if served.closed:
        tend_soon(database(), call.slug)
        # Nobody waits for the lock meanwhile. Told with a closed chunk alone: until then it stands still.
        with database().snapshot() as connection:
            said["remaining"] = left_for(connection, get_project(connection, call.slug), reader.person_id)
    return with_unread(said, call.parcel.unread, reader)


def _call(sent: Mapping[str, Any]) -> _Call:
    return _Call(
        slug=text_of(sent, "project"),
        parcel=parcel_of(sent, "answers", _answer, most=MAX_ANSWERS),
        want=max(0, whole_of(sent, "want", least=-MAX_WANT, most=MAX_WANT)),
        close_chunk=whole_or_none(sent, "close_chunk"),
    )


def _answer(sent: Mapping[str, Any]) -> Answer:
    kind = word_or_none(sent, "kind", AnswerKind)
    if kind is None:
        raise UnreadableError("kind")
    return Answer(
        token=text_of(sent, "token", most=MOST_TOKEN),
        revision=whole_of(sent, "revision", most=MOST_REVISION),
        kind=kind,
        label=text_or_none(sent, "label"),
        reason=word_or_none(sent, "reason", SkipReason),
        comment=text_or_none(sent, "comment", cut=MAX_COMMENT) or None,
        flagged=flag_of(sent, "flagged"),
        seconds=seconds_of(sent, MAX_SECONDS),
        evidence=whole_or_none(sent, "evidence"),
    )


def _as_json(served: desk.Desk, reader: Reader, moment: datetime) -> dict[str, Any]:
    chunk = served.chunk
    waiting = None if served.next_free is None else max(1, round((served.next_free - moment).total_seconds()))
    return {
        "acknowledged": [
            {
                "token": receipt.token,
                "revision": receipt.revision,
                "status": _SAID[receipt.status],
                "error": receipt.error,
            }
            | ({"suggestion": asdict(receipt.suggestion)} if receipt.suggestion else {})
            | ({"message": error_sentence(receipt.refusal, reader.locale)} if receipt.refusal else {})
            for receipt in served.acknowledged
        ],
        "items": [
            {
                "token": item.token,
                "context": item.context,
                "slot": item.slot,
            }
            | shown_text(item.text, item.form, item.metadata, item.unjudged)
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
    message = say(locale, key, right=right, n=n)
    # Right in part, answers have earned more than how many are right as a whole says.
    if closed.golden_n and closed.golden_score is not None and closed.golden_score != right:
        message += " " + say(locale, "desk.scored", score=number(closed.golden_score / n, locale))
    words = {"title": say(locale, title, ordinal=closed.ordinal), "message": message}
    return words | {"mistakes": right < n, "stops": stops}


def _notice(served: desk.Desk, locale: str) -> str | None:
    if served.state is DeskState.UNPREPARED:
        return say(locale, "desk.unprepared")
    return say(locale, f"desk.paused.{served.paused_for.value}") if served.paused_for else None


ROUTES = [Route("/desk/answers", answers, methods=["POST"])]
