"""Files made in memory, and what a project holds, for the tests of import and export."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from db import schema
from db.engine import Database
from labeling.exchange.importing import import_file
from labeling.exchange.intake import ImportOptions
from labeling.exchange.report import ImportReport
from labeling.projects.projects import get_project

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SLUG = "files"


def named(content: bytes, name: str = "file.csv") -> io.BytesIO:
    """Bytes as an upload gives them: a stream with a name."""
    stream = io.BytesIO(content)
    stream.name = name
    return stream


def csv_of(header: Sequence[str], rows: Iterable[Sequence[object]], encoding: str = "utf-8", **how: Any) -> io.BytesIO:
    """A CSV file as other programs write it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, **how)
    writer.writerow(header)
    writer.writerows(rows)
    return named(text.getvalue().encode(encoding))


def bring(database: Database, source: Any, *, slug: str = SLUG, **given: Any) -> ImportReport:
    """Import as the command line does: what isn't there is made. ``options`` are changes to that."""
    options = ImportOptions(**({"make_project": True, "make_classes": True} | given.pop("options", {})))
    return import_file(database, source, project_slug=slug, options=options, **({"now": NOON} | given))


def content(database: Database, slug: str = SLUG) -> dict[str, Any]:
    """Everything that an export is to carry over, without the ids of the database."""
    item, golden, vote, person = schema.item, schema.golden, schema.annotation, schema.person
    with database.snapshot() as connection:
        project = get_project(connection, slug)
        mine = item.c.project_id == project.id
        items = connection.execute(
            select(
                *(item.c.external_id, item.c.text, item.c.context, item.c.metadata, item.c.reference),
                *(item.c.priority, item.c.fingerprint),
            )
            .where(mine)
            .order_by(item.c.id)
        ).all()
        rulings = connection.execute(
            select(item.c.external_id, golden.c.label, golden.c.explanation)
            .join(item, item.c.id == golden.c.item_id)
            .where(mine)
            .order_by(item.c.id, golden.c.revision)
        ).all()
        votes = connection.execute(
            select(
                *(item.c.external_id, person.c.login, vote.c.revision, vote.c.label, vote.c.comment),
                *(vote.c.flagged, vote.c.seconds, vote.c.surplus, vote.c.created_at),
            )
            .join(item, item.c.id == vote.c.item_id)
            .join(person, person.c.id == vote.c.assessor_id)
            .where(mine)
            .order_by(item.c.id, person.c.login, vote.c.revision)
        ).all()
    return {
        "items": [tuple(row) for row in items],
        # The rulings in force: history before them stays where it was made.
        "golden": {row[0]: (row[1], row[2]) for row in rulings},
        "votes": [tuple(row) for row in votes],
    }


def texts(database: Database, slug: str = SLUG) -> list[str]:
    """The items' texts in the order of their import."""
    return [row[1] for row in content(database, slug)["items"]]


def queue(database: Database, slug: str = SLUG) -> dict[str, tuple[int, int, bool]]:
    """Wanted, places and golden of each item, in the order in which items are served."""
    table, item = schema.queue, schema.item
    with database.snapshot() as connection:
        project = get_project(connection, slug)
        rows = connection.execute(
            select(item.c.external_id, table.c.wanted, table.c.places, table.c.golden)
            .join(item, item.c.id == table.c.item_id)
            .where(table.c.project_id == project.id)
            .order_by(table.c.position)
        )
        return {row[0]: (row[1], row[2], bool(row[3])) for row in rows}
