"""Golden care by hand: exposure, need, golden labels that skilled annotators miss."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest

from labeling.errors import LabelingError
from labeling.quality.assessor_skill import skill_posterior
from labeling.quality.exposure import exposure, golden_need, missed
from labeling.quality.intervals import wilson

GOLDEN = pl.DataFrame({"item": [1, 2, 3, 4, 4], "label": ["x", "y", "x", "y", None]})
VOTES = pl.DataFrame(
    {
        "item": [1, 1, 1, 2, 9, 4, 2],
        "annotator": list("abcaabc"),
        "label": ["x", "y", "x", "y", "x", "y", None],
        "at": [3, 1, 2, 4, 5, 6, 7],
    }
)


def skills(**beta: tuple[float, float]) -> pl.DataFrame:
    return pl.DataFrame(
        {"annotator": list(beta), "alpha": [a for a, _ in beta.values()], "beta": [b for _, b in beta.values()]},
        schema={"annotator": pl.String, "alpha": pl.Float64, "beta": pl.Float64},
    )


def test_exposure_by_hand() -> None:
    """Item 4 is retired, item 3 nobody saw, item 9 is no golden item, an unsure answer is not scored."""
    found = exposure(VOTES, GOLDEN, order="at")
    assert found.select("item", "label", "n", "right", "accuracy", "first", "last").rows() == [
        (1, "x", 3, 2, 2 / 3, 1, 3),
        (2, "y", 1, 1, 1.0, 4, 4),
        (3, "x", 0, 0, None, None, None),
    ]
    assert found["low"][0] == pytest.approx(wilson(2, 3).low)
    assert found["high"][2] is None
    assert "first" not in exposure(VOTES, GOLDEN).columns


def test_exposure_takes_items_by_name_and_other_frames() -> None:
    votes = pd.DataFrame({"item": ["1", "2"], "annotator": ["a", "a"], "label": ["x", "x"]})
    assert exposure(votes, GOLDEN).select("item", "n", "right").rows() == [(1, 1, 1), (2, 1, 0), (3, 0, 0)]
    assert exposure(VOTES.clear(), GOLDEN)["n"].to_list() == [0, 0, 0]
    assert len(exposure(VOTES, GOLDEN.clear())) == 0


def test_need_by_hand() -> None:
    """Three golden items in force; a has seen 1 and 2, b has seen 1, c has seen 1 and, unsure, 2; d has not begun."""
    found = golden_need(VOTES, GOLDEN, chunks_left=2, golden_per_chunk=1, annotators=["a", "b", "c", "d"])
    assert found.table.rows() == [
        ("a", 2, 1, 2, 1, 1),
        ("c", 2, 1, 2, 1, 1),
        ("b", 1, 2, 2, 0, 2),
        ("d", 0, 3, 2, 0, 3),
    ]
    assert (found.pool, found.need, found.unseen, found.add, found.chunks) == (3, 8, 7, 1, 1)


def test_need_at_the_limits() -> None:
    enough = golden_need(VOTES, GOLDEN, chunks_left=1, golden_per_chunk=1)
    assert (enough.add, enough.chunks) == (0, 1)
    dry = golden_need(VOTES, GOLDEN, chunks_left=1, golden_per_chunk=2)
    assert (dry.add, dry.chunks) == (1, 0)
    assert golden_need(VOTES.clear(), GOLDEN, chunks_left=5, golden_per_chunk=2).chunks == 1
    assert golden_need(VOTES, GOLDEN, chunks_left=0, golden_per_chunk=2).add == 0
    with pytest.raises(LabelingError, match="forecast_out_of_range"):
        golden_need(VOTES, GOLDEN, chunks_left=-1, golden_per_chunk=2)


def test_missed_by_hand() -> None:
    """Two skilled annotators against the label: the odds that it is wrong are prior odds times t / (1 - t) of each."""
    votes = pl.DataFrame({"item": [1, 1, 2, 2], "annotator": list("abab"), "label": ["y", "y", "y", "y"]})
    golden = pl.DataFrame({"item": [1, 2], "label": ["x", "y"]})
    table = skills(a=(19.0, 3.0), b=(17.0, 5.0))
    found = missed(votes, golden, table)
    assert found.select("item", "label", "n", "right", "likely").rows() == [(1, "x", 2, 0, "y"), (2, "y", 2, 2, "x")]
    # Without the answer in question: 19 of 21 and 17 of 21 where it was wrong, 18 of 21 and 16 of 21 where right.
    against = [(19 / 2) * (17 / 4), (3 / 18) * (5 / 16)]
    share = 0.05
    for _ in range(500):
        wrong = [odds * share / (odds * share + 1 - share) for odds in against]
        share = (1 + sum(wrong)) / (20 + 2)
    assert found["wrong"].to_list() == pytest.approx(wrong, abs=1e-6)


def test_the_spread_of_mistakes_is_learned_from_other_items_only() -> None:
    """Item 1 alone carries label x: its own answers z, z must not make z the usual mistake for x."""
    votes = pl.DataFrame({"item": [1, 1, 2, 2], "annotator": list("abab"), "label": ["z", "z", "y", "y"]})
    golden = pl.DataFrame({"item": [1, 2], "label": ["x", "y"]})
    found = missed(votes, golden, skills(a=(19.0, 3.0), b=(19.0, 3.0))).row(0, named=True)
    # Under x each z has chance (2 / 21) / 2, the other two classes sharing mistakes alike; under z 19 / 21.
    # Under y, a wrong truth as well, z has chance (2 / 21) / 2, too: half of the prior odds each.
    own, other, third = ((2 / 21) / 2) ** 2, (19 / 21) ** 2, ((2 / 21) / 2) ** 2
    rival = (0.5 * ((2 / 21) / 2) ** 2) * 2 / (18 / 21) ** 2
    against = [(0.5 * other + 0.5 * third) / own, rival]
    share = 0.05
    for _ in range(500):
        wrong = [odds * share / (odds * share + 1 - share) for odds in against]
        share = (1 + sum(wrong)) / 22
    assert found["likely"] == "z"
    assert found["wrong"] == pytest.approx(wrong[0], abs=1e-3)


def test_the_wrong_golden_labels_come_first_and_the_hard_ones_do_not() -> None:
    rng = np.random.default_rng(1)
    pool, items = 12, 80
    truth = rng.integers(0, 4, items)
    given = truth.copy()
    spoiled = [3, 17, 44]
    given[spoiled] = (truth[spoiled] + 1) % 4
    skill = rng.beta(17, 3, pool)
    asked = rng.random((items, pool)) < 0.6
    item, who = np.nonzero(asked)
    right = rng.random(len(item)) < skill[who]
    label = np.where(right, truth[item], (truth[item] + rng.integers(1, 4, len(item))) % 4)
    votes = pl.DataFrame({"item": item, "annotator": who, "label": label})
    golden = pl.DataFrame({"item": np.arange(items), "label": given})
    found = missed(votes, golden, skill_posterior(votes, golden).table)
    assert sorted(found.head(3)["item"].to_list()) == spoiled
    # The third has eight answers, five for one other class and two for the golden label: doubtful, not settled.
    assert found["wrong"][1] > 0.99
    assert found["wrong"][2] > 0.2
    assert found["wrong"][3] < 0.01
    likely = dict(found.select("item", "likely").iter_rows())
    assert [int(likely[item]) for item in spoiled] == truth[spoiled].tolist()


def test_those_who_guess_cannot_overturn_a_golden_label() -> None:
    votes = pl.DataFrame({"item": [1] * 6, "annotator": list("abcdef"), "label": ["y"] * 6})
    golden = pl.DataFrame({"item": [1], "label": ["x"]})
    guessing = skills(**dict.fromkeys("abcdef", (10.0, 11.0)))
    knowing = skills(**dict.fromkeys("abcdef", (19.0, 3.0)))
    assert missed(votes, golden, guessing)["wrong"][0] < 0.1
    assert missed(votes, golden, knowing)["wrong"][0] > 0.99
    # Who is not in the table counts as the table's mean.
    assert missed(votes, golden, knowing.head(1))["wrong"][0] > 0.99


def test_missed_without_answers_classes_or_columns() -> None:
    assert len(missed(VOTES.clear(), GOLDEN, skills(a=(3.0, 1.0)))) == 0
    one_class = missed(
        pl.DataFrame({"item": [1], "annotator": ["a"], "label": ["x"]}),
        pl.DataFrame({"item": [1], "label": ["x"]}),
        skills(a=(3.0, 1.0)),
    )
    assert one_class.select("wrong", "likely").rows() == [(0.0, "x")]
    assert missed(VOTES, GOLDEN, skills())["wrong"].is_finite().all()
    with pytest.raises(LabelingError, match="column_missing"):
        missed(VOTES, GOLDEN, pl.DataFrame({"annotator": ["a"], "skill": [0.9]}))
