"""``suspicions``, ``data-map`` and ``label-issues``: which labels are probably wrong, from files, without a database."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from typing import Any

import polars as pl

from labeling.cli.inputs import Inputs, add_writing_arguments
from labeling.cli.refusals import Report, on_files
from labeling.cli.sentences import CLASSIFIER_NEAR, CLASSIFIER_RIGHT, LONGER_PREFERRED, MORE_LABELS
from labeling.cli.voted import classes_named
from labeling.errors import LabelingError
from labeling.exchange.cells import plain_label
from labeling.quality.consensus import METHODS
from labeling.quality.kinds import Kind
from labeling.review.classifier import Trained, cross_validate
from labeling.review.data_map import Cuts, data_map
from labeling.review.evidence import gather
from labeling.review.issues import label_issues
from labeling.review.scheme import Scheme
from labeling.review.suspicion import Suspicion, suspicion
from labeling.review.texts import Texts, group_codes, texts_frame
from labeling.review.worth import Worth, heard

_BAR = 30
_SHOWN = 10


def add_commands(commands: Any) -> None:
    """Add the three commands to the subparsers of the main command; they read files and open no database."""
    suspecting = commands.add_parser("suspicions", help="the labels that are probably wrong, worst first, and why")
    suspecting.add_argument("items", metavar="ITEMS", help="CSV, JSONL or Parquet with columns item, text")
    suspecting.add_argument("votes", metavar="VOTES", help="columns item, annotator, label")
    suspecting.add_argument("--golden", metavar="FILE", help="golden labels and rulings: columns item, label")
    suspecting.add_argument("--suggestions", metavar="FILE", help="the junior's suggestions: columns item, label")
    suspecting.add_argument(
        "--probabilities", metavar="FILE", help="instead of our classifier: item and a column for each class"
    )
    suspecting.add_argument(
        "--kind",
        choices=[kind.value for kind in Kind],
        default=Kind.SINGLE.value,
        help="what a label is: one class; several, as a|b, | for none; one of --classes in their order; a path, a > b; of a "
        "pair first, second, tie or both_bad, where ITEMS has columns first, second",
    )
    suspecting.add_argument("--classes", metavar="A,B", help="all classes, in their order")
    suspecting.add_argument("--method", choices=METHODS, default="auto", help="of consensus")
    mapping = commands.add_parser("data-map", help="how each label looked to a classifier while it learned")
    mapping.add_argument("--dynamics", choices=("training", "heldout"), default="training", help="whose epochs")
    mapping.add_argument("--ambiguous", type=float, default=Cuts().ambiguous, help="share that varies most: ambiguous")
    mapping.add_argument("--hard", type=float, default=Cuts().hard, help="confidence under it: hard to learn")
    finding = commands.add_parser("label-issues", help="label issues by confident learning")
    for parser in (mapping, finding):
        parser.add_argument("items", metavar="ITEMS", help="CSV, JSONL or Parquet with columns item, text, label")
        parser.add_argument("--label", default="label", help="the column of labels")
    for parser, run in ((suspecting, _suspicions), (mapping, _data_map), (finding, _label_issues)):
        parser.add_argument("-o", "--output", required=True, metavar="OUT", help="CSV, JSONL or Parquet; - is stdout")
        add_writing_arguments(parser)
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument("--seed", type=int, default=0)
        parser.set_defaults(run=on_files(run), on_files=True)


def _suspicions(args: argparse.Namespace, inputs: Inputs) -> Report:
    scheme = Scheme(Kind(args.kind), tuple(classes_named(args) or ()))
    items = inputs.read(args.items, ("item", *scheme.columns))
    votes = inputs.read(args.votes, ("item", "annotator", "label"))
    golden, suggestions = (
        inputs.read(name, ("item", "label"), may_be_empty=True) if name else None
        for name in (args.golden, args.suggestions)
    )
    evidence = gather(
        items,
        votes,
        scheme=scheme,
        settled=golden,
        suggestions=suggestions,
        probabilities=_probabilities(args, inputs),
        method=args.method,
        seed=args.seed,
        progress=_progress(),
    )
    suspicions = suspicion(evidence, golden)
    as_json = pl.col("reasons").map_elements(_reasons, return_dtype=pl.String)
    inputs.write(suspicions.frame.with_columns(as_json).select("item", "given", "probable", "score", "reasons"), args)
    open_ones = suspicions.frame.filter(~pl.col("settled"))
    facts = {
        "output": args.output,
        "items": len(suspicions.frame),
        "settled": len(suspicions.frame) - len(open_ones),
        "expected_wrong": float(open_ones["score"].sum()),
        "agreed_errors": suspicions.shared.errors.value,
        "agreed_errors_low": suspicions.shared.errors.low,
        "agreed_errors_high": suspicions.shared.errors.high,
        "agreed_settled": suspicions.shared.errors.n,
        "agreed_expected": suspicions.shared.expected,
        "leaning_on_rulings": suspicions.shared.leaning,
        "classifier": evidence.worth.facts(),
        **inputs.facts(),
    }
    return facts, [*_suspicion_lines(facts, suspicions), *_worth_lines(evidence.worth), *inputs.lines()]


def _probabilities(args: argparse.Namespace, inputs: Inputs) -> pl.DataFrame | None:
    """Those of a classifier of one's own, with the names of its classes as labels are compared."""
    if not args.probabilities:
        return None
    found = inputs.read(args.probabilities, ("item",), also=None)
    return found.rename(plain_label) if len({*map(plain_label, found.columns)}) == found.width else found


