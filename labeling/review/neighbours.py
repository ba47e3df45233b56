"""Texts near to each other: latent semantic analysis, nearest neighbours, near-duplicates.

S. Deerwester et al., Indexing by latent semantic analysis, JASIS 41 (1990), 391-407. Distances are cosine distances.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import sparse

from labeling.quality.frames import Codes
from labeling.review.texts import Floats, Small, Whole

DIMENSIONS = 150
NEIGHBOURS = 20
# Up to here every pair is looked at; beyond, those in the same region of the space and in the regions next to it.
EXACT = 20_000
_PROBES = 12
_BLOCK = 2_000
# As in CleanLab's Datalab: nearer than this share of the median distance to the nearest neighbour.
NEAR = 0.13
# Neighbours count less with distance: by a factor of e for each tenth of cosine.
_WARMTH = 0.1


@dataclass(frozen=True, eq=False)
class Neighbours:
    """The k nearest texts of every text: ``index`` int64 and ``distance`` float32, both (n, k), nearest first.

    Where a text has fewer, the rest of ``index`` is -1 and the distance 2.
    """

    index: Whole
    distance: Small

    def shares(self, targets: Floats) -> Floats:
        """Class shares (n, classes) of the neighbours' ``targets`` (n, classes), the nearer counting more.

        >>> near = Neighbours(np.array([[1], [0]]), np.zeros((2, 1), dtype=np.float32))
        >>> near.shares(np.array([[1.0, 0.0], [0.0, 1.0]])).round(2).tolist()
        [[0.08, 0.92], [0.92, 0.08]]
        """
        classes = targets.shape[1]
        weight = np.where(self.index >= 0, np.exp(-self.distance.astype(np.float64) / _WARMTH), 0.0)
        # Neighbours that are far say little: they are set against a fifth of a neighbour at no distance.
        rows = np.repeat(np.arange(len(weight)), weight.shape[1])
        spread = sparse.csr_matrix(
            (weight.ravel(), (rows, np.maximum(self.index, 0).ravel())), shape=(len(weight), len(targets))
        )
        total = weight.sum(axis=1, keepdims=True)
        blank = 0.2 * np.where(total > 0, weight.max(axis=1, keepdims=True, initial=0), 1.0)
        pulled: Floats = (spread @ targets + blank / classes) / (total + blank)
        return pulled


def lsa(matrix: sparse.csr_matrix, *, seed: int = 0) -> Small:
    """Texts as unit vectors, float32 (n, at most DIMENSIONS); a text without any feature is zero."""
    rank = min(DIMENSIONS, min(matrix.shape) - 1)
    if rank < 1:
        return np.zeros((matrix.shape[0], 1), dtype=np.float32)
    # A second to import, as in labeling.review.classifier.
    from sklearn.decomposition import TruncatedSVD

    reduced = TruncatedSVD(rank, n_iter=3, random_state=seed).fit_transform(matrix).astype(np.float32)
    length = np.linalg.norm(reduced, axis=1, keepdims=True)
    vectors: Small = np.divide(reduced, length, out=np.zeros_like(reduced), where=length > 1e-6)
    return vectors


def nearest(vectors: Small, k: int = NEIGHBOURS, *, seed: int = 0) -> Neighbours:
    """The ``k`` nearest other texts of each, by unit ``vectors`` (n, dimensions).

    >>> found = nearest(np.array([[1, 0], [0.8, 0.6], [0, 1]], dtype=np.float32), 1)
    >>> found.index.tolist(), found.distance.round(1).tolist()
    ([[1], [0], [1]], [[0.20000000298023224], [0.20000000298023224], [0.4000000059604645]])
    """
    count = len(vectors)
    index = np.full((count, k), -1, dtype=np.int64)
    distance = np.full((count, k), 2, dtype=np.float32)
    for rows, among in _searches(vectors, seed):
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            _search(vectors, block, among, k, index, distance)
    return Neighbours(index, distance)


def near_duplicates(near: Neighbours, items: pl.Series, label: Codes, classes: tuple[str, ...]) -> pl.DataFrame:
    """NEAR_DUPLICATES(item, other, label, other_label, distance): near-copies whose labels differ, nearest first.

    Near is closer than NEAR of the median distance to the nearest neighbour; exact copies always are.
    """
    names = pl.Series("names", [*classes, None], dtype=pl.String)
    limit = NEAR * float(np.median(near.distance[:, 0])) if near.distance.size else 0.0
    close = (near.index >= 0) & (near.distance <= max(limit, 1e-5))
    first, place = np.nonzero(close)
    second = near.index[first, place]
    differ = (label[first] != label[second]) & (label[first] >= 0) & (label[second] >= 0)
    # A pair may be seen from one side only, where many copies crowd each other out.
    low, high = np.minimum(first, second)[differ], np.maximum(first, second)[differ]
    pairs = (
        pl.DataFrame({"low": low, "high": high, "distance": np.maximum(near.distance[first, place][differ], 0)})
        .unique(["low", "high"], keep="first", maintain_order=True)
        .sort("distance", "low", "high")
    )
    return pl.DataFrame(
        {
            "item": items.gather(pairs["low"]),
            "other": items.gather(pairs["high"]),
            "label": names.gather(label[pairs["low"].to_numpy()]),
            "other_label": names.gather(label[pairs["high"].to_numpy()]),
            "distance": pairs["distance"].cast(pl.Float64),
        }
    )


def _searches(vectors: Small, seed: int) -> list[tuple[Whole, Whole]]:
    """Who is compared with whom: all with all, or each region with the regions next to it."""
    count = len(vectors)
    everyone = np.arange(count)
    if count <= EXACT:
        return [(everyone, everyone)]
    random = np.random.default_rng(seed)
    regions = int(np.sqrt(count))
    centres = vectors[np.sort(random.choice(count, regions, replace=False))]
    home = np.concatenate([(vectors[i : i + _BLOCK] @ centres.T).argmax(axis=1) for i in range(0, count, _BLOCK)])
    members = np.split(np.argsort(home, kind="stable"), np.cumsum(np.bincount(home, minlength=regions))[:-1])
    means = np.stack([vectors[inside].sum(axis=0) if len(inside) else centres[at] for at, inside in enumerate(members)])
    means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-6)
    beside = np.argsort(-(means @ means.T), axis=1, kind="stable")[:, :_PROBES]
    return [
        (inside, np.concatenate([members[region] for region in beside[at]]))
        for at, inside in enumerate(members)
        if len(inside)
    ]


def _search(vectors: Small, rows: Whole, among: Whole, k: int, index: Whole, distance: Small) -> None:
    """Fill ``rows`` of ``index`` and ``distance`` from the candidates ``among``."""
    likeness = vectors[rows] @ vectors[among].T
    likeness[rows[:, None] == among[None, :]] = -np.inf
    most = min(k, len(among) - 1)
    if most < 1:
        return
    chosen = np.argpartition(-likeness, most - 1, axis=1)[:, :most]
    near = np.take_along_axis(likeness, chosen, axis=1)
    order = np.argsort(-near, axis=1, kind="stable")
    index[rows, :most] = among[np.take_along_axis(chosen, order, axis=1)]
    distance[rows, :most] = 1 - np.take_along_axis(near, order, axis=1)
