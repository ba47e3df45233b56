"""Data map: how a label looked to the classifier while it learned.

S. Swayamdipta et al., Dataset cartography: mapping and diagnosing datasets with training dynamics, EMNLP 2020. With p_e the
probability of the given label after epoch e: confidence = mean of p_e, variability = standard deviation of p_e, correctness =
share of epochs in which the given label was the most probable one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from labeling.errors import LabelingError
from labeling.quality.frames import Codes
from labeling.review.texts import Small, Whole

REGIONS = ("easy", "ambiguous", "hard")

Watch: TypeAlias = Callable[[Small, Codes], tuple[Small, npt.NDArray[np.bool_]]]
"""The probability of each text's label, and whether no other was more probable, from what a model says of the text."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """Where regions begin. The ``ambiguous`` share of items with the largest variability is ambiguous (the paper's third);
    of the others, those whose confidence is under ``hard`` are hard to learn, the rest easy."""

    ambiguous: float = 1 / 3
    hard: float = 0.5


@dataclass(frozen=True, eq=False, slots=True)
class Dynamics:
    """What every epoch made of one label a text, the watched one, both (epochs, n).

    ``probability`` float32 is the label's, ``right`` bool whether no class was more probable. Texts without a label have
    probability 0 and are never right.
    """

    probability: Small
    right: npt.NDArray[np.bool_]

    @classmethod
    def blank(cls, epochs: int, count: int) -> Dynamics:
        """Of ``count`` texts, nothing seen yet."""
        return cls(np.zeros((epochs, count), dtype=np.float32), np.zeros((epochs, count), dtype=bool))

    def see(self, epoch: int, rows: Whole, shares: Small, label: Codes, watch: Watch | None = None) -> None:
        """Record what ``shares`` (rows, classes) give the ``label`` (n,) of the texts at ``rows``."""
        labeled = np.flatnonzero(label[rows] >= 0)
        rows = rows[labeled]
        self.probability[epoch, rows], self.right[epoch, rows] = (watch or of_class)(shares[labeled], label[rows])


@dataclass(frozen=True, eq=False, slots=True)
class DataMap:
    """DATA_MAP(item, label, confidence, variability, correctness, region), one row per labeled item.

    ``variability_cut`` is the variability from which an item is ambiguous.
    """

    frame: pl.DataFrame
    variability_cut: float


def of_class(shares: Small, label: Codes) -> tuple[Small, npt.NDArray[np.bool_]]:
    """Of shares (rows, classes) those of the ``label`` (rows,), and whether they are the largest.

    >>> of_class(np.array([[0.25, 0.75]], dtype=np.float32), np.array([0]))
    (array([0.25], dtype=float32), array([False]))
    """
    given = shares[np.arange(len(label)), label]
    return given, given >= shares.max(axis=1)


def data_map(
    epochs: Dynamics, label: Codes, items: pl.Series, classes: tuple[str, ...], *, cuts: Cuts | None = None
) -> DataMap:
    """From what every epoch made of the given ``label`` (n,), -1 for none.

    Raises LabelingError ``cuts_out_of_range`` unless both cuts lie within 0 and 1.

    >>> label = np.array([0, 1], dtype=np.int32)
    >>> epochs = Dynamics(np.array([[0.6, 0.4], [0.8, 0.2]]), np.array([[True, False], [True, False]]))
    >>> found = data_map(epochs, label, pl.Series([7, 8]), ("x", "y"), cuts=Cuts(ambiguous=0.0))
    >>> found.frame.with_columns(pl.col(pl.Float64).round(3)).rows()
    [(7, 'x', 0.7, 0.1, 1.0, 'easy'), (8, 'y', 0.3, 0.1, 0.0, 'hard')]
    """
    cuts = cuts or Cuts()
    if not (0 <= cuts.ambiguous <= 1 and 0 <= cuts.hard <= 1):
        raise LabelingError("cuts_out_of_range", ambiguous=cuts.ambiguous, hard=cuts.hard)
    rows = np.flatnonzero(label >= 0)
    given = epochs.probability[:, rows].astype(np.float64)
    confidence, variability = given.mean(axis=0), given.std(axis=0)
    cut = _cut(variability, cuts.ambiguous)
    region = np.where(variability >= cut, 1, np.where(confidence < cuts.hard, 2, 0)).astype(np.uint32)
    frame = pl.DataFrame(
        {
            "item": items.gather(rows),
            "label": pl.Series(classes, dtype=pl.String).gather(label[rows]),
            "confidence": confidence,
            "variability": variability,
            "correctness": epochs.right[:, rows].mean(axis=0),
            "region": pl.Series(REGIONS, dtype=pl.Enum(REGIONS)).gather(region),
        }
    )
    return DataMap(frame, cut)


def _cut(variability: np.ndarray[tuple[int], np.dtype[np.float64]], share: float) -> float:
    """The smallest variability of the ``share`` of items that vary most; beyond all of them for a share of none."""
    most = round(share * len(variability))
    if not most:
        return float("inf")
    return float(np.partition(variability, len(variability) - most)[len(variability) - most])
