"""Portions of work: opened when there is work, scored on their golden items when they close, explained afterwards."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection, Row, and_, func, insert, select, update

from db import schema
from db.frames.reading import in_force
from db.frames.recoding import recoding
from db.vocabulary import ChunkKind, ChunkOutcome, LabelKind, SuggestionPolicy
from labeling.desk.leases import release_all
from labeling.errors import LabelingError
from labeling.facts.scoring import scoring_of
from labeling.projects.projects import Project, get_project_by_id
from labeling.quality.kinds.score import EXACT

chunk, lease, item, annotation, golden = schema.chunk, schema.lease, schema.item, schema.annotation, schema.golden


@dataclass(frozen=True)
class Chunk:
    """One assessor's open or closed portion. Once it is closed, of its ``golden_n`` answers to golden items ``golden_right``
    are right as a whole, and ``golden_score`` is the sum of how right each is, which the gates go by."""

    id: int
    assessor_id: int
    ordinal: int
    kind: ChunkKind
    size: int
    opened_at: datetime
    closed_at: datetime | None
    outcome: ChunkOutcome | None
    golden_right: int | None
    golden_n: int | None
    golden_score: float | None


@dataclass(frozen=True)
class Mistake:
    """A golden item that was answered otherwise than the expert ruled; shown after its chunk has closed only."""

    item_id: int
    text: str
    given: str
    right: str
    explanation: str


@dataclass(frozen=True)
class Score:
    """Of ``n`` answers to golden items those ``right`` as a whole, and the sum ``earned`` of how right each is, 0 to 1."""

    right: int
    earned: float
    n: int


# Sums of parts may miss a floor by the last digits.
_SAME = 1e-9

COLUMNS = [chunk.c[name] for name in Chunk.__dataclass_fields__]


def must_qualify(connection: Connection, project: Project, assessor_id: int) -> bool:
    """Whether the project asks for a qualification that this assessor hasn't passed yet."""
    passed = select(chunk.c.id).where(
        chunk.c.project_id == project.id, chunk.c.assessor_id == assessor_id, chunk.c.outcome == ChunkOutcome.PASSED
    )
    return project.qualification_size > 0 and connection.execute(passed.limit(1)).first() is None


def open_chunk(connection: Connection, project: Project, assessor_id: int, *, qualifying: bool, now: datetime) -> Chunk:
    """Open the assessor's next chunk: to qualify, or for real work."""
    mine = (chunk.c.project_id == project.id) & (chunk.c.assessor_id == assessor_id)
    values = {
        "project_id": project.id,
        "assessor_id": assessor_id,
        "ordinal": select(func.coalesce(func.max(chunk.c.ordinal), 0) + 1).where(mine).scalar_subquery(),
        "kind": ChunkKind.QUALIFICATION if qualifying else ChunkKind.WORK,
        "size": project.qualification_size if qualifying else project.chunk_size,
        "opened_at": now,
    }
    return as_chunk(connection.execute(insert(chunk).values(values).returning(*COLUMNS)).one())


def chunks_of(connection: Connection, project_id: int, assessor_id: int) -> list[Chunk]:
    """Every chunk of one assessor, the newest first."""
    mine = (chunk.c.project_id == project_id) & (chunk.c.assessor_id == assessor_id)
    rows = connection.execute(select(*COLUMNS).where(mine).order_by(chunk.c.ordinal.desc()))
    return [as_chunk(row) for row in rows]


def close_chunk(connection: Connection, project: Project, opened: Chunk, *, now: datetime) -> Chunk:
    """Close an open chunk: what lies unanswered goes back, the golden items are scored.

    "Unsure" on a golden item counts neither for nor against: an honest doubt must not cost more than a guess.
    """
    release_all(connection, opened.assessor_id, now=now, chunk_id=opened.id)
    scored = _scored(connection, project, opened.id)
    outcome = ChunkOutcome.ACCEPTED
    if opened.kind is ChunkKind.QUALIFICATION:
        passed = scored.n > 0 and scored.earned >= project.accuracy_floor * scored.n - _SAME
        outcome = ChunkOutcome.PASSED if passed else ChunkOutcome.FAILED
    counted = {"golden_right": scored.right, "golden_n": scored.n, "golden_score": scored.earned}
    values = {"closed_at": now, "outcome": outcome} | counted
    closing = update(chunk).where(chunk.c.id == opened.id).values(values)
    return as_chunk(connection.execute(closing.returning(*COLUMNS)).one())


