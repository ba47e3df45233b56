"""``agreement``, ``consensus`` and ``assessors``: the figures of quality from files, without a database."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import polars as pl

from labeling.cli.agreement import add_agreement_arguments, agreement
from labeling.cli.inputs import Inputs, add_reading_arguments, add_writing_arguments, reading_of
from labeling.cli.refusals import Report, on_files
from labeling.cli.tables import number_text, row_text, table
from labeling.cli.voted import GOLDEN, VOTES, coded, head, spelled
from labeling.quality.assessor_skill import golden_accuracy, ranking, skill_posterior
from labeling.quality.consensus import METHODS, Choice, Consensus, Warned, consensus_of
from labeling.quality.groups import agreement_with_others
from labeling.quality.pace import abstentions, pace

_REASONS = {
    "golden_items": "weighed by how well each model foretold golden labels hidden from it",
    "held_out_votes": "no golden items: weighed by how well each model foretold votes hidden from it",
    "too_few_votes": "too few votes to tell one model from another",
    "only_majority_left": "every other model lost a class that the votes clearly show",
    "no_overlap": "no item has two votes, so no model can be told from another",
}
WARNINGS = {
    Warned.NO_OVERLAP: "one vote an item: how right these labels are is known from golden items alone",
    Warned.NO_EVIDENCE: "one vote an item and none on a golden item: nothing says how right these labels are. Their probability "
    "is a guess, the same for all; bring golden labels, or have some items labeled twice",
}


def add_commands(commands: Any) -> None:
    """Add the three commands to the subparsers of the main command; they read files and open no database."""
    agreeing = commands.add_parser("agreement", help="how far annotators agree, from a file of votes")
    add_agreement_arguments(agreeing)
    aggregating = commands.add_parser("consensus", help="one label an item with its probability, from a file of votes")
    aggregating.add_argument("-o", "--output", required=True, metavar="OUT", help="CSV, JSONL or Parquet; - is stdout")
    add_writing_arguments(aggregating)
    assessing = commands.add_parser("assessors", help="how right each annotator is, from votes and golden labels")
    for parser, run in ((agreeing, agreement), (aggregating, _consensus), (assessing, _assessors)):
        parser.add_argument("votes", metavar="VOTES", help="CSV, JSONL or Parquet with columns item, annotator, label")
        add_reading_arguments(parser)
        parser.add_argument("--classes", metavar="A,B", help="all classes of the scheme, also those nobody chose")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.set_defaults(run=on_files(run), on_files=True)
    for parser in (aggregating, assessing):
        parser.add_argument("--golden", metavar="FILE", help="golden labels: columns item, label")
        parser.add_argument("--method", choices=METHODS, default="auto")
    aggregating.add_argument("--seed", type=int, default=0, help="of what is drawn, ties among it")
    for parser in (agreeing, assessing):
        parser.add_argument("--level", type=float, default=0.95, help="of the intervals")


def _consensus(args: argparse.Namespace, inputs: Inputs) -> Report:
    truth = inputs.read(args.golden, GOLDEN, may_be_empty=True) if args.golden else None
    votes, about = coded(args, inputs, inputs.table(args.votes, VOTES, options=reading_of(args)), truth)
    consensus = consensus_of(votes, method=args.method, seed=args.seed)
    inputs.write(consensus.frame, args)
    facts = about | {
        "method": args.method,
        "output": args.output,
        "rows": len(consensus.frame),
        "ties": consensus.ties,
        "one_vote": consensus.single,
        "warning": consensus.warning,
    }
    if consensus.choice is not None:
        facts |= {"choice": asdict(consensus.choice), "leading": consensus.choice.leading}
    return facts, [*head(about), *inputs.lines(repeated=False), *_consensus_lines(consensus, args.output)]


def _consensus_lines(consensus: Consensus, output: str) -> Iterable[str]:
    labeled = consensus.frame["probability"].drop_nulls()
    mean = labeled.mean()
    sure = f", mean probability {mean:.3f}" if isinstance(mean, float) else ""
    yield f"{output}: {len(consensus.frame):,} items, {len(labeled):,} with a label{sure}"
    yield f"  ties: {consensus.ties:,}; drawn by a hash of seed {consensus.seed}, item and class"
    if consensus.single:
        yield f"  items with one vote alone: {consensus.single:,}; each as sure as its annotator was right elsewhere"
    if consensus.warning is not None:
        yield f"warning: {WARNINGS[consensus.warning]}"
    if consensus.choice is not None:
        yield from _choice_lines(consensus.choice)


def _choice_lines(choice: Choice) -> Iterable[str]:
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
    heads = ("model", "weight", f"log score on {choice.votes:,} votes", f"right on {choice.golden:,} golden items", "")
    yield from table(heads, rows)


def _assessors(args: argparse.Namespace, inputs: Inputs) -> Report:
    given = inputs.table(args.votes, VOTES, also=("seconds", "created_at"), options=reading_of(args))
    golden = inputs.read(args.golden, GOLDEN, may_be_empty=True) if args.golden else None
    votes, about = coded(args, inputs, given, golden)
    frame = spelled(given, golden)
    aggregated = consensus_of(votes, method=args.method).frame.drop_nulls("label")
    skill = skill_posterior(frame, golden, aggregated, level=args.level)
    ranked = ranking(skill.table, level=args.level).rename({"low": "skill_low", "high": "skill_high", "n": "skill_n"})
    with_others = agreement_with_others(votes, level=args.level)
    unsure = abstentions(frame, level=args.level).select(
        "annotator", "unsure", "unsure_share", pl.col("n").alias("given")
    )
    parts = [_prefixed(with_others, "agreement", ("agreement", "low", "high", "n")), unsure]
    if golden is not None:
        accuracy = golden_accuracy(frame, golden, level=args.level)
        parts.insert(0, _prefixed(accuracy, "accuracy", ("accuracy", "low", "high", "n")))
    if "seconds" in frame.columns:
        timed = frame.with_columns(pl.col("seconds").cast(pl.Float64, strict=False))
        parts.append(_prefixed(pace(timed, level=args.level), "seconds", ("median_seconds", "low", "high", "n")))
    for part in parts:
        ranked = ranked.join(part, on="annotator", how="left", maintain_order="left")
    facts = about | {"anchored": skill.pool.anchored, "pool": asdict(skill.pool), "assessors": ranked.to_dicts()}
    first = [*head(about), *inputs.lines(repeated=False)]
    return facts, _assessor_lines(first, ranked, skill.pool.anchored)


def _assessor_lines(first: Iterable[str], ranked: pl.DataFrame, anchored: bool) -> Iterable[str]:
    yield from first
    if not anchored:
        yield "no golden answers: skill is agreement with consensus, which proves nothing where all err alike"
    heads = {"accuracy": "golden accuracy", "agreement": "agreement with others", "seconds": "median seconds"}
    columns = [name for name in heads if name in ranked.columns]
    rows = [
        (
            f"{row['rank']} [{row['rank_low']}, {row['rank_high']}]",
            str(row["annotator"]),
            row_text(row, "skill", "skill_low", "skill_high", "skill_n"),
            *(row_text(row, name, f"{name}_low", f"{name}_high", f"{name}_n") for name in columns),
            f"{number_text(row['unsure_share'])}, n = {row['given']:,}",
        )
        for row in ranked.to_dicts()
    ]
    yield from table(("rank", "annotator", "skill", *(heads[name] for name in columns), "unsure"), rows)


def _prefixed(frame: pl.DataFrame, name: str, columns: tuple[str, str, str, str]) -> pl.DataFrame:
    named = (name, f"{name}_low", f"{name}_high", f"{name}_n")
    return frame.select("annotator", *(pl.col(old).alias(new) for old, new in zip(columns, named, strict=True)))
