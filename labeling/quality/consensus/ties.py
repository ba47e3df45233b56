"""Which label an item gets, and which of several that are equally probable: one rule for whoever names a label."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import polars as pl

from labeling.quality.frames import Codes
from labeling.quality.intervals import Floats

# Sums of floats that differ in the last digits are a tie all the same.
_SAME = 1e-9


def leading(
    posterior: Floats, items: pl.Series, classes: Sequence[str], *, seed: int = 0
) -> tuple[Codes, npt.NDArray[np.bool_]]:
    """Code of the label of each item, int32 (items,), and whether it was tied, (items,).

    ``posterior`` (items, classes) are probabilities, shares or counts, at least one class. Of the classes that lead within
    1e-9 the one whose BLAKE2b hash of seed, item and class is smallest is given: no class is favoured, neither by the
    alphabet nor by the order of votes, and whoever has the three can repeat it.

    >>> codes, tied = leading(np.array([[0.5, 0.5], [0.1, 0.9]]), pl.Series(["a", "b"]), ("x", "y"))
    >>> codes.tolist(), tied.tolist()
    ([1, 1], [True, False])
    """
    top = posterior >= posterior.max(axis=1, keepdims=True, initial=-np.inf) - _SAME
    code = top.argmax(axis=1).astype(np.int32)
    tied = top.sum(axis=1) > 1
    rows = np.flatnonzero(tied)
    place, candidate = np.nonzero(top[rows])
    names = items.gather(rows).cast(pl.String).to_list()
    lots = [_lot(seed, names[at], classes[label]) for at, label in zip(place.tolist(), candidate.tolist(), strict=True)]
    smallest_first = np.lexsort((np.array(lots, dtype=np.uint64), place))
    _, first = np.unique(place[smallest_first], return_index=True)
    code[rows] = candidate[smallest_first[first]]
    return code, tied


def nearest(
    posterior: Floats, items: pl.Series, classes: Sequence[str], *, seed: int = 0
) -> tuple[Codes, npt.NDArray[np.bool_]]:
    """As ``leading``, for classes that stand in their order: the class fewest steps from the truth, in expectation.

    That is a median of the posterior. Of several such the most probable is given, then the lot.

    >>> nearest(np.array([[0.4, 0.25, 0.35]]), pl.Series(["a"]), ("bad", "fair", "good"))[0].tolist()
    [1]
    """
    place = np.arange(len(classes))
    steps = posterior @ np.abs(np.subtract.outer(place, place))
    fewest = steps <= steps.min(axis=1, keepdims=True, initial=np.inf) + _SAME
    return leading(np.where(fewest, posterior, -1.0), items, classes, seed=seed)


def _lot(seed: int, item: str, label: str) -> int:
    return int.from_bytes(blake2b(f"{seed}\x1f{item}\x1f{label}".encode(), digest_size=8).digest())
