"""Each signal: named where it should be, seldom where it should not, on made-up pools; and its arithmetic by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import polars as pl
import pytest

from labeling.errors import LabelingError
from labeling.quality.copies import copies
from labeling.quality.signals import drift, sped_up, streaks, too_fast, unread

COLUMNS = ["annotator", "signal", "value", "threshold", "n", "since", "other", "raised"]
START = datetime(2026, 1, 5, tzinfo=UTC)


def served(rng: np.random.Generator, pool: int, items: int, overlap: int, *, by_class: bool = False) -> pl.DataFrame:
    """VOTES with seconds and at of honest annotators: own skill and pace, some items hard, errors alike."""
    truth = rng.choice(5, items, p=[0.5, 0.2, 0.15, 0.1, 0.05])
    truth = np.sort(truth) if by_class else truth
    hard = rng.random(items) < 0.3
    item = np.repeat(np.arange(items), overlap)
    who = np.argsort(rng.random((items, pool)), axis=1)[:, :overlap].ravel()
    right = rng.random(len(item)) < rng.beta(17, 3, pool)[who] - 0.35 * hard[item]
    label = np.where(right, truth[item], (truth[item] + rng.integers(1, 3, len(item))) % 5)
    seconds = np.exp(1.5 + rng.normal(0, 0.4, pool)[who] + rng.normal(0, 0.6, len(item)))
    when = item * overlap + rng.random(len(item)) * 50
    frame = pl.DataFrame({"item": item, "annotator": who, "label": label, "at": when, "seconds": seconds})
    return frame.sort("at")


def golden_chunks(rng: np.random.Generator, accuracy: np.ndarray) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Five golden answers a chunk of annotators by chunks with the given ``accuracy``, and GOLDEN."""
    pool, chunks = accuracy.shape
    who, chunk, place = (index.ravel() for index in np.indices((pool, chunks, 5)))
    item = (who * chunks + chunk) * 5 + place
    label = np.where(rng.random(len(who)) < accuracy[who, chunk], "x", "y")
    votes = pl.DataFrame({"item": item, "annotator": who, "label": label, "chunk": who * chunks + chunk})
    votes = votes.with_columns(at=pl.Series(chunk * 10 + place))
    return votes, pl.DataFrame({"item": item, "label": ["x"] * len(item)})


def test_honest_pools_raise_about_as_many_alarms_as_alpha_says() -> None:
    """At alpha 0.05 of all kinds between none and a few more than one in twenty, items sorted by class or not."""
    rng = np.random.default_rng(1)
    raised = {"too_fast": 0, "streak": 0, "copies": 0, "drift": 0}
    asked = dict.fromkeys(raised, 0)
    for world in range(30):
        votes = served(rng, 9, 240, 6, by_class=world % 2 == 1)
        chunks = golden_chunks(rng, np.repeat(rng.beta(17, 3, (8, 1)), 12, axis=1))
        for found in (
            too_fast(votes, alpha=0.05),
            streaks(votes, alpha=0.05),
            copies(votes, alpha=0.05),
            drift(*chunks, alpha=0.05, resamples=1000),
        ):
            assert found.columns == COLUMNS
            raised[found["signal"][0]] += int(found["raised"].sum())
            asked[found["signal"][0]] += len(found)
    assert all(count >= 240 for count in asked.values())
    assert all(raised[signal] / asked[signal] <= 0.08 for signal in raised), raised
    assert raised["too_fast"] / asked["too_fast"] >= 0.02
    assert raised["drift"] / asked["drift"] >= 0.01


def test_too_fast_is_judged_against_the_pool() -> None:
    votes = served(np.random.default_rng(2), 20, 600, 3)
    hasty = votes.with_columns(seconds=pl.when(pl.col("annotator") == 4).then(0.4).otherwise("seconds"))
    found = too_fast(hasty)
    assert found.filter("raised")["annotator"].to_list() == [4]
    row = found.filter(annotator=4).row(0, named=True)
    assert row["value"] == 0.4 < row["threshold"] < found.filter(annotator=3)["value"][0]
    assert row["n"] == (votes["annotator"] == 4).sum()
    assert row["since"] == votes.filter(annotator=4)["at"].min()
    # Others who cheat, too, do not hide the first.
    many = votes.with_columns(seconds=pl.when(pl.col("annotator") < 6).then(0.3).otherwise("seconds"))
    assert too_fast(many).filter("raised")["annotator"].to_list() == [0, 1, 2, 3, 4, 5]


