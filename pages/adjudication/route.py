"""The ruling card's route: rulings in, receipts and the next items out, without a rerun."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from db.engine import database
from db.vocabulary import Verdict
from labeling.adjudication import card as sitting
from labeling.adjudication.batches import batch_items
from labeling.adjudication.card import Sitting
from labeling.adjudication.case_files import CaseFile
from labeling.adjudication.queue import Brought, Candidate, as_candidates
from labeling.adjudication.rulings import MAX_RATIONALE, MAX_SECONDS, Ruling
from labeling.jobs.tending import rescore_soon
from labeling.people.sign_in import Reader
from labeling.projects.classes import LabelClass
from labeling.projects.labels import known_labels
from labeling.projects.projects import Project, get_project
from labeling.review.triage import Reason, Wanted
from pages.adjudication.ruling_figures import worth_after
from pages.ui.card_calls import answer_card, check_theirs, day_start, read_call, with_unread
from pages.ui.card_items import shown_text
from pages.ui.figures import chance, percent
from pages.ui.reason_words import reason_sentence
from pages.ui.review_data import Review, review_of, wanted_findings
from pages.ui.sent import (
    MOST_REVISION,
    MOST_TOKEN,
    Parcel,
    flag_of,
    object_of,
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

MAX_RULINGS = 200
MAX_WANT = 10
_MOST_ASKED = 1_000
_AT_ONCE = 500


@dataclass(frozen=True)
class _Call:
    """One request of the card."""

    slug: str
    parcel: Parcel[Ruling]
    wanted: Wanted
    want: int
    release: bool


async def rulings(request: Request) -> JSONResponse:
    """POST: see :func:`labeling.adjudication.card.sit`."""
    return await answer_card(request, _respond)


def _respond(reader: Reader, body: bytes) -> dict[str, Any]:
    call = read_call(body, _call)
    check_theirs(reader, call.slug)
    with database().snapshot() as connection:
        project = get_project(connection, call.slug)
        classes = known_labels(connection, project.id)
    # Read before the project is locked: nobody waits for it.
    review = review_of(project)
    waiting = brought_up(project, review, call.wanted)
    with database().transaction() as connection:
        served = sitting.sit(
            connection, call.slug, reader.person_id, call.parcel.entries, waiting, want=call.want, now=now(),
            day_start=day_start(), run_id=review.run.id if review else None, batch_id=call.wanted.batch,
            narrowed=not call.wanted.asks_nothing, release=call.release, session=reader.token,
        )  # fmt: skip
    if call.parcel.entries:
        rescore_soon(database(), call.slug)
    answer = _as_json(served, project, classes, reader.locale)
    answer["remaining"] = worth_after(project, review, reader.person_id, served.tally.ruled) if review else None
    answer["state"] = _state(served, review, call.wanted)
    return with_unread(answer, call.parcel.unread, reader)


def brought_up(project: Project, review: Review | None, wanted: Wanted) -> Iterator[Candidate]:
    """What is asked for, the most suspicious first; a batch in its own order, with items that no analysis knows."""
    if wanted.batch is None:
        return _by_suspicion(wanted_findings(project, review, wanted)) if review else iter(())
    with database().snapshot() as connection:
        inside = batch_items(connection, project.id, wanted.batch)
    suspected = as_candidates(wanted_findings(project, review, wanted)) if review else []
    by_item = {candidate.item_id: candidate for candidate in suspected}
    only_suspected = wanted != Wanted(batch=wanted.batch)
    return (by_item.get(item, Candidate(item)) for item in inside if item in by_item or not only_suspected)


def _by_suspicion(findings: pl.DataFrame) -> Iterator[Candidate]:
    """Mostly the first few are enough: the rest of a hundred thousand rows stays as it is."""
    for at in range(0, findings.height, _AT_ONCE):
        yield from as_candidates(findings.slice(at, _AT_ONCE))


def _state(served: Sitting, review: Review | None, wanted: Wanted) -> str:
    if served.items:
        return "working"
    if wanted != Wanted():
        return "filtered"
    return "done" if review else "unprepared"


def _call(sent: Mapping[str, Any]) -> _Call:
    return _Call(
        slug=text_of(sent, "project"),
        parcel=parcel_of(sent, "rulings", _ruling, most=MAX_RULINGS),
        wanted=_wanted(object_of(sent, "wanted")),
        want=min(max(whole_of(sent, "want", least=-_MOST_ASKED, most=_MOST_ASKED), 0), MAX_WANT),
        release=flag_of(sent, "release"),
    )


def _ruling(sent: Mapping[str, Any]) -> Ruling:
    return Ruling(
        token=text_of(sent, "token", most=MOST_TOKEN),
        revision=whole_of(sent, "revision", most=MOST_REVISION),
        verdict=word_or_none(sent, "verdict", Verdict),
        label=text_or_none(sent, "label"),
        rationale=text_or_none(sent, "rationale", cut=MAX_RATIONALE) or "",
        blind=flag_of(sent, "blind"),
        make_golden=flag_of(sent, "make_golden"),
        corner_case=flag_of(sent, "corner_case"),
        seconds=seconds_of(sent, MAX_SECONDS),
    )


def _wanted(sent: Mapping[str, Any]) -> Wanted:
    return Wanted(
        reason=word_or_none(sent, "reason", Reason),
        given=text_or_none(sent, "given"),
        probable=text_or_none(sent, "probable"),
        region=text_or_none(sent, "region"),
        assessor=whole_or_none(sent, "assessor"),
        batch=whole_or_none(sent, "batch"),
    )


def _as_json(served: Sitting, project: Project, classes: Mapping[str, LabelClass], locale: str) -> dict[str, Any]:
    ruled, changed = served.tally.ruled, served.tally.changed
    return {
        "acknowledged": [
            {
                "token": receipt.token,
                "revision": receipt.revision,
                "status": receipt.status,
                "error": receipt.error and receipt.error.code,
                "message": receipt.error and error_sentence(receipt.error, locale),
            }
            for receipt in served.acknowledged
        ],
        "items": [_item(item, served.files[item.token], project, classes, locale) for item in served.items],
        "day": served.day,
        "found": {"ruled": ruled, "changed": changed, "share": percent(changed / ruled if ruled else None, locale)},
        "notice": None,
    }


def _item(
    item: Brought, file: CaseFile, project: Project, classes: Mapping[str, LabelClass], locale: str
) -> dict[str, Any]:
    """An item as the card gets it: not its route, no names, no ids."""
    stored = item.metadata or {}
    metadata = {key: stored[key] for key in project.shown_metadata if key in stored}
    junior = next((reason["label"] for reason in file.reasons if reason["code"] == Reason.JUNIOR_DISAGREES), None)
    return {
        **shown_text(item.text, item.form, metadata or None, project.unjudged_speakers),
        "token": item.token,
        "context": item.context,
        "given": file.given,
        "chance": None if file.score is None else chance(file.score, locale),
        "reasons": [
            reason_sentence(reason, classes, locale)
            for reason in file.reasons
            if reason["code"] != Reason.JUNIOR_DISAGREES
        ],
        "junior": junior,
        "votes": [asdict(vote) for vote in file.votes],
        "rulings": [{"label": ruling.label, "rationale": ruling.rationale} for ruling in file.rulings],
    }


ROUTES = [Route("/desk/rulings", rulings, methods=["POST"])]
