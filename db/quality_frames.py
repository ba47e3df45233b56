"""The votes and golden labels that every figure of quality is made of, as they stood at any moment.

Items go by their ``external_id`` and annotators by the name they have in an export, so that a figure on a page is the
figure of the exported file.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl
from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    case,
    func,
    select,
)

from db import schema
from db.annotations import annotations_of
from db.bulk import UTC_TIME, Schema, bulk
from db.frames import _rows, label_enum, watermark
from db.vocabulary import ChunkOutcome, LeaseState

ASSESSOR, IMPORTED = "assessor:", "import:"
SUSPEND, ACCEPT = "suspend_chunk", "accept_chunk"
ANNOTATORS: Schema = {"assessor": pl.Int64(), "annotator": pl.String(), "name": pl.String()}
_CHUNKS: Schema = {"chunk": pl.Int64(), "ordinal": pl.Int64(), "kind": pl.String(), "open": pl.Boolean()}
_annotation, _chunk, _event, _item = schema.annotation, schema.chunk, schema.audit_event, schema.item
_lease, _person, _golden = schema.lease, schema.person, schema.golden


def votes_schema(labels: pl.Enum) -> Schema:
    """The dtypes of :func:`votes`."""
    return {
        "item": pl.String(),
        "annotator": pl.String(),
        "label": labels,
        "assessor": pl.Int64(),
        "chunk": pl.Int64(),
        "ordinal": pl.Int64(),
        "kind": pl.String(),
        "open": pl.Boolean(),
        "suspended": pl.Boolean(),
        "at": UTC_TIME,
        "seconds": pl.Float64(),
    }


def votes(
    connection: Connection,
    project_id: int,
    *,
    as_of: datetime | None = None,
    suspended: bool = False,
    suggested: bool = False,
) -> pl.DataFrame:
    """VOTES(item, annotator, label Enum) and what is known of each vote, in the order of items and annotators.

    An annotator's vote on an item is their latest revision up to ``as_of`` (now when None). Surplus ones are out, those
    of chunks that stood suspended then unless ``suspended``, and those given with a suggestion on screen unless
    ``suggested``: where that was shown after a first choice, the first choice is the vote. ``label`` is null for
    "unsure"; ``chunk``, ``ordinal``, ``kind`` and ``open`` (not closed yet) for a vote that came in with a file;
    ``seconds`` where nobody measured. ``at`` is in whole seconds.
    """
    labels = label_enum(connection, project_id)
    found = _latest(_answers(connection, project_id, as_of, suggested))
    chunks = _chunks(connection, project_id, as_of)
    if not suspended:
        found = found.join(chunks.filter("suspended").select("chunk"), on="chunk", how="anti")
    # One number for both: sorted twice as fast as two.
    place = pl.col("item") * (pl.col("assessor").max() + 1) + pl.col("assessor")
    return (
        found.select("item", "assessor", "chunk", pl.col("label").replace("", None).cast(labels), "seconds", "at")
        .sort(place)
        .join(_names(connection, project_id, found), on="item", how="left", maintain_order="left")
        .join(annotators(connection), on="assessor", how="left", maintain_order="left")
        .join(chunks, on="chunk", how="left", maintain_order="left")
        .select(
            pl.col("external_id").alias("item"),
            "annotator",
            "label",
            "assessor",
            pl.col("chunk").replace(0, None),
            "ordinal",
            "kind",
            "open",
            pl.col("suspended").fill_null(False),
            pl.col("at").dt.truncate("1s"),
            pl.when(pl.col("seconds") >= 0).then("seconds").alias("seconds"),
        )
    )


def golden(connection: Connection, project_id: int, *, as_of: datetime | None = None) -> pl.DataFrame:
    """GOLDEN(item, label Enum): the golden labels in force at ``as_of``, a retired one gone, in the order of items."""
    return _rulings(connection, _golden, project_id, as_of)


def adjudications(connection: Connection, project_id: int, *, as_of: datetime | None = None) -> pl.DataFrame:
    """ADJUDICATED(item, label Enum): the experts' rulings in force at ``as_of``; one without a label is none."""
    return _rulings(connection, schema.adjudication, project_id, as_of)


def golden_answers(votes: pl.DataFrame, golden: pl.DataFrame) -> pl.DataFrame:
    """GOLDEN_ANSWERS: the rows of :func:`votes` on golden items that may be scored, with ``ruled``, the golden label.

    Left out are "unsure", and chunks that are open still: an answer may change until its chunk closes. The golden
    labels given count, so a new ruling scores old answers anew.
    """
    ruled = golden.select("item", pl.col("label").alias("ruled"))
    settled = votes.filter(pl.col("label").is_not_null(), ~pl.col("open").fill_null(False))
    return settled.join(ruled, on="item", how="inner", maintain_order="left")


