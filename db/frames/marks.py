"""Watermarks: two equal ones of one project, and nothing that is derived from its facts has changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ScalarSelect, Select, func, select

from db import schema
from db.frames.work import ACCEPT, SUSPEND
from db.vocabulary import ChunkOutcome

_annotation, _chunk, _event, _item = schema.annotation, schema.chunk, schema.audit_event, schema.item
_SUSPENDED = ChunkOutcome.SUSPENDED.value


def watermark(connection: Connection, project_id: int) -> tuple[int, ...]:
    """What grows with every fact that answers, golden items, rulings, chunks and items are made of."""
    newest_answer = _of(_annotation, project_id).with_only_columns(_annotation.c.id).order_by(_annotation.c.id.desc())
    queries = (
        newest_answer.limit(1),
        # Of the whole house: to ask for one project's would mean to count its items.
        select(func.max(_item.c.id)),
        _of(schema.golden, project_id),
        _of(schema.adjudication, project_id),
        _of(_chunk, project_id),
        _of(_chunk, project_id).where(_chunk.c.closed_at.is_not(None)),
        _of(_chunk, project_id).where(_chunk.c.outcome == _SUSPENDED).add_columns(_changes(project_id)),
    )
    *mark, suspended, changes = _numbers(connection, queries)
    return (*mark, suspended, *_said(changes))


def votes_mark(connection: Connection, project_id: int, as_of: datetime | None = None) -> tuple[int, ...]:
    """What changes with whatever votes and golden labels make of items: answers, golden labels, chunks set aside, classes.

    As of a past moment it is that of the facts up to then: as long as nothing was said between, two moments share one.
    """
    answers = select(func.max(_annotation.c.id)).where(_annotation.c.project_id == project_id)
    outcomes = select(func.max(_event.c.id)).where(
        _event.c.project_id == project_id, _event.c.verb.in_([SUSPEND, ACCEPT])
    )
    golden = _of(schema.golden, project_id)
    # Ids and moments need not come in one order where votes came in with a file.
    counted = 0
    if as_of is not None:
        answers = answers.where(_annotation.c.created_at <= as_of)
        outcomes = outcomes.where(_event.c.created_at <= as_of)
        golden = golden.where(schema.golden.c.created_at <= as_of)
        counted = int(connection.execute(answers.with_only_columns(func.count())).scalar_one())
    queries = (answers, outcomes, golden, _of(schema.label_class, project_id).add_columns(_changes(project_id)))
    *mark, changes = _numbers(connection, queries)
    return (*mark, *_said(changes)) if as_of is None else (*mark, counted, *_said(changes))


def newest_said(connection: Connection, project_id: int) -> tuple[int, int]:
    """The ids of the project's newest answer and of its newest event; 0 before the first."""
    answer, event = (
        select(table.c.id).where(table.c.project_id == project_id).order_by(table.c.id.desc()).limit(1)
        for table in (_annotation, _event)
    )
    return int(connection.execute(answer).scalar() or 0), int(connection.execute(event).scalar() or 0)


def newest_settled(connection: Connection, project_id: int) -> datetime | None:
    """When an expert last spoke: the newest moment of the project's rulings and golden labels."""
    moments = (
        connection.execute(select(func.max(table.c.created_at)).where(table.c.project_id == project_id)).scalar()
        for table in (schema.golden, schema.adjudication)
    )
    return max((moment for moment in moments if moment is not None), default=None)


def quality_mark(connection: Connection, project_id: int) -> tuple[int, ...]:
    """The project's watermark, its newest event (one chunk set aside and another taken back count the same), repeats."""
    newest = select(_event.c.id).where(_event.c.project_id == project_id).order_by(_event.c.id.desc()).limit(1)
    again = select(func.count()).where(schema.repeat.c.project_id == project_id)
    return (*watermark(connection, project_id), *(int(connection.execute(q).scalar() or 0) for q in (newest, again)))


def _numbers(connection: Connection, queries: Sequence[Select[Any]]) -> list[int]:
    return [int(number or 0) for query in queries for number in connection.execute(query).first() or (0,)]


def _changes(project_id: int) -> ScalarSelect[int]:
    return _of(schema.class_change, project_id).scalar_subquery()


def _said(changes: int) -> tuple[int, ...]:
    """How often the classes were changed; nothing where they never were, so that older marks hold."""
    return (changes,) if changes else ()


def _of(table: Any, project_id: int) -> Select[Any]:
    return select(func.count()).select_from(table).where(table.c.project_id == project_id)
