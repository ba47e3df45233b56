"""``classes list | rename | merge | split | move | retire | undo``: a change of mind about classes, with what it would do."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from db.engine import Database
from db.vocabulary import ChangeKind
from labeling.class_changes.acting import change_classes, undo_change
from labeling.class_changes.history import Done, changes_of
from labeling.class_changes.plans import Change
from labeling.class_changes.preview import Preview, preview
from labeling.cli.tables import figure_text, table
from labeling.projects.classes import get_classes
from labeling.projects.projects import get_project

_HELP = {
    ChangeKind.RENAME: "give a class another code; its votes stay its own",
    ChangeKind.MERGE: "make several classes one, old or new; their votes are its",
    ChangeKind.SPLIT: "make several classes of one; old votes stand for the class above in a tree, else they count no more",
    ChangeKind.MOVE: "make a class a part of another one; without --under it stands on top",
    ChangeKind.RETIRE: "offer classes no more; their votes count as before",
}


def add_commands(commands: Any) -> None:
    """Add ``classes`` to the subparsers of the main command."""
    parser = commands.add_parser("classes", help="rename, merge, split, move or retire classes; no label is rewritten")
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    listing = acts.add_parser("list", help="the classes, and what was done to them, the newest first")
    undoing = acts.add_parser("undo", help="take the newest change back; all is as it was")
    undoing.add_argument("number", type=int, metavar="NUMBER", help="as list has it")
    kinds = {kind: acts.add_parser(kind.value, help=about) for kind, about in _HELP.items()}
    for parser in (listing, undoing, *kinds.values()):
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--json", action="store_true", help="print what was found as JSON")
    for kind, parser in kinds.items():
        many = kind in (ChangeKind.MERGE, ChangeKind.RETIRE)
        parser.add_argument("codes", nargs="+" if many else 1, metavar="CODE")
        if kind in (ChangeKind.RENAME, ChangeKind.MERGE, ChangeKind.SPLIT):
            into = "+" if kind is ChangeKind.SPLIT else 1
            parser.add_argument("--into", nargs=into, required=True, metavar="CODE", help="what becomes of it")
        if kind is ChangeKind.MOVE:
            parser.add_argument("--under", metavar="CODE", help="the class that it is to be a part of")
        parser.add_argument("--note", default="", help="why; it stays in the history")
        parser.add_argument("--dry-run", action="store_true", help="say what it would do, and do nothing")
        parser.set_defaults(run=run_change)
    listing.set_defaults(run=run_list)
    undoing.set_defaults(run=run_undo)


def run_list(args: argparse.Namespace, database: Database, _now: datetime) -> int:
    """List classes and changes."""
    with database.snapshot() as connection:
        project = get_project(connection, args.project)
        classes = get_classes(connection, project.id, retired=True)
        done = changes_of(connection, project.id)
    facts = {"classes": [asdict(entry) for entry in classes], "changes": [_facts_of(each) for each in done]}
    rows = [
        (entry.code, entry.title_en, entry.parent or "", "retired" if entry.retired else "in use") for entry in classes
    ]
    acts = [
        (str(each.id), _named(each.change), f"{each.at:%Y-%m-%d %H:%M}", "taken back" if each.undone_at else "in force")
        for each in done
    ]
    lines = [*table(("class", "title", "part of", ""), rows), *table(("change", "", "when", ""), acts)]
    _say(args, facts, lines)
    return 0


def run_change(args: argparse.Namespace, database: Database, now: datetime) -> int:
    """Say what a change does and, unless it is a dry run, do it."""
    change = Change(
        ChangeKind(args.act),
        tuple(args.codes),
        tuple(getattr(args, "into", ())),
        getattr(args, "under", None),
        args.note,
    )
    with database.snapshot() as connection:
        project = get_project(connection, args.project)
        found = preview(connection, project, change)
    facts: dict[str, Any] = _foreseen(found)
    lines = list(_told(found))
    if not args.dry_run:
        with database.transaction() as connection:
            facts["change"] = change_classes(connection, project, change, now=now, actor=None)
        lines.append(f"Done. To take it back: classes undo {facts['change']} --project {args.project}")
    _say(args, facts, lines)
    return 0


def run_undo(args: argparse.Namespace, database: Database, now: datetime) -> int:
    """Take a change back."""
    with database.transaction() as connection:
        project = get_project(connection, args.project)
        act = undo_change(connection, project, args.number, now=now, actor=None)
    _say(args, {"change": act, "undoes": args.number}, [f"Change {args.number} is taken back."])
    return 0


def _told(found: Preview) -> Iterable[str]:
    yield f"{_named(found.plan.change)}."
    yield f"{found.changed:,} of {found.labelled:,} final labels change their meaning, {found.unlabelled:,} are lost."
    if found.waits:
        yield "That is of experts' labels alone: the consensus is made anew afterwards."
    if found.votes_lost or found.asked_again:
        yield f"{found.votes_lost:,} votes are kept and count no more; {found.asked_again:,} items are asked again."
    if found.golden_lost:
        yield f"{found.golden_lost:,} golden items wait for an expert's new word."
    for name, what in (("by_items", "Agreement"), ("kappa", "Kappa")):
        before, after = (figure_text(getattr(each, name)) for each in (found.before, found.after))
        yield f"{what}: {before} -> {after}"
    rows = [
        (each.code, each.becomes or "does not say which", *(f"{n:,}" for n in (each.votes, each.golden, each.rulings)))
        for each in found.effects
    ]
    yield from table(("class", "becomes", "votes", "golden", "rulings"), rows)


def _foreseen(found: Preview) -> dict[str, Any]:
    names = ("labelled", "changed", "unlabelled", "asked_again", "votes_lost", "golden_lost", "waits")
    agreed = {
        name: {when: asdict(getattr(each, name)) for when, each in (("before", found.before), ("after", found.after))}
        for name in ("by_items", "kappa")
    }
    return {name: getattr(found, name) for name in names} | {
        "mapping": dict(found.plan.mapping),
        "classes": [entry.code for entry in found.plan.classes],
        "effects": [asdict(each) for each in found.effects],
        "agreement": agreed["by_items"],
        "kappa": agreed["kappa"],
    }


def _named(change: Change) -> str:
    into = f" -> {', '.join(change.into)}" if change.into else ""
    under = f" under {change.parent or 'none'}" if change.kind is ChangeKind.MOVE else ""
    return f"{change.kind.value} {', '.join(change.codes)}{into}{under}"


def _facts_of(done: Done) -> dict[str, Any]:
    undone = done.undone_at.isoformat() if done.undone_at else None
    change = asdict(done.change) | {"kind": done.change.kind.value}
    return {"number": done.id, **change, "by": done.by, "at": done.at.isoformat(), "undone_at": undone}


def _say(args: argparse.Namespace, facts: Any, lines: Iterable[str]) -> None:
    text = json.dumps(facts, ensure_ascii=False, indent=1) if args.json else "\n".join(lines).lstrip("\n")
    sys.stdout.write(text + "\n")
