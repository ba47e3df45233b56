"""Agreement of labels that can be nearer or farther, each a set: of classes, of steps up to it, of nodes on its path.

The distance of two labels is made of how many members they share and how many each has; it is 0 for the same and at most 1.
Items with the same labels are summed once, weighted by how many they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from labeling.quality.bootstrap import item_bounds, where_still
from labeling.quality.coefficients import ratio
from labeling.quality.figures import Figure
from labeling.quality.frames import Votes
from labeling.quality.intervals import LEVEL, Floats
from labeling.quality.kappas import pairings

Sets: TypeAlias = npt.NDArray[np.bool_]
"""A row for each distinct label, a column for each thing that may be a member of one."""
Rows: TypeAlias = npt.NDArray[np.integer]
Distance: TypeAlias = Callable[[Floats, Floats, Floats], Floats]
"""Of members shared, members of one and members of the other."""

# Up to here resamples use the whole table of distances.
_WHOLE = 2_000
_BLOCK_CELLS = 4_000_000


@dataclass(frozen=True, eq=False, slots=True)
class Multisets:
    """The distinct multisets of labels that items have.

    ``items`` (groups,) counts the items of each. ``group`` (ascending) and ``label`` (votes,) are the votes of one item of
    each; ``labels`` is the number of distinct labels.
    """

    items: npt.NDArray[np.int64]
    group: npt.NDArray[np.int64]
    label: npt.NDArray[np.int64]
    labels: int

    @property
    def n(self) -> npt.NDArray[np.int64]:
        """Votes on an item of each group."""
        return np.bincount(self.group, minlength=len(self.items))

    @property
    def used(self) -> int:
        """Items with two votes or more."""
        return int(self.items[self.n >= 2].sum())

    @property
    def counts(self) -> sparse.csr_array:
        """Votes by group and label."""
        ones = np.ones(len(self.label))
        return sparse.csr_array((ones, (self.group, self.label)), shape=(len(self.items), self.labels))


def multisets(votes: Votes) -> Multisets:
    """Those of the items that have a vote, in an order that the order of rows doesn't change."""
    labels = len(votes.classes)
    item, label = np.divmod(np.sort(votes.item.astype(np.int64) * labels + votes.label), labels)
    n = np.bincount(item, minlength=len(votes.items))
    first = np.cumsum(n) - n
    group, known = np.full(len(n), -1, dtype=np.int64), 0
    # Told apart by one label more at a time; an item with no more keeps a number that none with more can get.
    for at in range(int(n.max(initial=0))):
        more = np.flatnonzero(n > at)
        found, place = np.unique((group[more] + 1) * labels + label[first[more] + at], return_inverse=True)
        group[more] = known + place
        known += len(found)
    rated = np.flatnonzero(n)
    _, one, items = np.unique(group[rated], return_index=True, return_counts=True)
    one = rated[one]
    votes_of_one = np.repeat(first[one] - np.cumsum(n[one]) + n[one], n[one]) + np.arange(int(n[one].sum()))
    return Multisets(items.astype(np.int64), np.repeat(np.arange(len(one)), n[one]), label[votes_of_one], labels)


def distance_figures(
    found: Multisets,
    sets: Sets,
    *,
    means: Sequence[Distance] = (),
    alphas: Sequence[Distance] = (),
    draws: int,
    level: float = LEVEL,
    seed: int = 0,
) -> list[Figure]:
    """For each distance of ``means`` 1 - the mean distance of two votes on an item, items weighing equally; for each of
    ``alphas`` Krippendorff's alpha with it (2011, the distance in place of his squared difference).

    alpha = 1 - observed / expected: the mean distance of two votes on an item, votes weighing equally, over that of any two
    votes on items with two or more.
    """
    n = found.n
    used = n >= 2
    by_vote = _apart(found, sets, alphas) / np.where(used, n - 1, 1)
    by_item = _apart(found, sets, means) / np.where(used, n * (n - 1), 1)
    chance = _Chance(found, sets, alphas)
    terms = sparse.hstack([sparse.csr_array(np.vstack([by_vote, by_item, used]).T), chance.terms]).tocsr()
    many, all_ = len(alphas), len(alphas) + len(means)

    def figures_of(sums: Floats, _weights: Floats | None) -> Floats:
        expected, votes = chance.of(sums[:, all_ + 1 :])
        mean = 1 - ratio(sums[:, many:all_], sums[:, all_, None])
        return np.hstack([mean, 1 - ratio(ratio(sums[:, :many], votes[:, None]), expected)])

    sums = (found.items @ terms)[None]
    estimate = figures_of(sums, None)[0]
    bounds = item_bounds(figures_of, found.items, terms, estimate, draws, level, seed)
    by_chance = np.concatenate([np.zeros(len(means)), 1 - chance.of(sums[:, all_ + 1 :])[0][0]])
    low, high = where_still(bounds, estimate, by_chance, found.used, level)
    return [Figure.of(*each, n=found.used) for each in zip(estimate, low, high, strict=True)]


