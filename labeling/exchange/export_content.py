"""What can be exported, as frames: one page of items at a time, all from one snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from typing import Any

import polars as pl
from sqlalchemy import Connection, Integer, Select, Text, cast, func, select

from db import schema
from db.frames import work
from db.frames.annotations import aided
from db.frames.reading import in_force
from labeling.facts.consensus import consensus
from labeling.facts.final import final
from labeling.facts.votes import COUNTS
from labeling.projects.projects import Project, get_classes

PAGE = 10_000

_item, _annotation, _golden, _queue = schema.item, schema.annotation, schema.golden, schema.queue

_ITEM = {
    "id": pl.Int64,
    "item": pl.String,
    "text": pl.String,
    "context": pl.String,
    "reference": pl.String,
    "priority": pl.Int64,
    "metadata": pl.String,
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
    "aided": pl.Int64,
    "created_at": pl.String,
}
_RULING = {"id": pl.Int64, "revision": pl.Int64, "label": pl.String, "explanation": pl.String, "created_at": pl.String}
# As ISO 8601 writes it, from the text that databases give.
_CREATED_AT = pl.col("created_at").str.replace(" ", "T", literal=True) + "Z"


class ExportContent(StrEnum):
    """What an export holds: a row for each item, annotation, golden label, or item with votes."""

    FINAL = "final"
    ANNOTATIONS = "annotations"
    GOLDEN = "golden"
    CONSENSUS = "consensus"


_COLUMNS = {
    ExportContent.FINAL: {
        "item": pl.String,
        "text": pl.String,
        "context": pl.String,
        "label": pl.String,
        "source": pl.String,
        "method": pl.String,
        "probability": pl.Float64,
        "n": pl.Int64,
        "state": pl.String,
        "reference": pl.String,
        "priority": pl.Int64,
        "metadata": pl.String,
    },
    ExportContent.ANNOTATIONS: {
        "item": pl.String,
        "text": pl.String,
        "annotator": pl.String,
        "label": pl.String,
        "unsure": pl.Boolean,
        "revision": pl.Int64,
        "latest": pl.Boolean,
        "counts": pl.Boolean,
        "comment": pl.String,
        "flagged": pl.Boolean,
        "seconds": pl.Float64,
        "surplus": pl.Boolean,
        "aided": pl.Boolean,
        "chunk": pl.Int64,
        "created_at": pl.String,
    },
    ExportContent.GOLDEN: {
        "item": pl.String,
        "text": pl.String,
        "label": pl.String,
        "explanation": pl.String,
        "revision": pl.Int64,
        "created_at": pl.String,
    },
    ExportContent.CONSENSUS: {
        "item": pl.String,
        "label": pl.String,
        "method": pl.String,
        "probability": pl.Float64,
        "n": pl.Int64,
    },
}


@dataclass(frozen=True)
class Sheets:
    """A project in one snapshot, as of a moment (now when None)."""

    connection: Connection
    project: Project
    as_of: datetime | None = None

    def columns(self, what: ExportContent) -> dict[str, Any]:
        """The columns of one export and their dtypes."""
        shares = {f"p_{code}": pl.Float64 for code in self._classes} if what is ExportContent.CONSENSUS else {}
        return _COLUMNS[what] | shares

    def frames(self, what: ExportContent) -> Iterator[pl.DataFrame]:
        """The rows, in the order of the items' import; every frame has exactly :meth:`columns`."""
        for items in self.pages():
            yield self.page(what, items)

    def page(self, what: ExportContent, items: pl.DataFrame) -> pl.DataFrame:
        """The rows that these items (one of :meth:`pages`) have in one export."""
        make = {
            ExportContent.FINAL: self._final,
            ExportContent.ANNOTATIONS: self._annotations,
            ExportContent.GOLDEN: self._golden,
            ExportContent.CONSENSUS: self._consensus,
        }[what]
        return make(items).select(*(pl.col(name).cast(dtype) for name, dtype in self.columns(what).items()))

    def pages(self) -> Iterator[pl.DataFrame]:
        """The items: ``id`` (of the database), ``item`` (of the file) and their facts."""
        last = 0
        while True:
            names = ("id", "external_id", "text", "context", "reference", "priority")
            query = (
                select(*(_item.c[name] for name in names), cast(_item.c.metadata, Text))
                # By the primary key: the index of the project would mean to sort a million rows for every page.
                .where(_item.c.id > last, _item.c.project_id + 0 == self.project.id)
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

    def count(self, what: ExportContent) -> int:
        """At most how many rows there will be; items without votes count for the consensus too."""
        table = {ExportContent.ANNOTATIONS: _annotation, ExportContent.GOLDEN: _golden}.get(what, _item)
        query = select(func.count()).select_from(table).where(table.c.project_id == self.project.id)
        return int(self.connection.execute(query).scalar_one())

    def _final(self, items: pl.DataFrame) -> pl.DataFrame:
        return items.join(_part(self._labels, items), on="id", how="left", maintain_order="left")

    def _consensus(self, items: pl.DataFrame) -> pl.DataFrame:
        return _part(self._chances, items)

    def _annotations(self, items: pl.DataFrame) -> pl.DataFrame:
        """Every revision of every annotation; ``counts``: it is a vote, see :mod:`labeling.facts.votes`."""
        columns = (
            *(_annotation.c.item_id, _annotation.c.assessor_id, _annotation.c.revision, _annotation.c.chunk_id),
            *(_annotation.c.label, _annotation.c.comment, cast(_annotation.c.flagged, Integer), _annotation.c.seconds),
            *(cast(_annotation.c.surplus, Integer), cast(aided(), Integer), self._moment(_annotation.c.created_at)),
        )
        query = self._of(select(*columns), _annotation, items)
        query = query.order_by(_annotation.c.item_id, _annotation.c.assessor_id, _annotation.c.revision)
        latest = pl.col("revision") == pl.col("revision").max().over("id", "assessor")
        return (
            self._read(query, _VOTE)
            .join(items.select("id", "item", "text"), on="id", how="inner", maintain_order="left")
            .with_columns(
                _CREATED_AT,
                pl.col("flagged", "surplus", "aided").cast(pl.Boolean),
                latest.alias("latest"),
                pl.col("label").is_null().alias("unsure"),
            )
            .join(self._people, on="assessor", how="left", maintain_order="left")
            .join(self._chunks, on="chunk_id", how="left", maintain_order="left")
            .with_columns(pl.col("suspended").fill_null(False))
            .with_columns((pl.col("latest") & COUNTS).alias("counts"))
        )

    def _golden(self, items: pl.DataFrame) -> pl.DataFrame:
        columns = (_golden.c.item_id, _golden.c.revision, _golden.c.label, _golden.c.explanation)
        query = select(*columns, self._moment(_golden.c.created_at)).where(
            _golden.c.label.is_not(None), in_force(_golden, self.as_of)
        )
        rulings = self._read(self._of(query, _golden, items), _RULING).with_columns(_CREATED_AT)
        return rulings.join(items.select("id", "item", "text"), on="id").sort("id")

    @cached_property
    def _labels(self) -> pl.DataFrame:
        return final(self.connection, self.project, as_of=self.as_of).rename({"item_id": "id"}).drop("item")

    @cached_property
    def _chances(self) -> pl.DataFrame:
        agreed = consensus(self.connection, self.project, as_of=self.as_of)
        return agreed.with_chances(self._classes).rename({"item_id": "id"})

    @cached_property
    def _classes(self) -> list[str]:
        """The codes of the classes, retired ones too, in their order."""
        return [entry.code for entry in get_classes(self.connection, self.project.id, retired=True)]

    @cached_property
    def _people(self) -> pl.DataFrame:
        return work.annotators(self.connection).select("assessor", "annotator")

    @cached_property
    def _chunks(self) -> pl.DataFrame:
        states = work.chunk_states(self.connection, self.project.id, self.as_of)
        return states.select(pl.col("chunk").alias("chunk_id"), pl.col("ordinal").alias("chunk"), "kind", "suspended")

    def _of(self, query: Select[Any], table: Any, items: pl.DataFrame) -> Select[Any]:
        query = query.where(table.c.item_id.between(int(items["id"][0]), int(items["id"][-1])))
        return query.where(table.c.created_at <= self.as_of) if self.as_of is not None else query

    def _moment(self, column: Any) -> Any:
        if self.connection.dialect.name == "sqlite":
            return cast(column, Text)
        return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD HH24:MI:SS.US")

    def _read(self, query: Select[Any], columns: dict[str, Any]) -> pl.DataFrame:
        cursor: Any = self.connection.execute(query).cursor
        # The driver's own tuples: rows of SQLAlchemy cost twice the time of the query.
        return pl.DataFrame(cursor.fetchall(), schema=columns, orient="row")


def _part(rows: pl.DataFrame, items: pl.DataFrame) -> pl.DataFrame:
    """Of ROWS, which are in the order of ids, those of a page of items."""
    first = rows["id"].search_sorted(int(items["id"][0]), side="left")
    last = rows["id"].search_sorted(int(items["id"][-1]), side="right")
    return rows.slice(first, last - first)
