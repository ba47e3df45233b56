"""CleanLab's findings as frames: what was planted is found, what can't be judged isn't."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from benchmarks.baselines import crowdlab
from labeling.quality.frames import votes_frame
from labeling.review import neighbours
from labeling.review.classifier import cross_validate, features
from labeling.review.issues import are_far, label_issues, outliers
from labeling.review.neighbours import Neighbours, lsa, near_duplicates, nearest
from tests.labeling.review.worlds import films, votes

TEXTS, TRUTH = films(200)
WRONG = np.arange(0, 200, 20)
GIVEN = TRUTH.copy()
GIVEN[WRONG] = 1
CLASSES = ("good", "bad", "odd")
ITEMS = pl.Series("item", range(200))


def test_planted_errors_are_issues_and_the_confusion_is_named() -> None:
    found = label_issues(GIVEN, cross_validate(TEXTS, GIVEN, 3).probabilities, ITEMS, CLASSES)
    flagged = set(found.frame.filter("is_issue")["item"])
    assert len(flagged) >= len(WRONG) / 2
    assert flagged <= set(WRONG.tolist())
    assert set(found.frame.sort("self_confidence")["item"].head(len(WRONG))) == set(WRONG.tolist())
    top = found.confused.row(0, named=True)
    assert (top["given"], top["probable"]) == ("bad", "good")
    assert abs(top["count"] - 10) <= 4
    assert set(top["examples"]) <= set(WRONG.tolist())
    assert found.health["label"].to_list() == ["bad", "good"]
    assert found.overall is not None
    assert abs(found.overall - 0.95) < 0.03
    assert found.joint.sum() == 200


def test_what_the_classifier_could_not_learn_is_no_issue() -> None:
    label = GIVEN.copy()
    label[7], label[8] = 2, -1
    trained = cross_validate(TEXTS, label, 3)
    found = label_issues(label, trained.probabilities, ITEMS, CLASSES, unseen=trained.unseen).frame
    assert found.row(7, named=True)["self_confidence"] is None
    assert found.row(8, named=True)["given"] is None
    assert not found["is_issue"][7]
    assert not found["is_issue"][8]


def test_one_class_alone_has_no_issues() -> None:
    found = label_issues(np.zeros(3, dtype=np.int32), np.ones((3, 1)), pl.Series(range(3)), ("x",))
    assert found.overall is None
    assert not found.frame["is_issue"].any()
    assert found.confused.is_empty()


def test_crowdlab_sides_with_votes_and_text_and_leaves_out_what_has_no_vote() -> None:
    said = np.repeat(TRUTH[:, None], 3, axis=1).astype(np.int64)
    said[WRONG, :2] = 1
    frame = votes(np.tile(np.arange(3), (200, 1)), said).with_columns(
        pl.when(pl.col("item") == 5).then(None).otherwise("label").alias("label")
    )
    coded = votes_frame(frame, classes=["a", "b"])
    found = crowdlab(coded, cross_validate(TEXTS, TRUTH, 2).probabilities)
    assert found is not None
    label, quality = found
    assert label[5] == -1
    assert np.isnan(quality[5])
    assert np.nanmean(quality[WRONG]) < np.nanmean(np.delete(quality, WRONG)) - 0.2


def test_near_copies_with_other_labels_are_paired_once() -> None:
    texts = [*TEXTS, TEXTS[3].upper(), TEXTS[4]]
    label = np.append(TRUTH, [1 - TRUTH[3], TRUTH[4]]).astype(np.int32)
    near = nearest(lsa(features(texts)), 5)
    found = near_duplicates(near, pl.Series(range(202)), label, ("x", "y"))
    assert found.select("item", "other").rows() == [(3, 200)]
    assert found["label"][0] != found["other_label"][0]


def test_the_text_that_is_far_from_all_is_the_outlier() -> None:
    distance = np.array([[0.1, 0.2], [0.1, 0.2], [0.9, 1.0]], dtype=np.float32)
    scores = outliers(Neighbours(np.array([[1, 2], [0, 2], [0, 1]]), distance))
    assert scores.argmin() == 2


def test_only_what_is_far_beyond_the_quartiles_is_an_outlier() -> None:
    distance = np.array([0.9, 1.0, 1.0, 1.1, 1.2, 3.0])
    # Quartiles 1.0 and 1.175: the fence stands at 1.4725.
    assert are_far(pl.Series(np.exp(-distance))).to_list() == [False] * 5 + [True]
    fence = np.array([*distance[:4], 1.2, 1.47])
    assert not are_far(pl.Series(np.exp(-fence))).any()
    assert are_far(pl.Series([None, None], dtype=pl.Float64)).to_list() == [False, False]
    assert are_far(pl.Series([0.5, 0.5, 0.5, 0.5, 0.5, None, 0.0])).to_list() == [False] * 6 + [True]


def test_health_of_all_is_that_of_the_classes_together() -> None:
    rng = np.random.default_rng(3)
    shares = rng.dirichlet((1.0, 1.0, 1.0), 300)
    # Labels as the classifier's own chances have them: much of the joint is off its diagonal, little of it is flagged.
    label = np.array([rng.choice(3, p=share) for share in shares], dtype=np.int32)
    found = label_issues(label, shares, pl.Series(range(300)), ("x", "y", "z"))
    assert found.overall is not None and found.overall == pytest.approx(found.joint.trace() / 300, abs=0.005)
    assert found.health["label_issues"].sum() == pytest.approx((1 - found.overall) * 300, abs=3)
    assert found.overall < 1 - found.frame["is_issue"].mean() - 0.02


def test_regions_find_what_all_pairs_find(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = lsa(features(TEXTS))
    whole = nearest(vectors, 3)
    monkeypatch.setattr(neighbours, "EXACT", 100)
    parts = nearest(vectors, 3)
    assert (whole.index[:, 0] == parts.index[:, 0]).mean() > 0.9
    assert len(neighbours._searches(vectors, 0)) > 1
