"""A classifier is heard where it beats always saying the most frequent label; where it doesn't, nothing rests on it."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from labeling.review.classifier import Trained, cross_validate
from labeling.review.evidence import Evidence, gather
from labeling.review.issues import label_issues
from labeling.review.suspicion import suspicion
from labeling.review.texts import group_codes
from labeling.review.triage import Reason
from labeling.review.worth import heard, worth
from tests.labeling.review.worlds import blind, films, votes

COUNT = 200
CLASSES = ("a", "b", "c")
OF_CLASSIFIER = {Reason.CLASSIFIER_DISAGREES, Reason.LABEL_ISSUE, Reason.HARD_TO_LEARN, Reason.AMBIGUOUS}


def evidence_of(texts: list[str], truth: np.ndarray) -> Evidence:
    """Three assessors an item, of whom one errs on every fifth."""
    said = np.repeat(truth[:, None], 3, axis=1).astype(np.int64)
    said[::5, 0] = 1 - said[::5, 0]
    who = np.tile(np.arange(3), (len(truth), 1))
    items = pl.DataFrame({"item": range(len(truth)), "text": texts})
    return gather(items, votes(who, said), method="majority")


@pytest.fixture(scope="module")
def deaf() -> Evidence:
    return evidence_of(*blind(COUNT))


def test_a_classifier_that_always_says_one_class_is_not_heard(deaf: Evidence) -> None:
    """It is right on three in four, and so is always saying the frequent class: by it a quarter of the labels were wrong."""
    found = deaf.worth
    assert found.frequent == "a"
    assert found.always == 0.75
    assert found.accuracy.value == pytest.approx(0.75, abs=0.02)
    assert found.accuracy.n == COUNT
    assert not found.speaks
    assert not deaf.is_issue.any()
    assert deaf.issues.overall is None
    assert deaf.issues.health.is_empty()
    assert deaf.issues.confused.is_empty()
    for values in (deaf.self_confidence, deaf.confidence, deaf.variability):
        assert np.isnan(values).all()
    assert deaf.trained.heldout is None
    assert deaf.trained.training is None


def test_nobody_is_suspected_by_a_classifier_that_is_not_heard(deaf: Evidence) -> None:
    frame = suspicion(deaf).frame
    codes = set(frame["reasons"].explode().struct.field("code").drop_nulls())
    assert not codes & OF_CLASSIFIER
    # Neighbours that only know which label is frequent say nothing either; what is left is where the votes part.
    assert Reason.NEIGHBOURS_DISAGREE not in codes
    assert set(frame["item"].head(COUNT // 5)) == set(range(0, COUNT, 5))
    # Nobody's label is suspected for being rare.
    alike = frame.filter(pl.col("item") % 5 != 0)
    by_class = dict(alike.group_by("given").agg(pl.col("score").mean()).iter_rows())
    assert by_class["b"] < 3 * by_class["a"]


def test_a_classifier_that_learned_something_is_heard() -> None:
    evidence = evidence_of(*films(COUNT))
    found = evidence.worth
    assert found.speaks
    assert found.accuracy.low is not None
    assert found.accuracy.low > 0.5 == found.always
    assert found.apart == ("a", "b")
    assert np.isfinite(evidence.self_confidence).all()
    assert evidence.trained.heldout is not None
    assert evidence.issues.overall is not None


def test_of_a_class_that_is_not_told_apart_nothing_is_said() -> None:
    """Two classes are learned well, the third is always taken for the first: its labels were all wrong by that."""
    label = np.array([0] * 60 + [1] * 60 + [2] * 30, dtype=np.int32)
    said = np.where(label == 2, 0, label)
    shares = np.full((150, 3), 0.1)
    shares[np.arange(150), said] = 0.8
    fitted = Trained(shares, np.zeros(150, dtype=np.int64), np.zeros(150, dtype=bool), None, None)
    trained, found = heard(fitted, label, CLASSES, np.arange(150))
    assert found.speaks
    assert found.apart == ("a", "b")
    assert (trained.unseen == (label == 2)).all()
    issues = label_issues(label, trained.probabilities, pl.Series(range(150)), CLASSES, unseen=trained.unseen)
    assert set(issues.health["label"]) == {"a", "b"}
    assert not issues.frame["is_issue"].any()
    # Without the check all thirty were errors.
    assert label_issues(label, shares, pl.Series(range(150)), CLASSES).health.row(0, named=True)["label"] == "c"


def test_copies_of_one_text_are_no_proof() -> None:
    """Ninety copies that are right count as the one text that they are."""
    label = np.array([0] * 100 + [1] * 90, dtype=np.int32)
    said = np.where(np.arange(190) < 50, 1, label)
    texts = [f"text {n}" for n in range(100)] + ["the same"] * 90
    copies = worth(label, np.eye(2)[said], ("x", "y"), group_codes(texts))
    distinct = worth(label, np.eye(2)[said], ("x", "y"), np.arange(190))
    assert copies.accuracy.value == distinct.accuracy.value == pytest.approx(140 / 190)
    assert distinct.speaks
    assert not copies.speaks


def test_without_labels_nothing_is_known() -> None:
    found = worth(np.full(2, -1, dtype=np.int32), np.full((2, 2), 0.5), ("x", "y"), np.arange(2))
    assert (found.accuracy.value, found.always, found.speaks) == (None, None, False)


def test_one_class_alone_is_not_beaten() -> None:
    label = np.zeros(40, dtype=np.int32)
    fitted = cross_validate([f"text {n}" for n in range(40)], label, 1)
    assert not heard(fitted, label, ("x",), np.arange(40))[1].speaks
