"""Objections to golden labels: raised from the briefing, ruled by an expert; doubtful items are paused meanwhile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, insert, select, update

from db import schema
from db.frames.recoding import recoding
from db.vocabulary import ContestOutcome
from labeling.desk import chunks, golden
from labeling.errors import LabelingError
from labeling.events import record
from labeling.projects import wanted as queueing
from labeling.projects.projects import Project
from labeling.roles import check_expert

contest, annotation = schema.contest, schema.annotation

MAX_ARGUMENT = 2_000


@dataclass(frozen=True)
class Contest:
    """One objection; ``given`` is what its assessor had answered, ``ruled`` the golden label it objects to."""

    id: int
    item_id: int
    text: str
    assessor_id: int
    given: str | None
    ruled: str | None
    argument: str
    created_at: datetime
    outcome: ContestOutcome | None
    reply: str


@dataclass(frozen=True)
class Rescored:
    """A chunk whose golden score a new ruling has changed: what its answers had earned, and of how many, before and after."""

    chunk_id: int
    assessor_id: int
    before: tuple[float, int]
    after: tuple[float, int]


def raise_contest(
    connection: Connection, project: Project, assessor_id: int, item_id: int, argument: str, *, now: datetime
) -> int:
    """Object to a golden label one was briefed on; the item is paused until an expert has ruled.

    Raises LabelingError ``empty_argument``, ``chunk_still_open``, ``unknown_item`` or ``contested_already``.
    """
    if not argument.strip() or len(argument) > MAX_ARGUMENT:
        raise LabelingError("empty_argument", most=MAX_ARGUMENT)
    chunk_id = _briefed_chunk(connection, project, assessor_id, item_id)
    revision, _ = _golden(connection, item_id)
    same = (contest.c.item_id == item_id) & (contest.c.golden_revision == revision)
    if connection.execute(select(contest.c.id).where(same, contest.c.assessor_id == assessor_id)).first():
        raise LabelingError("contested_already")
    values = {
        "project_id": project.id,
        "item_id": item_id,
        "golden_revision": revision,
        "assessor_id": assessor_id,
        "chunk_id": chunk_id,
        "argument": argument.strip(),
        "created_at": now,
    }
    contest_id = connection.execute(insert(contest).values(values).returning(contest.c.id)).scalar_one()
    queueing.pause(connection, [item_id], paused=True)
    record(connection, "contest", str(item_id), now=now, actor=assessor_id, project_id=project.id)
    return int(contest_id)


def rule(
    connection: Connection,
    project: Project,
    contest_id: int,
    *,
    label: str | None,
    reply: str,
    now: datetime,
    actor: int | None,
) -> list[Rescored]:
    """An expert's word on an objection: another ``label`` (None retires the item) upholds it, the same one rejects it.

    A new label is a new golden revision, and every answer ever given to the item is scored again; says which chunks'
    scores changed. Raises LabelingError ``unknown_contest``, ``contest_ruled``, ``unknown_label`` or
    ``not_allowed``.
    """
    check_expert(connection, project.id, actor)
    row = connection.execute(select(contest).where(contest.c.id == contest_id)).first()
    if row is None or row.project_id != project.id:
        raise LabelingError("unknown_contest")
    if row.outcome is not None:
        raise LabelingError("contest_ruled")
    _, golden_label = _golden(connection, row.item_id)
    by = recoding(connection, project.id)
    is_same = label == by.of(golden_label) if label else golden_label is None
    outcome = ContestOutcome.REJECTED if is_same else ContestOutcome.UPHELD
    touched = _chunks_with(connection, row.item_id)
    before = {chunk_id: chunks.score(connection, chunk_id) for chunk_id, _ in touched}
    if outcome is ContestOutcome.UPHELD:
        golden.appoint(connection, project, row.item_id, label, explanation=reply, now=now, actor=actor)
    # One ruling answers everybody who objected to the same revision.
    same = (contest.c.item_id == row.item_id) & (contest.c.golden_revision == row.golden_revision)
    values = {"outcome": outcome, "reply": reply, "ruled_by": actor, "ruled_at": now}
    connection.execute(update(contest).where(same, contest.c.outcome.is_(None)).values(values))
    queueing.pause(connection, [row.item_id], paused=False)
    details = {"outcome": outcome, "label": label}
    record(connection, "rule_contest", str(contest_id), now=now, actor=actor, project_id=project.id, details=details)
    return [
        Rescored(chunk_id, assessor_id, before[chunk_id], after)
        for chunk_id, assessor_id in touched
        if (after := chunks.score(connection, chunk_id)) != before[chunk_id]
    ]


def open_contests(connection: Connection, project_id: int) -> list[Contest]:
    """Objections that wait for an expert, the oldest first."""
    return _contests(connection, (contest.c.project_id == project_id) & contest.c.outcome.is_(None))


def contests_of(connection: Connection, project_id: int, assessor_id: int) -> list[Contest]:
    """One assessor's objections and what came of them."""
    return _contests(connection, (contest.c.project_id == project_id) & (contest.c.assessor_id == assessor_id))


