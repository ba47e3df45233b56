"""``snapshots list``, ``verify`` and ``diff``: the versions of a project's final labels that were kept. ``export`` takes them."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

import polars as pl

from db.engine import Database
from db.vocabulary import LabelKind
from labeling.errors import LabelingError
from labeling.exchange.export_content import ExportContent
from labeling.exchange.files import ending, write_rows
from labeling.exchange.snapshot_file import Compared, compare_file
from labeling.facts.changes import Cause
from labeling.projects.projects import get_project
from labeling.quality.figures import Figure
from labeling.snapshots.comparing import Change, Difference, difference
from labeling.snapshots.figures import figure_of
from labeling.snapshots.kept import Snapshot, get_snapshot, snapshots
from labeling.snapshots.taking import take
from labeling.snapshots.verifying import Verified, verify

_SHOWN = 20
_CAUSES = {
    Cause.CLASSES: "classes changed",
    Cause.RULING: "ruling",
    Cause.RULING_WITHDRAWN: "ruling withdrawn",
    Cause.GOLDEN: "golden label",
    Cause.GOLDEN_RETIRED: "golden label retired",
    Cause.VOTES: "new votes",
    Cause.CHUNKS: "chunk set aside or taken back in",
    Cause.METHOD: "another model of the consensus",
    Cause.WEIGHTS: "the same votes weigh otherwise",
}


_CHANGES = {
    Change.CHANGED: "labels changed",
    Change.LOST: "lost their label",
    Change.FIRST: "got their first label",
    Change.ADDED: "items added",
    Change.GONE: "items gone",
}


def add_commands(commands: Any) -> None:
    """Add ``snapshots`` to the subparsers of the main command."""
    parser = commands.add_parser(
        "snapshots", help="the versions of a project's labels that were kept; export takes them"
    )
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    listing = acts.add_parser("list", help="every snapshot with its figures and its hash, the newest first")
    verifying = acts.add_parser(
        "verify", help="whether a snapshot, or an exported file, is what was kept; exit code 1 if not"
    )
    comparing = acts.add_parser("diff", help="which labels differ between two snapshots, and whose word made them so")
    for act in (listing, verifying, comparing):
        act.add_argument("--project", required=True, metavar="SLUG")
        act.add_argument("--json", action="store_true", help="print what was found as JSON")
    verifying.add_argument("name", metavar="NAME")
    verifying.add_argument(
        "--file", metavar="FILE", help="compare this export (CSV, JSONL, Parquet, XLSX) with the snapshot"
    )
    comparing.add_argument("one", metavar="NAME")
    comparing.add_argument("other", metavar="NAME")
    comparing.add_argument("-o", "--output", metavar="FILE", help="write all rows (CSV, JSONL, Parquet); - is stdout")
    listing.set_defaults(run=run_list)
    verifying.set_defaults(run=run_verify)
    comparing.set_defaults(run=run_diff)


def add_snapshot_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``export`` is told of snapshots."""
    parser.add_argument(
        "--snapshot", metavar="NAME", help="keep the final labels under this name; -o writes them as well"
    )
    parser.add_argument("--from-snapshot", metavar="NAME", help="write the final labels as this snapshot holds them")


def asked_snapshot(args: argparse.Namespace, database: Database, now: datetime) -> str | None:
    """The snapshot that ``export`` is to write from; taken and told of where that is asked for.

    Raises LabelingError ``no_output``, ``snapshot_alone``, and as :func:`labeling.snapshots.taking.take` does.
    """
    if args.output is None and args.snapshot is None:
        raise LabelingError("no_output")
    if args.snapshot is None and args.from_snapshot is None:
        return None
    if args.what != ExportContent.FINAL or args.as_of or None not in (args.snapshot, args.from_snapshot):
        raise LabelingError("snapshot_alone")
    if args.snapshot is None:
        return str(args.from_snapshot)
    taken = take(database, args.project, args.snapshot, now=now, actor=None)
    # Of the export's own report there is one already on stdout.
    _say(args, facts_of(taken), _listed([taken]), beside=args.output is not None and (args.json or args.output == "-"))
    return taken.name


def run_list(args: argparse.Namespace, database: Database, _now: datetime) -> int:
    """List them; a project without any is no failure."""
    with database.snapshot() as connection:
        found = snapshots(connection, get_project(connection, args.project).id)
    _say(args, [facts_of(each) for each in found], _listed(found))
    return 0


def run_verify(args: argparse.Namespace, database: Database, _now: datetime) -> int:
    """Check what is kept and, where one is named, a file; 1 where something is not as it was."""
    with database.snapshot() as connection:
        project = get_project(connection, args.project)
        snapshot = get_snapshot(connection, project.id, args.name)
        verified = verify(connection, project.id, snapshot)
        several, is_asked = project.kind is LabelKind.SEVERAL, args.file and verified.rows_hold
        compared = compare_file(connection, snapshot, args.file, several=several) if is_asked else None
    facts = asdict(verified) | {"is_whole": verified.is_whole}
    if compared is not None:
        facts["file"] = asdict(compared) | {"is_same": compared.is_same}
    _say(args, facts, [*_verified(snapshot, verified), *(_compared(args.file, compared) if compared else ())])
    return 0 if verified.is_whole and (compared is None or compared.is_same) else 1


