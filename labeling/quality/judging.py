"""What a version of junior is worth on golden items, and whether another is better on the same ones.

A refusal is wrong wherever an answer was due; its share is told apart. Frames in are SUGGESTIONS(item, label, confidence), a
null label being a refusal, GOLDEN(item, label), VOTES(item, annotator, label) and CONSENSUS(item, label).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from narwhals.typing import IntoDataFrame

from labeling.quality.bootstrap import bca, resampled_counts, where_still
from labeling.quality.figures import Figure
from labeling.quality.frames import Codes, read_columns, votes_frame
from labeling.quality.intervals import Floats, wilson
from labeling.quality.kappas import pairwise_kappa
from labeling.quality.kinds.score import EXACT, Scoring
from labeling.quality.scores import bootstrap_p, mcnemar, mean_gap, measures, percentiles

DRAWS = 2000
# Leaving out one item of each of so many tells how skewed a figure is.
_LEFT_OUT = 500


@dataclass(frozen=True, slots=True)
class OfClass:
    """One class: n of ``precision`` counts what junior called so, of ``recall`` what the expert did, of ``f1`` either."""

    label: str
    precision: Figure
    recall: Figure
    f1: Figure


@dataclass(frozen=True, slots=True)
class Cell:
    """``count`` items of the class ``truth`` that junior gave ``given``; None is a refusal."""

    truth: str
    given: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Kinship:
    """How far junior agrees with one annotator, or with consensus: raw agreement, Cohen's kappa with its interval and n."""

    annotator: str
    agreement: float
    kappa: Figure


@dataclass(frozen=True, slots=True)
class Judged:
    """A version on golden items. ``asked`` of ``golden`` items had a suggestion or a refusal; all figures are of these.

    ``kinship`` with each assessor and with ``consensus`` is on all suggested items that they labeled, too. ``score`` is the mean
    score, where a label may be right in part; None elsewhere.
    """

    golden: int
    asked: int
    refused: Figure
    accuracy: Figure
    macro_f1: Figure
    weighted_f1: Figure
    classes: tuple[OfClass, ...]
    confusion: tuple[Cell, ...]
    kinship: tuple[Kinship, ...]
    consensus: Kinship | None
    score: Figure | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Comparison:
    """Version b against version a (b - a) on the ``n`` golden items that both were asked about.

    ``won`` and ``lost`` count items that only b or only a got right; p-values are McNemar's exact one and the paired
    bootstrap's. ``differing`` is DIFFERING(item, expert, a, b): where the three are not all the same, null for a refusal.
    ``score`` and ``score_p`` are of the mean score, by the paired bootstrap, where a label may be right in part.
    """

    n: int
    accuracy: Figure
    macro_f1: Figure
    weighted_f1: Figure
    won: int
    lost: int
    accuracy_p: float
    macro_f1_p: float
    weighted_f1_p: float
    differing: pl.DataFrame
    score: Figure | None = None
    score_p: float | None = None


def judge(
    suggestions: IntoDataFrame,
    golden: IntoDataFrame,
    *,
    votes: IntoDataFrame | None = None,
    consensus: IntoDataFrame | None = None,
    classes: Sequence[str],
    scoring: Scoring = EXACT,
    draws: int = DRAWS,
) -> Judged:
    """Judge SUGGESTIONS on the GOLDEN items among them.

    Precision, recall, accuracy and the share refused have Wilson's intervals. So has a class's F1: of the items that
    either side gave the class, the share J they agree on is binomial, and F1 = 2 J / (1 + J). Macro F1 (over classes that
    the expert gave) and weighted F1 have BCa intervals of resampled items. Raises LabelingError as ``votes_frame`` does,
    and ``draws_out_of_range``.

    >>> said = pl.DataFrame({"item": [1, 2, 3, 4], "label": ["x", "x", "y", None]})
    >>> found = judge(said, pl.DataFrame({"item": [1, 2, 3, 4], "label": list("xyyy")}), classes=["x", "y"])
    >>> found.accuracy.value, found.refused.value, found.classes[0].precision.value, found.classes[1].recall.n
    (0.5, 0.25, 0.5, 3)
    """
    items, truth, (suggested,) = _coded(golden, classes, suggestions)
    table = np.zeros((len(classes), len(classes) + 1), dtype=np.int64)
    np.add.at(table, (truth, suggested), 1)
    right = int(np.trace(table))
    macro, weighted = _overall(truth, suggested, table, draws)
    names = [*classes, None]
    return Judged(
        golden=_in_force(golden),
        asked=len(items),
        refused=wilson(int((suggested < 0).sum()), len(items)),
        accuracy=wilson(right, len(items)),
        macro_f1=macro,
        weighted_f1=weighted,
        classes=tuple(_of_class(name, table, k) for k, name in enumerate(classes)),
        confusion=tuple(Cell(classes[k], names[j], int(table[k, j])) for k, j in np.argwhere(table).tolist()),
        kinship=tuple(_kinships(suggestions, votes, classes)),
        consensus=_with_consensus(suggestions, consensus, classes),
        score=wilson(float(_scores(truth, suggested, classes, scoring).sum()), len(items))
        if scoring.is_graded
        else None,
    )