def pause_item(
    connection: Connection, project: Project, item_id: int, *, paused: bool, now: datetime, actor: int | None
) -> None:
    """Take a golden item out of serving for now, or put it back; its label and its past scores stay.

    Raises LabelingError ``not_allowed``.
    """
    check_expert(connection, project.id, actor)
    queueing.pause(connection, [item_id], paused=paused)
    verb = "pause_golden" if paused else "resume_golden"
    record(connection, verb, str(item_id), now=now, actor=actor, project_id=project.id)


def _contests(connection: Connection, where: ColumnElement[bool]) -> list[Contest]:
    latest = annotation.alias("latest")
    given = (
        select(latest.c.label)
        .where(latest.c.item_id == contest.c.item_id, latest.c.assessor_id == contest.c.assessor_id)
        .order_by(latest.c.revision.desc())
        .limit(1)
        .scalar_subquery()
    )
    ruled = schema.golden
    query = (
        select(
            contest.c.project_id,
            contest.c.id,
            contest.c.item_id,
            schema.item.c.text,
            contest.c.assessor_id,
            given.label("given"),
            ruled.c.label.label("ruled"),
            contest.c.argument,
            contest.c.created_at,
            contest.c.outcome,
            contest.c.reply,
        )
        .join(schema.item, schema.item.c.id == contest.c.item_id)
        .join(ruled, (ruled.c.item_id == contest.c.item_id) & (ruled.c.revision == contest.c.golden_revision))
        .where(where)
        .order_by(contest.c.id)
    )
    rows = [dict(row._mapping) for row in connection.execute(query)]
    for row in rows:
        by = recoding(connection, row.pop("project_id"))
        # One that doesn't say which class any more is told as it was given.
        row |= {name: by.of(row[name]) or row[name] for name in ("given", "ruled")}
    return [Contest(**row | {"outcome": row["outcome"] and ContestOutcome(row["outcome"])}) for row in rows]


def _briefed_chunk(connection: Connection, project: Project, assessor_id: int, item_id: int) -> int:
    query = select(annotation.c.chunk_id).where(
        annotation.c.project_id == project.id,
        annotation.c.item_id == item_id,
        annotation.c.assessor_id == assessor_id,
        annotation.c.chunk_id.is_not(None),
    )
    chunk_id = connection.execute(query.limit(1)).scalar()
    if chunk_id is None or _golden(connection, item_id)[1] is None:
        raise LabelingError("unknown_item", item=item_id)
    chunk = chunks.get_chunk(connection, chunk_id)
    if chunk is None or chunk.closed_at is None:
        raise LabelingError("chunk_still_open")
    return int(chunk_id)


def _chunks_with(connection: Connection, item_id: int) -> list[tuple[int, int]]:
    query = select(annotation.c.chunk_id, annotation.c.assessor_id).where(
        annotation.c.item_id == item_id, annotation.c.chunk_id.is_not(None)
    )
    return [(int(row.chunk_id), int(row.assessor_id)) for row in connection.execute(query.distinct())]


def _golden(connection: Connection, item_id: int) -> tuple[int, str | None]:
    """The newest revision of an item's golden label, and the label; (0, None) where it never had one."""
    table = schema.golden.c
    query = select(table.revision, table.label).where(table.item_id == item_id).order_by(table.revision.desc())
    row = connection.execute(query.limit(1)).first()
    return (row.revision, row.label) if row else (0, None)
