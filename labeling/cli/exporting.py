"""``export`` on the command line."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from db.engine import Database
from labeling.cli.inputs import separator_of
from labeling.cli.reasons import reasons_left
from labeling.cli.snapshots import add_snapshot_arguments, asked_snapshot
from labeling.errors import LabelingError
from labeling.exchange.export_content import ExportContent
from labeling.exchange.export_options import ExportFormat, ExportOptions, FinalAs, check_held, format_of
from labeling.exchange.exporting import ExportReport, export


def add_commands(commands: Any) -> None:
    """Add ``export`` to the subparsers of the main command."""
    exporting = commands.add_parser("export", help="write a project's labels into a file")
    add_export_arguments(exporting)
    exporting.set_defaults(run=run_export)


def add_export_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``export``."""
    parser.add_argument("--project", required=True, metavar="SLUG")
    parser.add_argument("--what", choices=[what.value for what in ExportContent], default=ExportContent.FINAL.value)
    parser.add_argument("-o", "--output", metavar="FILE", help="- writes to stdout (CSV by default)")
    parser.add_argument("--format", choices=[format.value for format in ExportFormat], help="by the file's ending")
    parser.add_argument("--only-labelled", action="store_true", help="only items that have a final label")
    parser.add_argument("--only-adjudicated", action="store_true", help="only items that an expert ruled on")
    parser.add_argument(
        "--min-probability",
        type=float,
        metavar="P",
        help="only items whose final label is so probable, or an expert's word",
    )
    parser.add_argument("--split", metavar="NAME", help='only items of this split (the metadata "split")')
    parser.add_argument(
        "--final-as",
        choices=[choice.value for choice in FinalAs],
        default=FinalAs.PREDICTIONS.value,
        help="what final labels become in Label Studio and Argilla (there: suggestions or responses)",
    )
    parser.add_argument("--separator", default=",", help="of CSV; a comma by default")
    parser.add_argument(
        "--one-hot", action="store_true", help="a column of 0 and 1 for each class in place of the label (tables only)"
    )
    add_snapshot_arguments(parser)
    parser.add_argument("--as-of", metavar="MOMENT", help="only facts up to this moment, ISO 8601, UTC by default")
    parser.add_argument("--json", action="store_true", help="print the report as JSON, to stderr with -o -")


def run_export(args: argparse.Namespace, database: Database, now: datetime) -> int:
    """Export and say what was written; where a snapshot is named, it is taken first or written from."""
    to_stdout, what, options = args.output == "-", ExportContent(args.what), _options(args)
    format = _format(args, to_stdout=to_stdout)
    # A snapshot is never taken back: what can be refused is refused before.
    check_held(format, what, of_snapshot=bool(args.snapshot or args.from_snapshot))
    snapshot = asked_snapshot(args, database, now)
    if args.output is None:
        return 0
    out: Any = cast(BinaryIO, sys.stdout.buffer) if to_stdout else Path(args.output)
    try:
        report = export(
            database,
            args.project,
            what,
            out,
            format,
            options=options,
            as_of=_moment(args.as_of),
            snapshot=snapshot,
            now=now,
        )
    except BrokenPipeError:
        # Whoever read has read enough; the interpreter must not complain about it once more.
        sys.stdout = None
        return 1
    summary = json.dumps(asdict(report)) if args.json else _summary(report)
    if not to_stdout:
        sys.stdout.write(summary + "\n")
    elif args.json:
        sys.stderr.write(summary + "\n")
    return 0


def _summary(report: ExportReport) -> str:
    said = f"{report.rows:,} rows in {report.seconds:.1f} s"
    if report.label_true is not None:
        said += f"; label true: {report.label_true:,}, false: {report.label_false:,}"
    return said + "".join(f"; left out: {reasons}" for reasons in [reasons_left(report.left_out or {})] if reasons)


def _format(args: argparse.Namespace, *, to_stdout: bool) -> ExportFormat:
    if args.format:
        return ExportFormat(args.format)
    return ExportFormat.CSV if to_stdout or args.output is None else format_of(args.output)


def _options(args: argparse.Namespace) -> ExportOptions:
    separator = separator_of(args)
    return ExportOptions(
        only_labelled=args.only_labelled,
        only_adjudicated=args.only_adjudicated,
        min_probability=args.min_probability,
        split=args.split,
        final_as=FinalAs(args.final_as),
        separator="," if separator is None else separator,
        one_hot=args.one_hot,
    )


def _moment(written: str | None) -> datetime | None:
    if written is None:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError as error:
        raise LabelingError("bad_moment", given=written) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
