"""Sets of classes, and lines down a tree, as tables of yes and no."""

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


def under(lines: Sequence[tuple[str, ...]]) -> tuple[tuple[str, ...], Sets]:
    """All nodes that lineages pass, by name, and which lie on which, the end among them: bool (lineages, nodes)."""
    nodes = tuple(sorted({node for line in lines for node in line}))
    place = {node: at for at, node in enumerate(nodes)}
    on = np.zeros((len(lines), len(nodes)), dtype=np.bool_)
    for row, line in zip(on, lines, strict=True):
        row[[place[node] for node in line]] = True
    return nodes, on
