"""What others would take: word TF-IDF with logistic regression, and CleanLab's CROWDLAB."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from cleanlab.multiannotator import get_label_quality_multiannotator
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from labeling.quality.frames import Codes, Votes
from labeling.review.classifier import FOLDS, folds

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

# CROWDLAB wants a cell for every item and annotator.
_MOST_CELLS = 200_000_000


def plain_probabilities(texts: Sequence[str], label: Codes, classes: int) -> Floats:
    """Probabilities (n, classes) of what a user would take first, by models of the other folds; 0 for classes they lack."""
    matrix = TfidfVectorizer(sublinear_tf=True).fit_transform(texts)
    probabilities = np.zeros((len(label), classes))
    fold = folds(texts, label)
    for part in range(FOLDS):
        out, learned = np.flatnonzero(fold == part), fold != part
        model = LogisticRegression(max_iter=200).fit(matrix[learned], label[learned])
        probabilities[np.ix_(out, model.classes_)] = model.predict_proba(matrix[out])
    return probabilities


def crowdlab(votes: Votes, probabilities: Floats) -> tuple[Whole, Floats] | None:
    """CROWDLAB's consensus int64 (items,) and its quality float64 (items,); None where the votes are too many for it.

    ``probabilities`` (items, classes) in the votes' order of items. An item without votes gets label -1 and quality NaN.
    """
    if len(votes.items) * len(votes.annotators) > _MOST_CELLS or not len(votes):
        return None
    voted = np.flatnonzero(np.bincount(votes.item, minlength=len(votes.items)))
    table = np.full((len(votes.items), len(votes.annotators)), np.nan)
    table[votes.item, votes.annotator] = votes.label
    active = ~np.isnan(table).all(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        quality_of = get_label_quality_multiannotator(
            table[voted][:, active],
            probabilities[voted],
            return_detailed_quality=False,
            return_annotator_stats=False,
            verbose=False,
        )["label_quality"]
    label = np.full(len(votes.items), -1, dtype=np.int64)
    quality = np.full(len(votes.items), np.nan)
    label[voted] = quality_of["consensus_label"].to_numpy()
    quality[voted] = quality_of["consensus_quality_score"].to_numpy()
    return label, quality