def own_chunk(connection: Connection, assessor_id: int, chunk_id: int) -> Chunk:
    """One of the assessor's own chunks. Raises LabelingError ``unknown_chunk`` where it isn't theirs."""
    own = get_chunk(connection, chunk_id)
    if own is None or own.assessor_id != assessor_id:
        raise LabelingError("unknown_chunk")
    return own


def get_chunk(connection: Connection, chunk_id: int) -> Chunk | None:
    """One chunk by its id, or None."""
    row = connection.execute(select(*COLUMNS).where(chunk.c.id == chunk_id)).first()
    return as_chunk(row) if row else None


def score(connection: Connection, chunk_id: int) -> tuple[float, int]:
    """The sum of how right the answers to golden items of the chunk are, by the golden labels in force, and their number."""
    project_id = connection.execute(select(chunk.c.project_id).where(chunk.c.id == chunk_id)).scalar_one()
    scored = _scored(connection, get_project_by_id(connection, project_id), chunk_id)
    return scored.earned, scored.n


def _scored(connection: Connection, project: Project, chunk_id: int) -> Score:
    answers, is_tree = _golden_answers(connection, chunk_id)
    given = pl.Series([answer.given for answer in answers], dtype=pl.String)
    right = pl.Series([answer.right for answer in answers], dtype=pl.String)
    # Most projects have neither: they close a chunk by no more statements than that.
    may_be_graded = project.kind is not LabelKind.SINGLE or is_tree
    scoring = scoring_of(connection, project) if may_be_graded else EXACT
    earned = math.fsum(scoring.scores(given, right))
    return Score(sum(answer.given == answer.right for answer in answers), earned, len(answers))


def briefing(connection: Connection, assessor_id: int, chunk_id: int) -> list[Mistake]:
    """One's own mistakes on the golden items of a closed chunk, in the order they came.

    Raises LabelingError ``unknown_chunk`` for another's chunk and ``chunk_still_open`` before it has closed.
    """
    own = own_chunk(connection, assessor_id, chunk_id)
    if own.closed_at is None:
        raise LabelingError("chunk_still_open")
    return [answer for answer in _golden_answers(connection, chunk_id)[0] if answer.given != answer.right]


def _golden_answers(connection: Connection, chunk_id: int) -> tuple[list[Mistake], bool]:
    """Each labeled golden item of a chunk, right or not, and whether the project's classes form a tree.

    One that got "unsure" is none, nor is one whose class was split.
    """
    above = select(schema.label_class.c.code).where(
        schema.label_class.c.project_id == annotation.c.project_id, schema.label_class.c.parent.is_not(None)
    )
    query = (
        select(
            annotation.c.project_id,
            annotation.c.item_id,
            item.c.text,
            annotation.c.label.label("given"),
            golden.c.label.label("ruled"),
            golden.c.explanation,
            above.exists().label("is_tree"),
        )
        .select_from(annotation)
        .join(item, item.c.id == annotation.c.item_id)
        .join(golden, golden.c.item_id == annotation.c.item_id)
        .where(annotation.c.chunk_id == chunk_id, annotation.c.label.is_not(None), golden.c.label.is_not(None))
        # Nobody is scored where a wrong suggestion was shown on purpose.
        .where(~and_(annotation.c.probe, annotation.c.arm != SuggestionPolicy.HIDDEN.value))
        .where(in_force(annotation), in_force(golden))
        .order_by(annotation.c.id)
    )
    rows, answers = connection.execute(query).all(), []
    for project_id, item_id, text, *labels, explanation, _ in rows:
        given, ruled = map(recoding(connection, project_id).of, labels)
        if given is not None and ruled is not None:
            answers.append(Mistake(item_id, text, given, ruled, explanation))
    return answers, any(row.is_tree for row in rows)


def as_chunk(row: Row[Any]) -> Chunk:
    """The chunk in a row that has COLUMNS, and may have more."""
    values = {name: row._mapping[name] for name in Chunk.__dataclass_fields__}
    outcome = values["outcome"]
    enums = {"kind": ChunkKind(values["kind"]), "outcome": ChunkOutcome(outcome) if outcome else None}
    return Chunk(**values | enums)