def compare(
    a: IntoDataFrame,
    b: IntoDataFrame,
    golden: IntoDataFrame,
    *,
    classes: Sequence[str],
    scoring: Scoring = EXACT,
    draws: int = DRAWS,
) -> Comparison:
    """Version b against version a, SUGGESTIONS both, on the GOLDEN items among both.

    McNemar's exact test for accuracy; percentiles of a paired bootstrap for the differences and for the tests of F1
    (B. Efron, R. Tibshirani, An Introduction to the Bootstrap, 1993). Raises LabelingError as ``judge`` does.

    >>> golden = pl.DataFrame({"item": [1, 2, 3], "label": list("xxy")})
    >>> a, b = (golden.with_columns(label=pl.Series(list(said))) for said in ("xyx", "xxx"))
    >>> found = compare(a, b, golden, classes=["x", "y"], draws=200)
    >>> round(found.accuracy.value, 2), found.won, found.lost, found.accuracy_p, found.differing.rows()
    (0.33, 1, 0, 1.0, [(2, 'x', 'y', 'x'), (3, 'y', 'x', 'x')])
    """
    items, truth, (label_a, label_b) = _coded(golden, classes, a, b)
    right_a, right_b = label_a == truth, label_b == truth
    won, lost = int((right_b & ~right_a).sum()), int((right_a & ~right_b).sum())
    gap, resampled = _gaps(np.column_stack([truth, label_a, label_b]), len(classes), draws)
    figures = [Figure.of(*interval, n=len(items)) for interval in zip(gap, *percentiles(resampled), strict=True)]
    names = pl.Series("names", [*classes, None], dtype=pl.String)
    sides = {"expert": truth, "a": label_a, "b": label_b}
    expert, by_a, by_b = (names.gather(codes % len(names)).alias(side) for side, codes in sides.items())
    differ = (label_a != truth) | (label_b != truth)
    score, score_p = (None, None)
    if scoring.is_graded:
        gained = _scores(truth, label_b, classes, scoring) - _scores(truth, label_a, classes, scoring)
        score, score_p = mean_gap(gained, draws)
    return Comparison(
        len(items),
        figures[0],
        figures[1],
        figures[2],
        won,
        lost,
        accuracy_p=mcnemar(won, lost),
        macro_f1_p=bootstrap_p(resampled[:, 1]),
        weighted_f1_p=bootstrap_p(resampled[:, 2]),
        differing=pl.DataFrame([items, expert, by_a, by_b]).filter(pl.Series(differ)),
        score=score,
        score_p=score_p,
    )


def _coded(
    golden: IntoDataFrame, classes: Sequence[str], *tellers: IntoDataFrame
) -> tuple[pl.Series, Codes, list[Codes]]:
    """Golden items that all tellers were asked about, the expert's class code of each, and each teller's, -1 refused."""
    frames = [read_columns(teller, "suggestions", ["item", "label"], ["item"]) for teller in tellers]
    joined = frames[0].select("item").unique(maintain_order=True)
    for frame in frames[1:]:
        joined = joined.join(frame.select("item").unique(), on="item", how="semi")
    codes = []
    for frame in frames:
        met = joined.join(frame.unique("item", keep="last"), on="item", how="left", maintain_order="left")
        coded = votes_frame(met.with_columns(annotator=pl.lit("junior")), golden=golden, classes=classes)
        by_item = np.full(len(coded.items), -1, dtype=np.int32)
        by_item[coded.item] = coded.label
        codes.append(by_item)
    on_golden = coded.golden >= 0
    return coded.items.filter(pl.Series(on_golden)), coded.golden[on_golden], [by_item[on_golden] for by_item in codes]


def _scores(truth: Codes, said: Codes, classes: Sequence[str], scoring: Scoring) -> Floats:
    """How right each is, float64 (items,); a refusal is wrong."""
    return np.where(said < 0, 0.0, scoring.of_codes(np.maximum(said, 0), truth, classes))


def _in_force(golden: IntoDataFrame) -> int:
    frame = read_columns(golden, "golden", ["item", "label"], ["item"])
    return len(frame.unique("item", keep="last").drop_nulls("label"))