def _suspicion_lines(facts: dict[str, Any], suspicions: Suspicion) -> Iterable[str]:
    yield (
        "{output}: {items:,} items, {settled:,} settled; about {expected_wrong:.0f} of the others are wrong, as votes, texts and "
        "rulings let one expect; only an audit measures it"
    ).format(**facts)
    if suspicions.shared.leaning:
        yield (
            "Assessors agree and err: {agreed_errors:.0%} [{agreed_errors_low:.0%}, {agreed_errors_high:.0%}] of "
            "{agreed_settled:,} settled items on which they agreed are wrong, {agreed_expected:.0%} were expected. The order "
            "follows the rulings; look at the guidelines."
        ).format(**facts)
    for row in suspicions.frame.filter(~pl.col("settled")).head(_SHOWN).iter_rows(named=True):
        codes = ", ".join(reason["code"] for reason in row["reasons"][:3])
        yield f"  {row['score']:.2f}  {row['item']}: {row['given']}, probably {row['probable']} ({codes})"


def _worth_line(found: Worth) -> str:
    """How the classifier compares with always saying the same, and what follows where it doesn't do better."""
    right = CLASSIFIER_NEAR if found.near else CLASSIFIER_RIGHT
    if found.speaks:
        return right.format(**_worth(found))
    return f"{right} and nothing here rests on it; {MORE_LABELS}".format(**_worth(found))


def _worth_lines(found: Worth) -> Iterable[str]:
    yield _worth_line(found)
    longer = found.longer
    if longer is not None and longer.value is not None:
        yield LONGER_PREFERRED.format(share=longer.value, low=longer.low, high=longer.high, n=longer.n)


def _worth(found: Worth) -> dict[str, Any]:
    accuracy = found.accuracy
    right = {"right": accuracy.value, "low": accuracy.low, "high": accuracy.high, "n": accuracy.n}
    return right | {"frequent": found.frequent, "always": found.always}


def _reasons(reasons: pl.Series) -> str:
    rounded = [
        {name: round(fact, 4) if isinstance(fact, float) else fact for name, fact in reason.items() if fact is not None}
        for reason in reasons.to_list()
    ]
    return json.dumps(rounded, ensure_ascii=False)


def _data_map(args: argparse.Namespace, inputs: Inputs) -> Report:
    texts, trained, found = _trained(args, inputs)
    epochs = trained.heldout if args.dynamics == "heldout" else trained.training
    if epochs is None:
        raise LabelingError("no_labels")
    cuts = Cuts(args.ambiguous, args.hard)
    mapped = data_map(epochs, texts.label, texts.items, texts.classes, cuts=cuts)
    inputs.write(mapped.frame, args)
    sizes = dict(mapped.frame.group_by("region").len().rows())
    facts = {"output": args.output, "items": len(mapped.frame), "dynamics": args.dynamics}
    facts |= {str(region): size for region, size in sizes.items()}
    facts |= inputs.facts() | {
        "variability_cut": mapped.variability_cut if mapped.variability_cut < 1 else None,
        "hard": cuts.hard,
        "classifier": found.facts(),
    }
    regions = ", ".join(f"{size:,} {region}" for region, size in sorted(sizes.items()))
    told = f"{args.output}: {len(mapped.frame):,} items by {args.dynamics} epochs: {regions}"
    return facts, [told, _worth_line(found), *inputs.lines()]


def _label_issues(args: argparse.Namespace, inputs: Inputs) -> Report:
    texts, trained, found = _trained(args, inputs)
    result = label_issues(texts.label, trained.probabilities, texts.items, texts.classes, unseen=trained.unseen)
    table = result.frame.drop_nulls("given").sort(
        pl.col("is_issue").not_(), "self_confidence", nulls_last=True, maintain_order=True
    )
    inputs.write(table, args)
    issues = int(table["is_issue"].sum())
    facts = {
        "output": args.output,
        "items": len(table),
        "issues": issues,
        "overall_health": result.overall,
        "confused": result.confused.head(_SHOWN).to_dicts(),
        "classes": result.health.to_dicts(),
        "classifier": found.facts(),
        **inputs.facts(),
    }
    lines = [f"{args.output}: {len(table):,} items, {issues:,} label issues by the classifier", _worth_line(found)]
    if result.overall is not None:
        about = "the classifier's estimate of the share of right labels; only an audit measures it"
        lines.append(f"overall label health {result.overall:.3f}: {about}")
    pairs = result.confused.head(_SHOWN).iter_rows(named=True)
    return facts, [
        *lines,
        *(f"  {row['count']:>6,}  given {row['given']}, probably {row['probable']}" for row in pairs),
        *inputs.lines(),
    ]


def _trained(args: argparse.Namespace, inputs: Inputs) -> tuple[Texts, Trained, Worth]:
    """Refuses with ``classifier_silent`` where nothing can be said from the classifier."""
    texts = texts_frame(inputs.read(args.items, ("item", "text", args.label)), label=args.label)
    if not (texts.label >= 0).any():
        raise LabelingError("no_labels")
    progress = _progress()
    fitted = cross_validate(texts.texts, texts.label, len(texts.classes), seed=args.seed, progress=progress)
    trained, found = heard(fitted, texts.label, texts.classes, group_codes(texts.texts))
    if not found.speaks:
        told = _worth(found)
        raise LabelingError(
            "classifier_silent", right=told["right"], low=told["low"], high=told["high"], n=told["n"],
            always=told["always"], frequent=told["frequent"],
        )  # fmt: skip
    return texts, trained, found


def _progress() -> Callable[[int, int], None]:
    """A bar on the terminal, on stderr; nothing where that isn't one."""

    def tell(fits: int, total: int) -> None:
        if sys.stderr.isatty():
            filled = _BAR * fits // total
            sys.stderr.write(f"\rclassifier [{'#' * filled}{' ' * (_BAR - filled)}] {fits}/{total}")
            sys.stderr.write("\n" if fits == total else "")
            sys.stderr.flush()

    return tell
