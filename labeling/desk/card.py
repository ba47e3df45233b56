"""What the label card asks for, as one verb: take my answers, close my chunk, show me what lies on my desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, ScalarSelect, Table, and_, bindparam, func, select

from db import schema
from db.types import UtcTime
from db.vocabulary import ChunkKind, PauseReason, Role, Standing, SuggestionPolicy
from labeling.desk import answers as annotate
from labeling.desk import chunks, gates, leases, picking, serving, sides, suggestions
from labeling.desk.answers import Answer, AnswerKind, Receipt
from labeling.desk.chunks import Chunk
from labeling.desk.gates import Progress
from labeling.desk.serving import Leased
from labeling.desk.suggestions import Hint
from labeling.errors import LabelingError
from labeling.projects.projects import Project, lock_project
from labeling.quality.kinds.sides import turned
from labeling.sessions import lives_for, session_parameters

annotation, repeat, membership, person = schema.annotation, schema.repeat, schema.membership, schema.person
chunk = schema.chunk

# Asked at every key press, so they are built once.


def _firsts_of(table: Table) -> ScalarSelect[int]:
    mine = (table.c.project_id == leases.PROJECT) & (table.c.assessor_id == leases.ME)
    since = table.c.created_at >= bindparam("start", type_=UtcTime)
    return select(func.count()).where(mine, since, table.c.revision == 1).scalar_subquery()


# Repeats count in the day: a counter that stands still after one of them would give it away.
_DAY = (_firsts_of(annotation) + _firsts_of(repeat)).label("day")
_OPEN_CHUNK = (chunk.c.project_id == leases.PROJECT, chunk.c.assessor_id == leases.ME, chunk.c.closed_at.is_(None))
# Asked with the lock held, never along with it: whoever waited for the lock would read what stood before.
_SEAT = (
    select(membership.c.standing, membership.c.reason, person.c.active, *chunks.COLUMNS, _DAY)
    .add_columns(leases.OVERDUE.label("overdue"), lives_for(person.c.id).label("lives"))
    .select_from(membership)
    .join(person, person.c.id == membership.c.person_id)
    .outerjoin(chunk, and_(*_OPEN_CHUNK))
    .where(
        membership.c.project_id == leases.PROJECT,
        membership.c.person_id == leases.ME,
        membership.c.role == Role.ASSESSOR,
    )
)


@dataclass(frozen=True)
class _Seat:
    """An assessor at their desk: may they work, what chunk is open, what have they answered since the day began?

    ``overdue``: somebody's lease in this project has run out.
    """

    standing: Standing
    paused_for: PauseReason | None
    chunk: Chunk | None
    day: int
    overdue: bool


class DeskState(StrEnum):
    """Why there is, or isn't, something to label."""

    WORKING = "working"
    CHUNK_DONE = "chunk_done"
    WAITING = "waiting"
    DONE = "done"
    UNPREPARED = "unprepared"
    PAUSED = "paused"
    BANNED = "banned"


@dataclass(frozen=True)
class Acknowledged:
    """What became of one answer, by its token and revision."""

    token: str
    revision: int
    status: Receipt
    error: str | None = None
    # Why it was refused, for its sentence.
    refusal: LabelingError | None = None
    # What junior would have said, where the project shows that after one's own answer.
    suggestion: Hint | None = None


@dataclass(frozen=True)
class Desk:
    """An assessor's desk after their answers were taken."""

    state: DeskState
    acknowledged: list[Acknowledged] = field(default_factory=list)
    items: list[Leased] = field(default_factory=list)
    chunk: Chunk | None = None
    answered: int = 0
    day: int = 0
    next_free: datetime | None = None
    closed: Chunk | None = None
    paused_for: PauseReason | None = None


def work(
    connection: Connection,
    slug: str,
    assessor_id: int,
    *,
    answers: Sequence[Answer] = (),
    close_chunk: int | None = None,
    want: int,
    now: datetime,
    day_start: datetime,
    session: str | None = None,
) -> Desk:
    """Record the answers, close the chunk if asked, and fill the desk up to ``want`` items.

    A paused assessor's answers are still taken, a banned one's are not. ``session`` is the token of whoever sent them from a
    browser: it must live still now that the project is locked. Raises LabelingError ``unknown_project``, ``not_a_member``,
    ``session_ended`` or ``unknown_chunk``; an answer that can't be taken is refused by itself, the others stand.
    """
    project = lock_project(connection, slug)
    seat = _seat(connection, project.id, assessor_id, now, day_start, session)
    if seat.standing is Standing.BANNED:
        return Desk(DeskState.BANNED, [Acknowledged(a.token, a.revision, Receipt.REFUSED) for a in answers])
    taken = [_take(connection, project, assessor_id, answer, now=now) for answer in answers]
    # Counted before these answers: what they add to it is known.
    day = seat.day + sum(is_first for _, is_first in taken)
    if seat.overdue:
        leases.sweep(connection, project, assessor_id, now=now)
    closed = None
    if close_chunk is not None:
        reached = gates.progress(connection, assessor_id, close_chunk)
        if _has_ended(connection, project, reached):
            closed = gates.close(connection, project, reached, now=now)
    if closed:
        # Its gates may have paused them.
        seat = _seat(connection, project.id, assessor_id, now, day_start, session)
    chunk, active, items, done = seat.chunk, seat.standing is Standing.ACTIVE, [], 0
    if chunk is None and want and active:
        chunk = _next_chunk(connection, project, assessor_id, now=now)
    if chunk:
        slots = serving.slots_of(connection, project, chunk, now=now)
        done = serving.answered(slots)
        most = min(want, project.look_ahead + 1)
        items = serving.fill(connection, project, chunk, slots, want=most, now=now) if active else []
    state, free = _state(connection, project, assessor_id, seat.standing, chunk, done, bool(items))
    reason = seat.paused_for if state is DeskState.PAUSED else None
    return Desk(state, [acknowledged for acknowledged, _ in taken], items, chunk, done, day, free, closed, reason)


