"""Agreement where a label is any number of classes, none among them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from narwhals.typing import IntoDataFrame

from labeling.errors import LabelingError
from labeling.quality.agreement import class_figures, overall_figures
from labeling.quality.coefficients import Patterns, ratio
from labeling.quality.figures import Figure
from labeling.quality.frames import Codes, Votes, plain_column, read_columns, votes_frame
from labeling.quality.intervals import LEVEL, Floats
from labeling.quality.kappas import Entries, Numbers, PairSums, mean_of_pairs, met_pairs, sorted_by_item
from labeling.quality.kinds.distances import (
    Multisets,
    Sets,
    distance_figures,
    jaccard,
    masi,
    multisets,
    nominal,
    sharing,
)


@dataclass(frozen=True, eq=False, slots=True)
class SetVotes:
    """Votes of which each label is a row of ``sets`` (distinct sets, classes)."""

    votes: Votes
    sets: Sets
    classes: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class SeveralAgreement:
    """Agreement on sets of classes; n counts items with two votes or more, of ``f1`` pairs of annotators.

    ``exact`` is the mean pairwise agreement on the whole set, over items. ``alpha_jaccard`` and ``alpha_masi`` are
    Krippendorff's alpha with these distances. ``f1`` is the mean over pairs of annotators, weighted by the items they share,
    of 2 shared / (given + given), classes counted over all these items: what F1 is where either is taken for the truth
    (G. Hripcsak, A. Rothschild, JAMIA 12 (2005), 296-298); undefined for two who gave no class.

    ``classes`` has the columns of ``agreement.class_agreement`` and alpha, alpha_low, alpha_high: each class as a question
    of yes or no, asked of each item.
    """

    exact: Figure
    alpha_jaccard: Figure
    alpha_masi: Figure
    f1: Figure
    classes: pl.DataFrame
    items_used: int
    items_single: int
    """Dropped: one vote."""
    items_empty: int
    """Dropped: nothing but abstentions."""


def several_agreement(
    votes: IntoDataFrame | SetVotes,
    *,
    classes: Sequence[object] | None = None,
    draws: int = 1000,
    level: float = LEVEL,
    seed: int = 0,
) -> SeveralAgreement:
    """All figures of votes whose label is a list of classes; an empty list is a vote, null is unsure.

    Raises LabelingError as ``set_votes`` does.

    >>> labels = [["x", "y"], ["x"], [], []]
    >>> found = several_agreement(pl.DataFrame({"item": [1, 1, 2, 2], "annotator": list("abab"), "label": labels}), draws=0)
    >>> found.exact.value, round(found.alpha_jaccard.value, 3), round(found.f1.value, 3)
    (0.5, 0.667, 0.667)
    >>> found.classes.select("label", "votes", "kappa").rows()
    [('x', 2, 1.0), ('y', 1, -0.33333333333333326)]
    """
    coded = votes if isinstance(votes, SetVotes) else set_votes(votes, classes=classes)
    found = multisets(coded.votes)
    how: dict[str, Any] = {"draws": draws, "level": level, "seed": seed}
    exact, by_jaccard, by_masi = distance_figures(found, coded.sets, means=[nominal], alphas=[jaccard, masi], **how)
    rated, given = int(found.items.sum()), len(coded.votes.items)
    return SeveralAgreement(
        exact=exact,
        alpha_jaccard=by_jaccard,
        alpha_masi=by_masi,
        f1=_f1(coded, **how),
        classes=_by_class(coded, found, **how),
        items_used=found.used,
        items_single=rated - found.used,
        items_empty=given - rated,
    )


def set_votes(votes: IntoDataFrame, *, classes: Sequence[object] | None = None) -> SetVotes:
    """Check and code VOTES whose label is a list of classes, in any order.

    Raises LabelingError as ``votes_frame`` does; ``column_type`` where labels are no lists of words or whole numbers.

    >>> coded = set_votes(pl.DataFrame({"item": [1, 2], "annotator": ["a", "a"], "label": [["y", "x"], ["x", "y", "x"]]}))
    >>> coded.classes, coded.sets.tolist(), coded.votes.label.tolist()
    (('x', 'y'), [[True, True]], [0, 0])
    """
    frame = read_columns(votes, "votes", ("item", "annotator", "label"), ("item", "annotator"))
    if frame["label"].dtype == pl.Null:
        frame = frame.with_columns(pl.col("label").cast(pl.List(pl.String)))
    if not isinstance(frame["label"].dtype, pl.List):
        raise LabelingError("column_type", where="votes", column="label", dtype=str(frame["label"].dtype))
    distinct = frame.select("label").drop_nulls().unique(maintain_order=True).with_row_index("set")
    numbered = frame.join(distinct, on="label", how="left", maintain_order="left")
    coded = votes_frame(numbered.select("item", "annotator", label="set"), classes=range(len(distinct)))
    words = distinct.explode("label", empty_as_null=False)
    named = plain_column(words["label"], "votes").cast(pl.String)
    members: list[list[str]] = [[] for _ in range(len(distinct))]
    for place, name in zip(words["set"], named, strict=True):
        members[place] += [] if name is None else [name]
    return coded_sets(coded, members, classes=classes)


def coded_sets(
    votes: Votes, members: Sequence[Collection[str]], *, classes: Sequence[object] | None = None
) -> SetVotes:
    """Votes by what classes each of their labels means, ``members`` in the order of ``votes.classes``.

    Raises LabelingError ``unknown_label`` for a class that is not among the ``classes``, ``classes_repeated``.
    """
    met = {name for each in members for name in each}
    names = tuple(map(str, classes)) if classes is not None else tuple(sorted(met))
    if len(set(names)) < len(names):
        raise LabelingError("classes_repeated", classes=list(names))
    if strange := sorted(met.difference(names)):
        raise LabelingError("unknown_label", label=strange[0], where="votes", labels=strange, classes=list(names))
    place = {name: at for at, name in enumerate(names)}
    given = np.zeros((len(members), len(names)), dtype=np.bool_)
    for row, each in zip(given, members, strict=True):
        row[[place[name] for name in each]] = True
    _, one, code = np.unique(np.packbits(given, axis=1), axis=0, return_index=True, return_inverse=True)
    kept = tuple(", ".join(name for name, there in zip(names, row, strict=True) if there) for row in given[one])
    label = code.reshape(-1).astype(np.int32)[votes.label]
    return SetVotes(replace(votes, label=label, classes=kept), given[one], names)


def _by_class(coded: SetVotes, found: Multisets, *, draws: int, level: float, seed: int) -> pl.DataFrame:
    """Each class as a question of yes or no: the same figures as of two classes, no and yes."""
    counts = found.counts

    def row(name: str, has_class: npt.NDArray[np.bool_]) -> pl.DataFrame:
        yes = (counts @ has_class.astype(np.float64)).astype(np.int64)
        pairs, place = np.unique(np.stack([found.n - yes, yes], axis=1), axis=0, return_inverse=True)
        items = np.bincount(place.reshape(-1), found.items, minlength=len(pairs)).astype(np.int64)
        answers = Patterns(pairs.astype(np.float64), items)
        alpha = overall_figures(answers, draws=draws, level=level, seed=seed)["alpha"]
        bounds = {"alpha": alpha.value, "alpha_low": alpha.low, "alpha_high": alpha.high}
        figures = class_figures(("no", "yes"), answers, draws=draws, level=level, seed=seed)[1]
        return figures.with_columns(
            pl.lit(name).alias("label"), *(pl.lit(value, pl.Float64).alias(each) for each, value in bounds.items())
        )

    rows = [row(name, has_class) for name, has_class in zip(coded.classes, coded.sets.T, strict=True)]
    return pl.concat(rows) if rows else row("", np.zeros(len(coded.sets), dtype=np.bool_)).clear()


def _f1(coded: SetVotes, *, draws: int, level: float, seed: int) -> Figure:
    shared, size = sharing(coded.sets), coded.sets.sum(axis=1).astype(np.float64)

    def entries(label_a: Codes, label_b: Codes) -> Entries:
        return [(0, 1.0), (1, 2 * shared(label_a, label_b)), (2, size[label_a] + size[label_b])]

    def figure(sums: Numbers) -> tuple[Numbers, Floats]:
        return sums[:, 0], ratio(sums[:, 1], sums[:, 2])

    sums = PairSums(sorted_by_item(coded.votes), 3, entries, figure)
    total = np.zeros((sums.width, len(sums.by_item.keys)))
    for place, _, label_a, label_b in met_pairs(sums.by_item):
        for which, amount in entries(label_a, label_b):
            total[which] += np.bincount(place, np.broadcast_to(amount, len(place)), minlength=total.shape[1])
    n, value = figure(total.T)
    return mean_of_pairs(sums, n, value, np.zeros_like(value), draws=draws, level=level, seed=seed)
