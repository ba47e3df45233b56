"""Consensus of several classes at once: by hand, on edges, and in made crowds whose truth is known."""

from __future__ import annotations

from itertools import product

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from scipy.special import expit, logit

from labeling.errors import LabelingError
from labeling.quality.consensus import Consensus, hierarchical, yes_no
from labeling.quality.consensus.incidence import Incidence
from labeling.quality.frames import Votes, votes_frame
from labeling.quality.kinds import Kind
from labeling.quality.kinds.consensus import consensus_of_kind, methods_of
from labeling.quality.kinds.membership import membership
from labeling.quality.kinds.sets import set_code
from labeling.quality.kinds.several_consensus import SEVERAL_METHODS, Decoding, decoded, questions
from tests.labeling.quality.kind_crowds import set_crowd

ROWS = [(1, "a", "x|y"), (1, "b", "x"), (1, "c", "x"), (2, "a", "|"), (2, "b", "|"), (2, "c", "z")]
SCHEMA = {"item": pl.Int64, "annotator": pl.String, "label": pl.String}


def coded(rows: list[tuple[int, str, str | None]], golden: dict[int, str] | None = None) -> Votes:
    known = None if golden is None else pl.DataFrame({"item": list(golden), "label": list(golden.values())})
    return votes_frame(pl.DataFrame(rows, schema=SCHEMA, orient="row"), golden=known)


def several(rows: list[tuple[int, str, str | None]], method: str = "majority", **how: object) -> Consensus:
    golden = how.pop("golden", None)
    votes = coded(rows, golden)
    return consensus_of_kind(votes, Kind.SEVERAL, method=method, classes=["x", "y", "z"], **how)


def test_the_majority_by_hand() -> None:
    found = several(ROWS)
    assert found.frame["label"].to_list() == ["x", "|"]
    assert found.frame["probability"].to_list() == pytest.approx([1 * 2 / 3 * 1, 1 * 1 * 2 / 3])
    np.testing.assert_allclose(found.posterior, [[1, 1 / 3, 0], [0, 0, 1 / 3]])
    assert (found.kind, found.classes, found.frame["n"].to_list()) == (Kind.SEVERAL, ("x", "y", "z"), [3, 3])
    assert found.frame.schema["label"] == pl.String
    assert found.confusion.shape == (3, 3, 2, 2)
    np.testing.assert_allclose(found.confusion.sum(axis=3), 1)


def test_where_no_set_may_be_empty_the_most_probable_class_stands() -> None:
    found = several(ROWS, empty=False)
    assert found.frame["label"].to_list() == ["x", "z"]
    # Of item 2: z alone has 1/3, nothing 2/3; among sets that aren't empty z is certain.
    assert found.frame["probability"].to_list() == pytest.approx([2 / 3, 1])
    settled = several(ROWS, empty=False, golden={2: "|"})
    assert settled.frame.row(1) == (2, "|", 1.0, 3)


def test_an_even_chance_is_drawn_whatever_the_order_of_rows() -> None:
    even: list[tuple[int, str, str | None]] = [
        (item, who, label) for item in range(40) for who, label in (("a", "x"), ("b", "|"))
    ]
    found, turned = several(even), several(even[::-1])
    labels = dict(found.frame.select("item", "label").iter_rows())
    assert labels == dict(turned.frame.select("item", "label").iter_rows())
    assert (set(labels.values()), found.ties) == ({"x", "|"}, 40)
    assert len({several(even, seed=seed).frame["label"].str.join("").item() for seed in range(3)}) == 3


def test_expected_f1_takes_more_items_where_a_class_is_hardly_known() -> None:
    probability = np.array([[0.9, 0.4], [0.45, 0.4], [0.1, 0.0]])
    items = pl.Series(["i", "j", "k"])
    chosen, _ = decoded(probability, items, ["x", "y"], decoding=Decoding.F1, empty=True, seed=0)
    # Every number of items, counted out: 2 × sum of the m largest / (m + sum of all).
    for at in range(2):
        falling = -np.sort(-probability[:, at])
        worth = [2 * falling[:m].sum() / (m + falling.sum()) for m in (1, 2, 3)]
        assert int(chosen[:, at].sum()) == int(np.argmax(worth)) + 1
    assert chosen.tolist() == [[True, True], [True, True], [False, False]]