def test_a_pool_of_four_or_a_handful_of_answers_is_not_judged() -> None:
    votes = served(np.random.default_rng(3), 4, 200, 3)
    found = too_fast(votes.with_columns(seconds=pl.when(pl.col("annotator") == 1).then(0.01).otherwise("seconds")))
    assert found["threshold"].to_list() == [None] * 4
    assert not found["raised"].any()
    assert len(too_fast(votes.head(40))) == 0


def test_a_small_pool_in_a_hurry_is_held_to_what_reading_takes() -> None:
    """Three assessors at a tenth of a second a text: nobody stands out among the others, and nobody has read anything."""
    votes = served(np.random.default_rng(3), 3, 200, 3)
    hasty = votes.with_columns(seconds=pl.lit(0.1))
    assert not too_fast(hasty)["raised"].any()
    found = unread(hasty)
    assert found.columns == COLUMNS
    assert found["raised"].to_list() == [True] * 3
    assert found["value"].to_list() == [0.1] * 3
    assert found["threshold"].unique().to_list() == [0.7]
    # Whoever reads is not named, and a handful of answers says nothing.
    assert not unread(votes)["raised"].any()
    one = votes.with_columns(seconds=pl.when(pl.col("annotator") == 1).then(0.69).otherwise(0.71))
    assert unread(one).filter("raised")["annotator"].to_list() == [1]
    assert len(unread(hasty.head(30))) == 0


def practised(rng: np.random.Generator, pool: int, answers: int) -> np.ndarray:
    """Log seconds, (annotators, answers): they fall with practice, and neighbours are alike."""
    noise = rng.normal(0, 0.3, (pool, answers))
    for place in range(1, answers):
        noise[:, place] += 0.5 * noise[:, place - 1]
    return 2 - 0.2 * np.log(np.arange(1, answers + 1)) + noise


def in_order(log_seconds: np.ndarray) -> pl.DataFrame:
    pool, answers = log_seconds.shape
    who, place = (index.ravel() for index in np.indices((pool, answers)))
    frame = {"item": place, "annotator": who, "label": ["x"] * len(who), "at": place}
    return pl.DataFrame(frame).with_columns(seconds=pl.Series(np.exp(log_seconds).ravel()))


def test_practice_is_no_hurry_and_hurry_is() -> None:
    rng = np.random.default_rng(4)
    raised = 0
    for _ in range(20):
        raised += int(sped_up(in_order(practised(rng, 10, 500)), alpha=0.05)["raised"].sum())
    assert raised / 200 <= 0.08
    hurried = practised(rng, 10, 520)
    hurried[3, -50:] -= 1.2
    found = sped_up(in_order(hurried))
    assert found.filter("raised")["annotator"].to_list() == [3]
    assert found["n"].to_list() == [500] * 10
    assert found["since"].to_list() == [470] * 10
    assert len(sped_up(in_order(practised(rng, 3, 299)))) == 0


def test_the_threshold_of_a_streak_is_where_chance_ends() -> None:
    """A coin of 200 throws: the chance of 17 alike or more, by simulation, is near 0.003, of 20 near 0.0003."""
    rng = np.random.default_rng(5)
    label = rng.integers(0, 2, 200)
    label[50:52] = [0, 1]
    votes = pl.DataFrame({"item": range(200), "annotator": ["a"] * 200, "label": label, "at": range(200)})
    limit = streaks(votes, alpha=0.003)["threshold"][0]
    throws = rng.integers(0, 2, (40_000, 200))
    longest = np.zeros(40_000, dtype=int)
    run = np.ones(40_000, dtype=int)
    for place in range(1, 200):
        run = np.where(throws[:, place] == throws[:, place - 1], run + 1, 1)
        longest = np.maximum(longest, run)
    assert (longest > limit).mean() <= 0.003 <= (longest > limit - 3).mean()


