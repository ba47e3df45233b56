"""Answers: recorded once however often they are sent, on the item their token names, never dropped."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Integer,
    Row,
    String,
    and_,
    bindparam,
    exists,
    func,
    insert,
    select,
    update,
)

from db import schema
from db.vocabulary import ChunkKind, LeaseState, SkipReason
from labeling.desk import sides
from labeling.desk.leases import IN_SLOT, ME, PROJECT
from labeling.errors import LabelingError
from labeling.projects import wanted as queueing
from labeling.projects.labels import accepted
from labeling.projects.projects import Project
from labeling.quality.kinds.sides import turned

lease, annotation, queue, label_class = schema.lease, schema.annotation, schema.queue, schema.label_class
chunk, guideline, repeat = schema.chunk, schema.guideline, schema.repeat

MAX_COMMENT = 2_000
MAX_SECONDS = 600.0
# More turns than signs no text has.
MAX_EVIDENCE = 20_000


class AnswerKind(StrEnum):
    """What an assessor did with the item on screen."""

    LABEL = "label"
    UNSURE = "unsure"
    SKIP = "skip"


class Receipt(StrEnum):
    """What became of one answer."""

    STORED = "stored"
    KEPT_FIRST = "kept_first"
    SURPLUS = "surplus"
    REFUSED = "refused"


@dataclass(frozen=True)
class Answer:
    """One press: ``token`` names the lease, ``revision`` counts the presses for it (a corrected answer is 2, 3, …)."""

    token: str
    revision: int
    kind: AnswerKind
    label: str | None = None
    reason: SkipReason | None = None
    comment: str | None = None
    flagged: bool = False
    seconds: float | None = None
    # The turn of a conversation that decided it, from 0.
    evidence: int | None = None


@dataclass(frozen=True)
class Submitted:
    """What became of an answer. ``lease`` has the item_id, arm and suggestion it was given on; None where it was refused.

    ``is_first``: nothing had been said before, of the item or, where it came back, of its second showing.
    """

    receipt: Receipt
    lease: Row[Any] | None = None
    is_first: bool = False


# Statements of every answer are built once: building one costs several times what SQLite needs to run it.
_LEASE: BindParameter[int] = bindparam("lease", type_=Integer)
_ITEM: BindParameter[int] = bindparam("item", type_=Integer)

_LATEST = (
    select(func.max(annotation.c.revision))
    .where(annotation.c.item_id == lease.c.item_id, annotation.c.assessor_id == lease.c.assessor_id)
    .scalar_subquery()
)
NEWEST_GUIDELINE = select(func.max(guideline.c.version)).where(guideline.c.project_id == PROJECT).scalar_subquery()
IS_CLASS = exists().where(
    label_class.c.project_id == PROJECT, label_class.c.code == bindparam("label", type_=String), ~label_class.c.retired
)
_MINE = (lease.c.token == bindparam("token"), lease.c.project_id == PROJECT, lease.c.assessor_id == ME)
_first = annotation.alias("first")
_FIRST = (_first.c.item_id == lease.c.item_id, _first.c.assessor_id == lease.c.assessor_id, _first.c.revision == 1)
# All that an answer is judged by. There is always one row: of a token that isn't one's own it knows nothing but the label.
_HELD = (
    select(
        IS_CLASS.label("is_class"),
        lease.c.id,
        lease.c.project_id,
        lease.c.item_id,
        lease.c.assessor_id,
        lease.c.chunk_id,
        lease.c.state,
        lease.c.opened_at,
        lease.c.revision,
        lease.c.slot,
        lease.c.repeat,
        lease.c.arm,
        lease.c.suggestion,
        lease.c.probe,
        chunk.c.closed_at.label("chunk_closed_at"),
        # Its place is nobody else's: see :mod:`labeling.desk.leases`.
        (queue.c.golden & (chunk.c.kind == ChunkKind.QUALIFICATION)).label("qualifying"),
        _LATEST.label("latest"),
        _first.c.surplus.label("first_surplus"),
        _first.c.chunk_id.label("first_chunk_id"),
        NEWEST_GUIDELINE.label("guideline_version"),
    )
    .select_from(schema.project)
    .outerjoin(lease, and_(*_MINE))
    .outerjoin(chunk, chunk.c.id == lease.c.chunk_id)
    .outerjoin(queue, queue.c.item_id == lease.c.item_id)
    .outerjoin(_first, and_(*_FIRST))
    .where(schema.project.c.id == PROJECT)
)
_END = update(lease).where(lease.c.id == _LEASE)
_ANNOTATE = insert(annotation)
_REPEAT = insert(repeat).values(
    revision=select(func.coalesce(func.max(repeat.c.revision), 0) + 1)
    .where(repeat.c.lease_id == _LEASE)
    .scalar_subquery(),
    annotation_id=select(annotation.c.id)
    .where(
        annotation.c.item_id == _ITEM,
        annotation.c.assessor_id == ME,
        annotation.c.revision == bindparam("latest", type_=Integer),
    )
    .scalar_subquery(),
)
_WANTED = select(queue.c.places, queue.c.golden).where(queue.c.item_id == _ITEM)


def submit(connection: Connection, project: Project, assessor_id: int, answer: Answer, *, now: datetime) -> Submitted:
    """Record one answer under the project's lock; sent again, it changes nothing and says so.

    An answer that comes after its lease has ended counts if the item still wants one, and is kept as surplus
    otherwise. REFUSED are only answers that name another's lease, or nothing. Raises LabelingError
    ``unknown_label``, ``class_split`` or ``bad_answer``.
    """
    _check(answer)
    label = answer.label if answer.kind is AnswerKind.LABEL else None
    parameters = {"project": project.id, "me": assessor_id, "token": answer.token, "label": label}
    held = connection.execute(_HELD, parameters).one()
    if answer.kind is AnswerKind.LABEL:
        code = accepted(connection, project, label, is_known=held.is_class, since=held.opened_at)
        answer = replace(answer, label=code)
    if held.id is None:
        return Submitted(Receipt.REFUSED)
    if sides.sees_turned(project, assessor_id, held.item_id):
        answer = replace(answer, label=turned(answer.label))
    if answer.revision <= held.revision:
        return Submitted(Receipt.KEPT_FIRST, held)
    if held.revision and held.chunk_closed_at is not None:
        return Submitted(Receipt.REFUSED)
    if answer.kind is AnswerKind.SKIP and held.state != LeaseState.ANSWERED:
        return Submitted(_skip(connection, held, answer, now=now), held)
    if held.repeat:
        return Submitted(_repeat(connection, held, answer, now=now), held, held.state != LeaseState.ANSWERED)
    return Submitted(_annotate(connection, held, answer, now=now), held, held.latest is None)


def _skip(connection: Connection, held: Any, answer: Answer, *, now: datetime) -> Receipt:
    _end(connection, held, answer, LeaseState.SKIPPED, now, skip_reason=answer.reason, comment=answer.comment)
    if not held.repeat and not held.qualifying and held.state == LeaseState.OPEN:
        queueing.give_back(connection, [held.item_id])
    return Receipt.STORED


def _repeat(connection: Connection, held: Any, answer: Answer, *, now: datetime) -> Receipt:
    """The answer to an item that came back: beside the first one, which stays the vote. Late, it is as good."""
    of_lease = {"lease": held.id, "item": held.item_id, "me": held.assessor_id, "latest": held.latest}
    connection.execute(_REPEAT, _content(held, answer, now) | of_lease | {"lease_id": held.id})
    _end(connection, held, answer, LeaseState.ANSWERED, now)
    return Receipt.STORED


def _content(held: Any, answer: Answer, now: datetime) -> dict[str, Any]:
    return {
        "project_id": held.project_id,
        "assessor_id": held.assessor_id,
        "label": answer.label if answer.kind is AnswerKind.LABEL else None,
        "comment": answer.comment,
        "flagged": answer.flagged,
        "seconds": answer.seconds,
        "guideline_version": held.guideline_version,
        "created_at": now,
    }


def _end(
    connection: Connection, held: Any, answer: Answer, state: LeaseState, now: datetime, **reason: str | None
) -> None:
    values = {"lease": held.id, "state": state, "revision": answer.revision, "closed_at": now}
    connection.execute(_END, values | reason)
    _move_aside(connection, held)


def _annotate(connection: Connection, held: Any, answer: Answer, *, now: datetime) -> Receipt:
    before = held.latest or 0
    late = held.state not in (LeaseState.OPEN, LeaseState.ANSWERED)
    # Places are counted by first answers: what revises one takes its place, or none, by whichever lease it comes.
    surplus, chunk_id = held.first_surplus, held.first_chunk_id
    if not before:
        surplus, chunk_id = late and not _is_wanted(connection, held.item_id), held.chunk_id
    values = {
        "item_id": held.item_id,
        "revision": before + 1,
        "chunk_id": chunk_id,
        "lease_id": held.id if not before else None,
        "surplus": surplus,
        "arm": held.arm,
        "suggestion": held.suggestion,
        "probe": held.probe,
        "evidence": answer.evidence,
    }
    connection.execute(_ANNOTATE, _content(held, answer, now) | values)
    _end(connection, held, answer, LeaseState.ANSWERED, now)
    # A late answer takes a place once more; one that revises an answer given by an older lease needs its place no more.
    if held.qualifying:
        pass
    elif late and before == 0 and not surplus:
        queueing.take_late(connection, held.item_id)
    elif before and held.state == LeaseState.OPEN:
        queueing.give_back(connection, [held.item_id])
    return Receipt.SURPLUS if surplus else Receipt.STORED


def _move_aside(connection: Connection, held: Any) -> None:
    """A late answer whose slot was given to another item meanwhile stands behind the chunk's last slot."""
    if held.state in (LeaseState.OPEN, LeaseState.ANSWERED):
        return
    others = lease.alias("others")
    of_chunk = others.c.chunk_id == held.chunk_id
    in_slot = others.c.state.in_(IN_SLOT)
    taken = select(others.c.id).where(of_chunk, in_slot, others.c.slot == held.slot, others.c.id != held.id).exists()
    behind = select(func.max(others.c.slot) + 1).where(of_chunk).scalar_subquery()
    connection.execute(update(lease).where(lease.c.id == held.id, taken).values(slot=behind))


def _is_wanted(connection: Connection, item_id: int) -> bool:
    row = connection.execute(_WANTED, {"item": item_id}).one()
    return bool(row.golden or row.places > 0)


def _check(answer: Answer) -> None:
    if answer.revision < 1 or len(answer.comment or "") > MAX_COMMENT:
        raise LabelingError("bad_answer", field="comment" if answer.comment else "revision")
    if answer.evidence is not None and not 0 <= answer.evidence <= MAX_EVIDENCE:
        raise LabelingError("bad_answer", field="evidence")
    if answer.seconds is not None and not 0 <= answer.seconds <= MAX_SECONDS:
        raise LabelingError("bad_answer", field="seconds")
