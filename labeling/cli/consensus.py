"""``consensus``: one label an item with its probability, from a file of votes, for every kind of label."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import polars as pl

from labeling.cli.inputs import Inputs, add_writing_arguments, reading_of
from labeling.cli.refusals import Report
from labeling.cli.tables import number_text, table
from labeling.cli.voted import GOLDEN, VOTES, class_order, classes_in, classes_named, coded, head, labels_met
from labeling.errors import LabelingError
from labeling.exchange.tables import FileTable
from labeling.quality.consensus import Choice, Consensus, Warned
from labeling.quality.frames import Votes
from labeling.quality.kinds import Kind
from labeling.quality.kinds.consensus import consensus_of_kind, methods_of
from labeling.quality.kinds.lineage import deepest
from labeling.quality.kinds.pair import coded_preferences
from labeling.quality.kinds.renaming import renamed
from labeling.quality.kinds.sets import set_code
from labeling.quality.kinds.several_consensus import Decoding
from labeling.quality.kinds.tree import coded_paths

_REASONS = {
    "golden_items": "weighed by how well each model foretold golden labels hidden from it",
    "held_out_votes": "no golden items: weighed by how well each model foretold votes hidden from it",
    "weak_evidence": "no model foretold hidden votes clearly better than the majority, so it stays; the models break ties",
    "too_few_votes": "too few votes to tell one model from another",
    "only_majority_left": "every other model lost a class that the votes clearly show",
    "no_overlap": "no item has two votes, so no model can be told from another",
}
WARNINGS = {
    Warned.NO_OVERLAP: "one vote an item: how right these labels are is known from golden items alone",
    Warned.NO_EVIDENCE: "one vote an item and none on a golden item: nothing says how right these labels are. Their probability "
    "is a guess, the same for all; bring golden labels, or have some items labeled twice",
}


def add_consensus_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this command alone."""
    parser.add_argument("-o", "--output", required=True, metavar="OUT", help="CSV, JSONL or Parquet; - is stdout")
    add_writing_arguments(parser)
    parser.add_argument(
        "--kind",
        choices=[kind.value for kind in Kind],
        default=Kind.SINGLE.value,
        help="what a label is: one class; several, in a list, written a|b; one of --classes in their order; a path, a > b; of a "
        "pair first, second, tie or both bad",
    )
    parser.add_argument(
        "--method",
        choices=list(dict.fromkeys(method for kind in Kind for method in methods_of(kind))),
        default="auto",
        help="ordinal is of ordered classes, yes_no of several at once",
    )
    parser.add_argument("--seed", type=int, default=0, help="of what is drawn, ties among it")
    parser.add_argument(
        "--decoding",
        choices=[each.value for each in Decoding],
        default=Decoding.LIKELY.value,
        help="of several classes: those likelier than not, or as many as the expected macro F1 wants",
    )
    parser.add_argument("--no-empty", action="store_true", help="of several classes: at least one an item")
    parser.add_argument("--sure", type=float, metavar="P", help="of paths: up the tree until one is probable by P")


def consensus(args: argparse.Namespace, inputs: Inputs) -> Report:
    """What the command found, and OUT written.

    Raises LabelingError as the consensus does, ``no_class_order``, ``no_label_list``, ``sure_without_tree``.
    """
    kind = Kind(args.kind)
    if args.sure is not None and kind is not Kind.TREE:
        raise LabelingError("sure_without_tree", kind=kind.value)
    truth = inputs.read(args.golden, GOLDEN, may_be_empty=True) if args.golden else None
    given = inputs.table(args.votes, VOTES, options=reading_of(args))
    votes, scheme, about = _coded(kind, args, inputs, given, truth)
    found = consensus_of_kind(
        votes,
        kind,
        method=args.method,
        classes=scheme,
        decoding=Decoding(args.decoding),
        empty=not args.no_empty,
        seed=args.seed,
    )
    frame = found.frame if args.sure is None else deepest(found, args.sure)
    inputs.write(frame, args)
    facts = about | {
        "kind": kind.value,
        "labels": list(found.classes),
        "method": args.method,
        "output": args.output,
        "rows": len(frame),
        "ties": found.ties,
        "one_vote": found.single,
        "warning": found.warning,
    }
    if found.choice is not None:
        facts |= {"choice": asdict(found.choice), "leading": found.choice.leading}
    return facts, [*head(facts), *inputs.lines(repeated=False), *_consensus_lines(found, frame, args)]


def _coded(
    kind: Kind, args: argparse.Namespace, inputs: Inputs, given: FileTable, truth: pl.DataFrame | None
) -> tuple[Votes, list[str] | None, dict[str, Any]]:
    """The votes as a consensus of the kind wants them, the classes of the scheme of sets, and what is told first."""
    classes = None
    if kind is Kind.ORDERED:
        classes = class_order(args, given, truth)
    elif kind is not Kind.SINGLE:
        # What stands in the cells; what classes it means is seen next.
        classes = sorted(labels_met(given, truth))
    votes, about = coded(args, inputs, given, truth, classes=classes)
    named = classes_named(args)
    if kind is Kind.PAIR:
        votes = coded_preferences(votes)
    elif kind is Kind.TREE:
        votes = coded_paths(votes, classes=named)
    elif kind is Kind.SEVERAL:
        cells = [classes_in(cell) for cell in votes.classes]
        named = named or sorted({name for cell in cells for name in cell})
        codes = [set_code(cell, named) for cell in cells]
        votes = renamed(votes, codes, sorted(set(codes)))
    return votes, named, about


def _consensus_lines(consensus: Consensus, frame: pl.DataFrame, args: argparse.Namespace) -> Iterable[str]:
    labeled = frame["probability"].drop_nulls()
    mean = labeled.mean()
    sure = f", mean probability {mean:.3f}" if isinstance(mean, float) else ""
    yield f"{args.output}: {len(frame):,} items, {len(labeled):,} with a label{sure}"
    if args.sure is not None:
        up = frame.filter(pl.col("label") != consensus.frame["label"].cast(pl.String)).height
        yield f"  up the tree until it is probable by {args.sure:g}: {up:,} items have another node than the likeliest class"
    yield f"  ties: {consensus.ties:,}; drawn by a hash of seed {consensus.seed}, item and class"
    if consensus.single:
        yield f"  items with one vote alone: {consensus.single:,}; each as sure as its annotator was right elsewhere"
    if consensus.warning is not None:
        yield f"warning: {WARNINGS[consensus.warning]}"
    if consensus.choice is not None:
        yield from _choice_lines(consensus.choice, consensus.kind)


def _choice_lines(choice: Choice, kind: Kind) -> Iterable[str]:
    yield f"auto: {choice.leading} leads; {_REASONS.get(choice.reason, choice.reason)}"
    rows = [
        (
            name,
            f"{evidence.weight:.2f}",
            number_text(evidence.vote_score),
            number_text(evidence.golden_accuracy),
            evidence.excluded or "",
        )
        for name, evidence in choice.models.items()
    ]
    votes, golden = ("yes or no of votes", "golden yes or no") if kind is Kind.SEVERAL else ("votes", "golden items")
    heads = ("model", "weight", f"log score on {choice.votes:,} {votes}", f"right on {choice.golden:,} {golden}", "")
    yield from table(heads, rows)
