"""Gates that act: a chunk whose golden score is too low is set aside, its assessor paused; the lead can overrule.

Everything is an entry of the audit log and can be undone: suspended answers stay where they are and only stop counting.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Select, bindparam, func, select, update

from db import schema
from db.frames.work import UNCHECKED
from db.vocabulary import ChunkKind, ChunkOutcome, LeaseState, PauseReason, Role, Standing
from labeling.desk.chunks import COLUMNS, Chunk, as_chunk, close_chunk
from labeling.desk.leases import ME
from labeling.errors import LabelingError
from labeling.events import record
from labeling.projects import wanted as queueing
from labeling.projects.projects import Project
from labeling.quality.intervals import wilson
from labeling.roles import check_lead

chunk, membership, annotation, queue = schema.chunk, schema.membership, schema.annotation, schema.queue
lease = schema.lease

_OF_CHUNK = select(func.count()).where(lease.c.chunk_id == chunk.c.id).correlate(chunk)
_DONE = lease.c.state.in_((LeaseState.ANSWERED, LeaseState.SKIPPED))
_IS_GOLDEN = select(queue.c.item_id).where(queue.c.item_id == lease.c.item_id, queue.c.golden).exists()
# An expired qualification is its assessor's alone; any other item that went back is there for whoever is next.
_LIES = (lease.c.state == LeaseState.OPEN) | (
    (lease.c.state == LeaseState.EXPIRED) & (chunk.c.kind == ChunkKind.QUALIFICATION)
)
_PROGRESS = (
    select(*COLUMNS)
    .add_columns(_OF_CHUNK.where(_DONE).scalar_subquery().label("done"))
    .add_columns(_OF_CHUNK.where(_LIES).scalar_subquery().label("held"))
    .add_columns(_OF_CHUNK.where(_DONE, _IS_GOLDEN).scalar_subquery().label("golden"))
    .where(chunk.c.id == bindparam("chunk", type_=Integer), chunk.c.assessor_id == ME)
)


@dataclass(frozen=True)
class GateResult:
    """What a gate makes of a chunk: whether it holds, and the interval that says so (95 % Wilson)."""

    holds: bool
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Progress:
    """A chunk, how many of its slots are ``done`` (answered or passed over), how many leases are ``held`` there or may lie there
    again, and how many of those done were ``golden``."""

    chunk: Chunk
    done: int
    held: int
    golden: int


def judge(project: Project, earned: float, n: int) -> GateResult:
    """A chunk is set aside only when even the upper bound of its mean score on ``n`` golden items lies under the floor.

    ``earned`` is the sum of the scores, right answers where none can be right in part. With few golden items it takes a clear
    failure: 0 of 3 has an upper bound of 0.56, 1 of 3 one of 0.79.
    """
    score = wilson(earned, n)
    return GateResult(score.high is None or score.high >= project.accuracy_floor, score.low, score.high)


def progress(connection: Connection, assessor_id: int, chunk_id: int) -> Progress:
    """How far an own chunk has come. Raises LabelingError ``unknown_chunk``."""
    row = connection.execute(_PROGRESS, {"chunk": chunk_id, "me": assessor_id}).first()
    if row is None:
        raise LabelingError("unknown_chunk")
    return Progress(as_chunk(row), row.done, row.held, row.golden)


def close(connection: Connection, project: Project, reached: Progress, *, now: datetime) -> Chunk:
    """Close a chunk and let the gates act on it, once; says what became of it. Called under the project's lock.

    Where the pool has nothing new for somebody, work goes on, and the audit log says which chunk went short of a check.
    """
    own = reached.chunk
    if own.closed_at is not None:
        return own
    closed = close_chunk(connection, project, own, now=now)
    is_short = reached.done >= own.size and reached.golden < project.golden_per_chunk
    if closed.kind is ChunkKind.WORK and project.golden_per_chunk and (is_short or not closed.golden_n):
        details = {"assessor": own.assessor_id, "golden": reached.golden, "scored": closed.golden_n}
        record(connection, UNCHECKED, str(own.id), now=now, actor=None, project_id=project.id, details=details)
    if closed.kind is ChunkKind.QUALIFICATION:
        if closed.outcome is ChunkOutcome.FAILED and tries_left(connection, project, closed.assessor_id) == 0:
            pause(connection, project.id, closed.assessor_id, PauseReason.QUALIFICATION, now=now, actor=None)
        return closed
    alone = judge(project, closed.golden_score or 0.0, closed.golden_n or 0)
    # Five golden items forgive much; those of all chunks since the last briefing together don't.
    if alone.holds and judge(project, *since_briefing(connection, project.id, own.assessor_id)).holds:
        return closed
    suspended = suspend(connection, project, closed.id, now=now, actor=None)
    pause(connection, project.id, closed.assessor_id, PauseReason.GOLDEN_FLOOR, now=now, actor=None)
    return suspended


def since_briefing(connection: Connection, project_id: int, assessor_id: int) -> tuple[float, int]:
    """The sum of the scores, and how many answers there are on golden items, in the chunks that count and were closed since
    the assessor was let in again after a pause, or ever."""
    earned, n = func.coalesce(func.sum(chunk.c.golden_score), 0.0), func.coalesce(func.sum(chunk.c.golden_n), 0)
    row = connection.execute(select(earned, n).where(*_since_briefing(connection, project_id, assessor_id))).one()
    return float(row[0]), int(row[1])


def suspend_since_briefing(
    connection: Connection, project: Project, assessor_id: int, *, now: datetime, actor: int | None
) -> int:
    """Set aside all of an assessor's chunks that count since the last briefing; says how many.

    Raises LabelingError ``not_allowed``.
    """
    check_lead(connection, project.id, actor)
    query = select(chunk.c.id).where(*_since_briefing(connection, project.id, assessor_id)).order_by(chunk.c.id)
    chunk_ids = list(connection.execute(query).scalars())
    for chunk_id in chunk_ids:
        suspend(connection, project, chunk_id, now=now, actor=actor)
    return len(chunk_ids)


def _since_briefing(connection: Connection, project_id: int, assessor_id: int) -> tuple[ColumnElement[bool], ...]:
    mine = (
        chunk.c.project_id == project_id,
        chunk.c.assessor_id == assessor_id,
        chunk.c.kind == ChunkKind.WORK,
        chunk.c.outcome == ChunkOutcome.ACCEPTED,
    )
    since = connection.execute(_returned(project_id, assessor_id)).scalar()
    return mine if since is None else (*mine, chunk.c.closed_at > since)


def tries_left(connection: Connection, project: Project, assessor_id: int) -> int:
    """How many more times the assessor may try to qualify."""
    failed = select(func.count()).where(
        chunk.c.project_id == project.id, chunk.c.assessor_id == assessor_id, chunk.c.outcome == ChunkOutcome.FAILED
    )
    return max(0, project.qualification_tries - int(connection.execute(failed).scalar_one()))


def suspend(connection: Connection, project: Project, chunk_id: int, *, now: datetime, actor: int | None) -> Chunk:
    """Set a closed chunk aside: its answers stop counting and its items are wanted again.

    Raises LabelingError ``unknown_chunk``, ``chunk_still_open`` or ``not_allowed``.
    """
    return _set_outcome(connection, project, chunk_id, ChunkOutcome.SUSPENDED, "suspend_chunk", now=now, actor=actor)


def overrule(connection: Connection, project: Project, chunk_id: int, *, now: datetime, actor: int | None) -> Chunk:
    """Take a suspended chunk back in; items that others have answered meanwhile keep all their answers.

    Raises LabelingError ``unknown_chunk``, ``chunk_still_open`` or ``not_allowed``.
    """
    return _set_outcome(connection, project, chunk_id, ChunkOutcome.ACCEPTED, "accept_chunk", now=now, actor=actor)


def pause(
    connection: Connection, project_id: int, person_id: int, reason: PauseReason, *, now: datetime, actor: int | None
) -> None:
    """Pause an assessor (their other roles go on); the reason is shown to them and to the lead.

    Raises LabelingError ``not_a_member`` or ``not_allowed``.
    """
    check_lead(connection, project_id, actor)
    _stand(connection, project_id, person_id, Standing.PAUSED, reason)
    record(connection, "pause", str(person_id), now=now, actor=actor, project_id=project_id, details={"reason": reason})


def readmit(connection: Connection, project_id: int, person_id: int, *, now: datetime, actor: int | None) -> None:
    """Let a paused assessor go on. Raises LabelingError ``not_a_member`` or ``not_allowed``."""
    check_lead(connection, project_id, actor)
    _stand(connection, project_id, person_id, Standing.ACTIVE, None)
    record(connection, "readmit", str(person_id), now=now, actor=actor, project_id=project_id)


def pause_reason(connection: Connection, project_id: int, person_id: int) -> PauseReason | None:
    """Why an assessor is paused; None where they aren't."""
    query = select(membership.c.reason).where(*_assessor(project_id, person_id))
    reason = connection.execute(query.where(membership.c.standing == Standing.PAUSED)).scalar()
    return PauseReason(reason) if reason else None


