"""Votes out of the file of a command, coded, and what every report on votes tells of them first."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from labeling.cli.inputs import Inputs
from labeling.errors import LabelingError
from labeling.exchange.cells import plain_label
from labeling.exchange.label_lists import labels_of, set_label
from labeling.exchange.tables import FileTable
from labeling.quality.frames import Votes, votes_frame
from labeling.quality.kinds.sets import members

VOTES, GOLDEN = ("item", "annotator", "label"), ("item", "label")


def coded(
    args: argparse.Namespace,
    inputs: Inputs,
    table: FileTable,
    truth: pl.DataFrame | None = None,
    *,
    classes: Sequence[str] | None = None,
) -> tuple[Votes, dict[str, Any]]:
    """The votes of the table, and what is told of them first. ``classes`` None: those that are named or met, by name: in one
    order of classes the same draws fall on the same votes, and the digits are those of the page.

    Raises LabelingError ``level_out_of_range`` and as ``votes_frame`` does.
    """
    if not 0 < getattr(args, "level", 0.95) < 1:
        raise LabelingError("level_out_of_range", level=args.level)
    if classes is None:
        classes = sorted(classes_named(args) or labels_met(table, truth))
    votes = votes_frame(table.rows(*VOTES), golden=truth, classes=classes, items=table.names.get("item"))
    inputs.note_repeated(args.votes, votes.duplicates)
    about = {
        "file": args.votes,
        "votes": len(votes),
        "annotators": len(votes.annotators),
        "items": len(votes.items),
        "labels": list(votes.classes),
        "unsure": votes.abstained,
        "duplicates": votes.duplicates,
    }
    if truth is not None:
        matched = int((votes.golden >= 0).sum())
        unknown = {"golden_unknown": votes.golden_unknown, "golden_duplicates": votes.golden_duplicates}
        about |= {"golden": matched} | unknown
    return votes, about | inputs.facts()


def classes_named(args: argparse.Namespace) -> list[str] | None:
    """What ``--classes`` names, in its order; None where it isn't given."""
    return [name for part in args.classes.split(",") if (name := plain_label(part))] if args.classes else None


def class_order(args: argparse.Namespace, table: FileTable, truth: pl.DataFrame | None = None) -> list[str]:
    """The classes in their order: as named, or whole numbers as they count. Raises LabelingError ``no_class_order``."""
    named, met = classes_named(args), list(labels_met(table, truth))
    if named is not None:
        return named
    try:
        return sorted(met, key=int)
    except ValueError as error:
        raise LabelingError("no_class_order", labels=sorted(met)) from error


def classes_in(cell: str) -> list[str]:
    """The classes of a cell, a list of them or as our own exports write it. Raises LabelingError ``no_label_list``.

    >>> classes_in('["joy", "fear"]'), classes_in("joy|fear"), classes_in("joy"), classes_in("|")
    (['joy', 'fear'], ['joy', 'fear'], ['joy'], [])
    """
    try:
        classes = labels_of(cell)
    except ValueError as error:
        raise LabelingError("no_label_list", where="votes", cell=cell[:80]) from error
    return list(members(set_label(cell))) if classes is None else classes


def spelled(table: FileTable, truth: pl.DataFrame | None) -> pl.DataFrame:
    """The votes with items as String, and labels of which those of the golden items are some."""
    more = replace(table, names=table.names | {"label": labels_met(table, truth)})
    timed = ["seconds"] if "seconds" in table.scan.collect_schema() else []
    rows = more.rows(*VOTES, *timed)
    return rows.with_columns(table.names["item"].gather(rows["item"]))


def labels_met(table: FileTable, truth: pl.DataFrame | None = None) -> pl.Series:
    """Every label of the votes and of the golden items once, those of the votes first."""
    columns = [table.names.get("label"), None if truth is None or "label" not in truth.columns else truth["label"]]
    met = [column.cast(pl.String) for column in columns if column is not None]
    return pl.concat([pl.Series("label", [], dtype=pl.String), *met]).drop_nulls().unique(maintain_order=True)


def head(about: dict[str, Any]) -> Iterable[str]:
    """The first lines of a report."""
    facts = "{file}: {votes:,} votes of {annotators:,} annotators on {items:,} items, ".format(**about)
    yield f"{facts}{len(about['labels']):,} classes; unsure: {about['unsure']:,}"
    yield f"  duplicated (item, annotator) rows: {about['duplicates']:,}; the last one counts"
    if "golden" in about:
        text = "  golden items among them: {golden:,}; nobody was asked about {golden_unknown:,} more; "
        yield (text + "repeated golden rows: {golden_duplicates:,}").format(**about)
