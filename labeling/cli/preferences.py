"""``preferences``: votes on pairs of texts as a ranking of who wrote them and as rows that a model learns from."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import polars as pl

from labeling.cli.agreement import swapped_of
from labeling.cli.consensus import WARNINGS
from labeling.cli.inputs import Inputs, add_reading_arguments, add_writing_arguments, reading_of
from labeling.cli.reasons import reasons_left
from labeling.cli.refusals import Report, on_files
from labeling.cli.tables import figure_text, row_text, table
from labeling.cli.voted import VOTES, coded, head, labels_met
from labeling.quality.consensus import METHODS
from labeling.quality.figures import Figure
from labeling.quality.kinds.consensus import pair_consensus
from labeling.quality.kinds.pair import SWAPPED, coded_preferences
from labeling.quality.preferences.chosen import (
    SOURCES,
    Format,
    Left,
    both_labels,
    preferences,
    training_rows,
    verdicts_of,
)
from labeling.quality.preferences.davidson import Ahead, Ranking
from labeling.quality.preferences.shortcuts import favourite, is_always, misleading, shortcuts
from labeling.quality.preferences.standing import lead_of, rank_preferences

PAIRS = ("item", "prompt", "first", "second")
_SHORTCUTS = {
    "longer": ("the chosen text is the longer one", "length"),
    "first": ("the chosen text stands first in the file", "place"),
    "shown_first": ("the chosen text stood first on screen, as votes for it were given", "place on screen"),
}


def add_commands(commands: Any) -> None:
    """Add the command to the subparsers of the main command; it reads files and opens no database."""
    parser = commands.add_parser(
        "preferences", help="from votes on pairs a ranking of their sources, and rows to train on"
    )
    parser.add_argument("votes", metavar="VOTES", help="columns item, annotator, label: first, second, tie, both bad")
    parser.add_argument(
        "--items",
        required=True,
        metavar="PAIRS",
        help="columns item, prompt, first, second, and who wrote each, where that is known: first_source, second_source",
    )
    add_reading_arguments(parser)
    parser.add_argument("--method", choices=METHODS, default="auto", help="of consensus")
    parser.add_argument("--seed", type=int, default=0, help="of what consensus draws")
    parser.add_argument("--sure", type=float, default=0.0, metavar="P", help="keep pairs of this probability or more")
    parser.add_argument("--level", type=float, default=0.95, help="of the intervals")
    parser.add_argument("-o", "--output", metavar="OUT", help="rows to train on: CSV, JSONL or Parquet; - is stdout")
    parser.add_argument("--format", choices=[kind.value for kind in Format], default=Format.DPO.value)
    add_writing_arguments(parser)
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.set_defaults(run=on_files(_preferences), on_files=True, classes=None)


def _preferences(args: argparse.Namespace, inputs: Inputs) -> Report:
    given = inputs.table(args.votes, VOTES, also=("created_at", SWAPPED), options=reading_of(args))
    pairs = inputs.read(args.items, PAIRS, texts=PAIRS[1:], also=SOURCES)
    votes, about = coded(args, inputs, given, classes=sorted(labels_met(given)))
    votes = coded_preferences(votes)
    consensus = pair_consensus(votes, method=args.method, seed=args.seed)
    found = preferences(verdicts_of(consensus), pairs, sure=args.sure)
    swapped = swapped_of(given)
    figures = shortcuts(found, votes, None if swapped is None else swapped.gather(votes.row), level=args.level)
    counts = dict(found["left_out"].drop_nulls().value_counts().iter_rows())
    kept = training_rows(found, Format.REWARD)
    facts = about | {
        "labels": list(votes.classes),
        "pairs": len(found),
        "unknown_items": int((~votes.items.cast(pl.String).is_in(found["item"].implode())).sum()),
        "sure": args.sure,
        "kept": len(kept),
        "left_out": {left.value: counts.get(left, 0) for left in Left},
        "warning": consensus.warning,
        "margin": kept["margin"].mean(),
        "shortcuts": {name: asdict(each) | {"warning": misleading(each)} for name, each in figures.items()},
    }
    ranking = rank_preferences(found, level=args.level) if set(SOURCES) <= set(pairs.columns) else None
    facts["ranking"] = ranking and _ranking_facts(ranking)
    often = favourite(found, level=args.level)
    facts["favourite"] = often and {"source": often[0]} | asdict(often[1]) | {"warning": is_always(often[1])}
    told = [*_ranking_lines(ranking), *_kept_lines(facts), *_shortcut_lines(figures), *_favourite_lines(often)]
    lines = [*head(facts), *inputs.lines(), *told]
    if args.output is not None:
        rows = training_rows(found, Format(args.format), sure=args.sure)
        inputs.write(rows, args)
        written = _written(args, rows)
        facts, lines = facts | written, [*lines, _written_line(written)]
    return facts, lines


def _ranking_facts(ranking: Ranking) -> dict[str, Any]:
    names, lead = ("groups", "tie", "unsourced", "own"), lead_of(ranking)
    facts = {"sources": ranking.frame.to_dicts()} | {name: getattr(ranking, name) for name in names}
    return facts | {"lead": lead and asdict(lead)}


def _ranking_lines(ranking: Ranking | None) -> Iterable[str]:
    if ranking is None:
        yield "no ranking: the pairs have no columns first_source and second_source"
        return
    apart = ranking.groups > 1
    rows = [
        (
            *([str(row["group"])] if apart else []),
            f"{row['rank']} [{row['rank_low']}, {row['rank_high']}]",
            str(row["source"]),
            row_text(row, "strength"),
            f"{row['wins']:,} / {row['ties']:,} / {row['losses']:,}",
        )
        for row in ranking.frame.to_dicts()
    ]
    heads = ("rank", "source", "log-strength [low, high], n pairs", "won / tied / lost")
    yield from table(("group", *heads) if apart else heads, rows)
    yield from _lead_lines(lead_of(ranking))
    if apart:
        yield f"warning: {ranking.groups:,} groups of sources were never compared with one another; each is ranked by itself"
    yield "  Bradley-Terry with Davidson's ties, by what the votes on each pair add up to; both bad counts as a tie"
    left = {"whose sources aren't known": ranking.unsourced, "with two texts of one source": ranking.own}
    yield from (f"  left out of the ranking: {pairs:,} pairs {what}" for what, pairs in left.items() if pairs)


def _lead_lines(lead: Ahead | None) -> Iterable[str]:
    if lead is None:
        return
    won = f"of the pairs that one of both wins: {figure_text(lead.share)}"
    if lead.is_sure:
        yield f"  {lead.first} is ahead of {lead.second}, {won}"
        return
    more = f"some {lead.more:,} more would, were it to stay so" if lead.more else "there is no difference to speak of"
    yield f"  too few pairs to tell {lead.first} from {lead.second}, {won}; {more}"


def _kept_lines(facts: dict[str, Any]) -> Iterable[str]:
    yield ""
    reasons = reasons_left(facts["left_out"])
    yield f"{facts['kept']:,} of {facts['pairs']:,} pairs have a text to choose" + (
        f"; left out: {reasons}" * bool(reasons)
    )
    if facts["warning"] is not None:
        yield f"warning: {WARNINGS[facts['warning']]}"
    if facts["unknown_items"]:
        yield f"warning: {facts['unknown_items']:,} items of the votes are not among the pairs; their votes train nothing"


def _shortcut_lines(figures: dict[str, Figure]) -> Iterable[str]:
    for name, figure in figures.items():
        said, by = _SHORTCUTS[name]
        yield f"  {said}: {figure_text(figure)}"
        if misleading(figure):
            yield f"warning: by {by} alone a model would do better than by chance on these pairs; look whether it should"


def _favourite_lines(often: tuple[str, Figure] | None) -> Iterable[str]:
    if often is None:
        return
    yield f"  the chosen text is by {often[0]}, of the pairs that it has a part in: {figure_text(often[1])}"
    if is_always(often[1]):
        yield "warning: by whose text it is alone a model would nearly always be right on these pairs; look whether it should"


def _written(args: argparse.Namespace, rows: pl.DataFrame) -> dict[str, Any]:
    facts: dict[str, Any] = {"output": args.output, "format": args.format, "rows": len(rows)}
    if args.format != Format.KTO:
        return facts
    good = int(rows["label"].sum())
    return facts | {"label_true": good, "label_false": len(rows) - good, "both_labels": both_labels(rows)}


def _written_line(facts: dict[str, Any]) -> str:
    line = "{output}: {rows:,} rows for {format}".format(**facts)
    if "label_true" not in facts:
        return line
    line += "; label true: {label_true:,}, false: {label_false:,}".format(**facts)
    both = "; {both_labels:,} texts have both labels, as they were chosen in one pair and rejected in another"
    return line + both.format(**facts) if facts["both_labels"] else line
