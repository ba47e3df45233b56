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
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import EVERYTHING, TRAINING, ExportFormat, ExportOptions, check_held
from labeling.exchange.label_columns import LabelColumns
from labeling.exchange.rivals.answers import Answers
from labeling.exchange.rivals.outgoing import LINES, RECORDS, Outgoing
from labeling.exchange.sheets import Sheets
from labeling.exchange.training import Training
from labeling.exchange.writing import (
    whole_file,
    write_array,
    write_csv,
    write_hugging_face,
    write_jsonl,
    write_lines,
    write_parquet,
    write_spreadsheet_csv,
    write_xlsx,
)
from labeling.facts.consensus import refresh
from labeling.projects.projects import get_project
from labeling.roles import check_lead
from labeling.snapshots.kept import labels_of


@dataclass(frozen=True)
class ExportReport:
    """What was written; ``rows`` are records where the format is of records. Of rows to train on, how many pairs were left out
    and why, by :class:`labeling.quality.preferences.chosen.Left`, and of how many rows the label is true and false, where they
    have labels."""

    project: str
    what: ExportContent
    format: ExportFormat
    rows: int
    seconds: float
    left_out: dict[str, int] | None = None
    label_true: int | None = None
    label_false: int | None = None


def export(
    database: Database,
    project_slug: str,
    what: ExportContent,
    destination: str | Path | BinaryIO,
    format: ExportFormat,
    *,
    options: ExportOptions = EVERYTHING,
    as_of: datetime | None = None,
    snapshot: str | None = None,
    actor: int | None = None,
    now: datetime | None = None,
) -> ExportReport:
    """Write one export; ``as_of`` looks at the facts up to a moment. A file appears under its name when it is whole.

    Labels are those of the consensus in force; where a moment ``now`` is given, one of the newest votes is made first. Final
    labels are those that a ``snapshot`` holds where one is named; it has no shares of classes, as Hugging Face is given.

    Raises LabelingError ``unknown_project``, ``not_allowed`` (``actor`` is no lead; None is the command line),
    ``unknown_snapshot``, ``snapshot_broken``, ``too_many_rows``, ``cell_too_long``, ``not_in_format``, ``not_of_pairs`` or
    ``not_writable``.
    """
    started = time.perf_counter()
    check_held(format, what, of_snapshot=snapshot is not None)
    judges = what in (ExportContent.FINAL, ExportContent.CONSENSUS) or options.is_of_some
    if now is not None and as_of is None and snapshot is None and judges:
        with database.snapshot() as connection:
            project = get_project(connection, project_slug)
        refresh(database, project, now=now)
    with database.snapshot() as connection:
        project = get_project(connection, project_slug)
        check_lead(connection, project.id, actor)
        labels = None if snapshot is None else labels_of(connection, project.id, snapshot)
        sheets = Sheets(connection, project, as_of, options, labels)
        training = Training(sheets, format) if format in TRAINING else None
        with whole_file(Path(destination)) if isinstance(destination, str | Path) else nullcontext(destination) as out:
            rows = training.write(out) if training else _write(sheets, what, format, out)
    told = training.told() if training else {}
    return ExportReport(project_slug, what, format, rows, round(time.perf_counter() - started, 3), **told)


def preview(
    database: Database,
    project_slug: str,
    what: ExportContent,
    n: int = 20,
    *,
    options: ExportOptions = EVERYTHING,
    format: ExportFormat = ExportFormat.CSV,
) -> pl.DataFrame:
    """The first rows of an export, of rows to train on those of the first page of items. Raises LabelingError
    ``unknown_project`` or ``not_of_pairs``."""
    with database.snapshot() as connection:
        sheets = Sheets(connection, get_project(connection, project_slug), options=options)
        if format in TRAINING:
            return next(Training(sheets, format).frames(), pl.DataFrame()).head(n)
        labels = LabelColumns(sheets.classes, sheets.project.kind, one_hot=options.one_hot)
        rows = pl.DataFrame(schema=labels.columns(sheets.columns(what)))
        for frame in map(labels.rows, sheets.frames(what)):
            rows = pl.concat([rows, frame.head(n - len(rows))])
            if len(rows) >= n:
                break
        return rows


def _write(sheets: Sheets, what: ExportContent, format: ExportFormat, out: BinaryIO) -> int:
    if format in RECORDS:
        records = _records(sheets, what, format)
        return write_lines(records, out) if format in LINES else write_array(records, out)
    soft = format is ExportFormat.HUGGING_FACE
    labels = LabelColumns.of(sheets.classes, sheets.project.kind, what, format, sheets.options)
    columns, frames = labels.columns(sheets.columns(what, soft=soft)), map(labels.rows, sheets.frames(what, soft=soft))
    match format:
        case ExportFormat.XLSX:
            # Of some items nobody knows how many rows there will be.
            expected = 0 if sheets.options.is_of_some else sheets.count(what)
            return write_xlsx(frames, columns, out, expected=expected)
        case ExportFormat.HUGGING_FACE:
            return write_hugging_face(frames, columns, out, classes=sheets.classes)
        case ExportFormat.CROWD_KIT:
            return write_csv(map(_crowd_rows, frames), _crowd(what), out)
        case ExportFormat.TSV:
            return write_csv(frames, columns, out, separator="\t")
        case ExportFormat.CSV:
            return write_csv(frames, columns, out, separator=sheets.options.separator)
        case ExportFormat.CSV_SPREADSHEET:
            return write_spreadsheet_csv(frames, columns, out, separator=sheets.options.separator)
        case ExportFormat.PARQUET:
            return write_parquet(frames, columns, out)
        case _:
            with_turns = map(labels.rows, sheets.frames(what, turns=True)) if "text" in columns else frames
            return write_jsonl(with_turns, out)


def _crowd(what: ExportContent) -> dict[str, Any]:
    names = ("task", "worker", "label") if what is ExportContent.ANNOTATIONS else ("task", "label")
    return dict.fromkeys(names, pl.String)


def _crowd_rows(frame: pl.DataFrame) -> pl.DataFrame:
    """Votes, or labels: what has none says nothing there."""
    votes = frame.filter("counts") if "counts" in frame.columns else frame
    named = votes.filter(pl.col("label").is_not_null()).rename({"item": "task", "annotator": "worker"}, strict=False)
    return named.select(name for name in ("task", "worker", "label") if name in named.columns)


def _records(sheets: Sheets, what: ExportContent, format: ExportFormat) -> Iterator[dict[str, Any]]:
    answers = Answers(sheets.label_classes, sheets.project.kind)
    outgoing = Outgoing(what, answers, final_as=sheets.options.final_as)
    facts = ("item", "text", "context", "reference", "priority", "metadata")
    for items in sheets.pages():
        acts: dict[str, list[Mapping[str, Any]]] = {}
        for act in sheets.page(what, items).iter_rows(named=True):
            acts.setdefault(act["item"], []).append(act)
        for number, item in zip(items["id"], items.select(facts).iter_rows(named=True), strict=True):
            metadata = json.loads(item["metadata"]) if item["metadata"] else None
            said = acts.get(item["item"], [])
            yield from outgoing.records(format, {"number": number, **item, "metadata": metadata}, said)
