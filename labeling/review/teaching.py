"""How labels of each kind are taught to the linear model, and what its outputs say of them.

A class out of a set is taught by a softmax. Any number of classes are yes/no heads side by side, one a class (binary relevance:
M. Boutell et al., Learning multi-label scene classification, Pattern Recognition 37 (2004), 1757-1771). A class of an order is
the set of steps below it: a head says for each step whether the label lies above (E. Frank, M. Hall, A simple approach to
ordinal classification, ECML 2001). A preference is learned from each pair as it is and with its candidates' places changed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from labeling.quality.frames import Codes
from labeling.review.data_map import of_class
from labeling.review.linear import Heads, Softmax
from labeling.review.texts import Floats, Small, Whole

Bools = npt.NDArray[np.bool_]


class Teaching:
    """One class out of ``classes``, by a softmax."""

    model: type[Softmax] = Softmax

    def __init__(self, classes: int) -> None:
        self.classes = classes
        # What a model has learned by it is told from what another has by these bytes.
        self.key = f"{type(self).__name__} {classes}".encode()

    def targets(self, label: Codes) -> Small:
        """What the model is to say, float32 (n, outputs); zeros for texts without a label (-1)."""
        return _of_rows(np.eye(self.classes, dtype=np.float32), label)

    def learned(self, features: sparse.csr_matrix, targets: Small) -> tuple[sparse.csr_matrix, Small]:
        """The rows that the model is trained on."""
        return features, targets

    def said(self, model: Softmax, features: sparse.csr_matrix) -> Small:
        """What the model says of texts: float32 (rows, classes)."""
        return model.probabilities(features)

    def watch(self, said: Small, label: Codes) -> tuple[Small, Bools]:
        """See :data:`labeling.review.data_map.Watch`."""
        return of_class(said, label)

    def parts(self, label: Codes) -> Bools:
        """What must have been seen to know a label: bool (n, classes)."""
        return self.targets(label) > 0

    def unseen(self, label: Codes, fold: Whole) -> Bools:
        """Texts of whose label a part has no example outside their fold, (n,)."""
        row, part = np.nonzero(self.parts(label))
        inside = np.zeros((int(fold.max(initial=0)) + 1, self.classes), dtype=np.int64)
        np.add.at(inside, (fold[row], part), 1)
        outside = inside.sum(axis=0) - inside
        missing = np.zeros(len(label), dtype=np.bool_)
        missing[row[outside[fold[row], part] == 0]] = True
        return missing


class Members(Teaching):
    """Sets of classes: ``sets`` bool (labels, classes), a row for each label. A head for each class."""

    model = Heads

    def __init__(self, sets: Bools) -> None:
        super().__init__(sets.shape[1])
        self.sets = sets
        self.key += np.packbits(sets).tobytes()

    def targets(self, label: Codes) -> Small:
        return _of_rows(self.sets.astype(np.float32), label)

    def watch(self, said: Small, label: Codes) -> tuple[Small, Bools]:
        """A set is as sure as its least sure class: under one half the model would change it, however many classes there are."""
        least: Small = np.where(self.sets[label], said, 1 - said).min(axis=1, initial=1).astype(np.float32)
        return least, least >= 0.5


class Steps(Teaching):
    """Classes in their order: a head for each step between two of them.

    >>> Steps(3).targets(np.array([0, 1, 2], dtype=np.int32)).tolist()
    [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]
    """

    model = Heads

    def targets(self, label: Codes) -> Small:
        code = np.arange(self.classes)
        return _of_rows(np.greater.outer(code, code[:-1]).astype(np.float32), label)

    def said(self, model: Softmax, features: sparse.csr_matrix) -> Small:
        return by_steps(model.probabilities(features)).astype(np.float32)

    def parts(self, label: Codes) -> Bools:
        return Teaching(self.classes).parts(label)


class Mirrored(Teaching):
    """Which of two candidates is better: features are their difference and then their sum, ``half`` columns each.

    ``turned`` has the code that each label becomes when the candidates change places. Every pair is learned both ways, and what
    is said of one is the mean of both, so that the place says nothing.
    """

    def __init__(self, turned: Whole, half: int) -> None:
        super().__init__(len(turned))
        self._turned = turned
        self._sign = sparse.diags_array(np.repeat(np.array([-1, 1], dtype=np.float32), half))

    def learned(self, features: sparse.csr_matrix, targets: Small) -> tuple[sparse.csr_matrix, Small]:
        both = sparse.vstack([features, features @ self._sign], format="csr")
        return sparse.csr_matrix(both), np.vstack([targets, targets[:, self._turned]])

    def said(self, model: Softmax, features: sparse.csr_matrix) -> Small:
        other_way = model.probabilities(sparse.csr_matrix(features @ self._sign))[:, self._turned]
        return np.asarray((model.probabilities(features) + other_way) / 2, dtype=np.float32)


def by_steps(above: Small) -> Floats:
    """Probabilities (rows, classes) of the classes of an order from those of lying above each step (rows, classes - 1).

    Heads are learned apart and may contradict each other: what lies above a step lies above those before it.

    >>> by_steps(np.array([[0.75, 0.25], [0.5, 0.6]])).round(2).tolist()
    [[0.25, 0.5, 0.25], [0.5, 0.0, 0.5]]
    """
    falling = np.minimum.accumulate(above.astype(np.float64), axis=1)
    edges = np.pad(falling, ((0, 0), (1, 1)), constant_values=((0, 0), (1, 0)))
    shares: Floats = edges[:, :-1] - edges[:, 1:]
    return shares


def _of_rows(table: Small, label: Codes) -> Small:
    rows = np.zeros((len(label), table.shape[1]), dtype=np.float32)
    labeled = np.flatnonzero(label >= 0)
    rows[labeled] = table[label[labeled]]
    return rows