@pytest.mark.parametrize("method", SEVERAL_METHODS)
@pytest.mark.parametrize("decoding", Decoding)
def test_every_method_stands_edges(method: str, decoding: Decoding) -> None:
    assert several([], method, decoding=decoding).frame.is_empty()
    unsure = several([(1, "a", None), (2, "a", "x"), (2, "b", "x")], method, decoding=decoding)
    assert unsure.frame["label"].to_list() == [None, "x"]
    nothing = votes_frame(pl.DataFrame({"item": [1, 1], "annotator": ["a", "b"], "label": ["|", "|"]}))
    bare = consensus_of_kind(nothing, Kind.SEVERAL, method=method, decoding=decoding)
    assert (bare.classes, bare.frame["label"].to_list(), bare.posterior.shape) == ((), ["|"], (1, 0))
    rows: list[tuple[int, str, str | None]] = [
        (item, who, ["x", "x|y", "|"][item % 3]) for item in range(30) for who in "abc"
    ]
    found = several(rows, method, decoding=decoding, golden={0: "x|y", 1: "x"})
    assert found.frame["label"].to_list() == ["x|y", "x", *(["x", "x|y", "|"][item % 3] for item in range(2, 30))]
    assert found.frame["probability"][:2].to_list() == [1.0, 1.0]


def test_units_of_item_and_class() -> None:
    votes = coded(ROWS, {2: "x|z"})
    asked = questions(votes, membership(votes.classes, ["x", "y", "z"]))
    assert asked.label.reshape(6, 3).tolist() == [[1, 1, 0], [1, 0, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0], [0, 0, 1]]
    assert asked.golden.tolist() == [-1, -1, -1, 1, 0, 1]
    incidence = Incidence.of(asked)
    assert yes_no.question_of(incidence, 3).tolist() == [0, 1, 2, 0, 1, 2]
    alone = yes_no.question_by_question(hierarchical.fit, incidence, questions=3)
    one = votes_frame(
        pl.DataFrame({"item": [1] * 3 + [2] * 3, "annotator": list("abcabc"), "label": [1, 0, 0, 0, 0, 0]})
    )
    truth = one.golden.copy()
    truth[1] = 0
    expected = hierarchical.fit(Incidence.of(one).anchored(truth))
    np.testing.assert_allclose(alone.posterior[1::3], expected.posterior)
    np.testing.assert_allclose(alone.channel[1::3], expected.channel)


def test_prior_means_move_the_pool_by_what_an_annotator_does_in_all_classes() -> None:
    # Both say no where no is right; the first says yes wherever it is right, the second half of the times.
    tally = np.zeros((2, 2, 2, 2))
    tally[0, :, 1, 1], tally[1, :, 1, 1], tally[1, :, 0, 1] = 20, 10, 10
    tally[:, :, 0, 0], tally[:, :, 1, 0] = 15, 5
    means = yes_no.prior_means(tally)
    everyone = np.array([(20 + 1) / (80 + 3), (60 + 2) / (80 + 3)])
    pool = (np.array([10, 30]) + 10 * everyone) / (40 + 10)
    for who, yes in ((0, [10, 40]), (1, [10, 20])):
        own = (np.array(yes) + 4 * pool) / (40 + 4)
        for question in range(2):
            np.testing.assert_allclose(means[who, question, 1], expit(logit(pool) + logit(own) - logit(pool)))
    np.testing.assert_allclose(means.sum(axis=2), 1)


def test_an_annotator_is_known_in_a_class_by_what_they_did_in_others() -> None:
    right: dict[str, list[float]] = {}
    names = list("uvwxyz")
    for seed in range(6):
        random = np.random.default_rng(seed)
        truth = random.random((200, 6)) < 0.3
        # Of six annotators three are wrong about nearly half of all classes; z is asked about in few items.
        wrong = np.where(np.arange(6) < 3, 0.05, 0.4)
        rows: list[tuple[int, str, str | None]] = []
        for item in range(200):
            for who in random.choice(6, 3, replace=False):
                given = truth[item] ^ (random.random(6) < wrong[who])
                given[5] &= item < 40
                rows.append((item, str(who), set_code([n for n, g in zip(names, given, strict=True) if g], names)))
        for method in ("majority", "dawid_skene", "hierarchical", "yes_no"):
            found = consensus_of_kind(coded(rows), Kind.SEVERAL, method=method, classes=names)
            right.setdefault(method, []).append(float(((found.posterior[:40, 5] > 0.5) == truth[:40, 5]).mean()))
    mean = {method: np.mean(each) for method, each in right.items()}
    assert mean["yes_no"] >= max(mean[other] for other in ("majority", "dawid_skene", "hierarchical")) + 0.01