def _overall(truth: Codes, suggested: Codes, table: npt.NDArray[np.int64], draws: int) -> tuple[Figure, Figure]:
    """Macro and weighted F1; items of one cell of the confusion are alike, so that cells are drawn."""
    if not len(truth):
        return Figure(None, None, None, 0), Figure(None, None, None, 0)
    place = np.argwhere(table)
    expert, junior = place[:, 0].astype(np.int32), place[:, 1].astype(np.int32)
    junior[junior == len(table)] = -1
    sizes = table[tuple(place.T)]

    def both(times: Floats) -> Floats:
        return measures(expert, junior, len(table), times)[:, 1:3]

    estimate = both(sizes[None].astype(np.float64))[0]
    resampled = np.concatenate([both(times) for times in resampled_counts(sizes, draws, seed=0)])
    # Without one item of each cell, as often as the cell has items, or as its part of some hundreds.
    share = np.maximum(1, np.rint(sizes * min(1.0, _LEFT_OUT / len(truth)))).astype(np.int64)
    without = np.repeat(both(sizes - np.eye(len(sizes))), share, axis=0)
    bounds = bca(resampled, estimate, len(truth), without_one=without)
    # Where all is right resamples don't vary: Wilson's limits stand in.
    low, high = where_still(bounds, estimate, np.zeros(2), np.full(2, len(truth)))
    figures = [Figure.of(*interval, n=len(truth)) for interval in zip(estimate, low, high, strict=True)]
    return figures[0], figures[1]


def _gaps(codes: npt.NDArray[np.int32], classes: int, draws: int) -> tuple[Floats, Floats]:
    """Differences (3,) in accuracy, macro and weighted F1 of codes (items, truth and a and b), and resampled ones (draws, 3)."""
    if not len(codes):
        return np.full(3, np.nan), np.full((0, 3), np.nan)
    cells, sizes = np.unique(codes, axis=0, return_counts=True)

    def gaps(times: Floats) -> Floats:
        of_a, of_b = (measures(cells[:, 0], cells[:, side], classes, times)[:, :3] for side in (1, 2))
        return np.asarray(of_b - of_a)

    estimate = gaps(sizes[None].astype(np.float64))[0]
    return estimate, np.concatenate([gaps(times) for times in resampled_counts(sizes, draws, seed=0)])


def _of_class(name: str, table: npt.NDArray[np.int64], k: int) -> OfClass:
    hits, due, called = int(table[k, k]), int(table[k].sum()), int(table[:, k].sum())
    shared = wilson(hits, due + called - hits)
    value, low, high = (None if x is None else 2 * x / (1 + x) for x in (shared.value, shared.low, shared.high))
    f1 = Figure(value, low, high, shared.n)
    return OfClass(name, wilson(hits, called), wilson(hits, due), f1)


def _kinships(suggestions: IntoDataFrame, votes: IntoDataFrame | None, classes: Sequence[str]) -> list[Kinship]:
    """With each annotator of VOTES, by name, on the items of SUGGESTIONS that they labeled; a refusal is no vote."""
    if votes is None:
        return []
    suggested = read_columns(suggestions, "suggestions", ["item", "label"], ["item"]).unique("item", keep="last")
    names = ["item", "annotator", "label"]
    theirs = read_columns(votes, "votes", names, names[:2]).unique(names[:2], keep="last", maintain_order=True)
    text = pl.col("label", "suggestion").cast(pl.String)
    met = theirs.join(suggested.rename({"label": "suggestion"}), on="item", how="inner").with_columns(text).drop_nulls()
    # Each answer is an item of its own with two votes, so that only pairs with junior meet.
    met = met.with_columns(pl.col("annotator").cast(pl.String)).with_row_index("answer")
    juniors = met.select(item="answer", annotator=pl.lit("\0junior"), label="suggestion")
    pairs = pl.concat([juniors, met.select("annotator", "label", item="answer").select(juniors.columns)])
    kappas = pairwise_kappa(pairs, classes=classes)
    return [
        Kinship(row["annotator_b"], row["agreement"], Figure(row["kappa"], row["low"], row["high"], row["n"]))
        for row in kappas.sort("annotator_b").rows(named=True)
    ]


def _with_consensus(
    suggestions: IntoDataFrame, consensus: IntoDataFrame | None, classes: Sequence[str]
) -> Kinship | None:
    """With CONSENSUS(item, label); None without an item in common."""
    if consensus is None:
        return None
    labels = read_columns(consensus, "consensus", ["item", "label"], ["item"])
    kin = _kinships(suggestions, labels.with_columns(annotator=pl.lit("consensus")), classes)
    return kin[0] if kin else None
