"""Sets of classes as a table of yes and no."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from labeling.quality.kinds.distances import Sets
from labeling.quality.kinds.sets import members, set_code


def membership(codes: Sequence[str], order: Sequence[str]) -> Sets:
    """Which class of ``order`` is in which set, bool (codes, classes). Raises LabelingError ``unknown_label``.

    >>> membership(["b|a", "|"], ["a", "b"]).tolist()
    [[True, True], [False, False]]
    """
    place = {name: at for at, name in enumerate(order)}
    given = np.zeros((len(codes), len(order)), dtype=np.bool_)
    for row, code in zip(given, codes, strict=True):
        set_code(found := members(code), order)
        row[[place[name] for name in found]] = True
    return given
