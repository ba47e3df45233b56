"""``import`` on the command line."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from db.engine import Database
from db.vocabulary import LabelKind
from labeling.cli.inputs import add_reading_arguments, columns_in_words, read_as, reading_of, separator_of
from labeling.cli.reasons import ANSWERS, ROWS
from labeling.exchange.blocks import Omitted
from labeling.exchange.delimited import check_separator
from labeling.exchange.formats import opened
from labeling.exchange.importing import import_file
from labeling.exchange.intake import MAX_TEXT, ImportOptions
from labeling.exchange.mapping import LabelsAs, Mapping
from labeling.exchange.preview import preview
from labeling.exchange.report import ImportProgress, ImportReport

_ROLES = (
    "text",
    "turns",
    "id",
    "context",
    "priority",
    "reference",
    "explanation",
    "annotator",
    "created_at",
    "metadata_json",
)
_SHOWN = 20


def add_commands(commands: Any) -> None:
    """Add ``import`` to the subparsers of the main command."""
    importing = commands.add_parser("import", help="bring a file of texts and labels into a project")
    add_import_arguments(importing)
    importing.set_defaults(run=run_import)


def add_import_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``import``; a column that isn't named is guessed."""
    parser.add_argument(
        "file",
        help="CSV, TSV, JSONL, JSON, Parquet or XLSX, also as .gz and .zst, or a folder of save_to_disk; - reads stdin",
    )
    parser.add_argument("--project", required=True, metavar="SLUG", help="made if there is none")
    for role in _ROLES:
        flag = "--" + role.replace("_", "-")
        parser.add_argument(flag, dest=f"column_{role}", metavar="COL", help=f"the column of the {role}")
    parser.add_argument("--label", dest="column_label", metavar="COL", help="the column of the labels")
    parser.add_argument(
        "--labels-as",
        choices=[role.value for role in LabelsAs],
        help="what labels are taken for: votes where there is an annotator column, else reference: shown to nobody",
    )
    add_reading_arguments(parser)
    _add_kind_arguments(parser)
    parser.add_argument("--annotator-name", metavar="NAME", help="all votes are of this one annotator")
    parser.add_argument("--metadata", metavar="COL,COL", help="columns kept as metadata (all others by default)")
    parser.add_argument(
        "--header", action=argparse.BooleanOptionalAction, help="whether the first row names the columns"
    )
    parser.add_argument(
        "--sheet", metavar="NAME", help="the sheet of a workbook; by default the one with the largest table"
    )
    parser.add_argument("--encoding", help="overrules the encoding that was found")
    parser.add_argument("--separator", help="overrules the separator that was found; \\t is a tab")
    parser.add_argument("--max-text", type=int, default=MAX_TEXT, metavar="N", help="longest text, in characters")
    parser.add_argument("--skip-duplicate-texts", action="store_true", help="leave out texts that are there already")
    parser.add_argument("--known-classes-only", action="store_true", help="make no classes from the labels")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")


def _add_kind_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--kind", choices=[kind.value for kind in LabelKind], help="what a label is, for a project just made (single)"
    )
    parser.add_argument("--classes", metavar="A,B", help="classes that come first, in this order: that of a scale")
    parser.add_argument("--prompt", metavar="COL", help="the column of what both candidates of a pair answer")
    parser.add_argument("--one-hot", metavar="COL,COL", help="columns that say yes or no to one class each")
    parser.add_argument(
        "--class-column",
        metavar="COL",
        help="the column of the class, where a row says yes or no to one class of its text",
    )
    parser.add_argument(
        "--turn-columns", metavar="COL,COL", help="columns that are one turn each, in this order, in place of a text"
    )
    parser.add_argument(
        "--dialogue", action="store_true", help="texts whose lines begin with who speaks are conversations"
    )


def run_import(args: argparse.Namespace, database: Database, now: datetime) -> int:
    """Import and print the report; rows that were left out are listed in it and are no failure."""
    separator = separator_of(args)
    if separator is not None:
        check_separator(separator)
    options = ImportOptions(
        make_project=True,
        make_classes=not args.known_classes_only,
        skip_duplicate_texts=args.skip_duplicate_texts,
        max_text=args.max_text,
        header=args.header,
        sheet=args.sheet,
        encoding=args.encoding,
        separator=separator,
        kind=LabelKind(args.kind) if args.kind else None,
        classes=_listed(args.classes) or _listed(args.one_hot),
        one_hot=_listed(args.one_hot),
        class_column=args.class_column,
        prompt=args.prompt,
        dialogue=args.dialogue,
        **reading_of(args),
    )
    meter = _Meter(sys.stderr.isatty() and not args.json)
    # A pipe can be read once and is looked at twice: opened() makes it a file.
    with opened(sys.stdin.buffer if args.file == "-" else Path(args.file)) as (stream, name):
        report = import_file(
            database,
            stream,
            name=name,
            project_slug=args.project,
            mapping=_mapping(args, stream, options),
            options=options,
            now=now,
            progress=meter.progress,
        )
    meter.end()
    text = json.dumps(asdict(report), ensure_ascii=False, indent=1) if args.json else "\n".join(_lines(report))
    sys.stdout.write(text + "\n")
    return 0


def _listed(words: str | None) -> tuple[str, ...]:
    return tuple(filter(None, (words or "").split(",")))


