"""Whoever guesses as a constant would is not heard, whatever kind of label it is."""

from __future__ import annotations

import numpy as np
import pytest

from labeling.quality.kinds import Kind
from labeling.review.scheme import Scheme
from labeling.review.worth import worth
from labeling.review.worth_by_kind import gain, weigher, worth_of_sets

ALONE = np.arange(200)


def test_heads_that_only_know_their_shares_are_not_heard() -> None:
    random = np.random.default_rng(0)
    given = random.random((200, 2)) < np.array([0.1, 0.4])
    shares = np.tile(given.mean(axis=0), (200, 1))
    assert not worth_of_sets(given, shares, ("x", "y"), ALONE).speaks
    assert not worth_of_sets(given, np.clip(shares + random.normal(0, 0.05, (200, 2)), 0, 1), ("x", "y"), ALONE).speaks
    knowing = np.where(given, 0.5, shares * 0.8)
    found = worth_of_sets(given, np.column_stack([knowing[:, 0], shares[:, 1]]), ("x", "y"), ALONE)
    # A rare class is told apart without ever being foretold with more than one half.
    assert found.apart == ("x",)
    assert found.always == pytest.approx(1 - (given.mean(axis=0) * (1 - given.mean(axis=0))).mean())


def test_an_order_counts_how_near_it_is_foretold() -> None:
    """Never the right step but always the next one beats saying the middle; saying the middle doesn't."""
    scheme = Scheme(Kind.ORDERED, tuple("12345"))
    weigh = weigher(scheme, scheme.classes)
    label = np.tile([0, 1, 2, 3, 4], 40).astype(np.int32)
    beside = np.eye(5)[np.where(label < 4, label + 1, 3)]
    found = weigh(label, beside, scheme.classes, ALONE)
    assert found.accuracy.value == pytest.approx(0.75)
    assert found.frequent == "3"
    assert found.always == pytest.approx(0.7)
    assert found.speaks
    assert worth(label, beside, scheme.classes, ALONE).accuracy.value == 0
    assert not weigh(label, np.eye(5)[np.full(200, 2)], scheme.classes, ALONE).speaks


def test_a_branch_that_is_told_apart_is_heard_though_its_leaves_are_not() -> None:
    labels = ("a > x", "a > y", "b > x", "b > y")
    label = np.tile([0, 1, 2, 3], 50).astype(np.int32)
    said = np.where((label < 2)[:, None], [0.5, 0.45, 0.03, 0.02], [0.03, 0.02, 0.45, 0.5])
    found = weigher(Scheme(Kind.TREE), labels)(label, said, labels, ALONE)
    assert found.speaks
    assert found.apart == labels
    blind = np.full((200, 4), 0.25)
    assert not weigher(Scheme(Kind.TREE), labels)(label, blind, labels, ALONE).speaks


def test_preferences_and_classes_are_weighed_as_ever() -> None:
    assert weigher(Scheme(Kind.PAIR), ("first", "second", "tie", "both_bad")) is worth
    assert weigher(Scheme(), ("a", "b")) is worth


def test_copies_of_one_text_are_one_gain() -> None:
    credit = np.array([1.0] * 50 + [0.0, 1.0] * 25)
    constant = np.full(100, 0.6)
    alone, copied = (
        gain(credit, constant, np.arange(100)),
        gain(credit, constant, np.array([0] * 50 + list(range(1, 51)))),
    )
    assert alone.value == copied.value == 0.75
    assert alone.low is not None
    assert copied.low is not None
    assert copied.low < 0.6 < alone.low


def test_nine_times_in_ten_and_more_a_useless_classifier_is_silent() -> None:
    """Guesses that have nothing to do with the labels gain less than nothing: they are hardly ever heard."""
    heard = 0
    for seed in range(200):
        random = np.random.default_rng(seed)
        given = random.random((60, 3)) < 0.3
        heard += worth_of_sets(
            given, np.clip(random.normal(0.3, 0.05, (60, 3)), 0, 1), tuple("xyz"), np.arange(60)
        ).speaks
    assert heard < 10
