"""The classifier behind the analysis: out-of-fold probabilities of every class, and what each epoch knew.

Word and character n-grams and a linear model, for Russian and English alike, with nothing to download.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from labeling.errors import LabelingError
from labeling.quality.frames import Codes
from labeling.review.data_map import Dynamics
from labeling.review.linear import EPOCHS, Softmax, train
from labeling.review.teaching import Teaching
from labeling.review.texts import Floats, Small, Whole, group_codes

FOLDS = 5
Progress = Callable[[int, int], None]
# A word, or a mark on its own: in short texts a question mark says much.
_TOKEN = r"(?u)\b\w+\b|[^\w\s]"


@dataclass(frozen=True, eq=False)
class Trained:
    """What the classifier says of every text.

    ``probabilities`` float64 (n, classes): by models that saw neither the text nor a copy of it; of sets each class's own.
    ``fold`` int64 (n,). ``unseen`` bool (n,): the given class had no example outside the text's fold, so nothing is known
    against it. ``heldout`` and ``training``, None where no epochs were recorded: what every epoch made of the watched label,
    by the models that didn't see the text, and by one that learned from all texts.
    """

    probabilities: Floats
    fold: Whole
    unseen: npt.NDArray[np.bool_]
    heldout: Dynamics | None
    training: Dynamics | None


def features(texts: Sequence[str]) -> sparse.csr_matrix:
    """TF-IDF of words and word pairs beside that of 3 and 4 characters within words, float32 (n, features).

    >>> features(["a cat", "a cat", "кот"]).shape[0]
    3
    """
    # Takes a second to import; most processes that know of this module never learn anything.
    from sklearn.feature_extraction.text import TfidfVectorizer

    least = 2 if len(texts) >= 1000 else 1
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=least, dtype=np.float32, token_pattern=_TOKEN)
    parts = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True, min_df=least, dtype=np.float32)
    halves = []
    for vectoriser in (words, parts):
        try:
            halves.append(vectoriser.fit_transform(texts))
        except ValueError:
            # Nothing in the texts that this half counts: blank, or all different.
            halves.append(sparse.csr_matrix((len(texts), 1), dtype=np.float32))
    both = sparse.hstack(halves, format="csr", dtype=np.float32)
    both.data *= np.float32(np.sqrt(0.5))
    return both


def folds(texts: Sequence[str], label: Codes, count: int = FOLDS, *, seed: int = 0) -> Whole:
    """Fold of every text, int64 (n,): copies of a text together, every class spread as evenly as its texts allow.

    >>> found = folds(["a", "b", "A!", "c"], np.zeros(4, dtype=np.int32), 2)
    >>> bool(found[0] == found[2]), np.bincount(found[[0, 1, 3]]).tolist()
    (True, [2, 1])
    """
    if count < 2:
        raise LabelingError("folds_out_of_range", folds=count)
    group = group_codes(texts)
    random = np.random.default_rng(seed)
    _, first = np.unique(group, return_index=True)
    order = random.permutation(len(first))
    # Dealt like cards, class after class, without a new start: small classes don't all land in the first fold.
    order = order[np.argsort(label[first][order], kind="stable")]
    dealt = np.empty(len(first), dtype=np.int64)
    dealt[order] = np.arange(len(first)) % count
    return dealt[group]


def cross_validate(
    texts: Sequence[str],
    label: Codes,
    classes: int,
    *,
    matrix: sparse.csr_matrix | None = None,
    watched: Codes | None = None,
    dynamics: bool = True,
    seed: int = 0,
    progress: Progress | None = None,
    teaching: Teaching | None = None,
) -> Trained:
    """Probabilities of ``classes`` for all texts, by models of the other folds' labels.

    ``label`` int32 (n,), -1 for texts that have none: they are foretold, not learned from. ``matrix`` are features made
    before. ``watched`` (n,) are the labels that epochs are asked about, by default ``label``; ``dynamics`` off leaves the
    epochs out. ``progress`` is called with fits done and fits in all. ``teaching`` says how labels are taught that are not one
    class out of a set. Raises LabelingError ``no_labels``.

    >>> texts = ["good film", "fine film", "bad film", "awful film"] * 5
    >>> found = cross_validate(texts, np.array([0, 0, 1, 1] * 5, dtype=np.int32), 2)
    >>> found.probabilities.shape, found.heldout.probability.shape
    ((20, 2), (8, 20))
    """
    label = np.asarray(label, dtype=np.int32)
    if not (label >= 0).any():
        raise LabelingError("no_labels")
    how = teaching or Teaching(classes)
    fold = folds(texts, label, seed=seed)
    labeled = label >= 0
    probabilities = np.zeros((len(label), how.classes))
    matrix = features(texts) if matrix is None else matrix
    followed = label if watched is None else watched
    lessons = _Lessons(how, matrix, how.targets(label), followed, seed)
    heldout, training = (Dynamics.blank(EPOCHS, len(label)) if dynamics else None for _ in range(2))
    for part in range(FOLDS):
        out, learn = np.flatnonzero(fold == part), np.flatnonzero(labeled & (fold != part))
        if len(learn) and len(out):
            probabilities[out] = lessons.by_epochs(learn, out, heldout)
        elif len(out):
            probabilities[out] = 1 / how.classes
        _tell(progress, part + 1, FOLDS + dynamics)
    if training is not None:
        lessons.by_epochs(np.flatnonzero(labeled), np.arange(len(label)), training)
        _tell(progress, FOLDS + 1, FOLDS + 1)
    return Trained(probabilities, fold, how.unseen(label, fold), heldout, training)


def checked_probabilities(probabilities: npt.ArrayLike, items: int, classes: int) -> Floats:
    """Given probabilities as float64 (items, classes), rows summing to one.

    Raises LabelingError ``probabilities_shape`` or ``probabilities_range``.

    >>> checked_probabilities([[0.2, 0.8]], 1, 2).tolist()
    [[0.2, 0.8]]
    """
    rows = np.asarray(probabilities, dtype=np.float64)
    if rows.shape != (items, classes):
        raise LabelingError("probabilities_shape", found=list(rows.shape), expected=[items, classes])
    total = rows.sum(axis=1, keepdims=True)
    odd = ~np.isfinite(rows).all(axis=1) | (rows < 0).any(axis=1) | (np.abs(total[:, 0] - 1) > 0.01)
    if odd.any():
        raise LabelingError("probabilities_range", rows=int(odd.sum()), first_row=int(odd.argmax()) + 1)
    checked: Floats = rows / total
    return checked


@dataclass(frozen=True, eq=False, slots=True)
class _Lessons:
    """What models are taught: ``targets`` (n, outputs); ``followed`` (n,) are the labels that epochs are asked about."""

    how: Teaching
    matrix: sparse.csr_matrix
    targets: Small
    followed: Codes
    seed: int

    def by_epochs(self, learn: Whole, out: Whole, into: Dynamics | None) -> Small:
        """What is said of the texts ``out`` after the last epoch; of their labels after every one goes ``into`` the dynamics."""
        heldout = self.matrix[out]

        def watch(epoch: int, model: Softmax) -> None:
            if into is not None:
                into.see(epoch, out, self.how.said(model, heldout), self.followed, self.how.watch)

        rows, targets = self.how.learned(self.matrix[learn], self.targets[learn])
        return self.how.said(train(rows, targets, model=self.how.model, seed=self.seed, watch=watch), heldout)


def _tell(progress: Progress | None, fits: int, total: int) -> None:
    if progress is not None:
        progress(fits, total)
