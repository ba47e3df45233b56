"""Cohen's kappa of every pair of annotators who share items, and its mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
from narwhals.typing import IntoDataFrame
from scipy import sparse

from labeling.quality.bootstrap import bca, resampled_counts, where_still
from labeling.quality.coefficients import beyond_chance, ratio
from labeling.quality.figures import Figure
from labeling.quality.frames import Codes, Votes, votes_frame
from labeling.quality.intervals import LEVEL, Floats, column, wilson_bounds

Numbers: TypeAlias = npt.NDArray[Any]
Counts: TypeAlias = npt.NDArray[np.int64]
Entries: TypeAlias = Sequence[tuple[Any, Any]]
"""Which sums two labels add to, and how much to each; arrays or numbers for all."""

# Up to here every two annotators have a place in the tables, with more of them only those who met; and up to here the
# tables are counted as one of class by class.
_DENSE_CELLS = 5_000_000
# Beyond this items are resampled in as many random groups of equal size: the same spread, a fraction of the work.
_UNITS = 2_000
_BLOCK_CELLS = 8_000_000


@dataclass(frozen=True, eq=False, slots=True)
class ByItem:
    """Votes sorted by item, then annotator; ``keys`` (sorted) are the pairs a x annotators + b that have a place."""

    item: Codes
    annotator: Counts
    label: Codes
    annotators: int
    keys: Counts


@dataclass(frozen=True, eq=False, slots=True)
class PairSums:
    """A figure of two annotators that is made of ``width`` sums over the items they share.

    ``entries`` are what the labels of either add; ``figure`` gives n and the figure of such sums (pairs, width, draws).
    """

    by_item: ByItem
    width: int
    entries: Callable[[Codes, Codes], Entries]
    figure: Callable[[Numbers], tuple[Numbers, Floats]]


@dataclass(frozen=True, eq=False, slots=True)
class PairTables:
    """Per pair: items given the same class by both, and class counts of either on the items they share.

    With ``credit`` (classes, classes) two classes agree by so much of an item, and ``same`` is the sum of that.
    """

    by_item: ByItem
    annotators: pl.Series
    same: Numbers
    of_a: Counts
    of_b: Counts
    credit: Floats | None = None


def pairwise_kappa(
    votes: IntoDataFrame | Votes | PairTables, *, classes: Sequence[object] | None = None, level: float = LEVEL
) -> pl.DataFrame:
    """Cohen's (1960) kappa: annotator_a, annotator_b, agreement, kappa, low, high, n (items both labeled).

    One row for each two annotators who share an item, in the order of the votes' annotators. Kappa is null where
    both gave one and the same class throughout. The interval is Wilson's for the agreement with the agreement
    expected by chance held fixed, as Cohen's own standard error does.

    >>> frame = pl.DataFrame({"item": [1, 1, 2, 2, 3, 3], "annotator": list("ababab"), "label": list("xxyyxy")})
    >>> pairwise_kappa(frame).select("annotator_a", "annotator_b", "kappa", "n").rows()
    [('a', 'b', 0.4, 3)]
    """
    tables = votes if isinstance(votes, PairTables) else pair_tables(votes, classes=classes)
    met = np.flatnonzero(tables.of_a.any(axis=1))
    same = tables.same[met]
    n, agreement, expected, kappa = _kappas(same, tables.of_a[met], tables.of_b[met], tables.credit)
    low, high = wilson_bounds(same, n, level)
    keys, people = tables.by_item.keys[met], max(len(tables.annotators), 1)
    return pl.DataFrame(
        [
            tables.annotators.gather(keys // people).alias("annotator_a"),
            tables.annotators.gather(keys % people).alias("annotator_b"),
            column("agreement", agreement),
            column("kappa", kappa),
            column("low", np.maximum(beyond_chance(low, expected), -1.0)),
            column("high", beyond_chance(high, expected)),
            pl.Series("n", n, dtype=pl.Int64),
        ]
    )


def mean_kappa(
    votes: IntoDataFrame | Votes | PairTables, *, draws: int = 1000, level: float = LEVEL, seed: int = 0
) -> Figure:
    """Mean of the defined pairwise kappas, weighted by the items each pair shares; n counts those pairs.

    The interval resamples items (beyond 2,000 items, as many random groups of them), for all pairs at once.

    >>> frame = pl.DataFrame({"item": [1, 1, 2, 2, 3, 3], "annotator": list("ababab"), "label": list("xxyyxx")})
    >>> mean_kappa(frame, draws=0)
    Figure(value=1.0, low=None, high=None, n=1)
    """
    tables = votes if isinstance(votes, PairTables) else pair_tables(votes)
    classes, credit = tables.of_a.shape[1], tables.credit
    n, _, expected, kappa = _kappas(tables.same, tables.of_a, tables.of_b, credit)

    def entries(label_a: Codes, label_b: Codes) -> Entries:
        alike = (label_a == label_b).astype(np.float32) if credit is None else credit[label_a, label_b]
        return [(0, alike), (1 + label_a, 1.0), (1 + classes + label_b, 1.0)]

    def figure(block: Numbers) -> tuple[Floats, Floats]:
        n, _, _, kappa = _kappas(block[:, 0], block[:, 1 : 1 + classes], block[:, 1 + classes :], credit)
        return n, kappa

    sums = PairSums(tables.by_item, 1 + 2 * classes, entries, figure)
    return mean_of_pairs(sums, n, kappa, expected, draws=draws, level=level, seed=seed)


def mean_of_pairs(
    sums: PairSums, n: Numbers, values: Floats, expected: Floats, *, draws: int, level: float, seed: int
) -> Figure:
    """The mean of a figure of pairs of annotators, weighted by ``n``, the items each shares, with its interval by items.

    ``values`` and the ``expected`` agreement by chance are (pairs,), NaN where undefined.
    """
    n = np.where(np.isfinite(values), n, 0)
    pairs = int(np.count_nonzero(n))
    if not pairs:
        return Figure(None, None, None, 0)
    value = float(np.nansum(values * n) / n.sum())
    if not draws:
        return Figure(value, None, None, pairs)
    cells, items = _cells(sums, seed)
    drawn = np.concatenate(list(resampled_counts(np.ones(cells.shape[1], dtype=np.int64), draws, seed)))
    resampled = _resampled_means(cells, drawn.T.astype(np.float32), sums)
    estimate, chance = np.array([value]), np.nansum(expected * n) / n.sum()
    low, high = where_still(bca(resampled[:, None], estimate, items, level), estimate, chance, items, level)
    return Figure.of(value, float(low[0]), float(high[0]), n=pairs)


def pair_tables(
    votes: IntoDataFrame | Votes, *, classes: Sequence[object] | None = None, credit: Floats | None = None
) -> PairTables:
    """What both the matrix of kappas and their mean are made of, to be counted once for both; kappas are weighted where
    ``credit`` says how far two classes agree, 1 for the same (Cohen 1968)."""
    coded = votes if isinstance(votes, Votes) else votes_frame(votes, classes=classes)
    by_item = sorted_by_item(coded)
    count = _whole_tables if (by_item.annotators * len(coded.classes)) ** 2 <= _DENSE_CELLS else _tables
    return PairTables(by_item, coded.annotators, *count(by_item, len(coded.classes), credit), credit)


def _kappas(
    same: Numbers, of_a: Numbers, of_b: Numbers, credit: Floats | None = None
) -> tuple[Floats, Floats, Floats, Floats]:
    """Shared items, observed and expected agreement, kappa; pairs on the first axis, classes on the second."""
    n = of_a.sum(axis=1)
    credited = of_a if credit is None else np.einsum("pk...,kl->pl...", of_a, credit)
    chance = np.einsum("pk...,pk...->p...", credited, of_b)
    return n, ratio(same, n), ratio(chance, n * n), ratio(n * same - chance, n * n - chance)


def sorted_by_item(votes: Votes) -> ByItem:
    """The votes by item, and the pairs of annotators who met."""
    shape = (len(votes.items), len(votes.annotators))
    rows = sparse.coo_array((votes.label, (votes.item, votes.annotator)), shape=shape).tocsr()
    rows.sort_indices()
    item = np.repeat(np.arange(shape[0], dtype=np.int32), np.diff(rows.indptr))
    everyone = np.arange(shape[1] ** 2 if shape[1] ** 2 * (2 * len(votes.classes) + 1) <= _DENSE_CELLS else 0)
    by_item = ByItem(item, rows.indices.astype(np.int64), rows.data, shape[1], everyone)
    if len(everyone) or not shape[1]:
        return by_item
    met = [np.unique(by_item.annotator[i] * shape[1] + by_item.annotator[j]) for i, j in pairings(item)]
    return replace(by_item, keys=np.unique(np.concatenate(met)) if met else everyone)


def pairings(item: Codes | Counts) -> Iterator[tuple[Counts, Counts]]:
    """Positions of each two votes on one item, a block at a time; ``item`` is sorted."""
    for apart in range(1, len(item)):
        first = np.flatnonzero(item[apart:] == item[:-apart])
        if not len(first):
            return
        yield first, first + apart


def met_pairs(votes: ByItem) -> Iterator[tuple[Counts, Codes, Codes, Codes]]:
    """Place of the pair, item, both labels, for each two votes on one item; a block at a time."""
    dense = len(votes.keys) == votes.annotators**2
    for i, j in pairings(votes.item):
        key = votes.annotator[i] * votes.annotators + votes.annotator[j]
        place = key if dense else np.searchsorted(votes.keys, key).astype(np.int64)
        yield place, votes.item[i], votes.label[i], votes.label[j]


def _tables(votes: ByItem, classes: int, credit: Floats | None) -> tuple[Numbers, Counts, Counts]:
    shape = (len(votes.keys), classes)
    same: Numbers = np.zeros(len(votes.keys), dtype=np.int64 if credit is None else np.float64)
    of_a, of_b = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for place, _, label_a, label_b in met_pairs(votes):
        if credit is None:
            same += np.bincount(place[label_a == label_b], minlength=len(same))
        else:
            same += np.bincount(place, credit[label_a, label_b], minlength=len(same))
        of_a += np.bincount(place * classes + label_a, minlength=of_a.size).reshape(shape)
        of_b += np.bincount(place * classes + label_b, minlength=of_b.size).reshape(shape)
    return same, of_a, of_b


def _whole_tables(votes: ByItem, classes: int, credit: Floats | None) -> tuple[Numbers, Counts, Counts]:
    """The same from one table of (annotator, class) by (annotator, class): a single pass over each block of pairs."""
    side = votes.annotators * classes
    code = votes.annotator * classes + votes.label
    met = np.zeros(side * side, dtype=np.int64)
    for apart in range(1, len(code)):
        together = votes.item[apart:] == votes.item[:-apart]
        if not together.any():
            break
        met += np.bincount(code[:-apart][together] * side + code[apart:][together], minlength=side * side)
    by_annotators = met.reshape(votes.annotators, classes, votes.annotators, classes).transpose(0, 2, 1, 3)
    by_pair = by_annotators.reshape(len(votes.keys), classes, classes)
    same = np.trace(by_pair, axis1=1, axis2=2) if credit is None else np.einsum("pkl,kl->p", by_pair, credit)
    return same, by_pair.sum(axis=2), by_pair.sum(axis=1)


def _cells(sums: PairSums, seed: int) -> tuple[sparse.csr_array, int]:
    """The sums by resampling unit: (pairs x width, units), and the number of items that have pairs."""
    votes, width = sums.by_item, sums.width
    paired = np.flatnonzero(np.bincount(votes.item) >= 2)
    units = min(len(paired), _UNITS)
    unit_of = np.zeros(int(votes.item[-1]) + 1, dtype=np.int64)
    unit_of[np.random.default_rng(seed).permutation(paired)] = np.arange(len(paired)) % units
    cells = sparse.csr_array((len(votes.keys) * width, units), dtype=np.float32)
    for place, item, label_a, label_b in met_pairs(votes):
        added = sums.entries(label_a, label_b)
        row = np.concatenate([place * width + which for which, _ in added])
        much = np.concatenate([np.broadcast_to(np.asarray(amount, np.float32), len(place)) for _, amount in added])
        unit = np.tile(unit_of[item], len(added))
        there = much != 0
        more = sparse.coo_array((much[there], (row[there], unit[there])), shape=cells.shape)
        cells = cells + more.tocsr()
    return cells, len(paired)


def _resampled_means(cells: sparse.csr_array, drawn: npt.NDArray[np.float32], sums: PairSums) -> Floats:
    """The weighted mean in each column of ``drawn`` (units, draws), pairs taken a block at a time."""
    width, draws = sums.width, drawn.shape[1]
    top, bottom = np.zeros(draws), np.zeros(draws)
    step = max(1, _BLOCK_CELLS // (width * draws)) * width
    for start in range(0, cells.shape[0], step):
        block = (cells[start : start + step] @ drawn).reshape(-1, width, draws)
        n, values = sums.figure(block)
        defined = np.isfinite(values)
        top += np.where(defined, values * n, 0.0).sum(axis=0)
        bottom += np.where(defined, n, 0.0).sum(axis=0)
    return ratio(top, bottom)