def exact_and_f1(found: Consensus, truth: npt.NDArray[np.bool_]) -> tuple[float, float, float]:
    """Share of whole sets right, macro F1, mean probability."""
    frame = found.frame.sort("item")
    sets = membership(frame["label"].to_list(), found.classes)
    both = truth.sum(axis=0) + sets.sum(axis=0)
    f1 = np.where(both > 0, 2 * (truth & sets).sum(axis=0) / np.maximum(both, 1), 1.0)
    return float((sets == truth).all(axis=1).mean()), float(f1.mean()), float(frame["probability"].mean())


def test_made_crowds_are_read_better_than_by_majorities_and_the_sets_are_as_right_as_said() -> None:
    sizes = [(6, 3, 300, 10), (12, 2, 200, 15), (4, 5, 200, 30)]
    scores: dict[str, list[tuple[float, float, float]]] = {}
    for (classes, overlap, items, people), seed in product(sizes, (11, 12)):
        given, item, who, truth = set_crowd(classes=classes, overlap=overlap, items=items, people=people, seed=seed)
        names = [f"c{at:02}" for at in range(classes)]
        labels = [set_code([n for n, g in zip(names, row, strict=True) if g], names) for row in given]
        votes = votes_frame(pl.DataFrame({"item": item, "annotator": who, "label": labels}))
        for method in ("majority", "dawid_skene", "auto"):
            found = consensus_of_kind(votes, Kind.SEVERAL, method=method, classes=names)
            scores.setdefault(method, []).append(exact_and_f1(found, truth))
    mean = {method: np.mean(rows, axis=0) for method, rows in scores.items()}
    for other in ("majority", "dawid_skene"):
        assert mean["auto"][0] > mean[other][0] + 0.03 and mean["auto"][1] > mean[other][1] + 0.02
    assert abs(mean["auto"][2] - mean["auto"][0]) < 0.05
    assert abs(mean["majority"][2] - mean["majority"][0]) > 0.1


def test_the_order_of_rows_changes_nothing() -> None:
    given, item, who, _ = set_crowd(classes=4, overlap=3, items=60, people=8, seed=2)
    labels = [set_code([n for n, g in zip("wxyz", row, strict=True) if g], "wxyz") for row in given]
    rows = pl.DataFrame({"item": item, "annotator": who, "label": labels}).with_columns(pl.col("item").cast(pl.String))
    one, other = (
        consensus_of_kind(votes_frame(each), Kind.SEVERAL, classes=list("wxyz")).frame.sort("item")
        for each in (rows, rows.sample(fraction=1, shuffle=True, seed=4))
    )
    assert one["label"].to_list() == other["label"].to_list()
    np.testing.assert_allclose(one["probability"], other["probability"], atol=1e-6)


def test_codes_of_sets() -> None:
    assert set_code(["b", "a", "b"], ["a", "b"]) == "a|b"
    with pytest.raises(LabelingError, match="unknown_label"):
        set_code(["c"], ["a"])
    with pytest.raises(LabelingError, match="unknown_label"):
        consensus_of_kind(coded(ROWS), Kind.SEVERAL, classes=["x"])
    with pytest.raises(LabelingError, match="classes_repeated"):
        consensus_of_kind(coded(ROWS), Kind.SEVERAL, classes=["x", "x", "y", "z"])
    with pytest.raises(LabelingError, match="bad_set_code"):
        consensus_of_kind(coded(ROWS), Kind.SEVERAL, classes=["x|y", "x", "y", "z"])
    with pytest.raises(LabelingError, match="unknown_method"):
        consensus_of_kind(coded(ROWS), Kind.SEVERAL, method="ebcc")
    assert "yes_no" in methods_of(Kind.SEVERAL)
