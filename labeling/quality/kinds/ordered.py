"""Agreement where the classes stand in an order: what is near counts more than what is far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from narwhals.typing import IntoDataFrame

from labeling.quality.figures import Figure
from labeling.quality.frames import Votes, votes_frame
from labeling.quality.intervals import LEVEL, Floats
from labeling.quality.kappas import mean_kappa, pair_tables
from labeling.quality.kinds.distances import distance_figures, multisets


@dataclass(frozen=True, slots=True)
class OrderedAgreement:
    """What the order adds to ``agreement.agreement``, whose ``alpha_ordinal`` belongs here.

    ``kappa_linear`` and ``kappa_quadratic`` are the mean over pairs of annotators, weighted by the items they share, of
    Cohen's weighted kappa (J. Cohen, Psychological Bulletin 70 (1968), 213-220): disagreement weighs the steps between two
    classes, or their square. ``distance`` is the mean distance in steps of two votes on an item, items weighing equally.
    """

    kappa_linear: Figure
    kappa_quadratic: Figure
    distance: Figure


def ordered_agreement(
    votes: IntoDataFrame | Votes,
    *,
    classes: Sequence[object] | None = None,
    draws: int = 1000,
    level: float = LEVEL,
    seed: int = 0,
) -> OrderedAgreement:
    """The figures of votes whose classes stand in their order: ``classes``, or as ``votes_frame`` has them.

    Raises LabelingError as ``votes_frame`` does, ``unknown_label`` among them: a class that has no place in the order.

    >>> import polars as pl
    >>> frame = pl.DataFrame({"item": [1, 1, 2, 2, 3, 3], "annotator": list("ababab"), "label": [1, 1, 2, 2, 3, 1]})
    >>> found = ordered_agreement(frame, draws=0)
    >>> round(found.distance.value, 3), found.kappa_linear.value, found.kappa_quadratic.value
    (0.667, 0.25, 0.0)
    """
    coded = votes if isinstance(votes, Votes) else votes_frame(votes, classes=classes)
    how: dict[str, Any] = {"draws": draws, "level": level, "seed": seed}
    code = np.arange(len(coded.classes))
    most = max(len(code) - 1, 1)
    apart = np.abs(np.subtract.outer(code, code)) / most

    def steps(shared: Floats, one: Floats, other: Floats) -> Floats:
        return (one + other - 2 * shared) / most

    # A class as the set of classes below it: two differ by as many as there are steps between them.
    (near,) = distance_figures(multisets(coded), np.greater.outer(code, code), means=[steps], **how)
    return OrderedAgreement(
        kappa_linear=mean_kappa(pair_tables(coded, credit=1 - apart), **how),
        kappa_quadratic=mean_kappa(pair_tables(coded, credit=1 - apart**2), **how),
        distance=Figure(_steps(near.value, most), _steps(near.high, most), _steps(near.low, most), near.n),
    )


def _steps(near: float | None, most: int) -> float | None:
    return None if near is None else most * (1 - near)
