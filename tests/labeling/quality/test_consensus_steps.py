"""E-steps and M-steps on matrices small enough to be worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import gammaln

from labeling.quality.consensus import dawid_skene, ebcc, hierarchical, majority, one_coin
from labeling.quality.consensus.incidence import Fit, Incidence, soften
from labeling.quality.frames import votes_frame


def matrix(rows: list[list[Fraction]]) -> npt.NDArray[np.float64]:
    return np.array([[float(cell) for cell in row] for row in rows])


def small(golden: dict[int, str] | None = None) -> Incidence:
    """Items 0: x x y, 1: x y, 2: y; assessors p, q, r."""
    frame = pl.DataFrame(
        {"item": [0, 0, 0, 1, 1, 2], "annotator": list("pqrpqr"), "label": list("xxyxyy")},
    )
    known = None if golden is None else pl.DataFrame({"item": list(golden), "label": list(golden.values())})
    return Incidence.of(votes_frame(frame, golden=known))


POSTERIOR = matrix(
    [[Fraction(3, 4), Fraction(1, 4)], [Fraction(1, 2), Fraction(1, 2)], [Fraction(1, 4), Fraction(3, 4)]]
)


def test_majority_is_vote_shares_a_tie_is_split_and_one_vote_is_as_sure_as_its_annotator() -> None:
    # r said y alone on item 2. On item 0 r has a third of the votes, and everybody five votes that are right
    # 2/3 + 2/3 + 1/3 + 1/2 + 1/2 times, and two of three before that.
    everybody = (Fraction(8, 3) + 2) / (5 + 3)
    own = (Fraction(1, 3) + 4 * everybody) / (1 + 4)
    expected = matrix([[Fraction(2, 3), Fraction(1, 3)], [Fraction(1, 2), Fraction(1, 2)], [1 - own, own]])
    np.testing.assert_allclose(majority.fit(small()).posterior, expected)


def test_golden_items_are_one_hot_whatever_the_votes() -> None:
    expected = matrix([[Fraction(0), Fraction(1)], [Fraction(1, 2), Fraction(1, 2)], [Fraction(1), Fraction(0)]])
    np.testing.assert_allclose(majority.fit(small({0: "y", 2: "x"})).posterior, expected)


def test_m_step_of_dawid_skene_counts_expected_votes() -> None:
    prior, channel = dawid_skene.m_step(small(), POSTERIOR)
    np.testing.assert_allclose(prior, [1 / 2, 1 / 2])
    # p said x on items 0 and 1, and never y: x is certain under both truths.
    np.testing.assert_allclose(channel[0], matrix([[Fraction(1), Fraction(1)], [Fraction(0), Fraction(0)]]), atol=1e-9)
    # q said x on item 0 and y on item 1: under truth x that is 3/4 against 1/2, under truth y 1/4 against 1/2.
    np.testing.assert_allclose(channel[1], matrix([[Fraction(3, 5), Fraction(1, 3)], [Fraction(2, 5), Fraction(2, 3)]]))


def test_e_step_of_dawid_skene_multiplies_prior_and_votes() -> None:
    channel = np.stack(
        [
            matrix([[Fraction(4, 5), Fraction(1, 5)], [Fraction(1, 5), Fraction(4, 5)]]),
            matrix([[Fraction(3, 4), Fraction(1, 2)], [Fraction(1, 4), Fraction(1, 2)]]),
            matrix([[Fraction(2, 3), Fraction(1, 3)], [Fraction(1, 3), Fraction(2, 3)]]),
        ]
    )
    prior = matrix([[Fraction(1, 4), Fraction(3, 4)]])[0]
    posterior, log_likelihood = dawid_skene.e_step(small(), prior, channel)
    # Joint weights: item 0 has x x y: 1/4*4/5*3/4*1/3 and 3/4*1/5*1/2*2/3; item 1 x y; item 2 y.
    joint = [
        [Fraction(1, 20), Fraction(1, 20)],
        [Fraction(1, 20), Fraction(3, 40)],
        [Fraction(1, 12), Fraction(1, 2)],
    ]
    expected = [[left / (left + right), right / (left + right)] for left, right in joint]
    np.testing.assert_allclose(posterior, matrix(expected))
    evidence = Fraction(1)
    for left, right in joint:
        evidence *= left + right
    assert log_likelihood == pytest.approx(float(np.log(float(evidence))))


def test_e_step_of_a_golden_item_scores_its_votes_under_its_label_only() -> None:
    channel = np.repeat(matrix([[Fraction(4, 5), Fraction(1, 5)], [Fraction(1, 5), Fraction(4, 5)]])[None], 3, axis=0)
    posterior, log_likelihood = dawid_skene.e_step(small({2: "x"}), np.array([0.5, 0.5]), channel)
    assert posterior[2].tolist() == [1.0, 0.0]
    free, _ = dawid_skene.e_step(small(), np.array([0.5, 0.5]), channel)
    np.testing.assert_allclose(posterior[:2], free[:2])
    # Item 0: 1/2*(4/5*4/5*1/5 + 1/5*1/5*4/5), item 1: 1/2*(4/5*1/5)*2, item 2 under x: 1/2*1/5.
    assert np.exp(log_likelihood) == pytest.approx(float(Fraction(8, 100) * Fraction(16, 100) * Fraction(1, 10)))


def test_m_step_of_one_coin_counts_right_answers_with_two_right_and_one_wrong_before() -> None:
    _, accuracy = one_coin.m_step(small(), POSTERIOR)
    # p: x on items 0, 1: 3/4 + 1/2; q: 3/4 + 1/2; r: y on items 0, 2: 1/4 + 3/4.
    expected = [(Fraction(5, 4) + 2) / 5, (Fraction(5, 4) + 2) / 5, (Fraction(1) + 2) / 5]
    np.testing.assert_allclose(accuracy, [float(each) for each in expected])


def test_one_coin_spreads_errors_evenly() -> None:
    channel = one_coin.symmetric(np.array([0.7]), 4)[0]
    np.testing.assert_allclose(channel, np.full((4, 4), 0.1) + 0.6 * np.eye(4))
    assert one_coin.symmetric(np.array([0.7]), 1).tolist() == [[[1.0]]]


def test_shrinking_adds_so_many_votes_of_the_prior_mean() -> None:
    tally = np.array([[[3.0, 0.0], [1.0, 0.0]]])
    means = np.array([[[0.5, 0.2], [0.5, 0.8]]])
    shrunk = hierarchical.shrink(tally, means, 4.0)
    np.testing.assert_allclose(shrunk[0], matrix([[Fraction(5, 8), Fraction(1, 5)], [Fraction(3, 8), Fraction(4, 5)]]))


def test_the_pool_starts_from_ten_votes_at_everyone_s_accuracy() -> None:
    tally = np.zeros((2, 2, 2))
    tally[0] = [[3, 1], [0, 2]]
    tally[1] = [[1, 0], [1, 2]]
    means = hierarchical.prior_means(tally)
    # 8 right of 10, and 2 of 3 before: 10/13; rows of two votes: x: 4 right of 5, y: 4 right of 5.
    everyone = Fraction(10, 13)
    right = (4 + 10 * everyone) / 15
    np.testing.assert_allclose(means.pool, matrix([[right, 1 - right], [1 - right, right]]))
    # The second assessor: 3 right of 4, and four votes at the pool's accuracy.
    assert means.accuracy[1] == pytest.approx(float((3 + 4 * right) / 8))


def test_an_assessor_at_the_pool_s_accuracy_has_the_pool_s_rows_and_one_without_votes_too() -> None:
    tally = np.zeros((3, 2, 2))
    tally[0] = tally[1] = [[4, 2], [1, 3]]
    means = hierarchical.prior_means(tally)
    np.testing.assert_allclose(means.own[2], means.pool)
    better = tally.copy()
    better[0] = [[5, 0], [0, 5]]
    means = hierarchical.prior_means(better)
    assert (np.diagonal(means.own[0]) > np.diagonal(means.pool)).all()
    np.testing.assert_allclose(means.own.sum(axis=1), 1)


def test_the_strength_is_where_the_dirichlet_multinomial_likelihood_is_highest() -> None:
    random = np.random.default_rng(1)
    mean = np.array([0.7, 0.2, 0.1])
    rows = np.stack([random.multinomial(12, random.dirichlet(6 * mean)) for _ in range(400)]).astype(float)
    tally = rows[:, :, None]
    means = np.broadcast_to(mean[None, :, None], tally.shape)

    def lost(strength: float) -> float:
        own = gammaln(rows + strength * mean) - gammaln(strength * mean)
        whole = gammaln(strength) - gammaln(rows.sum(axis=1) + strength)
        return -float(own.sum() + whole.sum())

    strength = 1.0
    for _ in range(200):
        strength = hierarchical.next_strength(tally, np.asarray(means), strength)
    best = minimize_scalar(lost, bounds=(0.5, 100), method="bounded").x
    assert strength == pytest.approx(best, rel=1e-3)
    assert 4.5 < strength < 8


def test_m_step_of_ebcc_gives_each_subtype_five_votes_at_the_assessor_s_accuracy() -> None:
    incidence = small()
    latent = np.repeat(POSTERIOR / 3, 3, axis=1)
    prior, channel = ebcc.m_step(incidence, latent)
    np.testing.assert_allclose(prior, 1 / 6)
    accuracy = hierarchical.prior_means(incidence.tally(POSTERIOR)).accuracy[1]
    # q said x with weight 3/4 under truth x, a third of it in each subtype, and y with 1/2.
    said = (1 / 4 + 5 * accuracy) / (1 / 4 + 1 / 6 + 5)
    np.testing.assert_allclose(channel[1, 0, :3], said)
    np.testing.assert_allclose(channel.sum(axis=1), 1)


def test_e_step_of_ebcc_with_equal_subtypes_is_that_of_dawid_skene() -> None:
    incidence = small({2: "x"})
    channel = np.repeat(matrix([[Fraction(4, 5), Fraction(2, 5)], [Fraction(1, 5), Fraction(3, 5)]])[None], 3, axis=0)
    plain, _ = dawid_skene.e_step(incidence, np.array([0.3, 0.7]), channel)
    latent = ebcc.e_step(incidence, np.repeat([0.1, 0.7 / 3], 3), np.repeat(channel, 3, axis=2))
    np.testing.assert_allclose(latent.reshape(3, 2, 3).sum(axis=2), plain)


def test_chances_of_a_vote_mix_subtypes_by_the_item_s_posterior() -> None:
    latent = np.array([[0.3, 0.1, 0.6, 0.0]])
    channel = np.array([[[0.9, 0.5, 0.2, 0.4], [0.1, 0.5, 0.8, 0.6]]])
    chances = Fit(latent, channel, np.full(4, 0.25)).chances(*(np.zeros(1, dtype=np.int32),) * 3)
    np.testing.assert_allclose(chances, [[0.99 * 0.8 + 0.005, 0.99 * 0.2 + 0.005]], rtol=1e-6)


def test_softening_keeps_odds_to_the_power_of_one_over_the_temperature() -> None:
    soft = soften(np.array([[0.9, 0.1], [0.0, 1.0]]), 2.0)
    np.testing.assert_allclose(soft, [[0.75, 0.25], [0.0, 1.0]], atol=1e-100)
    assert soften(soft, 1.0) is soft