def skips(connection: Connection, project_id: int, *, as_of: datetime | None = None) -> pl.DataFrame:
    """SKIPS(annotator, assessor, at): every item that an assessor passed by, up to ``as_of``; repeats are left out."""
    query = select(_lease.c.assessor_id, _lease.c.closed_at).where(
        _lease.c.project_id == project_id, _lease.c.state == LeaseState.SKIPPED.value, ~_lease.c.repeat
    )
    if as_of is not None:
        query = query.where(_lease.c.closed_at <= as_of)
    found = _rows(connection, query, {"assessor": pl.Int64(), "at": UTC_TIME})
    return found.join(annotators(connection), on="assessor", how="left").select("annotator", "assessor", "at")


def annotators(connection: Connection) -> pl.DataFrame:
    """ANNOTATORS: every person of the house by the name that votes in an export have, and by their own."""
    query = select(_person.c.id, _person.c.login, _person.c.name)
    found = _rows(connection, query, ANNOTATORS)
    login = pl.col("annotator")
    named = pl.when(login.str.starts_with(IMPORTED)).then(login.str.strip_prefix(IMPORTED)).otherwise(ASSESSOR + login)
    return found.with_columns(named.alias("annotator"))


def repeats(
    connection: Connection, project_id: int, *, as_of: datetime | None = None, suspended: bool = False
) -> pl.DataFrame:
    """REPEATS(annotator, item, first, second, at, seconds): one's own items that came back, blind, by ``as_of``.

    ``first`` is the answer that stood then, ``second`` the last word of the second time; null is "unsure". Left out are
    chunks that are open still, for an answer may change until its chunk closes, and, unless ``suspended``, where either
    answer's chunk stood suspended.
    """
    again, before, later = schema.repeat, _annotation, schema.repeat.alias("later")
    newer = and_(later.c.lease_id == again.c.lease_id, later.c.revision > again.c.revision)
    query = (
        select(again.c.assessor_id, _item.c.external_id, before.c.label, again.c.label, again.c.created_at)
        .add_columns(again.c.seconds, before.c.chunk_id, _lease.c.chunk_id)
        .join(before, before.c.id == again.c.annotation_id)
        .join(_item, _item.c.id == before.c.item_id)
        .join(_lease, _lease.c.id == again.c.lease_id)
    )
    if as_of is not None:
        newer &= later.c.created_at <= as_of
        query = query.where(again.c.created_at <= as_of)
    in_force = ~select(later.c.lease_id).where(newer).exists()
    query = query.where(again.c.project_id == project_id, in_force).order_by(again.c.lease_id)
    labels = label_enum(connection, project_id)
    wanted = {"item": pl.String(), "first": labels, "second": labels, "at": UTC_TIME, "seconds": pl.Float64()}
    found = _rows(connection, query, {"assessor": pl.Int64(), **wanted, "chunk": pl.Int64(), "back": pl.Int64()})
    chunks = _chunks(connection, project_id, as_of)
    if not suspended:
        aside = chunks.filter("suspended").select("chunk")
        found = found.join(aside, on="chunk", how="anti").join(aside, left_on="back", right_on="chunk", how="anti")
    found = found.join(chunks.filter(~pl.col("open")), left_on="back", right_on="chunk", how="semi")
    return found.join(annotators(connection), on="assessor", how="left").select("annotator", *wanted)


def paused_golden(connection: Connection, project_id: int) -> pl.DataFrame:
    """PAUSED(item): the golden items that are served to nobody until an expert has ruled."""
    queue = schema.queue
    query = select(_item.c.external_id).join(queue, queue.c.item_id == _item.c.id)
    query = query.where(queue.c.project_id == project_id, queue.c.golden, queue.c.paused)
    return _rows(connection, query.order_by(_item.c.id), {"item": pl.String()})


def texts(connection: Connection, project_id: int, items: list[str]) -> pl.DataFrame:
    """TEXTS(item, item_id, text): what these items say, by their external ids; unknown ones are left out."""
    query = select(_item.c.external_id, _item.c.id, _item.c.text).where(
        _item.c.project_id == project_id, _item.c.external_id.in_(items)
    )
    return _rows(connection, query, {"item": pl.String(), "item_id": pl.Int64(), "text": pl.String()})