def test_one_key_only_is_a_streak_even_for_one_who_never_pressed_another() -> None:
    votes = served(np.random.default_rng(6), 8, 200, 4)
    keyed = votes.with_columns(label=pl.when(pl.col("annotator") == 2).then(0).otherwise("label"))
    found = streaks(keyed)
    row = found.filter(annotator=2).row(0, named=True)
    mine = keyed.filter(annotator=2)
    assert (row["raised"], row["value"], row["n"]) == (True, len(mine), len(mine))
    assert row["since"] == mine["at"].min()
    assert found["raised"].sum() == 1


def test_a_streak_is_found_in_the_order_of_answering_not_of_rows() -> None:
    votes = served(np.random.default_rng(7), 8, 240, 4)
    lazy = votes.with_columns(
        place=pl.col("at").rank("ordinal").over("annotator"), own=pl.col("annotator") == 5
    ).with_columns(label=pl.when(pl.col("own") & pl.col("place").is_between(31, 70)).then(3).otherwise("label"))
    shuffled = lazy.sample(fraction=1, shuffle=True, seed=1)
    found = streaks(shuffled).filter(annotator=5).row(0, named=True)
    assert found["raised"]
    assert found["value"] >= 40
    assert found["since"] == lazy.filter(pl.col("own") & (pl.col("place") == 31))["at"][0]


def test_sorted_items_excuse_a_run_that_the_others_share() -> None:
    votes = served(np.random.default_rng(8), 8, 300, 5, by_class=True)
    assert streaks(votes)["value"].max() > 20
    assert not streaks(votes)["raised"].any()


def test_drift_by_hand() -> None:
    """Chunks with 5, 5, 2, 1 of 5 right: usual (13 + 1) / (20 + 2), S is 0 until the third chunk."""
    accuracy = np.array([[1.0, 1.0, 1.0, 1.0]])
    votes, golden = golden_chunks(np.random.default_rng(0), accuracy)
    wrong = [10, 11, 12, 15, 16, 17, 18]
    votes = votes.with_columns(label=pl.when(pl.col("item").is_in(wrong)).then(pl.lit("y")).otherwise("label"))
    row = drift(votes, golden).row(0, named=True)
    usual = 14 / 22
    worse = usual / (1 - usual) / 3 / (1 + usual / (1 - usual) / 3)
    hit, miss = np.log(worse / usual), np.log((1 - worse) / (1 - usual))
    assert row["value"] == pytest.approx(3 * hit + 7 * miss)
    assert (row["n"], row["since"], row["other"]) == (20, 20, None)


def test_drift_is_noticed_where_it_began_and_recovery_is_seen() -> None:
    rng = np.random.default_rng(9)
    accuracy = np.full((5, 20), 0.9)
    accuracy[3, 12:] = 0.4
    accuracy[4, 5:9] = 0.1
    votes, golden = golden_chunks(rng, accuracy)
    found = drift(votes, golden)
    assert found.filter("raised")["annotator"].to_list() == [3]
    assert 100 <= found["since"][3] <= 140
    assert found["n"].to_list() == [100] * 5
    # As of the ninth chunk the other was the one in trouble.
    then = drift(votes.filter(pl.col("at") < 90), golden)
    assert then.filter("raised")["annotator"].to_list() == [4]


def test_drift_looks_back_a_hundred_chunks() -> None:
    accuracy = np.full((1, 130), 0.8)
    accuracy[0, :30] = 0.0
    row = drift(*golden_chunks(np.random.default_rng(3), accuracy)).row(0, named=True)
    assert row["n"] == 500
    assert row["value"] < 10


def test_answers_without_a_chunk_are_left_out() -> None:
    votes, golden = golden_chunks(np.random.default_rng(3), np.full((1, 4), 0.8))
    votes = votes.with_columns(chunk=pl.when(pl.col("at") >= 10).then("chunk"))
    assert drift(votes, golden)["n"].to_list() == [15]


