"""Gain by hand, against scikit-learn's figures, and what its intervals and tests do where the truth is known."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from scipy.stats import binom
from sklearn.metrics import accuracy_score, f1_score

from labeling.errors import LabelingError
from labeling.quality.scores import mcnemar
from labeling.review.gain import Gain, _compared, gain
from tests.shared import shared_file

TEXTS = [f"{word} {n}" for n in range(60) for word in ("good film", "bad film")]
TRUE = np.array([0, 1] * 60, dtype=np.int32)
TEST = np.where(np.arange(120) < 40, TRUE, -1).astype(np.int32)


def judged(
    truth: Sequence[int],
    *told: Sequence[int],
    classes: int = 2,
    draws: int = 500,
    weight: Sequence[float] | None = None,
) -> Gain:
    learned, weights = np.full(len(told), 9), np.ones(len(truth)) if weight is None else np.array(weight)
    codes = np.array(truth, dtype=np.int32), np.array(told, dtype=np.int32)
    return _compared(*codes, weights, learned, 0, classes, draws, None)


def test_figures_by_hand() -> None:
    """Class 0: two of three found and nothing else, F1 4/5; class 1: one found, two told, F1 2/3; class 2 isn't tested."""
    found = judged([0, 0, 0, 1], [0, 0, 1, 1], classes=3).rounds[0]
    assert (found.trained_on, found.accuracy.value, found.accuracy.n) == (9, 0.75, 4)
    assert [each.value for each in found.classes] == [pytest.approx(4 / 5), pytest.approx(2 / 3), None]
    assert [each.n for each in found.classes] == [3, 1, 0]
    assert found.macro_f1.value == pytest.approx((4 / 5 + 2 / 3) / 2)
    assert found.weighted_f1.value == pytest.approx((3 * 4 / 5 + 2 / 3) / 4)


def test_figures_are_scikit_learn_s() -> None:
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 4, 300)
    told = np.where(rng.random(300) < 0.6, truth, rng.integers(0, 4, 300))
    found = judged(truth.tolist(), told.tolist(), classes=4).rounds[0]
    assert found.accuracy.value == pytest.approx(accuracy_score(truth, told))
    assert found.macro_f1.value == pytest.approx(f1_score(truth, told, average="macro"))
    assert found.weighted_f1.value == pytest.approx(f1_score(truth, told, average="weighted"))
    assert [each.value for each in found.classes] == pytest.approx(f1_score(truth, told, average=None).tolist())


def test_texts_speak_for_as_many_as_they_weigh() -> None:
    """Of six texts that four stand for, five are told right; class 0 found 2 of 3, class 1 all 3 and one more."""
    found = judged([0, 0, 1, 1], [0, 1, 1, 1], weight=[2, 1, 2, 1]).rounds[0]
    assert (found.accuracy.value, found.accuracy.n) == (pytest.approx(5 / 6), 4)
    assert [each.value for each in found.classes] == [pytest.approx(4 / 5), pytest.approx(6 / 7)]
    assert found.weighted_f1.value == pytest.approx((4 / 5 + 6 / 7) / 2)


def test_mcnemar_is_a_coin_s_tail() -> None:
    assert mcnemar(8, 2) == pytest.approx(2 * binom.cdf(2, 10, 0.5))
    assert mcnemar(0, 6) == pytest.approx(2 / 64)


def test_a_step_counts_what_was_won_and_lost() -> None:
    """Four right, one lost, two won: five of seven."""
    found = judged([0] * 7, [0, 0, 0, 0, 1, 1, 1], [0, 0, 0, 1, 0, 0, 1], [0] * 7)
    step = found.steps[0]
    assert (step.won, step.lost, step.before, step.after) == (2, 1, 0, 1)
    assert step.accuracy.value == pytest.approx(1 / 7)
    assert step.accuracy_p == mcnemar(2, 1) == 1.0
    assert found.whole is not None and (found.whole.before, found.whole.after) == (0, 2)
    assert found.whole.accuracy.value == pytest.approx(3 / 7)
    assert found.whole.accuracy_p == pytest.approx(2 / 8)


