"""Audits, gains, versions of junior and the showing of suggestions where an answer may be right in part: by hand."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from labeling.quality.audit import mean_loss, residual
from labeling.quality.clustered import Clusters, share
from labeling.quality.intervals import wilson
from labeling.quality.judging import compare, judge
from labeling.quality.kinds import Kind
from labeling.quality.kinds.score import Scoring
from labeling.quality.showing import showing
from labeling.review.audited import lost, population_of
from labeling.review.gain import gain

STARS = Scoring(Kind.ORDERED, tuple("12345"))
SETS = Scoring(Kind.SEVERAL, tuple("abcd"))


def population(losses: list[float | None], *, sampled: int, route: str = "audit") -> pl.DataFrame:
    """A stratum whose first ``sampled`` items are the audit's; what has a loss is ruled."""
    n = len(losses)
    columns = {
        "item": list(range(n)),
        "given": ["x"] * n,
        "stratum": [0] * n,
        "sampled": [at < sampled for at in range(n)],
        "route": [None if loss is None else route for loss in losses],
        "wrong": [None if loss is None else loss > 0 for loss in losses],
        "loss": losses,
        "unseen": [False] * n,
    }
    return pl.DataFrame(columns, schema_overrides={"route": pl.String, "wrong": pl.Boolean, "loss": pl.Float64})


def test_an_audit_tells_how_far_off_labels_are_beside_how_many_are_wrong() -> None:
    # Ten of twenty off by a step of five: half is wrong, an eighth is lost; of 100 the rulings have mended 10 × 1/4.
    drawn = population([0.25] * 10 + [0.0] * 10 + [None] * 80, sampled=20)
    before, after = mean_loss(drawn)
    share = residual(drawn).overall.before
    assert (share.value, before.value, after.value) == pytest.approx((0.5, 0.125, 0.125 - 0.025))
    assert before.low is not None and before.high is not None and 0.025 <= before.low < 0.125 < before.high < 0.4
    assert (before.n, after.n) == (20, 20)


def test_losses_of_nothing_and_all_are_the_shares_of_wrong_labels() -> None:
    drawn = population([1.0] * 4 + [0.0] * 16 + [None] * 80, sampled=20)
    before, share = mean_loss(drawn)[0], residual(drawn).overall.before
    assert before.value == share.value
    # Limits of the share are in whole labels.
    assert (before.low, before.high) == pytest.approx((share.low, share.high), abs=0.01)


def test_where_all_is_ruled_the_loss_is_known_and_none_is_left() -> None:
    before, after = mean_loss(population([0.5, 0.0, 0.0, 0.25], sampled=4))
    assert (before.value, before.low, before.high) == pytest.approx((0.1875,) * 3)
    assert (after.value, after.high) == pytest.approx((0.0, 0.0))


def test_a_ruling_says_how_far_off_a_label_was() -> None:
    drawn = pl.DataFrame({"item": ["i", "j", "k"], "given": ["4", "1", "5"], "stratum": [0] * 3, "position": [0, 1, 2]})
    said = {"item": ["i", "j"], "revision": [1, 1], "verdict": ["label"] * 2, "label": ["5", "5"]}
    rulings = pl.DataFrame(said | {"route": ["audit"] * 2, "in_bulk": [False] * 2})
    found = population_of(drawn, rulings, STARS)
    assert found["loss"].to_list() == [0.25, 1.0, None] and found["wrong"].to_list() == [True, True, None]
    assert population_of(drawn, rulings)["loss"].to_list() == [1.0, 1.0, None]
    assert lost(found)[0].value == pytest.approx(0.625)


def test_the_interval_of_the_mean_loss_holds() -> None:
    rng, held, worlds = np.random.default_rng(5), 0, 400
    losses = rng.choice([0.0, 0.25, 0.5, 1.0], 1_000, p=[0.6, 0.2, 0.15, 0.05])
    for _ in range(worlds):
        ruled = rng.permutation(1_000)[:100]
        order = np.concatenate([ruled, np.setdiff1d(np.arange(1_000), ruled)])
        told = [float(losses[at]) if place < 100 else None for place, at in enumerate(order)]
        before = mean_loss(population(told, sampled=100))[0]
        held += (before.low or 0.0) <= losses.mean() <= (before.high or 1.0)
    assert held / worlds >= 0.93


