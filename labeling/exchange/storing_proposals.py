"""What models proposed for the texts of a file, kept as suggestions of versions of junior that nobody can ask."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from db import schema
from db.vocabulary import ConfidenceSource
from labeling.exchange.blocks import LeftOut, Omitted
from labeling.exchange.bulk import insert_rows, is_one_of, moment_for
from labeling.exchange.intake import Batch, Proposal
from labeling.junior.brought import version_brought
from labeling.projects.projects import Project

suggestion = schema.suggestion

# Each model becomes a version; more are no models but a column of something else.
MAX_MODELS = 20
_COLUMNS = ("item_id", "prompt_id", "label", "confidence", "source", "created_at")


@dataclass
class ModelBook:
    """The versions of the models met so far, by name, and the classes that their labels may be."""

    versions: dict[str, int] = field(default_factory=dict)


def store_proposals(
    connection: Connection,
    project: Project,
    batch: Batch,
    ids: list[int],
    book: ModelBook,
    *,
    classes: Collection[str],
    now: datetime,
    actor: int | None,
) -> tuple[set[int], int, LeftOut]:
    """Keep what models proposed for the items ``ids`` by row: rows that brought a suggestion, how many there are, what was left.

    A model's first word on an item stays: suggestions are facts. Left out are those of a label that is no class, and of
    models beyond the first ``MAX_MODELS``.
    """
    left_out, known = LeftOut(), set(classes)
    wanted: dict[tuple[int, int], tuple[int, Proposal]] = {}
    for at, proposed in enumerate(batch.proposals):
        for each in (proposed or ()) if ids[at] else ():
            version = _version(connection, project, each.model, book, now=now, actor=actor)
            if version is None or each.label not in known:
                left_out.note(Omitted.PREDICTION, batch.line[at], f"{each.model}: {each.label}")
            else:
                wanted.setdefault((ids[at], version), (at, each))
    if not wanted:
        return set(), 0, left_out
    there = select(suggestion.c.item_id, suggestion.c.prompt_id).where(
        is_one_of(connection, suggestion.c.item_id, {item_id for item_id, _ in wanted}),
        suggestion.c.prompt_id.in_(book.versions.values()),
    )
    for row in connection.execute(there):
        wanted.pop((row.item_id, row.prompt_id), None)
    moment = moment_for(connection, now)
    rows: list[tuple[Any, ...]] = []
    for (item_id, version), (_, each) in wanted.items():
        source = None if each.score is None else ConfidenceSource.STATED.value
        rows.append((item_id, version, each.label, each.score, source, moment))
    if rows:
        columns = dict(zip(_COLUMNS, zip(*rows, strict=True), strict=True))
        insert_rows(connection, suggestion, columns, fixed={"project_id": project.id})
    return {at for at, _ in wanted.values()}, len(rows), left_out


def _version(
    connection: Connection, project: Project, model: str, book: ModelBook, *, now: datetime, actor: int | None
) -> int | None:
    if model not in book.versions and len(book.versions) < MAX_MODELS:
        book.versions[model] = version_brought(connection, project, model, now=now, actor=actor)
    return book.versions.get(model)
