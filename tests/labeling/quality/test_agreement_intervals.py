"""95 % intervals hold the truth in 93 to 97 % of a thousand worlds; and the parts they are made of."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from labeling.errors import LabelingError
from labeling.quality.agreement import agreement, class_agreement
from labeling.quality.bootstrap import bca, resampled_counts
from labeling.quality.groups import agreement_with_others
from labeling.quality.intervals import beta, beta_bounds, difference, shares, wilson, wilson_bounds
from labeling.quality.kappas import pairwise_kappa
from tests.labeling.quality.worlds import crowd, within

WORLDS = 1000
CLASSES = (0.5, 0.3, 0.2)


@pytest.mark.parametrize("bounds", [wilson_bounds, beta_bounds])
def test_shares_are_covered(bounds) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(1)
    truth, n = rng.uniform(0.4, 0.98, WORLDS * 20), rng.integers(15, 200, WORLDS * 20)
    low, high = bounds(rng.binomial(n, truth), n)
    assert 0.94 <= ((low <= truth) & (truth <= high)).mean() <= 0.96


def test_wilson_and_beta_against_scipy_and_the_literature() -> None:
    for right, n in ((0, 10), (1, 10), (8, 10), (10, 10), (81, 263)):
        peer = stats.binomtest(right, n).proportion_ci(0.95, method="wilson")
        assert (wilson(right, n).low, wilson(right, n).high) == pytest.approx((peer.low, peer.high))
    # Newcombe (1998), table 1: 81 of 263, method 3.
    assert (wilson(81, 263).low, wilson(81, 263).high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    # Newcombe (1998), differences, example (a) 56/70 - 48/80, method 10.
    gap = difference(56, 70, 48, 80)
    assert (gap.low, gap.high, gap.n) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5), 150)
    assert beta(8, 10, prior=(2, 3)).low == pytest.approx(stats.beta(10, 5).ppf(0.025))
    assert (beta(0, 10).low, beta(10, 10).high) == (0.0, 1.0)


def test_a_share_of_nothing_is_undefined() -> None:
    for figure in (wilson(0, 0), beta(0, 0), difference(0, 0, 1, 2)):
        assert (figure.value, figure.low, figure.high) == (None, None, None)
    assert shares([0, 1], [0, 1], "share")[0].to_list() == [None, 1.0]


@pytest.mark.parametrize(("right", "n"), [(3, 2), (-1, 2), (float("nan"), 2)])
def test_impossible_counts_are_refused(right: float, n: float) -> None:
    with pytest.raises(LabelingError, match="counts_out_of_range"):
        wilson(right, n)
    with pytest.raises(LabelingError, match="level_out_of_range"):
        wilson(1, 2, level=95)


def test_resamples_keep_the_number_of_items_and_their_shares() -> None:
    for sizes in (np.array([3, 1, 6]), np.array([300, 100, 600])):
        drawn = np.concatenate(list(resampled_counts(sizes, 4000, seed=1)))
        assert drawn.shape == (4000, 3)
        assert (drawn.sum(axis=1) == sizes.sum()).all()
        share = sizes / sizes.sum()
        spread = np.sqrt(sizes.sum() * share * (1 - share))
        assert np.abs(drawn.mean(axis=0) - sizes).max() < 5 * spread.max() / np.sqrt(4000)
        assert drawn.std(axis=0) == pytest.approx(spread, rel=0.05)


def test_bca_is_scipy_s_at_the_level_widened_for_few_items() -> None:
    """The plug-in variance of 60 skewed values: biased and skewed, so both corrections move the limits."""
    sample = np.random.default_rng(3).lognormal(sigma=0.6, size=60)
    level = 2 * stats.norm.cdf(stats.t(59).ppf(0.975) * np.sqrt(60 / 59)) - 1
    peer = stats.bootstrap(
        (sample,), np.var, n_resamples=20_000, confidence_level=level, rng=np.random.default_rng(1)
    ).confidence_interval

    def variance(weights: np.ndarray) -> np.ndarray:
        n = weights.sum(axis=1)
        return (weights @ sample**2 / n - (weights @ sample / n) ** 2)[:, None]

    drawn = np.concatenate(list(resampled_counts(np.ones(60, dtype=np.int64), 20_000, seed=2)))
    low, high = bca(variance(drawn), np.array([sample.var()]), 60, without_one=variance(1 - np.eye(60)))
    assert (low[0], high[0]) == pytest.approx((peer.low, peer.high), rel=0.02)


def test_overall_figures_are_covered() -> None:
    names = ("by_items", "by_pairs", "kappa", "fleiss", "ac1", "alpha", "alpha_ordinal")
    rng = np.random.default_rng(2)
    population = agreement(crowd(rng, 200_000, 5, CLASSES), ordered=True, draws=0)
    truth = [getattr(population, name).value for name in names]
    held = np.zeros(len(names))
    for world in range(WORLDS):
        found = agreement(crowd(rng, 60, 5, CLASSES), ordered=True, draws=300, seed=world)
        figures = [getattr(found, name) for name in names]
        held += [within(figure.low, true, figure.high) for figure, true in zip(figures, truth, strict=True)]
    assert ((held / WORLDS >= 0.93) & (held / WORLDS <= 0.97)).all(), dict(zip(names, held / WORLDS, strict=True))


def test_class_figures_are_covered() -> None:
    rng = np.random.default_rng(3)
    truth = class_agreement(crowd(rng, 200_000, 5, CLASSES), draws=0)
    held = np.zeros(6)
    for world in range(WORLDS):
        found = class_agreement(crowd(rng, 100, 5, CLASSES), draws=300, seed=world)
        for place, (value, low, high) in enumerate(
            (("agreement", "low", "high"), ("kappa", "kappa_low", "kappa_high"))
        ):
            held[3 * place : 3 * place + 3] += [
                within(found[low][k], truth[value][k], found[high][k]) for k in range(3)
            ]
    assert ((held / WORLDS >= 0.93) & (held / WORLDS <= 0.97)).all(), held / WORLDS


def test_annotators_and_pairs_are_covered() -> None:
    rng = np.random.default_rng(4)
    population = crowd(rng, 200_000, 5, CLASSES)
    others, pairs = agreement_with_others(population).sort("annotator"), pairwise_kappa(population)["kappa"].mean()
    held = np.zeros(3)
    for _ in range(WORLDS):
        votes = crowd(rng, 80, 5, CLASSES)
        mine = agreement_with_others(votes).filter(annotator=2).row(0, named=True)
        pair = pairwise_kappa(votes).row(0, named=True)
        truth = others.row(2, named=True)
        held += [
            within(mine["low"], truth["agreement"], mine["high"]),
            within(mine["kappa_low"], truth["kappa"], mine["kappa_high"]),
            within(pair["low"], pairs, pair["high"]),
        ]
    assert ((held / WORLDS >= 0.93) & (held / WORLDS <= 0.97)).all(), held / WORLDS


def test_items_resampled_in_groups_give_the_interval_of_items(monkeypatch: pytest.MonkeyPatch) -> None:
    votes = crowd(np.random.default_rng(5), 1200, 5, CLASSES)
    by_item = agreement(votes, draws=2000).kappa
    monkeypatch.setattr("labeling.quality.kappas._UNITS", 300)
    by_group = agreement(votes, draws=2000).kappa
    assert by_group.value == by_item.value
    assert (by_group.low, by_group.high) == (
        pytest.approx(by_item.low, abs=0.006),
        pytest.approx(by_item.high, abs=0.006),
    )
