"""A project as tables for export: one page of items at a time, all from one snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import polars as pl
from sqlalchemy import Connection, Integer, Select, Text, cast, func, select

from db import schema
from db.frames import work
from db.frames.annotations import aided
from db.frames.reading import in_force
from db.frames.recoding import Recoding, recoding
from db.vocabulary import LabelKind, LabelSource
from labeling.exchange.export_content import COLUMNS, PRESSED, ExportContent
from labeling.exchange.export_options import EVERYTHING, ExportOptions
from labeling.exchange.label_columns import says
from labeling.exchange.sheet_rows import GUESS, ITEM, RULING, VOTE
from labeling.exchange.turn_lists import turn_lists
from labeling.facts.consensus import consensus
from labeling.facts.final import final
from labeling.facts.preferences import swapped
from labeling.facts.votes import COUNTS
from labeling.projects.classes import LabelClass, get_classes
from labeling.projects.projects import Project

PAGE = 10_000

_item, _annotation, _golden, _repeat = schema.item, schema.annotation, schema.golden, schema.repeat
_suggestion, _prompt = schema.suggestion, schema.prompt

# As ISO 8601 writes it, from the text that databases give.
_CREATED_AT = pl.col("created_at").str.replace(" ", "T", literal=True) + "Z"


@dataclass(frozen=True)
class Sheets:
    """A project in one snapshot, as of a moment (now when None), and of it the items that the options ask for.

    ``labels`` are FINAL to be written instead of that of then; they say which items there are, too.
    """

    connection: Connection
    project: Project
    as_of: datetime | None = None
    options: ExportOptions = EVERYTHING
    labels: pl.DataFrame | None = None

    def columns(self, what: ExportContent, *, soft: bool = False) -> dict[str, Any]:
        """The columns of one export and their dtypes; ``soft`` adds a share ``p_`` of each class to final labels.

        Annotations of pairs have ``swapped``, whether the second candidate stood first, and where classes were changed
        :data:`labeling.exchange.export_content.PRESSED` as well.
        """
        has_shares = what is ExportContent.CONSENSUS or (soft and what is ExportContent.FINAL)
        more: dict[str, Any] = {f"p_{code}": pl.Float64 for code in self.classes} if has_shares else {}
        if what is ExportContent.ANNOTATIONS:
            # Which place a candidate had is a matter of pairs alone.
            more |= {"swapped": pl.Boolean} if self.project.kind is LabelKind.PAIR else {}
            more |= {PRESSED: pl.String} if self._by else {}
        return COLUMNS[what] | more

    def frames(self, what: ExportContent, *, soft: bool = False, turns: bool = False) -> Iterator[pl.DataFrame]:
        """The rows, in the order of the items' import; every frame has exactly :meth:`columns`, and with ``turns`` one more
        where there are texts, of the same name: the turns of conversations as JSON, null of other texts."""
        for items in self.pages():
            rows = self.page(what, items, soft=soft)
            yield rows.join(turn_lists(items), on="item", how="left", maintain_order="left") if turns else rows

    def page(self, what: ExportContent, items: pl.DataFrame, *, soft: bool = False) -> pl.DataFrame:
        """The rows that these items (one of :meth:`pages`) have in one export."""
        make = {
            ExportContent.FINAL: self._soft if soft else self._final,
            ExportContent.ANNOTATIONS: self._annotations,
            ExportContent.GOLDEN: self._golden,
            ExportContent.CONSENSUS: self._consensus,
            ExportContent.SUGGESTIONS: self._suggestions,
            ExportContent.REPEATS: self._repeats,
        }[what]
        columns = self.columns(what, soft=soft)
        return make(items).select(*(pl.col(name).cast(dtype) for name, dtype in columns.items()))

    def pages(self) -> Iterator[pl.DataFrame]:
        """The items: ``id`` (of the database), ``item`` (of the file) and their facts."""
        last = 0
        while True:
            names = ("id", "external_id", "text", "context", "reference", "priority")
            query = (
                select(*(_item.c[name] for name in names), cast(_item.c.metadata, Text), _item.c.form)
                # By the primary key: the index of the project would mean to sort a million rows for every page.
                .where(_item.c.id > last, _item.c.project_id + 0 == self.project.id)
                .order_by(_item.c.id)
                .limit(PAGE)
            )
            if self.as_of is not None:
                query = query.where(_item.c.created_at <= self.as_of)
            page = self._read(query, ITEM)
            if page.is_empty():
                return
            last = int(page["id"][-1])
            if self.labels is not None:
                page = page.join(self._labels.select("id"), on="id", how="semi", maintain_order="left")
            wanted = self._wanted(page) if self.options.is_of_some and not page.is_empty() else page
            if not wanted.is_empty():
                yield wanted

    def final_of(self, items: pl.DataFrame) -> pl.DataFrame:
        """FINAL of these items (one of :meth:`pages`), with their facts beside it."""
        return self._final(items)

    def chances_of(self, items: pl.DataFrame) -> pl.DataFrame:
        """What the votes on these items make probable: ``item``, and ``p_`` and its code for each class."""
        return _part(self._chances, items)

    def count(self, what: ExportContent) -> int:
        """At most how many rows there will be; items without votes count for the consensus too."""
        tables = {ExportContent.ANNOTATIONS: _annotation, ExportContent.GOLDEN: _golden, ExportContent.REPEATS: _repeat}
        table = (tables | {ExportContent.SUGGESTIONS: _suggestion}).get(what, _item)
        query = select(func.count()).select_from(table).where(table.c.project_id == self.project.id)
        return int(self.connection.execute(query).scalar_one())

    def _final(self, items: pl.DataFrame) -> pl.DataFrame:
        return items.join(_part(self._labels, items), on="id", how="left", maintain_order="left")

    def _soft(self, items: pl.DataFrame) -> pl.DataFrame:
        """Final labels with the share of each class: by votes, or all of it where an expert's word stands."""
        chances = _part(self._chances, items).select("id", *(f"p_{code}" for code in self.classes))
        final = self._final(items).join(chances, on="id", how="left", maintain_order="left")
        by_votes = pl.col("source") == LabelSource.CONSENSUS.value
        spoken = {f"p_{code}": says(code, self.project.kind).cast(pl.Float64) for code in self.classes}
        return final.with_columns(
            pl.when(by_votes).then(name).otherwise(said).alias(name) for name, said in spoken.items()
        )

    def _consensus(self, items: pl.DataFrame) -> pl.DataFrame:
        return _part(self._chances, items).join(items.select("id"), on="id", how="semi", maintain_order="left")

    def _annotations(self, items: pl.DataFrame) -> pl.DataFrame:
        """Every revision of every annotation; ``counts``: it is a vote, see :mod:`labeling.facts.votes`."""
        columns = (
            *(_annotation.c.item_id, _annotation.c.assessor_id, _annotation.c.revision, _annotation.c.chunk_id),
            *(_annotation.c.label, _annotation.c.comment, cast(_annotation.c.flagged, Integer), _annotation.c.seconds),
            *(cast(_annotation.c.surplus, Integer), cast(aided(), Integer), _annotation.c.evidence),
            self._moment(_annotation.c.created_at),
        )
        query = self._of(select(*columns), _annotation, items)
        query = query.order_by(_annotation.c.item_id, _annotation.c.assessor_id, _annotation.c.revision)
        latest = pl.col("revision") == pl.col("revision").max().over("id", "assessor")
        given = self._read(query, VOTE)
        if self.project.kind is LabelKind.PAIR:
            given = given.with_columns(swapped(self.project, given.rename({"id": "item_id", "chunk_id": "chunk"})))
        return (
            given.join(items.select("id", "item", "text"), on="id", how="inner", maintain_order="left")
            .with_columns(
                _CREATED_AT,
                pl.col("flagged", "surplus", "aided").cast(pl.Boolean),
                latest.alias("latest"),
                pl.col("label").is_null().alias("unsure"),
                pl.col("label").alias(PRESSED),
            )
            .pipe(self._by.labels, "label")
            .with_columns(pl.when(pl.col(PRESSED).ne_missing(pl.col("label"))).then(PRESSED))
            .join(self._people, on="assessor", how="left", maintain_order="left")
            .join(self._chunks, on="chunk_id", how="left", maintain_order="left")
            .with_columns(pl.col("suspended").fill_null(False))
            .with_columns(
                (pl.col("latest") & COUNTS & (pl.col("label").is_not_null() | pl.col("unsure"))).alias("counts")
            )
        )

    def _golden(self, items: pl.DataFrame) -> pl.DataFrame:
        columns = (_golden.c.item_id, _golden.c.revision, _golden.c.label, _golden.c.explanation)
        query = select(*columns, self._moment(_golden.c.created_at)).where(
            _golden.c.label.is_not(None), in_force(_golden, self.as_of)
        )
        rulings = self._by.labels(self._read(self._of(query, _golden, items), RULING), "label").with_columns(
            _CREATED_AT
        )
        return (
            rulings.filter(pl.col("label").is_not_null()).join(items.select("id", "item", "text"), on="id").sort("id")
        )

    def _suggestions(self, items: pl.DataFrame) -> pl.DataFrame:
        """What every version of junior said; of those that it could not read or refused to label the label is null."""
        columns = (
            *(_suggestion.c.item_id, _prompt.c.version, _prompt.c.model, _suggestion.c.label, _suggestion.c.confidence),
            *(_suggestion.c.source, _suggestion.c.rationale, cast(_suggestion.c.flags, Text)),
        )
        query = select(*columns, self._moment(_suggestion.c.created_at)).join(
            _prompt, _prompt.c.id == _suggestion.c.prompt_id
        )
        query = self._of(query, _suggestion, items).order_by(_suggestion.c.item_id, _prompt.c.version)
        said = self._by.labels(self._read(query, GUESS), "suggestion").with_columns(_CREATED_AT.alias("suggested_at"))
        return said.join(items.select("id", "item", "text"), on="id", how="inner", maintain_order="left")

    def _repeats(self, items: pl.DataFrame) -> pl.DataFrame:
        return items.select("item", "text").join(self._again, on="item", how="inner", maintain_order="left_right")

    @cached_property
    def _again(self) -> pl.DataFrame:
        """All answers to items that came back, by the numbers of their chunks."""
        named = work.repeats(self.connection, self.project.id, self.as_of).join(self._people, on="assessor", how="left")
        ordinals = self._chunks.select("chunk_id", "chunk")
        told = named.rename({"chunk": "first_id", "back": "second_id", "seconds": "second_seconds"})
        for part in ("first", "second"):
            told = told.join(ordinals, left_on=f"{part}_id", right_on="chunk_id", how="left").rename(
                {"chunk": f"{part}_chunk"}
            )
        at = pl.col("at").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").alias("second_at")
        return told.with_columns(at)

    def _wanted(self, items: pl.DataFrame) -> pl.DataFrame:
        """Of a page of items those that the options ask for."""
        options, judged = self.options, self._final(items)
        by_expert = judged["source"].is_not_null() & judged["probability"].is_null()
        wanted = pl.Series([True]).new_from_index(0, len(items))
        if options.only_labelled:
            wanted &= judged["label"].is_not_null()
        if options.only_adjudicated:
            wanted &= (judged["source"] == LabelSource.ADJUDICATION.value).fill_null(False)
        if options.min_probability is not None:
            wanted &= by_expert | (judged["probability"] >= options.min_probability).fill_null(False)
        if options.split is not None:
            said = items["metadata"].str.json_path_match("$.split")
            wanted &= (said == options.split).fill_null(False)
        return items.filter(wanted)

    @cached_property
    def _labels(self) -> pl.DataFrame:
        labels = final(self.connection, self.project, as_of=self.as_of) if self.labels is None else self.labels
        return labels.rename({"item_id": "id"}).drop("item")

    @cached_property
    def _chances(self) -> pl.DataFrame:
        agreed = consensus(self.connection, self.project, as_of=self.as_of)
        return agreed.with_chances(self.classes).rename({"item_id": "id"})

    @property
    def classes(self) -> list[str]:
        """The codes of the classes, retired ones too, in their order."""
        return [entry.code for entry in self.label_classes]

    @cached_property
    def label_classes(self) -> list[LabelClass]:
        """The classes."""
        return get_classes(self.connection, self.project.id, retired=True)

    @property
    def _by(self) -> Recoding:
        return recoding(self.connection, self.project.id)

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
