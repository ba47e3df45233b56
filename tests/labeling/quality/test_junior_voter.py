"""Junior's word in consensus by hand, and what it does to accuracy where the truth is known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest

from labeling.quality.consensus import consensus
from labeling.quality.junior_voter import channel, consensus_with_junior
from tests.labeling.quality.crowds import accuracy, crowd, even

CLASSES = ["a", "b", "c", "d"]
Floats = npt.NDArray[np.float64]

GOOD = even([0.9], 4)[0]
# Right on three of ten b's and takes most for a; the rarest class is half lost.
SYSTEMATIC = np.array([[0.85, 0.05, 0.05, 0.05], [0.7, 0.3, 0, 0], [0.05, 0.05, 0.85, 0.05], [0.05, 0.05, 0.55, 0.35]])
POOR = np.array([[0.3, 0.7, 0, 0], [0.1, 0.6, 0.15, 0.15], [0, 0, 0.4, 0.6], [0.15, 0.1, 0.15, 0.6]])


def labels(given: list[str | None], first: int = 1) -> pl.DataFrame:
    items = range(first, first + len(given))
    return pl.DataFrame({"item": items, "label": given}, schema_overrides={"label": pl.String})


def test_the_channel_by_hand() -> None:
    """Four golden items, three right: (3 + 1) / (4 + 2) over all; a's row has two of three right and ten answers of that."""
    golden = labels(["a", "a", "a", "b", None])
    found = channel(labels(["a", "a", "b", "b", "a"]), golden, ("a", "b"))
    right = 4 / 6
    np.testing.assert_allclose(found[0], [(2 + 10 * right) / 13, (1 + 10 * (1 - right)) / 13])
    np.testing.assert_allclose(found[1], [10 * (1 - right) / 11, (1 + 10 * right) / 11])


def test_junior_s_word_by_hand() -> None:
    """Two to one for a, golden items that give junior five to one: 2/3 x 1/6 against 1/3 x 5/6."""
    votes = pl.DataFrame({"item": [1] * 3 + [2] * 2 + [3] * 2, "annotator": list("xyzxyxy"), "label": list("aabaaab")})
    found = consensus(votes, method="majority", classes=["a", "b"])
    golden = labels(["a", "b"] * 200, first=100)
    sure = labels((["a", "b"] * 4 + ["b", "b"] + ["a", "a"]) * 40, first=100).head(400)
    chance = channel(sure, golden, ("a", "b"))
    joined = consensus_with_junior(found, pl.concat([sure, labels(["b", None, "b"])]), golden).frame
    b = chance[1, 1] / (chance[1, 1] + 2 * chance[0, 1])
    assert joined["label"].to_list() == ["b", "a", "b"] and joined.columns == found.frame.columns
    assert joined["probability"].to_list()[0] == pytest.approx(b)
    assert joined["probability"].to_list()[1] == 1.0
    assert joined["n"].to_list() == [4, 2, 3]
    assert joined.schema == found.frame.schema


def test_unmeasured_junior_is_not_heard_and_golden_items_stay() -> None:
    votes = pl.DataFrame({"item": [1, 1, 2, 3], "annotator": list("xyxx"), "label": ["a", "b", "b", None]})
    golden = labels(["a"], first=2)
    found = consensus(votes, golden=golden, method="majority", classes=CLASSES)
    nobody = consensus_with_junior(found, labels(["b", "b", "b"]), golden.clear()).frame
    assert nobody.drop("n").equals(found.frame.drop("n"))
    joined = consensus_with_junior(found, labels(["b", "b", "b"]), golden).frame
    assert joined.rows()[1:] == [(2, "a", 1.0, 2), (3, None, None, 0)]
    empty = consensus(votes.clear(), classes=CLASSES)
    assert consensus_with_junior(empty, labels(["a"]), golden).frame.is_empty()


def says(chances: Floats, truth: pl.DataFrame, rng: np.random.Generator) -> pl.DataFrame:
    codes = np.searchsorted(CLASSES, truth["label"].to_numpy())
    given = (rng.random((len(codes), 1)) > chances[codes].cumsum(axis=1)[:, :-1]).sum(axis=1)
    return truth.select("item", label=pl.Series(np.array(CLASSES)[given]))


