"""How wrong a label is beside the right one, from 0 for the same to 1: with credit for a part where the kind has parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import polars as pl

from labeling.errors import LabelingError
from labeling.quality.frames import Codes
from labeling.quality.intervals import Floats
from labeling.quality.kinds import Kind
from labeling.quality.kinds.distances import Distance, Sets, dice, jaccard, sharing
from labeling.quality.kinds.lineage import lineages
from labeling.quality.kinds.membership import membership, under
from labeling.quality.kinds.pair import Preference

_Between: TypeAlias = Callable[[Codes, Codes], Floats]


def losses(
    one: pl.Series,
    other: pl.Series,
    kind: Kind,
    *,
    classes: Sequence[str],
    parents: Mapping[str, str] | None = None,
) -> pl.Series:
    """The loss of each label of ``one`` beside that of ``other``, Float64 (rows,), null where either is null; it is symmetric.

    ``classes`` are those of the scheme, of *ordered* in their order; of *tree* inner nodes may be labels, too.

    - *single*: 1 unless they are the same.
    - *ordered*: steps between them by steps of the whole scale.
    - *several*: Jaccard's distance of the sets whose codes they are; 0 between two empty sets.
    - *tree*: 1 - 2 × nodes shared from the root on / nodes of both paths (Z. Wu, M. Palmer, ACL 1994); ``parents`` as in
      ``lineage.lineages``.
    - *pair*: 1 between first and second, 1/2 between any other two.

    Raises LabelingError ``unknown_label`` for what is no class, and as ``lineages`` does.

    >>> one, other = pl.Series(["bad", "good", None]), pl.Series(["good", "good", "bad"])
    >>> losses(one, other, Kind.ORDERED, classes=["bad", "fair", "good", "best"]).round(3).to_list()
    [0.667, 0.0, None]
    """
    words = [column.cast(pl.String) for column in (one, other)]
    names = pl.concat(words).drop_nulls().unique().sort().to_list()
    between = _KINDS[kind](names, classes, parents)
    place = {name: at for at, name in enumerate(names)}
    a, b = (each.replace_strict(place, default=None, return_dtype=pl.Int32) for each in words)
    known = a.is_not_null() & b.is_not_null()
    found = between(a.fill_null(0).to_numpy(), b.fill_null(0).to_numpy()) if names else np.zeros(len(a))
    return pl.select(pl.when(known).then(pl.Series(found, dtype=pl.Float64)).alias("loss")).to_series()


def _single(names: Sequence[str], classes: Sequence[str], _parents: Mapping[str, str] | None) -> _Between:
    _places(names, classes)
    return lambda a, b: (a != b).astype(np.float64)


def _ordered(names: Sequence[str], classes: Sequence[str], _parents: Mapping[str, str] | None) -> _Between:
    place, most = _places(names, classes), max(len(classes) - 1, 1)
    return lambda a, b: np.abs(place[a] - place[b]) / most


def _several(names: Sequence[str], classes: Sequence[str], _parents: Mapping[str, str] | None) -> _Between:
    return _of_sets(membership(names, classes), jaccard)


def _tree(names: Sequence[str], classes: Sequence[str], parents: Mapping[str, str] | None) -> _Between:
    nodes, lines = under(lineages(classes, parents))[0], lineages(names, parents)
    _places([line[-1] for line in lines], nodes)
    return _of_sets(under(lines)[1], dice)


def _pair(names: Sequence[str], _classes: Sequence[str], _parents: Mapping[str, str] | None) -> _Between:
    answers = [answer.value for answer in Preference]
    place = _places([name.replace(" ", "_") for name in names], answers)
    table = np.where(np.eye(len(answers), dtype=np.bool_), 0.0, 0.5)
    table[[0, 1], [1, 0]] = 1.0
    return lambda a, b: table[place[a], place[b]]


def _of_sets(sets: Sets, distance: Distance) -> _Between:
    shared, size = sharing(sets), sets.sum(axis=1).astype(np.float64)
    return lambda a, b: distance(shared(a, b), size[a], size[b])


def _places(names: Sequence[str], classes: Sequence[str]) -> Codes:
    place = {name: at for at, name in enumerate(classes)}
    if strange := [name for name in names if name not in place]:
        raise LabelingError("unknown_label", label=strange[0], where="labels", labels=strange, classes=list(classes))
    return np.array([place[name] for name in names], dtype=np.int32)


_KINDS: dict[Kind, Callable[[Sequence[str], Sequence[str], Mapping[str, str] | None], _Between]] = {
    Kind.SINGLE: _single,
    Kind.SEVERAL: _several,
    Kind.ORDERED: _ordered,
    Kind.TREE: _tree,
    Kind.PAIR: _pair,
}