def remaining(connection: Connection, project_id: int) -> int:
    """How many answers the project still wants of ordinary items: the sum of open places."""
    queue = schema.queue
    total = select(func.coalesce(func.sum(queue.c.places), 0)).where(queue.c.project_id == project_id)
    return int(connection.execute(total.where(picking.FREE, ~queue.c.golden)).scalar_one())


def _take(
    connection: Connection, project: Project, assessor_id: int, answer: Answer, *, now: datetime
) -> tuple[Acknowledged, bool]:
    """What became of an answer, and whether it was the first to its item."""
    try:
        taken = annotate.submit(connection, project, assessor_id, answer, now=now)
    except LabelingError as error:
        return Acknowledged(answer.token, answer.revision, Receipt.REFUSED, error.code, error), False
    shows = project.suggestion_policy in (SuggestionPolicy.AFTER, SuggestionPolicy.EXPERIMENT)
    hint = None
    if shows and answer.revision == 1 and answer.kind is not AnswerKind.SKIP and taken.lease is not None:
        is_turned = sides.sees_turned(project, assessor_id, taken.lease.item_id)
        said = turned(answer.label) if is_turned else answer.label
        _, hint = sides.shown("", suggestions.after_answer(connection, project, taken.lease, said), is_turned=is_turned)
    return Acknowledged(answer.token, answer.revision, taken.receipt, suggestion=hint), taken.is_first


def _seat(
    connection: Connection, project_id: int, assessor_id: int, now: datetime, day_start: datetime, session: str | None
) -> _Seat:
    parameters = {"project": project_id, "me": assessor_id, "now": now, "start": day_start}
    parameters |= session_parameters(session or "", now)
    row = connection.execute(_SEAT, parameters).first()
    if row is None:
        raise LabelingError("not_a_member")
    if session is not None and not row.lives:
        raise LabelingError("session_ended")
    standing = Standing(row.standing) if row.active else Standing.BANNED
    reason = PauseReason(row.reason) if row.reason and standing is Standing.PAUSED else None
    return _Seat(standing, reason, chunks.as_chunk(row) if row.id is not None else None, row.day, row.overdue)


def _next_chunk(connection: Connection, project: Project, assessor_id: int, *, now: datetime) -> Chunk | None:
    if not picking.has_work(connection, project, assessor_id):
        return None
    qualifying = chunks.must_qualify(connection, project, assessor_id)
    if qualifying and _lacks_golden(connection, project, assessor_id):
        return None
    return chunks.open_chunk(connection, project, assessor_id, qualifying=qualifying, now=now)


def _has_ended(connection: Connection, project: Project, reached: Progress) -> bool:
    """Whether all slots of a chunk are done, or nothing is left for it. Any other one is gone on with.

    Who could leave a chunk when they like would draw golden items in each until there are none, and work on unchecked.
    """
    own, held = reached.chunk, reached.held
    if own.closed_at is not None or reached.done >= own.size:
        return True
    if own.kind is ChunkKind.QUALIFICATION:
        return not held and not picking.unseen_golden(connection, project, own.assessor_id)
    waits = picking.next_free(connection, project, own.assessor_id) is not None
    return not (held or waits or picking.has_work(connection, project, own.assessor_id))


def _lacks_golden(connection: Connection, project: Project, assessor_id: int) -> bool:
    """Whether there is too little left for the assessor to qualify on."""
    return picking.unseen_golden(connection, project, assessor_id) < project.qualification_size


def _state(
    connection: Connection,
    project: Project,
    assessor_id: int,
    standing: Standing,
    chunk: Chunk | None,
    done: int,
    holds: bool,
) -> tuple[DeskState, datetime | None]:
    if standing is not Standing.ACTIVE:
        return DeskState.PAUSED, None
    if holds:
        return DeskState.WORKING, None
    if chunk and (done >= chunk.size or chunk.kind is ChunkKind.QUALIFICATION):
        return DeskState.CHUNK_DONE, None
    qualifying = chunk is None and chunks.must_qualify(connection, project, assessor_id)
    if qualifying and _lacks_golden(connection, project, assessor_id):
        return DeskState.UNPREPARED, None
    free = picking.next_free(connection, project, assessor_id)
    if free is not None:
        return DeskState.WAITING, free
    return (DeskState.CHUNK_DONE if chunk and done else DeskState.DONE), None
