"""``agreement``: how far annotators agree, from a file of votes, for every kind of label."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

import polars as pl

from labeling.cli.inputs import Inputs, reading_of
from labeling.cli.refusals import Report
from labeling.cli.tables import figure_text, number_text, row_text, table
from labeling.cli.voted import VOTES, class_order, classes_in, classes_named, coded, head, labels_met
from labeling.errors import LabelingError
from labeling.exchange.cells import flag_of
from labeling.exchange.tables import FileTable
from labeling.quality.agreement import Agreement, Imbalance, agreement_report
from labeling.quality.figures import Figure
from labeling.quality.frames import Votes
from labeling.quality.kinds import Kind
from labeling.quality.kinds.ordered import ordered_agreement
from labeling.quality.kinds.pair import SWAPPED, PairAgreement, Place, coded_preferences, pair_agreement
from labeling.quality.kinds.several import SeveralAgreement, coded_sets, several_agreement
from labeling.quality.kinds.tree import TreeAgreement, coded_paths, tree_agreement

_FIGURES = {
    "by_items": "pairwise agreement, by items",
    "by_pairs": "pairwise agreement, by pairs of votes",
    "kappa": "mean Cohen's kappa (n: pairs)",
    "fleiss": "Fleiss' kappa",
    "ac1": "Gwet's AC1",
    "alpha": "Krippendorff's alpha",
}
_ORDERED = {
    "alpha_ordinal": "Krippendorff's alpha, ordinal",
    "kappa_linear": "mean weighted kappa, linear (n: pairs)",
    "kappa_quadratic": "mean weighted kappa, quadratic (n: pairs)",
    "distance": "mean distance, in steps",
}
_SEVERAL = {
    "exact": "pairwise agreement on whole sets, by items",
    "alpha_jaccard": "Krippendorff's alpha, Jaccard's distance",
    "alpha_masi": "Krippendorff's alpha, MASI distance",
    "f1": "mean F1 of two annotators (n: pairs)",
}
_PLACES = {
    Place.SHOWN: "as the pairs were shown",
    Place.STORED: "as the pairs are stored, for no column swapped says how they were shown: it also tells where the better "
    "candidates stand",
}
_VALUE = "value [low, high], n"


def add_agreement_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of this command alone."""
    parser.add_argument("--draws", type=int, default=1000, help="bootstrap draws for the intervals, 0 for none")
    parser.add_argument(
        "--kind",
        choices=[kind.value for kind in Kind],
        default=Kind.SINGLE.value,
        help="what a label is: one class; several, in a list; one of --classes in their order; a path, a > b; of a pair "
        "first, second, tie or both bad, with a column swapped where it was shown the other way round",
    )
    parser.add_argument("--ordered", action="store_const", dest="kind", const=Kind.ORDERED.value, help="--kind ordered")


def agreement(args: argparse.Namespace, inputs: Inputs) -> Report:
    """What the command found. Raises LabelingError as the figures do, ``no_class_order``, ``no_label_list``, ``bad_swapped``."""
    given = inputs.table(args.votes, VOTES, also=("created_at", SWAPPED), options=reading_of(args))
    kind = Kind(args.kind)
    classes = class_order(args, given) if kind is Kind.ORDERED else None
    if kind not in (Kind.SINGLE, Kind.ORDERED):
        # What stands in the cells; what classes it means is seen next.
        classes = sorted(labels_met(given))
    votes, about = coded(args, inputs, given, classes=classes)
    facts, lines = _KINDS[kind](args, given, votes)
    about |= {"kind": kind.value, **facts}
    return about, [*head(about), *inputs.lines(repeated=False), *lines]


def _of_classes(args: argparse.Namespace, _given: FileTable, votes: Votes) -> Report:
    ordered = args.kind == Kind.ORDERED
    report = agreement_report(votes, ordered=ordered, draws=args.draws, level=args.level)
    overall = report.overall
    figures = _figures(overall, [*_FIGURES, "alpha_ordinal"])
    if ordered:
        found = ordered_agreement(votes, draws=args.draws, level=args.level)
        figures |= _figures(found, ["kappa_linear", "kappa_quadratic", "distance"])
    facts = _items(overall) | {
        "figures": {name: asdict(figure) for name, figure in figures.items()},
        "band": overall.band,
        "imbalance": asdict(overall.imbalance),
        "classes": report.classes.to_dicts(),
        "pairs": report.pairs.to_dicts(),
    }
    titles = _FIGURES | (_ORDERED if ordered else {})
    return facts, _class_lines(overall, {titles[name]: figures[name] for name in titles}, report.classes, report.pairs)


def _class_lines(
    overall: Agreement, figures: dict[str, Figure], classes: pl.DataFrame, pairs: pl.DataFrame
) -> Iterable[str]:
    yield from _used(overall)
    yield from table(("figure", _VALUE), [(title, figure_text(figure)) for title, figure in figures.items()])
    yield f"mean Cohen's kappa is {overall.band.value.replace('_', ' ') if overall.band else 'undefined'}"
    yield from _warned(overall.imbalance)
    yield from table(
        ("class", "votes", "agreement", "kappa against the rest"),
        [
            (row["label"], f"{row['votes']:,}", row_text(row), row_text(row, "kappa", "kappa_low", "kappa_high"))
            for row in classes.to_dicts()
        ],
    )
    between = [(str(row["annotator_a"]), str(row["annotator_b"]), row_text(row, "kappa")) for row in pairs.to_dicts()]
    yield from table(("annotator", "and", "Cohen's kappa"), between)


