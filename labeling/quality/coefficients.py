"""Agreement coefficients from sums over items, so that one formula serves the data, its classes and its resamples.

Every coefficient but the ordinal alpha is a function of sums over items; items with the same votes per class
are one *pattern* and are summed once, weighted by how many they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from labeling.quality.frames import Votes
from labeling.quality.intervals import Floats

_SCALARS = 5


@dataclass(frozen=True, eq=False, slots=True)
class Patterns:
    """Distinct rows of votes per class.

    ``counts`` is float64 of shape (patterns, classes), every row with at least one vote; ``items`` (int64) says
    how many items have that row.
    """

    counts: Floats
    items: npt.NDArray[np.int64]


def patterns(votes: Votes) -> Patterns:
    """The patterns of the items that have a vote; each item its own where a row does not fit one number."""
    classes = len(votes.classes)
    base = int(np.bincount(votes.item).max(initial=0)) + 1
    if classes * np.log2(base) > 52:
        counts = votes.counts()
        counts = counts[counts.any(axis=1)]
        return Patterns(counts, np.ones(len(counts), dtype=np.int64))
    # A row is a number in base (most votes + 1), exact as a float below 2^53: no table of items by classes is needed.
    place = np.array([float(base) ** power for power in range(classes)])
    rows, items = np.unique(np.bincount(votes.item, place[votes.label]).astype(np.int64), return_counts=True)
    rated = rows > 0
    digits = rows[rated, None] // place.astype(np.int64) % base
    return Patterns(digits.astype(np.float64), items[rated].astype(np.int64))


def item_terms(counts: Floats) -> Floats:
    """What one item adds to the sums, float64 of shape (patterns, 5 + 4 x classes).

    Columns: used (two votes or more), agreeing pairs, all pairs, Krippendorff's agreeing pairs, rated (any vote);
    then by class: agreeing share of pairs, share of votes among used items, share of votes, votes of used items.
    """
    n = counts.sum(axis=1, keepdims=True)
    used = n >= 2
    pairs = np.where(used, n * (n - 1), 1.0)
    agreeing = counts * (counts - 1)
    share = counts / np.maximum(n, 1.0)
    scalars = [
        used.astype(np.float64),
        agreeing.sum(axis=1, keepdims=True),
        np.where(used, pairs, 0.0),
        agreeing.sum(axis=1, keepdims=True) / np.where(used, n - 1, 1.0),
        (n >= 1).astype(np.float64),
    ]
    return np.hstack([*scalars, agreeing / pairs, share * used, share, counts * used])


@dataclass(frozen=True, eq=False, slots=True)
class Coefficients:
    """Each of shape ``sums.shape[:-1]``, NaN where undefined; ``expected`` is the chance agreement of each."""

    by_items: Floats
    by_pairs: Floats
    fleiss: Floats
    ac1: Floats
    alpha: Floats
    expected_fleiss: Floats
    expected_ac1: Floats
    expected_alpha: Floats


def coefficients(sums: Floats) -> Coefficients:
    """Mean pairwise agreement (over items, over pairs), Fleiss' kappa, Gwet's AC1, Krippendorff's nominal alpha.

    Fleiss' kappa and AC1 under a variable number of raters as in Gwet (2014, Handbook of Inter-Rater Reliability):
    observed agreement is the mean over items with two votes or more, class shares are the mean over all items
    with a vote. With a constant number of raters this is Fleiss (1971). Alpha as in Krippendorff (2011): items
    with one vote are out. AC1 takes the number of classes from the scheme, also of those nobody chose.
    """
    used, agreeing, pairs, paired, rated = np.moveaxis(sums[..., :_SCALARS], -1, 0)
    agree, _, share, votes = _by_class(sums)
    classes = share.shape[-1]
    by_items = ratio(agree.sum(axis=-1), used)
    mean_share = ratio(share, rated[..., None])
    squares = (mean_share**2).sum(axis=-1)
    gwet = (mean_share * (1 - mean_share)).sum(axis=-1) / (classes - 1) if classes > 1 else np.ones_like(squares)
    total = votes.sum(axis=-1)
    expected_alpha = ratio((votes * (votes - 1)).sum(axis=-1), total * (total - 1))
    return Coefficients(
        by_items=by_items,
        by_pairs=ratio(agreeing, pairs),
        fleiss=beyond_chance(by_items, squares),
        ac1=beyond_chance(by_items, gwet),
        alpha=beyond_chance(ratio(paired, total), expected_alpha),
        expected_fleiss=squares,
        expected_ac1=gwet,
        expected_alpha=expected_alpha,
    )


def class_coefficients(sums: Floats) -> tuple[Floats, Floats, Floats]:
    """By class, each of shape (..., classes): agreement, kappa, and the share of votes that is kappa's chance.

    Agreement is the chance that another vote on the same item is this class, given that one vote is (specific
    agreement, items weighing equally). Kappa is Fleiss' (1971) for the class against all others. Both are undefined where no
    item with two votes has the class.
    """
    used, rated = sums[..., :1], sums[..., 4:5]
    agree, given, share, _ = _by_class(sums)
    chance = ratio(share, rated)
    apart = ratio(given - agree, used)
    # 1 - kappa = observed over expected disagreement about the class, each as the share of ordered pairs.
    kappa = 1 - ratio(apart, chance * (1 - chance))
    # Of a class that stands on no item with two votes nothing is seen of agreement: kappa would be 1 by its formula.
    return ratio(agree, given), np.where((used > 0) & (given > 0), kappa, np.nan), chance


def alpha_ordinal(counts: Floats, weights: Floats) -> Floats:
    """Krippendorff's ordinal alpha (2011) for each row of ``weights`` (draws, patterns); classes in their order.

    The ordinal metric between two classes is the squared distance of their mid-ranks among all paired votes, so
    the disagreement within an item is a weighted variance and no matrix of class by class is needed.
    """
    n = counts.sum(axis=1)
    counts, weights, n = counts[n >= 2], weights[:, n >= 2], n[n >= 2]
    votes = weights @ counts
    total = votes.sum(axis=1)
    rank = np.cumsum(votes, axis=1) - votes / 2
    rank -= ratio((votes * rank).sum(axis=1), total)[:, None]
    first, second = counts @ rank.T, counts @ (rank**2).T
    observed = np.einsum("dp,pd->d", weights, (n[:, None] * second - first**2) / (n - 1)[:, None])
    expected = ratio(total * (votes * rank**2).sum(axis=1), total - 1)
    return 1 - ratio(observed, expected)


def beyond_chance(observed: Floats, expected: Floats) -> Floats:
    """(observed - expected) / (1 - expected), NaN where chance alone explains everything."""
    return ratio(observed - expected, 1 - expected)


def ratio(part: npt.ArrayLike, whole: npt.ArrayLike) -> Floats:
    """NaN, without a warning, where the whole is not positive."""
    part, whole = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(whole > 1e-12, part / whole, np.nan)


def _by_class(sums: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    agree, given, share, votes = np.split(sums[..., _SCALARS:], 4, axis=-1)
    return agree, given, share, votes
