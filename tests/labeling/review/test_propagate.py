"""What rulings say of items nobody ruled: on states of a few rows, and on a crowd that misreads four words."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy import sparse

from labeling.review.evidence import gather
from labeling.review.propagate import propagate
from labeling.review.scoring import ReviewState
from tests.labeling.review.worlds import films, votes

EAST, NORTH = [2.0, 0.0], [0.0, 2.0]


def state(texts: list[list[float]], given: list[int], other: list[int], prior: float = 0.4) -> ReviewState:
    """Classes a, b, c; rulings can weigh the texts alone."""
    n = len(texts)
    return ReviewState(
        items=tuple(str(each) for each in range(n)),
        classes=("a", "b", "c"),
        given=np.array(given, dtype=np.int32),
        other=np.array(other, dtype=np.int32),
        prior=np.full(n, prior),
        disagree=np.zeros(n, dtype=np.float32),
        agreed=np.ones(n, dtype=bool),
        names=("text",),
        groups=(sparse.csr_matrix(np.array(texts, dtype=np.float32)),),
    )


def codes(*settled: int) -> np.ndarray:
    return np.array(settled, dtype=np.int32)


def test_like_texts_of_the_same_given_class_are_proposed() -> None:
    found = propagate(state([EAST] * 4 + [NORTH] * 4, [0] * 8, [1] * 8), codes(1, 1, -1, -1, 0, 0, -1, -1))
    assert found.label.tolist() == [1, 1, 1, 1, 0, 0, 0, 0]
    assert found.group.tolist() == [-1, -1, 0, 0, -1, -1, -1, -1]
    assert found.wrong[[0, 1, 4, 5]].tolist() == [1, 1, 0, 0]
    assert found.frame.drop("wrong").rows() == [("a", "b", 2, 2)]
    assert found.frame["wrong"][0] == pytest.approx(found.wrong[2])
    assert found.wrong[2] > 0.5 > found.wrong[6]


def test_one_ruling_proposes_nothing() -> None:
    found = propagate(state([EAST] * 4, [0] * 4, [1] * 4, prior=0.6), codes(1, -1, -1, -1))
    assert (found.wrong[1:] > 0.5).all()
    assert found.label.tolist() == [1, 0, 0, 0]
    assert found.frame.is_empty()


def test_a_misreading_of_one_class_says_less_of_another() -> None:
    found = propagate(state([EAST] * 6, [0, 0, 0, 1, 1, 1], [1, 1, 1, 0, 0, 0]), codes(1, 1, -1, -1, -1, -1))
    assert found.wrong[2] > found.wrong[3] > 0.4
    assert found.label.tolist() == [1, 1, 1, 1, 1, 1]


def test_the_true_class_is_that_of_the_nearest_wrong_items() -> None:
    # Two wrong texts alike outvote the other label: 2 x (1 + 0.1) against 2 + 2 x 0.1 is a tie, three are not.
    found = propagate(state([EAST] * 4 + [NORTH] * 3, [0] * 7, [2] * 7), codes(1, 1, 1, -1, 2, 2, -1))
    assert found.label.tolist() == [1, 1, 1, 1, 2, 2, 2]
    assert found.frame.drop("wrong").rows() == [("a", "b", 1, 3), ("a", "c", 1, 2)]


def test_without_settled_labels_and_without_a_given_label_nothing_is_said() -> None:
    found = propagate(state([EAST] * 3, [0, 1, -1], [1, 0, 1]), codes(-1, -1, -1))
    assert found.label.tolist() == [0, 1, -1]
    assert found.frame.is_empty()
    assert found.frame.columns == ["given", "label", "n", "rulings", "wrong"]
    assert found.wrong.tolist() == pytest.approx([0.4] * 3)


def test_a_crowd_that_misreads_four_words_is_put_right_by_a_tenth_of_rulings() -> None:
    count = 400
    texts, truth = films(count)
    misread = np.array([any(word in text.split() for word in ("grim", "cold", "weak", "dull")) for text in texts])
    said = np.repeat(np.where(misread, 0, truth)[:, None], 3, axis=1).astype(np.int64)
    who = np.tile(np.arange(3), (count, 1))
    items = pl.DataFrame({"item": range(count), "text": texts})
    reviewed = ReviewState.of(gather(items, votes(who, said), method="majority"))
    settled = np.full(count, -1, dtype=np.int32)
    ruled = np.random.default_rng(0).permutation(count)[: count // 10]
    settled[ruled] = truth[ruled]
    found = propagate(reviewed, settled)
    before = (reviewed.given != truth).mean()
    assert before > 0.4
    assert (found.label != truth).mean() < 0.15
    assert (found.label[ruled] == truth[ruled]).all()
    assert found.frame.select("given", "label").rows()[0] == ("a", "b")
