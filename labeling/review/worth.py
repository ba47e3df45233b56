"""What a classifier is worth: whether anything can be said from it, by the texts that it did not learn from.

A classifier that knows no more than which label is frequent still gives every text a probability, and everything that is made
of it (label issues, health of labels and classes, the data map) looks as sure as ever. So it is heard only where it is
right more often than always saying the most frequent label, and of a class only where it tells the class from the others.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from labeling.quality.figures import Figure
from labeling.quality.frames import Codes
from labeling.quality.intervals import wilson_bounds
from labeling.quality.progress import clustered_share
from labeling.review.classifier import Trained
from labeling.review.texts import Floats, Whole


@dataclass(frozen=True, slots=True)
class Worth:
    """How often the most probable class is the label of a text not learned from.

    ``accuracy`` with its interval over ``n`` labeled texts, copies of a text counted as one cluster; ``always`` the share
    that always saying ``frequent``, the most frequent label, has of the same texts. ``apart`` are the codes of the classes
    that are told from the others. ``near``: both are mean credits for what is near, see ``worth_by_kind``. ``longer`` is
    the share of preferences that go to the longer text, of those whose texts differ in that, None of other kinds.
    """

    accuracy: Figure
    frequent: str | None
    always: float | None
    apart: tuple[str, ...]
    longer: Figure | None = None
    near: bool = False

    @property
    def speaks(self) -> bool:
        """Whether the lower limit of ``accuracy`` lies above ``always``: else nothing can be said from the classifier."""
        return self.accuracy.low is not None and self.always is not None and self.accuracy.low > self.always

    def facts(self) -> dict[str, Any]:
        """All of it and ``speaks``, as reports keep it."""
        known = {name: fact for name, fact in asdict(self).items() if name != "longer" or fact is not None}
        return {**known, "speaks": self.speaks}


Weigh: TypeAlias = Callable[[Codes, Floats, tuple[str, ...], Whole], Worth]


def worth(label: Codes, probabilities: Floats, classes: tuple[str, ...], group: Whole) -> Worth:
    """What ``probabilities`` (n, classes) that never saw the text's own label say of ``label`` (n,), -1 for none.

    ``group`` (n,) numbers the texts, copies alike. A class is told apart where the lower limit of the share of its texts
    that are named so (Wilson) lies above the share of all others that are.

    >>> label, blind = np.array([0] * 30 + [1] * 10, dtype=np.int32), np.tile([0.7, 0.3], (40, 1))
    >>> found = worth(label, blind, ("x", "y"), np.arange(40))
    >>> found.accuracy.value, found.frequent, found.always, found.apart, found.speaks
    (0.75, 'x', 0.75, (), False)
    >>> worth(label, np.eye(2)[label], ("x", "y"), np.arange(40)).speaks
    True
    """
    rows = np.flatnonzero(label >= 0)
    if not len(rows):
        return Worth(Figure(None, None, None, 0), None, None, ())
    given, said = label[rows], probabilities[rows].argmax(axis=1)
    accuracy = clustered_share(pl.DataFrame({"item": group[rows], "right": said == given}))
    sizes, named = (np.bincount(codes, minlength=len(classes)) for codes in (given, said))
    hits = np.bincount(given[said == given], minlength=len(classes))
    low, _ = wilson_bounds(hits, sizes)
    others = (named - hits) / np.maximum(len(rows) - sizes, 1)
    most = int(sizes.argmax())
    apart = tuple(classes[code] for code in np.flatnonzero((sizes > 0) & (np.nan_to_num(low) > others)))
    return Worth(accuracy, classes[most], float(sizes[most] / len(rows)), apart)


def heard(
    trained: Trained,
    label: Codes,
    classes: tuple[str, ...],
    group: Whole,
    *,
    watched: Codes | None = None,
    weigh: Weigh = worth,
) -> tuple[Trained, Worth]:
    """What may be said from a classifier that learned ``label`` (n,), and what it is worth.

    Texts whose ``watched`` label (by default ``label``) is of a class that it doesn't tell apart count as ``unseen``: nothing
    is known against them. Where it doesn't speak at all, every text does, and there are no epochs. ``weigh`` is called as
    ``worth``.
    """
    found = weigh(label, trained.probabilities, classes, group)
    if not found.speaks:
        return replace(trained, unseen=np.ones(len(label), dtype=bool), heldout=None, training=None), found
    about = label if watched is None else watched
    apart = np.array([*(code in found.apart for code in classes), True])
    silent: npt.NDArray[np.bool_] = ~apart[about]
    return replace(trained, unseen=trained.unseen | silent), found
