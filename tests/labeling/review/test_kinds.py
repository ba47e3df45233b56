"""Suspicion of labels that are sets, of an order, paths in a tree and preferences: the same shape, and the wrong ones on top."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy import sparse

from labeling.errors import LabelingError
from labeling.quality.kinds import Kind
from labeling.quality.kinds.pair import TURNED
from labeling.quality.kinds.sets import set_code
from labeling.review.evidence import Evidence, gather
from labeling.review.gathered import prior_score
from labeling.review.linear import train
from labeling.review.scheme import Scheme
from labeling.review.scoring import pack, unpack
from labeling.review.suspicion import suspicion
from labeling.review.teaching import Members, Mirrored, Steps
from labeling.review.triage import Reason
from tests.labeling.review.worlds import BAD, GOOD, THINGS, blind, feelings, films, graded

COUNT, WRONG = 400, 8
CLASSES = tuple("abcde")
SINGLE = {"item", "given", "probable", "score", "settled", "reasons"}
PREFERENCES = ["first", "second", "tie", "both_bad"]


def voted(labels: list[str], each: int = 1) -> pl.DataFrame:
    """VOTES of ``each`` assessors an item, all saying the same."""
    count = len(labels)
    who = [f"w{at}" for at in range(each)] * count
    return pl.DataFrame({"item": np.repeat(range(count), each), "annotator": who, "label": np.repeat(labels, each)})


def items_of(texts: list[str]) -> pl.DataFrame:
    return pl.DataFrame({"item": range(len(texts)), "text": texts})


def written(sets: np.ndarray) -> list[str]:
    return [set_code([CLASSES[at] for at in np.flatnonzero(row)], CLASSES) for row in sets]


def found_at(evidence: Evidence, wrong: np.ndarray, share: float = 0.2) -> float:
    """The share of wrong labels among the most suspicious."""
    top = suspicion(evidence).frame["item"].head(round(share * len(wrong))).to_numpy()
    return float(wrong[top].sum() / wrong.sum())


@pytest.fixture(scope="module")
def sets() -> tuple[Evidence, np.ndarray, np.ndarray]:
    """Every eighth item lacks a class or has one too many."""
    texts, truth = feelings(COUNT)
    given = truth.copy()
    rows = np.arange(0, COUNT, WRONG)
    given[rows, np.arange(len(rows)) % 5] ^= True
    evidence = gather(items_of(texts), voted(written(given)), scheme=Scheme(Kind.SEVERAL, CLASSES), method="majority")
    return evidence, truth, given


def test_wrong_sets_come_first_and_are_mended(sets: tuple[Evidence, np.ndarray, np.ndarray]) -> None:
    evidence, truth, given = sets
    wrong = (truth != given).any(axis=1)
    assert found_at(evidence, wrong) > 0.9
    frame = suspicion(evidence).frame.sort("item")
    assert set(frame.columns) == SINGLE
    assert frame["score"].is_between(0, 1).all()
    assert frame["given"].to_list() == written(given)
    right = frame["probable"].to_numpy()[wrong] == np.array(written(truth))[wrong]
    assert right.mean() > 0.9


def test_of_a_set_it_is_known_which_class_is_wrong(sets: tuple[Evidence, np.ndarray, np.ndarray]) -> None:
    evidence, truth, given = sets
    parts = evidence.parts
    assert parts is not None
    assert (parts.given == given).all()
    changed = truth != given
    rows = changed.any(axis=1)
    assert (parts.wrong[rows].argmax(axis=1) == changed[rows].argmax(axis=1)).mean() > 0.9
    # A self-confidence is what the classifier gives to the answer as it is.
    own = np.where(given, evidence.trained.probabilities, 1 - evidence.trained.probabilities)
    assert parts.self_confidence == pytest.approx(own)


def test_reasons_name_the_set_that_the_classifier_says(sets: tuple[Evidence, np.ndarray, np.ndarray]) -> None:
    evidence, truth, _ = sets
    frame = suspicion(evidence).frame.explode("reasons").unnest("reasons")
    named = frame.filter(pl.col("code") == Reason.CLASSIFIER_DISAGREES, pl.col("item") % WRONG == 0)
    assert len(named) > 20
    right = np.array(written(truth))[named["item"].to_numpy()] == named["label"].to_numpy()
    assert right.mean() > 0.8


def test_a_review_of_sets_is_packed_and_learns_from_rulings(sets: tuple[Evidence, np.ndarray, np.ndarray]) -> None:
    evidence, truth, given = sets
    settled = pl.DataFrame({"item": range(0, COUNT, 4), "label": written(truth[::4])})
    found = suspicion(evidence, settled)
    assert set(found.scores[::4]) == {0.0, 1.0}
    assert (found.scores[::4] == (truth != given).any(axis=1)[::4]).all()
    state = unpack(pack(found.state))
    assert state.classes == evidence.classes
    assert (state.other == evidence.other).all()


def test_several_assessors_who_part_on_a_class_are_heard() -> None:
    """Two of three forget a class: the set of the majority is wrong, and the votes and the text say so."""
    texts, truth = feelings(COUNT)
    said = np.repeat(truth[:, None], 3, axis=1)
    rows = np.flatnonzero(truth[:, 0])[::5]
    said[rows, :2, 0] = False
    votes = voted(written(truth), 3).with_columns(pl.Series("label", written(said.reshape(-1, 5))))
    evidence = gather(items_of(texts), votes, scheme=Scheme(Kind.SEVERAL, CLASSES), method="majority")
    wrong = np.zeros(COUNT, dtype=bool)
    wrong[rows] = True
    assert evidence.disagree[rows] == pytest.approx(np.full(len(rows), 1 / 3))
    assert found_at(evidence, wrong) == 1.0
    # One who is right may well give another set; as many as that aren't wrong.
    assert evidence.prior.mean() < 0.2
    assert evidence.parts is not None
    assert (evidence.parts.wrong[rows].argmax(axis=1) == 0).mean() > 0.9


def test_sets_that_texts_do_not_tell_are_not_suspected_by_them() -> None:
    texts, _ = blind(200)
    random = np.random.default_rng(0)
    given = random.random((200, 5)) < 0.2
    evidence = gather(
        items_of(texts), voted(written(given), 2), scheme=Scheme(Kind.SEVERAL, CLASSES), method="majority"
    )
    assert not evidence.worth.speaks
    assert not evidence.is_issue.any()
    assert np.isnan(evidence.self_confidence).all()
    assert np.isnan(evidence.confidence).all()
    assert evidence.parts is not None
    assert np.isnan(evidence.parts.self_confidence).all()
    assert not evidence.misread.any()


def test_a_set_is_as_hard_to_learn_as_its_least_sure_class() -> None:
    """One class of five on the wrong side is one set wrong; a mean over classes would call it easy."""
    teaching = Members(np.array([[True, True, False, False, False]]))
    said = np.array([[0.9, 0.2, 0.1, 0.1, 0.1], [0.9, 0.6, 0.1, 0.4, 0.1]], dtype=np.float32)
    own, right = teaching.watch(said, np.zeros(2, dtype=np.int32))
    assert own == pytest.approx([0.2, 0.6])
    assert right.tolist() == [False, True]


def test_a_class_without_another_example_is_not_held_against_its_set() -> None:
    sets = np.array([[True, False], [True, True]])
    unseen = Members(sets).unseen(np.array([0, 0, 1, -1], dtype=np.int32), np.array([0, 1, 0, 1]))
    assert unseen.tolist() == [False, False, True, False]


@pytest.fixture(scope="module")
def steps() -> tuple[Evidence, np.ndarray, np.ndarray]:
    """Every eighth label is one step off or at the other end, by turns."""
    texts, truth = graded(COUNT, 5)
    given = truth.copy()
    near, far = np.arange(0, COUNT, 2 * WRONG), np.arange(WRONG, COUNT, 2 * WRONG)
    given[near] = np.where(truth[near] < 2, truth[near] + 1, truth[near] - 1)
    given[far] = np.where(truth[far] < 2, 4, 0)
    labels = [str(step) for step in given]
    evidence = gather(items_of(texts), voted(labels), scheme=Scheme(Kind.ORDERED), method="majority")
    return evidence, truth, given


def test_a_label_that_is_farther_off_is_more_suspicious(steps: tuple[Evidence, np.ndarray, np.ndarray]) -> None:
    evidence, truth, given = steps
    scores = suspicion(evidence).scores
    off = np.abs(truth - given)
    assert scores[off >= 2].mean() > 1.5 * scores[off == 1].mean() > 1.5 * scores[off == 0].mean()
    assert found_at(evidence, off >= 2) > 0.9
    # As many are expected to be wrong as without the distances; those that are farther off stand out more.
    plain = prior_score(evidence.next_wrong, evidence.misread)
    assert scores.mean() == pytest.approx(plain.mean())
    assert scores[off >= 2].mean() / scores[off == 1].mean() > 1.1 * plain[off >= 2].mean() / plain[off == 1].mean()


def test_the_probable_step_is_the_median(steps: tuple[Evidence, np.ndarray, np.ndarray]) -> None:
    evidence, truth, given = steps
    wrong = np.abs(truth - given) >= 2
    probable = np.array([int(evidence.classes[code]) for code in evidence.other])
    assert np.abs(probable - truth)[wrong].mean() < np.abs(given - truth)[wrong].mean() * 2 / 3
    shares = evidence.trained.probabilities
    median = (shares.cumsum(axis=1) >= 0.5 - 1e-9).argmax(axis=1)
    assert (evidence.foretold == median).mean() > 0.99


def test_steps_keep_their_order_and_need_one() -> None:
    texts, truth = graded(60, 3)
    labels = [["low", "mid", "top"][step] for step in truth]
    ordered = gather(
        items_of(texts), voted(labels), scheme=Scheme(Kind.ORDERED, ("low", "mid", "top")), method="majority"
    )
    assert ordered.classes == ("low", "mid", "top")
    with pytest.raises(LabelingError, match="no_class_order"):
        gather(items_of(texts), voted(labels), scheme=Scheme(Kind.ORDERED))
    with pytest.raises(LabelingError, match="unknown_label"):
        gather(items_of(texts), voted(labels), scheme=Scheme(Kind.ORDERED, ("low", "mid")))


def test_heads_of_steps_give_probabilities() -> None:
    teaching = Steps(4)
    label = np.arange(40, dtype=np.int32) % 4
    rows = sparse.csr_matrix(np.eye(4, dtype=np.float32)[label])
    said = teaching.said(train(rows, teaching.targets(label), model=teaching.model, epochs=30), rows)
    assert said.sum(axis=1) == pytest.approx(np.ones(40), abs=1e-5)
    assert (said >= 0).all()
    assert (said.argmax(axis=1) == label).all()


def test_a_wrong_branch_is_worse_than_a_wrong_leaf() -> None:
    """Words tell the branch and, apart from them, the leaf; as many leaves as branches are wrong."""
    random = np.random.default_rng(0)
    parents = {"ax": "a", "ay": "a", "bx": "b", "by": "b"}
    leaves = np.array(list(parents))
    code = random.integers(0, 4, COUNT)
    branch = [" ".join(random.choice((GOOD, BAD)[each // 2], 3)) for each in code]
    leaf = [" ".join(random.choice((THINGS[:5], THINGS[5:])[each % 2], 3)) for each in code]
    texts = [f"{of_branch} {of_leaf} n{at}" for at, (of_branch, of_leaf) in enumerate(zip(branch, leaf, strict=True))]
    given, rows = code.copy(), np.arange(0, COUNT, WRONG)
    given[rows[::2]] ^= 1
    given[rows[1::2]] ^= 2
    scheme = Scheme(Kind.TREE, parents=parents)
    evidence = gather(items_of(texts), voted(leaves[given].tolist()), scheme=scheme, method="majority")
    scores = suspicion(evidence).scores
    assert scores[rows[1::2]].mean() > 1.1 * scores[rows[::2]].mean()
    assert found_at(evidence, given != code) > 0.9
    assert evidence.worth.frequent in leaves


def pairs(count: int, seed: int = 0) -> tuple[pl.DataFrame, np.ndarray]:
    """Two reviews: the kind one is better, two kind ones tie, two unkind are both bad; unkind ones are longer."""
    random = np.random.default_rng(seed)
    kind = random.integers(0, 2, (count, 2))
    texts = [
        [
            f"{' '.join(random.choice(GOOD if good else BAD, 2))} {' '.join(random.choice(THINGS, 5 - 3 * good))}"
            for good in row
        ]
        for row in kind
    ]
    label = np.where(kind[:, 0] != kind[:, 1], kind[:, 1], 3 - kind[:, 0])
    return pl.DataFrame({"item": range(count), "first": [a for a, _ in texts], "second": [b for _, b in texts]}), label


def test_wrong_preferences_come_first_and_length_is_told() -> None:
    items, truth = pairs(COUNT)
    given = truth.copy()
    given[::WRONG] = TURNED[truth[::WRONG]]
    given[::WRONG] = np.where(given[::WRONG] == truth[::WRONG], 0, given[::WRONG])
    labels = [PREFERENCES[code] for code in given]
    evidence = gather(items, voted(labels), scheme=Scheme(Kind.PAIR), method="majority")
    assert evidence.classes == tuple(PREFERENCES)
    assert found_at(evidence, given != truth) > 0.9
    longer = evidence.worth.longer
    assert longer is not None
    assert longer.high is not None
    # The better one is the shorter, but where the label is wrong.
    assert longer.high < 0.3
    assert evidence.worth.facts()["longer"]["n"] == longer.n


def test_which_candidate_stands_first_changes_nothing() -> None:
    """Labels that always prefer the first teach nothing of the place; a pair and its mirror are told alike."""
    random = np.random.default_rng(0)
    features = sparse.csr_matrix(random.normal(size=(60, 12)).astype(np.float32))
    half = sparse.diags_array(np.repeat(np.array([-1, 1], dtype=np.float32), 6))
    teaching = Mirrored(TURNED, 6)
    rows, targets = teaching.learned(features, teaching.targets(np.zeros(60, dtype=np.int32)))
    model = train(rows, targets, model=teaching.model)
    said, mirrored = teaching.said(model, features), teaching.said(model, sparse.csr_matrix(features @ half))
    assert said == pytest.approx(mirrored[:, TURNED], abs=1e-6)
    assert said[:, 0].mean() == pytest.approx(0.5, abs=0.05)


def test_copies_of_a_pair_are_one_text_whichever_stands_first() -> None:
    items = pl.DataFrame({"item": [1, 2, 3, 4], "first": ["x", "y", "x", "z"], "second": ["y", "x", "z", "x"]})
    votes = pl.DataFrame({"item": [1, 2, 3, 4], "annotator": "w", "label": ["first", "second", "first", "second"]})
    fold = gather(items, votes, scheme=Scheme(Kind.PAIR), method="majority").trained.fold
    assert fold[0] == fold[1]
    assert fold[2] == fold[3]


def test_single_labels_are_what_they_were() -> None:
    """A scheme that says nothing more than single changes nothing; the scores are those of before there were schemes."""
    texts, truth = films(120)
    labels = ["ab"[each] for each in truth]
    labels[::7] = ["b"] * len(labels[::7])
    plain, named = (gather(items_of(texts), voted(labels, 2), **how) for how in ({}, {"scheme": Scheme()}))
    assert suspicion(plain).frame.equals(suspicion(named).frame)
    before = [0.293623, 0.001198, 0.000395, 0.001762, 0.000507, 0.002407, 0.000597, 0.005754, 0.000312, 0.002125]
    scores = suspicion(gather(items_of(texts), voted(labels, 2))).scores
    assert scores[:10] == pytest.approx(before, rel=1e-2)
    assert plain.parts is None
    assert "longer" not in plain.worth.facts()
