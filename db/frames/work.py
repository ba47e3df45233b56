"""Who is at work and how it goes: people, chunks, what was passed over and what came back."""

from __future__ import annotations

from datetime import datetime

import polars as pl
from sqlalchemy import ColumnClause, ColumnElement, Connection, case, func, literal_column, select

from db import schema
from db.frames.reading import UTC_TIME, Schema, in_force, label_type, rows
from db.frames.recoding import recoding
from db.vocabulary import ChunkOutcome, LeaseState, Role

ASSESSOR, IMPORTED = "assessor:", "import:"
SUSPEND, ACCEPT = "suspend_chunk", "accept_chunk"
# A chunk whose labels no golden item, or too few, has checked.
UNCHECKED = "unchecked_chunk"
ANNOTATORS: Schema = {"assessor": pl.Int64(), "annotator": pl.String(), "name": pl.String()}
CHUNKS: Schema = {
    "chunk": pl.Int64(),
    "assessor": pl.Int64(),
    "name": pl.String(),
    "ordinal": pl.Int64(),
    "kind": pl.String(),
    "size": pl.Int64(),
    "opened_at": UTC_TIME,
    "closed_at": UTC_TIME,
    "outcome": pl.String(),
}
WORKERS: Schema = {
    "assessor": pl.Int64(),
    "login": pl.String(),
    "name": pl.String(),
    "standing": pl.String(),
    "leases": pl.Int64(),
    "last_answer": UTC_TIME,
    "seen_at": UTC_TIME,
}
TODAY: Schema = {"assessor": pl.Int64(), "seconds": pl.Float64()}
_STATES: Schema = {"chunk": pl.Int64(), "ordinal": pl.Int64(), "kind": pl.String(), "open": pl.Boolean()}

_annotation, _chunk, _event, _item = schema.annotation, schema.chunk, schema.audit_event, schema.item
_lease, _member, _person, _repeat = schema.lease, schema.membership, schema.person, schema.repeat
# A partial index serves a query only where its condition stands word for word.
OPEN: ColumnClause[bool] = literal_column("lease.state = 'open'")


def annotators(connection: Connection) -> pl.DataFrame:
    """ANNOTATORS: every person of the house by the name that votes in an export have, and by their own."""
    people = rows(connection, select(_person.c.id, _person.c.login, _person.c.name), ANNOTATORS)
    login = pl.col("annotator")
    named = pl.when(login.str.starts_with(IMPORTED)).then(login.str.strip_prefix(IMPORTED)).otherwise(ASSESSOR + login)
    return people.with_columns(named.alias("annotator"))


def chunks(
    connection: Connection, project_id: int, assessor_id: int | None = None, *, newest: int | None = None
) -> pl.DataFrame:
    """CHUNKS, the newest first: of one assessor where asked, at most ``newest`` where asked."""
    columns = [_chunk.c.id, _chunk.c.assessor_id, _person.c.name, *(_chunk.c[name] for name in list(CHUNKS)[3:])]
    query = (
        select(*columns).join(_person, _person.c.id == _chunk.c.assessor_id).where(_chunk.c.project_id == project_id)
    )
    if assessor_id is not None:
        query = query.where(_chunk.c.assessor_id == assessor_id)
    return rows(connection, query.order_by(_chunk.c.opened_at.desc(), _chunk.c.id.desc()).limit(newest), CHUNKS)


def chunk_states(connection: Connection, project_id: int, as_of: datetime | None = None) -> pl.DataFrame:
    """STATES(chunk, ordinal, kind, open, suspended) as they stood: the log remembers, the outcome is today's."""
    closed: ColumnElement[bool] = _chunk.c.closed_at.is_not(None)
    where = _chunk.c.project_id == project_id
    if as_of is not None:
        closed &= _chunk.c.closed_at <= as_of
        where &= _chunk.c.opened_at <= as_of
    columns = (_chunk.c.id, _chunk.c.ordinal, _chunk.c.kind, case((closed, False), else_=True))
    states = rows(connection, select(*columns).where(where), _STATES)
    aside = pl.col("chunk").is_in(list(_suspended(connection, project_id, as_of)))
    return states.with_columns(aside.alias("suspended"))


def _suspended(connection: Connection, project_id: int, as_of: datetime | None) -> set[int]:
    if as_of is None:
        aside = (_chunk.c.project_id == project_id) & (_chunk.c.outcome == ChunkOutcome.SUSPENDED.value)
        return set(connection.execute(select(_chunk.c.id).where(aside)).scalars())
    query = select(_event.c.target, _event.c.verb).where(
        _event.c.project_id == project_id, _event.c.verb.in_([SUSPEND, ACCEPT]), _event.c.created_at <= as_of
    )
    last = {int(row.target): row.verb for row in connection.execute(query.order_by(_event.c.id))}
    return {chunk for chunk, verb in last.items() if verb == SUSPEND}


