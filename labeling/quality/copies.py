"""Copies of another: one annotator agrees with an earlier one far more than the accuracy of both explains."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import polars as pl
from narwhals.typing import IntoDataFrame
from scipy import sparse
from scipy.special import ndtri

from labeling.quality.coefficients import ratio
from labeling.quality.frames import Votes, votes_frame
from labeling.quality.groups import gathered, of_annotators
from labeling.quality.intervals import Floats
from labeling.quality.signals import Row, report

_MIN_SHARED = 30
_MIN_PARTNERS = 5


def copies(
    votes: IntoDataFrame, skill: pl.DataFrame | None = None, order: str = "at", *, alpha: float = 0.001
) -> pl.DataFrame:
    """SIGNALS "copies" (see ``signals``): agreement with one other on the items answered after them.

    Of accuracies t_a and t_b one expects agreement t_a t_b + (1 - t_a)(1 - t_b) / (classes - 1). Accuracies are the
    column ``skill`` of a SKILL table, else what agreement with all others implies by the same formula. Honest pairs,
    too, lie above it where items are hard or classes alike, so the excess is judged against that of others: less the
    annotator's own median over partners, in standard errors, scaled by the spread (MAD, 1 at least) over all pairs
    (an empirical null, Efron 2004). The threshold gives any of one's partners chance alpha together. Judged are those
    with five partners or more of 30 shared items; value is the agreement with the most suspicious, n those items.
    """
    coded = votes_frame(votes)
    moment = gathered(votes, coded, order)
    place = moment.rank("dense").fill_null(0).to_numpy().astype(np.int64)
    shared, same = _after(coded, place)
    later, earlier = shared.row, shared.col
    n, agreement = shared.data, ratio(same, shared.data)
    accuracy = _implied(coded) if skill is None else _of_table(coded, skill)
    wrong = (1 - accuracy[later]) * (1 - accuracy[earlier]) / max(len(coded.classes) - 1, 1)
    expected = np.clip(accuracy[later] * accuracy[earlier] + wrong, 0.01, 0.99)
    excess, error = agreement - expected, np.sqrt(expected * (1 - expected) / np.maximum(n, 1))
    judged = n >= _MIN_SHARED
    groups = [np.flatnonzero(judged & (later == annotator)) for annotator in range(len(coded.annotators))]
    groups = [mine for mine in groups if len(mine) >= _MIN_PARTNERS]
    if not groups:
        return report(coded, "copies", [], moment.dtype)
    usual = [float(np.median(excess[mine])) for mine in groups]
    scores = [(excess[mine] - own) / error[mine] for mine, own in zip(groups, usual, strict=True)]
    scale = max(1.0, 1.4826 * float(np.median(np.abs(np.concatenate(scores)))))
    rows: list[Row] = []
    for mine, own, score in zip(groups, usual, scores, strict=True):
        worst = mine[score.argmax()]
        limit = expected[worst] + own - float(ndtri(alpha / len(mine))) * scale * error[worst]
        annotator, copied = int(later[worst]), int(earlier[worst])
        since = moment[_first_after(coded, place, annotator, copied)]
        rows.append((annotator, float(agreement[worst]), float(limit), int(n[worst]), since, copied))
    return report(coded, "copies", rows, moment.dtype)


def _after(votes: Votes, place: npt.NDArray[np.int64]) -> tuple[sparse.coo_array, npt.NDArray[np.int64]]:
    """Items that the row's annotator answered after the column's, and how many of them alike.

    ``place`` orders the votes in time, 0 where it is unknown; those without a time or at the same time don't count.
    """
    by_item = np.lexsort((place, votes.item))
    item, annotator = votes.item[by_item], votes.annotator[by_item]
    label, when = votes.label[by_item], place[by_item]
    size = len(votes.annotators)
    shared = sparse.csr_array((size, size), dtype=np.int64)
    same = sparse.csr_array((size, size), dtype=np.int64)
    for apart in range(1, len(item)):
        first = np.flatnonzero(item[apart:] == item[:-apart])
        if not len(first):
            break
        first = first[(when[first] > 0) & (when[first + apart] > when[first])]
        second = first + apart
        at = (annotator[second], annotator[first])
        shared = shared + sparse.coo_array((np.ones(len(first), np.int64), at), shape=(size, size)).tocsr()
        alike = (label[first] == label[second]).astype(np.int64)
        same = same + sparse.coo_array((alike, at), shape=(size, size)).tocsr()
    pairs = shared.tocoo()
    return pairs, same[pairs.row, pairs.col] if pairs.nnz else np.zeros(0, dtype=np.int64)


def _first_after(votes: Votes, place: npt.NDArray[np.int64], annotator: int, copied: int) -> int:
    """Position of the first answer of ``annotator`` to an item that ``copied`` had answered before."""
    theirs = np.full(len(votes.items), np.iinfo(np.int64).max)
    earlier = votes.annotator == copied
    theirs[votes.item[earlier]] = place[earlier]
    mine = np.flatnonzero((votes.annotator == annotator) & (theirs[votes.item] < place))
    return int(mine[place[mine].argmin()])


def _implied(votes: Votes) -> Floats:
    """Accuracy by annotator from agreement with all others, all others' taken as one: 0.5 where nobody is met."""
    counts = votes.counts()
    others = counts.sum(axis=1)[votes.item] - 1
    met = others > 0
    share = (counts[votes.item[met], votes.label[met]] - 1) / others[met]
    size, wrong = len(votes.annotators), 1 / max(len(votes.classes) - 1, 1)
    n = np.bincount(votes.annotator[met], minlength=size)
    agreement = ratio(np.bincount(votes.annotator[met], share, minlength=size), n)
    overall = min(max(float(share.mean()) if len(share) else 0.0, wrong / (1 + wrong) + 0.01), 1.0)
    # overall = t^2 + (1 - t)^2 wrong, solved for t; then each annotator's agreement is linear in their accuracy.
    pool = (wrong + math.sqrt(max(wrong**2 - (1 + wrong) * (wrong - overall), 0.0))) / (1 + wrong)
    base = (1 - pool) * wrong
    return np.nan_to_num(np.clip((agreement - base) / (pool - base), 0.0, 1.0), nan=0.5)


def _of_table(votes: Votes, skill: pl.DataFrame) -> Floats:
    """The table's skill for each of the votes' annotators; the mean where it has none."""
    skills = of_annotators(skill, votes, "skill")["skill"]
    mean = skills.mean()
    return skills.fill_null(float(mean) if isinstance(mean, float) else 0.5).to_numpy()
