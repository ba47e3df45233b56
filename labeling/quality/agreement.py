"""How far annotators agree, beyond what chance would give, with intervals by item bootstrap.

Every function takes VOTES(item, annotator, label) as any eager frame, or Votes already coded. Items with one
vote say nothing of agreement: they are counted as dropped and only inform the class shares. A null label
("unsure") is no vote and is counted as abstained. What is undefined is None.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from narwhals.typing import IntoDataFrame

from labeling.quality.bootstrap import item_bounds, where_still
from labeling.quality.coefficients import (
    Patterns,
    alpha_ordinal,
    class_coefficients,
    coefficients,
    item_terms,
    patterns,
)
from labeling.quality.figures import Band, Figure, band
from labeling.quality.frames import Votes, votes_frame
from labeling.quality.intervals import LEVEL, Floats, column, shares
from labeling.quality.kappas import PairTables, mean_kappa, pair_tables, pairwise_kappa

# Two classes then weigh like 85 and 15 percent, the US merger guidelines' (2010) "highly concentrated" at any number.
_CONCENTRATED = 0.25
_OVERALL = ("by_items", "by_pairs", "fleiss", "ac1", "alpha", "alpha_ordinal")


@dataclass(frozen=True, slots=True)
class Imbalance:
    """Shares of all votes in the two largest classes, and whether raw agreement misleads because of them.

    ``concentration`` is the Herfindahl index of the class shares brought to 0 (equal shares) .. 1 (one class);
    raw agreement is called misleading from 0.25 on, as chance alone then gives most of it.
    """

    first: str | None
    first_share: float | None
    second: str | None
    second_share: float | None
    top_two_share: float | None
    concentration: float | None
    misleading: bool
    n: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """All agreement figures of one set of votes, and what they rest on.

    ``by_items`` and ``by_pairs`` are mean pairwise agreement, averaged over items and over pairs of votes.
    ``kappa`` is the mean of Cohen's kappas over pairs of annotators, weighted by the items a pair shares; its n
    counts pairs with a defined kappa. ``by_pairs`` counts pairs of votes, all others items with two votes or more.
    """

    by_items: Figure
    by_pairs: Figure
    kappa: Figure
    fleiss: Figure
    ac1: Figure
    alpha: Figure
    alpha_ordinal: Figure
    imbalance: Imbalance
    votes: int
    annotators: int
    items: int
    items_used: int
    items_single: int
    """Dropped: one vote."""
    items_empty: int
    """Dropped: nothing but abstentions."""
    abstained: int
    duplicates: int

    @property
    def band(self) -> Band | None:
        """The band of the mean Cohen's kappa."""
        return band(self.kappa.value)


@dataclass(frozen=True, eq=False, slots=True)
class AgreementReport:
    """All that a page of agreement shows: see ``agreement``, ``class_agreement`` and ``kappas.pairwise_kappa``."""

    overall: Agreement
    classes: pl.DataFrame
    pairs: pl.DataFrame


def agreement_report(
    votes: IntoDataFrame | Votes, *, ordered: bool = False, draws: int, level: float = LEVEL
) -> AgreementReport:
    """The figures of ``agreement``, ``class_agreement`` and ``pairwise_kappa``, with what they share counted once.

    >>> frame = pl.DataFrame({"item": [1, 1, 2, 2], "annotator": list("abab"), "label": list("xxyy")})
    >>> found = agreement_report(frame, draws=0)
    >>> found.overall.kappa.value, found.classes["agreement"].to_list(), found.pairs["kappa"].to_list()
    (1.0, [1.0, 1.0], [1.0])
    """
    coded = votes if isinstance(votes, Votes) else votes_frame(votes)
    distinct, tables = patterns(coded), pair_tables(coded)
    return AgreementReport(
        _agreement(coded, distinct, tables, ordered, draws, level, seed=0),
        class_figures(coded.classes, distinct, draws=draws, level=level),
        pairwise_kappa(tables, level=level),
    )


def agreement(
    votes: IntoDataFrame | Votes,
    *,
    classes: Sequence[object] | None = None,
    ordered: bool = False,
    draws: int = 1000,
    level: float = LEVEL,
    seed: int = 0,
) -> Agreement:
    """All agreement figures; ``ordered`` says that the classes stand in their order and asks for the ordinal alpha.

    ``draws`` item resamples give the intervals, none at 0. Formulas: ``coefficients.coefficients``,
    ``coefficients.alpha_ordinal``, ``kappas.mean_kappa``. Where all items are alike, as when all agree, resamples
    can't differ: the limits are then Wilson's for as many items. Raises LabelingError as ``votes_frame`` does.

    >>> frame = pl.DataFrame({"item": [1, 1, 2, 2, 3], "annotator": list("ababa"), "label": list("xxxyy")})
    >>> result = agreement(frame, draws=0)
    >>> result.by_items, result.items_used, result.items_single
    (Figure(value=0.5, low=None, high=None, n=2), 2, 1)
    """
    coded = votes if isinstance(votes, Votes) else votes_frame(votes, classes=classes)
    return _agreement(coded, patterns(coded), pair_tables(coded), ordered, draws, level, seed)