def nominal(shared: Floats, one: Floats, other: Floats) -> Floats:
    """0 for equal sets, 1 for all others."""
    return np.where((shared == one) & (shared == other), 0.0, 1.0)


def jaccard(shared: Floats, one: Floats, other: Floats) -> Floats:
    """1 - shared / all members of both; 0 between two empty sets (P. Jaccard, New Phytologist 11 (1912), 37-50).

    >>> float(jaccard(np.array(1), np.array(1), np.array(2)))
    0.5
    """
    either = one + other - shared
    return 1 - np.where(either > 0, shared / np.maximum(either, 1), 1.0)


def masi(shared: Floats, one: Floats, other: Floats) -> Floats:
    """1 - Jaccard's similarity times 1 for equal sets, 2/3 where one holds the other, 1/3 where they share a part.

    R. Passonneau, Measuring agreement on set-valued items (MASI), LREC 2006. Two empty sets are equal.

    >>> round(float(masi(np.array(1), np.array(1), np.array(2))), 4)
    0.6667
    """
    holds = (shared == one) | (shared == other)
    monotony = np.where((shared == one) & (shared == other), 1.0, np.where(holds, 2 / 3, 1 / 3))
    return 1 - (1 - jaccard(shared, one, other)) * monotony


def dice(shared: Floats, one: Floats, other: Floats) -> Floats:
    """1 - 2 shared / (one + other); 0 between two empty sets (L. Dice, Ecology 26 (1945), 297-302).

    >>> round(float(dice(np.array(1), np.array(1), np.array(2))), 4)
    0.3333
    """
    return 1 - np.where(one + other > 0, 2 * shared / np.maximum(one + other, 1), 1.0)


def sharing(sets: Sets) -> Callable[[Rows, Rows], Floats]:
    """How many members two sets share, given their rows."""
    packed = np.packbits(sets, axis=1)

    def shared(one: Rows, other: Rows) -> Floats:
        counted: Floats = np.bitwise_count(packed[one] & packed[other]).sum(axis=1, dtype=np.float64)
        return counted

    return shared


class _Chance:
    """The expected distances: what each item adds to sums (``terms``), and what such sums come to.

    With few distinct labels those are the votes by label. With many, what a resample expects is taken as linear around the votes
    that are there: what is left out is of the order of 1 / items of it, and so many labels stand on many items.
    """

    def __init__(self, found: Multisets, sets: Sets, distances: Sequence[Distance]) -> None:
        counts = sparse.diags_array((found.n >= 2).astype(float)) @ found.counts
        self._votes = found.items @ counts
        if len(sets) <= _WHOLE:
            self._tables: list[Floats] | None = [np.concatenate([*_blocks(sets, each)]) for each in distances]
            self.terms = counts
            return
        self._tables = None
        reach = [np.concatenate([block @ self._votes for block in _blocks(sets, distance)]) for distance in distances]
        self._expected = np.array([self._votes @ each for each in reach]) / self._votes.sum()
        self.terms = sparse.csr_array(np.vstack([counts @ each for each in [np.ones(len(sets)), *reach]]).T)

    def of(self, sums: Floats) -> tuple[Floats, Floats]:
        """The expected distances (draws, distances) and the votes (draws,)."""
        if self._tables is None:
            total, all_ = sums[:, 0], self._votes.sum()
            pairs = total[:, None] * (2 * sums[:, 1:] - total[:, None] * self._expected) / all_
        else:
            total = sums.sum(axis=1)
            by_table = [((sums @ table) * sums).sum(axis=1) for table in self._tables]
            pairs = np.array(by_table).reshape(len(by_table), len(sums)).T
        return ratio(pairs, (total * (total - 1))[:, None]), total


def _blocks(sets: Sets, distance: Distance) -> Iterator[Floats]:
    """The table of distances, some rows at a time."""
    members = sets.astype(np.float64)
    size = members.sum(axis=1)
    step = max(1, _BLOCK_CELLS // max(len(sets), 1))
    for start in range(0, max(len(sets), 1), step):
        rows = slice(start, start + step)
        yield distance(members[rows] @ members.T, size[rows, None], size)


def _apart(found: Multisets, sets: Sets, distances: Sequence[Distance]) -> Floats:
    """The distances of all ordered pairs of votes on an item, added up: (distances, groups)."""
    shared_by, size = sharing(sets), sets.sum(axis=1).astype(np.float64)
    total = np.zeros((len(distances), len(found.items)))
    for i, j in pairings(found.group):
        a, b = found.label[i], found.label[j]
        shared = shared_by(a, b)
        for row, distance in zip(total, distances, strict=True):
            row += np.bincount(found.group[i], 2 * distance(shared, size[a], size[b]), minlength=len(row))
    return total