def test_a_gain_of_near_answers_is_one() -> None:
    texts = [f"{word} {n}" for n in range(30) for word in ("good", "bad")]
    true = np.array([4, 0] * 30, dtype=np.int32)
    test = np.where(np.arange(60) < 20, true, -1).astype(np.int32)
    near, far = np.where(true == 4, 3, 1).astype(np.int32), (4 - true).astype(np.int32)
    found = gain(texts, np.stack([far, near, true]), test, 5, names=tuple("12345"), scoring=STARS, draws=200)
    assert [each.accuracy.value for each in found.rounds] == [0.0, 0.0, 1.0]
    assert [each.score and each.score.value for each in found.rounds] == [0.0, 0.75, 1.0]
    assert [step.score and step.score.value for step in found.steps] == [0.75, 0.25]
    assert found.whole is not None and found.whole.score is not None and found.whole.score.value == 1.0
    exact = gain(texts, np.stack([far, near]), test, 5, draws=50)
    assert exact.rounds[0].score is None and exact.whole is not None and exact.whole.score is None


def test_a_version_is_judged_by_parts_and_a_refusal_is_nothing() -> None:
    golden = pl.DataFrame({"item": [1, 2, 3, 4], "label": ["a|b|c|d", "a", "|", "b"]})
    said = pl.DataFrame({"item": [1, 2, 3, 4], "label": ["a|b|c", "a", "|", None]})
    classes = ["a", "b", "a|b|c", "a|b|c|d", "|"]
    found = judge(said, golden, classes=classes, scoring=SETS, draws=100)
    assert (found.accuracy.value, found.score and found.score.value) == (0.5, (0.75 + 1 + 1 + 0) / 4)
    assert judge(said, golden, classes=classes, draws=100).score is None


def test_two_versions_are_compared_by_parts_on_the_same_items() -> None:
    golden = pl.DataFrame({"item": range(40), "label": ["5"] * 40})
    far, near = (golden.with_columns(label=pl.lit(step)) for step in ("1", "4"))
    found = compare(far, near, golden, classes=list("12345"), scoring=STARS, draws=400)
    assert (found.accuracy.value, found.won, found.lost) == (0.0, 0, 0)
    assert found.score is not None and (found.score.value, found.score.low, found.score.n) == (0.75, 0.75, 40)
    assert found.score_p is not None and found.score_p < 0.01


def test_a_suggestion_that_draws_answers_near_does_no_harm_to_how_right_they_are() -> None:
    rows = [(who, item, arm, "4", label) for who in range(3) for item, arm, label in
            [(n, "hidden", "5" if n % 2 else "1") for n in range(40)] + [(n, "before", "4") for n in range(40, 80)]]  # fmt: skip
    frame = pl.DataFrame(rows, schema=["assessor", "item", "arm", "suggestion", "label"], orient="row")
    answers = frame.with_columns(seconds=4.0, truth=pl.lit("5"), probe=False)
    exact, graded = showing(answers), showing(answers, STARS)
    assert exact.effects[0].accuracy.value == pytest.approx(-0.5)
    assert graded.effects[0].accuracy.value == pytest.approx(0.25)
    assert graded.arms[0].accuracy.value == pytest.approx(0.5) and graded.arms[1].accuracy.value == pytest.approx(0.75)


def test_scores_that_hardly_vary_are_no_more_answers_than_they_are() -> None:
    near, own = np.where(np.arange(60) % 2, 0.75, 0.7), Clusters(np.arange(60) % 3, np.arange(60))
    found, plain = share(near, own), wilson(float(near.sum()), 60)
    assert found.low is not None and plain.low is not None and found.low <= plain.low + 1e-9
    assert share(np.full(60, 0.75), own).value == 0.75
