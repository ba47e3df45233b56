"""Agreement against published worked examples and against hand-written tables with fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import polars as pl
import pytest

from labeling.quality.agreement import agreement, class_agreement
from labeling.quality.confused import confused_classes
from labeling.quality.figures import Band
from labeling.quality.frames import votes_frame
from labeling.quality.groups import agreement_over_time, agreement_with_others, group_agreement
from labeling.quality.kappas import pairwise_kappa

# Fleiss (1971), table 1: 30 patients, 6 psychiatrists each, 5 diagnoses.
FLEISS = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""
# Krippendorff (2011), example C, also Gwet's (2014) four raters and twelve units; 0 is a missing value.
FOUR_RATERS = ["1101", "2232", "3333", "3333", "2222", "1234", "4444", "1121", "2222", "0555", "0011", "0030"]


def from_counts(table: list[list[int]]) -> pl.DataFrame:
    """Votes by anonymous raters from a table of votes per class."""
    rows = [
        (item, rater, label)
        for item, counts in enumerate(table)
        for rater, label in enumerate(code for code, count in enumerate(counts) for _ in range(count))
    ]
    return pl.DataFrame(rows, schema={"item": pl.Int64, "annotator": pl.Int64, "label": pl.Int64}, orient="row")


def from_ratings(rows: list[str], missing: str = "0") -> pl.DataFrame:
    """Votes from one string of ratings per item, one place per rater; the missing rating becomes null."""
    votes = [
        (item, rater, None if label == missing else label)
        for item, row in enumerate(rows)
        for rater, label in enumerate(row)
    ]
    return pl.DataFrame(votes, schema={"item": pl.Int64, "annotator": pl.Int64, "label": pl.String}, orient="row")


def test_fleiss_1971() -> None:
    votes = from_counts([[int(count) for count in row] for row in FLEISS.split()])
    result = agreement(votes, draws=0)
    assert result.by_items.value == pytest.approx(0.5556, abs=5e-5)
    assert result.fleiss.value == pytest.approx(0.430, abs=5e-4)
    assert (result.items, result.items_used, result.votes) == (30, 30, 180)
    by_class = class_agreement(votes, draws=0)
    assert by_class["votes"].to_list() == [26, 26, 30, 55, 43]
    assert by_class["kappa"].to_list() == pytest.approx([0.245, 0.245, 0.520, 0.471, 0.566], abs=5e-4)


def test_krippendorff_2011_and_gwet_2014() -> None:
    result = agreement(from_ratings(FOUR_RATERS), ordered=True, draws=0)
    assert result.alpha.value == pytest.approx(0.743, abs=5e-4)
    assert result.alpha_ordinal.value == pytest.approx(0.815, abs=5e-4)
    assert result.by_items.value == pytest.approx(0.8181818, abs=1e-6)
    assert result.ac1.value == pytest.approx(0.77544, abs=5e-6)
    assert result.fleiss.value == pytest.approx(0.76117, abs=5e-6)
    assert (result.items, result.items_used, result.items_single, result.abstained) == (12, 11, 1, 7)


def test_gwet_2002_kappa_paradox() -> None:
    """94 % agreement, 98 % of it on one class: kappa falls below zero and AC1 does not."""
    rows = ["++"] * 118 + ["+-"] * 5 + ["-+"] * 2
    result = agreement(from_ratings(rows), draws=0)
    assert result.by_items.value == 118 / 125
    assert result.kappa.value == pytest.approx(-0.0234, abs=5e-5)
    assert result.ac1.value == pytest.approx(0.9408, abs=5e-5)
    assert result.imbalance.misleading
    assert result.imbalance.first == "+"
    assert result.imbalance.first_share == 243 / 250


def test_gwet_abstractors_two_raters_three_classes() -> None:
    """The table cont3x3abstractors of Gwet's irrCAC vignette: Cohen 0.7964094, Scott (Fleiss for two) 0.7962397."""
    table = {"aa": 13, "bb": 20, "bc": 7, "cb": 4, "cc": 56}
    result = agreement(from_ratings([row for row, count in table.items() for _ in range(count)]), draws=0)
    assert result.kappa.value == pytest.approx(0.7964094, abs=5e-8)
    assert result.fleiss.value == pytest.approx(0.7962397, abs=5e-8)
    assert result.band is Band.GOOD


def test_by_hand_with_a_variable_number_of_raters() -> None:
    """Three items of 3, 2 and 1 votes: aab, ab, b."""
    result = agreement(from_ratings(["aab", "ab0", "00b"]), draws=0)
    assert result.by_items.value == pytest.approx(float((Fraction(1, 3) + 0) / 2))
    assert result.by_pairs.value == pytest.approx(float(Fraction(2, 6 + 2)))
    assert (result.by_items.n, result.by_pairs.n) == (2, 4)
    share = (Fraction(2, 3) + Fraction(1, 2) + 0) / 3, (Fraction(1, 3) + Fraction(1, 2) + 1) / 3
    chance = share[0] ** 2 + share[1] ** 2
    assert result.fleiss.value == pytest.approx(float((Fraction(1, 6) - chance) / (1 - chance)))
    gwet = share[0] * (1 - share[0]) + share[1] * (1 - share[1])
    assert result.ac1.value == pytest.approx(float((Fraction(1, 6) - gwet) / (1 - gwet)))
    # Coincidences: aab gives aa 1, ab 2, ab gives ab 2 (both orders), of 5 votes: 3 a and 2 b.
    assert result.alpha.value == pytest.approx(float(1 - 4 * Fraction(4, 2 * 3 * 2)))


