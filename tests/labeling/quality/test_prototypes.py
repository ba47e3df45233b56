"""Assessors as mixtures of a few prototypes: steps worked out by hand, and crowds whose truth is known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from labeling.quality.consensus import consensus, ebcc, prototypes
from labeling.quality.consensus.incidence import Incidence, by_class
from labeling.quality.frames import votes_frame
from tests.labeling.quality.crowds import accuracy, crowd, even


def test_votes_are_divided_among_prototypes_by_who_is_likely_to_have_spoken() -> None:
    # One assessor said x six times of x. The prototypes say so with 0.9 and 0.6, together with 0.75: of the six votes
    # the first spoke 6 * 0.5 * 0.9 / 0.75 = 3.6, the second 2.4.
    tally = np.array([[[6.0, 0.0], [0.0, 0.0]]])
    half = np.array([0.5, 0.5])
    first = np.array([[[0.9, 0.5], [0.1, 0.5]], [[0.6, 0.5], [0.4, 0.5]]])
    weights, channels, pool = prototypes.m_step(tally, half[None], first, half)
    # Eight votes more, four each; a tenth of the pool's weights is even.
    np.testing.assert_allclose(weights, [[7.6 / 14, 6.4 / 14]])
    np.testing.assert_allclose(pool, [0.9 * 0.6 + 0.05, 0.9 * 0.4 + 0.05])
    # Two right and one wrong before the first vote, ten votes of that accuracy in each row.
    right = (3.6 + 2) / (3.6 + 3)
    np.testing.assert_allclose(channels[0, :, 0], [(3.6 + 10 * right) / 13.6, 10 * (1 - right) / 13.6])
    np.testing.assert_allclose(channels[0, :, 1], [1 - right, right])


def test_prototypes_begin_at_groups_of_like_accuracy_and_as_many_votes() -> None:
    tally = np.zeros((16, 2, 2))
    tally[:, 0, 0] = np.arange(16, 0, -1)
    tally[:, 1, 0] = 16 - tally[:, 0, 0]
    first = prototypes.first_weights(tally)
    assert first.argmax(axis=1).tolist() == [7, 7, 6, 6, 5, 5, 4, 4, 3, 3, 2, 2, 1, 1, 0, 0]
    np.testing.assert_allclose(first.max(axis=1), 0.5 + 0.5 / 8)
    np.testing.assert_allclose(first.sum(axis=1), 1)


def kinds_of_assessors(each: int) -> npt.NDArray[np.float64]:
    """Careful ones, ones who blur the first two of four classes, and ones who blur the last two."""
    careful, random = even([0.85], 4)[0], even([0.8], 4)[0]
    first = np.array([[0.6, 0.4, 0, 0], [0.3, 0.7, 0, 0], [0, 0, 0.9, 0.1], [0, 0, 0.1, 0.9]])
    last = np.array([[0.9, 0.1, 0, 0], [0.1, 0.9, 0, 0], [0, 0, 0.55, 0.45], [0, 0, 0.3, 0.7]])
    blurred = [0.15 * random + 0.85 * kind for kind in (first, last)]
    return np.repeat(np.stack([careful, *blurred]), each, axis=0)


def test_assessors_with_few_votes_are_known_by_those_who_err_alike() -> None:
    """Three hundred assessors with five votes each: no confusion of sixteen cells can be learned from these."""
    for seed in range(4):
        votes, truth = crowd(kinds_of_assessors(100), items=500, overlap=3, seed=seed)
        scores = {
            method: accuracy(consensus(votes, method=method).frame, truth)
            for method in ("majority", "dawid_skene", "prototypes")
        }
        assert scores["prototypes"] > scores["dawid_skene"] + 0.06
        assert scores["prototypes"] > scores["majority"] - 0.01


def one_class_named_by_few() -> Incidence:
    random = np.random.default_rng(5)
    truth = random.random(200) < 0.15
    item, who = np.repeat(np.arange(200), 3), random.integers(0, 60, 600)
    label = np.where(random.random(600) < 0.7, truth[item], ~truth[item])
    votes = pl.DataFrame({"item": item, "annotator": who, "label": label.astype(int)})
    return Incidence.of(votes_frame(votes, golden=pl.DataFrame({"item": [0], "label": [1]})))


@pytest.mark.parametrize("model", [prototypes, ebcc])
def test_a_leaning_model_keeps_its_part_of_every_item_s_vote_shares(model: object) -> None:
    incidence = one_class_named_by_few()
    shares = incidence.shares()
    fitted = model.fit(incidence, lean=0.3)  # type: ignore[attr-defined]
    assert (fitted.posterior >= 0.3 * shares - 1e-9).all()
    np.testing.assert_allclose(fitted.posterior.sum(axis=1), 1)
    assert fitted.posterior[0].tolist() == [0.0, 1.0]
    plain = model.fit(incidence)  # type: ignore[attr-defined]
    assert np.abs(fitted.posterior - shares).mean() < np.abs(plain.posterior - shares).mean()


def test_what_leans_is_divided_within_a_class_as_the_model_has_it() -> None:
    votes = votes_frame(pl.DataFrame({"item": [0, 0], "annotator": [1, 2], "label": ["x", "y"]}))
    latent = np.array([[0.6, 0.2, 0.0, 0.1, 0.05, 0.05]])
    held = ebcc.leaning(Incidence.of(votes), latent, np.full(6, 1 / 6), np.array([[0.5, 0.5]]), 0.5)
    # The class x: half of 0.8 and half of 0.5, three quarters of it in its first subtype.
    np.testing.assert_allclose(by_class(held, 2), [[0.65, 0.35]])
    np.testing.assert_allclose(held[0, :3], [0.65 * 0.75, 0.65 * 0.25, 0.0], atol=1e-9)


def test_assessors_without_a_vote_and_one_class_do_no_harm() -> None:
    votes = votes_frame(pl.DataFrame({"item": [1, 1, 2], "annotator": list("abc"), "label": ["x", None, "x"]}))
    fitted = prototypes.fit(Incidence.of(votes))
    np.testing.assert_allclose(fitted.posterior, 1)
    np.testing.assert_allclose(fitted.channel, 1)
