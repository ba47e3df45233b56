"""Junior judged by hand and against scikit-learn; intervals and tests where the truth is known."""

from __future__ import annotations

import json
from dataclasses import asdict

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from sklearn.metrics import cohen_kappa_score, f1_score, precision_score, recall_score

from labeling.errors import LabelingError
from labeling.quality.figures import Figure
from labeling.quality.intervals import wilson
from labeling.quality.judging import Cell, Judged, compare, judge
from tests.labeling.quality.worlds import within

CLASSES = ["x", "y", "z"]


def said(labels: list[str | None], first: int = 1) -> pl.DataFrame:
    items = range(first, first + len(labels))
    return pl.DataFrame({"item": items, "label": labels}, schema_overrides={"label": pl.String})


def test_figures_by_hand() -> None:
    """x: 2 of 3 found, 3 called so; y: 1 of 2 found, 1 called so; one y is refused, z never was anybody's."""
    found = judge(said(["x", "x", "z", "y", None, "x"]), said(["x", "x", "x", "y", "y", "z"]), classes=CLASSES)
    x, y, z = found.classes
    assert (x.precision.value, x.precision.n, x.recall.value, x.recall.n) == (2 / 3, 3, 2 / 3, 3)
    assert (y.precision.value, y.precision.n, y.recall.value, y.recall.n) == (1.0, 1, 0.5, 2)
    assert (z.precision.value, z.recall.value, z.f1.value) == (0.0, 0.0, 0.0)
    # x: 2 shared of 4 that are x for either; y: 1 of 2; z: none of 2.
    assert (x.f1.value, x.f1.n) == (pytest.approx(2 / 3), 4)
    assert (y.f1.value, y.f1.n) == (pytest.approx(2 / 3), 2)
    assert found.macro_f1.value == pytest.approx(4 / 9)
    assert found.weighted_f1.value == pytest.approx((3 * 2 / 3 + 2 * 2 / 3 + 0) / 6)
    assert found.accuracy == wilson(3, 6)
    assert found.refused == wilson(1, 6)
    cells = [(cell.truth, cell.given, cell.count) for cell in found.confusion]
    assert cells == [("x", "x", 2), ("x", "z", 1), ("y", "y", 1), ("y", None, 1), ("z", "x", 1)]


def test_figures_are_scikit_learn_s() -> None:
    rng = np.random.default_rng(3)
    truth = rng.choice(CLASSES, 400)
    told = np.where(rng.random(400) < 0.6, truth, rng.choice(CLASSES, 400))
    found = judge(said(told.tolist()), said(truth.tolist()), classes=CLASSES)
    for name, score in (("precision", precision_score), ("recall", recall_score), ("f1", f1_score)):
        expected = score(truth, told, labels=CLASSES, average=None)
        assert [getattr(each, name).value for each in found.classes] == pytest.approx(expected.tolist()), name
    assert found.macro_f1.value == pytest.approx(f1_score(truth, told, average="macro"))
    assert found.weighted_f1.value == pytest.approx(f1_score(truth, told, average="weighted"))


def test_only_golden_items_that_were_asked_about_count_and_the_last_word_does() -> None:
    suggestions = pl.concat([said(["y", "x", "x"]), said(["x"])])
    golden = pl.concat([said(["x", "x"]), said([None, "y", "y"], first=3)])
    found = judge(suggestions, golden, classes=CLASSES)
    assert (found.golden, found.asked, found.accuracy.value) == (4, 2, 1.0)


def test_junior_who_is_always_right_is_not_taken_for_infallible() -> None:
    found = judge(said(["x", "y"] * 10), said(["x", "y"] * 10), classes=["x", "y"])
    for figure in (found.macro_f1, found.weighted_f1, found.accuracy, found.classes[0].f1):
        assert figure.value == 1.0 and figure.low is not None and 0.7 < figure.low < 0.95 and figure.high == 1.0


def test_without_golden_items_figures_are_undefined() -> None:
    found = judge(said(["x"]), said([]), classes=CLASSES)
    assert (found.asked, found.accuracy.value, found.macro_f1.value, found.refused.n) == (0, None, None, 0)
    assert found.confusion == () and found.consensus is None
    compared = compare(said(["x"]), said(["y"]), said([]), classes=CLASSES)
    assert (compared.n, compared.accuracy.value, compared.accuracy_p, compared.weighted_f1_p) == (0, None, 1.0, 1.0)
    assert compared.differing.rows() == []


def test_kinship_with_assessors_and_consensus() -> None:
    """Refusals and the unsure are left out; each assessor meets junior alone."""
    rng = np.random.default_rng(5)
    truth = rng.choice(CLASSES, 60)
    noisy = lambda share: np.where(rng.random(60) < share, truth, rng.choice(CLASSES, 60))  # noqa: E731
    junior, ann, bob = noisy(0.7), noisy(0.8), noisy(0.5)
    votes = pl.concat(
        [
            said(ann.tolist()).with_columns(annotator=pl.lit("ann")),
            said(bob.tolist()[:40]).with_columns(annotator=pl.lit("bob")),
            said([None], first=50).with_columns(annotator=pl.lit("cy")),
        ]
    ).select("item", "annotator", "label")
    suggestions = said([None, *junior.tolist()[1:]])
    found = judge(suggestions, said(["x"]), votes=votes, consensus=said(truth.tolist()), classes=CLASSES)
    assert [each.annotator for each in found.kinship] == ["ann", "bob"]
    assert [each.kappa.n for each in found.kinship] == [59, 39]
    assert found.kinship[0].kappa.value == pytest.approx(cohen_kappa_score(junior[1:], ann[1:]))
    assert found.kinship[1].kappa.value == pytest.approx(cohen_kappa_score(junior[1:40], bob[1:40]))
    assert found.consensus is not None
    assert found.consensus.kappa.value == pytest.approx(cohen_kappa_score(junior[1:], truth[1:]))


