"""Export: a project out of the database into a file, all of it as of one moment."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import polars as pl

from db.engine import Database
from labeling.errors import LabelingError
from labeling.exchange.export_content import ExportContent, Sheets
from labeling.exchange.rivals.label_studio import task_of
from labeling.exchange.writing import (
    ExportFormat,
    whole_file,
    write_csv,
    write_jsonl,
    write_parquet,
    write_tasks,
    write_xlsx,
)
from labeling.facts.consensus import refresh
from labeling.projects.projects import get_project
from labeling.roles import check_lead

ENDINGS = {
    ".csv": ExportFormat.CSV,
    ".jsonl": ExportFormat.JSONL,
    ".ndjson": ExportFormat.JSONL,
    ".parquet": ExportFormat.PARQUET,
    ".xlsx": ExportFormat.XLSX,
    ".json": ExportFormat.LABEL_STUDIO,
}


@dataclass(frozen=True)
class ExportReport:
    """What was written; ``rows`` are tasks in the Label Studio format."""

    project: str
    what: ExportContent
    format: ExportFormat
    rows: int
    seconds: float


def export(
    database: Database,
    project_slug: str,
    what: ExportContent,
    destination: str | Path | BinaryIO,
    format: ExportFormat,
    *,
    as_of: datetime | None = None,
    actor: int | None = None,
    now: datetime | None = None,
) -> ExportReport:
    """Write one export; ``as_of`` looks at the facts up to a moment. A file appears under its name when it is whole.

    Labels are those of the consensus in force; where a moment ``now`` is given, one of the newest votes is made first.

    Raises LabelingError ``unknown_project``, ``not_allowed`` (``actor`` is no lead; None is the command line),
    ``too_many_rows``, ``cell_too_long``, ``not_in_label_studio`` or ``not_writable``.
    """
    started = time.perf_counter()
    if now is not None and as_of is None and what in (ExportContent.FINAL, ExportContent.CONSENSUS):
        with database.snapshot() as connection:
            project = get_project(connection, project_slug)
        refresh(database, project, now=now)
    with database.snapshot() as connection:
        project = get_project(connection, project_slug)
        check_lead(connection, project.id, actor)
        sheets = Sheets(connection, project, as_of)
        with whole_file(Path(destination)) if isinstance(destination, str | Path) else nullcontext(destination) as out:
            rows = _write(sheets, what, format, out)
    return ExportReport(project_slug, what, format, rows, round(time.perf_counter() - started, 3))


def preview(database: Database, project_slug: str, what: ExportContent, n: int = 20) -> pl.DataFrame:
    """The first rows of an export. Raises LabelingError ``unknown_project``."""
    with database.snapshot() as connection:
        sheets = Sheets(connection, get_project(connection, project_slug))
        rows = pl.DataFrame(schema=sheets.columns(what))
        for frame in sheets.frames(what):
            rows = pl.concat([rows, frame.head(n - len(rows))])
            if len(rows) >= n:
                break
        return rows


def format_of(name: str) -> ExportFormat:
    """The format that a file's ending asks for. Raises LabelingError ``unknown_format``.

    >>> format_of("labels.parquet").value, format_of("tasks.json").value
    ('parquet', 'label_studio')
    """
    file_format = ENDINGS.get(Path(name).suffix.lower())
    if file_format is None:
        raise LabelingError("unknown_format", name=name, known=", ".join(ENDINGS))
    return file_format


def _write(sheets: Sheets, what: ExportContent, format: ExportFormat, out: BinaryIO) -> int:
    if format is ExportFormat.LABEL_STUDIO:
        if what is ExportContent.CONSENSUS:
            raise LabelingError("not_in_label_studio", what=what.value)
        return write_tasks(_tasks(sheets, what), out)
    columns, frames = sheets.columns(what), sheets.frames(what)
    if format is ExportFormat.XLSX:
        return write_xlsx(frames, columns, out, expected=sheets.count(what))
    writers = {ExportFormat.CSV: write_csv, ExportFormat.JSONL: write_jsonl, ExportFormat.PARQUET: write_parquet}
    return writers[format](frames, columns, out)


def _tasks(sheets: Sheets, what: ExportContent) -> Iterator[dict[str, Any]]:
    facts = ("item", "text", "context", "reference", "priority", "metadata")
    for items in sheets.pages():
        acts: dict[str, list[Mapping[str, Any]]] = {}
        for act in sheets.page(what, items).iter_rows(named=True):
            acts.setdefault(act["item"], []).append(act)
        for number, item in zip(items["id"], items.select(facts).iter_rows(named=True), strict=True):
            if what is ExportContent.GOLDEN and item["item"] not in acts:
                continue
            metadata = json.loads(item["metadata"]) if item["metadata"] else None
            yield task_of(number, item | {"metadata": metadata}, acts.get(item["item"], []))