def test_drift_needs_two_chunks_with_golden_answers() -> None:
    votes, golden = golden_chunks(np.random.default_rng(0), np.full((2, 3), 0.5))
    assert len(drift(votes, golden.head(5))) == 0
    assert len(drift(votes, golden.clear())) == 0
    always = drift(*golden_chunks(np.random.default_rng(0), np.ones((1, 4)))).row(0, named=True)
    assert (always["value"], always["since"], always["raised"]) == (0.0, None, False)


def copied(votes: pl.DataFrame, who: int, whom: int, share: float, rng: np.random.Generator) -> pl.DataFrame:
    """``who`` gives the answer of ``whom`` on a share of the items that these had answered before."""
    theirs = votes.filter(annotator=whom).select("item", theirs="label", before="at")
    chosen = pl.Series("chosen", rng.random(len(votes)) < share)
    takes = (pl.col("annotator") == who) & (pl.col("before") < pl.col("at")) & pl.col("chosen")
    joined = votes.with_columns(chosen).join(theirs, on="item", how="left", maintain_order="left")
    return joined.with_columns(label=pl.when(takes).then("theirs").otherwise("label")).drop(
        "chosen", "theirs", "before"
    )


def test_a_copier_is_named_with_the_one_copied() -> None:
    rng = np.random.default_rng(10)
    honest = served(rng, 9, 400, 6)
    votes = copied(honest, 3, 2, 0.95, rng)
    found = copies(votes)
    assert found.filter("raised").select("annotator", "other").rows() == [(3, 2)]
    row = found.filter(annotator=3).row(0, named=True)
    mine, theirs = votes.filter(annotator=3), votes.filter(annotator=2)
    both = mine.join(theirs, on="item", suffix="_b").filter(pl.col("at") > pl.col("at_b"))
    assert row["n"] == len(both)
    assert row["value"] == pytest.approx((both["label"] == both["label_b"]).mean())
    assert row["since"] == both["at"].min()
    assert not copies(honest)["raised"].any()


def test_skill_given_is_used_and_must_have_its_columns() -> None:
    rng = np.random.default_rng(11)
    votes = copied(served(rng, 9, 400, 6), 3, 2, 0.95, rng)
    table = pl.DataFrame({"annotator": range(9), "skill": [0.75] * 9})
    assert copies(votes, table).filter("raised").select("annotator", "other").rows() == [(3, 2)]
    with pytest.raises(LabelingError, match="column_missing"):
        copies(votes, table.drop("skill"))


def test_too_few_partners_or_shared_items_are_not_judged() -> None:
    rng = np.random.default_rng(12)
    assert len(copies(served(rng, 5, 300, 5))) == 0
    assert len(copies(served(rng, 9, 40, 6))) == 0


def test_answers_at_the_same_time_are_nobody_s_copy() -> None:
    rng = np.random.default_rng(13)
    assert len(copies(served(rng, 9, 300, 6).with_columns(at=pl.lit(1)))) == 0


def test_times_names_and_frames_of_others() -> None:
    votes = served(np.random.default_rng(14), 6, 200, 3).with_columns(
        (pl.lit(START) + pl.duration(seconds=pl.col("at"))).alias("at"),
        pl.format("assessor:{}", "annotator").alias("annotator"),
    )
    found = streaks(votes)
    assert found.schema["since"] == votes.schema["at"]
    assert found.schema["other"] == pl.String
    assert found["since"].min() >= START - timedelta(0)
    pandas = pd.DataFrame({name: votes[name].to_list() for name in votes.columns})
    assert streaks(pandas)["value"].to_list() == found["value"].to_list()
    assert too_fast(pandas)["value"].to_list() == pytest.approx(too_fast(votes)["value"].to_list())


def test_nobody_gives_no_rows() -> None:
    votes = served(np.random.default_rng(15), 6, 50, 3).with_columns(chunk=pl.lit(1)).clear()
    golden = pl.DataFrame(schema={"item": pl.Int64, "label": pl.Int64})
    for found in (too_fast(votes), sped_up(votes), streaks(votes), copies(votes), drift(votes, golden)):
        assert found.columns == COLUMNS
        assert len(found) == 0