def news_of_return(connection: Connection, project_id: int, assessor_id: int) -> datetime | None:
    """When the assessor was let in again, as long as they have not answered anything since; else None."""
    at = connection.execute(_returned(project_id, assessor_id)).scalar()
    if at is None or pause_reason(connection, project_id, assessor_id) is not None:
        return None
    mine = (annotation.c.project_id == project_id) & (annotation.c.assessor_id == assessor_id)
    since = connection.execute(select(annotation.c.id).where(mine, annotation.c.created_at > at).limit(1))
    return at if since.first() is None and isinstance(at, datetime) else None


def _returned(project_id: int, assessor_id: int) -> Select[Any]:
    """When somebody let the assessor in again, the last time."""
    event = schema.audit_event
    return select(func.max(event.c.created_at)).where(
        event.c.project_id == project_id, event.c.verb == "readmit", event.c.target == str(assessor_id)
    )


def _stand(
    connection: Connection, project_id: int, person_id: int, standing: Standing, reason: PauseReason | None
) -> None:
    values = {"standing": standing, "reason": reason}
    if connection.execute(update(membership).where(*_assessor(project_id, person_id)).values(values)).rowcount == 0:
        raise LabelingError("not_a_member")


def _assessor(project_id: int, person_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        membership.c.project_id == project_id,
        membership.c.person_id == person_id,
        membership.c.role == Role.ASSESSOR,
    )


def _set_outcome(
    connection: Connection,
    project: Project,
    chunk_id: int,
    outcome: ChunkOutcome,
    verb: str,
    *,
    now: datetime,
    actor: int | None,
) -> Chunk:
    check_lead(connection, project.id, actor)
    here = (chunk.c.id == chunk_id) & (chunk.c.project_id == project.id)
    before = connection.execute(select(chunk.c.outcome, chunk.c.closed_at).where(here)).first()
    if before is None:
        raise LabelingError("unknown_chunk")
    if before.closed_at is None:
        raise LabelingError("chunk_still_open")
    changed = connection.execute(update(chunk).where(here).values(outcome=outcome).returning(*COLUMNS)).one()
    answered = select(annotation.c.item_id).where(annotation.c.chunk_id == chunk_id).distinct()
    ordinary = select(queue.c.item_id).where(queue.c.item_id.in_(answered), ~queue.c.golden)
    queueing.give_back(connection, list(connection.execute(ordinary).scalars()))
    details = {"before": before.outcome, "after": outcome}
    record(connection, verb, str(chunk_id), now=now, actor=actor, project_id=project.id, details=details)
    return as_chunk(changed)