def explanations(connection: Connection, project_id: int, items: list[str]) -> pl.DataFrame:
    """EXPLANATIONS(item, explanation): why these golden items have the label in force, where somebody said so."""
    later = _golden.alias("later")
    newer = and_(later.c.item_id == _golden.c.item_id, later.c.revision > _golden.c.revision)
    query = select(_item.c.external_id, _golden.c.explanation).join(_item, _item.c.id == _golden.c.item_id)
    query = query.where(_golden.c.project_id == project_id, _item.c.external_id.in_(items), _golden.c.explanation != "")
    query = query.where(~select(later.c.item_id).where(newer).exists())
    return _rows(connection, query, {"item": pl.String(), "explanation": pl.String()})


def quality_mark(connection: Connection, project_id: int) -> tuple[int, ...]:
    """The project's watermark, its newest event (one chunk set aside and another taken back count the same), repeats."""
    newest = select(_event.c.id).where(_event.c.project_id == project_id).order_by(_event.c.id.desc()).limit(1)
    again = select(func.count()).where(schema.repeat.c.project_id == project_id)
    return (*watermark(connection, project_id), *(int(connection.execute(q).scalar() or 0) for q in (newest, again)))


def _answers(connection: Connection, project_id: int, as_of: datetime | None, suggested: bool) -> pl.DataFrame:
    counted = ~pl.col("surplus")
    if as_of is not None:
        counted &= pl.col("at") <= as_of
    if not suggested:
        counted &= ~pl.col("aided")
    return annotations_of(connection, project_id).filter(counted)


def _rulings(connection: Connection, table: Table, project_id: int, as_of: datetime | None) -> pl.DataFrame:
    later = table.alias("later")
    newer = and_(later.c.item_id == table.c.item_id, later.c.revision > table.c.revision)
    query = select(_item.c.external_id, table.c.label).join(_item, _item.c.id == table.c.item_id)
    if as_of is not None:
        newer &= later.c.created_at <= as_of
        query = query.where(table.c.created_at <= as_of)
    in_force = ~select(later.c.item_id).where(newer).exists()
    query = query.where(table.c.project_id == project_id, table.c.label.is_not(None), in_force)
    wanted = {"item": pl.String(), "label": label_enum(connection, project_id)}
    return _rows(connection, query.order_by(table.c.item_id), wanted)


def _latest(found: pl.DataFrame) -> pl.DataFrame:
    """The last revision of each assessor's answer to each item, in no order.

    Few items have more than one of anybody, and only those are looked through.
    """
    again = found.filter(pl.col("revision") > 1)["item"].implode()
    touched = pl.col("item").is_in(again)
    newest = pl.col("revision") == pl.col("revision").max().over("item", "assessor")
    return pl.concat([found.filter(~touched), found.filter(touched).filter(newest)])


def _chunks(connection: Connection, project_id: int, as_of: datetime | None) -> pl.DataFrame:
    """Chunks, ``open`` and ``suspended`` as they stood at ``as_of``: the log remembers, the outcome is today's."""
    closed: ColumnElement[bool] = _chunk.c.closed_at.is_not(None)
    if as_of is not None:
        closed &= _chunk.c.closed_at <= as_of
    columns = (_chunk.c.id, _chunk.c.ordinal, _chunk.c.kind, case((closed, False), else_=True))
    where = _chunk.c.project_id == project_id
    chunks = _rows(connection, select(*columns).where(where), _CHUNKS)
    if as_of is None:
        query = select(_chunk.c.id).where(where, _chunk.c.outcome == ChunkOutcome.SUSPENDED.value)
        aside = set(connection.execute(query).scalars())
    else:
        query = select(_event.c.target, _event.c.verb).where(
            _event.c.project_id == project_id, _event.c.verb.in_([SUSPEND, ACCEPT]), _event.c.created_at <= as_of
        )
        verbs = {int(row.target): row.verb for row in connection.execute(query.order_by(_event.c.id))}
        aside = {chunk for chunk, verb in verbs.items() if verb == SUSPEND}
    return chunks.with_columns(pl.col("chunk").is_in(list(aside)).alias("suspended"))


def _names(connection: Connection, project_id: int, found: pl.DataFrame) -> pl.DataFrame:
    """NAMES(item, external_id) of the items in ``found``."""
    query = select(_item.c.id.label("item"), _item.c.external_id).where(_item.c.project_id == project_id)
    if found.height:
        query = query.where(_item.c.id >= found["item"].min(), _item.c.id <= found["item"].max())
    return bulk(connection, query, {"item": pl.Int64(), "external_id": pl.String()})