def class_agreement(votes: IntoDataFrame | Votes, *, draws: int = 1000, seed: int = 0) -> pl.DataFrame:
    """By class: label, votes, share (of votes), n (items with two votes or more where it was given), agreement, low,
    high, kappa, kappa_low, kappa_high; Float64 null where undefined.

    ``agreement``: given one vote is this class, the chance that another on the same item is too (items weigh
    equally). ``kappa``: Fleiss' for this class against the rest. Intervals by item bootstrap.

    >>> frame = pl.DataFrame({"item": [1, 1, 2, 2], "annotator": list("abab"), "label": list("xxxy")})
    >>> class_agreement(frame, draws=0).select("label", "votes", "n", "agreement").rows()
    [('x', 3, 2, 0.6666666666666666), ('y', 1, 1, 0.0)]
    """
    coded = votes if isinstance(votes, Votes) else votes_frame(votes)
    return class_figures(coded.classes, patterns(coded), draws=draws, seed=seed)


def _agreement(
    coded: Votes, distinct: Patterns, tables: PairTables, ordered: bool, draws: int, level: float, seed: int
) -> Agreement:
    n = distinct.counts.sum(axis=1)
    used = int(distinct.items[n >= 2].sum())
    rated = int(distinct.items.sum())
    figures = overall_figures(distinct, ordered=ordered, draws=draws, level=level, seed=seed)
    return Agreement(
        **figures,
        kappa=mean_kappa(tables, draws=draws, level=level, seed=seed),
        imbalance=_imbalance(distinct, coded.classes),
        votes=len(coded),
        annotators=int(np.count_nonzero(np.bincount(coded.annotator))),
        items=len(coded.items),
        items_used=used,
        items_single=rated - used,
        items_empty=len(coded.items) - rated,
        abstained=coded.abstained,
        duplicates=coded.duplicates,
    )


def class_figures(
    classes: tuple[str, ...], distinct: Patterns, *, draws: int, level: float = LEVEL, seed: int = 0
) -> pl.DataFrame:
    """``class_agreement`` of patterns."""
    terms = item_terms(distinct.counts)
    total = distinct.items @ terms
    agree, kappa, chance = class_coefficients(total)
    paired = distinct.counts.sum(axis=1) >= 2
    n = distinct.items[paired] @ (distinct.counts[paired] > 0)
    figures = np.concatenate([agree, kappa])
    expected = np.concatenate([np.zeros_like(chance), np.square(chance) + np.square(1 - chance)])

    def figures_of(sums: Floats, _weights: Floats | None) -> Floats:
        return np.concatenate(class_coefficients(sums)[:2], axis=1)

    bounds = item_bounds(figures_of, distinct.items, terms, figures, draws, level, seed)
    alike = np.concatenate([n, np.full(len(n), distinct.items[paired].sum())])
    low, high = (np.split(bound, 2) for bound in where_still(bounds, figures, expected, alike, level))
    counted = distinct.items @ distinct.counts
    return pl.DataFrame(
        [
            pl.Series("label", classes, dtype=pl.String),
            pl.Series("votes", counted, dtype=pl.Int64),
            shares(counted, counted.sum(), "share", level)[0],
            pl.Series("n", n, dtype=pl.Int64),
            column("agreement", agree),
            column("low", low[0]),
            column("high", high[0]),
            column("kappa", kappa),
            column("kappa_low", low[1]),
            column("kappa_high", high[1]),
        ]
    )


def overall_figures(
    distinct: Patterns, *, ordered: bool = False, draws: int, level: float = LEVEL, seed: int = 0
) -> dict[str, Figure]:
    """The figures of ``Agreement`` that are functions of sums over items, by name."""
    used = int(distinct.items[distinct.counts.sum(axis=1) >= 2].sum())
    terms = item_terms(distinct.counts)
    total = distinct.items @ terms

    def figures_of(sums: Floats, weights: Floats | None) -> Floats:
        return _stacked(sums, distinct, weights, ordered)

    estimate = figures_of(total[None], distinct.items[None].astype(np.float64))[0]
    chance = coefficients(total)
    by_alpha = chance.expected_alpha
    expected = np.stack([np.zeros(()), np.zeros(()), chance.expected_fleiss, chance.expected_ac1, by_alpha, by_alpha])
    bounds = item_bounds(figures_of, distinct.items, terms, estimate, draws, level, seed)
    low, high = where_still(bounds, estimate, expected, np.full(len(estimate), used), level)
    pairs = int(total[2]) // 2
    return {
        name: Figure.of(value, down, up, n=pairs if name == "by_pairs" else used)
        for name, value, down, up in zip(_OVERALL, estimate, low, high, strict=True)
    }


def _stacked(sums: Floats, distinct: Patterns, weights: Floats | None, ordered: bool) -> Floats:
    """The overall figures side by side, (draws, figures); the ordinal alpha needs the weights, else it is NaN."""
    figures = coefficients(sums)
    plain = [figures.by_items, figures.by_pairs, figures.fleiss, figures.ac1, figures.alpha]
    if ordered and weights is not None:
        return np.stack([*plain, alpha_ordinal(distinct.counts, weights)], axis=1)
    return np.stack([*plain, np.full(len(sums), np.nan)], axis=1)


def _imbalance(distinct: Patterns, classes: tuple[str, ...]) -> Imbalance:
    votes = distinct.items @ distinct.counts
    n = int(votes.sum())
    if not n:
        return Imbalance(None, None, None, None, None, None, False, 0)
    share = votes / n
    order = np.argsort(-share, kind="stable")
    first, second = (int(place) for place in [*order, -1][:2])
    spread = len(classes) > 1
    concentration = float((np.square(share).sum() - 1 / len(share)) / (1 - 1 / len(share))) if spread else None
    return Imbalance(
        first=classes[first],
        first_share=float(share[first]),
        second=classes[second] if spread else None,
        second_share=float(share[second]) if spread else None,
        top_two_share=float(share[first] + share[second]) if spread else 1.0,
        concentration=concentration,
        misleading=concentration is None or concentration >= _CONCENTRATED,
        n=n,
    )