def test_cohen_by_hand() -> None:
    """Rater 0 against 1 on four items xx xy yy yy: observed 3/4, chance 1/2 * 1/4 + 1/2 * 3/4 = 1/2."""
    votes = from_ratings(["xx.", "xyx", "yy.", "yy."], missing=".")
    pairs = pairwise_kappa(votes)
    assert pairs.select("annotator_a", "annotator_b", "agreement", "kappa", "n").rows() == [
        (0, 1, 0.75, 0.5, 4),
        (0, 2, 1.0, None, 1),
        (1, 2, 0.0, 0.0, 1),
    ]
    # The mean leaves the undefined pair out and weighs the others by their items.
    assert agreement(votes, draws=0).kappa.value == pytest.approx(float(Fraction(4, 5) * Fraction(1, 2)))
    assert agreement(votes, draws=0).kappa.n == 2


def test_class_agreement_by_hand() -> None:
    """aab, ab, bb: two votes of an item are both a with 1/3, 0, 0; a has shares 2/3, 1/2, 0 of the votes."""
    by_class = class_agreement(from_ratings(["aab", "ab0", "bb0"]), draws=0)
    assert by_class["label"].to_list() == ["a", "b"]
    assert by_class["votes"].to_list() == [3, 4]
    assert by_class["n"].to_list() == [2, 3]
    share = (Fraction(2, 3) + Fraction(1, 2)) / 3
    assert by_class["agreement"].to_list() == pytest.approx(
        [float(Fraction(1, 9) / share), float(Fraction(1, 3) / (1 - share))]
    )
    # About a: the items' ordered pairs differ with 2/3, 1, 0.
    kappa = 1 - Fraction(5, 9) / (2 * share * (1 - share))
    assert by_class["kappa"].to_list() == pytest.approx([float(kappa), float(kappa)])


def test_confused_classes_by_hand() -> None:
    confused = confused_classes(from_ratings(["aab", "ab0", "bbc", "ccc", "a00"]))
    assert confused.select("label_a", "label_b", "items", "pairs", "n", "examples").rows() == [
        ("a", "b", 2, 3, 4, [0, 1]),
        ("b", "c", 1, 2, 4, [2]),
    ]
    assert confused["share"].to_list() == [0.5, 0.25]


def test_agreement_with_others_by_hand() -> None:
    """aab: either a has half of the others with them, b none; the single vote is dropped."""
    found = agreement_with_others(from_ratings(["aab", "ab0", "00b"]))
    assert found.select("annotator", "items", "n", "dropped", "agreement").rows() == [
        (0, 2, 2, 0, 0.25),
        (1, 2, 2, 0, 0.25),
        (2, 1, 1, 1, 0.0),
    ]
    # Rater 0 gave a, a; the company on those items is (a b)/2 and b: a with 1/4.
    assert found["expected"].to_list() == pytest.approx(
        [0.25, float(Fraction(1, 2) * Fraction(3, 4) + Fraction(1, 2) * Fraction(1, 4)), 0.0]
    )


def test_a_chunk_is_compared_with_votes_outside_of_it() -> None:
    votes = from_ratings(["aab", "abb", "bbb"]).with_columns(
        chunk=pl.Series(["p", "q", "r", "p", "q", "r", None, "q", "r"])
    )
    found = group_agreement(votes, "chunk")
    assert found.select("chunk", "items", "n", "agreement").rows() == [
        ("p", 2, 2, 0.25),
        ("q", 3, 3, pytest.approx(2 / 3)),
        ("r", 3, 3, 0.5),
    ]


def test_over_time_counts_each_vote_in_its_own_week() -> None:
    from datetime import datetime

    days = [datetime(2026, 1, 5, 9), datetime(2026, 1, 11, 23), datetime(2026, 1, 12, 0)] * 2  # noqa: DTZ001
    votes = from_ratings(["aab", "bbb"]).with_columns(at=pl.Series(days))
    found = agreement_over_time(votes, every="1w")
    assert found["n"].to_list() == [4, 2]
    assert found["agreement"].to_list() == [0.75, 0.5]
    assert found["at"].dt.day().to_list() == [5, 12]


def test_ordinal_alpha_by_its_definition() -> None:
    """The double sum over classes, written out, against the variance form that is computed."""
    rng = np.random.default_rng(5)
    counts = rng.multinomial(4, [0.3, 0.3, 0.2, 0.2], size=25) * rng.integers(0, 2, (25, 4))
    votes = from_counts(counts.tolist())
    counts = counts[counts.sum(axis=1) >= 2].astype(float)
    m = counts.sum(axis=1)
    met = (counts / (m - 1)[:, None]).T @ counts - np.diag((counts / (m - 1)[:, None]).sum(axis=0))
    n = met.sum(axis=0)
    apart = np.array(
        [[(n[min(c, k) : max(c, k) + 1].sum() - (n[c] + n[k]) / 2) ** 2 for k in range(4)] for c in range(4)]
    )
    expected = 1 - (n.sum() - 1) * (met * apart).sum() / (np.outer(n, n) * apart).sum()
    assert agreement(votes, classes=[0, 1, 2, 3], ordered=True, draws=0).alpha_ordinal.value == pytest.approx(expected)


def test_the_order_of_classes_is_the_one_given() -> None:
    votes = from_ratings(["lm", "mh", "ll", "hh", "mm"])
    sensible = agreement(votes, classes=["l", "m", "h"], ordered=True, draws=0).alpha_ordinal.value
    alphabetical = agreement(votes, ordered=True, draws=0).alpha_ordinal.value
    assert sensible is not None
    assert alphabetical is not None
    assert sensible > alphabetical
    assert votes_frame(votes).classes == ("h", "l", "m")
