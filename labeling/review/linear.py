"""Softmax regression on sparse features, trained epoch by epoch, so that what it knew after each one can be seen; and yes/no
heads, trained alike.

Mini-batch AdaGrad (J. Duchi, E. Hazan, Y. Singer, Journal of Machine Learning Research 12 (2011), 2121-2159) on
cross-entropy with an L2 penalty of 1 / n, the default strength of scikit-learn's LogisticRegression. Targets may be soft.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import sparse
from scipy.special import expit, logit

from labeling.review.texts import Small

EPOCHS = 8
RATE = 0.1
_BATCHES, _LEAST, _MOST = 100, 16, 512


class Softmax:
    """Weights (features, classes) and biases (classes,), float32."""

    def __init__(self, features: int, targets: Small) -> None:
        shape = (features, targets.shape[1])
        self.weights: Small = np.zeros(shape, dtype=np.float32)
        # Biases start at the class shares; every class keeps a little.
        self.bias: Small = np.log(targets.mean(axis=0) + 0.1 / max(len(targets), 1)).astype(np.float32)
        self._squares: Small = np.full(shape, 1e-8, dtype=np.float32)

    def probabilities(self, features: sparse.csr_matrix) -> Small:
        """float32 (rows, classes), rows sum to one."""
        return softmax(features @ self.weights + self.bias)

    def epoch(self, features: sparse.csr_matrix, targets: Small, random: np.random.Generator) -> None:
        """One pass over all rows in random order."""
        rows = len(targets)
        size = max(_LEAST, min(_MOST, rows // _BATCHES))
        penalty = np.float32(1 / rows)
        order = random.permutation(rows)
        for start in range(0, rows, size):
            chosen = order[start : start + size]
            batch = features[chosen]
            slope = (self.probabilities(batch) - targets[chosen]) / np.float32(len(chosen))
            gradient = batch.T @ slope
            gradient += penalty * self.weights
            self._squares += gradient * gradient
            self.weights -= np.float32(RATE) * gradient / np.sqrt(self._squares)
            self.bias -= np.float32(RATE) * slope.sum(axis=0)


class Heads(Softmax):
    """A yes or no for each column of targets, all learned in one pass: logistic regressions side by side."""

    def __init__(self, features: int, targets: Small) -> None:
        super().__init__(features, targets)
        # A tenth of a yes and of a no more than there are: a column that never varies still has finite odds.
        shares = (targets.sum(axis=0) + 0.1) / (len(targets) + 0.2)
        self.bias = np.asarray(logit(shares), dtype=np.float32)

    def probabilities(self, features: sparse.csr_matrix) -> Small:
        """float32 (rows, heads), each that of yes."""
        yes: Small = expit(features @ self.weights + self.bias)
        return yes


def train(
    features: sparse.csr_matrix,
    targets: Small,
    *,
    model: type[Softmax] = Softmax,
    epochs: int = EPOCHS,
    seed: int = 0,
    watch: Callable[[int, Softmax], None] | None = None,
) -> Softmax:
    """Fit on ``features`` (n, features) and ``targets`` (n, classes): rows of shares, of ``Heads`` each within 0 and 1.

    ``watch`` sees every epoch's end.

    >>> found = train(sparse.csr_matrix(np.eye(2, dtype=np.float32)), np.eye(2, dtype=np.float32), epochs=20)
    >>> found.probabilities(sparse.csr_matrix(np.eye(2, dtype=np.float32))).argmax(axis=1).tolist()
    [0, 1]
    """
    fitted = model(features.shape[1], targets)
    random = np.random.default_rng(seed)
    for epoch in range(epochs):
        fitted.epoch(features, targets, random)
        if watch is not None:
            watch(epoch, fitted)
    return fitted


def softmax(logits: Small) -> Small:
    """Rows of logits as probabilities, in place."""
    logits -= logits.max(axis=1, keepdims=True)
    np.exp(logits, out=logits)
    logits /= logits.sum(axis=1, keepdims=True)
    return logits
