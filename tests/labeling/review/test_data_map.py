"""The data map by hand, its regions, its cuts."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from labeling.errors import LabelingError
from labeling.review.classifier import cross_validate
from labeling.review.data_map import Cuts, Dynamics, data_map
from tests.labeling.review.worlds import films

# Probabilities of class x after three epochs, for four items.
X = np.array([[0.9, 0.5, 0.2, 0.4], [0.9, 0.9, 0.2, 0.5], [0.9, 0.1, 0.2, 0.6]], dtype=np.float32)
EPOCHS = np.stack([X, 1 - X], axis=2)
ITEMS = pl.Series("item", [1, 2, 3, 4])


def dynamics_of(label: np.ndarray) -> Dynamics:
    dynamics = Dynamics.blank(*EPOCHS.shape[:2])
    for epoch, shares in enumerate(EPOCHS):
        dynamics.see(epoch, np.arange(len(label)), shares, label)
    return dynamics


def test_by_hand() -> None:
    label = np.array([0, 0, 0, 1], dtype=np.int32)
    found = data_map(dynamics_of(label), label, ITEMS, ("x", "y"), cuts=Cuts(ambiguous=0.25))
    assert found.frame["confidence"].to_list() == pytest.approx([0.9, 0.5, 0.2, 0.5])
    assert found.frame["variability"].to_list() == pytest.approx(
        [0, np.std([0.5, 0.9, 0.1]), 0, np.std([0.6, 0.5, 0.4])]
    )
    # A tie is right: no class was more probable than the given one.
    assert found.frame["correctness"].to_list() == pytest.approx([1, 2 / 3, 0, 2 / 3])
    assert found.frame["region"].to_list() == ["easy", "ambiguous", "hard", "easy"]


def test_unlabeled_items_have_no_place_and_cuts_can_be_moved() -> None:
    label = np.array([0, -1, 0, 1], dtype=np.int32)
    epochs = dynamics_of(label)
    assert not epochs.right[:, 1].any()
    found = data_map(epochs, label, ITEMS, ("x", "y"), cuts=Cuts(ambiguous=0, hard=0.95))
    assert found.frame["item"].to_list() == [1, 3, 4]
    assert set(found.frame["region"]) == {"hard"}
    with pytest.raises(LabelingError, match="cuts_out_of_range"):
        data_map(epochs, label, ITEMS, ("x", "y"), cuts=Cuts(hard=1.5))


def test_wrong_labels_are_hard_to_learn_where_texts_were_not_learned_by_heart() -> None:
    texts, truth = films(200)
    given = truth.copy()
    wrong = np.arange(0, 200, 20)
    given[wrong] = 1 - given[wrong]
    trained = cross_validate(texts, given, 2)
    assert trained.heldout is not None
    found = data_map(trained.heldout, given, pl.Series(range(200)), ("x", "y"), cuts=Cuts(ambiguous=0)).frame
    assert set(found.filter(pl.col("region") == "hard")["item"]) == set(wrong.tolist())