def test_equal_rounds_differ_by_nothing() -> None:
    step = judged([0, 1] * 20, [0, 0] * 20, [0, 0] * 20).steps[0]
    assert (step.weighted_f1.value, step.weighted_f1.low, step.weighted_f1.high) == (0.0, 0.0, 0.0)
    assert step.weighted_f1_p == step.accuracy_p == 1.0


def test_better_labels_are_a_gain() -> None:
    rng = np.random.default_rng(0)
    noisy = np.where(rng.random(120) < 0.45, 1 - TRUE, TRUE).astype(np.int32)
    seen: list[tuple[int, int]] = []
    found = gain(TEXTS, np.stack([1 - TRUE, noisy, TRUE]), TEST, 2, draws=300, progress=lambda *at: seen.append(at))
    values = [each.accuracy.value for each in found.rounds]
    assert values[0] == 0.0 and values[2] == 1.0
    assert found.whole is not None and found.whole.weighted_f1_p < 0.01 and found.whole.accuracy_p < 1e-9
    assert [each.trained_on for each in found.rounds] == [80, 80, 80]
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert gain(TEXTS, np.stack([1 - TRUE, noisy, TRUE]), TEST, 2, draws=300) == found


def test_copies_of_test_texts_teach_nothing() -> None:
    """Three copies of the first test text, and a training part that knows it only by them."""
    texts = [*TEXTS, "Good film 0!", "GOOD FILM 0", "good  film 0"]
    labels = np.append(TRUE, [1, 1, 1]).astype(np.int32)
    found = gain(texts, labels[None], np.append(TEST, [-1, -1, -1]).astype(np.int32), 2, draws=50)
    assert found.left_out == 3
    assert found.rounds[0].trained_on == 80
    assert found.whole is None and found.steps == ()


def test_refusals() -> None:
    nobody = np.full(120, -1, dtype=np.int32)
    for rounds, truth in ((TRUE[None], nobody), (np.stack([TRUE, nobody]), TEST)):
        with pytest.raises(LabelingError, match="no_labels"):
            gain(TEXTS, rounds, truth, 2)
    with pytest.raises(LabelingError, match="draws_out_of_range"):
        gain(TEXTS, TRUE[None], TEST, 2, draws=0)


def test_the_difference_of_weighted_f1_is_covered_and_the_test_keeps_its_level() -> None:
    """Two classifiers, 0.70 and 0.76 right on three classes, whose true difference a long run tells."""
    rng = np.random.default_rng(7)

    def drawn(texts: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:  # type: ignore[type-arg]
        truth = rng.choice(3, texts, p=[0.5, 0.3, 0.2]).astype(np.int32)
        hard = rng.random(texts)
        told = [
            np.where(hard + 0.3 * rng.random(texts) < right + 0.15, truth, rng.integers(0, 3, texts)).astype(np.int32)
            for right in (0.55, 0.55, 0.64)
        ]
        return truth, *told  # type: ignore[return-value]

    truth, first, _, third = drawn(400_000)
    true = f1_score(truth, third, average="weighted") - f1_score(truth, first, average="weighted")
    held = refuted = 0
    for _ in range(400):
        truth, first, second, third = drawn(200)
        found = judged(truth, first, third, first, second, classes=3, draws=200)
        gap = found.steps[0].weighted_f1
        assert gap.low is not None and gap.high is not None
        held += gap.low <= true <= gap.high
        refuted += found.steps[2].weighted_f1_p < 0.05
    assert 0.92 <= held / 400 <= 0.975
    assert 0.025 <= refuted / 400 <= 0.075


@pytest.mark.shared
def test_noise_in_the_intents_is_seen_as_a_loss() -> None:
    import polars as pl

    frame = pl.read_csv(shared_file("banking77/train.csv"), n_rows=3000)
    texts = frame.to_series(0).cast(pl.String).to_list()
    true = frame.to_series(1).cast(pl.String).rank("dense").to_numpy().astype(np.int32) - 1
    rng = np.random.default_rng(0)
    classes = int(true.max()) + 1
    noisy = np.where(rng.random(len(true)) < 0.4, rng.integers(0, classes, len(true)), true).astype(np.int32)
    test = np.where(rng.random(len(true)) < 0.2, true, -1).astype(np.int32)
    whole = gain(texts, np.stack([noisy, true]), test, classes).whole
    assert whole is not None and whole.weighted_f1.low is not None and whole.weighted_f1.low > 0
