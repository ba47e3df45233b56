"""The ruling card's route: rulings in, receipts and the next items out, without a rerun."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from db.engine import database
from db.vocabulary import Verdict
from labeling.adjudication import card as sitting
from labeling.adjudication.batches import batch_items
from labeling.adjudication.card import Sitting
from labeling.adjudication.case_files import CaseFile
from labeling.adjudication.queue import Brought, Candidate
from labeling.adjudication.rulings import MAX_RATIONALE, MAX_SECONDS, Ruling
from labeling.errors import LabelingError
from labeling.jobs.tending import rescore_soon
from labeling.people.sign_in import Reader
from labeling.projects.projects import LabelClass, Project, get_classes, get_project
from labeling.review.triage import Reason, Wanted
from pages.adjudication.ruling_figures import worth_after
from pages.ui.card_calls import midnight, refused
from pages.ui.figures import percent
from pages.ui.reason_words import reason_sentence
from pages.ui.review_data import Review, candidates, review_of, wanted_findings
from pages.ui.session import now
from pages.ui.widgets import error_sentence

MAX_BODY = 1_000_000
MAX_RULINGS = 200
MAX_WANT = 10
_FORBIDDEN = {"not_allowed", "unknown_project"}
_AT_ONCE = 500


@dataclass(frozen=True)
class _Call:
    """One request of the card."""

    slug: str
    rulings: list[Ruling]
    wanted: Wanted
    want: int
    release: bool


async def rulings(request: Request) -> JSONResponse:
    """POST: see :func:`labeling.adjudication.card.sit`. 400 says what was wrong with the request, 401 and 403 who may."""
    refusal = refused(request)
    if refusal is not None:
        return refusal
    return await run_in_threadpool(_respond, request.scope["reader"], await request.body())


def _respond(reader: Reader, body: bytes) -> JSONResponse:
    try:
        call = _parse(body)
        with database().snapshot() as connection:
            project = get_project(connection, call.slug)
            classes = {entry.code: entry for entry in get_classes(connection, project.id, retired=True)}
        # Read before the project is locked: nobody waits for it.
        review = review_of(project)
        waiting = brought_up(project, review, call.wanted)
        with database().transaction() as connection:
            seen = sitting.sit(
                connection,
                call.slug,
                reader.person_id,
                call.rulings,
                waiting,
                want=call.want,
                now=now(),
                day_start=midnight(),
                run_id=review.run.id if review else None,
                batch_id=call.wanted.batch,
                narrowed=not call.wanted.asks_nothing,
                release=call.release,
            )
        if call.rulings:
            rescore_soon(database(), call.slug)
    except LabelingError as error:
        status = 403 if error.code in _FORBIDDEN else 400
        return JSONResponse({"error": error.code, "message": error_sentence(error, reader.locale)}, status)
    answer = _as_json(seen, project, classes, reader.locale)
    answer["remaining"] = worth_after(project, review, seen.tally.ruled) if review else None
    answer["state"] = _state(seen, review, call.wanted)
    return JSONResponse(answer, headers={"Cache-Control": "no-store"})


def brought_up(project: Project, review: Review | None, wanted: Wanted) -> Iterator[Candidate]:
    """What is asked for, the most suspicious first; a batch in its own order, with items that no analysis knows."""
    if wanted.batch is None:
        return _by_suspicion(wanted_findings(project, review, wanted)) if review else iter(())
    with database().snapshot() as connection:
        inside = batch_items(connection, project.id, wanted.batch)
    found = wanted_findings(project, review, wanted) if review else None
    known = {one.item_id: one for one in candidates(found)} if found is not None else {}
    only_known = wanted != Wanted(batch=wanted.batch)
    return (known.get(item, Candidate(item)) for item in inside if item in known or not only_known)


def _by_suspicion(found: pl.DataFrame) -> Iterator[Candidate]:
    """Mostly the first few are enough: the rest of a hundred thousand rows stays as it is."""
    for at in range(0, found.height, _AT_ONCE):
        yield from candidates(found.slice(at, _AT_ONCE))


def _state(seen: Sitting, review: Review | None, wanted: Wanted) -> str:
    if seen.items:
        return "working"
    if wanted != Wanted():
        return "filtered"
    return "done" if review else "unprepared"


def _parse(body: bytes) -> _Call:
    if len(body) > MAX_BODY:
        raise LabelingError("bad_request", field="body")
    try:
        sent = json.loads(body)
        return _Call(
            slug=str(sent["project"]),
            rulings=[_ruling(entry) for entry in sent["rulings"][:MAX_RULINGS]],
            wanted=_wanted(sent.get("wanted") or {}),
            want=min(max(int(sent["want"]), 0), MAX_WANT),
            release=bool(sent.get("release")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise LabelingError("bad_request", field=str(error)[:80]) from error


def _ruling(sent: Mapping[str, Any]) -> Ruling:
    seconds, verdict = sent.get("seconds"), sent.get("verdict")
    return Ruling(
        token=str(sent["token"]),
        revision=int(sent["revision"]),
        verdict=None if verdict is None else Verdict(verdict),
        label=None if sent.get("label") is None else str(sent["label"]),
        rationale=str(sent.get("rationale") or "")[:MAX_RATIONALE],
        blind=bool(sent.get("blind")),
        make_golden=bool(sent.get("make_golden")),
        corner_case=bool(sent.get("corner_case")),
        seconds=None if seconds is None else min(max(float(seconds), 0.0), MAX_SECONDS),
    )


def _wanted(sent: Mapping[str, Any]) -> Wanted:
    words = {name: str(sent[name]) for name in ("reason", "given", "probable", "region") if sent.get(name) is not None}
    numbers = {name: int(sent[name]) for name in ("assessor", "batch") if sent.get(name) is not None}
    return Wanted(
        reason=Reason(words["reason"]) if "reason" in words else None,
        given=words.get("given"),
        probable=words.get("probable"),
        region=words.get("region"),
        assessor=numbers.get("assessor"),
        batch=numbers.get("batch"),
    )


def _as_json(seen: Sitting, project: Project, classes: Mapping[str, LabelClass], locale: str) -> dict[str, Any]:
    ruled, changed = seen.tally.ruled, seen.tally.changed
    return {
        "acknowledged": [
            {
                "token": done.token,
                "revision": done.revision,
                "status": done.status,
                "error": done.error and done.error.code,
                "message": done.error and error_sentence(done.error, locale),
            }
            for done in seen.acknowledged
        ],
        "items": [_item(one, seen.files[one.token], project, classes, locale) for one in seen.items],
        "day": seen.day,
        "found": {"ruled": ruled, "changed": changed, "share": percent(changed / ruled if ruled else None, locale)},
        "notice": None,
    }


def _item(
    one: Brought, file: CaseFile, project: Project, classes: Mapping[str, LabelClass], locale: str
) -> dict[str, Any]:
    """An item as the card gets it: not its route, no names, no ids."""
    metadata = {key: one.metadata[key] for key in project.shown_metadata if key in one.metadata} if one.metadata else {}
    junior = next((reason["label"] for reason in file.reasons if reason["code"] == Reason.JUNIOR_DISAGREES), None)
    why = [
        reason_sentence(reason, classes, locale) for reason in file.reasons if reason["code"] != Reason.JUNIOR_DISAGREES
    ]
    return {
        "token": one.token,
        "text": one.text,
        "context": one.context,
        "metadata": metadata or None,
        "given": file.given,
        "chance": None if file.score is None else percent(file.score, locale),
        "reasons": why,
        "junior": junior,
        "votes": [{"label": vote.label, "comment": vote.comment, "flagged": vote.flagged} for vote in file.votes],
        "rulings": [{"label": said.label, "rationale": said.rationale} for said in file.rulings],
    }


ROUTES = [Route("/desk/rulings", rulings, methods=["POST"])]
