"""``agreement``, ``consensus`` and ``assessors``: the figures of quality from files, without a database."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import polars as pl

from labeling.cli.agreement import add_agreement_arguments, agreement
from labeling.cli.consensus import add_consensus_arguments, consensus
from labeling.cli.inputs import Inputs, add_reading_arguments, reading_of
from labeling.cli.refusals import Report, on_files
from labeling.cli.tables import number_text, row_text, table
from labeling.cli.voted import GOLDEN, VOTES, coded, head, spelled
from labeling.quality.assessor_skill import golden_accuracy, ranking, skill_posterior
from labeling.quality.consensus import METHODS, consensus_of
from labeling.quality.groups import agreement_with_others
from labeling.quality.pace import abstentions, pace


def add_commands(commands: Any) -> None:
    """Add the three commands to the subparsers of the main command; they read files and open no database."""
    agreeing = commands.add_parser("agreement", help="how far annotators agree, from a file of votes")
    add_agreement_arguments(agreeing)
    aggregating = commands.add_parser("consensus", help="one label an item with its probability, from a file of votes")
    add_consensus_arguments(aggregating)
    assessing = commands.add_parser("assessors", help="how right each annotator is, from votes and golden labels")
    for parser, run in ((agreeing, agreement), (aggregating, consensus), (assessing, _assessors)):
        parser.add_argument("votes", metavar="VOTES", help="CSV, JSONL or Parquet with columns item, annotator, label")
        add_reading_arguments(parser)
        parser.add_argument("--classes", metavar="A,B", help="all classes of the scheme, also those nobody chose")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.set_defaults(run=on_files(run), on_files=True)
    for parser in (aggregating, assessing):
        parser.add_argument("--golden", metavar="FILE", help="golden labels: columns item, label")
    assessing.add_argument("--method", choices=METHODS, default="auto")
    for parser in (agreeing, assessing):
        parser.add_argument("--level", type=float, default=0.95, help="of the intervals")


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