def run_diff(args: argparse.Namespace, database: Database, _now: datetime) -> int:
    """Compare two snapshots, the earlier one first."""
    if args.output is not None:
        ending(args.output)
    with database.snapshot() as connection:
        project = get_project(connection, args.project)
        one, other = (get_snapshot(connection, project.id, name) for name in (args.one, args.other))
        found = difference(connection, project.id, one, other)
    rows = found.rows.with_columns(pl.col("who").list.join("; "))
    if args.output is not None:
        write_rows(rows, args.output)
    facts = {
        "earlier": facts_of(found.earlier),
        "later": facts_of(found.later),
        "counts": {**found.counts, "same": found.same},
        "by_cause": found.by_cause,
        "rows": rows.to_dicts() if args.output is None else None,
    }
    _say(args, facts, _differing(found), beside=args.output == "-")
    return 0


def facts_of(snapshot: Snapshot) -> dict[str, Any]:
    """A snapshot for ``--json``."""
    return {
        "name": snapshot.name,
        "at": snapshot.at.isoformat(),
        "by": snapshot.person,
        "sha256": snapshot.sha256,
        "figures": snapshot.figures,
    }


def _listed(found: list[Snapshot]) -> Iterable[str]:
    if not found:
        yield "no snapshots yet: export --project SLUG --snapshot NAME takes one"
    for each in found:
        known = each.figures
        yield f"{each.name}   {each.at:%Y-%m-%d %H:%M} UTC   {each.person or 'command line'}"
        yield f"  {known['labelled']:,} of {known['items']:,} items labeled: {_sources(known)}"
        yield "  " + "; ".join(
            f"{title} {_figure(figure_of(known, name))}"
            for name, title in {
                "divergence": "divergence",
                "divergence_left": "after rulings",
                "golden_accuracy": "golden accuracy",
                "agreement": "agreement",
            }.items()
        )
        yield f"  guide version {known['guideline'] or '–'}, consensus {known['consensus']['method']}"
        yield f"  sha256 {each.sha256}"


def _sources(figures: Mapping[str, Any]) -> str:
    return ", ".join(f"{n:,} {name}" for name, n in figures["by_source"].items())


def _figure(figure: Figure) -> str:
    if figure.value is None:
        return "–"
    ends = "" if figure.low is None or figure.high is None else f" [{figure.low:.2f}, {figure.high:.2f}]"
    return f"{figure.value:.2f}{ends}, n = {figure.n:,}"


def _verified(snapshot: Snapshot, verified: Verified) -> Iterable[str]:
    if verified.is_whole:
        yield f"{snapshot.name}: rows and texts of {snapshot.items:,} items are what they were"
    elif verified.found is None:
        yield f"{snapshot.name}: its rows can't be read, they were changed; restore them from a backup"
    elif not verified.rows_hold:
        yield f"{snapshot.name}: its rows were changed, their hash is {verified.found}; restore them from a backup"
    if verified.texts_changed:
        more = ", …" if verified.texts_changed > len(verified.named) else ""
        yield f"  {verified.texts_changed:,} items have another text than then: {', '.join(verified.named)}{more}"
    yield f"  sha256 {verified.expected}"


def _compared(name: str, compared: Compared) -> Iterable[str]:
    if compared.is_same:
        yield f"{name}: holds exactly these rows"
        return
    yield f"{name}: does not hold these rows"
    if compared.differing:
        told = "; ".join(f"{item} ({', '.join(columns)})" for item, columns in compared.different)
        yield f"  {compared.differing:,} items are otherwise: {told}"
    if compared.missing:
        yield f"  {compared.missing:,} items are missing: {', '.join(compared.missing_items)}"
    if compared.extra:
        yield f"  {compared.extra:,} items are not in the snapshot: {', '.join(compared.extra_items)}"
    if compared.repeated:
        yield f"  {compared.repeated:,} rows repeat an item"


def _differing(found: Difference) -> Iterable[str]:
    (earlier, later), counts = (found.earlier, found.later), found.counts
    yield f"from {earlier.name} ({earlier.at:%Y-%m-%d %H:%M} UTC) to {later.name} ({later.at:%Y-%m-%d %H:%M} UTC)"
    told = {_CHANGES[Change(change)]: n for change, n in counts.items() if n or change == Change.CHANGED}
    yield "  " + ", ".join(f"{n:,} {what}" for what, n in {**told, "as before": found.same}.items())
    for cause, n in found.by_cause.items():
        yield f"  {n:>10,}  {_CAUSES[Cause(cause)]}"
    changed = found.rows.head(_SHOWN)
    for row in changed.iter_rows(named=True):
        why = f"  {_CAUSES[Cause(row['cause'])] if row['cause'] else row['change']}"
        by = f" ({', '.join(row['who'])})" if row["who"] else ""
        yield f"  {row['item']}: {row['before'] or '–'} -> {row['after'] or '–'}{why}{by}"
    if found.rows.height > _SHOWN:
        yield f"  and {found.rows.height - _SHOWN:,} more: -o FILE writes all"


def _say(args: argparse.Namespace, facts: Any, lines: Iterable[str], *, beside: bool = False) -> None:
    """Facts for programs or lines for people; on stderr where the rows go to stdout."""
    text = json.dumps(facts, ensure_ascii=False, indent=1, allow_nan=False) if args.json else "\n".join(lines)
    (sys.stderr if beside else sys.stdout).write(text + "\n")
