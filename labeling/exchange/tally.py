"""Counting by 64-bit key in little memory: 16 bytes a key, where a dict takes above a hundred."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Keys = npt.NDArray[np.int64]


class Tally:
    """A sum for every key ever added, kept as a few sorted runs of growing size.

    >>> tally = Tally()
    >>> tally.number(np.array([7, 7, 3])).tolist(), tally.number(np.array([3, 7, 9])).tolist()
    ([1, 2, 1], [2, 3, 1])
    """

    def __init__(self) -> None:
        self._runs: list[tuple[Keys, Keys]] = []

    def total(self, keys: Keys) -> Keys:
        """What has been added so far for each of ``keys`` (int64, shape (n,)); 0 for an unknown one."""
        totals = np.zeros(len(keys), dtype=np.int64)
        for run_keys, sums in self._runs:
            at = np.minimum(np.searchsorted(run_keys, keys), len(run_keys) - 1)
            totals += np.where(run_keys[at] == keys, sums[at], 0)
        return totals

    def add(self, keys: Keys, amounts: Keys) -> None:
        """Add ``amounts`` to ``keys``; a key may come several times."""
        if len(keys) == 0:
            return
        self._runs.append(_summed(keys, amounts))
        # Runs stay of at least halving size, so each key is merged a logarithmic number of times.
        while len(self._runs) > 1 and 2 * len(self._runs[-1][0]) > len(self._runs[-2][0]):
            (right, right_sums), (left, left_sums) = self._runs.pop(), self._runs.pop()
            self._runs.append(_summed(np.concatenate([left, right]), np.concatenate([left_sums, right_sums])))

    def number(self, keys: Keys) -> Keys:
        """Which occurrence of its key each entry is, from 1, over everything numbered so far."""
        if len(keys) == 0:
            return keys
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        first = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
        sizes = np.diff(np.concatenate([first, [len(keys)]]))
        rank = np.empty(len(keys), dtype=np.int64)
        rank[order] = np.arange(len(keys)) - np.repeat(first, sizes) + 1
        rank += self.total(keys)
        self.add(ordered[first], sizes)
        return rank


def _summed(keys: Keys, amounts: Keys) -> tuple[Keys, Keys]:
    unique, inverse = np.unique(keys, return_inverse=True)
    sums = np.zeros(len(unique), dtype=np.int64)
    np.add.at(sums, inverse, amounts)
    return unique, sums