def _mapping(args: argparse.Namespace, source: Any, options: ImportOptions) -> Mapping:
    """The guess, overruled by what was asked for."""
    seen = preview(source, options=options, n=1)
    mapping = seen.mapping
    named = {role: column for role in _ROLES if (column := getattr(args, f"column_{role}")) is not None}
    mapping = replace(mapping, **named, annotator_name=args.annotator_name)
    if args.turn_columns is not None:
        mapping = replace(mapping, text=None, turns=None, turn_columns=_listed(args.turn_columns))
    if args.metadata is not None:
        mapping = replace(mapping, metadata=_listed(args.metadata))
    decided = {*named.values(), args.column_label, *(mapping.metadata or ())}
    seen.noticed.insist(seen.facts.name, decided=decided, has_text=mapping.has_text or bool(mapping.vote))
    label = args.column_label or mapping.vote or mapping.golden or mapping.reference
    votes = mapping.annotator or mapping.annotator_name
    if args.labels_as or votes or args.column_label:
        return mapping.labelled(label, LabelsAs(args.labels_as or (LabelsAs.VOTES if votes else LabelsAs.REFERENCE)))
    return mapping


def _lines(report: ImportReport) -> Iterable[str]:
    described = read_as(
        kind=report.format, encoding=report.encoding, separator=report.separator, sheet=report.sheet, above=report.above
    )
    tool = f", records of {report.tool}" if report.tool else ""
    yield f"{report.name} ({described}{tool}): {report.read:,} rows read"
    yield "  " + columns_in_words(report.columns)
    if report.new_classes:
        more = f" and {len(report.new_classes) - _SHOWN:,} more" if len(report.new_classes) > _SHOWN else ""
        yield f"  new classes: {', '.join(report.new_classes[:_SHOWN])}{more}"
    counts = {
        "items imported": report.imported,
        "of them conversations": report.conversations,
        "rows added labels to known items": report.updated,
        "duplicate external ids": report.duplicate_ids,
        "exact duplicate texts": report.duplicate_texts,
        "of them left out": report.skipped,
        "empty": report.empty,
        "too long": report.too_long,
        "bad rows": report.bad,
        "golden labels": report.golden,
        "votes": report.votes,
        "reference labels": report.references,
        "suggestions of models": report.suggestions,
        "new classes": len(report.new_classes),
    }
    for name, n in counts.items():
        if n or name in ("items imported", "duplicate external ids", "exact duplicate texts", "bad rows"):
            yield f"  {n:>10,}  {name}"
    yield from _noticed(report)
    yield from _left_out(report)
    for row in report.bad_rows[:_SHOWN]:
        yield f"  line {row.line:,}: {ROWS.get(row.reason, row.reason)}: {row.excerpt}"
    if report.bad_rows_total > _SHOWN:
        yield f"  and {report.bad_rows_total - _SHOWN:,} more lines (--json lists up to 1,000)"
    yield f"{report.seconds:.1f} s"


def _noticed(report: ImportReport) -> Iterable[str]:
    if report.suggestions:
        yield f"  suggestions are of {', '.join(report.models)}: versions of junior that nobody sees until they are measured"
    if report.look_alike:
        yield f"  {report.look_alike:>10,}  of the first texts look like conversations and stand as they are: see --dialogue"
    if report.annotator_columns:
        named = ",".join(report.annotator_columns)
        yield f"  there seems to be one column an annotator, and no votes were taken: see --annotators {named}"
    if report.one_hot_columns:
        named = ",".join(report.one_hot_columns)
        yield f"  there seems to be one column a class, and no labels were taken: see --one-hot {named} --kind several"
    if several := report.left_out.get(Omitted.SEVERAL_LABELS):
        yield f"  {several:,} answers name several classes at once: a project made with --kind several takes them as labels"
    if report.other_labels:
        yield f"  columns that look like labels and were not taken for them: {', '.join(report.other_labels)}; see --label"
    if len(report.questions) > 1:
        asked = ", ".join(f"{name} ({n:,} answers)" for name, n in report.questions.items())
        yield f"  the file has several questions: {asked}; --question names the one that has the labels"


def _left_out(report: ImportReport) -> Iterable[str]:
    if report.label_ids:
        yield f"  {report.label_ids:>10,}  labels are numbers by which {report.tool} knows them: give their classes titles"
    if report.left_out:
        yield f"  {sum(report.left_out.values()):>10,}  answers left out, of them"
    for reason, n in report.left_out.items():
        examples = [f"line {row.line:,} {row.excerpt}" for row in report.left_out_examples if row.reason == reason]
        yield f"  {n:>10,}  {ANSWERS[Omitted(reason)]} ({'; '.join(examples)})"


class _Meter:
    """A line on the terminal that keeps up with the import."""

    def __init__(self, is_shown: bool) -> None:
        self._is_shown = is_shown

    def progress(self, so_far: ImportProgress) -> None:
        """Say how far it is."""
        if self._is_shown:
            sys.stderr.write(f"\r{so_far.share:4.0%}  {so_far.read:,} rows read, {so_far.imported:,} imported ")
            sys.stderr.flush()

    def end(self) -> None:
        """Leave the line."""
        if self._is_shown:
            sys.stderr.write("\n")
