"""The same figures from scikit-learn, statsmodels and krippendorff, on random worlds."""

from __future__ import annotations

import krippendorff
import numpy as np
import polars as pl
import pytest
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import aggregate_raters, fleiss_kappa

from labeling.quality.agreement import agreement
from labeling.quality.kappas import pairwise_kappa

SEEDS = range(6)


def ratings(seed: int, missing: float) -> np.ndarray:
    """Classes 0..3 of shape (items, raters), -1 where a rating is missing."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(4, 60, p=[0.55, 0.25, 0.15, 0.05])
    given = np.where(rng.random((60, 5)) < 0.7, truth[:, None], rng.integers(0, 4, (60, 5)))
    return np.where(rng.random((60, 5)) < missing, -1, given)


def votes_of(matrix: np.ndarray) -> pl.DataFrame:
    item, rater = np.nonzero(matrix >= 0)
    return pl.DataFrame({"item": item, "annotator": rater, "label": matrix[item, rater]})


@pytest.mark.parametrize("seed", SEEDS)
def test_fleiss_as_in_statsmodels(seed: int) -> None:
    matrix = ratings(seed, missing=0)
    table, _ = aggregate_raters(matrix)
    assert agreement(votes_of(matrix), draws=0).fleiss.value == pytest.approx(fleiss_kappa(table), abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("missing", [0.0, 0.4, 0.8])
def test_alpha_as_in_krippendorff(seed: int, missing: float) -> None:
    matrix = ratings(seed, missing)
    found = agreement(votes_of(matrix), ordered=True, draws=0)
    reliability = np.where(matrix < 0, np.nan, matrix.astype(float)).T
    for level, figure in (("nominal", found.alpha), ("ordinal", found.alpha_ordinal)):
        assert figure.value == pytest.approx(krippendorff.alpha(reliability, level_of_measurement=level), abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("missing", [0.0, 0.4])
def test_cohen_as_in_scikit_learn(seed: int, missing: float) -> None:
    matrix = ratings(seed, missing)
    pairs = pairwise_kappa(votes_of(matrix))
    assert len(pairs) == 10
    for a, b, kappa, n in pairs.select("annotator_a", "annotator_b", "kappa", "n").iter_rows():
        both = (matrix[:, a] >= 0) & (matrix[:, b] >= 0)
        assert n == both.sum()
        assert kappa == pytest.approx(cohen_kappa_score(matrix[both, a], matrix[both, b]), abs=1e-12)
    weighted = (pairs["kappa"] * pairs["n"]).sum() / pairs["n"].sum()
    assert agreement(votes_of(matrix), draws=0).kappa.value == pytest.approx(weighted, abs=1e-12)


def test_many_annotators_take_the_other_road_to_the_same_kappas(monkeypatch: pytest.MonkeyPatch) -> None:
    votes = votes_of(ratings(3, missing=0.5))
    dense = pairwise_kappa(votes), agreement(votes, draws=200).kappa
    monkeypatch.setattr("labeling.quality.kappas._DENSE_CELLS", 0)
    sparse = pairwise_kappa(votes), agreement(votes, draws=200).kappa
    assert sparse[0].equals(dense[0])
    assert [sparse[1].value, sparse[1].low, sparse[1].high] == pytest.approx(
        [dense[1].value, dense[1].low, dense[1].high]
    )
    assert sparse[1].n == dense[1].n
