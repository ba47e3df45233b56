"""Adaptive overlap: what the replay asks, and that it never knows more than it asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from labeling.errors import LabelingError
from labeling.quality.consensus import consensus_of
from labeling.quality.frames import Votes, votes_frame
from labeling.quality.overlap import Replay, replay, turns
from tests.labeling.quality.crowds import accuracy, crowd, even


@pytest.fixture(scope="module")
def world() -> tuple[Votes, pl.DataFrame]:
    votes, truth = crowd(even([0.95, 0.9, 0.85, 0.8, 0.8, 0.75, 0.6, 0.6], 2), items=160, overlap=8, seed=1)
    return votes_frame(votes), truth


@pytest.fixture(scope="module")
def replayed(world: tuple[Votes, pl.DataFrame]) -> Replay:
    return replay(world[0])


def test_turns_count_earlier_votes_on_the_same_item() -> None:
    assert turns(np.array([3, 1, 3, 3, 1, 0], dtype=np.int32)).tolist() == [0, 0, 1, 2, 1, 0]
    assert turns(np.empty(0, dtype=np.int32)).tolist() == []


def test_fewer_labels_nearly_the_same_accuracy(world: tuple[Votes, pl.DataFrame], replayed: Replay) -> None:
    votes, truth = world
    everything = accuracy(consensus_of(votes, method="hierarchical").frame, truth)
    asked = accuracy(consensus_of(votes.where(replayed.keep), method="hierarchical").frame, truth)
    assert replayed.share < 0.7
    assert asked > everything - 0.02


def test_figures_add_up(world: tuple[Votes, pl.DataFrame], replayed: Replay) -> None:
    votes, _ = world
    frame = replayed.frame
    assert frame.columns == ["item", "label", "probability", "asked", "given", "pilot", "settled"]
    assert frame["asked"].sum() == replayed.keep.sum()
    assert replayed.share == pytest.approx(replayed.keep.mean())
    assert (frame["asked"] <= frame["given"]).all()
    assert (frame["settled"] == (frame["probability"] >= 0.9)).all()
    assert (frame.filter(~pl.col("settled"))["asked"] == 8).all()
    assert (frame.filter("pilot")["asked"] == 8).all()
    assert 0.05 < frame["pilot"].mean() < 0.3
    assert turns(votes.item)[replayed.keep].max() == 7
    assert (turns(votes.item) < frame["asked"].to_numpy()[votes.item]).tolist() == replayed.keep.tolist()


def test_votes_that_were_not_asked_for_change_nothing(world: tuple[Votes, pl.DataFrame], replayed: Replay) -> None:
    votes, _ = world
    random = np.random.default_rng(3)
    label = votes.label.copy()
    label[~replayed.keep] = random.integers(0, 2, int((~replayed.keep).sum()))
    other = replay(replace(votes, label=label))
    assert other.frame.equals(replayed.frame)


def test_a_higher_target_asks_more_and_limits_are_kept(world: tuple[Votes, pl.DataFrame]) -> None:
    votes, _ = world
    shares = [replay(votes, target=target).share for target in (0.7, 0.9, 0.99)]
    assert shares[0] < shares[1] < shares[2]
    few = replay(votes, minimum=2, maximum=4, pilot=0.2).frame
    assert few["asked"].min() >= 2
    assert few["asked"].max() <= 4
    assert (few.filter("pilot")["asked"] == 4).all()


def test_without_a_pilot_nothing_tempers_the_model(world: tuple[Votes, pl.DataFrame]) -> None:
    votes, _ = world
    assert replay(votes, pilot=0).temperature == 1.0
    copies = votes_frame(
        pl.DataFrame(
            {
                "item": np.tile(votes.item, 3),
                "annotator": np.concatenate([votes.annotator + 10 * each for each in range(3)]),
                "label": np.tile(votes.label, 3),
            }
        )
    )
    assert replay(copies, pilot=0.3).temperature > 1.5


def test_golden_items_are_settled_by_their_label() -> None:
    votes, truth = crowd(even([0.8] * 6, 2), items=60, overlap=6, seed=2)
    found = replay(votes_frame(votes, golden=truth.head(20)), minimum=2, pilot=0).frame.sort("item")
    assert found["label"].head(20).cast(pl.String).to_list() == truth["label"].head(20).to_list()
    assert (found["asked"].head(20) == 2).all()


def test_no_votes_are_no_savings() -> None:
    found = replay(votes_frame(pl.DataFrame(schema={"item": pl.Int64, "annotator": pl.Int64, "label": pl.String})))
    assert (found.share, len(found.frame), found.rounds) == (1.0, 0, 0)


@pytest.mark.parametrize(
    "wrong", [{"target": 1.0}, {"target": 0.0}, {"minimum": 0}, {"minimum": 3, "maximum": 2}, {"pilot": 1.5}]
)
def test_impossible_limits_are_refused(wrong: dict[str, float], world: tuple[Votes, pl.DataFrame]) -> None:
    with pytest.raises(LabelingError, match="overlap_range"):
        replay(world[0], **wrong)  # type: ignore[arg-type]