@pytest.mark.parametrize("with_votes", [True, False])
def test_a_report_goes_through_json_as_it_is(with_votes: bool) -> None:
    golden = said(["x", "y", "x", "y", "z"])
    more = {"votes": golden.with_columns(annotator=pl.lit("ann")), "consensus": golden} if with_votes else {}
    found = judge(said(["x", "y", "y", None, "x"]), golden, classes=CLASSES, **more)
    report = json.loads(json.dumps(asdict(found)))
    assert set(report) == set(Judged.__dataclass_fields__)
    assert Figure(**report["weighted_f1"]) == found.weighted_f1
    assert [Cell(**cell) for cell in report["confusion"]] == list(found.confusion)
    assert [Figure(**kin["kappa"]) for kin in report["kinship"]] == [kin.kappa for kin in found.kinship]


def test_a_strange_label_is_refused() -> None:
    with pytest.raises(LabelingError, match="unknown_label"):
        judge(said(["w"]), said(["x"]), classes=CLASSES)


def test_two_versions_by_hand() -> None:
    """b wins items 2, 3 and 4, loses 5; 6 both have wrong, 7 only b was asked about."""
    golden = said(["x", "x", "x", "y", "y", "y", "y"])
    a, b = said(["x", "y", None, "x", "y", "x"]), said(["x", "x", "x", "y", "x", None, "y"])
    found = compare(a, b, golden, classes=["x", "y"])
    assert (found.n, found.won, found.lost) == (6, 3, 1)
    assert found.accuracy.value == pytest.approx(2 / 6)
    assert found.accuracy_p == pytest.approx(2 * (1 + 4) / 16)
    # a: x found 1 of 3, called 3; y found 1 of 3, called 2. b: x 3 of 3, called 4; y 1 of 3, called 1.
    assert found.macro_f1.value == pytest.approx((6 / 7 + 2 / 4) / 2 - (2 / 6 + 2 / 5) / 2)
    assert found.weighted_f1.value == pytest.approx(found.macro_f1.value)
    assert found.differing.rows() == [
        (2, "x", "y", "x"),
        (3, "x", None, "x"),
        (4, "y", "x", "y"),
        (5, "y", "y", "x"),
        (6, "y", "x", None),
    ]


def test_a_version_against_itself_shows_no_difference() -> None:
    golden = said(["x", "y", "z"] * 10)
    found = compare(said(["x", "y", "y"] * 10), said(["x", "y", "y"] * 10), golden, classes=CLASSES)
    assert (found.accuracy_p, found.macro_f1_p, found.weighted_f1_p) == (1.0, 1.0, 1.0)
    assert (found.weighted_f1.low, found.weighted_f1.high) == (0.0, 0.0)
    assert found.differing["item"].to_list() == list(range(3, 31, 3))


def drawn(chances: npt.NDArray[np.float64], rng: np.random.Generator) -> npt.NDArray[np.int64]:
    return np.asarray((rng.random((len(chances), 1)) > chances.cumsum(axis=1)[:, :-1]).sum(axis=1))


def test_intervals_hold_the_truth_and_equal_versions_seldom_differ() -> None:
    """Three uneven classes, junior right on seven of ten, 120 golden items; 300 times."""
    rng, times, n = np.random.default_rng(8), 300, 120
    prior = np.array([0.55, 0.3, 0.15])
    channel = np.array([[0.75, 0.15, 0.07, 0.03], [0.25, 0.65, 0.05, 0.05], [0.2, 0.15, 0.6, 0.05]])
    joint = prior[:, None] * channel
    f1 = 2 * np.diagonal(joint) / (joint.sum(axis=1) + joint[:, :3].sum(axis=0))
    names = [*CLASSES, None]
    held, differ = np.zeros(3), np.zeros(2)
    for _ in range(times):
        truth = drawn(np.repeat(prior[None], n, axis=0), rng)
        golden = said([names[k] for k in truth])
        one, two = (said([names[k] for k in drawn(channel[truth], rng)]) for _ in range(2))
        found = judge(one, golden, classes=CLASSES, draws=300)
        figures = (found.macro_f1, found.weighted_f1, found.classes[2].f1)
        held += [
            within(each.low, true, each.high)
            for each, true in zip(figures, (f1.mean(), f1 @ prior, f1[2]), strict=True)
        ]
        compared = compare(one, two, golden, classes=CLASSES, draws=300)
        differ += [compared.macro_f1_p < 0.05, compared.weighted_f1_p < 0.05]
    assert (held / times >= 0.92).all() and (held / times <= 0.98).all(), held / times
    assert (differ / times <= 0.09).all(), differ / times
