"""``agreement``, ``consensus`` and ``assessors``: the figures of quality from files, without a database."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from typing import Any

import polars as pl

from labeling.cli.inputs import Inputs, add_reading_arguments, add_writing_arguments, reading_of
from labeling.cli.refusals import Report, on_files
from labeling.errors import LabelingError
from labeling.exchange.cells import plain_label
from labeling.exchange.tables import FileTable
from labeling.quality.agreement import Agreement, agreement_report
from labeling.quality.assessor_skill import golden_accuracy, ranking, skill_posterior
from labeling.quality.consensus import METHODS, Choice, Consensus, Warned, consensus_of
from labeling.quality.figures import Figure
from labeling.quality.frames import Votes, votes_frame
from labeling.quality.groups import agreement_with_others
from labeling.quality.pace import abstentions, pace

VOTES, GOLDEN = ("item", "annotator", "label"), ("item", "label")
_FIGURES = {
    "by_items": "pairwise agreement, by items",
    "by_pairs": "pairwise agreement, by pairs of votes",
    "kappa": "mean Cohen's kappa (n: pairs)",
    "fleiss": "Fleiss' kappa",
    "ac1": "Gwet's AC1",
    "alpha": "Krippendorff's alpha",
    "alpha_ordinal": "Krippendorff's alpha, ordinal",
}
_REASONS = {
    "golden_items": "weighed by how well each model foretold golden labels hidden from it",
    "held_out_votes": "no golden items: weighed by how well each model foretold votes hidden from it",
    "too_few_votes": "too few votes to tell one model from another",
    "only_majority_left": "every other model lost a class that the votes clearly show",
    "no_overlap": "no item has two votes, so no model can be told from another",
}
_WARNINGS = {
    Warned.NO_OVERLAP: "one vote an item: how right these labels are is known from golden items alone",
    Warned.NO_EVIDENCE: "one vote an item and none on a golden item: nothing says how right these labels are. Their probability "
    "is a guess, the same for all; bring golden labels, or have some items labeled twice",
}


def add_commands(commands: Any) -> None:
    """Add the three commands to the subparsers of the main command; they read files and open no database."""
    agreeing = commands.add_parser("agreement", help="how far annotators agree, from a file of votes")
    agreeing.add_argument("--draws", type=int, default=1000, help="bootstrap draws for the intervals, 0 for none")
    agreeing.add_argument(
        "--ordered", action="store_true", help="classes stand in the order of --classes: ordinal alpha"
    )
    aggregating = commands.add_parser("consensus", help="one label an item with its probability, from a file of votes")
    aggregating.add_argument("-o", "--output", required=True, metavar="OUT", help="CSV, JSONL or Parquet; - is stdout")
    add_writing_arguments(aggregating)
    assessing = commands.add_parser("assessors", help="how right each annotator is, from votes and golden labels")
    for parser, run in ((agreeing, _agreement), (aggregating, _consensus), (assessing, _assessors)):
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


def _agreement(args: argparse.Namespace, inputs: Inputs) -> Report:
    votes, about = _votes(args, inputs)
    report = agreement_report(votes, ordered=args.ordered, draws=args.draws, level=args.level)
    overall, classes, pairs = report.overall, report.classes, report.pairs
    facts = about | {
        "items_used": overall.items_used,
        "items_single": overall.items_single,
        "items_empty": overall.items_empty,
        "figures": {name: asdict(getattr(overall, name)) for name in _FIGURES},
        "band": overall.band,
        "imbalance": asdict(overall.imbalance),
        "classes": classes.to_dicts(),
        "pairs": pairs.to_dicts(),
    }
    return facts, _agreement_lines([*_head(about), *inputs.lines(repeated=False)], overall, classes, pairs)


def _agreement_lines(
    head: Iterable[str], overall: Agreement, classes: pl.DataFrame, pairs: pl.DataFrame
) -> Iterable[str]:
    yield from head
    yield f"  {overall.items_used:,} items with two votes or more; left out: {overall.items_single:,} with one"
    figures = [(title, getattr(overall, name)) for name, title in _FIGURES.items()]
    rows = [(title, _figure(figure)) for title, figure in figures if figure.value is not None or "ordinal" not in title]
    yield from _table(("figure", "value [low, high], n"), rows)
    yield f"mean Cohen's kappa is {overall.band.value.replace('_', ' ') if overall.band else 'undefined'}"
    lop = overall.imbalance
    if lop.misleading and lop.first is not None:
        share = f"{lop.top_two_share:.0%} of all votes" if lop.top_two_share is not None else "all votes"
        named = f"{lop.first} and {lop.second}" if lop.second else lop.first
        yield f"raw agreement misleads here: {named} have {share}; trust AC1 and the kappas by class"
    yield from _table(
        ("class", "votes", "agreement", "kappa against the rest"),
        [
            (row["label"], f"{row['votes']:,}", _row(row), _row(row, "kappa", "kappa_low", "kappa_high"))
            for row in classes.to_dicts()
        ],
    )
    between = [(str(row["annotator_a"]), str(row["annotator_b"]), _row(row, "kappa")) for row in pairs.to_dicts()]
    yield from _table(("annotator", "and", "Cohen's kappa"), between)


def _consensus(args: argparse.Namespace, inputs: Inputs) -> Report:
    votes, about = _votes(args, inputs, golden=True)
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
    head = [*_head(about), *inputs.lines(repeated=False)]
    return facts, [*head, *_consensus_lines(consensus, args.output)]


def _consensus_lines(consensus: Consensus, output: str) -> Iterable[str]:
    labeled = consensus.frame["probability"].drop_nulls()
    mean = labeled.mean()
    sure = f", mean probability {mean:.3f}" if isinstance(mean, float) else ""
    yield f"{output}: {len(consensus.frame):,} items, {len(labeled):,} with a label{sure}"
    yield f"  ties: {consensus.ties:,}; drawn by a hash of seed {consensus.seed}, item and class"
    if consensus.single:
        yield f"  items with one vote alone: {consensus.single:,}; each as sure as its annotator was right elsewhere"
    if consensus.warning is not None:
        yield f"warning: {_WARNINGS[consensus.warning]}"
    if consensus.choice is not None:
        yield from _choice_lines(consensus.choice)


def _choice_lines(choice: Choice) -> Iterable[str]:
    yield f"auto: {choice.leading} leads; {_REASONS.get(choice.reason, choice.reason)}"
    rows = [
        (
            name,
            f"{evidence.weight:.2f}",
            _number(evidence.vote_score),
            _number(evidence.golden_accuracy),
            evidence.excluded or "",
        )
        for name, evidence in choice.models.items()
    ]
    heads = ("model", "weight", f"log score on {choice.votes:,} votes", f"right on {choice.golden:,} golden items", "")
    yield from _table(heads, rows)


def _assessors(args: argparse.Namespace, inputs: Inputs) -> Report:
    given = inputs.table(args.votes, VOTES, also=("seconds", "created_at"), options=reading_of(args))
    golden = inputs.read(args.golden, GOLDEN, may_be_empty=True) if args.golden else None
    votes, about = _coded(args, inputs, given, golden)
    frame = _spelled(given, golden)
    aggregated = consensus_of(votes, method=args.method).frame.drop_nulls("label")
    skill = skill_posterior(frame, golden, aggregated, level=args.level)
    table = ranking(skill.table, level=args.level).rename({"low": "skill_low", "high": "skill_high", "n": "skill_n"})
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
        table = table.join(part, on="annotator", how="left", maintain_order="left")
    facts = about | {"anchored": skill.pool.anchored, "pool": asdict(skill.pool), "assessors": table.to_dicts()}
    head = [*_head(about), *inputs.lines(repeated=False)]
    return facts, _assessor_lines(head, table, skill.pool.anchored)


def _assessor_lines(head: Iterable[str], table: pl.DataFrame, anchored: bool) -> Iterable[str]:
    yield from head
    if not anchored:
        yield "no golden answers: skill is agreement with consensus, which proves nothing where all err alike"
    heads = {"accuracy": "golden accuracy", "agreement": "agreement with others", "seconds": "median seconds"}
    columns = [name for name in heads if name in table.columns]
    rows = [
        (
            f"{row['rank']} [{row['rank_low']}, {row['rank_high']}]",
            str(row["annotator"]),
            _row(row, "skill", "skill_low", "skill_high", "skill_n"),
            *(_row(row, name, f"{name}_low", f"{name}_high", f"{name}_n") for name in columns),
            f"{_number(row['unsure_share'])}, n = {row['given']:,}",
        )
        for row in table.to_dicts()
    ]
    yield from _table(("rank", "annotator", "skill", *(heads[name] for name in columns), "unsure"), rows)


def _prefixed(frame: pl.DataFrame, name: str, columns: tuple[str, str, str, str]) -> pl.DataFrame:
    named = (name, f"{name}_low", f"{name}_high", f"{name}_n")
    return frame.select("annotator", *(pl.col(old).alias(new) for old, new in zip(columns, named, strict=True)))


def _votes(args: argparse.Namespace, inputs: Inputs, *, golden: bool = False) -> tuple[Votes, dict[str, Any]]:
    """The votes of the file, and what is told of them first."""
    truth = inputs.read(args.golden, GOLDEN, may_be_empty=True) if golden and args.golden else None
    return _coded(args, inputs, inputs.table(args.votes, VOTES, options=reading_of(args)), truth)


def _coded(
    args: argparse.Namespace, inputs: Inputs, table: FileTable, truth: pl.DataFrame | None
) -> tuple[Votes, dict[str, Any]]:
    if not 0 < getattr(args, "level", 0.95) < 1:
        raise LabelingError("level_out_of_range", level=args.level)
    classes = [name for part in args.classes.split(",") if (name := plain_label(part))] if args.classes else None
    # In one order of classes the same draws fall on the same votes: the digits are those of the page.
    if classes is None or not getattr(args, "ordered", False):
        classes = sorted(classes or _labels_met(table, truth))
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


def _spelled(table: FileTable, truth: pl.DataFrame | None) -> pl.DataFrame:
    """The votes with items as String, and labels of which those of the golden items are some."""
    more = replace(table, names=table.names | {"label": _labels_met(table, truth)})
    timed = ["seconds"] if "seconds" in table.scan.collect_schema() else []
    rows = more.rows(*VOTES, *timed)
    return rows.with_columns(table.names["item"].gather(rows["item"]))


def _labels_met(table: FileTable, truth: pl.DataFrame | None) -> pl.Series:
    """Every label of the votes and of the golden items once, those of the votes first."""
    columns = [table.names.get("label"), None if truth is None or "label" not in truth.columns else truth["label"]]
    met = [column.cast(pl.String) for column in columns if column is not None]
    return pl.concat([pl.Series("label", [], dtype=pl.String), *met]).drop_nulls().unique(maintain_order=True)


def _head(about: dict[str, Any]) -> Iterable[str]:
    facts = "{file}: {votes:,} votes of {annotators:,} annotators on {items:,} items, ".format(**about)
    yield f"{facts}{len(about['labels']):,} classes; unsure: {about['unsure']:,}"
    yield f"  duplicated (item, annotator) rows: {about['duplicates']:,}; the last one counts"
    if "golden" in about:
        text = "  golden items among them: {golden:,}; nobody was asked about {golden_unknown:,} more; "
        yield (text + "repeated golden rows: {golden_duplicates:,}").format(**about)


def _table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterable[str]:
    """Columns as wide as their longest cell, a blank line before them; nothing where there are no rows."""
    if not rows:
        return
    widths = [max(len(row[at]) for row in [heads, *rows]) for at in range(len(heads))]
    yield ""
    for row in [heads, *rows]:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _figure(figure: Figure) -> str:
    """Value, interval and n.

    >>> _figure(Figure(0.5, 0.25, 0.75, 12)), _figure(Figure(None, None, None, 0))
    ('0.500 [0.250, 0.750], n = 12', 'undefined, n = 0')
    """
    if figure.value is None:
        return f"undefined, n = {figure.n:,}"
    interval = "" if figure.low is None or figure.high is None else f" [{figure.low:.3f}, {figure.high:.3f}]"
    return f"{figure.value:.3f}{interval}, n = {figure.n:,}"


def _row(row: dict[str, Any], value: str = "agreement", low: str = "low", high: str = "high", n: str = "n") -> str:
    return _figure(Figure(row[value], row[low], row[high], row[n] or 0))


def _number(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"
