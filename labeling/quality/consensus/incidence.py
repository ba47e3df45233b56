"""What every consensus model needs of the votes, and what every one of them gives back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse

from labeling.quality.frames import Codes, Votes

Floats: TypeAlias = npt.NDArray[np.float64]

# Below any probability that votes can support, above what a logarithm can't bear.
TINY = 1e-10
_SLIP = 0.01


@dataclass(frozen=True, eq=False)
class Incidence:
    """Who gave which item which label, as a sparse matrix, so that both EM steps are matrix products.

    ``by_item`` has shape (items, annotators * classes) and a one for every vote; ``golden`` of shape (items,) holds
    the label code of golden items and -1 elsewhere.
    """

    by_item: sparse.csr_matrix
    golden: Codes
    annotators: int
    classes: int

    @property
    def items(self) -> int:
        return len(self.golden)

    @property
    def votes(self) -> int:
        return int(self.by_item.nnz)

    @classmethod
    def of(cls, votes: Votes, keep: npt.NDArray[np.bool_] | None = None) -> Incidence:
        """All votes, or those under the mask ``keep`` of shape (votes,)."""
        item, annotator, label = votes.item, votes.annotator, votes.label
        if keep is not None:
            item, annotator, label = item[keep], annotator[keep], label[keep]
        classes, annotators = len(votes.classes), len(votes.annotators)
        column = annotator.astype(np.int64) * classes + label
        shape = (len(votes.items), annotators * classes)
        by_item = sparse.csr_matrix((np.ones(len(item)), (item, column)), shape=shape)
        return cls(by_item, votes.golden, annotators, classes)

    def single(self) -> npt.NDArray[np.bool_]:
        """Whether an item has one vote and no golden label, (items,)."""
        return np.asarray((np.diff(self.by_item.indptr) == 1) & (self.golden < 0))

    def has_overlap(self) -> bool:
        """Whether any two annotators labeled one item."""
        return bool((np.diff(self.by_item.indptr) > 1).any())

    def anchored(self, golden: Codes) -> Incidence:
        """The same votes with other golden items."""
        return replace(self, golden=golden)

    def scores(self, log_channel: Floats) -> Floats:
        """Sum over an item's votes of ``log_channel`` (annotators, classes given, truths): (items, truths)."""
        truths = log_channel.shape[2]
        product: Floats = self.by_item @ log_channel.reshape(self.annotators * self.classes, truths)
        return product

    def tally(self, posterior: Floats) -> Floats:
        """Expected votes by annotator, label given and truth: (annotators, classes given, truths)."""
        product: Floats = self._by_vote @ posterior
        return product.reshape(self.annotators, self.classes, posterior.shape[1])

    @cached_property
    def _by_vote(self) -> sparse.csc_matrix:
        # The transpose stays a view: walking it by items is six times faster than a copy sorted by assessors.
        return self.by_item.T

    @cached_property
    def _settled(self) -> npt.NDArray[np.int64]:
        return np.flatnonzero(self.golden >= 0)

    def counts(self) -> Floats:
        """Votes by item and label given: (items, classes)."""
        which = np.tile(np.eye(self.classes), (self.annotators, 1))
        product: Floats = self.by_item @ which
        return product

    def shares(self) -> Floats:
        """Vote shares by item, uniform without votes, one-hot where the item is golden: where every EM starts."""
        counts = self.counts()
        total = counts.sum(axis=1, keepdims=True)
        shares: Floats = np.divide(counts, total, out=np.full_like(counts, 1 / self.classes), where=total > 0)
        return self.clamp(shares)

    def clamp(self, posterior: Floats) -> Floats:
        """One-hot rows for golden items, in place."""
        settled = self._settled
        posterior[settled] = 0.0
        posterior[settled, self.golden[settled]] = 1.0
        return posterior

    def infer(self, logs: Floats) -> tuple[Floats, float]:
        """Posterior of log joint weights (items, truths), which are overwritten, and the log-likelihood.

        A golden item can't be of any other class: its weights there are minus infinity.
        """
        settled = self._settled
        if len(settled):
            subtypes = logs.shape[1] // self.classes
            excluded = np.arange(logs.shape[1]) // subtypes != self.golden[settled, None]
            logs[settled] = np.where(excluded, -np.inf, logs[settled])
        top = _row_max(logs)
        logs -= top[:, None]
        np.exp(logs, out=logs)
        total = logs @ np.ones(logs.shape[1])
        logs /= total[:, None]
        return logs, float((np.log(total) + top).sum())


@dataclass(frozen=True, eq=False)
class Fit:
    """A fitted model.

    ``posterior`` (items, classes) sums to one by row; ``channel`` (annotators, classes given, truths) is the
    probability of the label given under each truth, where ``truths`` are the classes or, in a model with
    subtypes, classes * subtypes with the subtypes of a class side by side; ``latent`` (items, truths) is the
    posterior over truths, ``prior`` (truths,) their shares.
    """

    latent: Floats
    channel: Floats
    prior: Floats

    @property
    def posterior(self) -> Floats:
        classes = self.channel.shape[1]
        return self.latent if self.latent.shape[1] == classes else by_class(self.latent, classes)

    def chances(self, item: Codes, annotator: Codes, label: Codes) -> Floats:
        """Probability of votes (item, annotator, label), seen or not, under each class: (votes, classes).

        A slip that the model holds for impossible is given a chance, or one such vote would decide everything.
        """
        classes = self.channel.shape[1]
        chances = self.channel[annotator, label]
        if self.latent.shape[1] > classes:
            inside = self.latent[item] + TINY * self.prior
            chances = by_class(inside * chances, classes) / by_class(inside, classes)
        slipped: Floats = (1 - _SLIP) * chances + _SLIP / classes
        return slipped


def by_class(latent: Floats, classes: int) -> Floats:
    """Posterior over classes from one over classes * subtypes."""
    subtypes = latent.shape[1] // classes
    posterior = latent[:, ::subtypes].copy()
    for subtype in range(1, subtypes):
        posterior += latent[:, subtype::subtypes]
    return posterior


def soften(posterior: Floats, temperature: float) -> Floats:
    """Posterior to the power of 1 / temperature: the same order of labels, less sure of itself above one."""
    if temperature == 1:
        return posterior
    logs = np.log(np.maximum(posterior, 1e-300)) / temperature
    weights = np.exp(logs - _row_max(logs)[:, None])
    softened: Floats = weights / (weights @ np.ones(weights.shape[1]))[:, None]
    return softened


def _row_max(values: Floats) -> Floats:
    """Largest value of each row; NumPy's own reduction is ten times slower over few columns."""
    if values.shape[1] > 32:
        return np.asarray(values.max(axis=1))
    top = values[:, 0].copy()
    for column in values.T[1:]:
        np.maximum(top, column, out=top)
    return top