def gains(overlap: int, gold: int, method: str, times: int = 4) -> dict[str, float]:
    """Mean accuracy on items that aren't golden: assessors alone, and with each junior heard."""
    found: dict[str, list[float]] = {"alone": [], "good": [], "systematic": [], "poor": []}
    for seed in range(times):
        rng = np.random.default_rng([seed, 1])
        people = even(rng.uniform(0.65, 0.88, 8).tolist(), 4)
        votes, truth = crowd(people, items=500 + gold, overlap=overlap, seed=seed, prior=[0.4, 0.3, 0.2, 0.1])
        golden, rest = truth.head(gold), truth.slice(gold)
        people_say = consensus(votes, golden=golden if gold else None, method=method, classes=CLASSES)
        found["alone"].append(accuracy(people_say.frame, rest))
        for name, chances in (("good", GOOD), ("systematic", SYSTEMATIC), ("poor", POOR)):
            found[name].append(
                accuracy(consensus_with_junior(people_say, says(chances, truth, rng), golden).frame, rest)
            )
    return {name: float(np.mean(each)) for name, each in found.items()}


@pytest.mark.parametrize("method", ["hierarchical", "ebcc"])
@pytest.mark.parametrize("overlap", [1, 2, 3])
@pytest.mark.parametrize("gold", [40, 200])
def test_a_good_junior_helps_and_others_do_not_hurt(method: str, overlap: int, gold: int) -> None:
    found = gains(overlap, gold, method)
    assert found["good"] > found["alone"] + 0.04, found
    assert found["systematic"] > found["alone"] - 0.01 and found["poor"] > found["alone"] - 0.01, found


def test_auto_is_heard_with_junior_too() -> None:
    found = gains(2, 100, "auto", times=1)
    assert found["good"] > found["alone"] + 0.04 and found["systematic"] > found["alone"] - 0.01, found


def test_as_an_assessor_junior_would_rule_alone() -> None:
    """Why it is not made one: with one assessor an item a model takes the one who is everywhere for the truth."""
    votes, truth = crowd(even([0.75] * 8, 4), items=600, overlap=1, seed=1, prior=[0.4, 0.3, 0.2, 0.1])
    junior = says(POOR, truth, np.random.default_rng(77))
    among = pl.concat(
        [votes, junior.select("item", annotator=pl.lit("junior:1"), label="label")], how="vertical_relaxed"
    )
    ruled = consensus(among, method="one_coin", classes=CLASSES).frame
    assert (ruled["label"].cast(pl.String) == junior["label"]).mean() > 0.9
    alone = consensus(votes, method="one_coin", classes=CLASSES)
    assert accuracy(ruled, truth) < accuracy(alone.frame, truth) - 0.15
    assert consensus_with_junior(alone, junior, truth.clear()).frame["label"].equals(alone.frame["label"])


def test_errors_that_junior_shares_with_assessors() -> None:
    """On one item in five all are drawn to the same wrong class: then junior's word is worth less than its confusion says."""
    rng = np.random.default_rng(5)
    before = after = 0.0
    for seed in range(6):
        votes, truth = crowd(even([0.8] * 8, 4), items=700, overlap=3, seed=seed)
        trap = rng.random(700) < 0.2
        lure = np.array(CLASSES)[(np.searchsorted(CLASSES, truth["label"].to_numpy()) + 1) % 4]
        falls = trap[votes["item"].to_numpy()] & (rng.random(len(votes)) < 0.5)
        votes = votes.with_columns(
            label=pl.Series(np.where(falls, lure[votes["item"].to_numpy()], votes["label"].to_numpy()))
        )
        said = says(even([0.85], 4)[0], truth, rng)
        said = said.with_columns(label=pl.Series(np.where(trap, lure, said["label"].to_numpy())))
        golden, rest = truth.head(100), truth.slice(100)
        found = consensus(votes, golden=golden, method="hierarchical", classes=CLASSES)
        before, after = (
            before + accuracy(found.frame, rest),
            after + accuracy(consensus_with_junior(found, said, golden).frame, rest),
        )
    assert after / 6 > before / 6 - 0.02, (before / 6, after / 6)
