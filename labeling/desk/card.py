"""What the label card asks for, as one verb: take my answers, close my chunk, show me what lies on my desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BindParameter, Connection, Integer, ScalarSelect, Table, bindparam, func, select

from db import schema
from db.vocabulary import ChunkKind, PauseReason, Role, Standing, SuggestionPolicy
from labeling.desk import answers as annotate
from labeling.desk import chunks, gates, leases, suggestions
from labeling.desk.answers import Answer, AnswerKind, Receipt
from labeling.desk.chunks import Chunk
from labeling.desk.leases import Leased
from labeling.desk.suggestions import Hint
from labeling.errors import LabelingError
from labeling.projects.projects import Project, lock_project

annotation, repeat, membership, person = schema.annotation, schema.repeat, schema.membership, schema.person

# Asked at every key press, so they are built once.
_ME: BindParameter[int] = bindparam("me", type_=Integer)
_PROJECT: BindParameter[int] = bindparam("project", type_=Integer)
_STANDING = (
    select(membership.c.standing, person.c.active)
    .join(person, person.c.id == membership.c.person_id)
    .where(membership.c.project_id == _PROJECT, membership.c.person_id == _ME, membership.c.role == Role.ASSESSOR)
)


def _firsts_of(table: Table) -> ScalarSelect[int]:
    mine = (table.c.project_id == _PROJECT) & (table.c.assessor_id == _ME)
    since = table.c.created_at >= bindparam("start")
    return select(func.count()).where(mine, since, table.c.revision == 1).scalar_subquery()


# Repeats count in the day: a counter that stands still after one of them would give it away.
_DAY = select(_firsts_of(annotation) + _firsts_of(repeat))


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
) -> Desk:
    """Record the answers, close the chunk if asked, and fill the desk up to ``want`` items.

    A paused assessor's answers are still taken, a banned one's are not. Raises LabelingError ``unknown_project``,
    ``not_a_member`` or ``unknown_chunk``; an answer that can't be taken is refused by itself, the others stand.
    """
    project = lock_project(connection, slug)
    standing = _standing(connection, project.id, assessor_id)
    if standing is Standing.BANNED:
        return Desk(DeskState.BANNED, [Acknowledged(a.token, a.revision, Receipt.REFUSED) for a in answers])
    acknowledged = [_take(connection, project, assessor_id, answer, now=now) for answer in answers]
    leases.sweep(connection, project, assessor_id, now=now)
    closed = None
    if close_chunk is not None:
        closed = gates.close(connection, project, assessor_id, close_chunk, now=now)
        standing = _standing(connection, project.id, assessor_id)
    chunk = chunks.current_chunk(connection, project.id, assessor_id)
    if chunk is None and want and standing is Standing.ACTIVE:
        chunk = _next_chunk(connection, project, assessor_id, now=now)
    items, done = [], 0
    if chunk:
        slots = leases.slots_of(connection, project, chunk, now=now)
        done = leases.answered(slots)
        if standing is Standing.ACTIVE:
            leases.fill(connection, project, chunk, slots, want=min(want, project.look_ahead + 1), now=now)
            items = leases.held_items(connection, project, chunk)
    state, free = _state(connection, project, assessor_id, standing, chunk, done, bool(items))
    day = _count_since(connection, project.id, assessor_id, day_start)
    reason = gates.pause_reason(connection, project.id, assessor_id) if state is DeskState.PAUSED else None
    return Desk(state, acknowledged, items, chunk, done, day, free, closed, reason)


def remaining(connection: Connection, project_id: int) -> int:
    """How many answers the project still wants: the sum of open places."""
    queue = schema.queue
    total = select(func.coalesce(func.sum(queue.c.places), 0)).where(queue.c.project_id == project_id)
    return int(connection.execute(total.where(leases.FREE)).scalar_one())


def has_items(connection: Connection, project_id: int) -> bool:
    """Whether there is anything in the project that could be labeled."""
    found = connection.execute(select(schema.item.c.id).where(schema.item.c.project_id == project_id).limit(1))
    return found.first() is not None


def _take(connection: Connection, project: Project, assessor_id: int, answer: Answer, *, now: datetime) -> Acknowledged:
    try:
        receipt = annotate.submit(connection, project, assessor_id, answer, now=now)
    except LabelingError as error:
        return Acknowledged(answer.token, answer.revision, Receipt.REFUSED, error.code)
    shows = project.suggestion_policy in (SuggestionPolicy.AFTER, SuggestionPolicy.EXPERIMENT)
    hint = None
    if shows and answer.revision == 1 and answer.kind is not AnswerKind.SKIP and receipt is not Receipt.REFUSED:
        hint = suggestions.after_answer(connection, project, answer.token, answer.label)
    return Acknowledged(answer.token, answer.revision, receipt, suggestion=hint)


def _standing(connection: Connection, project_id: int, person_id: int) -> Standing:
    row = connection.execute(_STANDING, {"project": project_id, "me": person_id}).first()
    if row is None:
        raise LabelingError("not_a_member")
    return Standing(row.standing) if row.active else Standing.BANNED


def _next_chunk(connection: Connection, project: Project, assessor_id: int, *, now: datetime) -> Chunk | None:
    if not leases.has_work(connection, project, assessor_id):
        return None
    if _lacks_golden(connection, project, assessor_id):
        return None
    return chunks.open_chunk(connection, project, assessor_id, now=now)


def _lacks_golden(connection: Connection, project: Project, assessor_id: int) -> bool:
    """Whether the assessor would have to qualify and there is nothing left to qualify on."""
    if project.qualification_size == 0 or chunks.is_qualified(connection, project, assessor_id):
        return False
    return leases.unseen_golden(connection, project, assessor_id) < project.qualification_size


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
    if chunk is None and _lacks_golden(connection, project, assessor_id):
        return DeskState.UNPREPARED, None
    free = leases.next_free(connection, project, assessor_id)
    if free is not None:
        return DeskState.WAITING, free
    return (DeskState.CHUNK_DONE if chunk and done else DeskState.DONE), None


def _count_since(connection: Connection, project_id: int, assessor_id: int, start: datetime) -> int:
    facts = {"project": project_id, "me": assessor_id, "start": start}
    return int(connection.execute(_DAY, facts).scalar_one())
