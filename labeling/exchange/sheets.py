"""What can be exported, as frames: one page of items at a time, all from one snapshot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

import polars as pl
from sqlalchemy import Connection, Integer, Select, Text, cast, func, select

from db import schema
from db.vocabulary import ChunkOutcome, ItemState, LabelSource
from labeling.exchange.verdicts import majority, shares
from labeling.exchange.votes import ASSESSOR, IMPORTED

Schema: TypeAlias = Mapping[str, Any]

PAGE = 10_000
UTC_TIME = pl.Datetime("us", "UTC")

_item, _annotation, _golden = schema.item, schema.annotation, schema.golden
_chunk, _person, _queue = schema.chunk, schema.person, schema.queue

_ITEM = {
    "id": pl.Int64,
    "item": pl.String,
    "text": pl.String,
    "context": pl.String,
    "reference": pl.String,
    "priority": pl.Int64,
    "metadata": pl.String,
    "wanted": pl.Int64,
}
_VOTE = {
    "id": pl.Int64,
    "assessor": pl.Int64,
    "revision": pl.Int64,
    "chunk_id": pl.Int64,
    "label": pl.String,
    "comment": pl.String,
    "flagged": pl.Int64,
    "seconds": pl.Float64,
    "surplus": pl.Int64,
    "created_at": pl.String,
}
_RULING = {"id": pl.Int64, "revision": pl.Int64, "label": pl.String, "explanation": pl.String, "created_at": pl.String}


class What(StrEnum):
    """What an export holds: a row for each item, annotation, golden label, or item with votes."""

    FINAL = "final"
    ANNOTATIONS = "annotations"
    GOLDEN = "golden"
    CONSENSUS = "consensus"


@dataclass(frozen=True)
class Sheets:
    """A project in one snapshot, as of a moment (now when None)."""

    connection: Connection
    project_id: int
    as_of: datetime | None = None

    def columns(self, what: What) -> dict[str, Any]:
        """The columns of one export and their dtypes."""
        if what is What.FINAL:
            return {
                "item": pl.String,
                "text": pl.String,
                "context": pl.String,
                "label": pl.String,
                "source": pl.String,
                "probability": pl.Float64,
                "n": pl.Int64,
                "state": pl.String,
                "reference": pl.String,
                "priority": pl.Int64,
                "metadata": pl.String,
            }
        if what is What.ANNOTATIONS:
            return {
                "item": pl.String,
                "text": pl.String,
                "annotator": pl.String,
                "label": pl.String,
                "unsure": pl.Boolean,
                "revision": pl.Int64,
                "latest": pl.Boolean,
                "comment": pl.String,
                "flagged": pl.Boolean,
                "seconds": pl.Float64,
                "surplus": pl.Boolean,
                "chunk": pl.Int64,
                "created_at": pl.String,
            }
        if what is What.GOLDEN:
            return {"item": pl.String, "text": pl.String, **dict(list(_RULING.items())[2:4]), "revision": pl.Int64} | {
                "created_at": pl.String
            }
        shares = {f"p_{code}": pl.Float64 for code in self.classes()}
        return {"item": pl.String, "label": pl.String, "probability": pl.Float64, "n": pl.Int64, **shares}

    def frames(self, what: What) -> Iterator[pl.DataFrame]:
        """The rows, in the order of the items' import; every frame has exactly :meth:`columns`."""
        for items in self.pages():
            yield self.page(what, items)

    def page(self, what: What, items: pl.DataFrame) -> pl.DataFrame:
        """The rows that these items (one of :meth:`pages`) have in one export."""
        make = {
            What.FINAL: self._final,
            What.ANNOTATIONS: self._annotations,
            What.GOLDEN: self._golden,
            What.CONSENSUS: self._consensus,
        }[what]
        return make(items).select(*(pl.col(name).cast(dtype) for name, dtype in self.columns(what).items()))

    def pages(self) -> Iterator[pl.DataFrame]:
        """The items: ``id`` (of the database), ``item`` (of the file) and their facts."""
        last = 0
        while True:
            query = (
                select(
                    *(_item.c.id, _item.c.external_id, _item.c.text, _item.c.context, _item.c.reference),
                    *(_item.c.priority, cast(_item.c.metadata, Text), _queue.c.wanted),
                )
                .outerjoin(_queue, _queue.c.item_id == _item.c.id)
                # By the primary key: the index of the project would mean to sort a million rows for every page.
                .where(_item.c.id > last, _item.c.project_id + 0 == self.project_id)
                .order_by(_item.c.id)
                .limit(PAGE)
            )
            if self.as_of is not None:
                query = query.where(_item.c.created_at <= self.as_of)
            page = self._read(query, _ITEM)
            if page.is_empty():
                return
            yield page
            last = int(page["id"][-1])

    def count(self, what: What) -> int:
        """At most how many rows there will be; items without votes count for the consensus too."""
        table = {What.ANNOTATIONS: _annotation, What.GOLDEN: _golden}.get(what, _item)
        query = select(func.count()).select_from(table).where(table.c.project_id == self.project_id)
        return int(self.connection.execute(query).scalar_one())

    def classes(self) -> list[str]:
        """The codes of the classes, retired ones too, in their order."""
        table = schema.label_class
        query = select(table.c.code).where(table.c.project_id == self.project_id).order_by(table.c.position)
        return list(self.connection.execute(query).scalars())

    def votes(self, items: pl.DataFrame) -> pl.DataFrame:
        """Every revision of every annotation of these items, with the annotator's name and the chunk's ordinal."""
        columns = (
            *(_annotation.c.item_id, _annotation.c.assessor_id, _annotation.c.revision, _annotation.c.chunk_id),
            *(_annotation.c.label, _annotation.c.comment, cast(_annotation.c.flagged, Integer), _annotation.c.seconds),
            *(cast(_annotation.c.surplus, Integer), self._moment(_annotation.c.created_at)),
        )
        query = self._of(select(*columns), _annotation, items)
        query = query.order_by(_annotation.c.item_id, _annotation.c.assessor_id, _annotation.c.revision)
        found = self._read(query, _VOTE)
        latest = pl.col("revision") == pl.col("revision").max().over("id", "assessor")
        return (
            found.join(items.select("id"), on="id", how="semi", maintain_order="left")
            .with_columns(latest.alias("latest"), _iso("created_at"), pl.col("flagged", "surplus").cast(pl.Boolean))
            .join(self._people(), on="assessor", how="left", maintain_order="left")
            .join(self._chunks(), on="chunk_id", how="left", maintain_order="left")
        )

    def rulings(self, table: Any, items: pl.DataFrame) -> pl.DataFrame:
        """The golden labels or adjudications in force of these items; a ruling without a label is none."""
        reason = table.c.explanation if table is _golden else table.c.rationale
        columns = (table.c.item_id, table.c.revision, table.c.label, reason, self._moment(table.c.created_at))
        found = self._read(self._of(select(*columns), table, items), _RULING)
        latest = pl.col("revision") == pl.col("revision").max().over("id")
        return found.filter(latest).filter(pl.col("label").is_not_null()).with_columns(_iso("created_at"))

    def _final(self, items: pl.DataFrame) -> pl.DataFrame:
        answers = self._live(items)
        consensus = majority(answers.filter(pl.col("label").is_not_null()), self.classes())
        counted = answers.group_by("id").agg(
            pl.len().alias("answers"),
            pl.col("label").drop_nulls().value_counts().struct.field("count").max().alias("top"),
        )
        joined = items.join(consensus.select("id", "label", "probability", "n"), on="id", how="left")
        joined = joined.join(counted, on="id", how="left").rename({"label": "voted"})
        for name, table in (("golden", _golden), ("ruled", schema.adjudication)):
            rulings = self.rulings(table, items).select("id", pl.col("label").alias(name))
            joined = joined.join(rulings, on="id", how="left")
        return joined.sort("id").with_columns(
            pl.coalesce("ruled", "golden", "voted").alias("label"),
            _first(
                ("ruled", LabelSource.ADJUDICATION), ("golden", LabelSource.GOLDEN), ("voted", LabelSource.CONSENSUS)
            ).alias("source"),
            pl.when(pl.coalesce("ruled", "golden").is_null()).then("probability").alias("probability"),
            pl.col("n").fill_null(0),
            _state().alias("state"),
        )

    def _annotations(self, items: pl.DataFrame) -> pl.DataFrame:
        named = items.select("id", "item", "text")
        votes = self.votes(items).with_columns(pl.col("label").is_null().alias("unsure"))
        return votes.join(named, on="id", how="left", maintain_order="left")

    def _golden(self, items: pl.DataFrame) -> pl.DataFrame:
        return self.rulings(_golden, items).join(items.select("id", "item", "text"), on="id").sort("id")

    def _consensus(self, items: pl.DataFrame) -> pl.DataFrame:
        live = self._live(items).filter(pl.col("label").is_not_null())
        classes = self.classes()
        found = majority(live, classes).join(shares(live, classes), on="id")
        return found.join(items.select("id", "item"), on="id").sort("id")

    def _live(self, items: pl.DataFrame) -> pl.DataFrame:
        """The answers that count: in force, wanted, of no suspended chunk."""
        votes = self.votes(items)
        return votes.filter(pl.col("latest") & ~pl.col("surplus") & ~pl.col("suspended").fill_null(False))

    def _people(self) -> pl.DataFrame:
        name = pl.col("login").str.strip_prefix(IMPORTED)
        found = self._read(select(_person.c.id, _person.c.login), {"assessor": pl.Int64, "login": pl.String})
        imported = pl.col("login").str.starts_with(IMPORTED)
        named = pl.when(imported).then(name).otherwise(pl.lit(ASSESSOR) + pl.col("login"))
        return found.select("assessor", named.alias("annotator"))

    def _chunks(self) -> pl.DataFrame:
        suspended = _chunk.c.outcome == ChunkOutcome.SUSPENDED
        if self.as_of is not None:
            suspended &= _chunk.c.closed_at <= self.as_of
        query = select(_chunk.c.id, _chunk.c.ordinal, cast(func.coalesce(suspended, False), Integer))
        columns = {"chunk_id": pl.Int64, "chunk": pl.Int64, "suspended": pl.Int64}
        found = self._read(query.where(_chunk.c.project_id == self.project_id), columns)
        return found.with_columns(pl.col("suspended").cast(pl.Boolean))

    def _of(self, query: Select[Any], table: Any, items: pl.DataFrame) -> Select[Any]:
        query = query.where(table.c.item_id.between(int(items["id"][0]), int(items["id"][-1])))
        return query.where(table.c.created_at <= self.as_of) if self.as_of is not None else query

    def _moment(self, column: Any) -> Any:
        if self.connection.dialect.name == "sqlite":
            return cast(column, Text)
        return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD HH24:MI:SS.US")

    def _read(self, query: Select[Any], columns: Schema) -> pl.DataFrame:
        cursor: Any = self.connection.execute(query).cursor
        # The driver's own tuples: rows of SQLAlchemy cost twice the time of the query.
        return pl.DataFrame(cursor.fetchall(), schema=dict(columns), orient="row")


def _iso(name: str) -> pl.Expr:
    return pl.col(name).str.replace(" ", "T", literal=True) + "Z"


def _first(*sources: tuple[str, LabelSource]) -> pl.Expr:
    return pl.coalesce(pl.when(pl.col(name).is_not_null()).then(pl.lit(source.value)) for name, source in sources)


def _state() -> pl.Expr:
    """As ``labeling.quality.progress.States`` counts them."""
    answers, top = pl.col("answers").fill_null(0), pl.col("top").fill_null(0)
    return (
        pl.when(pl.col("ruled").is_not_null())
        .then(pl.lit(ItemState.ADJUDICATED.value))
        .when(pl.col("golden").is_not_null())
        .then(pl.lit(ItemState.GOLDEN.value))
        .when(answers == 0)
        .then(pl.lit(ItemState.UNLABELED.value))
        .when(answers < pl.col("wanted").fill_null(1))
        .then(pl.lit(ItemState.IN_PROGRESS.value))
        .when(top * 2 > answers)
        .then(pl.lit(ItemState.AGREED.value))
        .otherwise(pl.lit(ItemState.DISPUTED.value))
    )
