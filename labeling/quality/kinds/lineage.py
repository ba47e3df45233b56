"""Classes in a tree: whose child is whose, how probable a node is with all below it, and how far down a label is sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from labeling.errors import LabelingError
from labeling.quality.consensus import Consensus
from labeling.quality.consensus.ties import leading
from labeling.quality.kinds.membership import under
from labeling.quality.kinds.paths import line_of, written_line
from labeling.quality.kinds.tree import path_of

# Sums of floats that should reach a level may miss it by the last digits.
_SAME = 1e-9


def lineages(classes: Sequence[str], parents: Mapping[str, str] | None = None) -> list[tuple[str, ...]]:
    """Of each class the nodes from its root down to it, itself the last.

    ``parents`` has the parent of each node that has one. None: a class is a path as it is written, "a > b", and its parent "a".
    Raises LabelingError ``tree_cycle`` where a node is its own ancestor, ``empty_path_part``.

    >>> lineages(["cat"], {"cat": "mammal", "mammal": "animal"}), lineages(["a > b"])
    ([('animal', 'mammal', 'cat')], [('a', 'a > b')])
    """
    if parents is None:
        return [written_line(path_of(name)) for name in classes]
    return [line_of(name, parents) for name in classes]


def ancestors(consensus: Consensus, parents: Mapping[str, str] | None = None) -> pl.DataFrame:
    """ANCESTORS(item, node, depth, probability): of each label the nodes from its root down to it, the root at depth 1.

    ``probability`` is the sum over a node and all below it, so it falls from the root to the label. Raises as ``lineages``.

    >>> from labeling.quality.consensus import consensus
    >>> votes = pl.DataFrame({"item": [1, 1, 1], "annotator": list("abc"), "label": ["a > b", "a > b", "a > c"]})
    >>> ancestors(consensus(votes, method="majority")).select("node", pl.col("probability").round(3)).rows()
    [('a', 1.0), ('a > b', 0.667)]
    """
    lines = lineages(consensus.classes, parents)
    nodes, on = under(lines)
    place = {node: at for at, node in enumerate(nodes)}
    label = consensus.frame["label"].to_physical().fill_null(0).to_numpy()
    labeled = np.flatnonzero(consensus.frame["label"].is_not_null().to_numpy())
    length = np.array([len(line) for line in lines], dtype=np.int64)[label[labeled]]
    item = np.repeat(labeled, length)
    column = np.array([place[node] for line in lines for node in line], dtype=np.int64)
    start = np.cumsum([0, *map(len, lines)])[label[labeled]]
    depth = np.arange(int(length.sum())) - np.repeat(np.cumsum(length) - length, length)
    column = column[np.repeat(start, length) + depth]
    return pl.DataFrame(
        {
            "item": consensus.frame["item"].gather(item),
            "node": pl.Series(nodes, dtype=pl.String).gather(column),
            "depth": pl.Series(depth + 1, dtype=pl.UInt32),
            "probability": (consensus.posterior @ on)[item, column],
        }
    )


def deepest(consensus: Consensus, level: float, parents: Mapping[str, str] | None = None) -> pl.DataFrame:
    """CONSENSUS(item, label, probability, n) with the deepest node whose probability, with all below it, reaches ``level``.

    Of several as deep the most probable, then the lot. Above one half they lie on one line from the root; it need not lead to
    the most probable class. Where not even a root reaches the level, label and probability are null. Raises LabelingError
    ``sure_out_of_range``, and as ``lineages``.

    >>> from labeling.quality.consensus import consensus
    >>> votes = pl.DataFrame({"item": [1, 1, 1], "annotator": list("abc"), "label": ["a > b", "a > b", "a > c"]})
    >>> [deepest(consensus(votes, method="majority"), level)["label"].item() for level in (0.6, 0.8)]
    ['a > b', 'a']
    """
    if not 0 < level <= 1:
        raise LabelingError("sure_out_of_range", sure=level)
    frame, lines = consensus.frame, lineages(consensus.classes, parents)
    nodes, on = under(lines)
    if not nodes:
        return frame.with_columns(pl.col("label").cast(pl.String))
    depth_of = {node: at for line in lines for at, node in enumerate(line, 1)}
    depth = np.array([depth_of[node] for node in nodes])
    sums = consensus.posterior @ on
    reached = sums >= level - _SAME
    # A step down outweighs any probability, which is at most one.
    code, _ = leading(np.where(reached, 2.0 * depth + sums, -1.0), frame["item"], nodes, seed=consensus.seed)
    sure = pl.Series(reached.any(axis=1)) & frame["label"].is_not_null()
    return frame.select(
        "item",
        pl.when(sure).then(pl.Series(nodes, dtype=pl.String).gather(code)).alias("label"),
        pl.when(sure).then(pl.Series(sums[np.arange(len(code)), code].clip(max=1.0))).alias("probability"),
        "n",
    )