def chunks_judged(connection: Connection, project_id: int, after: int, until: int) -> pl.DataFrame:
    """(chunk, person): the chunks that were set aside or taken back in by the events ``after`` one ``until`` another.

    ``person`` is null for the gate and for commands.
    """
    query = select(_event.c.target, _event.c.person_id).where(
        _event.c.project_id == project_id,
        _event.c.verb.in_([SUSPEND, ACCEPT]),
        _event.c.id > after,
        _event.c.id <= until,
    )
    judged = [(int(row.target), row.person_id) for row in connection.execute(query)]
    return pl.DataFrame(judged, schema={"chunk": pl.Int64, "person": pl.Int64}, orient="row")


def workers(connection: Connection, project_id: int, *, now: datetime) -> pl.DataFrame:
    """WORKERS: every assessor of the project, with the items on their desk and when they were last heard of."""
    sign_in = schema.sign_in
    held = select(_lease.c.assessor_id, func.count().label("leases")).where(
        _lease.c.project_id == project_id, OPEN, _lease.c.expires_at > now
    )
    on_desk = held.group_by(_lease.c.assessor_id).subquery()
    mine = (_annotation.c.project_id == project_id) & (_annotation.c.assessor_id == _person.c.id)
    last = select(func.max(_annotation.c.created_at)).where(mine, _annotation.c.chunk_id.is_not(None))
    last_seen = select(func.max(sign_in.c.seen_at)).where(sign_in.c.person_id == _person.c.id)
    query = (
        select(
            _person.c.id,
            _person.c.login,
            _person.c.name,
            _member.c.standing,
            func.coalesce(on_desk.c.leases, 0),
            last.correlate(_person).scalar_subquery(),
            last_seen.correlate(_person).scalar_subquery(),
        )
        .join(_member, _member.c.person_id == _person.c.id)
        .outerjoin(on_desk, on_desk.c.assessor_id == _person.c.id)
        .where(_member.c.project_id == project_id, _member.c.role == Role.ASSESSOR.value)
        .order_by(_person.c.login)
    )
    return rows(connection, query, WORKERS)


def answers_since(connection: Connection, project_id: int, since: datetime) -> pl.DataFrame:
    """TODAY(assessor, seconds): every item that a present assessor answered here from ``since`` on, once."""
    present = select(_member.c.person_id).where(
        _member.c.project_id == project_id, _member.c.role == Role.ASSESSOR.value
    )
    query = select(_annotation.c.assessor_id, _annotation.c.seconds).where(
        _annotation.c.project_id == project_id,
        _annotation.c.assessor_id.in_(present),
        _annotation.c.created_at >= since,
        _annotation.c.revision == 1,
        _annotation.c.chunk_id.is_not(None),
    )
    return rows(connection, query, TODAY)


def skips(connection: Connection, project_id: int, *, as_of: datetime | None = None) -> pl.DataFrame:
    """SKIPS(annotator, assessor, at): every item that an assessor passed by, up to ``as_of``; repeats are left out."""
    query = select(_lease.c.assessor_id, _lease.c.closed_at).where(
        _lease.c.project_id == project_id, _lease.c.state == LeaseState.SKIPPED.value, ~_lease.c.repeat
    )
    if as_of is not None:
        query = query.where(_lease.c.closed_at <= as_of)
    skipped = rows(connection, query, {"assessor": pl.Int64(), "at": UTC_TIME})
    return skipped.join(annotators(connection), on="assessor", how="left").select("annotator", "assessor", "at")


def repeats(connection: Connection, project_id: int, as_of: datetime | None = None) -> pl.DataFrame:
    """REPEATS(assessor, lease, item, first, second, at, seconds, chunk, back): one's own items that came back, blind.

    ``first`` is the answer that stood then, given in ``chunk``; ``second`` the last word of the second time, in ``back``;
    null is "unsure". What doesn't say which class any more, on either side, is left out.
    """
    labels = label_type(connection, project_id)
    query = (
        select(_repeat.c.assessor_id, _repeat.c.lease_id, _item.c.external_id, _annotation.c.label, _repeat.c.label)
        .add_columns(_repeat.c.created_at, _repeat.c.seconds, _annotation.c.chunk_id, _lease.c.chunk_id)
        .join(_annotation, _annotation.c.id == _repeat.c.annotation_id)
        .join(_item, _item.c.id == _annotation.c.item_id)
        .join(_lease, _lease.c.id == _repeat.c.lease_id)
        .where(_repeat.c.project_id == project_id, in_force(_repeat, as_of))
        .order_by(_repeat.c.lease_id)
    )
    who = {"assessor": pl.Int64(), "lease": pl.Int64(), "item": pl.String()}
    answer = {"first": pl.String(), "second": pl.String(), "at": UTC_TIME, "seconds": pl.Float64()}
    given = rows(connection, query, {**who, **answer, "chunk": pl.Int64(), "back": pl.Int64()})
    by = recoding(connection, project_id)
    told = given.filter(~by.lost(given["first"]) & ~by.lost(given["second"])) if by else given
    return by.labels(told, "first", "second").cast({"first": labels, "second": labels})


def unchecked(connection: Connection, project_id: int) -> int:
    """How many chunks were closed without golden items, or with fewer than the project asks for."""
    event = schema.audit_event
    query = select(func.count()).where(event.c.project_id == project_id, event.c.verb == UNCHECKED)
    return int(connection.execute(query).scalar_one())
