"""Suspicion: what it finds without rulings, what rulings teach it, what it says for itself."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy import sparse
from scipy.special import expit

from labeling.errors import LabelingError
from labeling.review.evidence import STEPS, Evidence, gather
from labeling.review.misreading import at_level
from labeling.review.reasons import listed, ruling_reasons, signal_reasons
from labeling.review.ruling_model import learn
from labeling.review.signals import GROUPS, signals
from labeling.review.suspicion import suspicion
from labeling.review.triage import Reason
from tests.labeling.review.worlds import films, votes

COUNT = 300
TEXTS, TRUTH = films(COUNT)
ITEMS = pl.DataFrame({"item": range(COUNT), "text": TEXTS})
NAMES = np.array(["a", "b"])


def crowd(wrong: np.ndarray, *, alike: bool, seed: int = 0) -> pl.DataFrame:
    """Three of six assessors an item; on ``wrong`` ones all err, or two of three do."""
    random = np.random.default_rng(seed)
    who = np.argsort(random.random((COUNT, 6)), axis=1)[:, :3]
    said = np.repeat(TRUTH[:, None], 3, axis=1).astype(np.int64)
    erring = slice(None) if alike else slice(0, 2)
    said[wrong, erring] = 1 - said[wrong, erring]
    return votes(who, said)


def truth_of(rows: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame({"item": rows, "label": NAMES[TRUTH[rows]]})


@pytest.fixture(scope="module")
def split() -> tuple[np.ndarray, Evidence]:
    wrong = np.arange(0, COUNT, 15)
    return wrong, gather(ITEMS, crowd(wrong, alike=False), method="majority")


@pytest.fixture(scope="module")
def misread() -> tuple[np.ndarray, Evidence]:
    """Everybody reads what is called warm as bad, and nobody disagrees."""
    wrong = np.flatnonzero([("warm" in text.split()) and not label for text, label in zip(TEXTS, TRUTH, strict=True)])
    return wrong, gather(ITEMS, crowd(wrong, alike=True), method="majority")


def test_split_votes_against_the_text_come_first(split: tuple[np.ndarray, Evidence]) -> None:
    wrong, evidence = split
    found = suspicion(evidence)
    assert set(found.frame["item"].head(len(wrong))) == set(wrong.tolist())
    assert found.frame["score"].is_sorted(descending=True)
    assert found.frame["score"].is_between(0, 1).all()
    top = found.frame.row(0, named=True)
    assert top["probable"] == NAMES[TRUTH[top["item"]]]
    assert {"votes_disagree", "classifier_disagrees"} <= {reason["code"] for reason in top["reasons"]}
    assert top["given"] != top["probable"]


def test_every_reason_is_given_by_a_signal_or_by_rulings_and_none_but_these(split: tuple[np.ndarray, Evidence]) -> None:
    evidence = split[1]
    # Signals that hold nowhere give an empty frame: what is told is made certain.
    told = [frame["code"].to_list() for frame in ruling_reasons(np.ones((1, len(GROUPS))), GROUPS)]
    signalled = len(signal_reasons(evidence))
    assert [code for codes in told for code in codes] == list(Reason)[signalled:]
    assert {code for frame in signal_reasons(evidence) for code in frame["code"]} <= set(list(Reason)[:signalled])


def test_agreed_errors_that_the_text_shows_are_found_too() -> None:
    wrong = np.arange(0, COUNT, 25)
    found = suspicion(gather(ITEMS, crowd(wrong, alike=True), method="majority"))
    assert set(found.frame["item"].head(len(wrong))) == set(wrong.tolist())


def test_without_rulings_the_prior_stands(split: tuple[np.ndarray, Evidence]) -> None:
    found = suspicion(split[1])
    assert np.array_equal(found.scores, found.prior)
    assert found.shared.errors.n == 0
    assert not found.shared.leaning


def test_rulings_that_bear_the_score_out_leave_the_order_alone(split: tuple[np.ndarray, Evidence]) -> None:
    wrong, evidence = split
    ruled = np.concatenate([wrong[:10], np.arange(1, 100, 7)])
    found = suspicion(evidence, truth_of(ruled))
    rest = np.setdiff1d(wrong, ruled)
    open_ones = found.frame.filter(~pl.col("settled"))
    assert set(open_ones["item"].head(len(rest))) == set(rest.tolist())
    assert not found.shared.leaning


def test_settled_items_are_certain_and_name_their_label(split: tuple[np.ndarray, Evidence]) -> None:
    wrong, evidence = split
    found = suspicion(evidence, truth_of(np.array([wrong[0], wrong[0] + 1]))).frame.filter("settled").sort("item")
    assert found["score"].to_list() == [1.0, 0.0]
    assert found["probable"].to_list() == NAMES[TRUTH[found["item"].to_numpy()]].tolist()


def test_golden_items_unmask_a_shared_misreading(misread: tuple[np.ndarray, Evidence]) -> None:
    wrong, evidence = misread
    golden = np.random.default_rng(1).permutation(COUNT)[:80]
    rest = np.setdiff1d(wrong, golden)
    before, after = suspicion(evidence), suspicion(evidence, truth_of(golden))

    def found(scores: np.ndarray) -> float:
        left = np.setdiff1d(np.arange(COUNT), golden)
        top = left[np.argsort(-scores[left], kind="stable")[: len(rest)]]
        return float(np.isin(rest, top).mean())

    assert found(after.scores) >= 0.95
    assert found(before.scores) <= 0.85
    assert after.shared.leaning
    assert after.lesson.pull >= 1
    codes = {reason["code"] for row in after.frame.filter(~pl.col("settled")).head(10)["reasons"] for reason in row}
    assert any(code.startswith("rulings_") for code in codes)


def test_the_junior_is_heard() -> None:
    wrong = np.arange(0, COUNT, 15)
    votes_only = crowd(wrong, alike=True)
    junior = truth_of(np.arange(COUNT))
    plain, told = (gather(ITEMS, votes_only, suggestions=each, method="majority") for each in (None, junior))
    assert suspicion(told).prior[wrong].mean() > suspicion(plain).prior[wrong].mean()
    reasons = suspicion(told).frame.filter(pl.col("item") == int(wrong[0]))["reasons"][0]
    assert any(reason["code"] == "junior_disagrees" for reason in reasons)


def test_items_without_votes_or_text_have_no_score() -> None:
    few = crowd(np.array([0]), alike=False).filter(pl.col("item") < 50)
    more = pl.concat([few, pl.DataFrame({"item": [999], "annotator": [1], "label": ["a"]}, schema=few.schema)])
    assert suspicion(gather(ITEMS, more)).frame["item"].sort().to_list() == list(range(50))


def test_one_vote_an_item_is_enough() -> None:
    single = crowd(np.arange(0, COUNT, 15), alike=True).unique("item", keep="first", maintain_order=True)
    found = suspicion(gather(ITEMS, single, method="majority"))
    top = set(found.frame["item"].head(20))
    assert len(top & set(range(0, COUNT, 15))) >= 15


def test_given_probabilities_replace_the_classifier() -> None:
    wrong = np.arange(0, COUNT, 15)
    sure = pl.DataFrame({"item": range(COUNT), "a": 0.95 - 0.9 * TRUTH, "b": 0.05 + 0.9 * TRUTH})
    found = gather(ITEMS, crowd(wrong, alike=True), probabilities=sure, method="majority")
    assert np.isnan(found.confidence).all()
    with pytest.raises(LabelingError, match="probabilities_range"):
        gather(ITEMS, crowd(wrong, alike=True), probabilities=sure.head(9))
    assert set(suspicion(found).frame["item"].head(len(wrong))) == set(wrong.tolist())


def test_the_level_of_chances_moves_and_their_order_stays() -> None:
    chances = np.array([0.9, 0.1, 0.5])
    moved = at_level(chances, 0.03)
    assert moved.mean() == pytest.approx(0.03)
    assert np.array_equal(np.argsort(moved), np.argsort(chances))


def test_rulings_learn_a_level_and_terms_add_up(split: tuple[np.ndarray, Evidence]) -> None:
    evidence = split[1]
    prior = np.full(COUNT, -3.0)
    rows = np.arange(100)
    found = learn(prior, signals(evidence), rows, np.arange(100) % 2 == 0)
    assert found.log_odds == pytest.approx(prior + found.terms.sum(axis=1))
    assert 0.3 < expit(found.log_odds[100:]).mean() < 0.7


def test_a_lesson_depends_on_inner_products_alone() -> None:
    random = np.random.default_rng(0)
    few = random.normal(size=(120, 3))
    turned = np.linalg.qr(random.normal(size=(200, 3)))[0].T
    rows = np.arange(60)
    wrong = few[rows, 0] + random.normal(size=60) > 0
    # Fewer columns than rulings, and more.
    narrow, wide = (learn(np.full(120, -1.0), [sparse.csr_matrix(each)], rows, wrong) for each in (few, few @ turned))
    assert wide.log_odds == pytest.approx(narrow.log_odds, abs=1e-4)
    assert wide.pull == narrow.pull
    assert np.corrcoef(narrow.log_odds, few[:, 0])[0, 1] > 0.9


def test_reasons_come_strongest_first_and_items_in_the_order_asked() -> None:
    weak, strong = (
        pl.DataFrame({"row": rows, "code": code, "value": 1.0, "label": None, "strength": strength}).cast(
            {"row": pl.Int64, "label": pl.String}
        )
        for rows, code, strength in (([0, 2], "weak", 0.8), ([2], "strong", 0.9))
    )
    found = listed([weak, strong], np.array([2, 1, 0]))
    assert [[each["code"] for each in reasons] for reasons in found] == [["strong", "weak"], [], ["weak"]]


def test_gathering_tells_its_steps() -> None:
    told: list[str] = []
    gather(
        ITEMS.head(60),
        crowd(np.array([0]), alike=False).filter(pl.col("item") < 60),
        method="majority",
        step=told.append,
    )
    assert tuple(told) == STEPS


def test_a_settled_item_keeps_the_label_of_its_votes() -> None:
    settled = pl.DataFrame({"item": range(1, 13), "label": NAMES[1 - TRUTH[1:13]]})
    found = gather(ITEMS, crowd(np.array([0]), alike=False), settled=settled)
    assert (found.given[1:13] == TRUTH[1:13]).all()
    assert found.probability[1:13].min() > 0.5
