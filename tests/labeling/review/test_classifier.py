"""Folds, epochs, stand-ins: what the classifier promises."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.baselines import plain_probabilities
from labeling.errors import LabelingError
from labeling.review.classifier import checked_probabilities, cross_validate, features, folds
from labeling.review.texts import group_codes
from tests.labeling.review.worlds import films


def test_copies_of_a_text_share_their_fold() -> None:
    texts = [f"text {each}" for each in range(40)] + [f"TEXT {each}!" for each in range(40)]
    fold = folds(texts, np.zeros(80, dtype=np.int32), 5)
    assert (fold[:40] == fold[40:]).all()
    assert np.bincount(fold).tolist() == [16] * 5


def test_every_class_is_spread_over_the_folds() -> None:
    label = np.repeat(np.arange(4, dtype=np.int32), [50, 20, 5, 5])
    fold = folds([f"text {each}" for each in range(80)], label, 5)
    for each in range(4):
        sizes = np.bincount(fold[label == each], minlength=5)
        assert sizes.max() - sizes.min() <= 1


def test_a_text_is_foretold_by_models_that_never_saw_its_copies() -> None:
    texts, label = films(60)
    # Copies of one odd text with a label that only they have words for.
    texts, label = [*texts, *["zyx wvu"] * 10], np.append(label, np.ones(10, dtype=np.int32))
    found = cross_validate(texts, label, 2)
    assert abs(found.probabilities[-1, 1] - 0.5) < 0.2
    assert found.training is not None
    assert found.training.probability[-1, -1] > 0.8


def test_classes_with_fewer_examples_than_folds_are_foretold_or_said_to_be_unseen() -> None:
    texts, label = films(40)
    texts, label = [*texts, "lone wolf", "pair one", "pair two"], np.append(label, [2, 3, 3]).astype(np.int32)
    found = cross_validate(texts, label, 4)
    assert np.flatnonzero(found.unseen).tolist() == [40]
    assert found.probabilities.sum(axis=1) == pytest.approx(np.ones(43), abs=1e-5)


def test_the_seed_decides_everything() -> None:
    texts, label = films(40)
    first, again = (cross_validate(texts, label, 2, seed=3) for _ in range(2))
    assert np.array_equal(first.probabilities, again.probabilities)
    assert not np.array_equal(first.fold, cross_validate(texts, label, 2, seed=4).fold)


def test_texts_without_a_label_are_foretold_and_not_learned_from() -> None:
    texts, label = films(60)
    hidden = label.copy()
    hidden[::4] = -1
    found = cross_validate(texts, hidden, 2)
    assert (found.probabilities[::4].argmax(axis=1) == label[::4]).mean() > 0.9
    with pytest.raises(LabelingError, match="no_labels"):
        cross_validate(texts, np.full(60, -1, dtype=np.int32), 2)


def test_epochs_can_be_asked_about_other_labels_than_were_learned() -> None:
    texts, label = films(60)
    plain, other = (cross_validate(texts, label, 2, watched=each) for each in (None, 1 - label))
    for mine, theirs in ((plain.heldout, other.heldout), (plain.training, other.training)):
        assert mine is not None
        assert theirs is not None
        assert theirs.probability == pytest.approx(1 - mine.probability, abs=1e-5)
        assert not (mine.right & theirs.right).any()
    assert plain.heldout is not None
    assert plain.heldout.probability[-1] == pytest.approx(plain.probabilities[np.arange(60), label], abs=1e-6)


def test_a_scikit_learn_estimator_stands_beside_it() -> None:
    texts, label = films(60)
    probabilities = plain_probabilities(texts, label + 1, 4)
    assert probabilities[:, [0, 3]].max() == 0
    assert (probabilities.argmax(axis=1) == label + 1).mean() > 0.9


def test_given_probabilities_are_checked() -> None:
    with pytest.raises(LabelingError, match="probabilities_shape"):
        checked_probabilities(np.ones((2, 3)) / 3, 3, 3)
    with pytest.raises(LabelingError, match="probabilities_range") as refused:
        checked_probabilities([[0.5, 0.5], [0.9, 0.9]], 2, 2)
    assert refused.value.details["first_row"] == 2


def test_blank_texts_have_features() -> None:
    assert features(["", " ", ""]).shape[0] == 3
    assert group_codes(["", "?", "  ?"]).tolist() == [0, 1, 1]