def _warned(imbalance: Imbalance) -> Iterable[str]:
    if imbalance.misleading and imbalance.first is not None:
        two = imbalance.top_two_share
        share = f"{two:.0%} of all votes" if two is not None else "all votes"
        named = f"{imbalance.first} and {imbalance.second}" if imbalance.second else imbalance.first
        yield f"raw agreement misleads here: {named} have {share}; trust AC1 and the kappas by class"


def _of_sets(args: argparse.Namespace, _given: FileTable, votes: Votes) -> Report:
    sets = coded_sets(votes, [classes_in(cell) for cell in votes.classes], classes=classes_named(args))
    found = several_agreement(sets, draws=args.draws, level=args.level)
    figures = _figures(found, _SEVERAL)
    facts = _items(found) | {
        "labels": list(sets.classes),
        "figures": {name: asdict(figure) for name, figure in figures.items()},
        "classes": found.classes.to_dicts(),
    }
    return facts, _set_lines(found, figures)


def _set_lines(found: SeveralAgreement, figures: dict[str, Figure]) -> Iterable[str]:
    yield from _used(found)
    yield from table(("figure", _VALUE), [(_SEVERAL[name], figure_text(figure)) for name, figure in figures.items()])
    rows = [
        (
            row["label"],
            f"{row['votes']:,}",
            row_text(row),
            row_text(row, "kappa", "kappa_low", "kappa_high"),
            row_text(row, "alpha", "alpha_low", "alpha_high"),
        )
        for row in found.classes.to_dicts()
    ]
    yield from table(("class", "votes with it", "agreement", "kappa of yes or no", "alpha of yes or no"), rows)


def _of_paths(args: argparse.Namespace, _given: FileTable, votes: Votes) -> Report:
    paths = coded_paths(votes, classes=classes_named(args))
    found = tree_agreement(paths, draws=args.draws, level=args.level)
    levels = [
        {"level": at, "figures": {name: asdict(figure) for name, figure in _figures(each, _FIGURES).items()}}
        for at, each in enumerate(found.levels, 1)
    ]
    facts = _items(found.levels[-1]) | {
        "labels": list(paths.classes),
        "figures": {"alpha_path": asdict(found.alpha_path)},
    }
    return facts | {"levels": levels}, _path_lines(found)


def _path_lines(found: TreeAgreement) -> Iterable[str]:
    yield from _used(found.levels[-1])
    yield from table(("figure", _VALUE), [("Krippendorff's alpha, distance of paths", figure_text(found.alpha_path))])
    shown = ["by_items", "kappa", "alpha"]
    rows = [(str(at), *map(figure_text, _figures(each, shown).values())) for at, each in enumerate(found.levels, 1)]
    yield from table(("labels cut to level", *(_FIGURES[name] for name in shown)), rows)


def _of_pairs(args: argparse.Namespace, given: FileTable, votes: Votes) -> Report:
    answers = coded_preferences(votes)
    found = pair_agreement(answers, swapped=swapped_of(given), draws=args.draws, level=args.level)
    parts = {
        name: {title: asdict(figure) for title, figure in _figures(each, _FIGURES).items()}
        for name, each in (("figures", found.with_ties), ("decided", found.decided))
    }
    facts = _items(found.with_ties) | {"labels": list(answers.classes), **parts, "position": asdict(found.bias)}
    return facts, _pair_lines(found)


def _pair_lines(found: PairAgreement) -> Iterable[str]:
    yield from _used(found.with_ties)
    both = zip(*(_figures(each, _FIGURES).values() for each in (found.with_ties, found.decided)), strict=True)
    rows = [(title, *map(figure_text, each)) for title, each in zip(_FIGURES.values(), both, strict=True)]
    yield from table(("figure", "all votes", "first or second alone"), rows)
    bias = found.bias
    yield ""
    yield f"share of first among decided votes: {figure_text(bias.first)}; p of one half: {number_text(bias.p)}"
    yield f"  {_PLACES[bias.place]}" + (f"; not known of {bias.unplaced:,} votes" if bias.unplaced else "")


_KINDS: dict[Kind, Callable[[argparse.Namespace, FileTable, Votes], Report]] = {
    Kind.SINGLE: _of_classes,
    Kind.ORDERED: _of_classes,
    Kind.SEVERAL: _of_sets,
    Kind.TREE: _of_paths,
    Kind.PAIR: _of_pairs,
}


def swapped_of(given: FileTable) -> pl.Series | None:
    """What the file says of each row, in the order of its votes."""
    if SWAPPED not in given.scan.collect_schema():
        return None
    words = given.rows(*VOTES, SWAPPED)[SWAPPED]
    flags: dict[str, bool] = {}
    for word in words.drop_nulls().unique(maintain_order=True):
        try:
            flags[word] = flag_of(word)
        except ValueError as error:
            raise LabelingError("bad_swapped", where="votes", word=word) from error
    return words.replace_strict(flags, default=None, return_dtype=pl.Boolean)


def _figures(found: object, names: Iterable[str]) -> dict[str, Figure]:
    return {name: getattr(found, name) for name in names}


def _items(found: Agreement | SeveralAgreement) -> dict[str, Any]:
    return {name: getattr(found, name) for name in ("items_used", "items_single", "items_empty")}


def _used(found: Agreement | SeveralAgreement) -> Iterable[str]:
    yield f"  {found.items_used:,} items with two votes or more; left out: {found.items_single:,} with one"
