"""What is said of the classifier: a share of right ones, or where a label can be near, how near its answers are."""

from __future__ import annotations

import numpy as np

from labeling.projects.classes import named_by_code
from labeling.projects.labels import Titled
from labeling.review.worth_by_kind import worth_of_sets
from pages.review.believed import classifier_sentence
from pages.ui.words import say


def test_of_sets_it_is_told_how_near_the_answers_are() -> None:
    """A constant share of each class is no label that could be named."""
    given = np.array([[True, False], [False, False]] * 30)
    found = worth_of_sets(given, np.where(given, 0.9, 0.1), ("x", "y"), np.arange(60))
    # Each answer is .1 away from what is so. The shares are a half and none.
    assert round(found.accuracy.value or 0, 4) == 1 - 0.1**2
    assert found.always == 1 - 0.25 / 2
    titled = Titled({entry.code: entry for entry in named_by_code(["x", "y"])})
    said = classifier_sentence({"worth": found.facts()}, titled)
    assert "99,0%" in said.replace("\u00a0", "")
    assert "87,5%" in said.replace("\u00a0", "")
    assert said.split("99")[0] == say("ru", "review.classifier.near", right="99", always="").split("99")[0]
